//! Objects: literals, sums, fields, asserts, comprehensions.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rsjsonnet_lang::ast::{self, Bind, CompSpecPart, FieldName, Member, ObjInside, ObjLocal, Visibility};

use super::failure::{Failure, FailureKind, other, wrong, wrong_kind};
use super::value::{Body, Field, Here, Layer, List, Machine, Node, Object, Result, Scope, State, Thunk, Value, Within};

impl<'a> Machine<'a> {
    /// What a literal of an object is: its names are computed now, all else when it is read.
    pub(super) fn layer(&mut self, inside: &'a ObjInside<'a, 'a>, scope: &Rc<Scope<'a>>) -> Result<Layer<'a>> {
        let is_outermost = scope.find("$").is_none();
        let mut layer = Layer {
            fields: BTreeMap::new(),
            asserts: Vec::new(),
            locals: Vec::new(),
            scope: Rc::clone(scope),
            is_outermost,
        };
        match inside {
            ObjInside::Members(members) => {
                for member in *members {
                    match member {
                        Member::Local(local) => layer.locals.push(&local.bind),
                        Member::Assert(assert) => layer.asserts.push(assert),
                        Member::Field(field) => self.member(field, scope, &mut layer.fields)?,
                    }
                }
            }
            ObjInside::Comp { locals1, name, plus, body, locals2, comp_spec } => {
                let within = |scope: &Rc<Scope<'a>>| Within {
                    scope: Rc::clone(scope),
                    locals: locals(locals1).chain(locals(locals2)).collect(),
                    is_outermost,
                };
                let mut fields = BTreeMap::new();
                self.each(comp_spec, scope, &mut |machine, scope| {
                    let Some(name) = machine.field_name(name, scope)? else { return Ok(()) };
                    let body = Body::Within(Box::new(Body::Value(body)), Rc::new(within(scope)));
                    let field = Field { body, is_added: *plus, visibility: Visibility::Default };
                    insert(&mut fields, name, field)
                })?;
                layer.fields = fields;
            }
        }
        Ok(layer)
    }

    fn member(
        &mut self,
        field: &'a ast::Field<'a, 'a>,
        scope: &Rc<Scope<'a>>,
        fields: &mut BTreeMap<Rc<str>, Field<'a>>,
    ) -> Result<()> {
        let name = match field.name() {
            FieldName::Ident(name) => Some(Rc::from(name.value.value())),
            FieldName::String(name, _) => Some(Rc::from(name.value())),
            FieldName::Expr(name, _) => self.field_name(name, scope)?,
        };
        let Some(name) = name else { return Ok(()) };
        let (body, is_added, visibility) = match field {
            ast::Field::Value(_, plus, visibility, value) => (Body::Value(value), *plus, *visibility),
            ast::Field::Func(_, params, _, visibility, body) => (Body::Method(params, body), false, *visibility),
        };
        insert(fields, name, Field { body, is_added, visibility })
    }

    /// The computed name of a field; null leaves it out.
    fn field_name(&mut self, name: Node<'a>, scope: &Rc<Scope<'a>>) -> Result<Option<Rc<str>>> {
        match self.evaluate(name, scope)? {
            Value::Text(name) => Ok(Some(name)),
            Value::Null => Ok(None),
            other => {
                let failure = wrong_kind(other.kind(), |is| format!("the name of a field is {is}"));
                Err(self.at(failure, name.span, scope))
            }
        }
    }

    /// The scope of the code of a layer, with its locals.
    fn inside(&mut self, object: &Rc<Object<'a>>, layer: usize, within: Option<&Within<'a>>) -> Option<Rc<Scope<'a>>> {
        let literal = Rc::clone(object.layers.get(layer)?);
        let (outer, locals, is_outermost) = match within {
            Some(within) => (&within.scope, &within.locals, within.is_outermost),
            None => (&literal.scope, &literal.locals, literal.is_outermost),
        };
        let here = Rc::new(Here { object: Rc::clone(object), layer });
        let scope = self.with_locals(locals.iter().copied(), outer, Some(here));
        if is_outermost {
            let this = Thunk::done(Value::Object(Rc::clone(object)));
            self.keep(&this);
            scope.names.borrow_mut().push(("$", this));
        }
        Some(scope)
    }

    /// A field as seen from below a layer.
    pub(super) fn field(&mut self, object: &Rc<Object<'a>>, name: &Rc<str>, below: usize) -> Result<Value<'a>> {
        self.check(object)?;
        self.spend(object.layers.len() / 4)?;
        let Some(at) = object.layer_of(name, below) else {
            let message = format!("there is no field `{name}`");
            return Err(Failure::new(FailureKind::NoField(name.to_string()), message));
        };
        let key = (at, Rc::clone(name));
        let known = object.known.borrow().get(&key).cloned();
        if let Some(known) = known {
            return self.force(&known);
        }
        // While it is computed, nothing is known: who asks again goes deeper, until the frames are used up.
        let value = self.framed(|machine| machine.field_at(object, name, at))?;
        let thunk = self.thunk(State::Done(value.clone()));
        object.known.borrow_mut().insert(key, thunk);
        Ok(value)
    }

    fn field_at(&mut self, object: &Rc<Object<'a>>, name: &Rc<str>, at: usize) -> Result<Value<'a>> {
        let field = object.layers.get(at).and_then(|layer| layer.fields.get(name)).cloned();
        let Some(field) = field else { return Err(other("a field is lost")) };
        let value = self.body(&field.body, object, at, None)?;
        if !field.is_added || object.layer_of(name, at).is_none() {
            return Ok(value);
        }
        let under = self.field(object, name, at)?;
        self.add(&under, &value)
    }

    fn body(
        &mut self,
        body: &Body<'a>,
        object: &Rc<Object<'a>>,
        at: usize,
        within: Option<&Within<'a>>,
    ) -> Result<Value<'a>> {
        let lost = || other("a layer is lost");
        match body {
            Body::Ready(value) => Ok(value.clone()),
            Body::Unread(text) => {
                let body = (self.read)(text)?;
                self.body(&body, object, at, within)
            }
            Body::Value(expr) => {
                let scope = self.inside(object, at, within).ok_or_else(lost)?;
                self.evaluate(expr, &scope)
            }
            Body::Method(params, body) => {
                let scope = self.inside(object, at, within).ok_or_else(lost)?;
                Ok(Machine::closure(params, body, &scope))
            }
            // What is further outside only took the field over.
            Body::Within(body, inner) => self.body(body, object, at, within.or(Some(inner))),
        }
    }

    pub(super) fn read_super(&mut self, name: &str, scope: &Rc<Scope<'a>>) -> Result<Value<'a>> {
        let here = Machine::here(scope)?;
        if here.layer == 0 {
            return Err(wrong("`super` is in an object that extends no other"));
        }
        self.field(&here.object, &Rc::from(name), here.layer)
    }

    /// The asserts of an object, once; while they are checked they count as passed.
    pub(super) fn check(&mut self, object: &Rc<Object<'a>>) -> Result<()> {
        if object.is_checked.replace(true) {
            return Ok(());
        }
        for (at, layer) in object.layers.iter().enumerate().rev() {
            if layer.asserts.is_empty() {
                continue;
            }
            let scope = self.inside(object, at, None).ok_or_else(|| other("a layer is lost"))?;
            for assert in &layer.asserts {
                if let Err(failure) = self.framed(|machine| machine.assert(assert, &scope)) {
                    object.is_checked.set(false);
                    return Err(failure);
                }
            }
        }
        Ok(())
    }

    /// Goes through the parts of a comprehension.
    pub(super) fn each(
        &mut self,
        parts: &'a [CompSpecPart<'a, 'a>],
        scope: &Rc<Scope<'a>>,
        run: &mut dyn FnMut(&mut Machine<'a>, &Rc<Scope<'a>>) -> Result<()>,
    ) -> Result<()> {
        let Some((first, rest)) = parts.split_first() else { return run(self, scope) };
        match first {
            CompSpecPart::If(part) => {
                if self.holds(&part.cond, scope)? {
                    self.each(rest, scope, run)?;
                }
            }
            CompSpecPart::For(part) => {
                let items = match self.evaluate(&part.inner, scope)? {
                    Value::List(list) => list.items(),
                    // Up to 0.20 there is nothing to go through in an empty text.
                    Value::Text(text) if text.is_empty() && self.go_jsonnet < (0, 21) => Vec::new(),
                    other => {
                        let failure = wrong_kind(other.kind(), |is| format!("`for` runs over {is}, not a list"));
                        return Err(self.at(failure, part.inner.span, scope));
                    }
                };
                self.spend(items.len())?;
                for item in items {
                    let inner = with_name(part.var.value.value(), item, scope);
                    self.framed(|machine| machine.each(rest, &inner, run))?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn list_comprehension(
        &mut self,
        body: Node<'a>,
        parts: &'a [CompSpecPart<'a, 'a>],
        scope: &Rc<Scope<'a>>,
    ) -> Result<Value<'a>> {
        if let (true, Some(CompSpecPart::For(part))) = (self.go_jsonnet < (0, 21), parts.first())
            && let Value::Text(text) = self.evaluate(&part.inner, scope)?
            && text.is_empty()
        {
            return Ok(Value::text(""));
        }
        let mut items = Vec::new();
        self.each(parts, scope, &mut |machine, scope| {
            items.push(machine.later(body, scope));
            Ok(())
        })?;
        Ok(Value::List(List::new(items)))
    }

    /// `std.objectRemoveKey` of go-jsonnet: the fields without their locals and asserts; sums break it.
    pub(super) fn without_field(object: &Object<'a>, name: &str) -> Result<Value<'a>> {
        let [literal] = object.layers.as_slice() else {
            return Err(other("go-jsonnet breaks: std.objectRemoveKey takes no object that is a sum"));
        };
        let within = Rc::new(Within { scope: Rc::clone(&literal.scope), locals: Vec::new(), is_outermost: false });
        let fields = literal.fields.iter().filter(|(known, _)| ***known != *name).map(|(name, field)| {
            let body = match &field.body {
                body @ (Body::Ready(_) | Body::Within(..)) => body.clone(),
                body => Body::Within(Box::new(body.clone()), Rc::clone(&within)),
            };
            (Rc::clone(name), Field { body, ..field.clone() })
        });
        let layer = Layer {
            fields: fields.collect(),
            asserts: Vec::new(),
            locals: Vec::new(),
            scope: Rc::clone(&literal.scope),
            is_outermost: false,
        };
        Ok(Value::Object(Object::new(vec![Rc::new(layer)])))
    }
}

/// An object of values.
pub(super) fn of_values<'a>(fields: impl IntoIterator<Item = (Rc<str>, Value<'a>)>) -> Value<'a> {
    let field = |value| Field { body: Body::Ready(value), is_added: false, visibility: Visibility::Default };
    let fields = fields.into_iter().map(|(name, value)| (name, field(value))).collect();
    Value::Object(Object::new(vec![Rc::new(plain(fields))]))
}

/// A literal without code.
pub(super) fn plain(fields: BTreeMap<Rc<str>, Field<'_>>) -> Layer<'_> {
    Layer { fields, asserts: Vec::new(), locals: Vec::new(), scope: outermost(Vec::new(), false), is_outermost: true }
}

/// A scope around all others.
pub(super) fn outermost<'a>(names: Vec<(&'a str, Rc<Thunk<'a>>)>, is_standard: bool) -> Rc<Scope<'a>> {
    Rc::new(Scope { names: RefCell::new(names), parent: None, here: None, is_standard })
}

/// The scope with one more name.
pub(super) fn with_name<'a>(name: &'a str, thunk: Rc<Thunk<'a>>, scope: &Rc<Scope<'a>>) -> Rc<Scope<'a>> {
    Rc::new(Scope {
        names: RefCell::new(vec![(name, thunk)]),
        parent: Some(Rc::clone(scope)),
        here: scope.here.clone(),
        is_standard: scope.is_standard,
    })
}

fn insert<'a>(fields: &mut BTreeMap<Rc<str>, Field<'a>>, name: Rc<str>, field: Field<'a>) -> Result<()> {
    let message = format!("the field `{name}` is defined twice");
    match fields.insert(name, field) {
        Some(_) => Err(Failure::new(FailureKind::Repeated, message)),
        None => Ok(()),
    }
}

fn locals<'a>(locals: &'a [ObjLocal<'a, 'a>]) -> impl Iterator<Item = &'a Bind<'a, 'a>> {
    locals.iter().map(|local| &local.bind)
}
