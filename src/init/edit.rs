//! Takes a hook out of its list, with the comments that belong to it, so that it may go elsewhere.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::again::{leaves, outside, reread};
use super::{Item, Line, VARIABLES, block, insert, is_toml, names, secret_key, takes_secret, toml, variables};
use crate::diagnostic::Edit;
use crate::kratos::hooks::FLOWS;
use crate::kratos::secrets;
use crate::list;
use crate::text::{Place, Span};
use crate::unit::Unit;
use crate::yaml::{Comment, Node, Style};

/// A hook that is out of its list.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The configuration afterwards.
    pub unit: Unit,
    /// The text of its file afterwards.
    pub text: String,
    /// The hook as it was written.
    pub written: Written,
    /// Path of its list, keys joined by dots.
    pub path: String,
    /// The index that it had.
    pub index: usize,
    /// Whether its list is empty now.
    pub is_emptied: bool,
    /// The bytes of the comments about its list, which go with that.
    pub about_list: Span,
    /// Hooks that have another index now and take their secret from the environment: the list and the old index.
    pub shifted: Vec<(String, usize)>,
}

/// A hook as it is written in a file.
#[derive(Clone, Debug)]
pub struct Written {
    /// What it says, and its lines with the comments directly above them.
    pub item: Item,
    /// The key of its secret, when that comes from the environment.
    pub secret_key: Option<&'static str>,
}

/// The list that a pointer to a hook is about (keys joined by dots), and the index in it; none when it is about something else.
#[must_use]
pub(crate) fn list_of(pointer: &str) -> Option<(String, usize)> {
    let parts: Vec<&str> = pointer.strip_prefix('/')?.split('/').collect();
    let (index, keys) = parts.split_last()?;
    let is_list = match keys {
        ["selfservice", "flows", flow, "before", "hooks"] => FLOWS.contains(flow),
        ["selfservice", "flows", flow, "after", "hooks"] | ["selfservice", "flows", flow, "after", _, "hooks"] => {
            FLOWS.contains(flow)
        }
        _ => false,
    };
    is_list.then_some(())?;
    Some((keys.join("."), index.parse().ok()?))
}

/// What becomes of a pointer when a list (its pointer) loses the hook at an index; none when that hook is meant.
#[must_use]
pub(crate) fn without(pointer: &str, list: &str, index: usize) -> Option<String> {
    renumbered(pointer, list, |own| match own.cmp(&index) {
        Ordering::Less => Some(own),
        Ordering::Equal => None,
        Ordering::Greater => own.checked_sub(1),
    })
}

/// What becomes of a pointer when a list (its pointer) gets a hook at an index.
#[must_use]
pub(crate) fn with(pointer: &str, list: &str, index: usize) -> String {
    renumbered(pointer, list, |own| Some(own + usize::from(own >= index))).unwrap_or_default()
}

fn renumbered(pointer: &str, list: &str, index_of: impl Fn(usize) -> Option<usize>) -> Option<String> {
    let kept = || Some(pointer.to_owned());
    let Some(rest) = pointer.strip_prefix(list).and_then(|rest| rest.strip_prefix('/')) else { return kept() };
    let (number, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let Ok(index) = number.parse() else { return kept() };
    Some(format!("{list}/{}{below}", index_of(index)?))
}

/// Takes the hook at a pointer out of its list.
///
/// # Errors
/// When there is none, or it cannot be taken out safely.
pub fn remove(unit: &Unit, pointer: &str) -> Result<Removed, String> {
    let (path, index) = list_of(pointer).ok_or_else(|| {
        format!("{pointer} names no hook: write a pointer such as /selfservice/flows/login/after/hooks/0")
    })?;
    let root = unit.root().ok_or("the file holds no configuration")?;
    let list = root.find(&path).filter(|list| list.is_sequence()).ok_or_else(|| format!("there is no list {path}"))?;
    let count = list.items().len();
    let item = list.items().nth(index).ok_or_else(|| format!("{path} has {count} hooks, counted from 0"))?;
    insert::own(item, &path)?;
    let is_toml = is_toml(unit.path());
    let written = written(item, is_toml, Anchors::Kept)?;
    let (file, text) = if is_toml {
        (unit.path().to_owned(), toml::removed(root, &path, index)?)
    } else {
        insert::applied(&cut(list, item)?)?
    };
    let kept = |again: &Unit| {
        let items = |root: Node<'_>| root.find(&path).into_iter().flat_map(Node::items).map(leaves).collect::<Vec<_>>();
        let pointer = super::pointer(&path);
        again.root().is_some_and(|now| {
            let mut before = items(root);
            before.remove(index.min(count - 1));
            before == items(now) && outside(root, &pointer) == outside(now, &pointer)
        })
    };
    let again = reread(unit, &file, &text).filter(kept);
    let (own, about_list) = (own_span(item), about_list(list, item));
    let may_go = |comment: Span| own.contains(comment) || about_list.contains(comment);
    if again.as_ref().is_some_and(|again| loses_comment(unit, again, may_go)) {
        return Err(around(item));
    }
    let behind = list.items().enumerate().skip(index + 1).filter(|(_, item)| takes_secret(*item));
    let shifted = behind.map(|(index, _)| (path.clone(), index)).collect();
    let unit = again.ok_or_else(|| format!("{path} cannot be edited without breaking the file"))?;
    let (unit, text) = said_anew(&unit, &path).unwrap_or((unit, text));
    Ok(Removed { unit, text, written, path, index, is_emptied: count == 1, about_list, shifted })
}

/// Whether a comment of a configuration is not in what became of it, apart from those that may go. What init says of variables is
/// said anew after each change.
#[must_use]
pub(crate) fn loses_comment(before: &Unit, after: &Unit, may_go: impl Fn(Span) -> bool) -> bool {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for (_, text) in comments(after) {
        *left.entry(text).or_default() += 1;
    }
    let mut kept = comments(before).into_iter().filter(|(span, _)| !may_go(*span));
    kept.any(|(_, text)| match left.get_mut(text) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    })
}

/// The comments of a configuration with their places, without those of init about variables.
fn comments(unit: &Unit) -> Vec<(Span, &str)> {
    let Some(root) = unit.root() else { return Vec::new() };
    let mut is_said = false;
    let of_users = |comment: &Comment| {
        let text = root.source().slice(comment.span).trim_end();
        is_said = text.ends_with(VARIABLES) || is_said && text.starts_with("#   ");
        (!is_said).then_some((comment.span, text))
    };
    root.tree().comments().iter().filter_map(of_users).collect()
}

/// Why a hook is not moved or taken out when comments would go that are not about it.
#[must_use]
pub(crate) fn around(item: Node<'_>) -> String {
    format!("there are comments around {}, which would be lost", secrets::pointer(&item.pointer()))
}

/// What becomes of the anchors (`&name`) of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchors {
    /// The hook goes elsewhere, and they with it.
    Kept,
    /// The hook is repeated: each of them names the first one.
    Dropped,
}

/// What an item is, word for word where it has lines of its own, apart from anchors.
///
/// # Errors
/// When a template fills something in.
pub(crate) fn written(item: Node<'_>, is_toml: bool, anchors: Anchors) -> Result<Written, String> {
    let pointer = item.pointer();
    let value = block::value(item).ok_or_else(|| format!("{pointer} has a value that a template fills in"))?;
    let mut lines: Vec<Line> = block::item(&value).into_iter().map(Line::New).collect();
    let is_block = item.parent().is_some_and(|list| list.style() == Style::Block);
    if is_block && !is_toml && !item.is_aliased() {
        let own = own_lines(item, anchors).ok_or_else(|| format!("the lines of {pointer} cannot be told apart"))?;
        lines = own.into_iter().map(Line::Kept).collect();
    }
    if let Some(own) = is_toml.then(|| toml::own_lines(item)) {
        lines = own.unwrap_or_default().into_iter().map(Line::Kept).collect();
    }
    let secret_key = takes_secret(item).then(|| {
        let kind = item.find("config.auth.type").and_then(Node::as_str);
        if kind == Some("basic_auth") { "password" } else { "value" }
    });
    Ok(Written { item: Item { lines, value }, secret_key })
}

/// An item as it is written, to be repeated in another list.
///
/// # Errors
/// When a template fills something in, or its lines cannot be told apart.
pub(crate) fn repeatable(item: Node<'_>) -> Result<Written, String> {
    written(item, is_toml(item.source().path()), Anchors::Dropped)
}

impl Written {
    /// The hook for the list at `path`, after the hooks of these names: what init said of its variables is said anew.
    #[must_use]
    pub(crate) fn at(&self, path: &str, earlier: &[String]) -> Item {
        let Some(key) = self.secret_key else { return self.item.clone() };
        let mut lines = Vec::new();
        let mut is_said = false;
        for line in &self.item.lines {
            let content = line.text().trim_start();
            if content.starts_with('#') && content.ends_with(VARIABLES) {
                let lead = " ".repeat(line.text().len() - content.len());
                lines.extend(variables(path, earlier, key).into_iter().map(|new| Line::Kept(format!("{lead}{new}"))));
                is_said = true;
            } else if !(is_said && content.starts_with("#   ")) {
                is_said = false;
                lines.push(line.clone());
            }
        }
        Item { lines, value: self.item.value.clone() }
    }
}

/// The lines of an item of a block list and of its comments, from the column of its dash on.
fn own_lines(item: Node<'_>, anchors: Anchors) -> Option<Vec<String>> {
    let source = item.source();
    let (lines, dash) = lines_of(item)?;
    let mut text = source.slice(lines).to_owned();
    if anchors == Anchors::Dropped {
        let mut named: Vec<Span> = item.descendants().into_iter().filter_map(Node::anchor).collect();
        named.retain(|anchor| lines.contains(*anchor));
        named.sort_unstable_by_key(|anchor| std::cmp::Reverse(anchor.start));
        named.dedup();
        for anchor in named {
            let (start, end) = (anchor.start - lines.start, anchor.end - lines.start);
            let rest = text.get(end..)?;
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            // At the end of its line, the blank before it goes too.
            let is_last = rest.starts_with(['\n', '\r']);
            let start = if is_last { text.get(..start)?.trim_end_matches(' ').len() } else { start };
            text.replace_range(start..end + blanks, "");
        }
    }
    let cut = |line: &str| {
        let lead = line.len() - line.trim_start_matches(' ').len();
        line.get(lead.min(dash)..).unwrap_or_default().to_owned()
    };
    Some(text.lines().map(cut).collect())
}

/// The bytes of an item of a block list with its comments, and the column of its dash.
fn lines_of(item: Node<'_>) -> Option<(Span, usize)> {
    let (_, dash) = insert::dash_of(item)?;
    let (end, _) = insert::behind(item, dash);
    Some((Span::new(list::start(item)?, end), dash))
}

/// The bytes of an item, those of its lines and comments where it has lines of its own.
fn own_span(item: Node<'_>) -> Span {
    lines_of(item).filter(|_| item.parent().is_some_and(has_lines)).map_or(item.origin().span, |(lines, _)| lines)
}

/// Whether the items of a list have lines of their own.
fn has_lines(list: Node<'_>) -> bool {
    list.style() == Style::Block && !is_toml(list.source().path())
}

/// The comments about a list that goes with its only item; nothing when it stays.
fn about_list(list: Node<'_>, item: Node<'_>) -> Span {
    let is_emptied = list.items().len() == 1 && has_lines(list);
    lonely_keys(list, item).filter(|_| is_emptied).unwrap_or(Span::at(0))
}

/// The unit and its text where what init said of the variables of a list holds again: hooks have another index now.
pub(super) fn said_anew(unit: &Unit, path: &str) -> Option<(Unit, String)> {
    let root = unit.root()?;
    let list = root.find(path).filter(|list| list.style() == Style::Block)?;
    let items: Vec<Node<'_>> = list.items().collect();
    let all = names(items.iter().copied());
    let mut edits = Vec::new();
    for (index, item) in items.iter().enumerate().filter(|(_, item)| takes_secret(**item) && !item.is_aliased()) {
        let Some((span, _)) = lines_of(*item) else { continue };
        let earlier = all.get(..index).unwrap_or_default();
        edits.extend(comment(*item, span, path, earlier));
    }
    if edits.is_empty() {
        return None;
    }
    let (file, text) = insert::applied(&edits).ok()?;
    let again = reread(unit, &file, &text).filter(|again| again.root().map(leaves) == Some(leaves(root)))?;
    Some((again, text))
}

/// The edit of the comment about variables in the lines of a hook, when it says something else now.
fn comment(item: Node<'_>, lines: Span, path: &str, earlier: &[String]) -> Option<Edit> {
    let source = item.source();
    let (mut at, mut found) = (lines.start, None::<(Span, usize)>);
    for line in source.slice(lines).split_inclusive('\n') {
        let content = line.trim();
        let lead = line.len() - line.trim_start().len();
        match &mut found {
            None if content.starts_with('#') && content.ends_with(VARIABLES) => {
                found = Some((Span::new(at, at + line.len()), lead));
            }
            Some((span, _)) if span.end == at && content.starts_with("#   ") => span.end += line.len(),
            _ => {}
        }
        at += line.len();
    }
    let (span, lead) = found?;
    let text: String =
        variables(path, earlier, secret_key(item)).iter().map(|line| format!("{}{line}\n", " ".repeat(lead))).collect();
    let is_same = source.slice(span).replace("\r\n", "\n").trim_end() == text.trim_end();
    let text = if source.slice(span).ends_with('\n') { text } else { text.trim_end().to_owned() };
    (!is_same).then(|| Edit { place: Place::new(source, span), text })
}

/// The edits that take an item out of its list.
fn cut(list: Node<'_>, item: Node<'_>) -> Result<Vec<Edit>, String> {
    let unclear = || format!("the lines of {} cannot be told apart", secrets::pointer(&item.pointer()));
    let source = item.source();
    let gone = |span: Span| Edit { place: Place::new(source, span), text: String::new() };
    let is_block = list.style() == Style::Block;
    if list.items().len() == 1 {
        let rest = || Ok(vec![lonely_entry(list).unwrap_or_else(|| closed(list))]);
        return if is_block { emptied(list, item).ok_or_else(unclear) } else { rest() };
    }
    if is_block {
        return Ok(vec![gone(lines_of(item).ok_or_else(unclear)?.0)]);
    }
    let index = item.index().unwrap_or_default();
    let (span, next) = (item.origin().span, list.items().nth(index + 1));
    let between = match (next, index.checked_sub(1).and_then(|index| list.items().nth(index))) {
        (Some(next), _) => Span::new(span.end, next.origin().span.start),
        (None, Some(prior)) => Span::new(prior.origin().span.end, span.start),
        (None, None) => return Err(unclear()),
    };
    if source.slice(between).trim() != "," || has_comment(item) {
        return Err(around(item));
    }
    Ok(vec![gone(span.cover(between))])
}

fn has_comment(item: Node<'_>) -> bool {
    let span = item.origin().span;
    item.tree().comments().iter().any(|comment| span.contains(comment.span))
}

/// An empty list in flow style.
fn closed(list: Node<'_>) -> Edit {
    Edit { place: list.origin(), text: "[]".to_owned() }
}

/// Takes out the keys in flow style that are there for the only item of a list alone, with the comma before them. None where they
/// stay: they are not the last ones around, or a comment is among them.
fn lonely_entry(list: Node<'_>) -> Option<Edit> {
    let source = list.source();
    let top = top_of(list);
    let around = top.parent().filter(|around| around.style() == Style::Flow && !has_one_key(*around))?;
    let end = |node: Node<'_>| node.origin().span.end.max(node.key_place().span.end);
    let own = around.fields().map(|field| field.value).filter(|value| value.key() != top.key());
    let prior = own
        .filter(|value| value.key_place().span.start < top.key_place().span.start)
        .max_by_key(|value| end(*value))?;
    let span = Span::new(end(prior), end(top));
    let between = source.slice(Span::new(span.start, top.key_place().span.start));
    let is_last = around.fields().all(|field| field.value.key_place().span.start <= top.key_place().span.start);
    let is_noted = list.tree().comments().iter().any(|comment| span.contains(comment.span));
    let is_plain = between.trim().trim_matches(['"', '\'']).trim() == ",";
    (is_last && is_plain && !is_noted && !is_marked(top))
        .then(|| Edit { place: Place::new(source, span), text: String::new() })
}

/// Takes out the last item of a block list, and the keys that were there for it alone.
fn emptied(list: Node<'_>, item: Node<'_>) -> Option<Vec<Edit>> {
    let source = item.source();
    let (lines, _) = lines_of(item)?;
    if let Some(comments) = lonely_keys(list, item) {
        let span = Span::new(comments.start, lines.end);
        return Some(vec![Edit { place: Place::new(source, span), text: String::new() }]);
    }
    let key = list.key_place().span;
    let colon = key.end + source.slice(Span::new(key.end, lines.start)).find(':')? + 1;
    let put = Edit { place: Place::new(source, Span::at(colon)), text: " []".to_owned() };
    Some(vec![put, Edit { place: Place::new(source, lines), text: String::new() }])
}

/// The lines of the comments about the keys that are there for the only item of a block list alone; the keys begin where they end.
/// None where the keys stay: a comment among them may be about more than the hook.
fn lonely_keys(list: Node<'_>, item: Node<'_>) -> Option<Span> {
    let source = item.source();
    let top = top_of(list);
    let is_own = top.parent().is_some_and(|around| around.style() == Style::Block && !has_one_key(around));
    let key = top.key_place().span;
    let number = source.line_of(key.start);
    let line = source.line_span(number);
    let is_alone = source.slice(Span::new(line.start, key.start)).trim().is_empty();
    if !is_own || !is_alone || is_marked(top) {
        return None;
    }
    let first = list::comments_before(source, number, key.start - line.start);
    let comments = Span::new(source.line_span(first).start, line.start);
    let keys = Span::new(line.start, lines_of(item)?.0.start.max(line.start));
    let is_noted = list.tree().comments().iter().any(|comment| keys.contains(comment.span));
    (!is_noted).then_some(comments)
}

/// The outermost of the maps below `selfservice.flows` that hold a list and nothing else; the list itself where there is none.
fn top_of(list: Node<'_>) -> Node<'_> {
    let mut top = list;
    while let Some(around) = top.parent().filter(|around| is_below_flows(*around) && has_one_key(*around)) {
        top = around;
    }
    top
}

fn has_one_key(map: Node<'_>) -> bool {
    map.fields().count() == 1
}

/// Whether something on the way down is named by an anchor.
fn is_marked(top: Node<'_>) -> bool {
    top.descendants().into_iter().any(|node| node.anchor().is_some())
}

/// Whether a map is one of a flow, trigger or method: `selfservice.flows.FLOW.…`.
fn is_below_flows(node: Node<'_>) -> bool {
    node.pointer().matches('/').count() > 2
}
