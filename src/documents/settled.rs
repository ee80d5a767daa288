//! Comparisons with a literal that the types settle: a value is never equal to what it cannot be.

use serde_json::Value;

use super::finding::{Finding, Kind};
use super::inputs;
use super::survey::Equality;
use super::trial::Trial;
use crate::diagnostic::{Effect, Level};
use crate::kratos::ctx::json_type::JsonType;

/// Most alternatives that a message names.
const MAX_NAMED: usize = 4;

/// The comparisons whose result is always the same.
#[must_use]
pub(super) fn findings(trial: &Trial<'_>) -> Vec<Finding> {
    trial.survey.equalities.iter().filter_map(|equality| settled(trial, equality)).collect()
}

fn settled(trial: &Trial<'_>, equality: &Equality) -> Option<Finding> {
    let Equality { path, literal, span, negated } = equality;
    // Items are of many kinds, the nodes of a form differ by method, metadata is what the admin API was given, and of headers another
    // finding speaks.
    let is_open = path.ends_with("[]")
        || path.starts_with("flow.ui.")
        || path.contains("metadata_")
        || path.starts_with("request_headers.");
    let kind = &inputs::find(trial.kind, path).field.filter(|_| !is_open)?.kind;
    if kind.admits(literal) {
        return None;
    }
    let parts = kind.alternatives();
    let is_other_kind = !parts.iter().any(|part| is_same_kind(part, literal));
    let happens = if *negated { "true" } else { "false" };
    let is = named(parts).unwrap_or_else(|| format!("never {literal}"));
    let message = format!("this comparison is always {happens}: {} is {is}", trial.shown(path));
    let help =
        if is_other_kind { "compare it with a value of its type" } else { "compare it with a value that it can have" };
    // What cannot be is a slip; a text that does not come up may come with another release.
    let level = if is_other_kind { Level::Warning } else { Level::Info };
    Some(Finding::warning(Kind::Settled, *span, message).level(level).effect(Effect::NoEffect).help(help))
}

/// Whether a value and a type are both texts, both booleans, or the like.
fn is_same_kind(kind: &JsonType, literal: &Value) -> bool {
    matches!(
        (kind, literal),
        (JsonType::Text(_), Value::String(_))
            | (JsonType::Bool(_), Value::Bool(_))
            | (JsonType::Number { .. }, Value::Number(_))
    )
}

/// What a value can be, in words; nothing when that is too much.
fn named(parts: &[JsonType]) -> Option<String> {
    let mut names: Vec<String> = parts.iter().map(JsonType::with_article).collect();
    names.dedup();
    let last = names.pop().filter(|_| names.len() < MAX_NAMED)?;
    Some(if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) })
}
