//! Puts values into a document: what is missing is added, what differs is changed, lists get what they lack. Every other byte stays.

use std::sync::Arc;

use serde_json::Value as Json;

use super::again::{leaves, reread};
use super::{Item, block, insert, toml};
use crate::diagnostic::Edit;
use crate::text::{Place, Source};
use crate::unit::Unit;
use crate::yaml::{self, Format, Node, Value};

/// More steps than any recipe takes.
const MOST: usize = 200;

/// Whether a value that differs is changed or kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Differing {
    /// It is changed.
    Change,
    /// It is kept.
    Keep,
}

/// A unit with values in it, and the text of its file.
///
/// # Errors
/// When a place cannot be edited safely.
pub(crate) fn unit(unit: &Unit, wanted: &Json, differing: Differing) -> Result<(Unit, String), String> {
    let mut now = unit.clone();
    let mut text = unit.file_source().text().to_owned();
    for _ in 0..MOST {
        let root = now.root().ok_or("the file holds no configuration")?;
        let Some(step) = step(root, wanted, &mut Vec::new(), differing)? else { return Ok((now, text)) };
        let (path, after) = if super::is_toml(now.path()) {
            (now.path().to_owned(), step.in_toml(root)?)
        } else {
            insert::applied(&step.edits(root)?)?
        };
        let again = reread(&now, &path, &after).filter(|again| is_kept(root, again.root()));
        now = again.ok_or("the file cannot be edited without breaking it")?;
        text = after;
    }
    Err("the values cannot be put there".to_owned())
}

/// A document in JSON with values in it.
///
/// # Errors
/// When a place cannot be edited safely.
pub(crate) fn json(source: &Arc<Source>, wanted: &Json) -> Result<String, String> {
    let mut now = Arc::clone(source);
    for _ in 0..MOST {
        let tree = yaml::parse(&now, Format::Json);
        let root = tree.root().ok_or("the file is empty")?;
        let Some(step) = step(root, wanted, &mut Vec::new(), Differing::Keep)? else {
            return Ok(now.text().to_owned());
        };
        let (path, after) = insert::applied(&step.edits(root)?)?;
        let next = Source::new(path, after);
        let again = yaml::parse(&next, Format::Json);
        if !again.faults().is_empty() || !is_kept(root, again.root()) {
            return Err("the file cannot be edited without breaking it".to_owned());
        }
        now = next;
    }
    Err("the values cannot be put there".to_owned())
}

/// Whether no value is gone: one may be another, and maps and lists may be longer.
fn is_kept(before: Node<'_>, after: Option<Node<'_>>) -> bool {
    let Some(after) = after.map(leaves) else { return false };
    let before = leaves(before);
    let is_empty = |shown: &str| shown == "{}" || shown == "[]" || shown == "Null";
    let differ = before.iter().filter(|(at, shown)| !is_empty(shown) && after.get(*at) != Some(*shown)).count();
    differ <= 1 && before.iter().all(|(at, shown)| is_empty(shown) || after.contains_key(at))
}

/// One change towards what is wanted.
enum Step<'t, 'w> {
    /// A value for a key that is missing or empty.
    Set(Vec<&'w str>, &'w Json),
    /// One more item of a list.
    Append(Vec<&'w str>, &'w Json),
    /// Another scalar in the place of one.
    Change(Vec<&'w str>, Node<'t>, &'w Json),
}

impl Step<'_, '_> {
    fn edits(&self, root: Node<'_>) -> Result<Vec<Edit>, String> {
        match self {
            Step::Set(keys, value) => insert::set(root, keys, value),
            Step::Append(keys, item) => {
                let path = keys.join(".");
                let count = root.find(&path).map_or(0, |list| list.items().len());
                insert::edits(root, &path, &Item::new(block::item(item), (*item).clone()).into(), count)
            }
            Step::Change(keys, node, value) => changed(*node, value, keys),
        }
    }

    fn in_toml(&self, root: Node<'_>) -> Result<String, String> {
        match self {
            Step::Set(keys, value) => toml::set(root, keys, value),
            Step::Append(keys, item) => toml::appended(root, &keys.join("."), item),
            Step::Change(_, node, value) => toml::changed(*node, value),
        }
    }
}

/// The first change towards what is wanted; none when all is there.
fn step<'t, 'w>(
    node: Node<'t>,
    wanted: &'w Json,
    keys: &mut Vec<&'w str>,
    differing: Differing,
) -> Result<Option<Step<'t, 'w>>, String> {
    match (wanted, node.value()) {
        (Json::Object(fields), Value::Mapping(_) | Value::Null) => {
            for (key, value) in fields {
                keys.push(key);
                let found = match node.get(key) {
                    Some(below) => step(below, value, keys, differing)?,
                    None => Some(Step::Set(keys.clone(), value)),
                };
                keys.pop();
                if found.is_some() {
                    return Ok(found);
                }
            }
            Ok(None)
        }
        (Json::Array(items), Value::Sequence(_)) => {
            let there: Vec<Option<Json>> = node.items().map(block::value).collect();
            let has = |item: &Json| there.iter().any(|other| other.as_ref().is_some_and(|other| is_same(other, item)));
            Ok(items.iter().find(|item| !has(item)).map(|item| Step::Append(keys.clone(), item)))
        }
        (Json::Array(_), Value::Null) => Ok(Some(Step::Set(keys.clone(), wanted))),
        (_, Value::Unknown) => Err(format!("{} is filled in by a template", keys.join("."))),
        _ if block::value(node).as_ref() == Some(wanted) || differing == Differing::Keep => Ok(None),
        (Json::Object(_) | Json::Array(_), _) => Err(format!("{} is {}", keys.join("."), node.type_name())),
        _ => Ok(Some(Step::Change(keys.clone(), node, wanted))),
    }
}

/// Whether an item of a list is the wanted one: of the same id, where it has one.
fn is_same(other: &Json, item: &Json) -> bool {
    match (item.get("id"), other.get("id")) {
        (Some(id), Some(own)) => id == own,
        _ => other == item,
    }
}

/// Another scalar in the place of one.
fn changed(node: Node<'_>, wanted: &Json, keys: &[&str]) -> Result<Vec<Edit>, String> {
    insert::own(node, &keys.join("."))?;
    let place = node.origin();
    if place.span.is_empty() || node.is_mapping() || node.is_sequence() {
        return Err(format!("{} has another value", keys.join(".")));
    }
    let is_json = place.source.text().trim_start().starts_with('{');
    let text = if is_json { wanted.to_string() } else { block::scalar(wanted) };
    Ok(vec![Edit { place: Place::new(&place.source, place.span), text }])
}
