//! Records of a release: its keys, configurations with one change each, and whether the server's validation takes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kratos_lint::kratos::schema;
use kratos_lint::kratos::version::Version;
use kratos_lint::text::Source;
use kratos_lint::yaml::{self, Format};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::difference::{Key, Schema};
use super::patch;

/// Whole configurations that the server takes.
pub(super) type Bases = BTreeMap<String, Value>;

/// What Kratos prints before it ends because of the configuration, in all releases since v0.7.
const REFUSED: &str = "The configuration contains values or keys which are invalid";

/// A server that has not ended by then has taken its configuration.
const PATIENCE: Duration = Duration::from_secs(10);

/// Texts that some formats take and others refuse.
const TEXTS: [&str; 8] = ["", "x", "1h", "1h30", "10MB", "https://app.example.net/", "http://a b", "base64://!!"];

/// A change of a base, as an operation of a JSON patch.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mutation {
    pub base: String,
    /// What kind of change.
    pub kind: String,
    pub operation: &'static str,
    /// JSON pointer.
    pub path: String,
    pub value: Value,
}

impl Mutation {
    /// The base with the change.
    pub(super) fn document(&self, bases: &Bases) -> Value {
        let mut document = bases.get(&self.base).cloned().unwrap_or_default();
        patch::apply(&mut document, self.operation, &self.path, &self.value);
        document
    }

    /// The line of the records, in the form of `testdata/verdicts`.
    pub(super) fn record(&self, boot: Option<&str>) -> Value {
        let id = format!("{}:{}:{}", self.base, self.kind, self.path);
        let mut change = json!({"op": self.operation, "path": self.path});
        if self.operation != "remove" {
            change["value"] = self.value.clone();
        }
        let mut record = json!({"id": id, "base": self.base, "kind": self.kind, "mutation": [change]});
        if let Some(boot) = boot {
            record["boot"] = boot.into();
        }
        record
    }
}

/// The rows of `keys.jsonl` for a release.
pub(super) fn keys(schema: &Schema, tag: &str) -> Vec<Value> {
    let kind = |key: &Key| match key.shape {
        Some("List") => "array",
        Some("Text") => "string",
        Some("Boolean") => "boolean",
        Some("Number") => "number",
        Some("Integer") => "integer",
        Some("Any") | None => "any",
        Some(_) => "object",
    };
    schema.keys.iter().map(|(path, key)| json!({"kratos": tag, "path": path, "type": kind(key)})).collect()
}

/// Changes of the bases: each value as every other type, each key away, a key that no release has in each object, words and texts,
/// items twice, and each key of the schema that no base sets. The same change of the same key is made in one base only.
pub(super) fn mutations(bases: &Bases, schema: &Schema) -> Vec<Mutation> {
    let (mut found, mut made) = (Vec::new(), BTreeSet::new());
    for (base, document) in bases {
        let mut add = |kind: String, operation: &'static str, path: String, value: Value| {
            if made.insert((kind.clone(), key_of(document, &path))) {
                found.push(Mutation { base: base.clone(), kind, operation, path, value });
            }
        };
        for (path, node) in nodes(document) {
            of_node(&path, node, schema, &mut add);
        }
        for (path, key) in &schema.keys {
            let pointer = format!("/{}", path.replace('.', "/"));
            let around = pointer.rsplit_once('/').and_then(|(around, _)| document.pointer(around));
            let is_plain = !path.contains(['[', '*', '#']);
            if is_plain && around.is_some_and(Value::is_object) && document.pointer(&pointer).is_none() {
                add("new:value".to_owned(), "add", pointer.clone(), example(key));
                add("new:type".to_owned(), "add", pointer, json!([{}]));
            }
        }
    }
    found
}

fn of_node(path: &str, node: &Value, schema: &Schema, add: &mut impl FnMut(String, &'static str, String, Value)) {
    let values = [
        ("null", Value::Null),
        ("true", json!(true)),
        ("int", json!(7)),
        ("float", json!(1.5)),
        ("big", json!(9_007_199_254_740_993_u64)),
        ("neg", json!(-1)),
        ("arr", json!([])),
        ("obj", json!({})),
    ];
    for (name, value) in values {
        add(format!("type:{name}"), "replace", path.to_owned(), value);
    }
    add("missing".to_owned(), "remove", path.to_owned(), Value::Null);
    match node {
        Value::Object(_) => add("unknown-key".to_owned(), "add", format!("{path}/zz_unknown"), json!("surprise")),
        Value::Array(items) => {
            if let Some(first) = items.first() {
                add("dup-item".to_owned(), "add", format!("{path}/-"), first.clone());
            }
        }
        Value::String(_) => {
            let words = schema.keys.get(&dotted(path)).map(|key| key.words.clone()).unwrap_or_default();
            for text in words.iter().map(String::as_str).chain(TEXTS) {
                add(format!("text:{text}"), "replace", path.to_owned(), text.into());
            }
        }
        _ => {}
    }
}

/// A value of the type of a key.
fn example(key: &Key) -> Value {
    match (key.words.first(), key.shape) {
        (Some(word), _) => word.as_str().into(),
        (None, Some("Text")) => json!("x"),
        (None, Some("Boolean")) => json!(true),
        (None, Some("Number" | "Integer")) => json!(12),
        (None, Some("List")) => json!([]),
        (None, _) => json!({}),
    }
}

/// All values of a document but itself, with their pointers.
fn nodes(document: &Value) -> Vec<(String, &Value)> {
    let mut open = vec![(String::new(), document)];
    let mut found = Vec::new();
    while let Some((path, node)) = open.pop() {
        let fields = node.as_object().into_iter().flatten();
        open.extend(fields.map(|(key, inner)| (path.clone() + &yaml::pointer_token(key), inner)));
        let items = node.as_array().into_iter().flatten().enumerate();
        open.extend(items.map(|(index, inner)| (format!("{path}/{index}"), inner)));
        found.push((path, node));
    }
    found.retain(|(path, _)| !path.is_empty());
    found
}

fn without_indexes(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.parse::<usize>().is_ok() { "[]" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// What a pointer leads to, whatever the index: of the settings of a hook the name of the hook, whatever its list.
fn key_of(document: &Value, path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let list = parts.iter().position(|part| *part == "hooks");
    let hook = list.and_then(|list| {
        let (item, rest) = parts.split_at_checked(list + 2)?;
        let name = document.pointer(&item.join("/"))?.get("hook")?.as_str()?;
        (!rest.is_empty()).then(|| format!("#{name}/{}", rest.join("/")))
    });
    without_indexes(&hook.unwrap_or_else(|| path.to_owned()))
}

/// The path in the table of a pointer: items of lists are `[]`.
fn dotted(path: &str) -> String {
    without_indexes(path).trim_start_matches('/').replace("/[]", "[]").replace('/', ".")
}

/// What the validation of the server says about each configuration, in order: `valid` or `invalid`.
pub(super) fn verdicts(server: &Path, documents: &[Value]) -> Result<Vec<&'static str>, String> {
    let folder = tempfile::tempdir().map_err(|why| why.to_string())?;
    let verdict = |(index, document): (usize, &Value)| {
        let file = folder.path().join(format!("{index}.json"));
        fs::write(&file, document.to_string()).map_err(|why| why.to_string())?;
        let refused = is_refused(server, folder.path(), &file)?;
        fs::remove_file(&file).map_err(|why| why.to_string())?;
        Ok(if refused { "invalid" } else { "valid" })
    };
    documents.par_iter().enumerate().map(verdict).collect()
}

/// Whether the server ends with the words that it has for configurations.
fn is_refused(server: &Path, folder: &Path, file: &Path) -> Result<bool, String> {
    let output = file.with_extension("log");
    let log = fs::File::create(&output).map_err(|why| why.to_string())?;
    let errors = log.try_clone().map_err(|why| why.to_string())?;
    let mut command = Command::new(server);
    command.args(["serve", "--sqa-opt-out", "-c"]).arg(file).current_dir(folder).env_clear().env("HOME", folder);
    command.stdin(Stdio::null()).stdout(log).stderr(errors);
    let mut child = command.spawn().map_err(|why| format!("{}: {why}", server.display()))?;
    wait(&mut child)?;
    let text = fs::read(&output).map_err(|why| why.to_string())?;
    fs::remove_file(&output).map_err(|why| why.to_string())?;
    Ok(String::from_utf8_lossy(&text).contains(REFUSED))
}

/// Waits until the server ends, or ends it.
fn wait(child: &mut Child) -> Result<(), String> {
    let start = Instant::now();
    while child.try_wait().map_err(|why| why.to_string())?.is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().and_then(|()| child.wait()).map_err(|why| why.to_string())?;
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// What our tables say about a configuration.
pub(super) fn ours(document: &Value, version: Version) -> &'static str {
    let tree = yaml::parse(&Source::new("kratos.json", document.to_string()), Format::Json);
    let is_refused = tree.root().is_none_or(|root| schema::faults(root, version).iter().any(|fault| fault.boot));
    if is_refused { "invalid" } else { "valid" }
}
