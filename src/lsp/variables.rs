//! From a key to the variable of the environment that sets it, and back.

use std::path::Path;

use serde_json::{Value, json};

use super::position::Lines;
use super::state::{Known, Snapshot};
use super::units;
use crate::kratos::env::{Lookup, Step, Variable, lookup};
use crate::text::Place;
use crate::yaml::Node;

/// Where the variables are that set a key.
pub(super) fn of_key(node: Node<'_>, known: &Known, snapshot: &Snapshot) -> Vec<Value> {
    let own = steps_of(node);
    let sets = |variable: &&Variable| steps(&variable.name, known).is_some_and(|steps| steps == own);
    let found = known.deployment.variables.iter().filter(sets);
    found.map(|variable| location(&named(variable), snapshot)).collect()
}

/// Where the keys are that the variable under the cursor sets; the mapping around one that no file has.
pub(super) fn keys(path: &Path, byte: usize, snapshot: &Snapshot) -> Vec<Value> {
    let mut found = Vec::new();
    for known in snapshot.results.units.iter().filter(|known| known.related.contains(path)) {
        let here = |variable: &&Variable| {
            let span = variable.name_place.in_file().span;
            snapshot.holds(path, &variable.name_place) && span.start <= byte && byte <= span.end
        };
        let Some(variable) = known.deployment.variables.iter().find(here) else { continue };
        let Some(steps) = steps(&variable.name, known) else { continue };
        for unit in units::of_file(&known.path, snapshot).into_iter().filter(|unit| unit.at == known.at) {
            let Some(mut node) = unit.root() else { continue };
            for step in &steps {
                let below = match step {
                    Step::Key(key) => node.get(key),
                    Step::Item(index) => node.items().nth(*index),
                };
                let Some(below) = below else { break };
                node = below;
            }
            if node.parent().is_some() {
                found.push(location(&node.key_place().in_file(), snapshot));
            }
        }
    }
    found
}

/// The bytes of the name: in `NAME=value` the place of a variable is both.
fn named(variable: &Variable) -> Place {
    let mut place = variable.name_place.in_file();
    if place.source.slice(place.span).starts_with(&variable.name) {
        place.span.end = place.span.start + variable.name.len();
    }
    place
}

fn steps(name: &str, known: &Known) -> Option<Vec<Step>> {
    match lookup(name, known.target.newest()) {
        Lookup::Key(steps, _) => Some(steps),
        _ => None,
    }
}

/// The way from the root to a node.
fn steps_of(node: Node<'_>) -> Vec<Step> {
    let step = |node: Node<'_>| match (node.key(), node.index()) {
        (Some(key), _) => Some(Step::Key(key.to_owned())),
        (None, Some(index)) => Some(Step::Item(index)),
        (None, None) => None,
    };
    let mut steps: Vec<Step> = std::iter::once(node).chain(node.ancestors()).filter_map(step).collect();
    steps.reverse();
    steps
}

fn location(place: &Place, snapshot: &Snapshot) -> Value {
    let lines = Lines::of(place.source.text(), snapshot.encoding);
    json!({"uri": snapshot.uri(&snapshot.real(place.source.path())), "range": lines.range(place.span)})
}
