//! Terraform in JSON (`*.tf.json`) as HCL whose places lead to the JSON: resources and locals are blocks, texts are templates.

use std::sync::Arc;

use crate::text::{Piece, Source, Span};
use crate::yaml::{self, Format, Node, Value};

/// Deepest value that is carried over.
const MAX_DEPTH: usize = 60;

/// The HCL of a file in JSON; none when it is no JSON object.
pub(super) fn as_hcl(source: &Arc<Source>) -> Option<Arc<Source>> {
    let tree = yaml::parse(source, Format::Json);
    let root = tree.root().filter(|root| root.is_mapping())?;
    let mut out = Writer { text: String::new(), pieces: Vec::new() };
    for resources in each(root.get("resource")) {
        for kind in resources.fields() {
            for names in each(Some(kind.value)) {
                for name in names.fields() {
                    for body in each(Some(name.value)) {
                        resource(&mut out, kind.key, name.key, name.key_span, body);
                    }
                }
            }
        }
    }
    for locals in each(root.get("locals")) {
        out.text.push_str("locals {\n");
        attributes(&mut out, locals);
        out.text.push_str("}\n");
    }
    Some(Source::embedded(source, out.text, out.pieces))
}

/// An object, or the objects of a list: Terraform takes both.
fn each(node: Option<Node<'_>>) -> Vec<Node<'_>> {
    match node {
        Some(node) if node.is_sequence() => node.items().collect(),
        other => other.into_iter().collect(),
    }
}

fn resource(out: &mut Writer, kind: &str, name: &str, key: Span, body: Node<'_>) {
    if !is_name(kind) || !is_name(name) {
        return;
    }
    out.put(&format!("resource \"{kind}\" \"{name}\""), key);
    out.text.push_str(" {\n");
    attributes(out, body);
    out.text.push_str("}\n");
}

fn attributes(out: &mut Writer, of: Node<'_>) {
    for field in of.fields().filter(|field| is_name(field.key)) {
        out.put(field.key, field.key_span);
        out.text.push_str(" = ");
        expression(out, field.value, 0);
        out.text.push('\n');
    }
}

/// A name of HCL; `//` is a comment.
fn is_name(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

fn expression(out: &mut Writer, node: Node<'_>, depth: usize) {
    let span = node.origin().span;
    match node.value() {
        _ if depth > MAX_DEPTH => out.put("null", span),
        Value::Bool(value) => out.put(&value.to_string(), span),
        Value::Number(number) => out.put(&number.text, span),
        Value::String(_) => text(out, node.source().slice(span), span),
        Value::Sequence(_) => {
            out.text.push('[');
            for item in node.items() {
                expression(out, item, depth + 1);
                out.text.push_str(", ");
            }
            out.text.push(']');
        }
        Value::Mapping(_) => {
            out.text.push_str("{ ");
            for field in node.fields().filter(|field| is_key(field.key)) {
                out.put(&format!("\"{}\"", field.key), field.key_span);
                out.text.push_str(" = ");
                expression(out, field.value, depth + 1);
                out.text.push_str(", ");
            }
            out.text.push('}');
        }
        Value::Null | Value::Unknown => out.put("null", span),
    }
}

/// A key that means the same in HCL.
fn is_key(key: &str) -> bool {
    !key.chars().any(|c| c.is_control() || "\"\\$%".contains(c))
}

/// A text in JSON as a quoted template: what is in `${…}` is an expression as it is.
fn text(out: &mut Writer, written: &str, span: Span) {
    let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    out.put("\"", Span::new(span.start, span.start + 1));
    let (mut at, mut depth, mut before) = (0, 0_usize, '\0');
    while let Some((sign, length)) = inner.get(at..).and_then(sign) {
        let is_opened = sign == '{' && (depth > 0 || before == '$');
        let escaped = match sign {
            _ if depth > 0 => sign.to_string(),
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\r' => "\\r".to_owned(),
            '\t' => "\\t".to_owned(),
            _ => sign.to_string(),
        };
        let start = span.start + 1 + at;
        out.put(&escaped, Span::new(start, start + length));
        depth = if is_opened { depth + 1 } else { depth.saturating_sub(usize::from(sign == '}')) };
        // `$${` is the text `${`.
        before = if sign == '$' && before == '$' { '\0' } else { sign };
        at += length;
    }
    out.put("\"", Span::new(span.end.saturating_sub(1).max(span.start), span.end));
}

/// The first character of a text in JSON, and how many bytes it is written with.
fn sign(rest: &str) -> Option<(char, usize)> {
    let mut signs = rest.chars();
    let first = signs.next()?;
    if first != '\\' {
        return Some((first, first.len_utf8()));
    }
    let unit = |from: usize| u32::from_str_radix(rest.get(from..from + 4)?, 16).ok();
    match signs.next()? {
        'n' => Some(('\n', 2)),
        'r' => Some(('\r', 2)),
        't' => Some(('\t', 2)),
        'u' => {
            let high = unit(2)?;
            let low = rest.get(6..8).filter(|mark| *mark == "\\u").and_then(|_| unit(8));
            match (char::from_u32(high), low) {
                (Some(sign), _) => Some((sign, 6)),
                (None, Some(low)) => {
                    let code = 0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
                    char::from_u32(code).map(|sign| (sign, 12))
                }
                (None, None) => Some(('\u{fffd}', 6)),
            }
        }
        other => Some((other, 1 + other.len_utf8())),
    }
}

struct Writer {
    text: String,
    pieces: Vec<Piece>,
}

impl Writer {
    fn put(&mut self, text: &str, outer: Span) {
        let start = self.text.len();
        self.text.push_str(text);
        let inner = Span::new(start, self.text.len());
        if !inner.is_empty() {
            self.pieces.push(Piece { inner, outer });
        }
    }
}
