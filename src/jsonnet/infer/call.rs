//! Calls: of functions of the document by going through their bodies, of those of `std` by the table and, where it is worth it,
//! by what they do.

use std::rc::Rc;

use rsjsonnet_lang::ast::{Arg, Param};

use super::Checker;
use super::facts::Facts;
use super::finding::FindingKind;
use super::kinds::Kinds;
use super::scope::{extend, is_standard, together};
use super::value::{Closure, Function, Layer, List, Names, Node, Scope, Seen, Thunk, Value};
use crate::jsonnet::standard::Function as StandardFunction;

impl<'a> Checker<'a> {
    pub(super) fn call(
        &mut self,
        callee: Node<'a>,
        args: &'a [Arg<'a, 'a>],
        expr: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        let function = self.evaluate(callee, scope, facts);
        match &function.value {
            Value::Function(Function::Closure(closure)) => {
                if self.wrong_arguments(closure.params, args, expr, facts) {
                    return Seen::never();
                }
                match Checker::bind(closure, args, scope, facts) {
                    Some((inner, facts)) => self.body(closure.body, &inner, &facts),
                    None => Seen::any(),
                }
            }
            Value::Function(Function::Standard(function)) => self.standard(function, args, expr, scope, facts),
            Value::Never => Seen::never(),
            other if other.kinds().and(Kinds::FUNCTION).is_none() => {
                self.report(callee.span, FindingKind::NotFunction { kinds: other.kinds().shown() }, facts);
                Seen::never()
            }
            _ => {
                self.unsure();
                Seen::any()
            }
        }
    }

    /// Whether a call does not fit the parameters.
    fn wrong_arguments(
        &mut self,
        params: &'a [Param<'a, 'a>],
        args: &'a [Arg<'a, 'a>],
        expr: Node<'a>,
        facts: &Facts,
    ) -> bool {
        let mut given = vec![false; params.len()];
        for (index, arg) in args.iter().enumerate() {
            let (at, name) = match arg {
                Arg::Positional(_) => (Some(index).filter(|index| *index < params.len()), None),
                Arg::Named(name, _) => {
                    let name = name.value.value();
                    (params.iter().position(|param| param.name.value.value() == name), Some(name.to_owned()))
                }
            };
            let Some(is) = at.and_then(|at| given.get_mut(at)) else {
                self.report(expr.span, FindingKind::ExtraArgument { name }, facts);
                return true;
            };
            *is = true;
        }
        let missing = params.iter().zip(given).find(|(param, given)| !given && param.default_value.is_none());
        if let Some((param, _)) = missing {
            let name = param.name.value.value().to_owned();
            self.report(expr.span, FindingKind::MissingArgument { name }, facts);
        }
        missing.is_some()
    }

    /// The scope of the body of a function that is called, and what holds there; `None` when the call does not fit.
    pub(super) fn bind(
        closure: &Closure<'a>,
        args: &'a [Arg<'a, 'a>],
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Option<(Scope<'a>, Facts)> {
        let mut given: Vec<(&'a str, Thunk<'a>)> = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            let (name, value) = match arg {
                Arg::Positional(value) => (closure.params.get(index)?.name.value.value(), value),
                Arg::Named(name, value) => (name.value.value(), value),
            };
            given.push((name, Thunk::Later { expr: value, scope: scope.clone(), facts: facts.clone() }));
        }
        let facts = closure.facts.merge(facts);
        Some((parameters(closure, given, &facts), facts))
    }

    /// The value of the body of a function; unknown when it calls itself again and again.
    fn body(&mut self, body: Node<'a>, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        let same = self.calls.iter().filter(|known| std::ptr::eq(**known, body)).count();
        if same >= super::MAX_RECURSION {
            self.unsure();
            return Seen::any();
        }
        self.calls.push(body);
        let seen = self.evaluate(body, scope, facts);
        self.calls.pop();
        seen
    }

    /// Calls a function with values.
    pub(super) fn call_closure(
        &mut self,
        closure: &Closure<'a>,
        positional: Vec<Thunk<'a>>,
        named: Vec<(&'a str, Seen<'a>)>,
        facts: &Facts,
    ) -> Seen<'a> {
        let params = closure.params.iter().map(|param| param.name.value.value());
        let mut given: Vec<(&'a str, Thunk<'a>)> = params.zip(positional).collect();
        given.extend(named.into_iter().map(|(name, seen)| (name, Thunk::Done(seen))));
        let unbound = closure.params.iter().any(|param| {
            param.default_value.is_none() && !given.iter().any(|(name, _)| *name == param.name.value.value())
        });
        if unbound {
            self.unsure();
            return Seen::any();
        }
        let facts = closure.facts.merge(facts);
        let scope = parameters(closure, given, &facts);
        self.body(closure.body, &scope, &facts)
    }

    /// Calls a function of `std`.
    fn standard(
        &mut self,
        function: &'static StandardFunction,
        args: &'a [Arg<'a, 'a>],
        expr: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        if args.iter().any(|arg| matches!(arg, Arg::Named(..))) {
            // Names of parameters differ between the releases of go-jsonnet.
            self.unsure();
            return Seen::plain(result(function.result));
        }
        let needed = function.parameters.iter().filter(|(_, _, optional)| !optional).count();
        if args.len() > function.parameters.len() {
            self.report(expr.span, FindingKind::ExtraArgument { name: None }, facts);
            return Seen::never();
        }
        if args.len() < needed {
            let name = function.parameters.get(args.len()).map_or("", |(name, _, _)| name).to_owned();
            self.report(expr.span, FindingKind::MissingArgument { name }, facts);
            return Seen::never();
        }
        if function.name == "get" {
            let object = self.argument(args, 0, scope, facts);
            if !self.fits(function, 0, &object, args, facts) {
                return Seen::never();
            }
            return together(self.get_worlds(args, scope, facts).into_iter().map(|(_, seen)| seen).collect());
        }
        let mut values = Vec::with_capacity(args.len());
        for (index, (_, kinds, _)) in function.parameters.iter().enumerate().take(args.len()) {
            // What `std` has is known without its value.
            let is_asked = matches!(function.name, "objectHas" | "objectHasAll") && index == 0;
            let is_standard = |arg: &Arg<'_, '_>| matches!(arg, Arg::Positional(value) if is_standard(value, scope));
            if *kinds == "l" || (is_asked && args.first().is_some_and(is_standard)) {
                values.push(Seen::any());
                continue;
            }
            // What may have any type in some cases is not evaluated in those.
            let is_sure = !(kinds.contains('?') && self::kinds(kinds) == Kinds::ALL);
            let facts = if is_sure { facts } else { &facts.unclear() };
            let seen = self.argument(args, index, scope, facts);
            let fails = seen.value.is_never() || !self.fits(function, index, &seen, args, facts);
            if fails && is_sure {
                return Seen::never();
            }
            values.push(if fails { Seen::any() } else { seen });
        }
        if !function.is_total {
            self.unsure();
        }
        self.known(function, &values, args, expr, scope, facts)
    }

    fn argument(&mut self, args: &'a [Arg<'a, 'a>], index: usize, scope: &Scope<'a>, facts: &Facts) -> Seen<'a> {
        match args.get(index) {
            Some(Arg::Positional(value) | Arg::Named(_, value)) => self.evaluate(value, scope, facts),
            None => Seen::any(),
        }
    }

    /// Whether an argument can have the type that the function takes.
    fn fits(
        &mut self,
        function: &'static StandardFunction,
        index: usize,
        seen: &Seen<'a>,
        args: &'a [Arg<'a, 'a>],
        facts: &Facts,
    ) -> bool {
        let Some((parameter, letters, _)) = function.parameters.get(index) else { return true };
        let wanted = kinds(letters);
        let given = seen.value.kinds();
        let Some(span) = args.get(index).map(|(Arg::Positional(value) | Arg::Named(_, value))| value.span) else {
            return true;
        };
        match seen.value {
            Value::Function(_) if *letters == "m" => self.unsure(),
            _ if *letters == "m" => _ = self.manifest(seen, span, facts),
            _ => {}
        }
        // What follows `?` passes in some cases only.
        let surely = kinds(letters.split('?').next().unwrap_or(letters));
        if given.within(surely) {
            return true;
        }
        let passes = given.and(wanted) != Kinds::NONE;
        if passes {
            self.unsure();
            if given.and(surely) != Kinds::NONE || !is_of_input(&seen.value) {
                return true;
            }
        }
        let (wanted, given) = (surely.shown(), given.shown());
        let empty_passes = passes;
        let kind = FindingKind::WrongArgument { function: function.name, parameter, wanted, given, empty_passes };
        self.report(span, kind, facts);
        passes
    }

    /// Functions of which more is known than the type of the result.
    fn known(
        &mut self,
        function: &'static StandardFunction,
        values: &[Seen<'a>],
        args: &'a [Arg<'a, 'a>],
        expr: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) -> Seen<'a> {
        let first = values.first().cloned().unwrap_or_else(Seen::any);
        match function.name {
            "extVar" => match &first.value {
                Value::Text(Some(name)) => return self.variable(&name.clone(), expr, facts),
                _ => self.unsure(),
            },
            "id" => return self.argument(args, 0, scope, facts),
            "trace" => return self.argument(args, 1, scope, facts),
            "type" => {
                let kinds = first.value.kinds().shown();
                let one = matches!(first.value.parts(), [part] if !matches!(part, Value::Any));
                return Seen::plain(if one { Value::text(&kinds) } else { Value::Text(None) });
            }
            "toString" => {
                return Seen::plain(match first.value {
                    Value::Text(text) => Value::Text(text),
                    _ => Value::Text(None),
                });
            }
            "isString" | "isNumber" | "isBoolean" | "isArray" | "isObject" | "isFunction" | "isNull" => {
                return Seen::plain(Value::Bool(is_kind(function.name, &first.value)));
            }
            "objectHas" | "objectHasAll" | "objectHasEx" => {
                let key = values.get(1).cloned().unwrap_or_else(Seen::any);
                let hidden = match function.name {
                    "objectHasEx" => !matches!(values.get(2), Some(Seen { value: Value::Bool(Some(false)), .. })),
                    name => name == "objectHasAll",
                };
                let never = self.has_field(&first, &key, facts, true, hidden).is_empty();
                let always = self.has_field(&first, &key, facts, false, hidden).is_empty();
                return Seen::plain(Value::Bool(if never == always { None } else { Some(always) }));
            }
            "objectValues" | "objectValuesAll" | "objectKeysValues" | "objectKeysValuesAll" => {
                self.unsure();
                return Seen::plain(Value::list_of(Value::Any));
            }
            "map" | "flatMap" | "filter" => return self.mapped(function.name, values, facts),
            "filterMap" | "foldl" | "foldr" | "mapWithIndex" | "mapWithKey" | "makeArray" => self.unsure(),
            "sort" | "set" if args.len() == 1 => self.ordered(function, &first, args, facts),
            "format" => self.format_call(&first, args, expr, scope, facts),
            "reverse" if matches!(first.value, Value::List(_)) => {
                let (item, _) = self.item_of(&first, facts);
                return Seen::plain(Value::List(List::Each(Rc::new([item]))));
            }
            _ => {}
        }
        Seen::plain(result(function.result))
    }

    /// `std.format('…', values)`
    fn format_call(
        &mut self,
        format: &Seen<'a>,
        args: &'a [Arg<'a, 'a>],
        expr: Node<'a>,
        scope: &Scope<'a>,
        facts: &Facts,
    ) {
        self.quiet += 1;
        let values = self.argument(args, 1, scope, facts);
        self.quiet -= 1;
        self.format(format, &values, expr.span, facts);
    }

    /// A list that is sorted by its items: two objects cannot be compared.
    fn ordered(
        &mut self,
        function: &'static StandardFunction,
        list: &Seen<'a>,
        args: &'a [Arg<'a, 'a>],
        facts: &Facts,
    ) {
        let Value::List(List::Of(_) | List::Each(_)) = &list.value else { return };
        let (item, inner) = self.item_of(list, facts);
        self.quiet += 1;
        let kinds = self.force(&item, &inner).value.kinds();
        self.quiet -= 1;
        let span = args.first().map(|(Arg::Positional(value) | Arg::Named(_, value))| value.span);
        let parameter = function.parameters.first().map_or("arr", |(name, _, _)| name);
        if let Some(span) = span.filter(|_| kinds == Kinds::OBJECT) {
            let (wanted, given) = ("a list of strings or numbers".to_owned(), "a list of objects".to_owned());
            let empty_passes = true;
            let kind = FindingKind::WrongArgument { function: function.name, parameter, wanted, given, empty_passes };
            self.report(span, kind, facts);
        }
    }

    /// `std.map(function, list)`, `std.flatMap` and `std.filter`.
    fn mapped(&mut self, name: &str, values: &[Seen<'a>], facts: &Facts) -> Seen<'a> {
        self.unsure();
        let anything = Seen::plain(Value::list_of(Value::Any));
        let [function, list] = values else { return anything };
        let Value::Function(Function::Closure(closure)) = &function.value else { return anything };
        if !matches!(list.value, Value::List(_)) || closure.params.len() != 1 {
            return anything;
        }
        let closure = closure.clone();
        let (item, facts) = self.item_of(list, facts);
        if name == "map" {
            let item = Thunk::Call { closure, argument: Rc::new(item), facts };
            return Seen::plain(Value::List(List::Each(Rc::new([item]))));
        }
        let value = self.call_closure(&closure, vec![item], Vec::new(), &facts);
        if name == "filter" {
            self.demand(&value.value, Kinds::BOOL, "std.filter", closure.body.span, &facts);
        }
        // What a filter demands of the items is not followed.
        anything
    }
}

/// Whether a value is a list or an object that the input brings, empty or not.
fn is_of_input(value: &Value<'_>) -> bool {
    match value {
        Value::List(List::Of(_)) => true,
        Value::Object(object) => object.layers.iter().all(|layer| matches!(layer, Layer::Data(..))),
        _ => false,
    }
}

/// The scope of the body of a function.
fn parameters<'a>(closure: &Closure<'a>, given: Vec<(&'a str, Thunk<'a>)>, facts: &Facts) -> Scope<'a> {
    let named = |param: &Param<'_, '_>| param.name.value.value().to_owned();
    let unfilled: Vec<&'a Param<'a, 'a>> =
        closure.params.iter().filter(|param| !given.iter().any(|(name, _)| **name == named(param))).collect();
    let mut scope = closure.scope.clone();
    for (name, thunk) in given {
        scope = extend(&scope, Names::One(name, thunk), facts);
    }
    if unfilled.is_empty() { scope } else { extend(&scope, Names::Defaults(unfilled), facts) }
}

/// The types of the letters of the table.
fn kinds(letters: &str) -> Kinds {
    letters.chars().fold(Kinds::NONE, |all, letter| {
        all.or(match letter {
            's' => Kinds::TEXT,
            'n' => Kinds::NUMBER,
            'b' => Kinds::BOOL,
            'a' | 'S' | 'N' => Kinds::LIST,
            'o' => Kinds::OBJECT,
            'f' => Kinds::FUNCTION,
            'z' => Kinds::NULL,
            '?' => Kinds::NONE,
            _ => Kinds::ALL,
        })
    })
}

/// The result of the letters of the table.
fn result<'a>(letters: &str) -> Value<'a> {
    match letters {
        "S" => Value::list_of(Value::Text(None)),
        "N" => Value::list_of(Value::Number(None)),
        letters => Value::of_kinds(kinds(letters)),
    }
}

fn is_kind(function: &str, value: &Value<'_>) -> Option<bool> {
    let wanted = match function {
        "isString" => Kinds::TEXT,
        "isNumber" => Kinds::NUMBER,
        "isBoolean" => Kinds::BOOL,
        "isArray" => Kinds::LIST,
        "isObject" => Kinds::OBJECT,
        "isFunction" => Kinds::FUNCTION,
        _ => Kinds::NULL,
    };
    let kinds = value.kinds();
    if kinds.within(wanted) {
        Some(true)
    } else if kinds.and(wanted).is_none() {
        Some(false)
    } else {
        None
    }
}
