//! Completion of variables: those that set keys, in env files and in the environment of Kratos in compose files, and `${NAME}`.

use std::collections::BTreeSet;
use std::path::Path;

use super::configuration::{is_in_conflict, is_of_commerce, is_without_effect};
use super::fragment::{Fragments, join};
use super::offer::{Offer, PROPERTY, REFERENCE, WORD};
use super::position::{depth, is_name, line_at, word_at};
use super::snippet::Snippet;
use super::state::{Known, Snapshot};
use super::{units, variables};
use crate::kratos::env::{Lookup, Variable, lookup, of_path};
use crate::kratos::schema::{self, KEYS, Key, Shape};
use crate::kratos::version::Version;
use crate::text::Span;
use crate::unit::Unit;
use crate::yaml::Node;

/// What is offered, what it replaces, and the blanks at the start of the line.
type Offered = (Vec<Offer>, Span, usize);

/// Most items of a list whose keys are offered.
const MAX_ITEMS: usize = 8;

/// How a variable and its value are written.
#[derive(Clone, Copy)]
enum Form {
    /// `NAME=value`
    Assignment,
    /// `NAME: value`
    Entry,
}

/// What may be written in an env file of a server.
pub(super) fn of_env_file(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> Offered {
    let (start, line) = line_at(text, byte);
    let name = line.strip_prefix("export ").unwrap_or(line);
    let from = start + line.len() - name.len();
    let found = names(path, text, byte, from, Form::Assignment, snapshot);
    found.or_else(|| values(path, text, byte, from, snapshot)).unwrap_or((Vec::new(), Span::at(byte), 0))
}

/// What may be written in a compose file: a variable in `environment` of Kratos, or the name in `${NAME}`. Nothing elsewhere.
pub(super) fn of_compose(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> Option<Offered> {
    let servers = || snapshot.belonging(path);
    let is_own = servers().any(|known| known.path == path && !known.deployment.is_filled_in);
    if is_own || servers().next().is_none() {
        return None;
    }
    if let Some(found) = filled_in(path, text, byte, snapshot) {
        return Some(found);
    }
    let (start, line) = line_at(text, byte);
    let indent = depth(line);
    let written = line.get(indent..)?;
    let (form, lead) = match written.strip_prefix("- ") {
        Some(rest) => (Form::Assignment, written.len() - rest.len() + depth(rest)),
        None => (Form::Entry, 0),
    };
    if !is_in_environment(text.get(..start)?, indent, matches!(form, Form::Assignment)) {
        return None;
    }
    let from = start + indent + lead;
    names(path, text, byte, from, form, snapshot).or_else(|| values(path, text, byte, from, snapshot))
}

/// Whether the next line is an entry of `environment` of a service with the image of Kratos.
fn is_in_environment(before: &str, indent: usize, is_item: bool) -> bool {
    let lines: Vec<&str> = before.lines().filter(|line| !line.trim().is_empty()).collect();
    let is_around = |line: &&str| {
        let is_own_item = line.trim_start().starts_with("- ");
        depth(line) < indent || (is_item && depth(line) == indent && !is_own_item)
    };
    let Some(at) = lines.iter().rposition(is_around) else { return false };
    let Some(line) = lines.get(at).filter(|line| line.trim() == "environment:") else { return false };
    let Some(service) = lines.iter().take(at).rposition(|other| depth(other) < depth(line)) else { return false };
    let of_service = lines.iter().skip(service + 1);
    let mut images = of_service.filter_map(|line| line.trim().strip_prefix("image:"));
    images.any(|image| image.contains("kratos"))
}

/// The variables that set a key, with their values.
fn names(path: &Path, text: &str, byte: usize, from: usize, form: Form, snapshot: &Snapshot) -> Option<Offered> {
    let is_name = |chr: char| chr.is_ascii_alphanumeric() || chr == '_';
    if !text.get(from..byte)?.chars().all(is_name) {
        return None;
    }
    let rest = text.get(byte..)?;
    let to = byte + rest.find(|chr| !is_name(chr)).unwrap_or(rest.len());
    let after = text.get(to..)?;
    let has_value = after.starts_with(['=', ':']);
    if !has_value && !after.split('\n').next().unwrap_or_default().trim().is_empty() {
        return None;
    }
    let known = snapshot.results.units.iter().find(|known| known.related.contains(path))?;
    let set: BTreeSet<&str> = known.deployment.variables.iter().map(|variable| variable.name.as_str()).collect();
    let version = known.target.newest();
    let offer = |(name, path): (String, &'static str)| {
        let is_free = !set.contains(name.as_str()) || text.get(from..to) == Some(name.as_str());
        let is_hit = is_free && matches!(lookup(&name, version), Lookup::Key(..));
        let value = is_hit.then(|| Fragments { version, root: None }.scalar(path))??;
        let mut new = Snippet::of(name.as_str());
        if !has_value {
            new.text(if matches!(form, Form::Entry) { ": " } else { "=" });
            new.append(if matches!(form, Form::Entry) { value.in_quotes() } else { value });
        }
        Some(Offer { text: new, about: schema::texts::about(path, version), ..Offer::word(&name, PROPERTY) })
    };
    let offers = settable(known, snapshot).into_iter().filter_map(offer).collect();
    Some((offers, Span::new(from, to), depth(line_at(text, from).1)))
}

/// The words that the variable takes whose name begins at `from`.
fn values(path: &Path, text: &str, byte: usize, from: usize, snapshot: &Snapshot) -> Option<Offered> {
    let (name, written) = text.get(from..byte)?.split_once(['=', ':'])?;
    let lead = written.trim_start_matches([' ', '"', '\'']);
    if !lead.chars().all(is_of_word) {
        return None;
    }
    let rest = text.get(byte..)?;
    let to = byte + rest.find(|chr| !is_of_word(chr)).unwrap_or(rest.len());
    let known = snapshot.results.units.iter().find(|known| known.related.contains(path))?;
    let version = known.target.newest();
    let set = settable(known, snapshot);
    let (_, key) = set.iter().find(|(set, _)| set == name.trim_end())?;
    let row = schema::lookup(key, version)?;
    let words = words(row)?;
    let default = schema::default_of(key, version).unwrap_or_default();
    let offer = |word: &&str| {
        let is_default = default.trim_matches('"') == *word;
        let (detail, word) = (if is_default { "default" } else { "" }, Offer::word(word, WORD));
        // A variable of compose must be a text: a boolean would be refused.
        let is_bare =
            row.shape == Shape::Boolean && !written.contains(['"', '\'']) && !text.get(from..byte)?.contains('=');
        let text = if is_bare { word.text.in_quotes() } else { word.text };
        Some(Offer { detail: detail.to_owned(), about: schema::texts::about(key, version), text, ..word })
    };
    let lead = byte - lead.len();
    Some((words.iter().filter_map(offer).collect(), Span::new(lead, to), depth(line_at(text, from).1)))
}

/// What the key is that the variable at a byte sets.
pub(super) fn about(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
    let word = word_at(text, byte, is_name)?;
    let name = text.get(word.start..word.end).filter(|name| name.chars().any(|chr| chr.is_ascii_uppercase()))?;
    let known = snapshot.results.units.iter().find(|known| known.related.contains(path))?;
    let set = settable(known, snapshot);
    let (_, key) = set.iter().find(|(set, _)| set == name)?;
    Some((word, schema::texts::about(key, known.target.newest())?))
}

/// The words of which a key takes one.
fn words(row: &Key) -> Option<&'static [&'static str]> {
    if row.shape == Shape::Boolean { Some(&["true", "false"]) } else { row.words() }
}

fn is_of_word(chr: char) -> bool {
    chr.is_ascii_alphanumeric() || chr == '_' || chr == '-'
}

/// The names of variables that set a value, with the path of its key; those of lists for the items that are there.
fn settable(known: &Known, snapshot: &Snapshot) -> Vec<(String, &'static str)> {
    let version = known.target.newest();
    let units = units::of_file(&known.path, snapshot);
    let root = units.iter().find(|unit| unit.at == known.at).and_then(Unit::root);
    let is_value = |shape: Shape| matches!(shape, Shape::Text | Shape::Boolean | Shape::Integer | Shape::Number);
    let rows = KEYS.iter().filter(|key| key.versions.contains(version) && is_value(key.shape));
    let rows = rows.filter(|key| !key.path.contains(['*', '-', '#']) && !is_of_commerce(key.path));
    let mut found: BTreeSet<(String, &'static str)> = BTreeSet::new();
    for key in rows {
        match key.path.split_once("[]") {
            None if stands_alone(root, "", key.path, version) => _ = found.insert((of_path(key.path), key.path)),
            Some((list, rest)) if !rest.contains("[]") && !rest.is_empty() => {
                let count = root.and_then(|root| root.find(list)).map_or(0, |list: Node<'_>| list.items().len());
                let item =
                    |index: usize| root.and_then(|root| root.find(list)).and_then(|node| node.items().nth(index));
                // An item that a variable sets is null in each smaller place that none sets.
                let is_begun = |index: usize| {
                    let before =
                        index.checked_sub(1).map(|before| format!("{}_", of_path(&format!("{list}.{before}"))));
                    before
                        .is_none_or(|before| known.deployment.variables.iter().any(|one| one.name.starts_with(&before)))
                };
                let own = rest.trim_start_matches('.');
                for index in (0..count.min(MAX_ITEMS)).filter(|index| is_begun(*index)) {
                    if stands_alone(item(index), &format!("{list}[]"), own, version) {
                        found.insert((of_path(&format!("{list}.{index}{rest}")), key.path));
                    }
                }
            }
            None | Some(_) => {}
        }
    }
    found.into_iter().collect()
}

/// Mappings of which one key says nothing without the others: see `schema::conditions` and the rules about TLS.
const WHOLE: [&str; 5] = ["auth", "auth.config", "rp", "tls.cert", "tls.key"];

/// Keys that have no effect, or a bad one, without another beside them.
const HALVES: [&str; 5] = [
    "courier.smtp.client_cert_path",
    "courier.smtp.client_key_path",
    "feature_flags.cacheable_sessions_max_age",
    "log.leak_sensitive_values",
    "tracing.provider",
];

/// Whether a key may be set without others that the configuration lacks. The path is below a mapping, which the second one names.
fn stands_alone(around: Option<Node<'_>>, base: &str, path: &str, version: Version) -> bool {
    let is_http = || {
        let strategy = around.and_then(|root| root.find("courier.delivery_strategy"));
        strategy.and_then(Node::as_str) == Some("http")
    };
    // The fallback is for users who sign in by code.
    let is_by_code = || {
        let code = around.and_then(|root| root.find("selfservice.methods.code"));
        ["passwordless_enabled", "mfa_enabled"]
            .iter()
            .any(|key| code.and_then(|code| code.get(key)).is_some_and(Node::is_true))
    };
    let is_idle = path.ends_with(".missing_credential_fallback_enabled") && !is_by_code();
    let is_unread = is_idle
        || path.starts_with("courier.templates.")
        || is_without_effect(path, version)
        || (path.starts_with("courier.http.") && !is_http());
    // What these methods need is asked for when they are on.
    let lacks_config = ["selfservice.methods.webauthn", "selfservice.methods.passkey"].iter().any(|method| {
        let config = around.and_then(|root| root.find(method)).and_then(|node| node.get("config"));
        path.strip_prefix(method) == Some(".enabled") && config.is_none()
    });
    if is_unread || lacks_config || HALVES.contains(&path) {
        return false;
    }
    let (mut node, mut at) = (around, base.to_owned());
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let child = join(&at, part);
        if let Some(node) = node {
            if is_in_conflict(node, &at, part) {
                return false;
            }
        } else {
            let is_demanded = |name: &&str| {
                let row = schema::lookup(&join(&at, name), version);
                *name != part && row.is_some_and(|row| row.is_required() && row.default().is_none())
            };
            if WHOLE.iter().any(|end| at.ends_with(&format!(".{end}")))
                || schema::children(&at, version).any(|name| is_demanded(&name))
            {
                return false;
            }
        }
        if parts.peek().is_some() {
            node = node.and_then(|node| node.get(part));
        }
        at = child;
    }
    true
}

/// The names that may be in the `${` before a byte.
fn filled_in(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> Option<Offered> {
    let (start, line) = line_at(text, byte);
    let (before, written) = line.rsplit_once("${")?;
    let is_name = |chr: char| chr.is_ascii_alphanumeric() || chr == '_';
    if before.ends_with('$') || !written.chars().all(is_name) {
        return None;
    }
    let rest = text.get(byte..)?;
    let length = rest.find(|chr| !is_name(chr)).unwrap_or(rest.len());
    let end = if rest.get(length..)?.starts_with(['}', ':', '-']) { "" } else { "}" };
    let all = variables::known_variables(path, snapshot);
    let words = taken(path, before, snapshot);
    let fits = |variable: &&Variable| match (words, variable.value.as_deref()) {
        (Some(words), Some(value)) => words.contains(&value),
        _ => true,
    };
    let names: BTreeSet<&str> = all.iter().filter(fits).map(|variable| variable.name.as_str()).collect();
    let offer = |name: &str| Offer { text: Snippet::of(format!("{name}{end}")), ..Offer::word(name, REFERENCE) };
    Some((names.into_iter().map(offer).collect(), Span::new(start + before.len() + 2, byte + length), 0))
}

/// The words that the key takes whose variable is set to nothing but what follows.
fn taken(path: &Path, before: &str, snapshot: &Snapshot) -> Option<&'static [&'static str]> {
    let name = before.trim_end_matches([' ', '"', '\'']).strip_suffix([':', '='])?.trim_start_matches([' ', '-']);
    let known = snapshot.results.units.iter().find(|known| known.related.contains(path))?;
    let set = settable(known, snapshot);
    let (_, key) = set.iter().find(|(set, _)| set == name)?;
    words(schema::lookup(key, known.target.newest())?)
}

#[cfg(test)]
mod tests {
    use super::is_in_environment;

    #[test]
    fn only_the_environment_of_kratos() {
        let file = "services:\n  db:\n    image: postgres\n    environment:\n      A: 1\n  kratos:\n    image: oryd/kratos:v1.3.1\n    environment:\n";
        assert!(is_in_environment(file, 6, false));
        assert!(is_in_environment(&format!("{file}      - A=1\n"), 6, true));
        assert!(is_in_environment(&format!("{file}    - A=1\n"), 4, true));
        assert!(!is_in_environment(file, 4, false));
        let (db, _) = file.split_once("  kratos").expect("two services");
        assert!(!is_in_environment(db, 6, false));
    }
}
