//! Puts a hook into a list of an existing configuration, and leaves every other byte as it is.

use crate::diagnostic::Edit;
use crate::fix::list;
use crate::text::{Place, Source, Span};
use crate::yaml::{Node, Style, Value};

use super::Block;

/// The edits that put `block` into the list at `path` (keys joined by dots), before the hook of the name `before` where there
/// is one. Missing keys are made.
///
/// # Errors
/// Says why it cannot be put there (an alias, a template, a value that is no list).
pub fn edits(root: Node<'_>, path: &str, block: &Block, before: Option<&str>) -> Result<Vec<Edit>, String> {
    let keys: Vec<&str> = path.split('.').collect();
    let (mut node, mut depth) = (root, 0);
    while let Some(next) = keys.get(depth).and_then(|key| node.get(key)) {
        node = next;
        depth += 1;
    }
    let rest = keys.get(depth..).unwrap_or_default();
    if node.is_aliased() {
        return Err(format!("{path} comes from an alias: write the hook there by hand"));
    }
    let mut around = std::iter::successors(Some(node), |node| node.parent());
    if let Some(shared) = around.find_map(Node::anchor) {
        let name = node.source().slice(shared);
        return Err(format!("{path} is shared by the anchor {name}: the hook would run wherever it is used"));
    }
    let layout = Layout::of(root);
    match (node.value(), node.style()) {
        (Value::Sequence(_), Style::Block) if rest.is_empty() => Ok(vec![block_item(node, block, before)]),
        (Value::Sequence(_), _) if rest.is_empty() => Ok(vec![flow_item(node, block, before, &layout)]),
        (Value::Null, _) => Ok(vec![below_key(node, rest, block, &layout)]),
        (Value::Mapping(_), Style::Block) if !rest.is_empty() => Ok(vec![block_entry(node, rest, block, &layout)]),
        (Value::Mapping(_), _) if !rest.is_empty() => Ok(vec![flow_entry(node, rest, block)]),
        (Value::Unknown, _) => Err(format!("{path} is filled in by a template: write the hook there by hand")),
        _ => Err(format!("{path} is {}: it should be a list", node.type_name())),
    }
}

/// How this file indents.
struct Layout {
    step: usize,
    /// How far the dash of a list stands behind the key of the list.
    dash: usize,
}

impl Layout {
    fn of(root: Node<'_>) -> Layout {
        let nodes = root.descendants();
        let column = |node: Node<'_>| column_of(node.source(), node.key_place().span.start);
        let block_maps =
            nodes.iter().filter(|node| node.is_mapping() && node.style() == Style::Block && node.key().is_some());
        let steps = block_maps.filter_map(|map| map.fields().next().map(|field| (column(*map), column(field.value))));
        let step = steps.map(|(outer, inner)| inner.saturating_sub(outer)).find(|step| *step > 0).unwrap_or(2);
        let lists =
            nodes.iter().filter(|node| node.is_sequence() && node.style() == Style::Block && node.key().is_some());
        let dashes =
            lists.filter_map(|list| list.items().next().map(|item| dash_column(item).saturating_sub(column(*list))));
        Layout { step, dash: dashes.into_iter().next().unwrap_or(step) }
    }
}

/// Column of a byte, from 0, in bytes.
fn column_of(source: &Source, byte: usize) -> usize {
    byte - source.line_span(source.line_of(byte)).start
}

/// Column of the dash before an item of a block list.
fn dash_column(item: Node<'_>) -> usize {
    let place = item.origin();
    let line = |number: usize| place.source.line_span(number);
    let own = place.source.line_of(place.span.start);
    let lead = place.source.slice(Span::new(line(own).start, place.span.start));
    let column = |text: &str| text.len() - text.trim_start_matches(' ').len();
    match lead.rfind('-') {
        Some(dash) => dash,
        // The dash has a line of its own.
        None => list::start(item).map_or(0, |start| column(place.source.slice(line(place.source.line_of(start))))),
    }
}

/// Where the line behind a node and all below it begins, and whether a line break must be made first.
fn behind(node: Node<'_>) -> (usize, bool) {
    let source = node.source();
    let end = node.descendants().into_iter().map(|below| below.origin().span.end).max().unwrap_or_default();
    if source.text().get(..end).is_some_and(|text| text.ends_with('\n')) {
        return (end, false);
    }
    let line = source.line_span(source.line_of(end));
    (line.end, !source.slice(line).ends_with('\n'))
}

fn indented(lines: &[String], by: usize) -> String {
    lines.iter().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

fn insertion(node: Node<'_>, at: usize, needs_break: bool, text: String) -> Edit {
    let text = if needs_break { format!("\n{}", text.trim_end_matches('\n')) } else { text };
    Edit { place: Place::new(node.source(), Span::at(at)), text }
}

fn block_item(list: Node<'_>, block: &Block, before: Option<&str>) -> Edit {
    let named = |item: &Node<'_>| before.is_some() && item.get("hook").and_then(Node::as_str) == before;
    let dash = list.items().next().map_or(0, dash_column);
    let text = indented(&block.lines, dash);
    if let Some(item) = list.items().find(named) {
        let source = item.source();
        let line = source.line_span(source.line_of(item.origin().span.start)).start;
        return insertion(list, list::start(item).unwrap_or(line), false, text);
    }
    let (at, needs_break) = behind(list);
    insertion(list, at, needs_break, text)
}

fn flow_item(list: Node<'_>, block: &Block, before: Option<&str>, layout: &Layout) -> Edit {
    let named = |item: &Node<'_>| before.is_some() && item.get("hook").and_then(Node::as_str) == before;
    let source = list.source();
    let span = list.origin().span;
    if let Some(item) = list.items().find(named) {
        return Edit {
            place: Place::new(source, Span::at(item.origin().span.start)),
            text: format!("{}, ", block.flow),
        };
    }
    if let Some(last) = list.items().next_back() {
        return Edit { place: Place::new(source, Span::at(last.origin().span.end)), text: format!(", {}", block.flow) };
    }
    let line = source.line_span(source.line_of(span.end));
    let alone = source.slice(Span::new(span.end, line.end)).trim().is_empty();
    let in_block = list.parent().is_some_and(|parent| parent.style() == Style::Block);
    if !alone || !in_block {
        return Edit { place: Place::new(source, span), text: format!("[{}]", block.flow) };
    }
    let key = column_of(source, list.key_place().span.start);
    let text = format!("\n{}", indented(&block.lines, key + layout.dash).trim_end_matches('\n'));
    // The blank before the brackets goes with them.
    let start = span.start - usize::from(source.slice(Span::new(span.start.saturating_sub(1), span.start)) == " ");
    Edit { place: Place::new(source, Span::new(start, span.end)), text }
}

/// The lines of missing keys with the list below them.
fn nested(keys: &[&str], block: &Block, from: usize, layout: &Layout) -> String {
    let mut text = String::new();
    for (depth, key) in keys.iter().enumerate() {
        text.push_str(&format!("{}{key}:\n", " ".repeat(from + depth * layout.step)));
    }
    let last = from + keys.len().saturating_sub(1) * layout.step;
    text + &indented(&block.lines, last + layout.dash)
}

/// Below a key without a value.
fn below_key(node: Node<'_>, rest: &[&str], block: &Block, layout: &Layout) -> Edit {
    let source = node.source();
    let key = node.key_place().span;
    let column = column_of(source, key.start);
    let line = source.line_span(source.line_of(key.start));
    let needs_break = !source.slice(line).ends_with('\n');
    let text = if rest.is_empty() {
        indented(&block.lines, column + layout.dash)
    } else {
        nested(rest, block, column + layout.step, layout)
    };
    insertion(node, line.end, needs_break, text)
}

fn block_entry(map: Node<'_>, rest: &[&str], block: &Block, layout: &Layout) -> Edit {
    let column = map.fields().next().map_or(0, |field| column_of(map.source(), field.key_span.start));
    let (at, needs_break) = behind(map);
    insertion(map, at, needs_break, nested(rest, block, column, layout))
}

fn flow_entry(map: Node<'_>, rest: &[&str], block: &Block) -> Edit {
    let mut value = format!("[{}]", block.flow);
    for key in rest.iter().skip(1).rev() {
        value = format!("{{\"{key}\": {value}}}");
    }
    let entry = format!("\"{}\": {value}", rest.first().unwrap_or(&"hooks"));
    let source = map.source();
    match map.fields().next_back() {
        Some(last) => {
            let end = last.value.origin().span.end.max(last.key_span.end);
            Edit { place: Place::new(source, Span::at(end)), text: format!(", {entry}") }
        }
        None => Edit { place: map.origin(), text: format!("{{{entry}}}") },
    }
}

/// The text of the file with the edits in it. In a configuration inside another file new lines are indented as the text around.
///
/// # Errors
/// When the place does not stand in the file to the letter (base64, folded or quoted texts).
pub fn applied(edits: &[Edit]) -> Result<(String, String), String> {
    let first = edits.first().ok_or("there is nothing to insert")?;
    let file = first.place.in_file().source;
    let mut placed: Vec<(Span, String)> = Vec::new();
    for edit in edits {
        placed.push(in_file(edit)?);
    }
    placed.sort();
    let line_end = if file.text().contains("\r\n") { "\r\n" } else { "\n" };
    let (mut text, mut at) = (String::new(), 0);
    for (span, new) in placed {
        text.push_str(file.slice(Span::new(at, span.start)));
        text.push_str(&new.replace('\n', line_end));
        at = span.end;
    }
    text.push_str(file.slice(Span::new(at, file.text().len())));
    Ok((file.path().to_owned(), text))
}

fn in_file(edit: &Edit) -> Result<(Span, String), String> {
    let place = edit.place.in_file();
    if !edit.place.source.is_embedded() {
        return Ok((place.span, edit.text.clone()));
    }
    let inner = &edit.place.source;
    let first_line = Place::new(inner, inner.line_span(0)).in_file();
    let indent = column_of(&first_line.source, first_line.span.start);
    let lead = first_line.source.slice(Span::new(first_line.span.start - indent, first_line.span.start));
    if !lead.trim().is_empty() || !Place::new(inner, inner.line_span(0)).is_verbatim() {
        return Err(
            "this configuration is not written line by line in its file: write the hook there by hand".to_owned()
        );
    }
    let pad = " ".repeat(indent);
    let starts_line = column_of(&place.source, place.span.start) == 0;
    let body = edit.text.trim_end_matches('\n').replace('\n', &format!("\n{pad}"));
    let ends_line = edit.text.ends_with('\n');
    Ok(match (starts_line, ends_line) {
        (true, _) => (place.span, format!("{pad}{body}\n")),
        (false, true) => (place.span, format!("{body}\n{pad}")),
        (false, false) => (place.span, body),
    })
}
