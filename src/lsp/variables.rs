//! From a key to the variable of the environment that sets it, and back.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::location::{location, once_each};
use super::position::line_at;
use super::state::{Known, Snapshot};
use super::units::{self, has_ending, is_env_file};
use crate::kratos::env::{Lookup, Names, Step, Variable, of_env_file};
use crate::text::{Place, Span};
use crate::yaml::Node;

/// Where the variables are that set a key.
pub(super) fn of_key(node: Node<'_>, known: &Known, snapshot: &Snapshot) -> Vec<Value> {
    let own = steps_of(node);
    setting(known, |steps| steps == own).map(|variable| location(&named(variable), snapshot)).collect()
}

/// The variables of a configuration that set the value at such steps.
fn setting(known: &Known, is_meant: impl Fn(&[Step]) -> bool) -> impl Iterator<Item = &Variable> {
    let names = Names::of(known.target.newest());
    let all = known.deployment.variables.iter();
    all.filter(move |variable| steps(&variable.name, &names).is_some_and(|steps| is_meant(&steps)))
}

/// Where the keys are that the variable under the cursor sets; the mapping around one that no file has.
pub(super) fn keys(path: &Path, byte: usize, snapshot: &Snapshot) -> Vec<Value> {
    let mut found = Vec::new();
    for known in snapshot.belonging(path) {
        let here = |variable: &&Variable| {
            let span = variable.name_place.in_file().span;
            snapshot.holds(path, &variable.name_place) && span.start <= byte && byte <= span.end
        };
        let Some(variable) = known.deployment.variables.iter().find(here) else { continue };
        let Some(steps) = steps(&variable.name, &Names::of(known.target.newest())) else { continue };
        for unit in units::of_known(known, snapshot) {
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
                found.push(location(&node.key_place(), snapshot));
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

fn steps(name: &str, names: &Names) -> Option<Vec<Step>> {
    match names.lookup(name, &mut 0) {
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

/// Where the variables are that set something below a node.
pub(super) fn below(node: Node<'_>, known: &Known, snapshot: &Snapshot) -> Vec<Value> {
    let own = steps_of(node);
    setting(known, |steps| steps.starts_with(&own)).map(|variable| location(&named(variable), snapshot)).collect()
}

/// The steps to all that variables set.
pub(super) fn all_set(known: &Known) -> HashSet<Vec<Step>> {
    let names = Names::of(known.target.newest());
    known.deployment.variables.iter().filter_map(|variable| steps(&variable.name, &names)).collect()
}

/// Whether a key of a node is among those.
pub(super) fn is_set_below(node: Node<'_>, key: &str, set: &HashSet<Vec<Step>>) -> bool {
    let mut own = steps_of(node);
    own.push(Step::Key(key.to_owned()));
    set.contains(&own)
}

/// Where the variable is written that fills in the `$NAME` or `${NAME}` at a byte.
pub(super) fn filled_in(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> Vec<Value> {
    let Some(name) = reference_at(text, byte) else { return Vec::new() };
    let all = known_variables(path, snapshot);
    let own = all.iter().filter(|variable| variable.name == name);
    once_each(own.map(|variable| location(&named(variable), snapshot)))
}

/// Where else the variable at a byte is written, what it sets, and where it is filled in.
pub(super) fn uses(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> Vec<Value> {
    let all = known_variables(path, snapshot);
    let is_here = |variable: &&Variable| {
        let span = named(variable).span;
        snapshot.holds(path, &variable.name_place) && span.start <= byte && byte <= span.end
    };
    let own = all.iter().find(is_here).map(|variable| variable.name.clone());
    let Some(name) = own.or_else(|| reference_at(text, byte).map(str::to_owned)) else { return Vec::new() };
    let mut found = keys(path, byte, snapshot);
    let written =
        all.iter().filter(|variable| variable.name == name).map(|variable| location(&named(variable), snapshot));
    found.extend(written);
    for file in around(path, snapshot) {
        let Ok(source) = snapshot.disk().read_configuration(&file) else { continue };
        let spans = references(source.text()).filter(|span| source.slice(*span) == name);
        found.extend(spans.map(|span| location(&Place::new(&source, span), snapshot)));
    }
    once_each(found)
}

/// The name in the `$NAME` or `${NAME}` at a byte.
fn reference_at(text: &str, byte: usize) -> Option<&str> {
    let (start, _) = line_at(text, byte);
    let rest = text.get(byte..)?;
    let line = text.get(start..byte + rest.find('\n').unwrap_or(rest.len()))?;
    let here = |span: &Span| start + span.start <= byte && byte <= start + span.end;
    let span = references(line).find(here)?;
    line.get(span.start..span.end)
}

/// The names in all `$NAME` and `${NAME}` of a text; `$$` is a dollar.
fn references(text: &str) -> impl Iterator<Item = Span> + '_ {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.match_indices('$').filter_map(move |(at, _)| {
        let bytes = text.as_bytes();
        if at > 0 && bytes.get(at - 1) == Some(&b'$') {
            return None;
        }
        let start = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'{'));
        let length = bytes.get(start..)?.iter().take_while(|byte| is_name(byte)).count();
        let is_number = bytes.get(start).is_some_and(u8::is_ascii_digit);
        (length > 0 && !is_number).then(|| Span::new(start, start + length))
    })
}

/// The variables that a file may mean: those of the servers that it belongs to, and those of the env files beside it.
pub(super) fn known_variables(path: &Path, snapshot: &Snapshot) -> Vec<Variable> {
    let servers = snapshot.belonging(path);
    let mut found: Vec<Variable> = Vec::new();
    for file in env_files(path, snapshot) {
        if let Ok(source) = snapshot.disk().read_configuration(&file) {
            found.extend(of_env_file(&source));
        }
    }
    found.extend(servers.flat_map(|known| known.deployment.variables.iter().cloned()));
    found
}

/// `.env` and the like in the folder of a file, and in those around it up to the root of the project.
fn env_files(path: &Path, snapshot: &Snapshot) -> Vec<PathBuf> {
    let Some(folder) = path.parent() else { return Vec::new() };
    let root = snapshot.disk().root_of(folder);
    let folders = folder.ancestors().take_while(|folder| folder.starts_with(&root));
    let mut found = Vec::new();
    for folder in folders {
        let entries = snapshot.disk().list(folder);
        let files = entries.iter().filter(|entry| !entry.is_folder && is_env_file(&entry.name));
        found.extend(files.map(|entry| folder.join(&entry.name)));
    }
    found
}

/// The files in which a variable of a file may be filled in: those of its servers, and what is beside it.
fn around(path: &Path, snapshot: &Snapshot) -> Vec<PathBuf> {
    let servers = snapshot.belonging(path);
    let mut found: Vec<PathBuf> = servers.flat_map(|known| known.related.iter().cloned()).collect();
    if let Some(folder) = path.parent() {
        let entries = snapshot.disk().list(folder);
        let is_text = |name: &str| has_ending(name, &["yml", "yaml"]) || is_env_file(name);
        found.extend(
            entries
                .iter()
                .filter(|entry| !entry.is_folder && is_text(&entry.name))
                .map(|entry| folder.join(&entry.name)),
        );
    }
    found.sort();
    found.dedup();
    found.truncate(MAX_FILES);
    found
}

/// Most files in which a variable is looked for.
const MAX_FILES: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_variables() {
        let text = "a: ${ONE} $TWO $$THREE ${FOUR:-x} $1 $ ${}";
        let found: Vec<&str> = references(text).filter_map(|span| text.get(span.start..span.end)).collect();
        assert_eq!(found, ["ONE", "TWO", "FOUR"]);
        assert_eq!(reference_at("x\na: ${ONE}", 8), Some("ONE"));
        assert_eq!(reference_at("x\na: ${ONE}", 3), None);
    }
}
