//! What is known of an expression of Jsonnet at a byte.

use super::document::Document;
use super::position::{is_name, word_at};
use super::state::Snapshot;
use super::{about, bodies, fields, in_jsonnet};
use crate::jsonnet::comments::comments;
use crate::jsonnet::infer::Types;
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
    if comments(text).iter().any(|comment| comment.span.start <= byte && byte < comment.span.end) {
        return None;
    }
    for seen in bodies::seen(document, snapshot) {
        let types = seen.types(text, byte)?;
        let Read { span, kind, dot, name } = read_at(text, byte, &types)?;
        let field = types.fields_before(dot).and_then(|fields| fields.get(name));
        // What is read is a text; what is declared says of which format.
        let declared =
            field.map(|field| &field.kind).filter(|of| of.alternatives().iter().any(|part| is_like(part, kind)));
        let kind = declared.and_then(|of| of.alternatives().iter().find(|part| is_like(part, kind))).unwrap_or(kind);
        let mut said = fields::in_words(kind);
        let of = text.get(..dot).unwrap_or_default();
        // What a provider sends is not in `ctx`: a trait may have the same name.
        let is_apt =
            |what: &&str| seen.variables().next().is_some() || name == "provider" || !what.contains("the provider");
        if let Some(what) = fields::about(of, name).filter(|what| field.is_some() && is_apt(what)) {
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

/// What is read at a byte.
struct Read<'t> {
    span: Span,
    kind: &'t JsonType,
    /// The end of what its field is read from.
    dot: usize,
    name: &'t str,
}

/// The field between brackets, the variable that is declared, the field that is written, else the expression at a byte.
fn read_at<'t>(text: &'t str, byte: usize, types: &'t Types) -> Option<Read<'t>> {
    let indexed = bodies::key_in_brackets(text, byte).filter(|key| types.of(key.brackets).is_none());
    if let Some((key, kind)) = indexed.and_then(|key| Some((key, types.before(key.brackets.end)?))) {
        let name = text.get(key.name.start + 1..key.name.end - 1)?;
        return Some(Read { span: key.name, kind, dot: key.brackets.start, name });
    }
    let (span, kind) = types.at(byte)?;
    let written = field_name(text, byte, kind).and_then(|(name, value)| Some((name, types.beginning(value)?)));
    let named = written.or_else(|| declared(text, byte, types));
    let (span, kind) = named.or_else(|| Some((span, kind)).filter(|_| !is_inside_literal(text, span, byte)))?;
    let written = text.get(span.start..span.end).unwrap_or_default();
    let (dot, name) = written.rsplit_once('.').map_or((span.end, written), |(of, name)| (span.start + of.len(), name));
    Some(Read { span, kind, dot, name })
}

/// Whether a byte is between the brackets of an object or a list that is written out, on none of its items: what it is as a whole
/// says nothing of what is there.
fn is_inside_literal(text: &str, span: Span, byte: usize) -> bool {
    let written = text.get(span.start..span.end).unwrap_or_default();
    let is_literal = written.starts_with(['{', '[']) || written.starts_with("local ");
    is_literal && byte != span.start && byte + 1 != span.end
}

/// Most uses of a parameter that are read for its type.
const MOST_USES: usize = 20;

/// A variable or parameter at its declaration, with the type of its value.
fn declared<'t>(text: &str, byte: usize, types: &'t Types) -> Option<(Span, &'t JsonType)> {
    let word = word_at(text, byte, is_name).filter(|word| !word.is_empty())?;
    let (before, after) = (text.get(..word.start)?.trim_end(), text.get(word.end..)?);
    if let Some(value) = after.trim_start().strip_prefix('=').filter(|value| !value.starts_with('=')) {
        return Some((word, types.beginning(text.len() - value.trim_start().len())?));
    }
    if !before.ends_with(['(', ',']) || types.of(word).is_some() {
        return None;
    }
    let name = text.get(word.start..word.end)?;
    let mut uses =
        after.match_indices(name).take(MOST_USES).map(|(at, _)| Span::new(word.end + at, word.end + at + name.len()));
    uses.find_map(|one| types.of(one)).map(|kind| (word, kind))
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
