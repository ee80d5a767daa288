//! The names of a document: what brings one into scope, what it is known to be, and whether anything uses it.

use rsjsonnet_lang::ast::{Bind, CompSpecPart, Expr, Param};

use super::{Known, Name, Walk, item};
use crate::text::Span;

impl Walk<'_> {
    pub(super) fn push(&mut self, text: &str, known: Known, local: Option<Span>) {
        self.out.words.insert(text.to_owned());
        self.scope.push(Name { text: text.to_owned(), known, used: false, local });
    }

    /// Brings locals into scope; they may use each other.
    pub(super) fn binds(&mut self, binds: &[Bind<'_, '_>]) -> usize {
        let mark = self.scope.len();
        for bind in binds {
            self.bind_name(bind);
        }
        for bind in binds {
            self.bind_value(bind);
        }
        mark
    }

    pub(super) fn bind_name(&mut self, bind: &Bind<'_, '_>) {
        let span = self.span(bind.name.span);
        self.push(bind.name.value.value(), Known::Unknown, Some(span));
    }

    pub(super) fn bind_value(&mut self, bind: &Bind<'_, '_>) {
        if let Some((params, _)) = bind.params {
            self.function(params, &bind.value);
            return;
        }
        let known = self.value(&bind.value);
        let name = bind.name.value.value();
        if let Some(entry) = self.scope.iter_mut().rev().find(|entry| entry.text == name) {
            entry.known = known;
        }
    }

    pub(super) fn function(&mut self, params: &[Param<'_, '_>], body: &Expr<'_, '_>) {
        self.out.plain = false;
        let mark = self.scope.len();
        for param in params {
            self.push(param.name.value.value(), Known::Unknown, None);
        }
        for param in params {
            param.default_value.iter().for_each(|value| _ = self.value(value));
        }
        self.value(body);
        self.leave(mark);
    }

    pub(super) fn comprehension(&mut self, parts: &[CompSpecPart<'_, '_>]) -> usize {
        let mark = self.scope.len();
        for part in parts {
            match part {
                CompSpecPart::For(spec) => {
                    self.needs(&spec.inner, "[]");
                    let known = item(self.value(&spec.inner));
                    self.push(spec.var.value.value(), known, None);
                }
                CompSpecPart::If(spec) => {
                    self.needs(&spec.cond, "false");
                    self.value(&spec.cond);
                }
            }
        }
        mark
    }

    pub(super) fn leave(&mut self, mark: usize) {
        for name in self.scope.drain(mark..) {
            let span = name.local.filter(|_| !name.used && !name.text.starts_with('_'));
            self.out.unused.extend(span.map(|span| (name.text, span)));
        }
    }

    pub(super) fn name(&mut self, text: &str) -> Known {
        self.out.words.insert(text.to_owned());
        let Some(name) = self.scope.iter_mut().rev().find(|name| name.text == text) else { return Known::Unknown };
        name.used = true;
        name.known.clone()
    }
}
