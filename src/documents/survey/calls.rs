//! Calls of the standard library that tell what a document reads, or which keys it asks for.

use rsjsonnet_lang::ast::{Arg, Expr, ExprKind};

use super::expression::constant;
use super::{Known, Walk, join};

impl Walk<'_> {
    pub(super) fn is_standard(&self, expr: &Expr<'_, '_>) -> bool {
        matches!(&expr.kind, ExprKind::Ident(name) if name.value.value() == "std")
            && !self.scope.iter().any(|name| name.text == "std")
    }

    pub(super) fn standard(&mut self, base: &Expr<'_, '_>, key: &str, expr: &Expr<'_, '_>) -> Option<Known> {
        if !self.is_standard(base) {
            return None;
        }
        let span = self.span(expr.span);
        self.out.standard.push((key.to_owned(), span));
        self.out.plain = false;
        Some(Known::Unknown)
    }

    pub(super) fn call(&mut self, callee: &Expr<'_, '_>, args: &[Arg<'_, '_>], expr: &Expr<'_, '_>) -> Known {
        let function = match &callee.kind {
            ExprKind::Field(base, key) if self.is_standard(base) => Some(key.value.value()),
            _ => None,
        };
        self.value(callee);
        if let Some(known) = function.and_then(|name| self.each_key(name, args)) {
            return known;
        }
        let mut given = Vec::with_capacity(args.len());
        for arg in args {
            let (Arg::Positional(value) | Arg::Named(_, value)) = arg;
            given.push(self.value(value));
        }
        if let (Some(name), [Arg::Positional(_), Arg::Positional(key), ..], Some(object)) =
            (function, args, given.first())
            && matches!(name, "get" | "objectHas" | "objectHasAll" | "objectHasEx")
        {
            let known = self.asks(object, key);
            return if name == "get" { known } else { Known::Unknown };
        }
        if let Some(known) = function.and_then(|name| self.of_keys(name, args, &given)) {
            return known;
        }
        if let Some(name) = function {
            self.of_ends(name, args, &given);
        }
        if let (Some("extVar"), [Arg::Positional(name)]) = (function, args)
            && let Some(name) = constant(name)
        {
            let span = self.span(expr.span);
            self.out.variables.push((name.clone(), span));
            return Known::Path(name);
        }
        Known::Unknown
    }

    /// `std.filter(function(key) …, std.objectFields(object))`, `std.map`, `std.foldl` and the like: the function is called with
    /// keys of the object.
    fn each_key(&mut self, function: &str, args: &[Arg<'_, '_>]) -> Option<Known> {
        let (Arg::Positional(callee), Arg::Positional(list)) = (args.first()?, args.get(1)?) else { return None };
        let (ExprKind::Func(params, body), ExprKind::Call(..)) = (&callee.kind, &list.kind) else { return None };
        let position = match (function, params.len(), args.len()) {
            ("filter" | "map" | "flatMap", 1, 2) | ("foldr", 2, 3) => 0,
            ("foldl", 2, 3) => 1,
            _ => return None,
        };
        let (keys, key) = match self.value(list) {
            Known::Keys(path) => (Known::Keys(path.clone()), Known::Key(path)),
            _ => (Known::Unknown, Known::Unknown),
        };
        if let Some(Arg::Positional(value) | Arg::Named(_, value)) = args.get(2) {
            self.value(value);
        }
        self.out.plain = false;
        let mark = self.scope.len();
        for (index, param) in params.iter().enumerate() {
            let known = if index == position { key.clone() } else { Known::Unknown };
            self.push(param.name.value.value(), known, None);
            param.default_value.iter().for_each(|value| _ = self.value(value));
        }
        self.value(body);
        self.leave(mark);
        Some(if function == "filter" { keys } else { Known::Unknown })
    }

    /// A test of how a text begins or ends: texts that pass it and texts that do not are tried, as those that a document compares.
    fn of_ends(&mut self, function: &str, args: &[Arg<'_, '_>], given: &[Known]) {
        let (Some(Known::Path(path)), Some(Arg::Positional(part))) = (given.first(), args.get(1)) else { return };
        let Some(part) = constant(part) else { return };
        let is_start = match function {
            "startsWith" => true,
            "endsWith" => false,
            _ => return,
        };
        let others = ["zoe", "ada", "zoe@example.net", "ada@example.com"].into_iter();
        let passes = |text: &&str| if is_start { text.starts_with(&part) } else { text.ends_with(&part) };
        let mut texts: Vec<String> = others.filter(|text| !passes(text)).step_by(2).map(str::to_owned).collect();
        for text in ["ada", "ada@example.com"] {
            texts.push(if is_start { format!("{part}{text}") } else { format!("{text}{part}") });
        }
        self.out.compared.extend(texts.into_iter().map(|text| (path.clone(), text)));
    }

    /// A test for a key, or a read of one that may be missing.
    pub(super) fn asks(&mut self, object: &Known, key: &Expr<'_, '_>) -> Known {
        match (object, constant(key)) {
            (Known::Path(path), Some(name)) => {
                let (path, place) = (join(path, &name), self.span(key.span));
                self.out.asked.push((path.clone(), place));
                Known::Path(path)
            }
            _ => Known::Unknown,
        }
    }

    /// `std.objectFields(object)`, and tests whether a key is in that list; `None` for other calls.
    fn of_keys(&mut self, function: &str, args: &[Arg<'_, '_>], given: &[Known]) -> Option<Known> {
        let list_first = match (function, given) {
            ("objectFields" | "objectFieldsAll", [Known::Path(path)]) => return Some(Known::Keys(path.clone())),
            ("member" | "count" | "contains", [Known::Keys(_), _]) => true,
            ("setMember" | "find", [_, Known::Keys(_)]) => false,
            _ => return None,
        };
        let (list, key) = if list_first { (given.first(), args.get(1)) } else { (given.get(1), args.first()) };
        if let (Some(Known::Keys(path)), Some(Arg::Positional(key))) = (list, key) {
            self.asks(&Known::Path(path.clone()), key);
        }
        Some(Known::Unknown)
    }
}
