//! What a document reads that nothing is known of: a hole, whose kind its use chooses.

use std::cell::OnceCell;
use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Known, Trial, span_of};
use crate::documents::inputs::{Change, find, steps};
use crate::evaluation::{Failure, FailureKind};
use crate::kratos::ctx::json_type::JsonType;
use crate::text::Span;

/// Most holes whose kind is looked for.
const MAX_HOLES: usize = 12;

/// The paths that are read and that the types of the place do not know.
pub(super) fn of<'p>(trial: &Trial<'_>, paths: impl Iterator<Item = &'p str>, kind: &JsonType) -> Vec<String> {
    let mut holes: Vec<String> = Vec::new();
    for path in paths {
        let known = find(trial.kind, path).field.is_some_and(|field| field.kind != JsonType::Any);
        let made_up = !known && find(kind, path).field.is_some();
        if made_up && holes.len() < MAX_HOLES && !holes.iter().any(|hole| hole == path) {
            holes.push(path.to_owned());
        }
    }
    // What other holes stand in is an object.
    let inner: Vec<Vec<String>> = holes.iter().map(|path| steps(path)).collect();
    let is_around = |path: &String| {
        let own = steps(path);
        inner.iter().any(|other| other.len() > own.len() && other.starts_with(&own))
    };
    holes.retain(|path| !is_around(path));
    holes
}

/// Gives each hole a value with which less fails, or with which only what comes after it fails; then those that one operation
/// takes together.
pub(super) fn fill(trial: &Trial<'_>, holes: &[String], input: &mut Value, failures: &mut Vec<Failure>) {
    for path in holes {
        if fill_together(trial, &[path], input, failures).is_none() {
            return;
        }
    }
    let places: Vec<Span> = failures.iter().filter(|failure| may_depend_on_kind(failure)).filter_map(span_of).collect();
    for place in places {
        let is_within = |span: Span| place.start <= span.start && span.end <= place.end;
        let is_read = |path: &&String| trial.survey.places().any(|(read, span)| read == *path && is_within(span));
        let together: Vec<&String> = holes.iter().filter(is_read).collect();
        if together.len() > 1 && fill_together(trial, &together, input, failures).is_none() {
            return;
        }
    }
}

/// Gives some holes one value; `None` when nothing is left to fill, or no run is.
fn fill_together(trial: &Trial<'_>, holes: &[&String], input: &mut Value, failures: &mut Vec<Failure>) -> Option<()> {
    failures.iter().find(|failure| may_depend_on_kind(failure))?;
    let mut aside = None;
    for value in candidates(trial) {
        let mut changed = input.clone();
        for path in holes {
            Change::Is((*path).clone(), value.clone()).apply_to(&mut changed);
        }
        if !trial.kind.admits(&changed) {
            continue;
        }
        let outcome = trial.run_each(&changed)?;
        let (before, after) = (Known::of(failures), Known::of(&outcome.failures));
        let gone: Vec<&Failure> = failures.iter().filter(|failure| !after.has(failure)).collect();
        let new: Vec<&Failure> = outcome.failures.iter().filter(|failure| !before.has(failure)).collect();
        if !gone.iter().any(|failure| may_depend_on_kind(failure)) {
            continue;
        }
        let is_less = new.len() < gone.len();
        if is_less || aside.is_none() && holes.len() == 1 && new.iter().all(|new| is_elsewhere(new, &gone)) {
            aside = Some((changed, outcome.failures));
        }
        if is_less {
            break;
        }
    }
    if let Some(filled) = aside {
        (*input, *failures) = filled;
    }
    Some(())
}

/// Whether a failure is at another place than each of the others: a wrong kind fails where the right one was needed. Around them
/// only what a value of the right kind lacks is another place, such as an item.
fn is_elsewhere(failure: &Failure, others: &[&Failure]) -> bool {
    let Some(span) = span_of(failure) else { return false };
    let is_lack = matches!(failure.kind, FailureKind::OutOfRange | FailureKind::NoField(_));
    let apart = |other: Span| other.end <= span.start || span.end <= other.start;
    let around = |other: Span| is_lack && span != other && span.start <= other.start && other.end <= span.end;
    others.iter().all(|other| span_of(other).is_some_and(|other| apart(other) || around(other)))
}

/// Whether another value could do.
fn may_depend_on_kind(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::WrongType
            | FailureKind::OfNull
            | FailureKind::FromOther
            | FailureKind::FromNull
            | FailureKind::Call
            | FailureKind::OutOfRange
            | FailureKind::NoField(_)
            | FailureKind::Repeated
            | FailureKind::Other
    ) && span_of(failure).is_some()
}

/// Most keys of the object that holds what the document speaks of.
const MAX_KEYS: usize = 64;

/// Values of each kind; one object holds all that the document speaks of.
fn candidates(trial: &Trial<'_>) -> [Value; 9] {
    let words = trial.survey.words.iter().take(MAX_KEYS);
    let speaking: Map<String, Value> = words.map(|word| (word.clone(), json!("text"))).collect();
    [
        json!(true),
        json!(["text"]),
        json!(7),
        json!({}),
        Value::Object(speaking),
        json!(["text", "text", "text"]),
        json!([{}]),
        json!("2"),
        json!("a@b/c.d"),
    ]
}

/// What fails, by place and kind.
type Failing = HashSet<(Option<Span>, FailureKind)>;

/// What fails when all holes have one kind, for each kind; one hole has been filled with each before.
pub(super) struct Fillings<'t, 'a> {
    trial: &'t Trial<'a>,
    holes: &'t [String],
    input: &'t Value,
    failures: OnceCell<Vec<Failing>>,
}

impl<'t, 'a> Fillings<'t, 'a> {
    pub(super) fn of(trial: &'t Trial<'a>, holes: &'t [String], input: &'t Value) -> Fillings<'t, 'a> {
        Fillings { trial, holes, input, failures: OnceCell::new() }
    }

    /// Whether it fails whatever the kind.
    pub(super) fn resist(&self, failure: &Failure) -> bool {
        if self.holes.len() < 2 || !may_depend_on_kind(failure) {
            return true;
        }
        let key = (span_of(failure), failure.kind.clone());
        self.failures.get_or_init(|| self.tried()).iter().all(|failures| failures.contains(&key))
    }

    /// The failures with each kind that can be.
    fn tried(&self) -> Vec<Failing> {
        let filled = candidates(self.trial).into_iter().map(|value| {
            let mut input = self.input.clone();
            for path in self.holes {
                Change::Is(path.clone(), value.clone()).apply_to(&mut input);
            }
            input
        });
        let possible = filled.filter(|input| self.trial.kind.admits(input));
        let failures = possible.map(|input| self.trial.run_each(&input).map(|outcome| outcome.failures));
        let keys = |failure: Failure| (span_of(&failure), failure.kind);
        failures.map(|failures| failures.into_iter().flatten().map(keys).collect()).collect()
    }
}
