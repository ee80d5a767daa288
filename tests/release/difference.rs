//! How a release of Kratos differs from the tables.

use std::collections::BTreeMap;

use kratos_lint::kratos::schema::{HOOK_PLACES, KEYS, Limit};
use kratos_lint::kratos::version::Version;

/// Keys of a schema that Kratos takes from another module (oryx/otelx): they are not in the checkout.
const ELSEWHERE: &str = "tracing.";

/// Hooks whose settings belong to the commercial build: our table has no keys below them.
const COMMERCIAL: [&str; 2] = ["#b2b_sso", "#organization"];

/// Keys whose rows differ from the schema on purpose. What is missing there is in the code (`schema/conditions.rs`, as is what depends
/// on the type in `auth`), nothing that Kratos checks, or a default that we do not need.
const BY_HAND: [&str; 9] = [
    "#web_hook.config",
    "#web_hook.config.body",
    "courier.channels[].request_config.body",
    "courier.http.request_config.body",
    "selfservice.methods.b2b.config.organizations[].id",
    "selfservice.methods.webauthn.config.rp.origin",
    "selfservice.methods.webauthn.config.rp.origins",
    "serve.public.cors.allowed_origins[]",
    "version",
];

/// What a schema says of a key.
#[derive(Debug, Default)]
pub(super) struct Key {
    /// What it holds, by the names of the table.
    pub shape: Option<&'static str>,
    /// The words that it accepts; any when empty.
    pub words: Vec<String>,
    /// What the loader puts in when it is missing, as JSON.
    pub default: Option<String>,
    /// Bounds, formats and patterns, as the table writes them; see [`Key::unnamed`].
    pub limits: Vec<String>,
    pub is_required: bool,
    /// Whether it takes other keys too.
    pub is_open: bool,
}

impl Key {
    /// Formats and patterns that the table has no name for.
    pub(super) fn unnamed(&self) -> impl Iterator<Item = &String> {
        self.limits.iter().filter(|limit| limit.contains(' '))
    }

    /// What a row says beside type and releases.
    fn demands(&self) -> Vec<String> {
        let words = (!self.words.is_empty()).then(|| format!("Words(&{:?})", self.words));
        let limits = self.limits.iter().filter(|limit| !limit.contains(' ')).cloned();
        words.into_iter().chain(limits).chain(self.rest()).collect()
    }

    /// What is neither a word nor a limit of the value.
    fn rest(&self) -> Vec<String> {
        let required = self.is_required.then(|| "Required".to_owned());
        let default = self.default.as_ref().map(|default| format!("DefaultsTo({default:?})"));
        required.into_iter().chain(default).collect()
    }

    /// A row for the table of keys.
    pub(super) fn row(&self, path: &str) -> String {
        let shape = match self.shape {
            Some("Object") if self.is_open => "Open",
            Some(shape) => shape,
            None => "Any",
        };
        format!("    k({path:?}, NEW, OPEN, {shape}, &[{}]),", self.demands().join(", "))
    }
}

/// All keys of a schema by path, and the hooks of each list.
#[derive(Default)]
pub(super) struct Schema {
    pub keys: BTreeMap<String, Key>,
    pub hooks: BTreeMap<String, Vec<String>>,
}

/// A key of which the release demands something else.
pub(super) struct Change {
    pub path: String,
    /// What is new, with `+`, and what is gone, with `-`.
    pub told: Vec<String>,
    /// What its row says now.
    pub demands: Vec<String>,
}

/// How a release differs from the tables.
#[derive(Default)]
pub(super) struct Difference {
    /// Paths of keys that the table does not have, with their rows.
    pub new_keys: Vec<(String, String)>,
    /// Path and format or pattern of new keys, where the table has no name for it.
    pub unnamed: Vec<(String, String)>,
    pub gone_keys: Vec<String>,
    /// Keys with other words, limits or another default.
    pub changed: Vec<Change>,
    /// List and hook.
    pub new_hooks: Vec<(String, String)>,
    pub gone_hooks: Vec<(String, String)>,
}

impl Difference {
    /// How many differences.
    pub(super) fn count(&self) -> usize {
        self.new_keys.len() + self.gone_keys.len() + self.changed.len() + self.new_hooks.len() + self.gone_hooks.len()
    }
}

/// What a schema says of a key and the row of our table does not, or the reverse.
fn change(path: &str, key: &Key, row: &kratos_lint::kratos::schema::Key, against: Version) -> Option<Change> {
    if BY_HAND.contains(&path) || path.contains(".auth.") {
        return None;
    }
    let kept = row.limits.iter().filter(|limit| matches!(limit, Limit::Nullable | Limit::HostPort));
    let kept: Vec<String> = kept.map(|limit| format!("{limit:?}")).collect();
    let demands = [kept.clone(), key.demands()].concat();
    let theirs = [kept, key.limits.clone(), key.rest(), quoted(key.words.iter().map(String::as_str))].concat();
    let ours: Vec<String> = row.limits.iter().flat_map(written).collect();
    let new = theirs.iter().filter(|one| !ours.contains(one)).map(|one| format!("+{one}"));
    let gone = ours.iter().filter(|one| !theirs.contains(one)).map(|one| format!("-{one}"));
    // Of older releases the tables have words alone.
    let is_known = |one: &String| against >= Version::V0_13 || one.get(1..2) == Some("\"");
    let told: Vec<String> = new.chain(gone).filter(is_known).collect();
    (!told.is_empty()).then(|| Change { path: path.to_owned(), told, demands })
}

/// A limit as rows write it; words one by one.
fn written(limit: &Limit) -> Vec<String> {
    match limit {
        // The schema's own spelling of the JSON.
        Limit::DefaultsTo(text) => {
            let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
            vec![format!("DefaultsTo({:?})", value.map_or_else(|| (*text).to_owned(), |value| value.to_string()))]
        }
        Limit::Words(words) => quoted(words.iter().copied()),
        other => vec![format!("{other:?}")],
    }
}

fn quoted<'w>(words: impl Iterator<Item = &'w str>) -> Vec<String> {
    words.map(|word| format!("{word:?}")).collect()
}

/// The differences from the tables of a release.
pub(super) fn compare(schema: &Schema, against: Version) -> Difference {
    let mut found = Difference::default();
    let rows = |path: &str| KEYS.iter().find(|key| key.path == path && key.versions.contains(against));
    for (path, key) in &schema.keys {
        let Some(row) = rows(path) else {
            if !COMMERCIAL.iter().any(|hook| path.starts_with(hook)) {
                found.new_keys.push((path.clone(), key.row(path)));
                found.unnamed.extend(key.unnamed().map(|limit| (path.clone(), limit.clone())));
            }
            continue;
        };
        found.changed.extend(change(path, key, row, against));
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
