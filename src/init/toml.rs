//! Puts hooks into a list of a configuration in TOML.
//!
//! The text is edited where it is: `toml_edit` writes CRLF as LF, adds a line break at the end, and puts keys with dots into
//! another order (toml-rs/toml issues 163, 1158 and 1213), and every other byte must stay.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{Block, Item, Line};
use crate::kratos::secrets;
use crate::text::Span;
use crate::yaml::Node;

/// A text, or why there is none.
type Text = Result<String, String>;

/// The text with a block in the list at `path` (keys joined by dots), at this position of it.
///
/// # Errors
/// When the list is written in another way than as tables (`[[…]]`) or in brackets.
pub(super) fn inserted(root: Node<'_>, path: &str, block: &Block, position: usize) -> Text {
    let text = root.source().text();
    let headers = headers(text, path);
    let list = root.find(path);
    let count = list.map_or(0, |list| list.items().len());
    if let Some(list) = list.filter(|_| headers.is_empty()) {
        return in_brackets(list, &block.values(), position);
    }
    let keys: Vec<&str> = path.split('.').collect();
    let (around, depth) = deepest(root, &keys);
    if list.is_none() && is_in_braces(around) {
        return in_braces(around, keys.get(depth..).unwrap_or_default(), &Value::Array(block.values()));
    }
    if headers.len() != count {
        return Err(format!("{path} is written partly as tables ([[{path}]])"));
    }
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let tables = tables(path, block).replace('\n', line_end);
    if let Some(at) = headers.get(position) {
        let (before, after) = text.split_at_checked(*at).ok_or("the list cannot be found")?;
        return Ok(format!("{before}{tables}{line_end}{after}"));
    }
    // Tables of the list stay together: the place is after the last of them, before the next other header.
    let at = headers.last().map_or_else(|| place_of(text, path), |last| end_of_tables(text, *last, path));
    let (before, after) = text.split_at_checked(at).ok_or("the list cannot be found")?;
    let first_gap = match before {
        "" => "",
        before if before.ends_with('\n') => line_end,
        _ => &line_end.repeat(2),
    };
    let gap = if after.is_empty() || after.starts_with(['\n', '\r']) { "" } else { line_end };
    Ok(format!("{before}{first_gap}{tables}{gap}{after}"))
}

/// The text without the item at this position of the list at `path`, and without the comments directly before it.
///
/// # Errors
/// When the list is not written as tables (`[[…]]`).
pub(super) fn removed(root: Node<'_>, path: &str, position: usize) -> Text {
    let text = root.source().text();
    let headers = headers(text, path);
    if let Some(list) = root.find(path).filter(|_| headers.is_empty()) {
        return out_of_brackets(list, position);
    }
    let count = root.find(path).map_or(0, |list| list.items().len());
    let start = headers.get(position).filter(|_| headers.len() == count);
    let start = *start.ok_or_else(|| format!("{path} is not written as tables ([[{path}]])"))?;
    let end = end_of_tables(text, start, path);
    let (before, rest) = text.split_at_checked(start).ok_or("the list cannot be found")?;
    let after = rest.get(end - start..).ok_or("the list cannot be found")?;
    // The empty line that `inserted` puts before tables at the end.
    if after.is_empty() && before.ends_with("\n\n") | before.ends_with("\n\r\n") {
        let before = before.strip_suffix("\r\n").or(before.strip_suffix('\n')).unwrap_or(before);
        return Ok(before.to_owned());
    }
    // One empty line less than there were on both sides.
    let after = if before.is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n") {
        after.trim_start_matches(['\r', '\n'])
    } else {
        after
    };
    Ok(format!("{before}{after}"))
}

/// The lines of an item that is written as tables, with the comments directly before it; none when it is in brackets.
pub(super) fn own_lines(item: Node<'_>) -> Option<Vec<String>> {
    let source = item.source();
    let first = source.line_span(source.line_of(item.origin().span.start)).start;
    let (before, rest) = source.text().split_at_checked(first)?;
    let path = header(rest.lines().next().filter(|line| line.trim_start().starts_with("[["))?)?;
    let comments = before.split_inclusive('\n').rev().take_while(|line| line.trim_start().starts_with('#'));
    let start = first - comments.map(str::len).sum::<usize>();
    let own = source.text().get(start..end_of_tables(source.text(), start, &path))?;
    Some(own.lines().map(str::to_owned).collect())
}

fn block_of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Block {
    let item = |value: &Value| Item { lines: Vec::new(), value: value.clone() };
    Block { items: values.into_iter().map(item).collect() }
}

/// The deepest node on the way to a value, and how many keys lead there.
fn deepest<'t>(root: Node<'t>, keys: &[&str]) -> (Node<'t>, usize) {
    let (mut node, mut depth) = (root, 0);
    while let Some(next) = keys.get(depth).and_then(|key| node.get(key)) {
        (node, depth) = (next, depth + 1);
    }
    (node, depth)
}

fn is_in_braces(node: Node<'_>) -> bool {
    node.parent().is_some() && node.source().slice(node.origin().span).starts_with('{')
}

/// The text of the file with another one in a span.
fn with(node: Node<'_>, span: Span, new: &str) -> Text {
    let text = node.source().text();
    match (text.get(..span.start), text.get(span.end..)) {
        (Some(before), Some(after)) => Ok(format!("{before}{new}{after}")),
        _ => Err(format!("{} cannot be found in the file", secrets::pointer(&node.pointer()))),
    }
}

/// Puts items into a list in brackets.
fn in_brackets(list: Node<'_>, items: &[Value], position: usize) -> Text {
    let new = items.iter().map(literal).collect::<Vec<_>>().join(", ");
    let start = list.origin().span.start;
    if !list.source().slice(list.origin().span).starts_with('[') {
        return Err(format!("{} is not a list", secrets::pointer(&list.pointer())));
    }
    match (list.items().nth(position), list.items().next_back()) {
        (Some(item), _) => with(list, Span::at(item.origin().span.start), &format!("{new}, ")),
        (None, Some(end)) => with(list, Span::at(end.origin().span.end), &format!(", {new}")),
        (None, None) => with(list, Span::at(start + 1), &new),
    }
}

/// Takes an item out of a list in brackets.
fn out_of_brackets(list: Node<'_>, position: usize) -> Text {
    let unclear = || format!("{} cannot be told apart in its list", secrets::pointer(&list.pointer()));
    let source = list.source();
    let span = list.items().nth(position).ok_or_else(unclear)?.origin().span;
    let before = position.checked_sub(1).and_then(|before| list.items().nth(before));
    let whole = match (list.items().nth(position + 1), before) {
        (Some(next), _) => Span::new(span.start, next.origin().span.start),
        (None, Some(prior)) => Span::new(prior.origin().span.end, span.end),
        (None, None) => span,
    };
    if source.slice(whole).contains('#') && source.slice(whole).contains('\n') {
        return Err(format!("there are comments around {}, which would be lost", secrets::pointer(&list.pointer())));
    }
    with(list, whole, "")
}

/// Puts a value under missing keys of a table in braces.
fn in_braces(table: Node<'_>, keys: &[&str], value: &Value) -> Text {
    let Some((first, rest)) = keys.split_first() else {
        return Err(format!("{} is a table", secrets::pointer(&table.pointer())));
    };
    let value = super::block::below(rest, value.clone());
    let new = format!("{} = {}", key(first), literal(&value));
    match table.fields().map(|field| field.value.origin().span.end).max() {
        Some(end) => with(table, Span::at(end), &format!(", {new}")),
        None => with(table, Span::at(table.origin().span.start + 1), &format!(" {new} ")),
    }
}

/// The text with another value in the place of one.
///
/// # Errors
/// When the value has no place of its own.
pub(super) fn changed(node: Node<'_>, value: &Value) -> Text {
    with(node, node.origin().span, &literal(value))
}

/// The text with an item at the end of a list.
///
/// # Errors
/// As [`inserted`].
pub(super) fn appended(root: Node<'_>, path: &str, item: &Value) -> Text {
    let position = root.find(path).map_or(0, |list| list.items().len());
    inserted(root, path, &block_of([item]), position)
}

/// The text with a value under missing keys.
///
/// # Errors
/// When there is no place for it.
pub(super) fn set(root: Node<'_>, keys: &[&str], value: &Value) -> Text {
    let text = root.source().text();
    let (around, depth) = deepest(root, keys);
    let rest = keys.get(depth..).unwrap_or_default();
    if is_in_braces(around) {
        return in_braces(around, rest, value);
    }
    if value.as_array().is_some_and(|items| items.first().is_some_and(Value::is_object)) {
        return inserted(root, &keys.join("."), &block_of(value.as_array().into_iter().flatten()), 0);
    }
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let (last, path) = keys.split_last().ok_or("there is no key")?;
    let row = format!("{} = {}{line_end}", key(last), literal(value));
    let header_of = |line: &str| header(line).filter(|_| line.trim_start().starts_with('['));
    let mut at = 0;
    if !value.is_object() && (rest.len() == 1 || path.is_empty()) {
        for line in text.split_inclusive('\n') {
            let header = header_of(line);
            if path.is_empty() && header.is_some() {
                break;
            }
            at += line.len();
            if header.is_some_and(|own| own == path.join(".") && !line.trim_start().starts_with("[[")) {
                return with(root, Span::at(at), &row);
            }
        }
        if path.is_empty() {
            let gap = if at == text.len() && !text.is_empty() && !text.ends_with('\n') { line_end } else { "" };
            return with(root, Span::at(at), &format!("{gap}{row}"));
        }
    }
    let mut tail = String::new();
    if value.is_object() {
        table(&dotted(path), &Value::Object(Map::from_iter([((*last).to_owned(), value.clone())])), &mut tail);
        tail = tail.trim_start().to_owned();
    } else {
        tail = format!("[{}]\n{row}", dotted(path));
    }
    let at = place_of(text, &keys.join("."));
    let before = text.get(..at).unwrap_or_default().replace("\r\n", "\n");
    let gap = if before.is_empty() || before.ends_with("\n\n") { 0 } else { 1 + usize::from(!before.ends_with('\n')) };
    let tail = format!("{}{}", "\n".repeat(gap), tail.replace("\r\n", "\n")).replace('\n', line_end);
    with(root, Span::at(at), &tail)
}

/// Where a new table belongs: after those with which it has most keys in common, else at the end.
fn place_of(text: &str, path: &str) -> usize {
    let keys: Vec<&str> = path.split('.').collect();
    for count in (1..keys.len()).rev() {
        let around = keys.get(..count).unwrap_or_default().join(".");
        let below = format!("{around}.");
        let (mut at, mut last) = (0, None);
        for line in text.split_inclusive('\n') {
            let name = header(line).filter(|name| *name == around || name.starts_with(&below));
            last = name.map(|name| (at, name)).or(last);
            at += line.len();
        }
        if let Some((start, name)) = last {
            return end_of_tables(text, start, &name);
        }
    }
    text.len()
}

fn dotted(keys: &[&str]) -> String {
    keys.iter().map(|name| key(name)).collect::<Vec<_>>().join(".")
}

/// A key, in quotes where it must be.
pub(crate) fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if is_bare { name.to_owned() } else { literal(&Value::String(name.to_owned())) }
}

/// A value on one line.
pub(crate) fn literal(value: &Value) -> String {
    match value {
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let rows: Vec<String> =
                fields.iter().map(|(name, field)| format!("{} = {}", key(name), literal(field))).collect();
            format!("{{ {} }}", rows.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        other => other.to_string().replace('\u{7f}', "\\u007f"),
    }
}

/// The keys of the header of a table, joined by dots.
fn header(line: &str) -> Option<String> {
    let inner = line.trim().strip_prefix('[')?;
    let name = inner.strip_prefix('[').unwrap_or(inner).split(']').next()?;
    Some(name.split('.').map(|key| key.trim().trim_matches(['"', '\''])).collect::<Vec<_>>().join("."))
}

/// Where the headers of the items of a list begin, comments directly before them included.
fn headers(text: &str, path: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut at, mut comments) = (0, None);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.starts_with("[[") && header(trimmed).as_deref() == Some(path) {
            found.push(comments.unwrap_or(at));
        }
        comments = if trimmed.starts_with('#') { comments.or(Some(at)) } else { None };
        at += line.len();
    }
    found
}

/// Where the tables of an item that begins at a byte end: before the comments of the next other table.
fn end_of_tables(text: &str, start: usize, path: &str) -> usize {
    let own = format!("{path}.");
    let (mut at, mut end) = (start, start);
    let mut is_first = true;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let trimmed = line.trim();
        if let Some(name) = header(trimmed) {
            let is_own = name.starts_with(&own) || name == path && is_first;
            if !is_own {
                break;
            }
            is_first = false;
        }
        at += line.len();
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            end = at;
        }
    }
    end
}

/// The tables of a block, each with its comments first.
pub(super) fn tables(path: &str, block: &Block) -> String {
    let mut text = String::new();
    for (number, item) in block.items.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        if let Some(old) = item.lines.iter().find_map(|line| header(line.text())) {
            item.lines.iter().for_each(|line| _ = writeln!(text, "{}", renamed(line.text(), &old, path)));
            continue;
        }
        for line in &item.lines {
            let content = line.text().trim_start();
            // A new comment about findings would silence nothing here.
            let is_idle = matches!(line, Line::New(_)) && content.starts_with("# kratos-lint:");
            if content.starts_with('#') && !is_idle {
                _ = writeln!(text, "{content}");
            }
        }
        _ = writeln!(text, "[[{path}]]");
        table(path, &item.value, &mut text);
    }
    text
}

/// A line of an item of the list `old`, as it is in the list at `path`: headers name the list.
fn renamed<'a>(line: &'a str, old: &str, path: &str) -> Cow<'a, str> {
    let is_below = |name: &str| name.strip_prefix(old).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let Some(name) = header(line).filter(|name| is_below(name)) else { return line.into() };
    let Some((opening, closing)) = line.find(|c| c != '[' && c != ' ').zip(line.find(']')) else { return line.into() };
    let (before, below, after) = (line.get(..opening), name.get(old.len()..), line.get(closing..));
    [before.unwrap_or_default(), path, below.unwrap_or_default(), after.unwrap_or_default()].concat().into()
}

/// The keys of the table at a path (that of the file is empty), and the tables below it.
pub(crate) fn table(path: &str, value: &Value, text: &mut String) {
    let fields = value.as_object().into_iter().flatten();
    let (maps, plain): (Vec<_>, Vec<_>) = fields.partition(|(_, field)| field.is_object());
    for (key, field) in plain {
        _ = writeln!(text, "{} = {}", self::key(key), literal(field));
    }
    for (key, field) in maps {
        let path = if path.is_empty() { self::key(key) } else { format!("{path}.{}", self::key(key)) };
        // A table that holds tables alone is made by their headers.
        if !field.as_object().is_some_and(|fields| !fields.is_empty() && fields.values().all(Value::is_object)) {
            _ = writeln!(text, "\n[{path}]");
        }
        table(&path, field, text);
    }
}
