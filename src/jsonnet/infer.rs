//! What evaluating a document does, said without running it: an evaluation over types instead of values, lazy as Jsonnet is,
//! which follows each branch with what its condition says about the input (`facts`, `narrow`). What may be right is never
//! reported; what nothing is known of is silent.

mod call;
mod expression;
mod facts;
mod finding;
mod kinds;
mod members;
mod narrow;
mod object;
mod operators;
mod result;
mod scope;
mod types;
mod value;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use rsjsonnet_lang::ast::{Expr, Member, Param};
use rsjsonnet_lang::span::SpanId;

use super::names::{self, Problem};
use super::standard::GoJsonnet;
use super::syntax::{self, Spans, Storage, SyntaxError};
use super::types::{JsonType, Object};
use super::walk;
use crate::text::Span;
use facts::{Fact, Facts, Path};
use kinds::{Constant, Kinds};
use types::Wanted;
use value::{Function, Seen, Value, Written};

pub use finding::{Assumption, Finding, FindingKind, Reach};
pub(crate) use types::Types;

/// Most expressions that are checked for one document; then the rest is taken as unknown.
const MAX_STEPS: u32 = 20_000;
/// Deepest evaluation; then the value is taken as unknown.
const MAX_DEPTH: u32 = 160;

/// Most keys of open objects that are kept.
const MAX_FREE: usize = 60;
/// Most branches that are kept because no input comes to them.
const MAX_DEAD: usize = 100;
/// Most values that are kept of one expression.
const MAX_SEEN: usize = 4;
/// How often a function is gone through inside of itself.
const MAX_RECURSION: usize = 3;

/// What a document is given.
#[derive(Clone, Copy, Debug)]
pub struct Environment<'e> {
    /// The top-level arguments, by name.
    pub arguments: &'e [(&'e str, &'e JsonType)],
    /// The external variables, by name.
    pub variables: &'e [(&'e str, &'e JsonType)],
    /// The go-jsonnet that evaluates.
    pub go_jsonnet: GoJsonnet,
}

/// What is known of a document.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// What is wrong, by place.
    pub findings: Vec<Finding>,
    /// Whether everything was understood: without findings the document then evaluates on each input of these types.
    pub is_complete: bool,
    /// The type of the result; none when there is none.
    pub result: Option<JsonType>,
    /// The branches that no input of these types comes to.
    pub dead: Vec<Span>,
    /// Keys that the document asks for in objects that may have any key, also where the key comes by a parameter.
    pub free: Vec<Vec<String>>,
}

/// Looks at `text` as evaluated in `environment`.
///
/// # Errors
/// When the text is not Jsonnet, or too long or too deep to be read.
pub fn check(text: &str, environment: Environment<'_>) -> Result<Analysis, SyntaxError> {
    let storage = Storage::default();
    let tree = syntax::parse(text, &storage)?;
    let mut checker = Checker::new(environment, tree.spans());
    let names: Vec<(Span, FindingKind)> = names::problems(&tree.root, tree.spans())
        .into_iter()
        .filter_map(|(span, problem)| refused(span, problem))
        .collect();
    if names.is_empty() {
        checker.document(&tree.root);
        checker.keep_sure(&tree.root);
    }
    for (span, kind) in names {
        // go-jsonnet says so before it evaluates anything.
        checker.report_at(span, kind, &Facts::default());
    }
    Ok(checker.analysis())
}

/// The types of the expressions of `text` as evaluated in `environment`, of those that touch the bytes of `near`.
///
/// # Errors
/// Those of [`check`].
pub(crate) fn types(text: &str, environment: Environment<'_>, near: Span) -> Result<Types, SyntaxError> {
    let storage = Storage::default();
    let tree = syntax::parse(text, &storage)?;
    let mut checker = Checker::new(environment, tree.spans());
    checker.types = Some(Wanted::near(near));
    checker.document(&tree.root);
    Ok(checker.types.map(Types::new).unwrap_or_default())
}

/// The finding for a name that the document cannot have.
fn refused(span: Span, problem: Problem) -> Option<(Span, FindingKind)> {
    let kind = match problem {
        Problem::Unknown(name) => FindingKind::UnknownName { name },
        Problem::Repeated(name) => FindingKind::RepeatedName { name },
        Problem::OutsideObject => FindingKind::OutsideObject,
        Problem::Unused(_) => return None,
    };
    Some((span, kind))
}

/// The state of a look at one document.
struct Checker<'a> {
    environment: Environment<'a>,
    spans: Spans<'a>,
    found: BTreeMap<(Span, u8), Finding>,
    steps: u32,
    depth: u32,
    fresh: u32,
    /// The bodies of functions that are being gone through.
    calls: Vec<*const Expr<'a, 'a>>,
    /// The body of the function that the document is.
    whole: Option<*const Expr<'a, 'a>>,
    /// Objects by their text: one may be read thousands of times.
    literals: HashMap<*const Member<'a, 'a>, Rc<Written<'a>>>,
    /// Levels in which nothing is reported.
    quiet: u32,
    is_complete: bool,
    result: Option<JsonType>,
    /// Branches that were left out, and those that were gone through.
    dead: BTreeSet<Span>,
    alive: BTreeSet<Span>,
    /// The keys of open objects that are asked for.
    free: BTreeSet<Vec<String>>,
    /// What was seen of each expression, when that is asked for.
    types: Option<Wanted<'a>>,
}

impl<'a> Checker<'a> {
    fn new(environment: Environment<'a>, spans: Spans<'a>) -> Checker<'a> {
        Checker {
            environment,
            spans,
            found: BTreeMap::new(),
            steps: 0,
            depth: 0,
            fresh: 0,
            calls: Vec::new(),
            whole: None,
            literals: HashMap::new(),
            quiet: 0,
            is_complete: true,
            result: None,
            dead: BTreeSet::new(),
            alive: BTreeSet::new(),
            free: BTreeSet::new(),
            types: None,
        }
    }

    fn analysis(self) -> Analysis {
        Analysis {
            findings: self.found.into_values().collect(),
            is_complete: self.is_complete,
            result: self.result,
            dead: self.dead.difference(&self.alive).copied().collect(),
            free: self.free.into_iter().collect(),
        }
    }

    /// Remembers a key that an object of the input is asked for and that nothing is known of.
    fn asks(&mut self, object: &Object, path: Option<&Path>, key: &str) {
        if object.rest.is_none() || object.fields.contains_key(key) || self.free.len() >= MAX_FREE {
            return;
        }
        self.free.extend(path.and_then(|path| path.join(key)).map(|path| path.steps()));
    }

    /// Evaluates the document, calls it when it is a function, and goes through its result.
    fn document(&mut self, root: &'a Expr<'a, 'a>) {
        let facts = Facts::default();
        let seen = self.evaluate(root, &None, &facts);
        let result = match &seen.value {
            Value::Function(Function::Closure(closure)) => {
                let span = self.head(root);
                if !self.takes_arguments(closure.params, span, &facts) {
                    return;
                }
                self.whole = Some(std::ptr::from_ref(closure.body));
                let given = self.environment.arguments.iter();
                let given = given.map(|(name, kind)| (*name, input(name, kind))).collect();
                self.call_closure(closure, Vec::new(), given, &facts)
            }
            Value::Function(_) | Value::Any | Value::Union(_)
                if seen.value.kinds().and(Kinds::FUNCTION) != Kinds::NONE =>
            {
                self.unsure();
                return;
            }
            _ => seen,
        };
        self.result = Some(self.manifest(&result, root.span, &facts));
    }

    /// Bytes of the parameters of the function that the document is, or of its start.
    fn head(&self, root: &Expr<'_, '_>) -> Span {
        use rsjsonnet_lang::ast::ExprKind;
        match &root.kind {
            ExprKind::Paren(inner) | ExprKind::Local(_, inner) | ExprKind::Assert(_, inner) => self.head(inner),
            ExprKind::Func(_, body) => Span::new(self.span(root.span).start, self.span(body.span).start),
            _ => {
                let span = self.span(root.span);
                Span::new(span.start, span.end.min(span.start + 1))
            }
        }
    }

    /// Whether the function can be called with the top-level arguments.
    fn takes_arguments(&mut self, params: &[Param<'_, '_>], span: Span, facts: &Facts) -> bool {
        let arguments = self.environment.arguments;
        let named = |name: &str| params.iter().any(|param| param.name.value.value() == name);
        if let Some((name, _)) = arguments.iter().find(|(name, _)| !named(name)) {
            self.report_at(span, FindingKind::LacksParameter { name: (*name).to_owned() }, facts);
            return false;
        }
        let unbound = params.iter().find(|param| {
            param.default_value.is_none() && !arguments.iter().any(|(name, _)| *name == param.name.value.value())
        });
        if let Some(param) = unbound {
            let span = self.span(param.name.span);
            self.report_at(span, FindingKind::UnboundParameter { name: param.name.value.value().to_owned() }, facts);
        }
        unbound.is_none()
    }

    fn span(&self, id: SpanId) -> Span {
        self.spans.of(id)
    }

    /// Remembers whether a branch is gone through.
    fn branch(&mut self, branch: &Expr<'_, '_>, is_taken: bool) {
        let span = self.span(branch.span);
        if is_taken {
            self.alive.insert(span);
        } else if self.dead.len() < MAX_DEAD {
            self.dead.insert(span);
        }
    }

    /// Forgets the branches inside of functions: what one call leaves out, another one may come to that is not seen here.
    fn keep_sure(&mut self, root: &Expr<'_, '_>) {
        if self.dead.is_empty() {
            return;
        }
        let mut bodies = Vec::new();
        let whole = self.whole.map(<*const Expr<'_, '_>>::cast::<()>);
        walk::functions(root, &mut |body| {
            if Some(std::ptr::from_ref(body).cast()) != whole {
                bodies.push(self.spans.of(body.span));
            }
        });
        self.dead.retain(|dead| !bodies.iter().any(|body| body.start <= dead.start && dead.end <= body.end));
    }

    /// Something was met of which nothing is known.
    fn unsure(&mut self) {
        self.is_complete = false;
    }

    fn report(&mut self, id: SpanId, kind: FindingKind, facts: &Facts) {
        self.report_at(self.span(id), kind, facts);
    }

    fn report_at(&mut self, span: Span, kind: FindingKind, facts: &Facts) {
        if self.quiet > 0 {
            self.unsure();
            return;
        }
        let finding = Finding { span, reach: reach(facts), assumes: assumptions(facts), kind };
        let key = (span, finding.kind.order());
        match self.found.get(&key) {
            Some(known) if known.reach <= finding.reach => {}
            _ => _ = self.found.insert(key, finding),
        }
    }

    /// A name for an item of a list, which no other item has.
    fn fresh_item(&mut self, list: Option<&Path>) -> Path {
        self.fresh += 1;
        let step = format!("[{}", self.fresh);
        list.and_then(|path| path.join(&step)).unwrap_or_else(|| Path::root(&step))
    }
}

/// The input of this name.
fn input<'a>(name: &str, kind: &'a JsonType) -> Seen<'a> {
    let path = Path::root(name);
    Seen { value: Value::of_type(kind, Some(&path)), path: Some(path) }
}

/// How surely the evaluation comes to where `facts` hold.
fn reach(facts: &Facts) -> Reach {
    if facts.is_unclear() {
        Reach::Unclear
    } else if facts.is_empty() {
        Reach::Always
    } else if facts.all().all(|(_, fact)| matches!(fact, Fact::Present(_) | Fact::Is(_))) {
        Reach::Guarded
    } else {
        Reach::Unclear
    }
}

/// What must hold of the input so that the evaluation comes there.
fn assumptions(facts: &Facts) -> Vec<Assumption> {
    let mut assumed: Vec<Assumption> = facts
        .all()
        .map(|(path, fact)| {
            let path = path.steps();
            match fact {
                Fact::Present(true) => Assumption::Present(path),
                Fact::Present(false) => Assumption::Missing(path),
                Fact::Is(kinds) => Assumption::Is(path, kinds.shown()),
                Fact::Equals(constant) => Assumption::Equals(path, json(constant)),
                Fact::Differs(constant) => Assumption::Differs(path, json(constant)),
            }
        })
        .collect();
    assumed.reverse();
    assumed
}

fn json(constant: &Constant) -> serde_json::Value {
    match constant {
        Constant::Null => serde_json::Value::Null,
        Constant::Bool(value) => (*value).into(),
        Constant::Number(value) => (*value).into(),
        Constant::Text(text) => (**text).into(),
    }
}

#[cfg(test)]
mod tests;
