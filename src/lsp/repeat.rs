//! A list of a method replaces the list for all methods: what completion writes repeats the hooks that would not run any more.

use serde_json::Value;

use super::position::depth;
use super::snippet::Snippet;
use crate::init::edit;
use crate::kratos::hooks::{self, Phase};
use crate::kratos::version::Version;
use crate::pack::convert;
use crate::text::Source;
use crate::yaml::{self, Format, Node};

/// A hook that is repeated: its name, and its lines from the dash on.
pub(super) struct Repeated {
    name: String,
    lines: Vec<String>,
}

/// The hooks that the first hook in this list would switch off; empty where it replaces nothing, or where one cannot be written
/// again.
pub(super) fn shadowed(root: Node<'_>, list: &str, version: Version) -> Vec<Repeated> {
    let parts: Vec<&str> = list.split('.').collect();
    let ["selfservice", "flows", flow, "after", _, "hooks"] = parts.as_slice() else { return Vec::new() };
    let phase = if *flow == "login" { Phase::After } else { Phase::PostPersist };
    let acts = |item: &Node<'_>| {
        item.get("hook").and_then(Node::as_str).is_some_and(|name| hooks::has_executor(name, flow, phase, version))
    };
    // A list that holds one replaces the other already.
    if root.find(list).is_some_and(|list| list.items().any(|item| acts(&item))) {
        return Vec::new();
    }
    let Some(global) = root.find(&hooks::list_path(flow, "after", None)) else { return Vec::new() };
    let allowed = crate::init::allowed_hooks(list, version);
    let repeated = |item: Node<'_>| {
        let name = item.get("hook").and_then(Node::as_str).filter(|name| allowed.contains(name))?;
        let written = edit::written(item, false, edit::Anchors::Dropped).ok()?;
        let lines = written.item.lines.iter().map(|line| line.text().to_owned()).collect();
        Some(Repeated { name: name.to_owned(), lines })
    };
    global.items().filter(acts).map(repeated).collect::<Option<_>>().unwrap_or_default()
}

/// What is said of an offer that repeats hooks.
pub(super) fn said(repeated: &[Repeated]) -> String {
    let names: Vec<String> = repeated.iter().map(|hook| format!("`{}`", hook.name)).collect();
    format!("This list replaces the one for all methods, so its hooks are repeated: {}.", names.join(", "))
}

/// The hooks as items of a list whose dashes are at a column.
pub(super) fn items(repeated: &[Repeated], column: usize) -> Snippet {
    let mut out = Snippet::default();
    for line in repeated.iter().flat_map(|hook| &hook.lines) {
        out.line(column);
        out.text(line.as_str());
    }
    out
}

/// A new hook that is the first of its list, with those that it would switch off; the dash before it is written already. What ends
/// the flow comes last.
pub(super) fn beside(name: &str, text: Snippet, repeated: &[Repeated], column: usize) -> Snippet {
    if repeated.iter().any(|hook| hook.name == name && name != "web_hook") {
        let mut out = items(repeated, column);
        out.trim_start("- ");
        return out;
    }
    if !matches!(name, "session" | "show_verification_ui") || repeated.is_empty() {
        let mut out = text;
        out.append(items(repeated, column));
        return out;
    }
    let mut out = items(repeated, column);
    out.trim_start("- ");
    out.line(column);
    out.text("- ");
    out.append(text);
    out
}

/// The items of a list of which the first dash is written already, with what is written after it; none of a text that is no more
/// than one item.
pub(super) fn several(text: &str, begun: &str) -> Option<Vec<Value>> {
    let dashes = text.lines().skip(1).filter(|line| line.trim_start().starts_with("- "));
    let column = dashes.map(depth).min()?;
    let tree = yaml::parse(&Source::new("offer.yml", format!("{}- {begun}{text}", " ".repeat(column))), Format::Yaml);
    match convert::json(tree.root()?) {
        Value::Array(items) if items.len() > 1 => Some(items),
        _ => None,
    }
}
