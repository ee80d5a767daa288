//! What is said of recorded releases of Ory's chart, against what Helm made of them.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::recorded::{Compared, Kind, check};
use super::{Deployment, Fact, Image};
use crate::config::Config;
use crate::deployment::Project;
use crate::disk::Disk;
use crate::files::Here;
use crate::kratos::env;
use crate::unit::Unit;
use crate::yaml::{Node, Value};

/// What the chart gives when no values do.
const OF_CHART: [&str; 8] = [
    "serve",
    "serve.public",
    "serve.public.port",
    "serve.admin",
    "serve.admin.port",
    "courier",
    "courier.smtp",
    "secrets",
];

struct Comparison<'r> {
    run: &'r Json,
    is_open: bool,
    found: Vec<Compared>,
}

impl Comparison<'_> {
    fn push(&mut self, kind: Kind, field: &'static str, text: String) {
        self.found.push(Compared { kind, field, text });
    }

    fn add(&mut self, field: &'static str, key: &str, ours: Option<String>, theirs: Option<String>) {
        let text = format!("{key}: {ours:?} for {theirs:?}");
        let kind = match (ours, theirs) {
            (Some(ours), Some(theirs)) if ours == theirs => Kind::Right,
            (None, None) => Kind::Right,
            (None, Some(_)) => Kind::Miss,
            _ => Kind::Wrong,
        };
        self.push(kind, field, text);
    }

    /// A value of the configuration, with what is below it.
    fn value(&mut self, at: &str, ours: Option<Node<'_>>, theirs: Option<&Json>) {
        if self.is_of_environment(at) {
            return;
        }
        let theirs = theirs.filter(|theirs| !theirs.is_null());
        let join = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
        match (ours, theirs) {
            (None, None) => {}
            (Some(node), Some(Json::Object(fields))) if node.is_mapping() => {
                for (key, theirs) in fields {
                    self.value(&join(key), node.get(key), Some(theirs));
                }
                for field in node.fields().filter(|field| !fields.contains_key(field.key)) {
                    self.value(&join(field.key), Some(field.value), None);
                }
            }
            (Some(node), Some(Json::Array(items))) if node.is_sequence() => {
                let own: Vec<_> = node.items().collect();
                for index in 0..own.len().max(items.len()) {
                    self.value(&join(&index.to_string()), own.get(index).copied(), items.get(index));
                }
            }
            (Some(node), None) if node.is_mapping() => {
                for field in node.fields() {
                    self.value(&join(field.key), Some(field.value), None);
                }
            }
            (Some(node), theirs) if node.is_unknown() => {
                self.push(Kind::Miss, "config", format!("{at}: unknown for {theirs:?}"));
            }
            (Some(node), None) => self.push(Kind::Wrong, "config", format!("{at}: {:?} for none", node.value())),
            (Some(node), Some(theirs)) => self.add("config", at, Some(shown(node)), Some(text(theirs))),
            (None, Some(Json::Object(fields))) => {
                for (key, theirs) in fields {
                    self.value(&join(key), None, Some(theirs));
                }
            }
            (None, Some(theirs)) => {
                let kind = if OF_CHART.contains(&at) {
                    Kind::Right
                } else if self.is_open {
                    Kind::Miss
                } else {
                    Kind::Wrong
                };
                self.push(kind, "config", format!("{at}: none for {theirs}"));
            }
        }
    }

    /// Whether a variable of the container gives the value or part of it.
    fn is_of_environment(&self, at: &str) -> bool {
        let name = env::of_pointer(&format!("/{}", at.replace('.', "/")));
        let names = self.run["env"].as_object().into_iter().flat_map(|all| all.keys());
        !at.is_empty()
            && names.into_iter().any(|one| *one == name || one.starts_with(&format!("{name}_")) && is_list(one))
    }
}

/// Whether a variable is about an item.
fn is_list(name: &str) -> bool {
    name.rsplit('_').next().is_some_and(|end| end.parse::<u8>().is_ok())
}

fn text(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), |text| format!("{text:?}"))
}

fn shown(node: Node<'_>) -> String {
    match node.value() {
        Value::String(text) => format!("{text:?}"),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.text.to_string(),
        other => format!("{other:?}"),
    }
}

fn image(found: &mut Comparison<'_>, deployment: &Deployment) {
    let shown = |image: &Image| format!("{}:{}", image.name.trim_start_matches("docker.io/"), image.tag);
    let theirs = found.run["image"].as_str().and_then(Image::parse).map(|image| shown(&image));
    found.add("image", "image", deployment.image.known().map(shown), theirs);
}

fn switch(found: &mut Comparison<'_>, name: &str, ours: &Fact<()>, theirs: bool) {
    let ours = match ours {
        Fact::Known(..) => Some("yes".to_owned()),
        Fact::Absent => Some("no".to_owned()),
        Fact::Unknown => None,
    };
    found.add("switch", name, ours, Some(if theirs { "yes" } else { "no" }.to_owned()));
}

fn environment(found: &mut Comparison<'_>, deployment: &Deployment) {
    let Some(theirs) = found.run["env"].as_object() else { return };
    for (name, value) in theirs {
        let ours = deployment.variables.iter().rev().find(|one| one.name == *name);
        match ours {
            None => found.push(Kind::Miss, "env", format!("{name}: none for {value}")),
            Some(one) => found.add("env", name, one.value.clone(), value.as_str().map(str::to_owned)),
        }
    }
    for one in deployment.variables.iter().filter(|one| !theirs.contains_key(&one.name)) {
        // The variables of a Secret that is not there are not known.
        let kind = match &one.value {
            Some(_) => Kind::Wrong,
            None if found.run["open_env"] == true => Kind::Right,
            None => Kind::Miss,
        };
        found.push(kind, "env", format!("{}: {:?} for none", one.name, one.value));
    }
}

fn mounts(found: &mut Comparison<'_>, deployment: &Deployment) {
    let Some(theirs) = found.run["mounts"].as_object() else { return };
    let shown = |here: &Here| match here {
        Here::Path(path) => Some(path.display().to_string()),
        Here::Text(source) => Some(source.text().trim_end().to_owned()),
        Here::Nothing => Some("nothing".to_owned()),
        Here::Unknown => None,
    };
    for (there, text) in theirs {
        let at = deployment.mounts.iter().rev().find(|mount| mount.there == Path::new(there));
        let theirs = text["text"].as_str().map(|text| text.trim_end().to_owned());
        let ours = at.and_then(|mount| shown(&mount.here));
        // All that is there is known.
        let is_whole = deployment.starts.iter().all(|start| start.complete.files) && !deployment.starts.is_empty();
        let ours = if at.is_none() && is_whole { Some("no such file".to_owned()) } else { ours };
        found.add("mounts", there, ours, theirs);
    }
    for mount in deployment.mounts.iter() {
        let there = mount.there.display().to_string();
        if !theirs.contains_key(&there) {
            found.add("mounts", &there, shown(&mount.here), None);
        }
    }
}

fn of_unit(unit: &Unit, deployment: &Deployment, run: &Json) -> Vec<Compared> {
    let is_open = deployment.around.may_change("kratos.config");
    let mut found = Comparison { run, is_open, found: Vec::new() };
    let has = |word: &str| run["args"].as_array().is_some_and(|args| args.iter().any(|arg| arg == word));
    image(&mut found, deployment);
    switch(&mut found, "dev", &deployment.dev, has("--dev"));
    switch(&mut found, "watch-courier", &deployment.watch_courier, has("--watch-courier"));
    switch(&mut found, "courier", &deployment.courier, run["courier"] == true);
    environment(&mut found, deployment);
    mounts(&mut found, deployment);
    found.value("", unit.root(), Some(&run["config"]));
    found.found
}

fn compare(record: &Json) -> Vec<Compared> {
    let files = record["files"].as_object().expect("files");
    let texts = files.iter().map(|(path, text)| (path.clone(), text.as_str().unwrap_or_default().to_owned()));
    let project = Project::of(Disk::in_memory(texts));
    let met =
        files.keys().filter_map(|path| crate::discover::met(&PathBuf::from(format!("/{path}")), project.disk()).ok());
    let units = Config::default().laid(met.flatten().collect(), &project);
    let mut all = Vec::new();
    let runs: Vec<&Json> = record["runs"].as_array().into_iter().flatten().collect();
    let mut used = vec![false; runs.len()];
    for unit in &units {
        let deployment = project.deployment(unit);
        let is_wrong = |one: &Compared| one.kind == Kind::Wrong;
        let of_runs = runs.iter().enumerate().map(|(index, run)| (index, of_unit(unit, &deployment, run)));
        let best = of_runs.min_by_key(|(_, found)| found.iter().filter(|one| is_wrong(one)).count());
        let Some((index, found)) = best else { continue };
        if let Some(used) = used.get_mut(index) {
            *used = true;
        }
        let name = |one: Compared| Compared {
            text: format!("{} {} {} {}", record["id"], record["form"], unit.path(), one.text),
            ..one
        };
        all.extend(found.into_iter().map(name));
    }
    for (index, _) in used.iter().enumerate().filter(|(_, used)| !**used) {
        let text = format!("{} {} {index}", record["id"], record["form"]);
        all.push(Compared { kind: Kind::Miss, field: "run", text });
    }
    all
}

#[test]
fn releases_are_read_as_helm_renders_them() {
    check("helm.jsonl.gz", compare, 185, 6077);
}
