//! Evaluates documents as go-jsonnet 0.19 to 0.21 does, the three that Kratos has: the same functions with the same parameters,
//! the same strictness, the same numbers. The functions that go-jsonnet has built in are here in Rust, the others are those of
//! the standard library of Jsonnet itself (`standard/*.jsonnet`, of github.com/google/jsonnet, Apache License 2.0).

mod call;
mod failure;
mod machine;
mod manifest;
mod native;
mod number;
mod object;
mod operators;
mod parse;
mod parts;
mod standard;
mod value;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rsjsonnet_lang::ast::Visibility;
use serde_json::Value as Json;

use super::names::{self, Problem};
use super::standard::GoJsonnet;
use super::syntax::{self, Places, Storage, Tree};
use object::outermost;
use standard::Standards;
use value::{Body, Field, Machine, Node, Object, Result, Scope, State, Thunk, Value};

pub use failure::{Failure, FailureKind};
pub(crate) use operators::in_operands;
pub use parts::Part;

/// What `std.thisFile` is.
const FILE: &str = "body.jsonnet";

/// A document and what it is given.
#[derive(Clone, Copy, Debug)]
pub struct Input<'i> {
    /// The text of the document.
    pub text: &'i str,
    /// The top-level argument `ctx`; without it a function is called without arguments.
    pub ctx: Option<&'i Json>,
    /// The external variables.
    pub variables: &'i BTreeMap<String, Json>,
    /// The go-jsonnet that evaluates.
    pub go_jsonnet: GoJsonnet,
    /// The deepest nesting that is parsed.
    pub most_nesting: usize,
    /// Whether the input is unknown: what reads it is left out of the failures of the parts.
    pub blind: bool,
    /// The most work, in steps of the evaluation: an expression, a call, a value that is kept. None where another process bounds
    /// time and memory.
    pub most_steps: Option<u64>,
}

/// The standard libraries, each read when it is first needed, and the room for documents.
pub struct Library<'s> {
    storage: &'s Storage,
    standards: Rc<Standards<'s>>,
    /// The document that was evaluated last: one is tried on many inputs.
    last: RefCell<Option<Document<'s>>>,
}

/// A document that was parsed.
#[derive(Clone)]
struct Document<'s> {
    text: Rc<str>,
    root: Node<'s>,
    places: Rc<Places>,
}

/// The result of a document, as the JSON text that Kratos gets.
///
/// # Errors
/// When the text is no Jsonnet, or its evaluation fails.
pub fn evaluate(input: Input<'_>) -> std::result::Result<String, Failure> {
    Library::new(&Storage::default()).evaluate(input)
}

impl<'s> Library<'s> {
    /// One whose trees are kept in `storage`.
    #[must_use]
    pub fn new(storage: &'s Storage) -> Library<'s> {
        Library { storage, standards: Rc::new(Standards::new(storage)), last: RefCell::default() }
    }

    /// The result of a document, as the JSON text that Kratos gets. Its tree stays in the storage.
    ///
    /// # Errors
    /// When the text is no Jsonnet, or its evaluation fails.
    pub fn evaluate(&self, input: Input<'_>) -> std::result::Result<String, Failure> {
        self.with_value(input, false, |machine, value| machine.json(&value?, true))
    }

    /// What comes of each part of a document: the result with `mark` in the place of each part that fails, each failure once, and
    /// the parts. No result when it fails as a whole.
    #[must_use]
    pub fn evaluate_each(&self, input: Input<'_>, mark: &str) -> (Option<Json>, Vec<Failure>, Vec<Part>) {
        let each = self.with_value(input, true, |machine, value| {
            let mut parts = parts::Parts::new(machine, mark);
            let result = match value {
                Ok(value) => parts.of(&value),
                Err(failure) => {
                    parts.fail(failure);
                    None
                }
            };
            let met = parts.met();
            Ok((result, parts.failures, met))
        });
        let (result, mut failures, parts) = each.unwrap_or_else(|failure| (None, vec![failure], Vec::new()));
        failures.retain(|failure| failure.message != machine::BLIND);
        (result, failures, parts)
    }

    /// Hands the value of a document on.
    fn with_value<R>(
        &self,
        input: Input<'_>,
        by_parts: bool,
        read: impl Fn(&mut Machine<'s>, Result<Value<'s>>) -> Result<R>,
    ) -> std::result::Result<R, Failure> {
        let document = self.document(input)?;
        let standards = Rc::clone(&self.standards);
        let member = Rc::new(move |text| standards.read(text));
        let mut machine = Machine::new(document.places, member, input.go_jsonnet, input.most_steps);
        // What a failed call was given is only kept to be checked part by part.
        machine.failed_arguments = by_parts.then(Vec::new);
        let value = self.run(&mut machine, document.root, input);
        let result = read(&mut machine, value);
        machine.clear();
        // Parts that fail for it are not told from those that fail for themselves.
        if machine.is_over() { Err(failure::too_long()) } else { result }
    }

    /// The document of an input, parsed.
    fn document(&self, input: Input<'_>) -> std::result::Result<Document<'s>, Failure> {
        let mut last = self.last.borrow_mut();
        if let Some(document) = last.as_ref().filter(|document| *document.text == *input.text) {
            return Ok(document.clone());
        }
        let tree = syntax::parse_within(input.text, self.storage, input.most_nesting).map_err(|error| {
            let kind = if error.is_limit { FailureKind::Other } else { FailureKind::Syntax };
            Failure { kind, message: error.message, span: Some((error.span.start, error.span.end)) }
        })?;
        if let Some(failure) = refused(&tree) {
            return Err(failure);
        }
        let (root, places) = tree.into_parts(self.storage);
        Ok(last.insert(Document { text: Rc::from(input.text), root, places: Rc::new(places) }).clone())
    }

    fn run(&self, machine: &mut Machine<'s>, root: Node<'s>, input: Input<'_>) -> Result<Value<'s>> {
        for (name, value) in input.variables {
            let value = if input.blind { machine.thunk(State::Unseen) } else { Thunk::done(parse::of_json(value)?) };
            machine.variables.insert(name.clone(), value);
        }
        let scope = self.around(machine)?;
        let root = machine.later(root, &scope);
        let value = machine.force(&root)?;
        match &value {
            Value::Function(function) => {
                let ctx = match input.ctx {
                    Some(_) if input.blind => Some(machine.thunk(State::Unseen)),
                    Some(ctx) => Some(Thunk::done(parse::of_json(ctx)?)),
                    None => None,
                };
                let ctx = ctx.map(|ctx| ("ctx", ctx));
                let given = call::Given { positional: Vec::new(), named: ctx.into_iter().collect() };
                machine.call_given(function, given)
            }
            _ => Ok(value),
        }
    }

    /// The scope of the document: `std` and, under a name that cannot be written, what the operators use.
    fn around(&self, machine: &mut Machine<'s>) -> Result<Rc<Scope<'s>>> {
        let standard = self.standards.of(machine)?;
        let inner = Value::Object(Object::new(vec![Rc::clone(&standard.layer)]));
        standard.itself.0.replace(State::Done(inner));
        machine.keep(&standard.itself);
        let file = Field { body: Body::Ready(Value::text(FILE)), is_added: false, visibility: Visibility::Hidden };
        let file = object::plain([(Rc::from("thisFile"), file)].into());
        let outer = Value::Object(Object::new(vec![Rc::clone(&standard.layer), Rc::new(file)]));
        let outer = machine.thunk(State::Done(outer));
        Ok(outermost(vec![("$std", Rc::clone(&standard.itself)), ("std", outer)], false))
    }
}

/// A name that go-jsonnet refuses before it evaluates anything.
fn refused(tree: &Tree<'_>) -> Option<Failure> {
    names::problems(&tree.root, tree.spans()).into_iter().find_map(|(span, problem)| {
        let (kind, message) = match problem {
            Problem::Unknown(name) => {
                let message = format!("the variable `{name}` is not defined");
                (FailureKind::NoName(name.clone()), message)
            }
            Problem::Repeated(name) => (FailureKind::Names, format!("`{name}` is defined twice")),
            Problem::OutsideObject => {
                (FailureKind::Outside, "`self`, `super` or `$` is outside of an object".to_owned())
            }
            Problem::Unused(_) => return None,
        };
        Some(Failure { kind, message, span: Some((span.start, span.end)) })
    })
}
