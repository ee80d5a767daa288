//! Values, what they are made of, and the state of the evaluation that computes them: a value may be a built-in function, which
//! takes that state. All that can form a circle goes through a [`Thunk`], so that emptying the thunks at the end frees everything.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::{Rc, Weak};

use rsjsonnet_lang::ast::{Assert, Bind, Expr, Param, Visibility};

use super::failure::Failure;
use crate::jsonnet::standard::GoJsonnet;
use crate::jsonnet::syntax::Places;
use crate::text::Span;

/// An expression of the document or of the standard library.
pub(super) type Node<'a> = &'a Expr<'a, 'a>;

/// A value.
#[derive(Clone)]
pub(super) enum Value<'a> {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, never NaN.
    Number(f64),
    /// A string.
    Text(Rc<str>),
    /// An array.
    List(List<'a>),
    /// An object.
    Object(Rc<Object<'a>>),
    /// A function.
    Function(Function<'a>),
}

/// The items of an array. `std.removeAt` of go-jsonnet 0.21 writes into the array that it is given, so they can change.
#[derive(Clone)]
pub(super) struct List<'a>(Rc<RefCell<Vec<Rc<Thunk<'a>>>>>);

/// A function.
#[derive(Clone)]
pub(super) enum Function<'a> {
    /// One that is written in Jsonnet.
    Closure(Rc<Closure<'a>>),
    /// One of the standard library that is built in.
    Native(&'static Native),
}

/// A function and the scope in which it was written.
pub(super) struct Closure<'a> {
    pub params: &'a [Param<'a, 'a>],
    pub body: Node<'a>,
    pub scope: Rc<Scope<'a>>,
}

/// A value that is computed when it is needed, once.
pub(super) struct Thunk<'a>(pub RefCell<State<'a>>);

/// How far a thunk is.
pub(super) enum State<'a> {
    Done(Value<'a>),
    Later(Node<'a>, Rc<Scope<'a>>),
    /// A function to call with a number.
    Item(Function<'a>, usize),
    /// Unknown input.
    Unseen,
    /// Being computed, or emptied at the end.
    Taken,
}

/// Names in scope.
pub(super) struct Scope<'a> {
    pub names: RefCell<Vec<(&'a str, Rc<Thunk<'a>>)>>,
    pub parent: Option<Rc<Scope<'a>>>,
    /// The object around, if any.
    pub here: Option<Rc<Here<'a>>>,
    /// Whether the code is that of the standard library.
    pub is_standard: bool,
}

/// The object that `self` means, and the layer of it in which the code is written.
pub(super) struct Here<'a> {
    pub object: Rc<Object<'a>>,
    pub layer: usize,
}

/// An object: the literals that were added up, the last one wins.
pub(super) struct Object<'a> {
    pub layers: Vec<Rc<Layer<'a>>>,
    /// Fields that were read, by the layer in which they were found.
    pub known: RefCell<HashMap<FieldKey, Rc<Thunk<'a>>>>,
    /// Whether its asserts hold, or are being checked.
    pub is_checked: Cell<bool>,
}

/// A layer and the name of a field in it.
type FieldKey = (usize, Rc<str>);

/// One literal of an object.
pub(super) struct Layer<'a> {
    pub fields: BTreeMap<Rc<str>, Field<'a>>,
    pub asserts: Vec<&'a Assert<'a, 'a>>,
    pub locals: Vec<&'a Bind<'a, 'a>>,
    pub scope: Rc<Scope<'a>>,
    /// Whether no object is around it, so that `$` means this one.
    pub is_outermost: bool,
}

/// A field of a literal.
#[derive(Clone)]
pub(super) struct Field<'a> {
    pub body: Body<'a>,
    /// `+:`
    pub is_added: bool,
    pub visibility: Visibility,
}

/// What a field is.
#[derive(Clone)]
pub(super) enum Body<'a> {
    Value(Node<'a>),
    Method(&'a [Param<'a, 'a>], Node<'a>),
    Ready(Value<'a>),
    /// A member of the standard library that was not parsed yet.
    Unread(&'static str),
    /// With the locals and in the scope of another literal.
    Within(Box<Body<'a>>, Rc<Within<'a>>),
}

/// Where the field of a comprehension comes from, or one that was taken over.
pub(super) struct Within<'a> {
    pub scope: Rc<Scope<'a>>,
    pub locals: Vec<&'a Bind<'a, 'a>>,
    pub is_outermost: bool,
}

pub(super) type Result<T> = std::result::Result<T, Failure>;

/// Parses a member of the standard library.
pub(super) type ReadMember<'a> = Rc<dyn Fn(&'static str) -> Result<Body<'a>> + 'a>;

/// The state of one evaluation.
pub(super) struct Machine<'a> {
    pub places: Rc<Places>,
    /// Parses a member of the standard library.
    pub read: ReadMember<'a>,
    pub go_jsonnet: GoJsonnet,
    pub variables: BTreeMap<String, Rc<Thunk<'a>>>,
    pub frames: usize,
    /// Arguments of failed calls of functions that read them to their last field, with the bytes of their code, while parts
    /// are checked: what they hold can be checked by itself.
    pub failed_arguments: Option<Vec<(Span, Rc<Thunk<'a>>)>>,
    pub depth: usize,
    /// Work so far: expressions, calls, values that are kept, what is gone through.
    pub steps: u64,
    /// The most of it; none where another process measures time and memory.
    pub most_steps: Option<u64>,
    /// All thunks that may be part of a circle.
    pub thunks: Vec<Weak<Thunk<'a>>>,
    pub next_sweep: usize,
}

/// A function that is built in.
pub(super) struct Native {
    pub name: &'static str,
    /// The first go-jsonnet in which it is built in.
    pub since: GoJsonnet,
    /// The names of its parameters, and whether they may be left out.
    pub params: &'static [(&'static str, bool)],
    pub run: Run,
}

/// How it is computed.
pub(super) type Run = for<'a> fn(&mut Machine<'a>, &Args<'_, 'a>) -> Result<Value<'a>>;

/// The arguments of a call.
pub(super) struct Args<'v, 'a> {
    pub name: &'static str,
    pub values: &'v [Option<Value<'a>>],
}

impl<'a> Value<'a> {
    pub(super) fn text(text: &str) -> Value<'a> {
        Value::Text(text.into())
    }

    pub(super) fn list(items: Vec<Value<'a>>) -> Value<'a> {
        Value::List(List::new(items.into_iter().map(Thunk::done).collect()))
    }

    /// The name of its type, as of `std.type`.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::List(_) => "array",
            Value::Object(_) => "object",
            Value::Function(_) => "function",
        }
    }
}

impl<'a> List<'a> {
    pub(super) fn new(items: Vec<Rc<Thunk<'a>>>) -> List<'a> {
        List(Rc::new(RefCell::new(items)))
    }

    pub(super) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(super) fn get(&self, index: usize) -> Option<Rc<Thunk<'a>>> {
        self.0.borrow().get(index).cloned()
    }

    /// The items as they are now.
    pub(super) fn items(&self) -> Vec<Rc<Thunk<'a>>> {
        self.0.borrow().clone()
    }

    /// The items without one; the list itself keeps its length, all after that one move up and the last one stays.
    pub(super) fn without(&self, index: usize) -> Option<List<'a>> {
        let mut items = self.0.borrow_mut();
        let last = items.last()?.clone();
        if index >= items.len() {
            return None;
        }
        items.remove(index);
        let rest = items.clone();
        items.push(last);
        Some(List::new(rest))
    }
}

impl<'a> Thunk<'a> {
    pub(super) fn done(value: Value<'a>) -> Rc<Thunk<'a>> {
        Rc::new(Thunk(RefCell::new(State::Done(value))))
    }
}

impl<'a> Scope<'a> {
    /// The thunk of a name.
    pub(super) fn find(&self, name: &str) -> Option<Rc<Thunk<'a>>> {
        self.search(name).1
    }

    /// How many names were gone through, and the thunk of this one.
    pub(super) fn search(&self, name: &str) -> (usize, Option<Rc<Thunk<'a>>>) {
        let mut passed = 0;
        for scope in std::iter::successors(Some(self), |scope| scope.parent.as_deref()) {
            let names = scope.names.borrow();
            if let Some((_, thunk)) = names.iter().rev().find(|(known, _)| *known == name) {
                return (passed, Some(Rc::clone(thunk)));
            }
            passed += 1 + names.len();
        }
        (passed, None)
    }

    /// Whether a name is null that was evaluated before.
    pub(super) fn holds_null(&self) -> bool {
        let is_null = |thunk: &Thunk<'_>| matches!(&*thunk.0.borrow(), State::Done(Value::Null));
        let mut scopes = std::iter::successors(Some(self), |scope| scope.parent.as_deref());
        scopes.any(|scope| scope.names.borrow().iter().any(|(_, thunk)| is_null(thunk)))
    }
}

impl<'a> Object<'a> {
    pub(super) fn new(layers: Vec<Rc<Layer<'a>>>) -> Rc<Object<'a>> {
        Rc::new(Object { layers, known: RefCell::default(), is_checked: Cell::new(false) })
    }

    /// How many fields its literals have together.
    pub(super) fn size(&self) -> usize {
        self.layers.iter().map(|layer| 1 + layer.fields.len()).sum()
    }

    /// The innermost layer below `below` that has the field.
    pub(super) fn layer_of(&self, name: &str, below: usize) -> Option<usize> {
        let layers = self.layers.get(..below)?;
        layers.iter().rposition(|layer| layer.fields.contains_key(name))
    }

    /// Whether a field is hidden; `None` when there is none.
    pub(super) fn is_hidden(&self, name: &str) -> Option<bool> {
        let mut hidden = None;
        for field in self.layers.iter().filter_map(|layer| layer.fields.get(name)) {
            hidden = Some(match field.visibility {
                Visibility::Default => hidden.unwrap_or(false),
                Visibility::Hidden => true,
                Visibility::ForceVisible => false,
            });
        }
        hidden
    }

    /// The names of its fields, sorted.
    pub(super) fn names(&self, with_hidden: bool) -> Vec<Rc<str>> {
        let mut all: BTreeMap<Rc<str>, bool> = BTreeMap::new();
        for layer in &self.layers {
            for (name, field) in &layer.fields {
                let hidden = match field.visibility {
                    Visibility::Default => all.get(name).copied().unwrap_or(false),
                    Visibility::Hidden => true,
                    Visibility::ForceVisible => false,
                };
                all.insert(Rc::clone(name), hidden);
            }
        }
        all.into_iter().filter(|(_, hidden)| with_hidden || !hidden).map(|(name, _)| name).collect()
    }
}
