//! What is under the cursor.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::about::{self, shown};
use super::document::Document;
use super::position::{Lines, word_at};
use super::state::Snapshot;
use super::{about_jsonnet, environment, hints, identity, inside, message, own_file, units, virtuals};
use crate::kratos::secrets::{Secrets, Sheet, SheetKind, blocks};
use crate::kratos::version::Version;
use crate::kratos::{plan, schema};
use crate::text::{Source, Span};
use crate::yaml::Node;
use crate::{check, rules};

/// The answer to `textDocument/hover`.
pub(super) fn answer(path: &Path, params: &Value, snapshot: &Snapshot) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let lines = Lines::of(source.text(), snapshot.encoding);
    let byte = lines.byte_of(params);
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let (text, document) = (source.text(), Document::File(path));
    let found = rule(path, text, byte).or_else(|| match ending.as_str() {
        "jsonnet" | "libsonnet" => about_jsonnet::of_library(document, text, byte, snapshot)
            .or_else(|| about_jsonnet::of_expression(document, text, byte, snapshot)),
        "toml" if own_file::is_own(path) => own_file::about(text, byte),
        "gotmpl" => message::about(document, text, byte, snapshot),
        "json" => key(path, byte, snapshot).or_else(|| identity::about(document, text, byte, snapshot)),
        _ => key(path, byte, snapshot)
            .or_else(|| inside::about(path, byte, snapshot))
            .or_else(|| environment::about(path, text, byte, snapshot)),
    });
    shown(found, &lines)
}

/// The rule that a comment or the own configuration names.
fn rule(path: &Path, text: &str, byte: usize) -> Option<(Span, String)> {
    let is_part = |chr: char| chr.is_ascii_lowercase() || chr.is_ascii_digit() || chr == '-';
    let word = word_at(text, byte, is_part)?;
    let line = text.get(..byte)?.rsplit('\n').next().unwrap_or_default();
    let is_own = path.file_name().is_some_and(|name| name == "kratos-lint.toml");
    if !is_own && !line.contains("kratos-lint:") {
        return None;
    }
    let rule = rules::named(text.get(word.start..word.end)?)?;
    Some((word, about::rule(rule)))
}

fn key(path: &Path, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
    for unit in &units::of_file(path, snapshot) {
        let Some(root) = unit.root() else { continue };
        let version = units::version(path, Some(root), snapshot);
        let found = root.descendants().into_iter().find_map(|node| Some((node, at(node, byte, version)?)));
        if let Some((node, (span, said))) = found {
            let more = here(node, root, version).or_else(|| decoded(node, root)).unwrap_or_default();
            return Some((span, format!("{said}{more}")));
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

/// Most lines of embedded content that are shown.
const MAX_LINES: usize = 20;

/// What the content is that a value embeds.
fn decoded(node: Node<'_>, root: Node<'_>) -> Option<String> {
    let embedded = virtuals::all(root).find(|embedded| embedded.node.id() == node.id())?;
    let text = embedded.text.text();
    let count = text.lines().count();
    let shown = text.lines().take(MAX_LINES).collect::<Vec<_>>().join("\n");
    let source = Arc::new(Source::new(embedded.name.as_str(), shown.as_str()));
    // Texts in code may be keys of an endpoint: they are as hidden as in a report.
    let is_code = SheetKind::of(&source, false) == SheetKind::Jsonnet;
    let mut shown = if is_code { without_texts(&source) } else { shown };
    if count > MAX_LINES {
        shown.push_str(&format!("\n… {} more lines", count - MAX_LINES));
    }
    let language = embedded.name.rsplit('.').next().filter(|ending| *ending != "txt").unwrap_or_default();
    // A longer fence than any in it: what is in it is never Markdown.
    let longest = shown.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    Some(format!("\n`{}`:\n\n{fence}{language}\n{shown}\n{fence}\n", embedded.name))
}

/// Jsonnet with the names in it, and without its texts and comments.
fn without_texts(source: &Arc<Source>) -> String {
    let (hidden, secrets) = (blocks(source), Secrets::default());
    let sheet = Sheet { kind: SheetKind::Jsonnet, secrets: &secrets, is_public: &check::is_public };
    let mut lines = Vec::new();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let is_hidden = |_: Span| hidden.iter().any(|block| block.start <= start && start < block.end);
        let pieces = sheet.line(line.trim_end_matches(['\n', '\r']), &[], &is_hidden);
        lines.push(pieces.into_iter().map(|piece| piece.shown).collect::<String>());
        start += line.len();
    }
    lines.join("\n")
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
