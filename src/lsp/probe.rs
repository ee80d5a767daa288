//! Where the cursor is in a configuration that is being written: a mark is put there, and looked for in the tree.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use super::json;
use super::position::{depth, line_at};
use super::tables::{self, Part};
use crate::discover;
use crate::text::{Source, Span};
use crate::unit::Unit;
use crate::yaml::{self, Format, Node};

/// What is put at the cursor. No real file holds it.
pub(super) const MARK: &str = "kratos-lint-cursor";

/// Most configurations that are begun in one file: aliases repeat texts.
const MAX_BEGUN: usize = 20;

/// What may be written at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A key of a mapping; `has_value` when a colon follows.
    Key {
        /// Only the name is to be replaced.
        has_value: bool,
        /// It is the first of an item of a list.
        begins_item: bool,
    },
    /// The value of a key, or an item of a list.
    Value,
}

/// The place of the cursor between brackets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BracketSpot {
    /// Whether a key is written there, not a value.
    pub(super) is_key: bool,
    /// What is written there.
    pub(super) token: Span,
    /// Whether a colon follows the key.
    pub(super) has_value: bool,
    /// Whether an entry follows without a comma between.
    pub(super) needs_comma: bool,
    /// What closes the brackets that are still open, and where it belongs.
    pub(super) closers: (usize, String),
}

/// The place of the cursor.
pub(super) struct Probe {
    /// What may be written there.
    pub(super) role: Role,
    /// The bytes that completion replaces.
    pub(super) replaces: Span,
    /// The blanks at the start of the line.
    pub(super) indent: usize,
    /// The column (in bytes) at which the key or the item begins that is written.
    pub(super) column: usize,
    /// The configuration with the mark in it.
    unit: Unit,
}

impl Probe {
    /// Looks around `byte` of a text.
    pub(super) fn of(path: &str, text: &str, byte: usize) -> Option<Probe> {
        Probe::at(path, text, byte, "")
    }

    /// The same for an item of a list of which the dash is not written yet.
    pub(super) fn of_item(path: &str, text: &str, byte: usize) -> Option<Probe> {
        Probe::at(path, text, byte, "- ")
    }

    fn at(path: &str, text: &str, byte: usize, dash: &str) -> Option<Probe> {
        let byte = byte.min(text.len());
        let rest = text.get(byte..)?;
        let (start, before) = line_at(text, byte);
        let end = byte + rest.find(['\n', '\r']).unwrap_or(rest.len());
        let after = text.get(byte..end)?;
        let indent = depth(before);
        let dashes = dashes(before.get(indent..)?);
        let lead = indent + dashes;
        let written = before.get(lead..)?;
        let (role, from, to) = match value_start(written) {
            None => {
                if !written.chars().all(is_key_character) {
                    return None;
                }
                let tail = after.find(|c| !is_key_character(c)).unwrap_or(after.len());
                let has_value = after.get(tail..)?.trim_start().starts_with(':');
                let is_alone = after.get(tail..)?.trim().is_empty() || after.get(tail..)?.trim_start().starts_with('#');
                if !has_value && (!is_alone || is_followed_by_deeper(text.get(end..)?, lead)) {
                    return None;
                }
                (Role::Key { has_value, begins_item: dashes > 0 }, start + lead, byte + tail)
            }
            Some(at) => {
                let value = written.get(at..)?;
                if value.contains(" #") || value.starts_with(['|', '>', '{', '[', '&', '*', '#']) {
                    return None;
                }
                let tail = after.find(" #").unwrap_or(after.len());
                let tail = after.get(..tail)?.trim_end().len();
                if value.is_empty() && tail == 0 && is_followed_by_deeper(text.get(end..)?, lead) {
                    return None;
                }
                (Role::Value, start + lead + at, byte + tail)
            }
        };
        let role = match role {
            role if dash.is_empty() => role,
            Role::Key { has_value: false, begins_item: false } => Role::Key { has_value: false, begins_item: true },
            _ => return None,
        };
        let mark = match role {
            Role::Key { has_value: false, .. } => format!("{dash}{MARK}: 0"),
            _ => MARK.to_owned(),
        };
        let trial = format!("{}{mark}{}", text.get(..from)?, text.get(to..)?);
        let unit = unit(path, &pruned(&trial, from).0)?;
        // A key between lines of another depth breaks the file: nothing may be written there.
        let breaks = |now: usize| {
            let without = format!("{}{}", text.get(..from)?, text.get(to..)?);
            Some(now > yaml::parse(&Source::new(path, pruned(&without, from).0), Format::Yaml).faults().len())
        };
        let faults = unit.tree.faults().len();
        if role != Role::Value && faults > 0 && breaks(faults)? {
            return None;
        }
        let probe = Probe { role, replaces: Span::new(from, to), indent, column: lead + dash.len(), unit };
        probe.marked().is_some().then_some(probe)
    }

    /// The same in JSON, of which the end may not be written yet.
    pub(super) fn of_json(path: &str, text: &str, byte: usize) -> Option<Probe> {
        let spot = json::spot(text, byte).filter(|spot| spot.lacks_comma.is_none())?;
        let comma = if spot.needs_comma { "," } else { "" };
        let (role, mark) = match (spot.is_key, spot.has_value) {
            (true, has_value @ true) => (Role::Key { has_value, begins_item: false }, format!("\"{MARK}\"")),
            (true, has_value) => (Role::Key { has_value, begins_item: false }, format!("\"{MARK}\": 0{comma}")),
            (false, _) => (Role::Value, format!("\"{MARK}\"{comma}")),
        };
        let (before, after) = (text.get(..spot.token.start)?, text.get(spot.token.end..)?);
        let trial = format!("{before}{mark}{after}");
        let unit = unit(path, &format!("{trial}{}", json::closers(&trial)))?;
        let indent = depth(line_at(text, spot.token.start).1);
        let probe = Probe { role, replaces: spot.token, indent, column: indent, unit };
        probe.marked().is_some().then(|| probe.at_item())
    }

    /// The same where the key is the first of an item of a list: whole items may be written there.
    fn at_item(mut self) -> Probe {
        let item = self.marked().and_then(Node::parent).filter(|item| item.fields().count() == 1);
        let is_new = item.and_then(Node::parent).is_some_and(Node::is_sequence);
        if is_new && matches!(self.role, Role::Key { has_value: false, .. }) {
            self.role = Role::Key { has_value: false, begins_item: true };
        }
        self
    }

    /// The same between the brackets of YAML, which may not be closed yet.
    pub(super) fn of_flow(path: &str, text: &str, spot: &BracketSpot) -> Option<Probe> {
        let comma = if spot.needs_comma { ", " } else { "" };
        let (role, mark) = match (spot.is_key, spot.has_value) {
            (true, has_value @ true) => (Role::Key { has_value, begins_item: false }, MARK.to_owned()),
            (true, has_value) => (Role::Key { has_value, begins_item: false }, format!("{MARK}: 0{comma}")),
            (false, _) => (Role::Value, format!("{MARK}{comma}")),
        };
        let (end, closers) = &spot.closers;
        let (before, after) = (text.get(..spot.token.start)?, text.get(spot.token.end..*end)?);
        let trial = format!("{before}{mark}{after}{closers}{}", text.get(*end..)?);
        let unit = unit(path, &trial)?;
        let indent = depth(line_at(text, spot.token.start).1);
        let probe = Probe { role, replaces: spot.token, indent, column: indent, unit };
        probe.marked().is_some().then_some(probe)
    }

    /// The same in TOML; the marks are what is written around it.
    pub(super) fn of_toml(path: &str, text: &str, spot: &tables::Spot, marks: &(&str, &str)) -> Option<Probe> {
        let (before, after) = (text.get(..spot.replaces.start)?, text.get(spot.replaces.end..)?);
        let is_key = |has_value, begins_item| Role::Key { has_value, begins_item };
        let (role, mark) = match spot.part {
            Part::Header => (is_key(false, true), format!("{}{MARK}{}", marks.0, marks.1)),
            Part::Key(true) => (is_key(true, false), format!("{}{MARK}", marks.0)),
            Part::Key(false) => (is_key(false, false), format!("{}{MARK} = 0", marks.0)),
            Part::Value(..) => (Role::Value, format!("\"{MARK}\"{}", marks.1)),
        };
        let unit = unit(path, &format!("{before}{mark}{after}")).filter(|unit| unit.tree.faults().is_empty())?;
        let probe = Probe { role, replaces: spot.replaces, indent: 0, column: 0, unit };
        probe.marked().is_some().then(|| probe.at_item())
    }

    /// The root of the configuration.
    pub(super) fn root(&self) -> Option<Node<'_>> {
        self.unit.root()
    }

    /// The configuration with the mark in it.
    pub(super) fn unit(&self) -> &Unit {
        &self.unit
    }

    /// Whether the kind of a provider of social sign-in is written.
    pub(super) fn is_provider(&self) -> bool {
        self.role == Role::Value && self.marked().is_some_and(|node| node.key() == Some("provider"))
    }

    /// The node that the mark is, or whose key it is.
    pub(super) fn marked(&self) -> Option<Node<'_>> {
        let is_mark = |node: &Node<'_>| match self.role {
            Role::Key { .. } => node.key() == Some(MARK),
            Role::Value => node.as_str() == Some(MARK),
        };
        self.root()?.descendants().into_iter().find(is_mark)
    }
}

/// Files up to this many bytes are checked whole.
const SMALL: usize = 24 << 10;

/// Most items of a list that are checked in a larger one.
const MAX_ITEMS: usize = 16;

/// A text without the later items of long lists, that around a byte apart: what may be written at a place hardly depends on them,
/// and reading them takes most of the time. Lists in lists, and those that are written in brackets, stay. With the text goes the
/// place of the byte in it.
pub(super) fn pruned(text: &str, byte: usize) -> (Cow<'_, str>, usize) {
    if text.len() <= SMALL {
        return (Cow::Borrowed(text), byte);
    }
    let (mut kept, mut moved) = (String::new(), byte);
    // The list that is open: its column, how many items it had, and where the last one begins.
    let mut list: Option<(usize, usize)> = None;
    let mut item = 0..0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_here = start <= byte && byte < at;
        let written = line.trim_start_matches(' ');
        let column = line.len() - written.len();
        let is_blank = written.trim_end().is_empty() || written.starts_with('#');
        let is_item = written.starts_with("- ");
        match &mut list {
            Some((of, _)) if !is_blank && (column < *of || (column == *of && !is_item)) => list = None,
            Some((of, count)) if column == *of && is_item => *count += 1,
            _ => {}
        }
        if list.is_none() && is_item {
            list = Some((column, 1));
        }
        let is_begun = list.is_some_and(|(of, _)| of == column) && is_item;
        if is_begun || list.is_none() {
            item = start..start;
        }
        let is_left_out = list.is_some_and(|(_, count)| count > MAX_ITEMS);
        if !is_left_out {
            kept.push_str(line);
        } else if is_here {
            // The cursor is in this item: what was left out of it comes back.
            kept.push_str(text.get(item.end..at).unwrap_or_default());
            item.end = at;
        } else if item.end > item.start {
            kept.push_str(line);
            item.end = at;
        }
        if is_here {
            moved = kept.len() + byte - at;
        }
    }
    // After the last line.
    if byte >= at {
        moved = kept.len();
    }
    (Cow::Owned(kept), moved)
}

/// Whether the next line with something in it is indented further: a key with its value would come between it and its own key.
fn is_followed_by_deeper(after: &str, column: usize) -> bool {
    let is_open = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let next = after.lines().find(is_open);
    next.is_some_and(|line| depth(line) > column)
}

/// The bytes of `- ` at the start of a text, several times.
pub(super) fn dashes(text: &str) -> usize {
    let mut at = 0;
    while let Some(rest) = text.get(at..).and_then(|text| text.strip_prefix("- ")) {
        at = text.len() - rest.trim_start_matches(' ').len();
    }
    at
}

fn is_key_character(character: char) -> bool {
    character.is_alphanumeric() || "_-.".contains(character)
}

/// Where the value begins after `key: `; none where there is no key yet.
pub(super) fn value_start(written: &str) -> Option<usize> {
    let colon = written.find(": ")?;
    written.get(..colon)?.chars().all(|c| is_key_character(c) || c == '"' || c == '\'').then_some(())?;
    let rest = written.get(colon + 2..)?;
    Some(colon + 2 + rest.len() - rest.trim_start_matches(' ').len())
}

/// The configuration that holds the mark.
fn unit(path: &str, text: &str) -> Option<Unit> {
    let source = Source::new(path, text);
    let holds = |unit: &Unit| {
        let nodes = unit.root().map(Node::descendants).unwrap_or_default();
        nodes.into_iter().any(|node| node.key() == Some(MARK) || node.as_str() == Some(MARK))
    };
    let found = discover::named(&source).into_iter().find(holds);
    let found = found.or_else(|| begun(&source).into_iter().find(holds));
    found.or_else(|| new_file(path, &source).filter(holds))
}

/// The configurations of a file, those that are begun when there are no others.
pub(super) fn units(source: &Arc<Source>) -> Vec<Unit> {
    let found = discover::named(source);
    if found.is_empty() { begun(source) } else { found }
}

/// Configurations inside of another file of which so little is written that nothing but their name tells them: the values of the
/// chart, entries of a ConfigMap.
fn begun(source: &Arc<Source>) -> Vec<Unit> {
    if !source.text().contains("kratos") {
        return Vec::new();
    }
    let tree = yaml::parse(source, Format::Yaml);
    let nodes = tree.root().map(Node::descendants).unwrap_or_default();
    let found = nodes.into_iter().filter_map(|node| {
        let name = node.key()?;
        let is_values = name == "config" && node.parent().and_then(Node::key) == Some("kratos");
        if is_values && node.is_mapping() {
            return Some(Unit::inside(tree.subtree(node.id()), node.pointer()));
        }
        let ending = Path::new(name).extension();
        let is_entry = name.contains("kratos") && ending.is_some_and(|ending| ending == "yml" || ending == "yaml");
        let text = node.as_str().filter(|text| is_entry && text.contains(':')).and_then(|_| node.embedded())?;
        let inner = yaml::parse(&text, Format::Yaml);
        inner.root().is_some_and(Node::is_mapping).then(|| Unit::inside(inner, node.pointer()))
    });
    found.take(MAX_BEGUN).collect()
}

/// A configuration of which nothing but the mark is written yet, told by its name.
fn new_file(path: &str, source: &Arc<Source>) -> Option<Unit> {
    let path = Path::new(path);
    let ends = |ending: &str| path.extension().is_some_and(|end| end.eq_ignore_ascii_case(ending));
    let is_json = ends("json");
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let is_of_folder = path.parent().is_some_and(|folder| folder.ends_with("kratos")) && !name.contains("compose");
    let is_yaml = ends("yml") || ends("yaml");
    let is_ours = (is_json || is_yaml || ends("toml")) && name.contains("kratos") || is_yaml && is_of_folder;
    let format = match (is_json, ends("toml")) {
        (true, _) => Format::Json,
        (_, true) => Format::Toml,
        _ => Format::Yaml,
    };
    let tree = yaml::parse(source, format);
    let root = tree.root()?;
    let has_others = ["apiVersion", "services", "kind", "openapi"].iter().any(|key| root.get(key).is_some());
    (is_ours && root.is_mapping() && !has_others).then(|| Unit::plain(tree))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_long_lists_the_first_items_and_that_of_the_cursor_are_read() {
        let item = |index: usize| {
            format!("    - id: p{index}\n      scope:\n        - a\n\n      # end\n      x: {}\n", "y".repeat(400))
        };
        let items: String = (0..100).map(item).collect();
        let text = format!("a:\n  b:\n{items}  c: 1\nd:\n- 1\n- 2\n");
        let byte = text.find("id: p70").expect("written");
        let (short, moved) = pruned(&text, byte);
        assert!(short.get(moved..).is_some_and(|rest| rest.starts_with("id: p70")));
        let kept: Vec<&str> = short.lines().filter_map(|line| line.split_once("id: p")).map(|(_, id)| id).collect();
        let expected: Vec<String> = (0..MAX_ITEMS).chain([70]).map(|index| index.to_string()).collect();
        assert_eq!(kept, expected);
        assert_eq!(short.matches("# end").count(), MAX_ITEMS + 1);
        assert!(short.ends_with("  c: 1\nd:\n- 1\n- 2\n") && short.starts_with("a:\n  b:\n    - id: p0\n"));
        assert!(yaml::parse(&Source::new("kratos.yml", &*short), Format::Yaml).faults().is_empty());
        let end = byte + text.get(byte..).and_then(|rest| rest.find("x: y")).expect("written");
        assert_eq!(pruned(&text, end).0, short);
        assert!(matches!(pruned("- 1\n- 2\n", 0), (Cow::Borrowed(_), 0)));
    }

    fn at(text: &str) -> Option<(Role, String)> {
        let byte = text.find('|').expect("a cursor");
        let probe = Probe::of("kratos.yml", &text.replace('|', ""), byte)?;
        let around = probe.marked()?.parent().map(Node::pointer).unwrap_or_default();
        Some((probe.role, around))
    }

    #[test]
    fn keys_and_values_are_told_apart() {
        let key = |has_value, begins_item| Role::Key { has_value, begins_item };
        let found = |role, around: &str| Some((role, around.to_owned()));
        assert_eq!(at("|"), found(key(false, false), ""));
        assert_eq!(at("selfservice:\n  fl|\n"), found(key(false, false), "/selfservice"));
        assert_eq!(at("selfservice:\n  f|lows:\n    login: {}\n"), found(key(true, false), "/selfservice"));
        assert_eq!(at("identity:\n  schemas:\n    - |\n"), found(key(false, true), "/identity/schemas/0"));
        assert_eq!(at("log:\n  level: in|fo # all\n"), found(Role::Value, "/log"));
        assert_eq!(at("log:\n  level: |"), found(Role::Value, "/log"));
        assert_eq!(at("log:\n  # lev|"), None);
        assert_eq!(at("log:\n  level: info # |"), None);
        assert_eq!(at("log: |\n"), found(Role::Value, ""));
        assert_eq!(
            at("kratos:\n  config:\n    selfservice:\n      flows:\n        |\n"),
            found(key(false, false), "/selfservice/flows")
        );
    }
}
