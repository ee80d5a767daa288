//! Functions about texts.

use std::rc::Rc;

use super::{lists, native};
use crate::jsonnet::evaluate::failure::{other, too_long, wrong};
use crate::jsonnet::evaluate::number;
use crate::jsonnet::evaluate::value::{Args, Machine, Native, Result, Value};

const STR: &[(&str, bool)] = &[("str", false)];
const STRIP: &[(&str, bool)] = &[("str", false), ("chars", false)];
const SPLIT: &[(&str, bool)] = &[("str", false), ("c", false), ("maxsplits", false)];
const SUBSTR: &[(&str, bool)] = &[("str", false), ("from", false), ("len", false)];
const REPLACE: &[(&str, bool)] = &[("str", false), ("from", false), ("to", false)];

pub(super) const NATIVES: &[Native] = &[
    native("char", (0, 19), &[("n", false)], |_, args| {
        let number = args.number(0)?;
        if !(0.0..=1_114_111.0).contains(&number) {
            return Err(other("std.char takes a code point, 0 to 1114111"));
        }
        Ok(Value::text(number::character(number).encode_utf8(&mut [0; 4])))
    }),
    native("codepoint", (0, 19), STR, |_, args| {
        let mut letters = args.text(0)?.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => Ok(Value::Number(f64::from(u32::from(letter)))),
            _ => Err(other("std.codepoint takes a text of one character")),
        }
    }),
    native("lstripChars", (0, 19), STRIP, |machine, args| strip(machine, args, true, false)),
    native("rstripChars", (0, 19), STRIP, |machine, args| strip(machine, args, false, true)),
    native("stripChars", (0, 19), STRIP, |machine, args| strip(machine, args, true, true)),
    native("substr", (0, 19), SUBSTR, |_, args| substr(args)),
    native("splitLimit", (0, 19), SPLIT, |_, args| split(args, false)),
    native("splitLimitR", (0, 21), SPLIT, |_, args| split(args, true)),
    native("strReplace", (0, 19), REPLACE, |_, args| {
        let (text, from, to) = (args.text(0)?, args.text(1)?, args.text(2)?);
        if from.is_empty() {
            return Err(other("std.strReplace looks for an empty text"));
        }
        Ok(Value::text(&text.replace(&**from, to)))
    }),
    native("isEmpty", (0, 20), STR, |_, args| Ok(Value::Bool(args.text(0)?.is_empty()))),
    native("equalsIgnoreCase", (0, 21), &[("str1", false), ("str2", false)], |_, args| {
        let folded =
            |text: &str| text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect::<String>();
        Ok(Value::Bool(folded(args.text(0)?) == folded(args.text(1)?)))
    }),
    native("trim", (0, 21), STR, |_, args| Ok(Value::text(args.text(0)?.trim()))),
];

/// Characters that go-jsonnet copies at most in a second while it strips a text (measured: 1.6 to 1.8e8): it copies the rest of the
/// text for each character that it cuts off.
const MAX_COPIES: usize = 300_000_000;

fn strip<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>, left: bool, right: bool) -> Result<Value<'a>> {
    let text = match args.get(0)? {
        Value::Text(text) => Rc::clone(text),
        _ => return Err(args.wrong(0)),
    };
    let chars = args.get(1)?;
    let letters: Vec<char> = text.chars().collect();
    // Up to 0.19 bytes are cut off, and what is left of a character no longer is one.
    let cuts_bytes = machine.go_jsonnet < (0, 20);
    let mut stripped = |letter: Option<&char>| match letter {
        Some(letter) => lists::member(machine, chars, &Value::text(letter.encode_utf8(&mut [0; 4]))),
        None => Ok(false),
    };
    let (mut from, mut to) = (0, letters.len());
    while left && from < to && stripped(letters.get(from))? {
        from += 1;
    }
    while right && from < to && stripped(letters.get(to - 1))? {
        to -= 1;
    }
    let cut = from + letters.len() - to;
    if cut.saturating_mul(letters.len() - cut / 2) > MAX_COPIES {
        return Err(too_long());
    }
    let rest: String = letters.get(from..to).unwrap_or_default().iter().collect();
    let broken = letters.get(..from).unwrap_or_default().iter().find(|letter| cuts_bytes && !letter.is_ascii());
    match broken {
        // The first byte alone is missing: the others are a replacement character each.
        Some(letter) => {
            let behind: String = text.chars().skip_while(|known| known != letter).skip(1).collect();
            Ok(Value::text(&format!("{}{behind}", "\u{fffd}".repeat(letter.len_utf8() - 1))))
        }
        None => Ok(Value::text(&rest)),
    }
}

fn substr<'a>(args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let text = args.text(0)?;
    let from = args.number(1)?;
    if !number::same(from.fract(), 0.0) || from < 0.0 {
        return Err(other("std.substr begins at a whole number, 0 or more"));
    }
    let length = usize::try_from(args.integer(2)?).map_err(|_| other("std.substr takes a length of 0 or more"))?;
    let from = number::index(from).unwrap_or(usize::MAX);
    Ok(Value::text(&text.chars().skip(from).take(length).collect::<String>()))
}

fn split<'a>(args: &Args<'_, 'a>, from_right: bool) -> Result<Value<'a>> {
    let (text, between) = (args.text(0)?, args.text(1)?);
    let most = args.integer(2)?;
    if most < -1 {
        return Err(other(format!("std.{} takes a number of -1 or more", args.name)));
    }
    if between.is_empty() {
        return Err(wrong(format!("std.{} splits at an empty text", args.name)));
    }
    let most = usize::try_from(most).map_or(usize::MAX, |most| most.saturating_add(1));
    let mut parts: Vec<&str> =
        if from_right { text.rsplitn(most, &**between).collect() } else { text.splitn(most, &**between).collect() };
    if from_right {
        parts.reverse();
    }
    Ok(Value::list(parts.into_iter().map(Value::text).collect()))
}
