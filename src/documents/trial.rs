//! A document tried on inputs: where it fails, and for what.

use serde_json::Value;

use super::finding::{Finding, Kind};
use super::inputs::{self, Change};
use super::survey::Survey;
use crate::diagnostic::Level;
use crate::evaluation::{Answer, Evaluator, Failure, FailureKind, Job};
use crate::kratos::ctx::json_type::{JsonType, Object};
use crate::kratos::ctx::{Inputs, Place, headers, providers};
use crate::text::Span;

/// How often the fullest input is patched to see behind a failure.
const MOST_ROUNDS: usize = 8;

/// Functions of `std` that take more in go-jsonnet than in our engine (`testdata/jsonnet/differences.tsv`): what fails in a
/// document that uses one of them proves nothing about types.
const TAKE_MORE: &[&str] =
    &["char", "foldl", "foldr", "id", "makeArray", "map", "md5", "parseInt", "parseJson", "repeat", "round"];

/// How many ways through a document are tried besides the fullest input.
const MOST_WAYS: usize = 4;

/// A document at one place.
pub struct Trial<'a> {
    /// Its text.
    pub text: &'a str,
    /// What was read off it.
    pub survey: &'a Survey,
    /// Where it runs.
    pub place: &'a Place,
    /// The type of all that it sees: `ctx`, or an object of the external variables.
    pub kind: &'a JsonType,
    /// Whether that is `ctx`.
    pub is_ctx: bool,
    /// What the types came from.
    pub inputs: &'a Inputs,
    /// Whether an identity schema types the traits.
    pub traits_known: bool,
    /// Runs it.
    pub evaluator: &'a Evaluator,
}

/// What came of a trial.
#[derive(Debug, Default)]
pub struct Tried {
    /// What was found.
    pub findings: Vec<Finding>,
    /// The results of the inputs on which it did not fail: the fullest input first, if it is among them.
    pub results: Vec<Value>,
    /// Whether the fullest input is among them.
    pub full_passed: bool,
}

impl Trial<'_> {
    /// Evaluates the document on an input.
    pub(super) fn run(&self, input: &Value) -> Option<Answer> {
        let job = if self.is_ctx {
            Job { text: self.text.to_owned(), ctx: Some(input.clone()), variables: std::collections::BTreeMap::new() }
        } else {
            let variables = input.as_object().into_iter().flatten();
            let variables = variables.map(|(name, value)| (name.clone(), value.clone())).collect();
            Job { text: self.text.to_owned(), ctx: None, variables }
        };
        self.evaluator.evaluate(&job)
    }

    /// Tries the fullest input, then all changes that can matter, then the smallest.
    #[must_use]
    pub fn tried(&self) -> Tried {
        let mut tried = Tried::default();
        let (kind, invented) = inputs::with_reads(self.kind, &self.survey.reads, self.traits_known);
        let least = inputs::least(&kind);
        let Some(full) = self.fullest(&kind, invented, &least, &mut tried) else { return tried };
        let changes = inputs::changes(&kind, &self.survey.words, &self.survey.compared);
        // A document that asks for a value goes another way for each: what is missing is tried on each way.
        let mut ways = vec![full.clone()];
        let mut explained = false;
        let mut at = 0;
        while let Some(base) = ways.get(at).cloned() {
            for change in changes.iter().filter(|change| at == 0 || !matches!(change, Change::Is(..))) {
                let input = change.apply(&base);
                match self.run(&input) {
                    Some(Answer::Ok(json)) => {
                        tried.results.extend(serde_json::from_str(&json).ok());
                        if at == 0 && matches!(change, Change::Is(..)) && ways.len() <= MOST_WAYS {
                            ways.push(input);
                        }
                    }
                    Some(Answer::Failed(failure)) => {
                        if let Some(finding) = self.changed(change, &failure, &kind, &base) {
                            explained = true;
                            add(&mut tried.findings, finding);
                        }
                    }
                    None => return tried,
                }
            }
            at += 1;
        }
        match self.run(&least) {
            Some(Answer::Ok(json)) => tried.results.extend(serde_json::from_str(&json).ok()),
            Some(Answer::Failed(failure)) if !explained => {
                tried.findings.extend(self.smallest(&failure, &kind));
            }
            _ => {}
        }
        tried
    }

    /// Runs the fullest input; after a failure again with what was missing, to see what stands behind it. Returns the input on
    /// which it passes.
    fn fullest(&self, kind: &JsonType, invented: bool, least: &Value, tried: &mut Tried) -> Option<Value> {
        let mut full = inputs::full(kind);
        for round in 0..MOST_ROUNDS {
            let failure = match self.run(&full)? {
                Answer::Ok(json) => {
                    tried.full_passed = round == 0;
                    tried.results.extend(serde_json::from_str(&json).ok());
                    return Some(full);
                }
                Answer::Failed(failure) => failure,
            };
            let limit = matches!(failure.kind, FailureKind::Depth | FailureKind::Time | FailureKind::Memory);
            let always = limit || matches!(self.run(least), Some(Answer::Failed(_)));
            let (finding, patch) = self.always(&failure, kind, invented || round > 0, always)?;
            add(&mut tried.findings, finding);
            full = patch?.apply(&full);
        }
        None
    }

    /// The path that is read at the bytes of a failure.
    fn read_at(&self, failure: &Failure) -> Option<&str> {
        let span = span_of(failure)?;
        let read = self.survey.reads.iter().find(|read| read.span == span)?;
        Some(&read.path)
    }

    /// Whether our engine decides about types as go-jsonnet does, and no traits of an unknown schema are in play.
    pub(super) fn decides_types(&self) -> bool {
        let takes_more = self.survey.standard.iter().any(|(name, _)| TAKE_MORE.contains(&name.as_str()));
        !takes_more && (self.traits_known || !self.survey.words.contains("traits"))
    }

    /// The path from which something is read, when null is all that ever stands there.
    fn reads_null(&self, failure: &Failure, kind: &JsonType) -> Option<&str> {
        let path = self.read_at(failure)?;
        let base = path.strip_suffix("[]").or_else(|| path.rsplit_once('.').map(|(base, _)| base))?;
        let field = inputs::find(kind, base).field?;
        (field.kind == JsonType::Null).then_some(base)
    }

    /// What a failure on the fullest input means, and the change that lets it pass.
    fn always(
        &self,
        failure: &Failure,
        kind: &JsonType,
        invented: bool,
        always: bool,
    ) -> Option<(Finding, Option<Change>)> {
        let span = span_of(failure).unwrap_or(self.survey.head);
        let level = if always { Level::Error } else { Level::Warning };
        let found = match &failure.kind {
            FailureKind::NoField(key) => {
                let path = self.read_at(failure)?;
                let object = inputs::find(kind, path).object?;
                let finding = self.no_field(object, path, key, span).level(level);
                let filler = inputs::filler(path, &self.survey.reads);
                return Some((finding, Some(Change::Is(path.to_owned(), filler))));
            }
            FailureKind::FromNull | FailureKind::FromOther if self.reads_null(failure, kind).is_some() => {
                let base = self.reads_null(failure, kind).unwrap_or_default();
                let message = format!("{} is always null {}", self.shown(base), self.when());
                Finding::error(Kind::NullRead, span, message)
            }
            FailureKind::NoVariable(name) => self.no_variable(name, span),
            FailureKind::Call => self.call(span)?,
            FailureKind::Names => {
                Finding::error(Kind::Syntax, span, format!("each evaluation fails: {}", failure.message))
            }
            FailureKind::Import => {
                let message = "Kratos allows no import: each evaluation fails here";
                Finding::error(Kind::Import, span, message).help("copy what is imported into this file")
            }
            FailureKind::Depth => {
                let message = format!("each call fails: {}", failure.message);
                Finding::error(Kind::Limit, span, message)
            }
            // How long it takes, and how much memory, depends on the machine: no error.
            FailureKind::Time | FailureKind::Memory => {
                return Some((Finding::warning(Kind::Limit, span, failure.message.clone()), None));
            }
            FailureKind::WrongType | FailureKind::FromOther if !invented && self.decides_types() => {
                Finding::error(Kind::WrongType, span, format!("each evaluation fails: {}", failure.message))
            }
            FailureKind::HoldsFunction => {
                Finding::error(Kind::WrongType, span, "each evaluation fails: the result holds a function")
            }
            _ => return None,
        };
        Some((found.level(level), None))
    }

    /// A field that is never there.
    fn no_field(&self, object: &Object, path: &str, key: &str, span: Span) -> Finding {
        if is_header(path) {
            return self.no_header(key, span);
        }
        let shown = self.shown(path);
        let near = near(object, key);
        match object.never.get(key) {
            Some(why) => Finding::error(Kind::NoField, span, format!("{shown} is never there {}: {why}", self.when())),
            None => Finding::error(Kind::NoField, span, format!("there is no {shown} {}", self.when())),
        }
        .help(near.map_or_else(|| known_keys(object), |near| format!("did you mean `{near}`?")))
    }

    fn no_header(&self, name: &str, span: Span) -> Finding {
        let version = self.place.version();
        let spelled = headers::canonical(name);
        let known = match &self.inputs.headers {
            headers::Filter::None => Some(&spelled),
            headers::Filter::Only(names) => names.iter().find(|known| headers::canonical(known) == spelled),
        };
        if headers::TAKEN_OUT.contains(&spelled.as_str()) {
            let message = format!("the header {spelled} is never there: the HTTP server takes it out");
            return Finding::error(Kind::FilteredHeader, span, message)
                .help("read ctx.request_url for the host".to_owned());
        }
        if let Some(known) = known.filter(|known| *known != name) {
            let message = format!("there is no header `{name}`: it is spelled {known} in ctx");
            return Finding::error(Kind::NoField, span, message).help(format!("write `{known}`"));
        }
        let configurable = headers::CONFIGURED_LIST.contains(version);
        let why = if configurable {
            "it is not in clients.web_hook.header_allowlist"
        } else {
            "Kratos hands on a fixed list of headers since v1.3.0"
        };
        let help = if configurable {
            format!("add {spelled} to clients.web_hook.header_allowlist (a configured list replaces the default one)")
        } else {
            "read a header of the list (True-Client-Ip, User-Agent, …), or upgrade to v25.4.0, where \
             clients.web_hook.header_allowlist says which are handed on"
                .to_owned()
        };
        Finding::error(Kind::FilteredHeader, span, format!("the header {name} never reaches the document: {why}"))
            .help(help)
    }

    fn no_variable(&self, name: &str, span: Span) -> Finding {
        let called = self.survey.variables.iter().find(|(known, _)| known == name).map(|(_, span)| *span);
        let span = called.unwrap_or(span);
        let given: Vec<String> = match self.kind.as_object() {
            Some(object) if !self.is_ctx => object.fields.keys().map(|key| format!("std.extVar('{key}')")).collect(),
            _ => Vec::new(),
        };
        if self.is_ctx {
            let message =
                format!("std.extVar('{name}') fails: a body gets its input as the argument ctx, not as a variable");
            return Finding::error(Kind::Variable, span, message).help("write the document as function(ctx) { … }");
        }
        let message = format!("there is no external variable `{name}` {}", self.when());
        Finding::error(Kind::Variable, span, message).help(format!("here are only {}", given.join(" and ")))
    }

    /// A function whose parameters do not fit.
    fn call(&self, span: Span) -> Option<Finding> {
        let parameters = self.survey.parameters.as_ref()?;
        let head = self.survey.head;
        let needed = parameters.iter().find(|(name, default)| !default && (name != "ctx" || !self.is_ctx));
        if !self.is_ctx {
            let (name, _) = needed?;
            let message = format!("nothing is given for the parameter `{name}`: a mapper reads std.extVar('claims')");
            return Some(
                Finding::error(Kind::Parameter, head, message)
                    .help("write the document as an object, without a function"),
            );
        }
        if !parameters.iter().any(|(name, _)| name == "ctx") {
            let message = "each call fails: Kratos calls the function with the argument `ctx`, which it does not have";
            return Some(
                Finding::error(Kind::Parameter, head, message).help("name the parameter ctx: function(ctx) { … }"),
            );
        }
        let Some((name, _)) = needed else {
            let message = "each call fails: a function is called with the wrong arguments";
            return Some(Finding::error(Kind::Parameter, span, message));
        };
        let message = format!("each call fails: Kratos gives nothing for the parameter `{name}`");
        Some(Finding::error(Kind::Parameter, head, message).help("give the parameter a default, or drop it"))
    }

    /// What a failure means that one change of the fullest input brings.
    fn changed(&self, change: &Change, failure: &Failure, kind: &JsonType, full: &Value) -> Option<Finding> {
        let proves_nothing = match failure.kind {
            FailureKind::Raised(_) | FailureKind::Time | FailureKind::Memory | FailureKind::Other => true,
            FailureKind::WrongType | FailureKind::Call => !self.decides_types(),
            _ => false,
        };
        if proves_nothing {
            return None;
        }
        let span = span_of(failure)?;
        let path = change.path();
        let shown = self.shown(path);
        let field = inputs::find(kind, path).field?;
        match change {
            Change::Missing(_) => {
                let when = field.missing_when.as_deref()?;
                let smallest = self.smallest_identity(path, kind, full);
                let message = format!("{shown} may be missing ({when}): then the evaluation fails{smallest}");
                let finding = Finding::warning(Kind::OptionalField, span, message).level(self.missing_level(path));
                Some(finding.help(self.meant(path).unwrap_or_else(|| guard(&shown))))
            }
            Change::Null(_) => {
                let happens = match failure.kind {
                    FailureKind::FromNull | FailureKind::FromOther => "then reading from it fails".to_owned(),
                    _ => format!("then the evaluation fails: {}", failure.message),
                };
                let message = format!("{shown} may be null: {happens}");
                Some(Finding::warning(Kind::NullRead, span, message).help(format!("test `{shown} != null` first")))
            }
            Change::Is(_, value) if matches!(failure.kind, FailureKind::NoField(_)) && !value.is_object() => {
                let message = format!("the evaluation fails when {shown} is {value}: {}", failure.message);
                Some(Finding::warning(Kind::NoField, span, message))
            }
            Change::Is(..) => None,
        }
    }

    /// The known key that was probably meant by an unknown one.
    fn meant(&self, path: &str) -> Option<String> {
        let found = inputs::find(self.kind, path);
        let key = path.rsplit_once('.').map_or(path, |(_, key)| key);
        let object = found.object.filter(|_| found.field.is_none())?;
        near(object, key).map(|near| format!("did you mean `{near}`?"))
    }

    /// How bad it is that a field may be missing: what a proxy, the client's browser or an asked scope brings may well be there
    /// always.
    pub(super) fn missing_level(&self, path: &str) -> Level {
        let outside = ["request_headers.", "request_cookies.", "claims.raw_claims.", "identity.metadata_public."];
        let claim = path.strip_prefix("claims.").filter(|_| !self.is_ctx);
        let asked = claim.zip(self.inputs.provider.as_ref());
        let asked = asked.is_some_and(|(claim, provider)| providers::is_asked_for(&provider.scopes, claim));
        if asked || outside.iter().any(|beginning| path.contains(beginning)) { Level::Info } else { Level::Warning }
    }

    /// The smallest traits for which it fails, as a clause, when the missing field is a trait.
    fn smallest_identity(&self, path: &str, kind: &JsonType, full: &Value) -> String {
        let Some(at) = path.find("traits.") else { return String::new() };
        let traits = path.get(..at + "traits".len()).unwrap_or_default();
        let Some(field) = inputs::find(kind, traits).field else { return String::new() };
        let least = inputs::least(&field.kind);
        let change = Change::Is(traits.to_owned(), least.clone());
        match self.run(&change.apply(full)) {
            Some(Answer::Failed(_)) => format!(", as for the traits {least}"),
            _ => String::new(),
        }
    }

    /// A failure that only the smallest input brings.
    fn smallest(&self, failure: &Failure, kind: &JsonType) -> Option<Finding> {
        let span = span_of(failure)?;
        let path = self.read_at(failure)?;
        let field = inputs::find(kind, path).field;
        let shown = self.shown(path);
        match (&failure.kind, field.and_then(|field| field.missing_when.as_deref())) {
            (FailureKind::NoField(_), Some(when)) => {
                let message = format!("{shown} may be missing ({when}): then the evaluation can fail");
                let finding = Finding::warning(Kind::OptionalField, span, message).level(self.missing_level(path));
                Some(finding.help(guard(&shown)))
            }
            _ => None,
        }
    }

    /// A path as it is written in a document.
    #[must_use]
    pub fn shown(&self, path: &str) -> String {
        shown(path, self.is_ctx)
    }

    /// Where and when it runs, for messages.
    fn when(&self) -> String {
        format!("{} ({})", self.place.fires(), self.place.id())
    }
}

/// A path as it is written in a document.
#[must_use]
pub fn shown(path: &str, is_ctx: bool) -> String {
    let mut shown = String::from(if is_ctx { "ctx" } else { "" });
    for step in inputs::steps(path) {
        let plain = step.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match step.as_str() {
            "[]" => shown.push_str("[…]"),
            step if plain && shown.is_empty() => shown.push_str(step),
            step if plain => {
                shown.push('.');
                shown.push_str(step);
            }
            step => {
                shown.push_str("['");
                shown.push_str(step);
                shown.push_str("']");
            }
        }
    }
    shown
}

fn is_header(path: &str) -> bool {
    path.strip_prefix("request_headers.").is_some_and(|name| !name.contains("[]"))
}

fn span_of(failure: &Failure) -> Option<Span> {
    failure.span.map(|(start, end)| Span::new(start, end))
}

/// How to test for a field.
fn guard(shown: &str) -> String {
    let (object, key) = match shown.rsplit_once('.') {
        Some((object, key)) if !key.contains('\'') => (object, key),
        _ => match shown.strip_suffix("']").and_then(|shown| shown.rsplit_once("['")) {
            Some(parts) => parts,
            None => return "test that it is there first".to_owned(),
        },
    };
    format!("test `'{key}' in {object}` first, or read it with std.get({object}, '{key}')")
}

/// Adds a finding unless the same kind stands at the same place.
pub fn add(findings: &mut Vec<Finding>, finding: Finding) {
    let same = findings
        .iter_mut()
        .find(|known| known.span == finding.span && known.kind.is_about_reading() && finding.kind.is_about_reading());
    match same {
        Some(known) if known.level < finding.level => *known = finding,
        Some(_) => {}
        None => findings.push(finding),
    }
}

/// The key of the object that was probably meant.
fn near<'o>(object: &'o Object, key: &str) -> Option<&'o str> {
    let close = |known: &&String| {
        known.eq_ignore_ascii_case(key)
            || known.replace('_', "").eq_ignore_ascii_case(&key.replace('_', ""))
            || distance(known, key) <= if key.len() > 3 { 2 } else { 1 }
    };
    object.fields.keys().find(close).map(String::as_str)
}

fn known_keys(object: &Object) -> String {
    let keys: Vec<&str> = object.fields.keys().map(String::as_str).collect();
    format!("there are only {}", keys.join(", "))
}

/// Number of letters to insert, delete or replace (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, above) in other.iter().zip(row.iter().skip(1)) {
            let cost = (diagonal + usize::from(a != *b)).min(above + 1).min(left + 1);
            diagonal = *above;
            left = cost;
            next.push(cost);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
