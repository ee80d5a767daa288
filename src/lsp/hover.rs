//! What is under the cursor.

use std::path::Path;

use serde_json::{Value, json};

use super::document::Document;
use super::position::Lines;
use super::state::Snapshot;
use super::{about, bodies, completion, environment, hints, identity, in_jsonnet, inside, message, units};
use crate::jsonnet::standard::function;
use crate::jsonnet::types::{JsonType, Text};
use crate::kratos::ctx::standard;
use crate::kratos::version::Version;
use crate::kratos::{plan, schema};
use crate::output::text::{Shown, text};
use crate::rules;
use crate::text::Span;
use crate::yaml::Node;

/// The answer to `textDocument/hover`.
pub(super) fn answer(path: &Path, params: &Value, snapshot: &Snapshot) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let lines = Lines::of(source.text(), snapshot.encoding);
    let byte = lines.byte_of(params);
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let (text, document) = (source.text(), Document::File(path));
    let found = rule(path, text, byte).or_else(|| match ending.as_str() {
        "jsonnet" | "libsonnet" => {
            of_library(document, text, byte, snapshot).or_else(|| jsonnet(document, text, byte, snapshot))
        }
        "gotmpl" => message::about(document, text, byte, snapshot),
        "json" => key(path, byte, snapshot).or_else(|| identity::about(document, text, byte, snapshot)),
        _ => key(path, byte, snapshot)
            .or_else(|| inside::about(path, byte, snapshot))
            .or_else(|| environment::about(path, text, byte, snapshot)),
    });
    shown(found, &lines)
}

/// What was found, as clients take it.
pub(super) fn shown(found: Option<(Span, String)>, lines: &Lines<'_>) -> Value {
    let Some((span, said)) = found else { return Value::Null };
    // It may hold names and expressions of the document.
    let said: Vec<_> = said.lines().map(text).collect();
    let said = said.iter().map(Shown::as_str).collect::<Vec<_>>().join("\n");
    json!({"contents": {"kind": "markdown", "value": said}, "range": lines.range(span)})
}

/// The rule that a comment or the own configuration names.
fn rule(path: &Path, text: &str, byte: usize) -> Option<(Span, String)> {
    let is_part = |chr: char| chr.is_ascii_lowercase() || chr.is_ascii_digit() || chr == '-';
    let (before, after) = text.split_at_checked(byte)?;
    let start = before.trim_end_matches(is_part).len();
    let end = byte + (after.len() - after.trim_start_matches(is_part).len());
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_own = path.file_name().is_some_and(|name| name == "kratos-lint.toml");
    if !is_own && !line.contains("kratos-lint:") {
        return None;
    }
    let rule = rules::named(text.get(start..end)?)?;
    Some((Span::new(start, end), about::rule(rule)))
}

fn key(path: &Path, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
    for unit in &units::of_file(path, snapshot) {
        let Some(root) = unit.root() else { continue };
        let version = completion::version(path, Some(root), snapshot);
        let found = root.descendants().into_iter().find_map(|node| Some((node, at(node, byte, version)?)));
        if let Some((node, (span, said))) = found {
            return Some((span, format!("{said}{}", here(node, root, version).unwrap_or_default())));
        }
    }
    None
}

/// When the hook runs that a node names, at its place.
fn here(node: Node<'_>, root: Node<'_>, version: Version) -> Option<String> {
    let hook = node.parent().filter(|_| node.key() == Some("hook"))?;
    let order = hints::order(&plan::points(root, version), hook)?;
    Some(format!("\nHere: {order}\n"))
}

/// What the key is whose name or value is at a byte; a hook by its name.
fn at(node: Node<'_>, byte: usize, version: Version) -> Option<(Span, String)> {
    let holds = |span: Span| span.start <= byte && byte <= span.end;
    let key = node.key_place().in_file().span;
    let is_value = !node.is_mapping() && !node.is_sequence();
    let span = if node.key().is_some() && holds(key) {
        key
    } else {
        Some(node.place().in_file().span).filter(|span| is_value && holds(*span))?
    };
    let hook = || about::hook(node.as_str().filter(|_| node.key() == Some("hook"))?, version);
    let own = |node: Node<'_>| schema::texts::about(&schema::path_of(node)?, version);
    // Items have no text of their own: that of the list says what they are.
    let list = || node.parent().filter(|list| list.is_sequence()).and_then(own);
    Some((span, hook().or_else(|| own(node)).or_else(list)?))
}

/// What is known of the expression at a byte.
pub(super) fn jsonnet(document: Document<'_>, text: &str, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
    let mut found: Option<(Span, Vec<String>)> = None;
    for seen in bodies::seen(document, snapshot) {
        let types = seen.types(text)?;
        let (span, kind) = types.at(byte)?;
        let (span, kind) = field_name(text, byte, kind)
            .and_then(|(name, value)| Some((name, types.beginning(value)?)))
            .unwrap_or((span, kind));
        let written = text.get(span.start..span.end).unwrap_or_default();
        let (dot, name) =
            written.rsplit_once('.').map_or((span.end, written), |(of, name)| (span.start + of.len(), name));
        let field = types.fields_before(dot).and_then(|fields| fields.get(name));
        // What is read is a text; what is declared says of which format.
        let declared =
            field.map(|field| &field.kind).filter(|of| of.alternatives().iter().any(|part| is_like(part, kind)));
        let kind = declared.and_then(|of| of.alternatives().iter().find(|part| is_like(part, kind))).unwrap_or(kind);
        let mut said = kind.in_words();
        if let Some(when) = field.and_then(|field| field.missing_when.as_ref()) {
            said.push_str(&format!("\n\nMay be missing: {when}"));
        }
        if let Some(example) = about::example(name, kind) {
            said.push_str(&format!("\n\nExample:\n\n```json\n{example}\n```"));
        }
        let (_, all) = found.get_or_insert_with(|| (span, Vec::new()));
        if !all.contains(&said) {
            all.push(said);
        }
    }
    let (span, kinds) = found?;
    // The whole of a function, or what is not known at all.
    if kinds.iter().all(|kind| kind == "anything") {
        return None;
    }
    let written = text.get(span.start..span.end).unwrap_or_default();
    let shown =
        if written.len() <= 80 && !written.contains(['\n', '`']) { format!("`{written}`: ") } else { String::new() };
    Some((span, format!("{shown}{}", kinds.join("\n\n---\n\n"))))
}

/// Whether a type says the same as a text or a number of which no more is known, or more.
fn is_like(declared: &JsonType, seen: &JsonType) -> bool {
    matches!(
        (declared, seen),
        (JsonType::Text(_), JsonType::Text(Text::Any)) | (JsonType::Number { .. }, JsonType::Number { integer: false })
    )
}

/// A function of `std` that is named at a byte: how it is called.
fn of_library(document: Document<'_>, text: &str, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
    let (before, after) = text.split_at_checked(byte)?;
    let is_name = |chr: char| chr.is_ascii_alphanumeric() || chr == '_';
    let start = before.trim_end_matches(is_name).len();
    let end = byte + (after.len() - after.trim_start_matches(is_name).len());
    let object = text.get(..start)?.strip_suffix('.')?;
    let is_library = object.strip_suffix("std").is_some_and(|rest| !rest.ends_with(|chr| is_name(chr) || chr == '.'));
    let name = text.get(start..end).filter(|_| is_library)?;
    let call = in_jsonnet::call(function(name)?);
    let is_known = bodies::seen(document, snapshot).iter().all(|seen| standard::has(name, seen.version));
    let unless = if is_known { "" } else { "\n\nNot in the Jsonnet of this release of Kratos" };
    Some((Span::new(start, end), format!("`{call}`{unless}")))
}

/// The name of a field in an object that is written out (`name: value`), and where the value begins.
fn field_name(text: &str, byte: usize, around: &JsonType) -> Option<(Span, usize)> {
    let JsonType::Object(object) = around else { return None };
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let start = text.get(..byte)?.rfind(|c| !is_of_name(c)).map_or(0, |at| at + 1);
    let rest = text.get(byte..)?;
    let end = byte + rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
    let is_known = object.fields.contains_key(text.get(start..end)?);
    let value = text.get(end..)?.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':').filter(|_| is_known)?;
    let value = value.trim_start_matches(':').trim_start();
    Some((Span::new(start, end), text.len() - value.len()))
}

/// The innermost node at a byte of a file.
pub(super) fn node_at(root: Node<'_>, byte: usize) -> Option<Node<'_>> {
    let holds = |node: &Node<'_>| {
        let span = node.entry_place().in_file().span;
        span.start <= byte && byte <= span.end
    };
    let around = root.descendants().into_iter().filter(holds);
    around.min_by_key(|node| node.entry_place().in_file().span.len())
}
