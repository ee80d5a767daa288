//! Completion in configurations that are JSON: what is offered in YAML, written as JSON.

use std::path::Path;

use super::offer::Offer;
use super::probe::{MARK, Probe, Role};
use super::snippet::Snippet;
use super::state::Snapshot;
use super::trial::{self, Trial};
use super::{configuration, repeat, units};
use crate::init::project;
use crate::pack::convert;
use crate::text::{Source, Span};
use crate::yaml::{self, Format, Node};

/// What may be written at a byte, the bytes that it replaces, and the blanks at the start of the line.
pub(super) fn offers(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> (Vec<Offer>, Span, usize) {
    let name = path.to_string_lossy();
    let Some(probe) = Probe::of_json(&name, text, byte) else {
        let is_new = text.trim().is_empty() && Probe::of_json(&name, "{}", 1).is_some();
        let whole = || value(&project::config(units::version(path, None, snapshot)));
        let offer = whole().filter(|_| is_new).map(|text| Offer::configuration(Snippet::of(text)));
        return (offer.into_iter().collect(), Span::at(byte), 0);
    };
    let token = text.get(probe.replaces.start..probe.replaces.end).unwrap_or_default();
    let after = text.get(probe.replaces.end..).unwrap_or_default().trim_start();
    let comma = if after.starts_with(['"', '{', '[']) { "," } else { "" };
    let written = |offer: Offer| {
        let plain = offer.text.plain("");
        let new = match probe.role {
            Role::Key { has_value: true, .. } => serde_json::Value::from(offer.label.as_str()).to_string(),
            Role::Key { .. } => format!("{}{comma}", entry(&plain)?),
            Role::Value => format!("{}{comma}", hooks(&plain, &probe).or_else(|| value(&plain))?),
        };
        // Clients compare with what is written, quotes included.
        let filter = token.starts_with('"').then(|| format!("\"{}\"", offer.label));
        let written = offer.rewritten(Snippet::of(new), |text| Some(Snippet::of(entry(&text.plain(""))?)))?;
        Some(Offer { filter, ..written })
    };
    let offers = configuration::of_probe(path, &probe, snapshot).into_iter().filter_map(written).collect();
    let (replaces, indent) = (probe.replaces, probe.indent);
    let target = trial::target(units::version(path, probe.root(), snapshot));
    let stand_in = match probe.role {
        Role::Key { has_value: true, .. } => format!("\"{MARK}\""),
        Role::Key { .. } => format!("\"{MARK}\": 0{comma}"),
        // A list is whole without the item.
        Role::Value if probe.marked().and_then(Node::parent).is_some_and(Node::is_sequence) => String::new(),
        Role::Value => format!("null{comma}"),
    };
    let is_deep = probe.is_provider();
    let trial =
        Trial { path, text, replaces, indent, column: indent, is_json: true, stand_in, is_deep, target, snapshot };
    (trial.accepted(offers, probe.role), replaces, indent)
}

/// Several hooks where one is written, with the rest of its braces around them.
fn hooks(text: &str, probe: &Probe) -> Option<String> {
    let is_name = probe.marked().is_some_and(|node| node.key() == Some("hook"));
    let items = repeat::several(text, if is_name { "hook: " } else { "" })?;
    let written = items.iter().map(serde_json::to_string_pretty).collect::<Result<Vec<_>, _>>().ok()?.join(", ");
    if !is_name {
        return Some(written);
    }
    Some(written.strip_prefix("{\n  \"hook\": ")?.strip_suffix("\n}")?.to_owned())
}

/// A text in YAML as JSON.
fn value(text: &str) -> Option<String> {
    serde_json::to_string_pretty(&parsed(text)?).ok()
}

/// What a text in YAML says.
pub(super) fn parsed(text: &str) -> Option<serde_json::Value> {
    let tree = yaml::parse(&Source::new("offer.yml", text), Format::Yaml);
    Some(convert::json(tree.root()?))
}

/// The only entry of a mapping without the braces around it.
fn entry(text: &str) -> Option<String> {
    let json = value(text)?;
    let inner = json.strip_prefix("{\n")?.strip_suffix("\n}")?;
    let lines: Vec<&str> = inner.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_becomes_json() {
        assert_eq!(entry("a:\n  b: 1\n  c: x").as_deref(), Some("\"a\": {\n  \"b\": 1,\n  \"c\": \"x\"\n}"));
        assert_eq!(entry("a: true").as_deref(), Some("\"a\": true"));
        assert_eq!(value("info").as_deref(), Some("\"info\""));
    }
}
