//! What the inference over types says about a document, and the proof: an input on which the document fails there.

use std::collections::HashSet;

use serde_json::Value;

use super::finding::{Finding, Kind, Missing, Opening};
use super::inputs::{self, Change};
use super::trial::Trial;
use super::trial::explain::not_null;
use crate::diagnostic::Level;
use crate::evaluation::{Failure, FailureKind, Outcome, with_stack};
use crate::jsonnet::evaluate::in_operands;
use crate::jsonnet::infer::{self, Analysis, Assumption, Environment, Reach, Types};
use crate::jsonnet::types::JsonType;
use crate::kratos::bodies::Encoding;
use crate::kratos::ctx::{Purpose, standard};
use crate::text::Span;

/// What the inference says; `None` when the document cannot be read.
#[must_use]
pub(crate) fn analysis(trial: &Trial<'_>) -> Option<Analysis> {
    if trial.survey.plain {
        return in_environment(trial, |environment| infer::check(trial.text, environment).ok());
    }
    analysis_of(trial, trial.text)
}

/// What the inference says about another text in the place of the document.
#[must_use]
pub(crate) fn analysis_of(trial: &Trial<'_>, text: &str) -> Option<Analysis> {
    // Calls recurse.
    in_environment(trial, |environment| with_stack(|| infer::check(text, environment).ok()).flatten())
}

/// The types of the expressions of the document.
#[must_use]
pub(crate) fn types(trial: &Trial<'_>) -> Option<Types> {
    let text = trial.text;
    let whole = Span::new(0, text.len());
    in_environment(trial, |environment| with_stack(|| infer::types(text, environment, whole).ok()).flatten())
}

/// Looks at a text with what the document is given.
fn in_environment<R>(trial: &Trial<'_>, look: impl FnOnce(Environment<'_>) -> R) -> R {
    let variables: Vec<(&str, &JsonType)> = match trial.kind.as_object() {
        Some(object) if !trial.is_ctx => {
            object.fields.iter().map(|(name, field)| (name.as_str(), &field.kind)).collect()
        }
        _ if trial.survey.variables.iter().any(|(name, _)| name == "ctx") => vec![("ctx", trial.kind)],
        _ => Vec::new(),
    };
    let arguments = [("ctx", trial.kind)];
    let arguments = if trial.is_ctx { arguments.as_slice() } else { &[] };
    let go_jsonnet = standard::engine(trial.place.version());
    look(Environment { arguments, variables: &variables, go_jsonnet })
}

/// The results that the types alone tell, when they say that nothing can fail: no run is needed then.
#[must_use]
pub(crate) fn decided(trial: &Trial<'_>, encoding: Encoding, analysis: Option<&Analysis>) -> Option<Vec<Value>> {
    let analysis = analysis.filter(|analysis| analysis.is_complete && analysis.findings.is_empty())?;
    if trial.is_ctx && trial.survey.parameters.is_none() {
        return None;
    }
    let is_free = encoding == Encoding::Json && !matches!(trial.place.purpose(), Purpose::Mapper | Purpose::Tokenizer);
    if is_free {
        return Some(Vec::new());
    }
    let kind = analysis.result.as_ref().filter(|kind| is_exact(kind))?;
    Some(vec![inputs::full(kind), inputs::least(kind)])
}

/// Whether two values show all that a type can be: no unknown part, and no choice but that of null.
fn is_exact(kind: &JsonType) -> bool {
    match kind {
        JsonType::Any => false,
        JsonType::List(item) => is_exact(item),
        JsonType::Object(object) => object.rest.is_none() && object.fields.values().all(|field| is_exact(&field.kind)),
        JsonType::Union(kinds) => {
            let others: Vec<&JsonType> = kinds.iter().filter(|kind| **kind != JsonType::Null).collect();
            let texts = others.iter().all(|kind| matches!(kind, JsonType::Text(_)));
            (others.len() <= 1 || texts) && others.into_iter().all(is_exact)
        }
        _ => true,
    }
}

/// Most findings of one document that the types alone tell.
const MAX_TYPED: usize = 500;
/// Most findings of one document that are proved by a run of their own.
const MAX_PROOFS: usize = 60;

/// The findings at places where the trial found nothing, each proved by an input that its conditions make; `free` are the keys of
/// open objects, see [`free`].
#[must_use]
pub(crate) fn proved(trial: &Trial<'_>, analysis: &Analysis, free: &[String], known: &[Finding]) -> Vec<Finding> {
    let asked = keys_that_must_be_there(trial, analysis);
    let paths = trial.survey.paths().chain(asked.iter().chain(free).map(String::as_str));
    let kind = inputs::with_reads(trial.kind, paths, trial.traits_known);
    let full = inputs::full(&kind);
    let mut found = Vec::new();
    let (mut proofs, mut untried) = (0, 0);
    // A trial shows a wrong argument where the function is called.
    let calls: Vec<Span> = known.iter().filter(|known| known.kind == Kind::WrongType).map(|known| known.span).collect();
    let is_told = |finding: &infer::Finding| {
        let around = |call: &Span| call.start <= finding.span.start && finding.span.end <= call.end;
        matches!(finding.kind, infer::FindingKind::WrongArgument { .. }) && calls.iter().any(around)
    };
    // That a value may be missing, and that it has the wrong type where it is there, are two things.
    let known: HashSet<(Span, bool)> = known.iter().map(|known| (known.span, known.kind.is_about_reading())).collect();
    let new =
        |finding: &&infer::Finding| !known.contains(&(finding.span, is_reading(&finding.kind))) && !is_told(finding);
    for finding in analysis.findings.iter().filter(new) {
        if found.len() >= MAX_TYPED {
            let message = format!("the {MAX_TYPED} faults before this place are shown: others like them are not");
            found.push(Finding::left_out(finding.span, message));
            break;
        }
        let Some(kind_of_ours) = kind_of(finding) else { continue };
        proofs += 1;
        let prove = proofs <= MAX_PROOFS;
        let Some(case) = case(trial, finding, &kind, prove.then_some(&full)) else { continue };
        // Conditions can ask for what no input is: a key of one shape and a value of another.
        let can_be = |case: &Case| kind.admits(&case.input) && trial.inputs.combinations.admits(&case.input, &full);
        if prove && !can_be(&case) {
            continue;
        }
        let outcome = if prove { trial.run_each(&case.input) } else { None };
        let failures = outcome.as_ref().map(|outcome| outcome.failures.as_slice());
        let at_the_place = |failure: &&Failure| failure.span.is_some_and(|span| is_place(finding, span));
        let failure = failures.unwrap_or_default().iter().find(at_the_place);
        if is_raised(&finding.kind) && !failure.is_some_and(Failure::is_fault) {
            continue;
        }
        // What fails in the same part may hide it; in a part that passes it cannot happen.
        let may_be_hidden = |outcome: &Outcome| outcome.hides(finding.span.start, finding.span.end);
        let is_sure = finding.reach != infer::Reach::Unclear && outcome.as_ref().is_none_or(may_be_hidden);
        if failure.is_none() && !is_sure {
            untried += usize::from(!prove);
            continue;
        }
        found.push(told(trial, finding, kind_of_ours, &case, failure));
    }
    if untried > 0 {
        let message = format!("the document has {untried} more places that may fail: they were not tried");
        found.push(Finding::left_out(trial.survey.head, message));
    }
    found
}

/// A finding of the types in the words of reports.
fn told(trial: &Trial<'_>, finding: &infer::Finding, kind: Kind, case: &Case, failure: Option<&Failure>) -> Finding {
    let when = if case.conditions.is_empty() { String::new() } else { format!("when {}", case.conditions) };
    let comma = if when.is_empty() { "" } else { ", " };
    let mut told = match &case.reason {
        Some(Reason::Missing(missing)) => {
            let then = format!("the evaluation fails{comma}{when}");
            let found = Finding::missing(finding.span, missing.clone(), &then).level(case.level);
            found.help(trial.guard(&missing.field, finding.span))
        }
        Some(Reason::Null(field)) => {
            let message = format!("{field} may be null: then the evaluation fails{comma}{when}");
            Finding::warning(kind, finding.span, message).level(case.level).help(not_null(field))
        }
        None => {
            let why = failure.map_or_else(|| words(&finding.kind), |failure| failure.message.clone());
            let found = Finding::can_fail(kind, finding.span, &when, &why);
            let advice = failure.map_or_else(|| advice(&finding.kind), |failure| failure.kind.advice());
            Finding { help: advice.map(str::to_owned), ..found }
        }
    };
    if finding.reach == Reach::Always && is_certain(&finding.kind) {
        told.says_always(&words(&finding.kind));
    } else if let Some(failure) = failure.filter(|_| is_raised(&finding.kind)) {
        told.says_always(&failure.message);
    }
    told
}

/// Whether the document itself says that it fails there.
fn is_raised(kind: &infer::FindingKind) -> bool {
    matches!(kind, infer::FindingKind::Raised { .. } | infer::FindingKind::AssertFails)
}

/// The keys that conditions before findings ask for.
fn keys_that_must_be_there(trial: &Trial<'_>, analysis: &Analysis) -> Vec<String> {
    let assumed = analysis.findings.iter().take(MAX_PROOFS).flat_map(|finding| &finding.assumes);
    let present = assumed.filter_map(|assumption| match assumption {
        Assumption::Present(path) => path_of(trial, path),
        _ => None,
    });
    present.collect()
}

/// The keys of open objects that the document asks for: some are not in its text as such a read.
#[must_use]
pub(crate) fn free(trial: &Trial<'_>, analysis: &Analysis) -> Vec<String> {
    let is_plain = |path: &&Vec<String>| path.iter().all(|step| step == "[]" || !step.contains(['.', '[']));
    analysis.free.iter().filter(is_plain).filter_map(|path| path_of(trial, path)).collect()
}

/// Gives a finding of a trial the level that the types prove: an error is what each evaluation comes to.
pub(crate) fn weighed(finding: &mut Finding, analysis: Option<&Analysis>) {
    let is_reading = finding.kind.is_about_reading();
    let is_same = |known: &&infer::Finding| known.span == finding.span && self::is_reading(&known.kind) == is_reading;
    let known = || analysis.iter().flat_map(|analysis| &analysis.findings).filter(is_same);
    let always = known().find(|known| known.reach == Reach::Always && is_certain(&known.kind));
    if let Some(known) = always.filter(|_| finding.kind.is_failure()) {
        finding.level = Level::Error;
        if finding.opening == Some(Opening::CanFail) {
            finding.says_always(&words(&known.kind));
        }
    } else if known().next().is_some() && known().all(|known| known.reach != Reach::Always) {
        finding.lower();
    }
}

/// Whether it is about reading a field, as [`Kind::is_about_reading`].
#[must_use]
pub(crate) fn is_reading(kind: &infer::FindingKind) -> bool {
    use infer::FindingKind as K;
    matches!(kind, K::NeverThere { .. } | K::MaybeMissing { .. } | K::FromNull { .. })
}

/// Whether a failure at these bytes is that of a finding: a wrong argument shows where the function is called, an assertion with
/// what it is made for.
fn is_place(finding: &infer::Finding, (start, end): (usize, usize)) -> bool {
    let is_within = matches!(finding.kind, infer::FindingKind::WrongArgument { .. } | infer::FindingKind::AssertFails);
    let around = is_within && start <= finding.span.start && finding.span.end <= end;
    around || (start, end) == (finding.span.start, finding.span.end)
}

/// Whether what is wrong fails on each value that the types allow.
fn is_certain(kind: &infer::FindingKind) -> bool {
    use infer::FindingKind as K;
    // An empty text has no items, and none fails.
    if matches!(kind, K::WrongOperand { operator: "for", operands } if operands.iter().any(|kinds| kinds.contains("string")))
    {
        return false;
    }
    !matches!(
        kind,
        K::MaybeMissing { .. }
            | K::FromNull { always: false, .. }
            | K::WrongArgument { empty_passes: true, .. }
            | K::Raised { .. }
            | K::AssertFails
    )
}

/// An input on which a finding shows.
struct Case {
    input: Value,
    /// What must hold so that the evaluation comes there, in words.
    conditions: String,
    /// What then makes it fail.
    reason: Option<Reason>,
    level: Level,
}

/// What makes an evaluation fail.
enum Reason {
    /// A field is missing.
    Missing(Missing),
    /// The field is null, in the spelling of the document.
    Null(String),
}

/// The input that a finding speaks of; `None` where it is about what is not known to be missing at all.
fn case(trial: &Trial<'_>, finding: &infer::Finding, kind: &JsonType, full: Option<&Value>) -> Option<Case> {
    let mut case = Case {
        input: full.cloned().unwrap_or_default(),
        conditions: String::new(),
        reason: None,
        level: Level::Warning,
    };
    let mut words = Vec::new();
    for assumption in &finding.assumes {
        let (change, holds) = match assumption {
            Assumption::Missing(path) => (Change::Missing(path_of(trial, path)?), "is missing".to_owned()),
            Assumption::Equals(path, value) => {
                (Change::Is(path_of(trial, path)?, value.clone()), format!("is {value}"))
            }
            Assumption::Is(path, kinds) if kinds == "null" => {
                (Change::Null(path_of(trial, path)?), "is null".to_owned())
            }
            Assumption::Present(_) | Assumption::Is(..) | Assumption::Differs(..) => continue,
        };
        words.push(format!("{} {holds}", trial.shown(change.path())));
        case.input = change.apply(&case.input);
    }
    case.conditions = words.join(" and ");
    match &finding.kind {
        infer::FindingKind::MaybeMissing { path, .. } => {
            let path = path_of(trial, path)?;
            let when = inputs::find(kind, &path).field?.missing_when.as_ref()?;
            let missing = Missing { field: trial.shown(&path), when: when.clone() };
            case.reason = Some(Reason::Missing(missing));
            case.level = trial.missing_level(&path);
            case.input = Change::Missing(path).apply(&case.input);
        }
        // One item is not compared with another, and is the one value of a format.
        infer::FindingKind::WrongArgument { function: "sort" | "set" | "format", .. } => {
            case.input = inputs::with_items(case.input, 2, &trial.inputs.single);
        }
        infer::FindingKind::FromNull { path: Some(path), always: false } => {
            let path = path_of(trial, path).filter(|path| !inputs::is_hardly_null(path))?;
            case.level = trial.null_level(&path);
            case.reason = Some(Reason::Null(trial.shown(&path)));
            case.input = Change::Null(path).apply(&case.input);
        }
        _ => {}
    }
    Some(case)
}

/// A path of the inference in the spelling of the trial: without the name of the argument.
fn path_of(trial: &Trial<'_>, path: &[String]) -> Option<String> {
    let steps = if trial.is_ctx { path.get(1..)? } else { path };
    let mut joined = String::new();
    for step in steps {
        if step == "[]" || step.starts_with('[') {
            joined.push_str("[]");
        } else {
            if !joined.is_empty() {
                joined.push('.');
            }
            joined.push_str(step);
        }
    }
    (!joined.is_empty()).then_some(joined)
}

/// What is wrong, where no trial says it.
fn words(kind: &infer::FindingKind) -> String {
    use infer::FindingKind as K;
    match kind {
        K::NeverThere { key, .. } => format!("there is no field `{key}`"),
        K::MaybeMissing { .. } => "the field may be missing".to_owned(),
        K::FromNull { .. } => "it reads from null".to_owned(),
        K::FromOther { kinds } => format!("it reads from a value of type {kinds}"),
        K::WrongIndex { of, index } => format!("a value of type {of} has no index of type {index}"),
        K::OutOfRange { length } => format!("the list has {length} items"),
        K::WrongOperand { operator: "in", operands } => in_operands(&operands.join(" and ")),
        K::WrongOperand { operator, operands } => format!("`{operator}` does not accept {}", operands.join(" and ")),
        K::WrongArgument { function, parameter, wanted, given, .. } => {
            format!("std.{function} needs {wanted} as `{parameter}`, this is {given}")
        }
        K::NotFunction { kinds } => format!("a value of type {kinds} is called"),
        K::MissingArgument { name } => format!("the parameter `{name}` gets no value"),
        K::ExtraArgument { .. } => "the function has no such parameter".to_owned(),
        _ => "the evaluation fails".to_owned(),
    }
}

/// What to do about it, where no trial says it.
fn advice(kind: &infer::FindingKind) -> Option<&'static str> {
    use infer::FindingKind as K;
    match kind {
        K::FromOther { .. } | K::WrongIndex { .. } => FailureKind::FromOther.advice(),
        K::OutOfRange { .. } => FailureKind::OutOfRange.advice(),
        K::Raised { .. } | K::AssertFails => FailureKind::Raised(String::new()).advice(),
        K::NotFunction { .. } => Some("correct the name of the function, or remove the call"),
        K::MissingArgument { .. } => Some("give the parameter a value"),
        K::ExtraArgument { .. } => Some("remove the argument"),
        _ => None,
    }
}

/// The kind of ours; `None` where others speak.
fn kind_of(finding: &infer::Finding) -> Option<Kind> {
    use infer::FindingKind as K;
    Some(match &finding.kind {
        K::NeverThere { .. } => Kind::NoField,
        K::MaybeMissing { .. } => Kind::OptionalField,
        K::FromNull { .. } => Kind::NullRead,
        K::UnknownVariable { .. } => Kind::Variable,
        K::Import => Kind::Import,
        K::FromOther { .. }
        | K::WrongIndex { .. }
        | K::OutOfRange { .. }
        | K::WrongOperand { .. }
        | K::WrongArgument { .. }
        | K::NotFunction { .. }
        | K::MissingArgument { .. }
        | K::ExtraArgument { .. } => Kind::WrongType,
        // What an input raises is the wish of the author; what each input raises is a fault.
        K::Raised { .. } | K::AssertFails if finding.reach == Reach::Always => Kind::WrongType,
        _ => return None,
    })
}
