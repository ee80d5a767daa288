//! What the inference over types says about a document, and the proof: an input on which the document fails there.

use serde_json::Value;

use super::finding::{Finding, Kind};
use super::inputs::{self, Change};
use super::trial::Trial;
use crate::diagnostic::Level;
use crate::evaluation::{Answer, STACK};
use crate::jsonnet::infer::{self, Analysis, Assumption, Environment};
use crate::jsonnet::types::JsonType;
use crate::kratos::ctx::standard;
use crate::text::Span;

/// What the inference says; `None` when the document cannot be read.
#[must_use]
pub fn analysis(trial: &Trial<'_>) -> Option<Analysis> {
    let variables: Vec<(&str, &JsonType)> = match trial.kind.as_object() {
        Some(object) if !trial.is_ctx => {
            object.fields.iter().map(|(name, field)| (name.as_str(), &field.kind)).collect()
        }
        _ => Vec::new(),
    };
    let arguments = [("ctx", trial.kind)];
    let arguments = if trial.is_ctx { arguments.as_slice() } else { &[] };
    let go_jsonnet = standard::engine(trial.place.version());
    let environment = Environment { arguments, variables: &variables, go_jsonnet };
    if trial.survey.plain {
        return infer::check(trial.text, environment).ok();
    }
    // Calls recurse, and threads of a pool have a small stack.
    let text = trial.text;
    std::thread::scope(|scope| {
        let check = || infer::check(text, environment).ok();
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, check).ok()?.join().ok().flatten()
    })
}

/// The findings at places where the trial found nothing, each proved by an input that its conditions make.
#[must_use]
pub fn proved(trial: &Trial<'_>, analysis: &Analysis, known: &[Finding]) -> Vec<Finding> {
    let (kind, _) = inputs::with_reads(trial.kind, &trial.survey.reads, trial.traits_known);
    let full = inputs::full(&kind);
    let mut found = Vec::new();
    let new = |finding: &&infer::Finding| !known.iter().any(|known| known.span == finding.span);
    for finding in analysis.findings.iter().filter(new) {
        // Conditions can ask for what no input is: a key of one shape and a value of another.
        let Some(case) = case(trial, finding, &kind, &full).filter(|case| kind.admits(&case.input)) else { continue };
        let Some(Answer::Failed(failure)) = trial.run(&case.input) else { continue };
        let at_the_place = failure.span.map(|(start, end)| Span::new(start, end)) == Some(finding.span);
        let Some(kind) = kind_of(trial, &finding.kind).filter(|_| at_the_place) else { continue };
        let when = if case.conditions.is_empty() { String::new() } else { format!(", when {}", case.conditions) };
        let (message, level) = match &case.reason {
            Some(reason) => (format!("{reason}: then the evaluation fails{when}"), case.level),
            None => (format!("the evaluation can fail here{when}: {}", failure.message), Level::Warning),
        };
        found.push(Finding::warning(kind, finding.span, message).level(level));
    }
    found
}

/// An input on which a finding shows.
struct Case {
    input: Value,
    /// What must hold so that the evaluation comes there, in words.
    conditions: String,
    /// What then makes it fail, in words.
    reason: Option<String>,
    level: Level,
}

/// The input that a finding speaks of; `None` where it is about what is not known to be missing at all.
fn case(trial: &Trial<'_>, finding: &infer::Finding, kind: &JsonType, full: &Value) -> Option<Case> {
    let mut case = Case { input: full.clone(), conditions: String::new(), reason: None, level: Level::Warning };
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
        infer::Kind::MaybeMissing { path, .. } => {
            let path = path_of(trial, path)?;
            let when = inputs::find(kind, &path).field?.missing_when.as_ref()?;
            case.reason = Some(format!("{} may be missing ({when})", trial.shown(&path)));
            case.level = trial.missing_level(&path);
            case.input = Change::Missing(path).apply(&case.input);
        }
        infer::Kind::FromNull { path: Some(path), always: false } => {
            let path = path_of(trial, path).filter(|path| !inputs::is_hardly_null(path))?;
            case.reason = Some(format!("{} may be null", trial.shown(&path)));
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

/// The kind of ours; `None` where others speak, or our engine decides otherwise than go-jsonnet.
fn kind_of(trial: &Trial<'_>, kind: &infer::Kind) -> Option<Kind> {
    use infer::Kind as K;
    Some(match kind {
        K::NeverThere { .. } => Kind::NoField,
        K::MaybeMissing { .. } => Kind::OptionalField,
        K::FromNull { .. } => Kind::NullRead,
        K::UnknownVariable { .. } => Kind::Variable,
        K::Import => Kind::Import,
        K::FromOther { .. }
        | K::WrongIndex { .. }
        | K::WrongOperand { .. }
        | K::WrongArgument { .. }
        | K::NotFunction { .. }
        | K::MissingArgument { .. }
        | K::ExtraArgument { .. }
            if trial.decides_types() =>
        {
            Kind::WrongType
        }
        _ => return None,
    })
}
