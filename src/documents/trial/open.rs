//! Objects whose keys are not all known (headers, cookies, payloads, metadata): tried with a key that the document does not name.

use serde_json::{Map, Value, json};

use super::{Known, Trial, span_of};
use crate::documents::finding::{Finding, Kind};
use crate::documents::inputs::{Change, find};
use crate::evaluation::{Failure, FailureKind};
use crate::kratos::ctx::json_type::{Field, JsonType};
use crate::kratos::ctx::sample::{self, Fill};

/// A key that documents do not name.
const OTHER_KEY: &str = "Another";
/// How many keys an object has that a real request fills: lengths are compared before anything is read.
const MANY_KEYS: usize = 12;
/// Functions of `std` that compare the lengths of their arguments first.
const LENGTHS: [&str; 3] = ["endsWith", "startsWith", "findSubstr"];
/// Most objects that are tried.
const MAX_OBJECTS: usize = 8;

/// What fails when an object that the document reads holds another key than those that it names: alone, or in place of one of them.
/// `known` fails on the fullest input.
pub(super) fn findings(trial: &Trial<'_>, kind: &JsonType, base: &Value, known: &[Failure]) -> Option<Vec<Finding>> {
    let known = &Known::of(known);
    let mut objects = Vec::new();
    collect(trial, kind, "", &mut objects);
    objects.truncate(MAX_OBJECTS);
    let mut found = Vec::new();
    for open in &objects {
        if open.keys.is_empty() {
            let mut one = populated(trial, open, kind, base, known, 1)?;
            if one.is_empty() && trial.survey.words.iter().any(|word| LENGTHS.contains(&word.as_str())) {
                one = populated(trial, open, kind, base, known, MANY_KEYS)?;
            }
            found.extend(one);
        }
        for key in &open.keys {
            let missing = Change::Missing(format!("{}.{key}", open.path));
            let Some(value) = open.values.first() else { continue };
            let failures = trial.run_each(&open.with(value).apply(&missing.apply(base)))?.failures;
            let is_of_key = |failure: &&Failure| failure.kind == FailureKind::NoField(key.clone());
            let new = failures.iter().filter(|failure| !known.has(failure)).filter(is_of_key);
            found.extend(new.filter_map(|failure| trial.changed(&missing, failure, kind, base)));
        }
    }
    Some(found)
}

/// What fails because an object holds so many keys, whatever their values are.
fn populated(
    trial: &Trial<'_>,
    open: &Open,
    kind: &JsonType,
    base: &Value,
    known: &Known<'_>,
    keys: usize,
) -> Option<Vec<Finding>> {
    let mut common: Option<Vec<Failure>> = None;
    for value in &open.values {
        let failures = trial.run_each(&open.filled(value, keys).apply(base))?.failures;
        let new = failures.into_iter().filter(|failure| !known.has(failure));
        let before = common.as_deref().map(Known::of);
        let is_common = |failure: &Failure| before.as_ref().is_none_or(|common| common.has(failure));
        let both: Vec<Failure> = new.filter(is_common).collect();
        if both.is_empty() {
            return Some(Vec::new());
        }
        common = Some(both);
    }
    // A header of that name never comes, and the read is only reached where others do.
    let is_of_key = |failure: &Failure| match (&failure.kind, trial.read_at(failure)) {
        (FailureKind::NoField(_), Some(path)) => {
            path.strip_prefix(&open.path).is_some_and(|rest| rest.starts_with('.'))
        }
        _ => false,
    };
    let is_of_type = |failure: &&Failure| {
        is_of_key(failure)
            || matches!(
                failure.kind,
                FailureKind::WrongType
                    | FailureKind::OfNull
                    | FailureKind::FromOther
                    | FailureKind::Call
                    | FailureKind::Repeated
                    | FailureKind::Other
            )
    };
    let common = common.unwrap_or_default();
    let finding = |failure: &Failure| {
        if is_of_key(failure) {
            let (mut found, _) = trial.always(failure, kind, false)?;
            found.lower();
            return Some(found);
        }
        let filled = if keys > 1 { format!("holds {keys} keys") } else { "is not empty".to_owned() };
        let message = format!("the evaluation fails when {} {filled}: {}", trial.shown(&open.path), failure.message);
        let span = span_of(failure).unwrap_or(trial.survey.head);
        Some(Finding::warning(Kind::WrongType, span, message).advised(&failure.kind))
    };
    Some(common.iter().filter(is_of_type).filter_map(finding).collect())
}

/// An object that holds more than is known.
struct Open {
    path: String,
    /// Values that another key of it can have; where nothing is known of them, one of each kind.
    values: Vec<Value>,
    /// The keys that the document reads and that may be missing.
    keys: Vec<String>,
    /// Keys that are always there.
    always: Vec<String>,
}

impl Open {
    /// The change that makes it hold so many keys that the document does not name.
    fn filled(&self, value: &Value, keys: usize) -> Change {
        let name = |number| if number == 0 { OTHER_KEY.to_owned() } else { format!("{OTHER_KEY}{number}") };
        let always = self.always.iter().cloned();
        let object: Map<String, Value> = (0..keys).map(name).chain(always).map(|key| (key, value.clone())).collect();
        Change::Is(self.path.clone(), Value::Object(object))
    }

    /// The change that gives it another key.
    fn with(&self, value: &Value) -> Change {
        Change::Is(format!("{}.{OTHER_KEY}", self.path), value.clone())
    }
}

fn collect(trial: &Trial<'_>, kind: &JsonType, path: &str, found: &mut Vec<Open>) {
    for kind in kind.alternatives() {
        let JsonType::Object(object) = kind else { continue };
        let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
        if let Some(rest) = object.rest.as_deref()
            && trial.survey.words.contains(name)
            && object.fields.values().all(|field| field.missing_when.is_some() || field.kind == *rest)
            && find(trial.kind, path).field.is_some()
        {
            let values = match rest {
                JsonType::Any => vec![json!("text"), json!({}), json!(["text"]), json!(7)],
                rest => vec![sample::of(rest, Fill::Maximal)],
            };
            let (always, keys): (Vec<_>, Vec<_>) =
                object.fields.iter().partition(|(_, field)| field.missing_when.is_none());
            let names = |fields: Vec<(&String, &Field)>| fields.into_iter().map(|(key, _)| key.clone()).collect();
            found.push(Open { path: path.to_owned(), values, keys: names(keys), always: names(always) });
        }
        for (key, field) in &object.fields {
            let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            collect(trial, &field.kind, &inner, found);
        }
    }
}
