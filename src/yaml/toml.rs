//! TOML as a tree. Kratos reads it with `pelletier/go-toml` 1.9.5; dates become texts there and here.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::arena::Arena;
use super::{FaultKind, Number, Style, Tree, Value, scalar};
use crate::text::{Source, Span};

/// Reads a text; nothing is read of one with an error.
pub(super) fn parse(source: &Arc<Source>) -> Tree {
    let mut arena = Arena::new(source);
    match DeTable::parse(source.text()) {
        Ok(table) => {
            let id = arena.add(Value::Mapping(Vec::new()), Style::Block, Span::new(0, source.text().len()));
            arena.push(id, true);
            entries(&mut arena, table.get_ref());
            arena.close();
        }
        Err(error) => {
            let span = error.span().map_or(Span::at(0), span_of);
            let message = error.message().split(", expected").next().unwrap_or_default();
            let is_plain = message.starts_with("string values must be quoted");
            arena.fault(FaultKind::Syntax, span, message.to_owned(), is_plain.then_some("write `key = \"text\"`"));
        }
    }
    arena.tree
}

fn span_of(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

fn entries(arena: &mut Arena, table: &DeTable<'_>) {
    let mut fields: Vec<_> = table.iter().collect();
    fields.sort_by_key(|(key, _)| key.span().start);
    for (key, field) in fields {
        arena.take_key(key.get_ref(), span_of(key.span()));
        value(arena, field);
    }
}

fn value(arena: &mut Arena, node: &Spanned<DeValue<'_>>) {
    let span = span_of(node.span());
    match node.get_ref() {
        DeValue::Table(table) => {
            let id = arena.add(Value::Mapping(Vec::new()), Style::Flow, span);
            arena.push(id, true);
            entries(arena, table);
            arena.close();
        }
        DeValue::Array(items) => {
            let id = arena.add(Value::Sequence(Vec::new()), Style::Flow, span);
            arena.push(id, false);
            items.iter().for_each(|item| value(arena, item));
            arena.close();
        }
        other => {
            let (style, found) = scalar_of(other);
            let id = arena.add(found, style, span);
            arena.hang(id);
        }
    }
}

fn scalar_of(node: &DeValue<'_>) -> (Style, Value) {
    match node {
        DeValue::String(text) => (Style::DoubleQuoted, Value::String(text.as_ref().into())),
        DeValue::Boolean(value) => (Style::Plain, Value::Bool(*value)),
        DeValue::Integer(number) => {
            let value = i64::from_str_radix(number.as_str(), number.radix()).unwrap_or_default();
            #[allow(clippy::cast_precision_loss)] // The loader does the same: all numbers become float64.
            (Style::Plain, Value::Number(Number { value: value as f64, text: value.to_string().into() }))
        }
        DeValue::Float(number) => {
            let value: f64 = number.as_str().parse().unwrap_or(f64::NAN);
            (Style::Plain, Value::Number(Number { value, text: scalar::json_number(value).into() }))
        }
        DeValue::Datetime(time) => (Style::Plain, Value::String(time.to_string().into())),
        DeValue::Array(_) | DeValue::Table(_) => (Style::Flow, Value::Unknown),
    }
}
