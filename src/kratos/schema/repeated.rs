//! Equal items of a list, as JSON compares them.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use crate::yaml::{Node, Value};

/// The items of a list that an earlier one equals.
pub(crate) fn repeated(list: Node<'_>) -> Vec<Node<'_>> {
    let mut seen = HashSet::new();
    list.items().filter(|item| canonical(*item).is_some_and(|text| !seen.insert(text))).collect()
}

/// A text that is the same for equal JSON: numbers by value, objects without order. None for what is not known.
fn canonical(node: Node<'_>) -> Option<String> {
    let mut text = String::new();
    write_canonical(node, &mut text)?;
    Some(text)
}

/// Lengths stand before texts, so that nothing has to be escaped at each level of nesting.
fn write_canonical(node: Node<'_>, out: &mut String) -> Option<()> {
    let mut text = |kind: char, text: &str| {
        let _ = write!(out, "{kind}{}:{text}", text.len());
    };
    match node.value() {
        Value::Null => out.push('n'),
        Value::Bool(value) => out.push(if *value { 't' } else { 'f' }),
        Value::Number(number) => text('#', &format!("{:x}", number.value.to_bits())),
        Value::String(value) => text('"', value),
        Value::Unknown => return None,
        Value::Sequence(items) => {
            let _ = write!(out, "[{}:", items.len());
            node.items().try_for_each(|item| write_canonical(item, out))?;
        }
        Value::Mapping(_) => {
            // Of two equal keys the last one counts.
            let fields: BTreeMap<&str, Node<'_>> = node.fields().map(|field| (field.key, field.value)).collect();
            let _ = write!(out, "{{{}:", fields.len());
            for (key, value) in fields {
                let _ = write!(out, "{}:{key}", key.len());
                write_canonical(value, out)?;
            }
        }
    }
    Some(())
}
