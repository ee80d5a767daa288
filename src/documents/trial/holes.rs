//! What a document reads that nothing is known of: a hole, whose kind its use chooses.

use serde_json::{Value, json};

use super::{Trial, is_among, span_of};
use crate::documents::inputs::{Change, find, steps};
use crate::evaluation::{Failure, FailureKind};
use crate::kratos::ctx::json_type::JsonType;

/// Most holes whose kind is looked for.
const MOST_HOLES: usize = 12;

/// The paths that are read and that the types of the place do not know.
pub(super) fn of(trial: &Trial<'_>, kind: &JsonType) -> Vec<String> {
    let mut holes: Vec<String> = Vec::new();
    for path in trial.survey.paths() {
        let known = find(trial.kind, path).field.is_some_and(|field| field.kind != JsonType::Any);
        let made_up = !known && find(kind, path).field.is_some();
        if made_up && holes.len() < MOST_HOLES && !holes.iter().any(|hole| hole == path) {
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

/// Gives each hole a value with which less fails.
pub(super) fn fill(trial: &Trial<'_>, holes: &[String], input: &mut Value, failures: &mut Vec<Failure>) {
    for path in holes {
        if !failures.iter().any(may_depend_on_kind) {
            return;
        }
        for value in candidates() {
            let changed = Change::Is(path.clone(), value).apply(input);
            if !trial.kind.admits(&changed) {
                continue;
            }
            let Some(outcome) = trial.run_each(&changed) else { return };
            let solved =
                failures.iter().any(|failure| may_depend_on_kind(failure) && !is_among(failure, &outcome.failures));
            let worse = outcome.failures.iter().filter(|failure| !is_among(failure, failures)).count();
            let before = failures.iter().filter(|failure| !is_among(failure, &outcome.failures)).count();
            if solved && worse < before {
                *input = changed;
                *failures = outcome.failures;
                break;
            }
        }
    }
}

/// Whether another value could do.
fn may_depend_on_kind(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::WrongType
            | FailureKind::FromOther
            | FailureKind::FromNull
            | FailureKind::Call
            | FailureKind::OutOfRange
            | FailureKind::NoField(_)
            | FailureKind::Other
    ) && span_of(failure).is_some()
}

fn candidates() -> [Value; 8] {
    [
        json!(true),
        json!(["text"]),
        json!(7),
        json!({}),
        json!(["text", "text", "text"]),
        json!([{}]),
        json!("2"),
        json!("a@b/c.d"),
    ]
}

/// Whether it fails whatever one kind all holes have; one hole has been filled with each before.
pub(super) fn resists(trial: &Trial<'_>, holes: &[String], input: &Value, failure: &Failure) -> bool {
    if holes.len() < 2 || !may_depend_on_kind(failure) {
        return true;
    }
    candidates().into_iter().all(|value| {
        let all = |input: Value, path: &String| Change::Is(path.clone(), value.clone()).apply(&input);
        let changed = holes.iter().fold(input.clone(), all);
        if !trial.kind.admits(&changed) {
            return true;
        }
        let outcome = trial.run_each(&changed);
        outcome.is_some_and(|outcome| is_among(failure, &outcome.failures))
    })
}
