//! Puts values from several places together to one configuration.

use std::sync::Arc;

use crate::hcl::{self, Content, Value};
use crate::text::{Piece, Source, Span};
use crate::yaml::overlay::{Content as Laid, Written};
use crate::yaml::{self, Node, Tree};

/// A configuration in the making.
#[derive(Debug)]
pub(crate) struct Mould {
    files: Vec<Arc<Source>>,
    root: Value,
}

impl Mould {
    /// An empty configuration over these files.
    #[must_use]
    pub(crate) fn new(files: Vec<Arc<Source>>) -> Mould {
        Mould {
            files,
            root: Value { content: Content::Map(Vec::new()), file: 0, span: Span::default(), key: Span::default() },
        }
    }

    /// Whether nothing was put in.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.root.content, Content::Map(fields) if fields.is_empty())
    }

    /// Puts a value at a path; what is around it is named by the same bytes. A number or `-` is an item of a list: items keep the
    /// order in which they come. What is there already and is no map or list of the same kind stays.
    pub(crate) fn put(&mut self, path: &[String], value: Value) {
        if self.is_empty() {
            (self.root.file, self.root.span, self.root.key) = (value.file, value.span, value.key);
        }
        put(&mut self.root, path, value);
    }

    /// The configuration.
    #[must_use]
    pub(crate) fn tree(&self) -> Tree {
        let mut texts = vec![Vec::new(); self.files.len()];
        collect(&self.root, &mut texts);
        let wrapped: Vec<Arc<Source>> = self
            .files
            .iter()
            .zip(texts)
            .map(|(file, texts)| {
                let whole = Span::new(0, file.text().len());
                Source::with_texts(file, vec![Piece { inner: whole, outer: whole }], texts)
            })
            .collect();
        let tree = Tree::of_written(&written(&self.root, &self.files, &wrapped));
        match wrapped.get(self.root.file) {
            Some(source) => tree.with_comments(super::terraform::comments(source)),
            None => tree,
        }
    }
}

fn put(at: &mut Value, path: &[String], value: Value) {
    let [first, rest @ ..] = path else {
        if matches!(&at.content, Content::Map(fields) if fields.is_empty()) || at.is_unknown() {
            *at = value;
        }
        return;
    };
    let around = |content| Value { content, file: value.file, span: value.span, key: value.key };
    let is_item = |name: &String| name == "-" || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()));
    let empty = if rest.first().is_some_and(is_item) { Content::List(Vec::new()) } else { Content::Map(Vec::new()) };
    match &mut at.content {
        Content::Map(fields) => match fields.iter_mut().rfind(|(name, _)| name == first) {
            Some((_, inner)) => put(inner, rest, value),
            None => {
                let mut inner = around(empty);
                put(&mut inner, rest, value);
                fields.push((first.clone(), inner));
            }
        },
        Content::List(items) if is_item(first) => {
            let mut inner = around(empty);
            put(&mut inner, rest, value);
            items.push(inner);
        }
        _ => {}
    }
}

/// The texts after base64, by file and bytes.
fn collect(value: &Value, texts: &mut Vec<Vec<(Span, Arc<Source>)>>) {
    match &value.content {
        Content::Text(text) => {
            if let (Some(decoded), Some(texts)) = (&text.decoded, texts.get_mut(value.file)) {
                texts.push((value.span, Arc::clone(decoded)));
            }
        }
        Content::List(items) => items.iter().for_each(|item| collect(item, texts)),
        Content::Map(fields) => fields.iter().for_each(|(_, field)| collect(field, texts)),
        _ => {}
    }
}

fn written(value: &Value, files: &[Arc<Source>], wrapped: &[Arc<Source>]) -> Written {
    let source = wrapped.get(value.file).or(wrapped.first()).cloned().unwrap_or_else(|| Source::new("", ""));
    let content = match &value.content {
        Content::Null => Laid::Scalar(yaml::Value::Null),
        Content::Bool(value) => Laid::Scalar(yaml::Value::Bool(*value)),
        Content::Number(number) => Laid::Scalar(yaml::Value::number(*number)),
        Content::Text(text) => Laid::Scalar(yaml::Value::String(text.value.as_str().into())),
        Content::Json(inner) => {
            let json = files.get(value.file).and_then(|file| hcl::json(file, inner));
            Laid::Scalar(json.map_or(yaml::Value::Unknown, |json| yaml::Value::String(json.value.as_str().into())))
        }
        Content::Decoded(_) | Content::Unknown => Laid::Scalar(yaml::Value::Unknown),
        Content::List(items) => Laid::List(items.iter().map(|item| written(item, files, wrapped)).collect()),
        Content::Map(fields) => {
            Laid::Map(fields.iter().map(|(key, field)| (key.clone(), written(field, files, wrapped))).collect())
        }
    };
    Written { content, place: crate::text::Place::new(&source, value.span), key_span: value.key }
}

/// A node of YAML or JSON of a file as a value.
#[must_use]
pub(super) fn value_of(node: Node<'_>, file: usize) -> Value {
    let content = match node.value() {
        yaml::Value::Null => Content::Null,
        yaml::Value::Bool(value) => Content::Bool(*value),
        yaml::Value::Number(number) => Content::Number(number.value),
        yaml::Value::String(text) => {
            let source = node.embedded().unwrap_or_else(|| Arc::clone(node.source()));
            Content::Text(hcl::Text { value: text.to_string(), source, decoded: None })
        }
        yaml::Value::Unknown => Content::Unknown,
        yaml::Value::Sequence(_) => Content::List(node.items().map(|item| value_of(item, file)).collect()),
        yaml::Value::Mapping(_) => {
            Content::Map(node.fields().map(|field| (field.key.to_owned(), value_of(field.value, file))).collect())
        }
    };
    Value { content, file, span: node.place().in_file().span, key: node.key_place().in_file().span }
}
