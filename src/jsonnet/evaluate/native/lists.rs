//! Functions about lists.

use std::cmp::Ordering;
use std::rc::Rc;

use super::native;
use crate::jsonnet::evaluate::failure::{Failure, other, wrong_kind};
use crate::jsonnet::evaluate::number;
use crate::jsonnet::evaluate::value::{Args, List, Machine, Native, Result, State, Thunk, Value};

const ARR: &[(&str, bool)] = &[("arr", false)];
const FUNC_ARR: &[(&str, bool)] = &[("func", false), ("arr", false)];
const ARR_ELEM: &[(&str, bool)] = &[("arr", false), ("elem", false)];
const FOLD: &[(&str, bool)] = &[("func", false), ("arr", false), ("init", false)];
const EXTREME: &[(&str, bool)] = &[("arr", false), ("keyF", true), ("onEmpty", true)];

pub(super) const NATIVES: &[Native] = &[
    native("makeArray", (0, 19), &[("sz", false), ("func", false)], make_array),
    native("flatMap", (0, 19), FUNC_ARR, flat_map),
    native("join", (0, 19), &[("sep", false), ("arr", false)], join),
    native("reverse", (0, 19), ARR, |_, args| {
        let mut items = args.list(0)?.items();
        items.reverse();
        Ok(Value::List(List::new(items)))
    }),
    native("filter", (0, 19), FUNC_ARR, filter),
    native("foldl", (0, 19), FOLD, |machine, args| fold(machine, args, true)),
    native("foldr", (0, 19), FOLD, |machine, args| fold(machine, args, false)),
    native("member", (0, 19), &[("arr", false), ("x", false)], |machine, args| {
        Ok(Value::Bool(member(machine, args.get(0)?, args.get(1)?)?))
    }),
    native("range", (0, 19), &[("from", false), ("to", false)], |_, args| range(args)),
    native("sort", (0, 19), &[("arr", false), ("keyF", true)], sort),
    native("sum", (0, 20), ARR, |machine, args| Ok(Value::Number(sum(machine, args)?))),
    native("avg", (0, 21), ARR, |machine, args| match args.list(0)?.len() {
        0 => Err(other("std.avg of an empty list")),
        length => Ok(Value::Number(sum(machine, args)? / number::from_length(length))),
    }),
    native("contains", (0, 21), ARR_ELEM, |machine, args| {
        args.list(0)?;
        Ok(Value::Bool(member(machine, args.get(0)?, args.get(1)?)?))
    }),
    native("remove", (0, 21), ARR_ELEM, remove),
    native("removeAt", (0, 21), &[("arr", false), ("i", false)], |_, args| {
        let index = usize::try_from(args.integer(1)?).ok();
        remove_at(args.list(0)?, index)
    }),
    native("minArray", (0, 21), EXTREME, |machine, args| extreme(machine, args, Ordering::Greater)),
    native("maxArray", (0, 21), EXTREME, |machine, args| extreme(machine, args, Ordering::Less)),
];

fn make_array<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let size = usize::try_from(args.integer(0)?).unwrap_or(0);
    let function = args.function(1)?;
    let items = (0..size).map(|index| machine.thunk(State::Item(function.clone(), index))).collect();
    Ok(Value::List(List::new(items)))
}

/// The items of a list, or the letters of a text.
fn items<'a>(args: &Args<'_, 'a>, index: usize) -> Result<Vec<Rc<Thunk<'a>>>> {
    match args.get(index)? {
        Value::List(list) => Ok(list.items()),
        Value::Text(text) => Ok(letters(text)),
        _ => Err(args.wrong(index)),
    }
}

fn letters<'a>(text: &str) -> Vec<Rc<Thunk<'a>>> {
    text.chars().map(|letter| Thunk::done(Value::text(letter.encode_utf8(&mut [0; 4])))).collect()
}

fn flat_map<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let function = args.function(0)?;
    let of_text = matches!(args.get(1)?, Value::Text(_));
    let mut text = String::new();
    let mut all = Vec::new();
    for item in items(args, 1)? {
        match (machine.call(function, vec![item])?, of_text) {
            (Value::List(list), false) => {
                machine.spend(list.len())?;
                all.extend(list.items());
            }
            (Value::Text(part), true) => {
                machine.spend_on_text(part.len())?;
                text.push_str(&part);
            }
            (value, _) => return Err(wrong_kind(value.kind(), |is| format!("the function of std.flatMap gives {is}"))),
        }
    }
    Ok(if of_text { Value::text(&text) } else { Value::List(List::new(all)) })
}

fn join<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let list = args.list(1)?;
    let mut text = String::new();
    let mut all = Vec::new();
    let mut is_first = true;
    for item in list.items() {
        match (args.get(0)?, machine.force(&item)?) {
            (Value::Text(_) | Value::List(_), Value::Null) => continue,
            (Value::Text(between), Value::Text(part)) => {
                machine.spend_on_text(between.len() + part.len())?;
                text.push_str(if is_first { "" } else { between });
                text.push_str(&part);
            }
            (Value::List(between), Value::List(part)) => {
                machine.spend(between.len() + part.len())?;
                all.extend(if is_first { Vec::new() } else { between.items() });
                all.extend(part.items());
            }
            (Value::Text(_) | Value::List(_), value) => {
                return Err(wrong_kind(value.kind(), |is| format!("an item of the list of std.join is {is}")));
            }
            _ => break,
        }
        is_first = false;
    }
    match args.get(0)? {
        Value::Text(_) => Ok(Value::text(&text)),
        Value::List(_) => Ok(Value::List(List::new(all))),
        _ => Err(args.wrong(0)),
    }
}

fn filter<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let list = args.list(1)?;
    let function = args.function(0)?;
    let mut kept = Vec::new();
    for item in list.items() {
        match machine.call(function, vec![Rc::clone(&item)])? {
            Value::Bool(true) => kept.push(item),
            Value::Bool(false) => {}
            value => return Err(wrong_kind(value.kind(), |is| format!("the function of std.filter gives {is}"))),
        }
    }
    Ok(Value::List(List::new(kept)))
}

fn fold<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>, from_left: bool) -> Result<Value<'a>> {
    let function = args.function(0)?;
    let mut value = args.get(2)?.clone();
    let mut items = items(args, 1)?;
    if !from_left {
        items.reverse();
    }
    for item in items {
        let known = Thunk::done(value);
        let given = if from_left { vec![known, item] } else { vec![item, known] };
        value = machine.call(function, given)?;
    }
    Ok(value)
}

/// Whether a list holds a value, or a text another one.
pub(super) fn member<'a>(machine: &mut Machine<'a>, among: &Value<'a>, value: &Value<'a>) -> Result<bool> {
    match among {
        Value::Text(among) => match value {
            // Up to 0.19 only single letters are found.
            Value::Text(value) if machine.go_jsonnet < (0, 20) => {
                Ok(value.chars().count() == 1 && among.contains(&**value))
            }
            Value::Text(value) => Ok(among.contains(&**value)),
            _ => Err(wrong_kind(value.kind(), |is| format!("{is} is looked for in a text"))),
        },
        Value::List(list) => {
            for item in list.items() {
                let item = machine.force(&item)?;
                if machine.equal(&item, value)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Err(wrong_kind(among.kind(), |is| format!("{is} is searched, which is no list or text"))),
    }
}

fn range<'a>(args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let (from, to) = (i64::from(args.integer(0)?), i64::from(args.integer(1)?));
    if to < from - 1 {
        return Err(other("go-jsonnet breaks: std.range ends before it begins"));
    }
    Ok(Value::list((from..=to).map(|number| Value::Number(number::from_bits(number))).collect()))
}

fn sort<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let list = args.list(0)?;
    let key = args.function_or_id(1)?;
    let mut keyed = Vec::with_capacity(list.len());
    for item in list.items() {
        keyed.push((machine.call(&key, vec![Rc::clone(&item)])?, item));
    }
    let mut failure: Option<Failure> = None;
    keyed.sort_by(|(one, _), (other, _)| match machine.compare(one, other) {
        Ok(order) => order,
        Err(found) => {
            failure.get_or_insert(found);
            Ordering::Equal
        }
    });
    match failure {
        Some(failure) => Err(failure),
        None => Ok(Value::List(List::new(keyed.into_iter().map(|(_, item)| item).collect()))),
    }
}

fn sum<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<f64> {
    let mut all = 0.0;
    for item in args.list(0)?.items() {
        match machine.force(&item)? {
            Value::Number(number) => all += number,
            value => {
                return Err(wrong_kind(value.kind(), |is| format!("an item of the list of std.{} is {is}", args.name)));
            }
        }
    }
    Ok(all)
}

fn remove<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let list = args.list(0)?;
    let wanted = args.get(1)?;
    for (index, item) in list.items().iter().enumerate() {
        let item = machine.force(item)?;
        if machine.equal(&item, wanted)? {
            return remove_at(list, Some(index));
        }
    }
    Ok(Value::List(list.clone()))
}

fn remove_at<'a>(list: &List<'a>, index: Option<usize>) -> Result<Value<'a>> {
    let rest = index.and_then(|index| list.without(index));
    rest.map(Value::List).ok_or_else(|| other("go-jsonnet breaks: std.removeAt outside of the list"))
}

fn extreme<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>, replaced_when: Ordering) -> Result<Value<'a>> {
    let items = args.list(0)?.items();
    let key = args.function_or_id(1)?;
    let Some((first, rest)) = items.split_first() else {
        return match args.values.get(2) {
            Some(Some(value)) => Ok(value.clone()),
            _ => Err(other(format!("std.{} of an empty list", args.name))),
        };
    };
    let mut best = (machine.force(first)?, machine.call(&key, vec![Rc::clone(first)])?);
    for item in rest {
        let current = (machine.force(item)?, machine.call(&key, vec![Rc::clone(item)])?);
        if machine.compare(&best.1, &current.1)? == replaced_when {
            best = current;
        }
    }
    Ok(best.0)
}
