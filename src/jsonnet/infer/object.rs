//! Objects: their fields, and reading them.

use std::rc::Rc;

use rsjsonnet_lang::ast::{Field, FieldName, Member};
use rsjsonnet_lang::span::SpanId;

use super::Checker;
use super::facts::{Fact, Facts, Path};
use super::finding::FindingKind;
use super::kinds::{Constant, Kinds};
use super::members::{Presence, inside};
use super::narrow::{holds, is_one_of_texts, key_path, refine};
use super::scope::{is_standard, one_layer, together};
use super::value::{Closure, Function, Layer, List, Literal, Names, Node, Object, Scope, Seen, Value, Written};
use crate::jsonnet::types::Object as DataObject;

/// A field of an object.
pub(super) struct FoundMember<'a> {
    pub(super) seen: Seen<'a>,
    pub(super) presence: Presence,
    /// Where it is, and when it is missing; `None` when nothing is to be said about its absence.
    missing: Option<(Path, String)>,
}

/// Why a field cannot be read from one alternative of a value.
enum Failure {
    Null,
    Missing(Path, String),
    Never { reason: Option<String> },
    Other,
}

impl<'a> Checker<'a> {
    pub(super) fn literal(&mut self, members: &'a [Member<'a, 'a>], scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        let written = self.literals.entry(members.as_ptr()).or_insert_with(|| Rc::new(Written::of(members))).clone();
        if !written.may_be_followed {
            self.unsure();
        }
        // The names are computed with the object, whatever is read from it.
        for field in &written.computed {
            let FieldName::Expr(name, _) = field.name() else { continue };
            for (facts, seen) in self.worlds(name, scope, facts) {
                self.demand(&seen.value, Kinds::TEXT.or(Kinds::NULL), "field name", name.span, &facts);
            }
        }
        let literal = Literal { members, written, scope: scope.clone(), facts: facts.clone() };
        one_layer(Layer::Literal(Rc::new(literal)))
    }

    /// Whether the object has the key, and its path in the input.
    pub(super) fn presence(&mut self, object: &Rc<Object<'a>>, key: &str, facts: &Facts) -> (Presence, Option<Path>) {
        let mut maybe = None;
        for layer in object.layers.iter().rev() {
            let (presence, path) = match layer {
                Layer::Unknown | Layer::Computed(_) => (Presence::Maybe, None),
                Layer::Data(data, path) => {
                    self.asks(data, path.as_ref(), key);
                    data_presence(data, path.as_ref(), key, facts)
                }
                Layer::Literal(literal) => {
                    let sure = literal.named(key).is_some();
                    let presence = if sure { Presence::Yes } else { self.computed_presence(literal, key, facts) };
                    (presence, None)
                }
            };
            match presence {
                Presence::Yes => return (Presence::Yes, path),
                Presence::Maybe if maybe.is_none() => maybe = Some(path),
                Presence::Maybe => maybe = Some(None),
                Presence::No => {}
            }
        }
        maybe.map_or((Presence::No, None), |path| (Presence::Maybe, path))
    }

    fn computed_presence(&mut self, literal: &Rc<Literal<'a>>, key: &str, facts: &Facts) -> Presence {
        let mut presence = Presence::No;
        for &field in &literal.written.computed {
            let FieldName::Expr(name, _) = field.name() else { continue };
            let facts = literal.facts.merge(facts);
            let worlds = self.worlds(name, &literal.scope, &facts);
            let is = |seen: &Seen<'_>| matches!(&seen.value, Value::Text(Some(text)) if **text == *key);
            let may = |seen: &Seen<'_>| matches!(&seen.value, Value::Text(None) | Value::Any | Value::Union(_));
            if !worlds.is_empty() && worlds.iter().all(|(_, seen)| is(seen)) {
                return Presence::Yes;
            }
            if worlds.iter().any(|(_, seen)| is(seen) || may(seen)) {
                presence = Presence::Maybe;
            }
        }
        presence
    }

    /// The field of this name among the first `upto` layers.
    pub(super) fn lookup(&mut self, object: &Rc<Object<'a>>, upto: usize, key: &str, facts: &Facts) -> FoundMember<'a> {
        let nothing = FoundMember { seen: Seen::never(), presence: Presence::No, missing: None };
        let Some(below) = upto.checked_sub(1) else { return nothing };
        let Some(layer) = object.layers.get(below) else { return nothing };
        let found = match layer {
            Layer::Unknown | Layer::Computed(_) => {
                self.unsure();
                // The object below is not checked: the value may be anything anyhow.
                return FoundMember { seen: Seen::any(), presence: Presence::Maybe, missing: None };
            }
            Layer::Data(data, path) => {
                self.asks(data, path.as_ref(), key);
                Checker::data_field(data, path.as_ref(), key, facts)
            }
            Layer::Literal(literal) => self.literal_field(object, below, literal, key, facts),
        };
        if found.presence == Presence::Yes {
            return found;
        }
        // The object below is only evaluated where nothing is over it.
        let bare = match (found.presence, &found.missing) {
            (Presence::No, _) => facts.clone(),
            (_, Some((path, _))) => facts.with(path, Fact::Present(false)),
            (_, None) => facts.unclear(),
        };
        let under = self.lookup(object, below, key, &bare);
        match (found.presence, under.presence) {
            (Presence::No, _) => under,
            (_, Presence::No) => found,
            (_, presence) => FoundMember {
                seen: together(vec![found.seen, under.seen]),
                presence,
                // Missing in both: too much to say.
                missing: None,
            },
        }
    }

    fn data_field(data: &'a DataObject, path: Option<&Path>, key: &str, facts: &Facts) -> FoundMember<'a> {
        let (presence, at) = data_presence(data, path, key, facts);
        let (kind, reason) = match (data.fields.get(key), &data.rest) {
            (Some(field), _) => (&field.kind, field.missing_when.as_deref()),
            (None, Some(rest)) => (&**rest, Some("nothing says that it is there")),
            (None, None) => return FoundMember { seen: Seen::never(), presence: Presence::No, missing: None },
        };
        let seen = Seen { value: Value::of_type(kind, at.as_ref()), path: at.clone() };
        FoundMember { seen: refine(seen, facts), presence, missing: at.zip(reason.map(str::to_owned)) }
    }

    fn literal_field(
        &mut self,
        object: &Rc<Object<'a>>,
        below: usize,
        literal: &Rc<Literal<'a>>,
        key: &str,
        facts: &Facts,
    ) -> FoundMember<'a> {
        if let Some(field) = literal.named(key) {
            let seen = self.field_value(object, below, literal, field, key, facts);
            return FoundMember { seen, presence: Presence::Yes, missing: None };
        }
        let mut values = Vec::new();
        for &field in &literal.written.computed {
            let FieldName::Expr(name, _) = field.name() else { continue };
            let there = literal.facts.merge(facts);
            for (world, seen) in self.worlds(name, &literal.scope, &there) {
                match &seen.value {
                    Value::Text(Some(text)) if **text == *key => {
                        values.push(self.field_value(object, below, literal, field, key, &world));
                    }
                    Value::Text(None) | Value::Any | Value::Union(_) => {
                        self.unsure();
                        values.push(Seen::any());
                    }
                    _ => {}
                }
            }
        }
        if values.is_empty() {
            return FoundMember { seen: Seen::never(), presence: Presence::No, missing: None };
        }
        let presence = self.computed_presence(literal, key, facts);
        if presence != Presence::Yes {
            self.unsure();
        }
        FoundMember { seen: together(values), presence, missing: None }
    }

    pub(super) fn field_value(
        &mut self,
        object: &Rc<Object<'a>>,
        below: usize,
        literal: &Rc<Literal<'a>>,
        field: &'a Field<'a, 'a>,
        key: &str,
        facts: &Facts,
    ) -> Seen<'a> {
        let scope = inside(object, below, literal);
        let facts = literal.facts.merge(facts);
        match field {
            Field::Func(_, params, _, _, body) => {
                let closure = Closure { params, body, scope, facts };
                Seen::plain(Value::Function(Function::Closure(Rc::new(closure))))
            }
            Field::Value(_, plus, _, expr) => {
                let value = self.evaluate(expr, &scope, &facts);
                if !plus {
                    return value;
                }
                let under = self.lookup(object, below, key, &facts);
                match under.presence {
                    Presence::No => value,
                    Presence::Yes => self.add(expr, &under.seen, &value, &facts),
                    Presence::Maybe => {
                        let sum = self.add(expr, &under.seen, &value, &facts.unclear());
                        together(vec![sum, value])
                    }
                }
            }
        }
    }

    /// `super.key`.
    pub(super) fn read_super(&mut self, key: &str, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        let mut at = scope.as_ref();
        while let Some(node) = at {
            match &node.names {
                Names::Inside { object, below, .. } => {
                    let found = self.lookup(&object.clone(), *below, key, facts);
                    if found.presence != Presence::Yes {
                        self.unsure();
                        return Seen::any();
                    }
                    return found.seen;
                }
                Names::Comprehension(..) => break,
                _ => at = node.outer.as_ref(),
            }
        }
        self.unsure();
        Seen::any()
    }

    /// Reads a field, and says what is wrong with that.
    pub(super) fn read(&mut self, base: &Seen<'a>, key: &str, span: SpanId, facts: &Facts) -> Seen<'a> {
        let mut values = Vec::new();
        let mut failures = Vec::new();
        for part in base.value.parts() {
            match part {
                Value::Never => return Seen::never(),
                Value::Any => {
                    self.unsure();
                    let seen = Seen { value: Value::Any, path: key_path(base.path.as_ref(), key) };
                    values.push(refine(seen, facts));
                }
                Value::Object(object) => {
                    let found = self.lookup(object, object.layers.len(), key, facts);
                    match (found.presence, found.missing) {
                        (Presence::No, _) => failures.push(never(object, key)),
                        (Presence::Maybe, Some((path, reason))) => {
                            failures.push(Failure::Missing(path, reason));
                            values.push(found.seen);
                        }
                        (Presence::Maybe, None) => {
                            self.unsure();
                            values.push(found.seen);
                        }
                        (Presence::Yes, _) => values.push(found.seen),
                    }
                }
                Value::Null => failures.push(Failure::Null),
                _ => failures.push(Failure::Other),
            }
        }
        if values.is_empty() {
            self.cannot_read(base, key, span, failures, facts);
            return Seen::never();
        }
        // Null is the first to guard against; a key that is missing then is another matter.
        let null = failures.iter().any(|failure| matches!(failure, Failure::Null)) && base.path.is_some();
        for failure in failures.into_iter().filter(|failure| !null || matches!(failure, Failure::Null)) {
            self.may_not_read(base, key, span, failure, facts);
        }
        together(values)
    }

    /// No alternative has the field.
    fn cannot_read(&mut self, base: &Seen<'a>, key: &str, span: SpanId, failures: Vec<Failure>, facts: &Facts) {
        let object = base.path.as_ref().map(Path::steps);
        let nulls = failures.iter().all(|failure| matches!(failure, Failure::Null));
        let never = failures.into_iter().find_map(|failure| match failure {
            Failure::Never { reason } => Some(reason),
            _ => None,
        });
        let kind = match never {
            Some(reason) => FindingKind::NeverThere { object, key: key.to_owned(), reason },
            None if nulls => FindingKind::FromNull { path: object, always: true },
            None => FindingKind::FromOther { kinds: base.value.kinds().shown() },
        };
        self.report(span, kind, facts);
    }

    /// Some alternatives do not have the field.
    fn may_not_read(&mut self, base: &Seen<'a>, key: &str, span: SpanId, failure: Failure, facts: &Facts) {
        let kind = match (failure, &base.path) {
            (Failure::Missing(path, reason), _) => FindingKind::MaybeMissing { path: path.steps(), reason },
            (Failure::Null, Some(path)) => FindingKind::FromNull { path: Some(path.steps()), always: false },
            (Failure::Never { .. }, Some(path)) => {
                let Some(path) = path.join(key) else { return self.unsure() };
                let reason = "not each of the possible shapes has it".to_owned();
                FindingKind::MaybeMissing { path: path.steps(), reason }
            }
            _ => return self.unsure(),
        };
        self.report(span, kind, facts);
    }

    /// The value of a key that is there.
    pub(super) fn value_of_key(&mut self, base: &Seen<'a>, key: &str, facts: &Facts) -> Seen<'a> {
        let mut values = Vec::new();
        for part in base.value.parts() {
            match part {
                Value::Object(object) => values.push(self.lookup(object, object.layers.len(), key, facts).seen),
                Value::Any => {
                    self.unsure();
                    values.push(Seen { value: Value::Any, path: key_path(base.path.as_ref(), key) });
                }
                _ => {}
            }
        }
        let seen = together(values);
        refine(seen, facts)
    }

    /// `base[index]`
    pub(super) fn index(
        &mut self,
        base: Node<'a>,
        index: Node<'a>,
        expr: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        let key = self.evaluate(index, scope, facts);
        if is_standard(base, scope) {
            self.unsure();
            return Seen::any();
        }
        let base = self.evaluate(base, scope, facts);
        if base.value.kinds() == Kinds::OBJECT && is_one_of_texts(&key.value) {
            return self.one_of_fields(&base, index, expr, scope, facts);
        }
        match (&base.value, &key.value) {
            (Value::Never, _) | (_, Value::Never) => Seen::never(),
            (_, Value::Text(Some(name))) if base.value.kinds().and(Kinds::LIST.or(Kinds::TEXT)).is_none() => {
                self.read(&base, &name.clone(), expr.span, facts)
            }
            (Value::Null, _) => {
                let path = base.path.as_ref().map(Path::steps);
                self.report(expr.span, FindingKind::FromNull { path, always: true }, facts);
                Seen::never()
            }
            (Value::List(list), Value::Number(number)) => self.item_at(&base, list, *number, expr, facts),
            _ => self.odd_index(&base, &key, expr, facts),
        }
    }

    /// A field whose name is one of some texts: `{ api: 1, browser: 2 }[ctx.flow.type]`.
    fn one_of_fields(
        &mut self,
        base: &Seen<'a>,
        index: Node<'a>,
        expr: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        let mut values = Vec::new();
        for (facts, key) in self.worlds(index, scope, facts) {
            for part in key.value.parts() {
                let Some(Constant::Text(name)) = part.constant() else { continue };
                for facts in holds(&key, &Constant::Text(name.clone()), &facts, true) {
                    values.push(self.read(base, &name, expr.span, &facts));
                }
            }
        }
        together(values)
    }

    fn item_at(
        &mut self,
        base: &Seen<'a>,
        list: &List<'a>,
        number: Option<f64>,
        expr: Node<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        match (list, number) {
            (List::Items(items), Some(number)) => {
                let length = items.len();
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let item = if number < 0.0 { None } else { items.get(number as usize).cloned() };
                if let Some(item) = item {
                    return self.force(&item, facts);
                }
                self.report(expr.span, FindingKind::OutOfRange { length }, facts);
                Seen::never()
            }
            (List::Of(kind), Some(number)) => {
                // The list may be shorter: only trying tells.
                self.unsure();
                let path = base.path.as_ref().and_then(|path| path.join(&format!("[{number}]")));
                refine(Seen { value: Value::of_type(kind, path.as_ref()), path }, facts)
            }
            _ => {
                self.unsure();
                let (item, facts) = self.item_of(base, facts);
                self.force(&item, &facts)
            }
        }
    }

    /// An index of which less is known.
    fn odd_index(&mut self, base: &Seen<'a>, key: &Seen<'a>, expr: Node<'a>, facts: &Facts) -> Seen<'a> {
        let (of, by) = (base.value.kinds(), key.value.kinds());
        let items = of.and(Kinds::LIST.or(Kinds::TEXT)) != Kinds::NONE && by.and(Kinds::NUMBER) != Kinds::NONE;
        let fields = of.and(Kinds::OBJECT) != Kinds::NONE && by.and(Kinds::TEXT) != Kinds::NONE;
        if !items && !fields {
            let kind = FindingKind::WrongIndex { of: of.shown(), index: by.shown() };
            self.report(expr.span, kind, facts);
            return Seen::never();
        }
        self.unsure();
        Seen::plain(if of == Kinds::TEXT { Value::Text(None) } else { Value::Any })
    }
}

fn data_presence(data: &DataObject, path: Option<&Path>, key: &str, facts: &Facts) -> (Presence, Option<Path>) {
    let always = match (data.fields.get(key), &data.rest) {
        (Some(field), _) => field.missing_when.is_none(),
        (None, Some(_)) => false,
        (None, None) => return (Presence::No, None),
    };
    let path = key_path(path, key);
    let presence = match path.as_ref().and_then(|path| facts.presence(path)) {
        _ if always => Presence::Yes,
        Some(true) => Presence::Yes,
        Some(false) => Presence::No,
        None => Presence::Maybe,
    };
    (presence, path)
}

fn never(object: &Object<'_>, key: &str) -> Failure {
    let reason = object.layers.iter().find_map(|layer| match layer {
        Layer::Data(data, _) => data.never.get(key).cloned(),
        _ => None,
    });
    Failure::Never { reason }
}
