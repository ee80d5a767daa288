//! The text of a variable as the type of its key (`configx/koanf_env.go:extract`, decode; spf13/cast).

use serde_json::{Value, json};

use super::name::Reading;
use crate::kratos::boolean;
use crate::kratos::version::Version;

/// From this version on a fraction is cut off; before, it made the number 0 (cast 1.9 and 1.5).
const CUTS_FRACTIONS: Version = Version::V25_4;

/// What users would not expect of how a text is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Surprise {
    /// A word that is no boolean is false.
    False,
    /// A text that is no number is 0.
    Zero,
    /// A number that begins with 0 is octal, `0x` hexadecimal: what it comes to.
    Base(i64),
    /// Where a list or an object is wanted, anything else is null.
    Null,
    /// A list of hooks (or another key without a single type) stays a text.
    Text,
    /// The quotes around it are part of it.
    Quoted,
    /// It sets an item of a list and not this earlier one, which becomes null.
    Gap(usize),
    /// So many items of the list of the file stay after those of the variable.
    Tail(usize),
}

/// The value of a text, and what is surprising about it.
pub(super) fn read(text: &str, kind: Reading, version: Version) -> (Value, Option<Surprise>) {
    let (value, surprise) = read_as(text, kind, version);
    // A list of hooks stays a text also without quotes.
    let is_quoted = !matches!(kind, Reading::Raw) && is_quoted(text);
    (value, if is_quoted { Some(Surprise::Quoted) } else { surprise })
}

/// Whether one pair of quotes is around a text, and none in it.
fn is_quoted(text: &str) -> bool {
    ['"', '\''].iter().any(|quote| {
        let inner = text.strip_prefix(*quote).and_then(|rest| rest.strip_suffix(*quote));
        inner.is_some_and(|inner| !inner.contains(*quote))
    })
}

fn read_as(text: &str, kind: Reading, version: Version) -> (Value, Option<Surprise>) {
    match kind {
        Reading::Text => (json!(text), None),
        Reading::Raw => (json!(text), Some(Surprise::Text)),
        Reading::Boolean => boolean(text),
        Reading::Integer => integer(text, version),
        Reading::Number => match text.parse::<f64>() {
            Ok(number) => (json!(number), None),
            Err(_) => (json!(0), Some(Surprise::Zero)),
        },
        Reading::Texts => texts(text),
        Reading::Json => match serde_json::from_str::<Value>(text) {
            Ok(value @ (Value::Array(_) | Value::Object(_))) => (value, None),
            _ => (Value::Null, Some(Surprise::Null)),
        },
    }
}

/// What Go does not read is false.
fn boolean(text: &str) -> (Value, Option<Surprise>) {
    let value = boolean::parse(text);
    (json!(value.unwrap_or_default()), value.is_none().then_some(Surprise::False))
}

fn integer(text: &str, version: Version) -> (Value, Option<Surprise>) {
    let zero = || (json!(0), Some(Surprise::Zero));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return zero();
    }
    let is_fraction = fraction.bytes().any(|byte| byte != b'0');
    if is_fraction && version < CUTS_FRACTIONS {
        return zero();
    }
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, whole.strip_prefix('+').unwrap_or(whole)),
    };
    let (base, digits) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, digits.get(2..)),
        Some("0b") => (2, digits.get(2..)),
        Some("0o") => (8, digits.get(2..)),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, digits.get(1..)),
        _ => (10, Some(digits)),
    };
    let plain = digits.filter(|digits| !digits.starts_with(['+', '-']));
    match plain.and_then(|digits| i64::from_str_radix(digits, base).ok()) {
        // The same number in both bases surprises no one.
        Some(number) if base == 10 || number < 8 => (json!(sign * number), None),
        Some(number) => (json!(sign * number), Some(Surprise::Base(sign * number))),
        None => zero(),
    }
}

/// A JSON list or object as it is, any other JSON null, everything else one line of comma-separated values.
fn texts(text: &str) -> (Value, Option<Surprise>) {
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Array(_) | Value::Object(_))) => (value, None),
        Ok(_) => (Value::Null, Some(Surprise::Null)),
        Err(_) if text.is_empty() => (Value::Null, Some(Surprise::Null)),
        Err(_) => (json!(comma_separated(text)), None),
    }
}

/// One record as `encoding/csv` reads it: `"` around a value protects its commas, `""` inside is one.
fn comma_separated(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let starts = values.last().is_some_and(String::is_empty);
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                push(&mut values, '"');
            }
            '"' if quoted || starts => quoted = !quoted,
            ',' if !quoted => values.push(String::new()),
            '\n' | '\r' if !quoted => break,
            _ => push(&mut values, character),
        }
    }
    values
}

fn push(values: &mut [String], character: char) {
    if let Some(last) = values.last_mut() {
        last.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_cast_does() {
        let of = |text, version| integer(text, version).0;
        for (text, number) in
            [("0100", 64), ("0x10", 16), ("5.0", 5), ("-7", -7), ("08", 0), ("1e3", 0), (" 5", 0), ("", 0)]
        {
            assert_eq!(of(text, Version::V1_3_1), json!(number), "{text}");
        }
        assert_eq!(of("5.9", Version::V1_3_1), json!(0));
        assert_eq!(of("5.9", Version::V25_4), json!(5));
    }

    #[test]
    fn lists_are_json_or_comma_separated() {
        assert_eq!(texts("a,\"b,c\",\"d\"\"e\"").0, json!(["a", "b,c", "d\"e"]));
        assert_eq!(texts("[\"a\"]").0, json!(["a"]));
        for text in ["5", "true", "null", "\"a\"", ""] {
            assert_eq!(texts(text), (Value::Null, Some(Surprise::Null)), "{text}");
        }
    }
}
