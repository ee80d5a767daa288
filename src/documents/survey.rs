//! What can be read off the text of a Jsonnet document without running it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use rsjsonnet_lang::ast::{BinaryOp, Expr, ExprKind, ObjInside};
use rsjsonnet_lang::span::SpanId;
use serde_json::Value;

use crate::evaluation::{MAX_NESTING, nesting, with_stack};
use crate::jsonnet::syntax::{Spans, SyntaxError, with_tree};
use crate::text::Span;

mod calls;
mod expression;
mod result;
mod scope;

use expression::{constant, is_text, keys, literal};

/// What was read off a document. Paths are keys joined by dots from `ctx` (or the name of an external variable) down, `[]`
/// for an item of a list.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The parameters of the function that the document is, with whether they have a default; `None` when it is no function.
    pub parameters: Option<Vec<(String, bool)>>,
    /// Bytes of the parameters, or of the start of the document.
    pub head: Span,
    /// `std.extVar('…')`: the name and the bytes of the call.
    pub variables: Vec<(String, Span)>,
    /// Fields of `std`: the name and the bytes of the expression.
    pub standard: Vec<(String, Span)>,
    /// Everything that is read from the input.
    pub reads: Vec<Read>,
    /// What must have a type where it is, with a value of that type.
    pub needed: HashMap<Span, &'static str>,
    /// The first read at each place, as an index of `reads`.
    at: HashMap<Span, usize>,
    /// Keys that are asked for with `in`, `std.objectHas` or `std.get`, with the bytes of the key.
    pub asked: Vec<(String, Span)>,
    /// All names and texts in the document.
    pub words: BTreeSet<String>,
    /// Locals that nothing uses.
    pub unused: Vec<(String, Span)>,
    /// `error '…'` with a constant text.
    pub errors: Vec<(String, Span)>,
    /// Values of the input that go into the result as they are.
    pub sent: Vec<Read>,
    /// Fields of the result, by their keys joined by dots, with the bytes of the key.
    pub results: Vec<(String, Span)>,
    /// Values that are compared with a constant text.
    pub compared: Vec<(String, String)>,
    /// Values of the input that are compared with a literal.
    pub equalities: Vec<Equality>,
    /// Lists of header values that are used as if they were texts.
    pub joined: Vec<Read>,
    /// Whether nothing but constants, objects, lists and plain reads are in it, so that types alone decide.
    pub plain: bool,
}

impl Survey {
    /// What is read at these bytes.
    pub(crate) fn read_at(&self, span: Span) -> Option<&Read> {
        self.reads.get(*self.at.get(&span)?)
    }

    /// Whether these bytes are a field of `std`.
    pub(crate) fn is_of_standard(&self, span: Span) -> bool {
        self.standard.iter().any(|(_, field)| *field == span)
    }

    /// What is read, or asked for.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.places().map(|(path, _)| path)
    }

    /// The same, with the bytes of the read or of the key.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&str, Span)> {
        let asked = self.asked.iter().map(|(path, key)| (path.as_str(), *key));
        self.reads.iter().map(|read| (read.path.as_str(), read.span)).chain(asked)
    }
}

/// A value of the input that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    /// Which value.
    pub path: String,
    /// The whole expression.
    pub span: Span,
    /// Whether it is only compared with something.
    pub compared: bool,
}

/// A value of the input that is compared with a literal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Equality {
    /// Which value.
    pub path: String,
    /// The literal.
    pub literal: Value,
    /// The whole comparison.
    pub span: Span,
    /// Whether it asks for a difference.
    pub negated: bool,
}

/// Reads a document.
///
/// # Errors
/// When it is no Jsonnet, or nested too deeply to be read here.
pub(crate) fn survey(text: &str) -> Result<Survey, SyntaxError> {
    let too_deep =
        || SyntaxError { message: "it is nested too deeply".to_owned(), span: Span::new(0, 1), is_limit: true };
    match nesting(text) {
        depth if depth > MAX_NESTING => Err(too_deep()),
        depth if depth > SHALLOW => with_stack(|| survey_now(text)).unwrap_or_else(|| Err(too_deep())),
        _ => survey_now(text),
    }
}

/// Longest path in bytes that is followed: each read below a long key has a copy of it.
const MAX_PATH: usize = 4_096;

/// Nesting that any thread can walk.
const SHALLOW: usize = 120;

fn survey_now(text: &str) -> Result<Survey, SyntaxError> {
    with_tree(text, |root, spans| {
        let mut walk = Walk { spans, out: Survey { plain: true, ..Survey::default() }, scope: Vec::new() };
        walk.head(root);
        walk.root(root);
        for (index, read) in walk.out.reads.iter().enumerate() {
            walk.out.at.entry(read.span).or_insert(index);
        }
        walk.out
    })
}

/// What is known of a value.
#[derive(Clone, Debug)]
enum Known {
    /// A value of the input.
    Path(String),
    /// A value of the input laid over an object with these keys.
    Merged(String, Rc<HashSet<String>>),
    /// The list of the keys of an object of the input.
    Keys(String),
    /// One of these keys.
    Key(String),
    /// Anything else.
    Unknown,
}

struct Name {
    text: String,
    known: Known,
    used: bool,
    /// Bytes of a local, `None` for parameters.
    local: Option<Span>,
}

struct Walk<'s> {
    spans: Spans<'s>,
    out: Survey,
    scope: Vec<Name>,
}

impl Walk<'_> {
    fn span(&self, span: SpanId) -> Span {
        self.spans.of(span)
    }

    /// Walks an expression and says what its value is.
    fn value(&mut self, expr: &Expr<'_, '_>) -> Known {
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) => Known::Unknown,
            ExprKind::String(text) | ExprKind::TextBlock(text) => {
                self.out.words.insert((*text).to_owned());
                Known::Unknown
            }
            ExprKind::Paren(inner) => self.value(inner),
            ExprKind::Ident(name) => self.name(name.value.value()),
            ExprKind::Field(base, key) => {
                self.out.words.insert(key.value.value().to_owned());
                if let Some(known) = self.standard(base, key.value.value(), expr) {
                    return known;
                }
                let base = self.value(base);
                self.read(base, key.value.value(), expr)
            }
            ExprKind::Index(base, index) => {
                let base = self.value(base);
                let by = self.value(index);
                if let Some(key) = constant(index) {
                    return self.read(base, &key, expr);
                }
                self.out.plain = false;
                // What a key of an object is looked up in is an object too.
                if matches!(by, Known::Key(_)) {
                    return Known::Unknown;
                }
                let known = item(base);
                if let Known::Path(path) = &known {
                    let span = self.span(expr.span);
                    self.out.reads.push(Read { path: path.clone(), span, compared: false });
                }
                known
            }
            ExprKind::Object(ObjInside::Members(members)) => {
                self.members(members, None);
                Known::Unknown
            }
            ExprKind::Array(items) => {
                items.iter().for_each(|item| _ = self.value(item));
                Known::Unknown
            }
            ExprKind::Local(binds, body) => {
                let mark = self.binds(binds);
                let known = self.value(body);
                self.leave(mark);
                known
            }
            ExprKind::Binary(left, operator, right) => self.binary(left, *operator, right),
            _ => {
                self.out.plain = false;
                self.rest(expr)
            }
        }
    }

    /// The expressions that make a document more than plain.
    fn rest(&mut self, expr: &Expr<'_, '_>) -> Known {
        match &expr.kind {
            ExprKind::Call(callee, args, _) => return self.call(callee, args, expr),
            ExprKind::ArrayComp(body, parts) => {
                let mark = self.comprehension(parts);
                self.value(body);
                self.leave(mark);
            }
            ExprKind::Object(inside) => self.inside(inside),
            ExprKind::ObjExt(base, inside, _) => {
                self.value(base);
                self.inside(inside);
            }
            ExprKind::Slice(base, from, to, step) => {
                let known = self.value(base);
                [from, to, step].into_iter().flatten().for_each(|part| _ = self.value(part));
                return known;
            }
            ExprKind::If(condition, then, otherwise) => {
                self.needs(condition, "false");
                self.value(condition);
                self.value(then);
                if let Some(otherwise) = otherwise {
                    self.value(otherwise);
                }
            }
            ExprKind::Func(params, body) => self.function(params, body),
            ExprKind::Assert(assertion, body) => {
                self.value(&assertion.cond);
                assertion.msg.iter().for_each(|message| _ = self.value(message));
                return self.value(body);
            }
            ExprKind::Error(message) => {
                self.value(message);
                let span = self.span(expr.span);
                self.out.errors.extend(constant(message).map(|text| (text, span)));
            }
            ExprKind::Unary(_, inner) | ExprKind::SuperIndex(_, inner) | ExprKind::InSuper(inner, _) => {
                _ = self.value(inner);
            }
            _ => {}
        }
        Known::Unknown
    }

    /// The members of an object that is no part of the result.
    fn inside(&mut self, inside: &ObjInside<'_, '_>) {
        match inside {
            ObjInside::Members(members) => self.members(members, None),
            ObjInside::Comp { locals1, name, body, locals2, comp_spec, .. } => {
                let mark = self.comprehension(comp_spec);
                for local in locals1.iter().chain(locals2.iter()) {
                    self.bind_name(&local.bind);
                }
                for local in locals1.iter().chain(locals2.iter()) {
                    self.bind_value(&local.bind);
                }
                self.value(name);
                self.value(body);
                self.leave(mark);
            }
        }
    }

    /// Notes what an expression is used as.
    fn needs(&mut self, expr: &Expr<'_, '_>, default: &'static str) {
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => self.needs(inner, default),
            _ => _ = self.out.needed.insert(self.spans.of(expr.span), default),
        }
    }

    fn read(&mut self, base: Known, key: &str, expr: &Expr<'_, '_>) -> Known {
        self.out.words.insert(key.to_owned());
        let path = match base {
            Known::Path(path) => join(&path, key),
            Known::Merged(path, keys) if !keys.contains(key) => join(&path, key),
            _ => {
                self.out.plain = false;
                return Known::Unknown;
            }
        };
        if path.len() > MAX_PATH {
            self.out.plain = false;
            return Known::Unknown;
        }
        let span = self.span(expr.span);
        self.out.reads.push(Read { path: path.clone(), span, compared: false });
        Known::Path(path)
    }

    /// Notes a comparison of a value of the input with a literal.
    fn equality(&mut self, known: &(Known, Known), literals: [Option<Value>; 2], span: Span, negated: bool) {
        for (known, literal) in [&known.0, &known.1].into_iter().zip(literals) {
            if let (Known::Path(path), Some(literal)) = (known, literal) {
                self.out.equalities.push(Equality { path: path.clone(), literal, span, negated });
            }
        }
    }

    fn binary(&mut self, left: &Expr<'_, '_>, operator: BinaryOp, right: &Expr<'_, '_>) -> Known {
        let before = self.out.reads.len();
        let default = match operator {
            BinaryOp::Add | BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In => None,
            BinaryOp::LogicAnd | BinaryOp::LogicOr => Some("false"),
            _ => Some("0"),
        };
        if let Some(default) = default {
            self.needs(left, default);
            self.needs(right, default);
        }
        let known = (self.value(left), self.value(right));
        if operator == BinaryOp::In {
            self.asks(&known.1, left);
        }
        if operator == BinaryOp::Rem
            && let Some(text) = constant(left)
        {
            formatted(&text).for_each(|key| _ = self.read(known.1.clone(), key, right));
        }
        let texts = (is_text(left), is_text(right));
        // A text may be joined with anything.
        self.out.plain &= operator == BinaryOp::Add && (texts.0 || texts.1);
        if matches!(operator, BinaryOp::Eq | BinaryOp::Ne) {
            let spans = [self.span(left.span), self.span(right.span)];
            for read in self.out.reads.iter_mut().skip(before).filter(|read| spans.contains(&read.span)) {
                read.compared = true;
            }
            let whole = Span::new(self.span(left.span).start, self.span(right.span).end);
            self.equality(&known, [literal(right), literal(left)], whole, operator == BinaryOp::Ne);
            let (right_key, left_key) = ((constant(right), right.span), (constant(left), left.span));
            for (known, (other, span)) in [(&known.0, right_key), (&known.1, left_key)] {
                let place = self.span(span);
                match (known, other) {
                    (Known::Path(path), Some(text)) => self.out.compared.push((path.clone(), text)),
                    (Known::Key(path), Some(key)) => self.out.asked.push((join(path, &key), place)),
                    _ => {}
                }
            }
        }
        let as_text = matches!(operator, BinaryOp::Add | BinaryOp::Eq | BinaryOp::Ne);
        for (known, other, span) in [(&known.0, texts.1, left.span), (&known.1, texts.0, right.span)] {
            if let (Known::Path(path), true, true) = (known, as_text, other) {
                let span = self.span(span);
                self.out.joined.push(Read { path: path.clone(), span, compared: operator != BinaryOp::Add });
            }
        }
        match (operator, &left.kind, known) {
            (BinaryOp::Add, ExprKind::Object(ObjInside::Members(members)), (_, Known::Path(path))) => {
                Known::Merged(path, Rc::new(keys(members)))
            }
            (BinaryOp::Add, _, (Known::Path(path), _)) => match &right.kind {
                ExprKind::Object(ObjInside::Members(members)) => Known::Merged(path, Rc::new(keys(members))),
                _ => Known::Unknown,
            },
            _ => Known::Unknown,
        }
    }
}

/// The fields that a format reads: the names of `%(name)s`.
fn formatted(text: &str) -> impl Iterator<Item = &str> {
    text.split("%(").skip(1).filter_map(|rest| rest.split_once(')')).map(|(key, _)| key)
}

fn item(list: Known) -> Known {
    match list {
        Known::Path(path) => Known::Path(format!("{path}[]")),
        Known::Keys(path) => Known::Key(path),
        _ => Known::Unknown,
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests;
