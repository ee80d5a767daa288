//! What the inference knows of a value.

use std::collections::HashMap;
use std::rc::Rc;

use rsjsonnet_lang::ast::{Bind, CompSpecPart, Expr, Field, Member, ObjLocal, Param};

use super::facts::{Facts, Path};
use super::kinds::{Constant, Kinds, NAMES};
use crate::jsonnet::standard::Function as StandardFunction;
use crate::jsonnet::types::{JsonType, Object as DataObject, Text};

/// An expression of the tree.
pub(super) type Node<'a> = &'a Expr<'a, 'a>;

/// What is known of a value.
#[derive(Clone)]
pub(super) enum Value<'a> {
    /// Nothing.
    Any,
    /// There is no value: the evaluation ends before.
    Never,
    Null,
    Bool(Option<bool>),
    Number(Option<f64>),
    Text(Option<Rc<str>>),
    List(List<'a>),
    Object(Rc<Object<'a>>),
    Function(Function<'a>),
    Union(Rc<[Value<'a>]>),
}

/// What is known of a list.
#[derive(Clone)]
pub(super) enum List<'a> {
    /// Exactly these items.
    Items(Rc<[Thunk<'a>]>),
    /// Any number of items of the input.
    Of(&'a JsonType),
    /// Any number of computed items, each one of these.
    Each(Rc<[Thunk<'a>]>),
}

/// What is known of a function.
#[derive(Clone)]
pub(super) enum Function<'a> {
    Closure(Rc<Closure<'a>>),
    Standard(&'static StandardFunction),
}

/// A function of the document.
pub(super) struct Closure<'a> {
    pub params: &'a [Param<'a, 'a>],
    pub body: Node<'a>,
    pub scope: Scope<'a>,
    pub facts: Facts,
}

/// An object: layers laid over each other, the last one on top.
pub(super) struct Object<'a> {
    pub layers: Vec<Layer<'a>>,
}

/// A layer of an object.
#[derive(Clone)]
pub(super) enum Layer<'a> {
    /// Data of the input.
    Data(&'a DataObject, Option<Path>),
    /// Written in the document.
    Literal(Rc<Literal<'a>>),
    /// Any keys, with these values.
    Computed(Rc<[Thunk<'a>]>),
    /// An object of which nothing is known.
    Unknown,
}

/// What the text of an object says of it, wherever it is evaluated.
pub(super) struct Written<'a> {
    /// Its fields with plain names, when there are many.
    pub names: HashMap<&'a str, &'a Field<'a, 'a>>,
    /// Its fields with names that are computed.
    pub computed: Vec<&'a Field<'a, 'a>>,
    /// Whether it has no assertions, and no two fields that could get one name.
    pub may_be_followed: bool,
}

/// An object as it is written.
pub(super) struct Literal<'a> {
    pub members: &'a [Member<'a, 'a>],
    pub written: Rc<Written<'a>>,
    pub scope: Scope<'a>,
    pub facts: Facts,
}

/// A value together with where it is in the input.
#[derive(Clone)]
pub(super) struct Seen<'a> {
    pub value: Value<'a>,
    pub path: Option<Path>,
}

/// A value that is computed when it is used.
#[derive(Clone)]
pub(super) enum Thunk<'a> {
    Done(Seen<'a>),
    Later {
        expr: Node<'a>,
        scope: Scope<'a>,
        facts: Facts,
    },
    Closure(Rc<Closure<'a>>),
    /// One of several, called `path` for what is said about it.
    OneOf {
        items: Rc<[Thunk<'a>]>,
        path: Path,
    },
    /// What a function makes of a value.
    Call {
        closure: Rc<Closure<'a>>,
        argument: Rc<Thunk<'a>>,
        facts: Facts,
    },
}

/// The names that can be used at a place.
pub(super) type Scope<'a> = Option<Rc<ScopeNode<'a>>>;

/// One step of a scope.
pub(super) struct ScopeNode<'a> {
    pub names: Names<'a>,
    pub facts: Facts,
    pub outer: Scope<'a>,
}

/// What a step of a scope adds.
pub(super) enum Names<'a> {
    /// A parameter or variable of a comprehension.
    One(&'a str, Thunk<'a>),
    /// Parameters that get their defaults, which see all parameters.
    Defaults(Vec<&'a Param<'a, 'a>>),
    /// Locals that see each other.
    Binds(&'a [Bind<'a, 'a>]),
    /// The inside of an object: `self`, the number of its layers below, and its locals.
    Inside { object: Rc<Object<'a>>, below: usize, members: &'a [Member<'a, 'a>] },
    /// The inside of an object comprehension, of whose `self` nothing is known.
    Comprehension(&'a [ObjLocal<'a, 'a>], &'a [ObjLocal<'a, 'a>]),
}

/// Parts of a comprehension.
pub(super) type Parts<'a> = &'a [CompSpecPart<'a, 'a>];

impl<'a> Seen<'a> {
    pub(super) fn plain(value: Value<'a>) -> Seen<'a> {
        Seen { value, path: None }
    }

    pub(super) fn any() -> Seen<'a> {
        Seen::plain(Value::Any)
    }

    pub(super) fn never() -> Seen<'a> {
        Seen::plain(Value::Never)
    }
}

impl<'a> Value<'a> {
    pub(super) fn text(text: &str) -> Value<'a> {
        Value::Text(Some(Rc::from(text)))
    }

    /// Any value of these kinds.
    pub(super) fn of_kinds(kinds: Kinds) -> Value<'a> {
        if kinds == Kinds::ALL {
            return Value::Any;
        }
        let single = |kind: Kinds| match kind {
            Kinds::NULL => Value::Null,
            Kinds::BOOL => Value::Bool(None),
            Kinds::NUMBER => Value::Number(None),
            Kinds::TEXT => Value::Text(None),
            Kinds::LIST => Value::list_of(Value::Any),
            Kinds::OBJECT => Value::Object(Rc::new(Object { layers: vec![Layer::Unknown] })),
            _ => Value::Any,
        };
        Value::union(NAMES.iter().filter(|(kind, _)| kind.within(kinds)).map(|(kind, _)| single(*kind)).collect())
    }

    /// A list of any length of such values.
    pub(super) fn list_of(item: Value<'a>) -> Value<'a> {
        Value::List(List::Each(Rc::new([Thunk::Done(Seen::plain(item))])))
    }

    /// A value of the input, at `path`.
    pub(super) fn of_type(kind: &'a JsonType, path: Option<&Path>) -> Value<'a> {
        match kind {
            JsonType::Any => Value::Any,
            JsonType::Null => Value::Null,
            JsonType::Bool(value) => Value::Bool(*value),
            JsonType::Number { .. } => Value::Number(None),
            JsonType::Text(Text::Is(text)) => Value::text(text),
            JsonType::Text(_) => Value::Text(None),
            JsonType::List(item) => Value::List(List::Of(item)),
            JsonType::Object(object) => {
                Value::Object(Rc::new(Object { layers: vec![Layer::Data(object, path.cloned())] }))
            }
            JsonType::Union(kinds) => Value::union(kinds.iter().map(|kind| Value::of_type(kind, path)).collect()),
        }
    }

    /// One of several.
    pub(super) fn union(values: Vec<Value<'a>>) -> Value<'a> {
        let mut flat: Vec<Value<'a>> = Vec::with_capacity(values.len());
        for value in values {
            match value {
                Value::Never => {}
                Value::Any => return Value::Any,
                Value::Union(parts) => parts.iter().for_each(|part| add(&mut flat, part.clone())),
                other => add(&mut flat, other),
            }
        }
        match flat.len() {
            0 => Value::Never,
            1 => flat.remove(0),
            // So many shapes tell nothing.
            2..=24 => Value::Union(flat.into()),
            _ => Value::Any,
        }
    }

    /// The alternatives of a union, or the value itself.
    pub(super) fn parts(&self) -> &[Value<'a>] {
        match self {
            Value::Union(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }

    /// All types that it can have.
    pub(super) fn kinds(&self) -> Kinds {
        match self {
            Value::Any => Kinds::ALL,
            Value::Never => Kinds::NONE,
            Value::Null => Kinds::NULL,
            Value::Bool(_) => Kinds::BOOL,
            Value::Number(_) => Kinds::NUMBER,
            Value::Text(_) => Kinds::TEXT,
            Value::List(_) => Kinds::LIST,
            Value::Object(_) => Kinds::OBJECT,
            Value::Function(_) => Kinds::FUNCTION,
            Value::Union(parts) => parts.iter().fold(Kinds::NONE, |all, part| all.or(part.kinds())),
        }
    }

    /// The constant that it is, if it is one.
    pub(super) fn constant(&self) -> Option<Constant> {
        match self {
            Value::Null => Some(Constant::Null),
            Value::Bool(value) => value.map(Constant::Bool),
            Value::Number(value) => value.map(Constant::Number),
            Value::Text(text) => text.clone().map(Constant::Text),
            _ => None,
        }
    }

    pub(super) fn is_never(&self) -> bool {
        matches!(self, Value::Never)
    }
}

/// Adds an alternative unless a plain one like it is there.
fn add<'a>(flat: &mut Vec<Value<'a>>, value: Value<'a>) {
    let same = |known: &Value<'a>| match (known, &value) {
        (Value::Null, Value::Null)
        | (Value::Bool(None), Value::Bool(_))
        | (Value::Number(None), Value::Number(_))
        | (Value::Text(None), Value::Text(_)) => true,
        (one, other) => one.constant().is_some_and(|constant| other.constant() == Some(constant)),
    };
    if !flat.iter().any(same) {
        flat.push(value);
    }
}
