//! What an expression of Terraform comes to.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::template::{Element, Template};

use super::texts::{self, Part};
use super::{Content, Folder, Text, Value, span_of};
use crate::text::{Source, Span};

/// Values that one attribute may come to: locals may name locals many times.
const MAX_VALUES: usize = 50_000;

/// Largest text that is put together, in bytes.
const MAX_TEXT: usize = 4 << 20;

/// Deepest expression, locals included.
const MAX_DEPTH: usize = 100;

/// The evaluation of one attribute.
pub(super) struct Evaluation<'f> {
    folder: &'f Folder<'f>,
    left: Cell<usize>,
    bytes: Cell<usize>,
}

impl<'f> Evaluation<'f> {
    pub(super) fn new(folder: &'f Folder<'f>) -> Evaluation<'f> {
        Evaluation { folder, left: Cell::new(MAX_VALUES), bytes: Cell::new(MAX_TEXT) }
    }

    /// The value of an expression in a file.
    pub(super) fn value(&self, expression: &Expression, file: usize, depth: usize) -> Value {
        let span = span_of(expression.span());
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        let content = if left == 0 || depth > MAX_DEPTH { None } else { self.content(expression, file, span, depth) };
        Value { content: content.unwrap_or(Content::Unknown), file, span, key: span }
    }

    fn content(&self, expression: &Expression, file: usize, span: Span, depth: usize) -> Option<Content> {
        Some(match expression {
            Expression::Null(_) => Content::Null,
            Expression::Bool(value) => Content::Bool(*value.value()),
            Expression::Number(number) => Content::Number(number.value().as_f64()?),
            Expression::String(_) => {
                let inside = Span::new(span.start + 1, span.end.saturating_sub(1).max(span.start + 1));
                self.joined(file, &[texts::quoted(self.source(file)?, inside)?])?
            }
            Expression::StringTemplate(template) => {
                let parts = self.parts(template.into_iter(), file, depth, &texts::quoted)?;
                self.joined(file, &parts)?
            }
            Expression::HeredocTemplate(heredoc) => self.heredoc(&heredoc.template, heredoc.indent(), file, depth)?,
            Expression::Array(items) => {
                Content::List(items.iter().map(|item| self.value(item, file, depth + 1)).collect())
            }
            Expression::Object(object) => self.object(object, file, depth)?,
            Expression::Parenthesis(inner) => self.value(inner.inner(), file, depth + 1).content,
            Expression::FuncCall(call) => self.call(call, file, depth)?,
            Expression::Traversal(traversal) => self.traversal(traversal, file, depth)?,
            _ => return None,
        })
    }

    fn source(&self, file: usize) -> Option<&'f Arc<Source>> {
        self.folder.files.get(file).map(|(source, _)| source)
    }

    fn heredoc(&self, template: &Template, indent: Option<usize>, file: usize, depth: usize) -> Option<Content> {
        let lines = |source: &Arc<Source>, span: Span| texts::lines(source, span, indent.unwrap_or(0));
        let parts = self.parts(template.iter(), file, depth, &lines)?;
        self.joined(file, &parts)
    }

    /// The parts of a template; none when one of them is not known.
    fn parts<'e>(
        &self,
        elements: impl Iterator<Item = &'e Element>,
        file: usize,
        depth: usize,
        literal: &dyn Fn(&Arc<Source>, Span) -> Option<Part>,
    ) -> Option<Vec<Part>> {
        let source = self.source(file)?;
        let part = |element: &Element| match element {
            Element::Literal(text) => literal(source, span_of(text.span())),
            Element::Interpolation(inner) => {
                let value = self.value(&inner.expr, file, depth + 1);
                let plain = match value.content {
                    Content::Text(text) => return Some(Part::computed(text, value.span)),
                    Content::Bool(value) => value.to_string(),
                    Content::Number(value) => value.to_string(),
                    _ => return None,
                };
                let text = Text { value: plain, source: Arc::clone(source), decoded: None };
                Some(Part::computed(text, value.span))
            }
            Element::Directive(_) => None,
        };
        elements.map(part).collect()
    }

    fn joined(&self, file: usize, parts: &[Part]) -> Option<Content> {
        let text = texts::joined(self.source(file)?, parts);
        self.bytes.set(self.bytes.get().checked_sub(text.value.len())?);
        Some(Content::Text(text))
    }

    fn object(&self, object: &Object, file: usize, depth: usize) -> Option<Content> {
        let mut fields = Vec::new();
        for (key, value) in object {
            let (name, span) = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    (name.as_str().to_owned(), name.span())
                }
                ObjectKey::Expression(key) => {
                    let known = self.value(key, file, depth + 1);
                    (known.text()?.value.clone(), key.span())
                }
            };
            let mut value = self.value(value.expr(), file, depth + 1);
            value.key = span_of(span);
            fields.push((name, value));
        }
        Some(Content::Map(fields))
    }

    fn call(&self, call: &FuncCall, file: usize, depth: usize) -> Option<Content> {
        if !call.name.namespace.is_empty() {
            return None;
        }
        let mut arguments = call.args.iter();
        let (argument, None) = (arguments.next()?, arguments.next()) else { return None };
        let value = self.value(argument, file, depth + 1);
        match call.name.name.as_str() {
            "jsonencode" | "yamlencode" => match value.content {
                Content::Decoded(text) => Some(Content::Text(text)),
                Content::Unknown => None,
                _ => Some(Content::Json(Box::new(value))),
            },
            "jsondecode" => match value.content {
                Content::Text(text) => Some(Content::Decoded(text)),
                Content::Json(inner) => Some(inner.content),
                _ => None,
            },
            "file" => self.file(&value.text()?.value).map(Content::Text),
            "filebase64" => {
                let text = self.file(&value.text()?.value)?;
                self.encoded(&text)
            }
            "base64encode" => match &value.content {
                Content::Text(text) => self.encoded(text),
                Content::Json(inner) => self.encoded(&texts::json(self.source(file)?, inner)?),
                _ => None,
            },
            "chomp" => {
                let text = value.text()?;
                let end = text.value.trim_end_matches(['\n', '\r']).len();
                Some(Content::Text(texts::part(text, Span::new(0, end))))
            }
            "trimspace" => {
                let text = value.text()?;
                let start = text.value.len() - text.value.trim_start().len();
                let end = text.value.trim_end().len();
                Some(Content::Text(texts::part(text, Span::new(start.min(end), end))))
            }
            _ => None,
        }
    }

    fn encoded(&self, text: &Text) -> Option<Content> {
        let encoded = BASE64_STANDARD.encode(text.value.as_bytes());
        self.bytes.set(self.bytes.get().checked_sub(encoded.len())?);
        let source = Arc::clone(&text.source);
        Some(Content::Text(Text { value: encoded, source, decoded: Some(Arc::clone(&text.source)) }))
    }

    fn file(&self, path: &str) -> Option<Text> {
        let source = self.folder.disk.read(&self.folder.path.join(Path::new(path))).ok()?;
        self.bytes.set(self.bytes.get().checked_sub(source.text().len())?);
        Some(Text { value: source.text().to_owned(), source, decoded: None })
    }

    /// `local.name`, `path.module`, and keys of what they come to.
    fn traversal(&self, traversal: &Traversal, file: usize, depth: usize) -> Option<Content> {
        let Expression::Variable(first) = &traversal.expr else { return None };
        let mut names = traversal.operators.iter().map(|operator| match operator.value() {
            TraversalOperator::GetAttr(name) => Some(name.as_str()),
            _ => None,
        });
        let name = names.next()??;
        match first.as_str() {
            "path" if name == "module" => {
                let text = Text { value: ".".to_owned(), source: Arc::clone(self.source(file)?), decoded: None };
                Some(Content::Text(text))
            }
            "local" => {
                let (there, attribute) = self.folder.local(name)?;
                let value = self.value(&attribute.value, there, depth + 1);
                names.try_fold(value, |value, key| value.get(key?).cloned()).map(|value| value.content)
            }
            _ => None,
        }
    }
}
