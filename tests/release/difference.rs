//! How a release of Kratos differs from the tables.

use std::collections::BTreeMap;

use kratos_lint::kratos::schema::{HOOK_PLACES, KEYS};
use kratos_lint::kratos::version::Version;

/// Keys of a schema that Kratos takes from another module (oryx/otelx): they are not in the checkout.
const ELSEWHERE: &str = "tracing.";

/// Hooks whose settings belong to the commercial build: our table has no keys below them.
const COMMERCIAL: [&str; 2] = ["#b2b_sso", "#organization"];

/// What a schema says of a key.
#[derive(Debug, Default)]
pub(super) struct Key {
    /// What it holds, by the names of the table.
    pub shape: Option<&'static str>,
    /// The words that it accepts; any when empty.
    pub words: Vec<String>,
    /// What the loader puts in when it is missing, as JSON.
    pub default: Option<String>,
    /// Whether it takes other keys too.
    pub is_open: bool,
}

impl Key {
    /// A row for the table of keys; formats and bounds are for a maintainer.
    pub(super) fn row(&self, path: &str) -> String {
        let shape = match self.shape {
            Some("Object") if self.is_open => "Open",
            Some(shape) => shape,
            None => "Any",
        };
        let mut limits = Vec::new();
        if !self.words.is_empty() {
            limits.push(format!("Words(&{:?})", self.words));
        }
        limits.extend(self.default.as_ref().map(|default| format!("DefaultsTo({default:?})")));
        format!("    k({path:?}, NEW, OPEN, {shape}, &[{}]),", limits.join(", "))
    }
}

/// All keys of a schema by path, and the hooks of each list.
#[derive(Default)]
pub(super) struct Schema {
    pub keys: BTreeMap<String, Key>,
    pub hooks: BTreeMap<String, Vec<String>>,
}

/// How a release differs from the tables.
#[derive(Default)]
pub(super) struct Difference {
    /// Paths of keys that the table does not have, with their rows.
    pub new_keys: Vec<(String, String)>,
    pub gone_keys: Vec<String>,
    /// Keys with other words: the path, and words that are new or gone.
    pub words: Vec<(String, Vec<String>)>,
    /// List and hook.
    pub new_hooks: Vec<(String, String)>,
    pub gone_hooks: Vec<(String, String)>,
}

impl Difference {
    /// How many differences.
    pub(super) fn count(&self) -> usize {
        self.new_keys.len() + self.gone_keys.len() + self.words.len() + self.new_hooks.len() + self.gone_hooks.len()
    }
}

/// The differences from the tables of a release.
pub(super) fn compare(schema: &Schema, against: Version) -> Difference {
    let mut found = Difference::default();
    let rows = |path: &str| KEYS.iter().find(|key| key.path == path && key.versions.contains(against));
    for (path, key) in &schema.keys {
        let Some(row) = rows(path) else {
            if !COMMERCIAL.iter().any(|hook| path.starts_with(hook)) {
                found.new_keys.push((path.clone(), key.row(path)));
            }
            continue;
        };
        if let (Some(words), false) = (row.words(), key.words.is_empty()) {
            let new = key.words.iter().filter(|word| !words.contains(&word.as_str())).map(|word| format!("+{word}"));
            let gone =
                words.iter().filter(|word| !key.words.iter().any(|new| new == *word)).map(|word| format!("-{word}"));
            let changed: Vec<String> = new.chain(gone).collect();
            if !changed.is_empty() {
                found.words.push((path.clone(), changed));
            }
        }
    }
    let ours = KEYS.iter().filter(|key| key.versions.contains(against) && !key.path.starts_with(ELSEWHERE));
    found.gone_keys = ours.map(|key| key.path.to_owned()).filter(|path| !schema.keys.contains_key(path)).collect();
    for place in HOOK_PLACES {
        let hooks = schema.hooks.get(place.path).cloned().unwrap_or_default();
        let ours: Vec<&str> =
            place.hooks.iter().filter(|(_, versions)| versions.contains(against)).map(|(hook, _)| *hook).collect();
        let pair = |hook: &str| (place.path.to_owned(), hook.to_owned());
        found.new_hooks.extend(hooks.iter().filter(|hook| !ours.contains(&hook.as_str())).map(|hook| pair(hook)));
        found
            .gone_hooks
            .extend(ours.iter().filter(|hook| !hooks.iter().any(|new| new == *hook)).map(|hook| pair(hook)));
    }
    let unlisted = schema.hooks.iter().filter(|(path, _)| !HOOK_PLACES.iter().any(|place| place.path == **path));
    found.new_hooks.extend(unlisted.flat_map(|(path, hooks)| hooks.iter().map(|hook| (path.clone(), hook.clone()))));
    found
}
