//! The configuration schema of Kratos as data, and a walker that says what the server's validation would.
//!
//! There are two verdicts. *raw*: the file alone, what an editor with the schema shows. *boot*: what `kratos serve` judges,
//! defaults + file + unset flags with all numbers as float64 (configx/provider.go:validate at each tag).

pub(crate) mod conditions;
mod describe;
pub mod document;
mod instead;
mod meant;
mod progress;
mod repeated;
pub(crate) mod row;
pub(crate) mod texts;
mod walk;

use crate::kratos::releases;
use crate::kratos::version::{Version, Versions, is_same};
use crate::yaml::Node;

pub(crate) use describe::has_forgotten_key;
pub(crate) use meant::{nearest, place_of};
pub(crate) use repeated::repeated;
pub use row::{Limit, Shape};
pub use walk::faults;

/// A key of the configuration during a span of versions.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its path, see [`releases::KEYS`].
    pub path: &'static str,
    /// The versions for which this row holds.
    pub versions: Versions,
    /// What it holds.
    pub shape: Shape,
    /// What else is demanded.
    pub limits: &'static [Limit],
}

impl Key {
    /// Whether the mapping around it must hold it.
    #[must_use]
    pub(crate) fn is_required(&self) -> bool {
        self.limits.contains(&Limit::Required)
    }

    /// The words that it takes, where those are few.
    #[must_use]
    pub fn words(&self) -> Option<&'static [&'static str]> {
        self.limits.iter().find_map(|limit| match limit {
            Limit::Words(words) => Some(*words),
            _ => None,
        })
    }

    /// What the loader puts in for it when the file says nothing, as JSON.
    #[must_use]
    pub fn default(&self) -> Option<&'static str> {
        self.limits.iter().find_map(|limit| match limit {
            Limit::DefaultsTo(json) => Some(*json),
            _ => None,
        })
    }
}

/// A list of hooks and which hooks it accepts.
#[derive(Clone, Copy, Debug)]
pub struct HookPlace {
    /// Path of the list.
    pub path: &'static str,
    /// Names of hooks, and the versions whose schema allows them there.
    pub hooks: &'static [(&'static str, Versions)],
}

/// Every key in all versions, sorted by path.
pub const KEYS: &[Key] = &keys();

#[allow(clippy::large_stack_arrays, reason = "only the compiler runs it")]
const fn keys() -> [Key; releases::KEYS.len()] {
    let mut keys = [Key { path: "", versions: Versions::ALL, shape: Shape::Any, limits: &[] }; releases::KEYS.len()];
    let mut at = 0;
    while at < keys.len() {
        let row = &releases::KEYS[at];
        let versions = Versions::named(row.from, row.before);
        keys[at] = Key { path: row.path, versions, shape: row.shape, limits: row.limits };
        at += 1;
    }
    keys
}

/// Every list of hooks, sorted by path.
pub const HOOK_PLACES: &[HookPlace] = &hook_places();

const HOOKS: &[(&str, Versions)] = &hooks();

const fn hooks() -> [(&'static str, Versions); releases::HOOKS.len()] {
    let mut hooks = [("", Versions::ALL); releases::HOOKS.len()];
    let mut at = 0;
    while at < hooks.len() {
        let row = &releases::HOOKS[at];
        hooks[at] = (row.hook, Versions::named(row.from, row.before));
        at += 1;
    }
    hooks
}

/// The first row after those of the list of a row.
const fn end_of_list(start: usize) -> usize {
    let list = releases::HOOKS[start].list.as_bytes();
    let mut end = start + 1;
    while end < releases::HOOKS.len() && is_same(releases::HOOKS[end].list.as_bytes(), list) {
        end += 1;
    }
    end
}

const fn lists() -> usize {
    let (mut lists, mut at) = (0, 0);
    while at < releases::HOOKS.len() {
        at = end_of_list(at);
        lists += 1;
    }
    lists
}

const fn hook_places() -> [HookPlace; lists()] {
    let mut places = [HookPlace { path: "", hooks: &[] }; lists()];
    let (mut place, mut at) = (0, 0);
    while place < places.len() {
        let end = end_of_list(at);
        let hooks = HOOKS.split_at(end).0.split_at(at).1;
        places[place] = HookPlace { path: releases::HOOKS[at].list, hooks };
        place += 1;
        at = end;
    }
    places
}

/// What kind of fault; each is a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// No version knows this key.
    UnknownKey,
    /// A later version brings this key (or word, or hook).
    TooNew,
    /// An earlier version had this key (or word).
    Removed,
    /// Not the type that is wanted.
    WrongType,
    /// A key that must be there is not.
    MissingKey,
    /// An item of a list lacks a key that must be there.
    MissingItemKey,
    /// None of the words that are known.
    UnknownWord,
    /// Not in the format that is wanted.
    Malformed,
    /// Too small, too large, too short, too long, too few.
    OutOfRange,
    /// Two equal items in a list that allows none.
    DuplicateItem,
    /// Keys that exclude each other.
    Conflict,
    /// A hook that may not stand in this list.
    MisplacedHook,
}

/// What the validation says about one place.
#[derive(Clone)]
pub struct Fault<'t> {
    /// The node that is wrong; for a missing key the mapping that lacks it.
    pub node: Node<'t>,
    /// Whether the key of the node is wrong rather than its value.
    pub at_key: bool,
    /// What kind.
    pub kind: FaultKind,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
    /// The key or plain scalar that should stand there instead, with whether that surely was meant.
    pub replacement: Option<(String, bool)>,
    /// The file alone is invalid.
    pub raw: bool,
    /// `kratos serve` refuses it.
    pub boot: bool,
    /// The key that is missing, with its path, where one is.
    pub missing: Option<String>,
}

impl Fault<'_> {
    /// JSON pointer of what is wrong; of the missing key where one is missing.
    #[must_use]
    pub fn pointer(&self) -> String {
        let plain = self.missing.as_deref().filter(|path| !path.contains(['#', '*', '[']));
        match (plain, &self.missing) {
            (Some(path), _) => path.split('.').map(crate::yaml::pointer_token).collect(),
            (None, Some(path)) => {
                let key = path.rsplit('.').next().unwrap_or_default();
                self.node.pointer() + &crate::yaml::pointer_token(key)
            }
            (None, None) => self.node.pointer(),
        }
    }
}

/// The row of a path for a version. Paths as in [`releases::KEYS`].
#[must_use]
pub fn lookup(path: &str, version: Version) -> Option<&'static Key> {
    rows(path).iter().find(|key| key.versions.contains(version))
}

/// All rows of a path, oldest first.
#[must_use]
pub(crate) fn rows(path: &str) -> &'static [Key] {
    let start = KEYS.partition_point(|key| key.path < path);
    let rest = KEYS.get(start..).unwrap_or_default();
    rest.get(..rest.iter().take_while(|key| key.path == path).count()).unwrap_or_default()
}

/// The rows below an object: its keys are found by their names alone.
#[derive(Clone, Copy)]
struct Inside {
    rows: &'static [Key],
    /// Bytes of each path that come before the name.
    skip: usize,
}

impl Inside {
    /// Those of the object at this path.
    fn of(path: &str) -> Inside {
        if path.is_empty() {
            return Inside { rows: KEYS, skip: 0 };
        }
        let prefix = format!("{path}.");
        let start = KEYS.partition_point(|key| key.path < prefix.as_str());
        let rest = KEYS.get(start..).unwrap_or_default();
        let count = rest.partition_point(|key| key.path.starts_with(&prefix));
        Inside { rows: rest.get(..count).unwrap_or_default(), skip: prefix.len() }
    }

    /// Those of an object in it: a few names are compared instead of many paths that begin alike.
    fn below(self, name: &str) -> Inside {
        let is_before = |key: &Key| match self.name_of(key).strip_prefix(name) {
            Some(rest) => rest < ".",
            None => self.name_of(key) < name,
        };
        let is_below = |key: &Key| self.name_of(key).strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let rest = self.rows.get(self.rows.partition_point(is_before)..).unwrap_or_default();
        let rows = rest.get(..rest.partition_point(is_below)).unwrap_or_default();
        Inside { rows, skip: self.skip + name.len() + 1 }
    }

    /// What comes after the path of the object.
    fn name_of(self, key: &Key) -> &'static str {
        key.path.get(self.skip..).unwrap_or_default()
    }

    /// The row of a key, or `*` for the keys that have no row, for a version.
    fn lookup(self, name: &str, version: Version) -> Option<&'static Key> {
        let start = self.rows.partition_point(|key| self.name_of(key) < name);
        let mut named = self.rows.iter().skip(start).take_while(|key| self.name_of(key) == name);
        named.find(|key| key.versions.contains(version))
    }
}

/// All rows below a path (`a.b.c` and deeper, not items of lists), in order.
pub(crate) fn below(path: &str) -> impl Iterator<Item = &'static Key> + use<> {
    Inside::of(path).rows.iter()
}

/// The names of the keys that an object may have.
pub(crate) fn children(path: &str, version: Version) -> impl Iterator<Item = &'static str> + use<> {
    let inside = Inside::of(path);
    inside.rows.iter().filter(move |key| key.versions.contains(version)).filter_map(move |key| {
        let name = inside.name_of(key);
        let is_name = !name.contains(['.', '[', '*', '#']) && !name.is_empty();
        is_name.then_some(name)
    })
}

/// The versions that know a path, from the first to the last.
#[must_use]
pub(crate) fn versions_of(path: &str) -> Option<Versions> {
    let rows = rows(path);
    Some(Versions { before: rows.last()?.versions.before, ..rows.first()?.versions })
}

/// What the loader puts in for a path when the file says nothing, as JSON.
#[must_use]
pub(crate) fn default_of(path: &str, version: Version) -> Option<&'static str> {
    lookup(path, version)?.default()
}

/// The path in [`releases::KEYS`] of a node of the configuration; none for the root and for what no version knows.
#[must_use]
pub fn path_of(node: Node<'_>) -> Option<String> {
    let mut nodes: Vec<Node> = std::iter::once(node).chain(node.ancestors()).collect();
    nodes.pop();
    let mut path = String::new();
    for node in nodes.into_iter().rev() {
        let Some(key) = node.key() else {
            let is_hook_list = HOOK_PLACES.binary_search_by(|place| place.path.cmp(&path)).is_ok();
            match node.get("hook").and_then(Node::as_str).filter(|_| is_hook_list) {
                Some(hook) => path = format!("#{hook}"),
                None => path.push_str("[]"),
            }
            continue;
        };
        let child = join(&path, key);
        path = if rows(&child).is_empty() && !rows(&join(&path, "*")).is_empty() { join(&path, "*") } else { child };
    }
    Some(path).filter(|path| !rows(path).is_empty())
}

/// The last name of a path.
fn last(path: &str) -> &str {
    let name = path.rsplit(['.', '#']).next().unwrap_or(path);
    name.strip_suffix("[]").unwrap_or(name)
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { [path, ".", key].concat() }
}
