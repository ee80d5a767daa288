//! Puts hooks into a list of a configuration in TOML.

use std::fmt::Write as _;

use serde_json::Value;

use super::Block;
use crate::yaml::Node;

/// The text with a block in the list at `path` (keys joined by dots), at this position of it.
///
/// # Errors
/// When the list is not written as tables (`[[…]]`).
pub(super) fn inserted(root: Node<'_>, path: &str, block: &Block, position: usize) -> Result<String, String> {
    let text = root.source().text();
    let headers = headers(text, path);
    let count = root.find(path).map_or(0, |list| list.items().len());
    if headers.len() != count {
        return Err(format!("{path} is not written as tables ([[{path}]])"));
    }
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let tables = tables(path, block).replace('\n', line_end);
    if let Some(at) = headers.get(position) {
        let (before, after) = text.split_at_checked(*at).ok_or("the list cannot be found")?;
        return Ok(format!("{before}{tables}{line_end}{after}"));
    }
    // Tables of the list stay together: behind the last of them, before the next other header.
    let at = headers.last().map_or(text.len(), |last| end_of_tables(text, *last, path));
    let (before, after) = text.split_at_checked(at).ok_or("the list cannot be found")?;
    let first_gap = match before {
        "" => "",
        before if before.ends_with('\n') => line_end,
        _ => &line_end.repeat(2),
    };
    let gap = if after.is_empty() { "" } else { line_end };
    Ok(format!("{before}{first_gap}{tables}{gap}{after}"))
}

/// The text without the item at this position of the list at `path`, and without the comments directly before it.
///
/// # Errors
/// When the list is not written as tables (`[[…]]`).
pub(super) fn removed(root: Node<'_>, path: &str, position: usize) -> Result<String, String> {
    let text = root.source().text();
    let headers = headers(text, path);
    let count = root.find(path).map_or(0, |list| list.items().len());
    let start = headers.get(position).filter(|_| headers.len() == count);
    let start = *start.ok_or_else(|| format!("{path} is not written as tables ([[{path}]])"))?;
    let end = end_of_tables(text, start, path);
    let (before, rest) = text.split_at_checked(start).ok_or("the list cannot be found")?;
    let after = rest.get(end - start..).ok_or("the list cannot be found")?;
    if rest.get(..end - start).unwrap_or_default().lines().skip_while(|line| line.starts_with('#')).any(has_comment) {
        return Err(format!("there are comments inside the tables of {path}, which would be lost"));
    }
    // One empty line less than there were on both sides.
    let after = if before.is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n") {
        after.trim_start_matches(['\r', '\n'])
    } else {
        after
    };
    Ok(format!("{before}{after}"))
}

fn has_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
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

/// The tables of a block, with its comments first.
fn tables(path: &str, block: &Block) -> String {
    let mut text = String::new();
    for line in block.lines.iter().map(|line| line.text().trim_start()) {
        // A comment about findings would silence nothing here.
        if line.starts_with('#') && !line.starts_with("# kratos-lint:") {
            _ = writeln!(text, "{line}");
        }
    }
    for (number, hook) in block.flow.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        _ = writeln!(text, "[[{path}]]");
        table(path, hook, &mut text);
    }
    text
}

fn table(path: &str, value: &Value, text: &mut String) {
    let fields = value.as_object().into_iter().flatten();
    let (maps, plain): (Vec<_>, Vec<_>) = fields.partition(|(_, field)| field.is_object());
    for (key, field) in plain {
        _ = writeln!(text, "{key} = {field}");
    }
    for (key, field) in maps {
        let path = format!("{path}.{key}");
        _ = writeln!(text, "\n[{path}]");
        table(&path, field, text);
    }
}
