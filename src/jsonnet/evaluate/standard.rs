//! The functions of the standard library that are written in Jsonnet. Each is parsed when it is first called: to parse all of them
//! takes longer than most documents do.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use rsjsonnet_lang::ast::{self, ExprKind, Member, ObjInside, Visibility};

use super::failure::{self, Failure};
use super::native;
use super::object::outermost;
use super::value::{Body, Field, Function, Layer, Machine, Result, Thunk, Value};
use crate::jsonnet::standard::GoJsonnet;
use crate::jsonnet::syntax::{self, Storage};

/// The standard library nests deeper than real documents.
const MAX_NESTING: usize = 10_000;

/// The libraries of all go-jsonnet.
pub(super) struct Standards<'s> {
    storage: &'s Storage,
    libraries: [OnceCell<Standard<'s>>; 3],
    /// The functions that were called so far, by their text.
    read: RefCell<HashMap<&'static str, Body<'s>>>,
}

/// A library: its functions, and what they know themselves by.
pub(super) struct Standard<'s> {
    pub layer: Rc<Layer<'s>>,
    pub itself: Rc<Thunk<'s>>,
}

impl<'s> Standards<'s> {
    pub(super) fn new(storage: &'s Storage) -> Standards<'s> {
        Standards { storage, libraries: [const { OnceCell::new() }; 3], read: RefCell::default() }
    }

    /// The library of the go-jsonnet that a machine is.
    pub(super) fn of(&self, machine: &mut Machine<'s>) -> Result<&Standard<'s>> {
        let (index, text) = library(machine.go_jsonnet);
        let known = self.libraries.get(index).ok_or_else(broken)?;
        if let Some(standard) = known.get() {
            return Ok(standard);
        }
        let itself = Thunk::done(Value::Null);
        let inside = outermost(vec![("$std", Rc::clone(&itself))], true);
        let (locals, functions) = parts(text);
        let mut layer = machine.layer(self.literal(&locals)?, &inside)?;
        let hidden = |body| Field { body, is_added: false, visibility: Visibility::Hidden };
        layer.fields = functions.map(|(name, text)| (Rc::from(name), hidden(Body::Unread(text)))).collect();
        for native in native::natives(machine.go_jsonnet) {
            let body = Body::Ready(Value::Function(Function::Native(native)));
            layer.fields.insert(Rc::from(native.name), hidden(body));
        }
        Ok(known.get_or_init(|| Standard { layer: Rc::new(layer), itself }))
    }

    /// The code of a function, parsed.
    pub(super) fn read(&self, text: &'static str) -> Result<Body<'s>> {
        if let Some(body) = self.read.borrow().get(text) {
            return Ok(body.clone());
        }
        let body = match self.literal(text)? {
            ObjInside::Members([Member::Field(ast::Field::Value(_, _, _, value))]) => Body::Value(value),
            ObjInside::Members([Member::Field(ast::Field::Func(_, params, _, _, body))]) => Body::Method(params, body),
            _ => return Err(broken()),
        };
        self.read.borrow_mut().insert(text, body.clone());
        Ok(body)
    }

    /// Members of an object, parsed.
    fn literal(&self, members: &str) -> Result<&'s ObjInside<'s, 's>> {
        let parsed =
            syntax::parse_within(&format!("{{{members}}}"), self.storage, MAX_NESTING).map_err(|_| broken())?;
        match &parsed.into_parts(self.storage).0.kind {
            ExprKind::Object(inside) => Ok(inside),
            _ => Err(broken()),
        }
    }
}

fn broken() -> Failure {
    failure::other("the standard library is broken")
}

/// The number of a library, and its text.
fn library(go_jsonnet: GoJsonnet) -> (usize, &'static str) {
    match go_jsonnet {
        (0, ..=19) => (0, include_str!("standard/0.19.jsonnet")),
        (0, 20) => (1, include_str!("standard/0.20.jsonnet")),
        _ => (2, include_str!("standard/0.21.jsonnet")),
    }
}

/// The locals of a library as one text, and its functions by name. A member begins with a letter after two blanks.
fn parts(text: &'static str) -> (String, impl Iterator<Item = (&'static str, &'static str)>) {
    let begins = |at: &usize| {
        let line = text.get(*at..).and_then(|rest| rest.strip_prefix("  "));
        line.is_some_and(|line| line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
    };
    let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let starts: Vec<usize> = lines.filter(begins).collect();
    // The brace of the library is in the last line.
    let end = text.trim_end().len().saturating_sub(1);
    let ends = starts.iter().skip(1).copied().chain([end]);
    let members: Vec<&str> = starts.iter().zip(ends).filter_map(|(start, end)| text.get(*start + 2..end)).collect();
    let (locals, functions): (Vec<&str>, Vec<&str>) =
        members.into_iter().partition(|member| member.starts_with("local "));
    let name = |text: &'static str| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or(text);
    (locals.concat(), functions.into_iter().map(move |text| (name(text), text)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn each_function_is_found_and_can_be_parsed_alone() {
        for minor in [19, 20, 21] {
            let (_, text) = library((0, minor));
            let storage = Storage::default();
            let whole =
                syntax::parse_within(text, &storage, MAX_NESTING).expect("it is Jsonnet").into_parts(&storage).0;
            let ExprKind::Object(ObjInside::Members(members)) = &whole.kind else { panic!("it is an object") };
            let names: Vec<&str> = members.iter().filter_map(name_of).collect();
            let (locals, functions) = parts(text);
            let functions: BTreeMap<&str, &str> = functions.collect();
            assert_eq!(functions.len(), names.len(), "{minor}");
            let standards = Standards::new(&storage);
            for name in names {
                let text = functions.get(name).unwrap_or_else(|| panic!("{minor}: {name} is not found"));
                assert!(standards.read(text).is_ok(), "{minor}: {name}: {text}");
            }
            let Ok(ObjInside::Members(found)) = standards.literal(&locals) else { panic!("{locals}") };
            let is_local = |member: &&Member<'_, '_>| matches!(member, Member::Local(_));
            assert_eq!(found.len(), members.iter().filter(is_local).count());
        }
    }

    fn name_of<'a>(member: &Member<'a, 'a>) -> Option<&'a str> {
        let Member::Field(field) = member else { return None };
        match field.name() {
            ast::FieldName::Ident(name) => Some(name.value.value()),
            _ => panic!("a name that is not found by its text"),
        }
    }
}
