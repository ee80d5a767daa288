//! What is known of an expression of Jsonnet at a byte.

use super::document::Document;
use super::position::{is_name, word_at};
use super::state::Snapshot;
use super::{about, bodies, fields, in_jsonnet};
use crate::jsonnet::standard::function;
use crate::jsonnet::types::{JsonType, Text};
use crate::kratos::ctx::standard;
use crate::text::Span;

/// What is known of the expression at a byte.
pub(super) fn of_expression(
    document: Document<'_>,
    text: &str,
    byte: usize,
    snapshot: &Snapshot,
) -> Option<(Span, String)> {
    let mut found: Option<(Span, Vec<String>)> = None;
    for seen in bodies::seen(document, snapshot) {
        let types = seen.types(text, byte)?;
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
        let mut said = fields::in_words(kind);
        let of = text.get(..dot).unwrap_or_default();
        if let Some(what) = fields::about(of, name).filter(|_| field.is_some()) {
            said.push_str(&format!("\n\n{what}"));
        }
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
    let shown = if written.len() <= 80 && !written.contains(['\n', '`']) && !fields::holds_key(written) {
        format!("`{written}`: ")
    } else {
        String::new()
    };
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
pub(super) fn of_library(
    document: Document<'_>,
    text: &str,
    byte: usize,
    snapshot: &Snapshot,
) -> Option<(Span, String)> {
    let word = word_at(text, byte, is_name)?;
    let object = text.get(..word.start)?.strip_suffix('.')?;
    let is_library = object.strip_suffix("std").is_some_and(|rest| !rest.ends_with(|chr| is_name(chr) || chr == '.'));
    let name = text.get(word.start..word.end).filter(|_| is_library)?;
    let call = in_jsonnet::call(function(name)?);
    let is_known = bodies::seen(document, snapshot).iter().all(|seen| standard::has(name, seen.version));
    let unless = if is_known { "" } else { "\n\nNot in the Jsonnet of this release of Kratos" };
    Some((word, format!("`{call}`{unless}")))
}

/// The name of a field in an object that is written out (`name: value`), and where the value begins.
fn field_name(text: &str, byte: usize, around: &JsonType) -> Option<(Span, usize)> {
    let JsonType::Object(object) = around else { return None };
    let word = word_at(text, byte, |c| c.is_alphanumeric() || c == '_')?;
    let is_known = object.fields.contains_key(text.get(word.start..word.end)?);
    let value =
        text.get(word.end..)?.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':').filter(|_| is_known)?;
    let value = value.trim_start_matches(':').trim_start();
    Some((word, text.len() - value.len()))
}
