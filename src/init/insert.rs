//! Puts a hook into a list of an existing configuration, and leaves every other byte as it is.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::diagnostic::Edit;
use crate::kratos::secrets;
use crate::list;
use crate::text::{Place, Source, Span, edited};
use crate::yaml::{Node, Style, Value};

use super::inline::Inline;
use super::{Block, Line};

/// What goes below missing keys.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    /// Hooks, as a list.
    Hooks(&'a Block),
    /// Any value.
    Value(&'a Json),
}

impl Content<'_> {
    fn json(self) -> Json {
        match self {
            Content::Hooks(block) => Json::Array(block.values()),
            Content::Value(value) => value.clone(),
        }
    }
}

/// Edits, or why they are not possible.
type Edits = Result<Vec<Edit>, String>;

/// The edits that put `block` into the list at `path` (keys joined by dots), at this position of it. Missing keys are made.
///
/// # Errors
/// Says why it cannot be put there (an alias, a template, a value that is no list).
pub(super) fn edits(root: Node<'_>, path: &str, block: &Block, position: usize) -> Edits {
    let keys: Vec<&str> = path.split('.').collect();
    below(root, &keys, Content::Hooks(block), position)
}

/// The edits that put a value below a map, in the place of keys that are missing.
///
/// # Errors
/// Says why it cannot be put there.
pub(super) fn set(root: Node<'_>, keys: &[&str], value: &Json) -> Edits {
    below(root, keys, Content::Value(value), 0)
}

fn below(root: Node<'_>, keys: &[&str], content: Content<'_>, position: usize) -> Edits {
    let path = keys.join(".");
    let (mut node, mut depth) = (root, 0);
    while let Some(next) = keys.get(depth).and_then(|key| node.get(key)) {
        node = next;
        depth += 1;
    }
    let rest = keys.get(depth..).unwrap_or_default();
    own(node, &path)?;
    let layout = Layout::of(root, node);
    let is_block = node.style() == Style::Block;
    match (node.value(), content) {
        (Value::Sequence(_), Content::Hooks(block)) if rest.is_empty() && is_block => {
            block_item(node, block, position, &layout)
        }
        (Value::Sequence(_), Content::Hooks(block)) if rest.is_empty() => flow_item(node, block, position, &layout),
        (Value::Null, _) if is_in_flow(node) => Ok(vec![in_flow(node, rest, content, &layout)]),
        (Value::Null, _) if !rest.is_empty() || content.json().is_array() => {
            Ok(below_key(node, rest, content, &layout))
        }
        (Value::Mapping(_), _) if !rest.is_empty() && is_block => Ok(vec![block_entry(node, rest, content, &layout)]),
        (Value::Mapping(_), _) if !rest.is_empty() => Ok(flow_entry(node, rest, content, &layout)),
        (Value::Unknown, _) => Err(format!("{path} is filled in by a template")),
        _ => Err(format!("{} is {}, not a list or map of hooks", secrets::pointer(&node.pointer()), node.type_name())),
    }
}

/// Refuses what other places share, or what is written elsewhere.
///
/// # Errors
/// Says who shares it.
pub(super) fn own(node: Node<'_>, path: &str) -> Result<(), String> {
    if node.is_aliased() {
        return Err(format!("{path} comes from an alias"));
    }
    match shared(node) {
        Some(anchor) => Err(format!("{path} is part of `&{anchor}`, which other places use too")),
        None => Ok(()),
    }
}

/// The anchor around a node to which an alias of the file refers: a change there would show at the alias too.
fn shared(node: Node<'_>) -> Option<&str> {
    std::iter::once(node).chain(node.ancestors()).find_map(|around| {
        let anchor = around.source().slice(around.anchor()?).trim_start_matches('&').trim();
        let alias = format!("*{anchor}");
        let text = around.source().text();
        let goes_on = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        let is_whole = |at: usize| text.get(at + alias.len()..).is_none_or(|rest| !rest.starts_with(goes_on));
        text.match_indices(&alias).any(|(at, _)| is_whole(at)).then_some(anchor)
    })
}

/// How this file indents.
struct Layout {
    /// How far a map is indented below its key.
    step: usize,
    /// Columns from the key of a list to its dash.
    dash: usize,
    /// Columns from the dash of an item to its text.
    gap: usize,
    /// Whether dashes are on lines of their own.
    alone: bool,
}

impl Layout {
    /// `near` is where something is to be written.
    fn of(root: Node<'_>, near: Node<'_>) -> Layout {
        let column = |node: Node<'_>| column_of(node.source(), node.key_place().span.start);
        let is_block = |node: &Node<'_>| node.style() == Style::Block && !node.is_aliased();
        // What is written just there says most.
        let nodes: Vec<Node<'_>> = near.descendants().into_iter().chain(root.descendants()).filter(is_block).collect();
        let block_maps = nodes.iter().filter(|node| node.is_mapping() && node.key().is_some());
        let steps = block_maps.filter_map(|map| {
            let first = map.fields().find(|field| !field.merged && !field.value.is_aliased())?;
            Some(column(first.value).saturating_sub(column(*map)))
        });
        let step = steps.into_iter().find(|step| *step > 0).unwrap_or_else(|| flow_step(root));
        let lists = nodes.iter().filter(|node| node.is_sequence());
        let items = || lists.clone().filter_map(|list| list.items().find(|item| !item.is_aliased()));
        let dashes = lists.clone().filter(|list| list.key().is_some()).filter_map(|list| {
            let (_, dash) = dash_of(list.items().next()?)?;
            Some(dash.saturating_sub(column(*list)))
        });
        let of_maps = items().filter(|item| item.is_mapping());
        let gaps = of_maps.clone().filter_map(|item| {
            let (line, dash) = dash_of(item)?;
            // An anchor is before what it names.
            let start = item.anchor().unwrap_or(item.origin().span).start;
            let is_same = item.source().line_of(start) == line;
            Some((column_of(item.source(), start).saturating_sub(dash), is_same))
        });
        let (gap, is_same) = gaps.into_iter().next().unwrap_or((2, true));
        Layout {
            step,
            dash: dashes.into_iter().next().unwrap_or(step),
            gap: gap.max(1 + usize::from(is_same)),
            alone: !is_same,
        }
    }

    /// The lines of a block at the column of its dash.
    fn placed(&self, block: &Block, dash: usize) -> String {
        let mut text = String::new();
        // A scalar is beside its dash also where maps are not.
        let is_single = block.items.iter().all(|item| !item.value.is_object());
        for line in block.lines() {
            let line = match line {
                Line::New(line) => line,
                Line::Kept(line) => {
                    let blanks = if line.is_empty() { 0 } else { dash };
                    text.push_str(&format!("{}{line}\n", " ".repeat(blanks)));
                    continue;
                }
            };
            let content = line.trim_start_matches(' ');
            let lead = line.len() - content.len();
            if lead == 0 {
                match content.strip_prefix("- ") {
                    Some(rest) if self.alone && !is_single => {
                        text.push_str(&format!("{0}-\n{0}{1}{rest}\n", " ".repeat(dash), " ".repeat(self.gap)));
                    }
                    Some(rest) => {
                        text.push_str(&format!("{}-{}{rest}\n", " ".repeat(dash), " ".repeat(self.gap - 1)));
                    }
                    None => text.push_str(&format!("{}{content}\n", " ".repeat(dash))),
                }
                continue;
            }
            let column = dash + self.gap + self.step * (lead.saturating_sub(2) / 2);
            text.push_str(&format!("{}{content}\n", " ".repeat(column)));
        }
        text
    }
}

/// How far JSON on lines is indented.
fn flow_step(root: Node<'_>) -> usize {
    let own_line = |node: Node<'_>| {
        let (source, start) = (node.source(), node.key_place().span.start);
        let column = column_of(source, start);
        source.slice(Span::new(start - column, start)).trim().is_empty().then_some(column)
    };
    let first = root.fields().find(|field| field.value.fields().next().is_some());
    let step = first.and_then(|field| {
        let inner = field.value.fields().next()?;
        own_line(inner.value)?.checked_sub(own_line(field.value)?)
    });
    step.filter(|step| *step > 0).unwrap_or(2)
}

/// Column of a byte, from 0, in bytes; a byte order mark has none.
fn column_of(source: &Source, byte: usize) -> usize {
    let start = source.line_span(source.line_of(byte)).start;
    let mark = if start == 0 && source.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    (byte - start).saturating_sub(mark)
}

/// Line and column of the dash of an item of a block list.
pub(super) fn dash_of(item: Node<'_>) -> Option<(usize, usize)> {
    let line = list::dash_line(item.source(), item)?;
    let text = item.source().slice(item.source().line_span(line));
    Some((line, text.len() - text.trim_start().len()))
}

/// Where the lines of a node end, and whether a line break must be made there first.
pub(super) fn behind(node: Node<'_>, column: usize) -> (usize, bool) {
    let source = node.source();
    let own = |below: &Node<'_>| !below.is_aliased();
    let last = node.descendants().into_iter().filter(own).max_by_key(|below| below.origin().span.end).unwrap_or(node);
    let at = list::end_of_item(source, last, column).max(last_line(node));
    (at, !source.text().get(..at).is_none_or(|text| text.is_empty() || text.ends_with('\n')))
}

/// The end of the last line on which a key or an alias of a node is written: neither has a text of its own there.
fn last_line(node: Node<'_>) -> usize {
    let source = node.source();
    let is_written = |below: &Node<'_>| {
        let is_here = Arc::ptr_eq(below.source(), source) && below.id() != node.id();
        is_here && !below.parent().is_some_and(Node::is_aliased)
    };
    let end_of = |below: Node<'_>| {
        let key = below.key_place().span;
        let end = if below.is_aliased() { below.place().span.end } else { key.start };
        source.line_span(source.line_of(end)).end
    };
    node.descendants().into_iter().filter(is_written).map(end_of).max().unwrap_or_default()
}

fn insertion(node: Node<'_>, at: usize, needs_break: bool, text: String) -> Edit {
    let text = if needs_break { format!("\n{}", text.trim_end_matches('\n')) } else { text };
    Edit { place: Place::new(node.source(), Span::at(at)), text }
}

fn block_item(list: Node<'_>, block: &Block, position: usize, layout: &Layout) -> Edits {
    let unclear = || format!("the lines of {} cannot be told apart", secrets::pointer(&list.pointer()));
    let first = list.items().next().ok_or_else(unclear)?;
    let (_, dash) = dash_of(first).ok_or_else(unclear)?;
    let text = layout.placed(block, dash);
    if let Some(item) = list.items().nth(position) {
        let at = list::start(item).ok_or_else(unclear)?;
        return Ok(vec![insertion(list, at, false, text)]);
    }
    let end = list.items().next_back().ok_or_else(unclear)?;
    if end.is_aliased() {
        let line = end.source().line_span(end.source().line_of(end.place().span.start));
        let needs_break = !end.source().slice(line).ends_with('\n');
        return Ok(vec![insertion(list, line.end, needs_break, text)]);
    }
    let (at, needs_break) = behind(end, dash);
    Ok(vec![insertion(list, at, needs_break, text)])
}

/// Whether only blanks and a comment follow on the line of a byte, and whether a block is around: lines may follow then.
fn may_open_lines(node: Node<'_>) -> bool {
    let (source, end) = (node.source(), node.origin().span.end);
    let line = source.line_span(source.line_of(end));
    let rest = source.slice(Span::new(end, line.end.max(end))).trim();
    let in_block = node.parent().is_none_or(|parent| parent.style() == Style::Block);
    (rest.is_empty() || rest.starts_with('#')) && in_block && node.key().is_some()
}

/// Takes an empty value (`[]`, `{}`, `null`) out and writes lines below its key.
fn opened(node: Node<'_>, lines: String) -> Vec<Edit> {
    let (source, span) = (node.source(), node.origin().span);
    // The blank before it goes too.
    let start = span.start - usize::from(source.slice(Span::new(span.start.saturating_sub(1), span.start)) == " ");
    let line = source.line_span(source.line_of(span.end));
    let needs_break = !source.slice(line).ends_with('\n');
    let gone = Edit { place: Place::new(source, Span::new(start, span.end)), text: String::new() };
    vec![gone, insertion(node, line.end, needs_break, lines)]
}

fn flow_item(list: Node<'_>, block: &Block, position: usize, layout: &Layout) -> Edits {
    let source = list.source();
    let span = list.origin().span;
    let starts_line = |item: Node<'_>| {
        let start = item.origin().span.start;
        let column = column_of(source, start);
        source.slice(Span::new(start - column, start)).trim().is_empty().then_some(column)
    };
    let on_line = |column: usize| format!("\n{}", " ".repeat(column));
    let inline = Inline::of(list.parent().filter(|around| around.style() == Style::Flow).unwrap_or(list));
    if list.items().any(Node::is_aliased) {
        return Err(format!("{} holds an alias", secrets::pointer(&list.pointer())));
    }
    if let Some(item) = list.items().nth(position) {
        let place = Place::new(source, Span::at(item.origin().span.start));
        let text = match starts_line(item) {
            Some(column) => format!("{},{}", pretty(&block.values(), column, layout.step), on_line(column)),
            None => format!("{}{}", inline.items(&block.values()), inline.comma()),
        };
        return Ok(vec![Edit { place, text }]);
    }
    if let Some(last) = list.items().next_back() {
        let text = match starts_line(last) {
            Some(column) => format!(",{}{}", on_line(column), pretty(&block.values(), column, layout.step)),
            None => format!("{}{}", inline.comma(), inline.items(&block.values())),
        };
        return Ok(vec![Edit { place: Place::new(source, Span::at(last.origin().span.end)), text }]);
    }
    if !may_open_lines(list) || !source.slice(span).trim_start_matches('[').trim_start().starts_with(']') {
        let key = list.key_place().span.start;
        let column = column_of(source, key);
        let is_alone = source.slice(Span::new(key - column, key)).trim().is_empty() && list.style() == Style::Flow;
        let text = if is_alone && is_json(source) {
            pretty_value(&Json::Array(block.values()), column, layout.step)
        } else {
            format!("[{}]", inline.items(&block.values()))
        };
        return Ok(vec![Edit { place: Place::new(source, span), text }]);
    }
    let key = column_of(source, list.key_place().span.start);
    Ok(opened(list, layout.placed(block, key + layout.dash)))
}

/// Lines of JSON with a tab for each space at their beginning: a column is one character, whatever it is.
fn with_tabs(text: &str) -> String {
    let line = |(index, line): (usize, &str)| {
        let content = line.trim_start_matches(' ');
        let depth = if index == 0 { 0 } else { line.len() - content.len() };
        if depth == 0 { line.to_owned() } else { format!("{}{content}", "\t".repeat(depth)) }
    };
    text.split('\n').enumerate().map(line).collect::<Vec<_>>().join("\n")
}

fn is_json(source: &Source) -> bool {
    source.text().trim_start().starts_with('{')
}

/// Items of JSON on lines, from this column on.
fn pretty(items: &[Json], column: usize, step: usize) -> String {
    let text: Vec<String> = items.iter().map(|item| pretty_value(item, column, step)).collect();
    text.join(&format!(",\n{}", " ".repeat(column)))
}

fn pretty_value(value: &Json, column: usize, step: usize) -> String {
    let text = format!("{value:#}");
    let mut lines = text.lines();
    let mut shown = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let content = line.trim_start();
        let depth = (line.len() - content.len()) / 2;
        shown.push_str(&format!("\n{}{content}", " ".repeat(column + depth * step)));
    }
    shown
}

/// The lines of missing keys with what is below them.
fn nested(keys: &[&str], content: Content<'_>, from: usize, layout: &Layout) -> String {
    let block = match content {
        Content::Hooks(block) => block,
        Content::Value(value) => {
            let whole = super::block::below(keys, value.clone());
            return super::block::laid(&whole, from, (layout.step, layout.dash));
        }
    };
    let mut text = String::new();
    for (depth, key) in keys.iter().enumerate() {
        text.push_str(&format!("{}{key}:\n", " ".repeat(from + depth * layout.step)));
    }
    let last = from + keys.len().saturating_sub(1) * layout.step;
    text + &layout.placed(block, last + layout.dash)
}

/// Whether a value is in a map in flow style: no lines can follow it.
fn is_in_flow(node: Node<'_>) -> bool {
    node.parent().is_some_and(|around| around.style() != Style::Block)
}

/// In the place of an empty value in a map in flow style.
fn in_flow(node: Node<'_>, rest: &[&str], content: Content<'_>, layout: &Layout) -> Edit {
    let source = node.source();
    let value = super::block::below(rest, content.json());
    let Span { start, end } = node.key_place().span;
    let column = column_of(source, start);
    let is_alone = source.slice(Span::new(start - column, start)).trim().is_empty();
    let inline = || node.parent().map_or(Inline::YAML, Inline::of).value(&value);
    let value = if is_alone && is_json(source) { pretty_value(&value, column, layout.step) } else { inline() };
    if !node.origin().span.is_empty() {
        return Edit { place: node.origin(), text: value };
    }
    let after = source.slice(Span::new(end, source.text().len()));
    let blanks = after.len() - after.trim_start_matches(' ').len();
    let (at, text) = if after.trim_start_matches(' ').starts_with(':') {
        (end + blanks + 1, format!(" {value}"))
    } else {
        (end, format!(": {value}"))
    };
    Edit { place: Place::new(source, Span::at(at)), text }
}

/// Below a key without a value.
fn below_key(node: Node<'_>, rest: &[&str], content: Content<'_>, layout: &Layout) -> Vec<Edit> {
    let source = node.source();
    let key = node.key_place().span;
    let column = column_of(source, key.start);
    let text = match content {
        Content::Hooks(block) if rest.is_empty() => layout.placed(block, column + layout.dash),
        Content::Value(value) if rest.is_empty() => {
            super::block::laid(value, column + layout.dash, (layout.step, layout.dash))
        }
        _ => nested(rest, content, column + layout.step, layout),
    };
    if !node.origin().span.is_empty() {
        return opened(node, text);
    }
    let line = source.line_span(source.line_of(key.start));
    let needs_break = !source.slice(line).ends_with('\n');
    vec![insertion(node, line.end, needs_break, text)]
}

fn block_entry(map: Node<'_>, rest: &[&str], content: Content<'_>, layout: &Layout) -> Edit {
    let own = map.fields().find(|field| !field.merged);
    let column = own.map_or(0, |field| column_of(map.source(), field.key_span.start));
    let (mut at, mut needs_break) = behind(map, column.saturating_sub(1));
    // A last key without a value has no bytes of its own.
    if let Some(last) = map.fields().filter(|field| !field.merged).max_by_key(|field| field.key_span.end) {
        let source = map.source();
        let line = source.line_span(source.line_of(last.key_span.end));
        if line.end > at {
            (at, needs_break) = (line.end, !source.slice(line).ends_with('\n'));
        }
    }
    insertion(map, at, needs_break, nested(rest, content, column, layout))
}

fn flow_entry(map: Node<'_>, rest: &[&str], content: Content<'_>, layout: &Layout) -> Vec<Edit> {
    let source = map.source();
    let last = map.fields().rfind(|field| !field.merged);
    if last.is_none() && may_open_lines(map) && map.fields().next().is_none() {
        let key = column_of(source, map.key_place().span.start);
        return opened(map, nested(rest, content, key + layout.step, layout));
    }
    let value = super::block::below(rest.get(1..).unwrap_or_default(), content.json());
    let key = rest.first().unwrap_or(&"hooks");
    let Some(last) = last else {
        let at = map.key_place().span.start;
        let column = column_of(source, at);
        let is_alone = source.slice(Span::new(at - column, at)).trim().is_empty();
        let whole = serde_json::json!({*key: value});
        let text = if is_alone && is_json(source) {
            pretty_value(&whole, column, layout.step)
        } else {
            Inline::of(map).value(&whole)
        };
        return vec![Edit { place: map.origin(), text }];
    };
    let end = last.value.place().span.end.max(last.key_span.end);
    let column = column_of(source, last.key_span.start);
    let lead = source.slice(Span::new(last.key_span.start - column, last.key_span.start));
    let text = if lead.trim().is_empty() {
        format!(",\n{lead}\"{key}\": {}", pretty_value(&value, column, layout.step))
    } else {
        let inline = Inline::of(map);
        format!("{}{}", inline.comma(), inline.entry(key, &value))
    };
    vec![Edit { place: Place::new(source, Span::at(end)), text }]
}

/// The path and text of the file with the edits in it. In a configuration inside another file new lines are indented as the text
/// around, and base64 is encoded again.
///
/// # Errors
/// When the place is not in the file to the letter (folded or quoted texts).
pub(super) fn applied(edits: &[Edit]) -> Result<(String, String), String> {
    let first = edits.first().ok_or("there is nothing to insert")?;
    let source = &first.place.source;
    let line_end = if source.text().contains("\r\n") { "\r\n" } else { "\n" };
    let has_tabs = is_json(source) && source.text().contains("\n\t");
    let lines = |text: &str| if has_tabs { with_tabs(text) } else { text.to_owned() };
    let mut sorted: Vec<(Span, String)> =
        edits.iter().map(|edit| (edit.place.span, lines(&edit.text).replace('\n', line_end))).collect();
    sorted.sort();
    let start = sorted.first().map_or(0, |(span, _)| span.start);
    let end = sorted.iter().map(|(span, _)| span.end).max().unwrap_or(start);
    let moved = sorted.into_iter().map(|(span, new)| (Span::new(span.start - start, span.end - start), new));
    let text = edited(source.slice(Span::new(start, end)), moved);
    let whole = Place::new(source, Span::new(start, end));
    let (place, text) =
        whole.replaced_in_file(&text).ok_or("this configuration is not written line by line in its file")?;
    let file = &place.source;
    Ok((file.path().to_owned(), edited(file.text(), [(place.span, text)])))
}
