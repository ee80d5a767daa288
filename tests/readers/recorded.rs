//! What the readers say of recorded projects, against what the real tools made of them.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value as Json;

use super::{Fact, Image, Start, Survey};
use crate::disk::{Disk, plain};
use crate::files::Here;
use crate::kratos::env::{self, Variable, godotenv};
use crate::kratos::version::Version;
use crate::text::Source;

/// How far a reader is from the tool that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It says something else.
    Wrong,
    /// It says nothing where the tool knows.
    Miss,
    /// It says the same.
    Right,
}

/// What was compared of a start.
pub(super) struct Compared {
    pub(super) kind: Kind,
    pub(super) field: &'static str,
    pub(super) text: String,
}

/// Names a file of other records, which are compared instead.
const RECORDED: &str = "RECORDED";

/// Where the projects are.
const ROOT: &str = "/p";

fn records(file: &str) -> Vec<Json> {
    let path = std::env::var_os(RECORDED).map(PathBuf::from);
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/readers").join(file);
    let bytes = std::fs::read(path.unwrap_or_else(own)).expect("the records");
    let mut text = String::new();
    match GzDecoder::new(bytes.as_slice()).read_to_string(&mut text) {
        Ok(_) => {}
        Err(_) => text = String::from_utf8(bytes).expect("UTF-8"),
    }
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn survey(record: &Json) -> Survey {
    let files = record["files"].as_object().expect("files");
    let files = files.iter().map(|(path, text)| (format!("p/{path}"), text.as_str().unwrap_or_default().to_owned()));
    Survey::of(&Disk::in_memory(files), Path::new(ROOT))
}

/// What differs between the outer environments of the record: it may be known as the tool says without one, or not at all.
fn is_open(facts: &Json, name: &str) -> bool {
    let open = facts["open"].as_array().into_iter().flatten().filter_map(Json::as_str);
    open.into_iter().any(|open| open == name || open == "*")
}

struct Comparison<'r> {
    facts: &'r Json,
    found: Vec<Compared>,
}

impl Comparison<'_> {
    fn add(&mut self, field: &'static str, key: &str, ours: Option<String>, theirs: Option<String>) {
        let text = format!("{key}: {ours:?} for {theirs:?}");
        let kind = match (ours, theirs) {
            (Some(ours), Some(theirs)) if ours == theirs => Kind::Right,
            (None, None) => Kind::Right,
            (None, Some(_)) if is_open(self.facts, key) => Kind::Right,
            (None, Some(_)) => Kind::Miss,
            _ => Kind::Wrong,
        };
        self.found.push(Compared { kind, field, text });
    }
}

fn text_of(json: &Json) -> Option<String> {
    json.as_str().map(str::to_owned)
}

fn image(found: &mut Comparison<'_>, start: &Start) {
    let shown = |image: &Image| format!("{}:{}", image.name, image.tag);
    let ours = start.image.known().map(shown);
    let theirs = found.facts["image"].as_str().and_then(Image::parse).map(|image| shown(&image));
    found.add("image", "image", ours, theirs);
}

/// The words of the command line: one by one where some are not known.
fn arguments(found: &mut Comparison<'_>, start: &Start) {
    let Some(theirs) = found.facts["args"].as_array() else { return };
    let theirs: Vec<&str> = theirs.iter().filter_map(Json::as_str).collect();
    let theirs = if theirs.is_empty() { vec!["serve"] } else { theirs };
    let whole = Some(format!("{theirs:?}"));
    let ours = match &start.arguments {
        Fact::Known(words, _) if words.iter().all(Option::is_some) => {
            Some(format!("{:?}", words.iter().flatten().collect::<Vec<_>>()))
        }
        Fact::Known(words, _) => {
            let is_same = words.iter().flatten().all(|word| theirs.contains(&word.as_str()));
            if is_same { None } else { Some(format!("{words:?}")) }
        }
        _ => None,
    };
    found.add("args", "args", ours, whole);
}

fn environment(found: &mut Comparison<'_>, start: &Start) {
    let Some(theirs) = found.facts["env"].as_object() else { return };
    let is_name = |name: &str| crate::kratos::secrets::is_variable_name(name);
    for (name, value) in theirs.iter().filter(|(name, _)| is_name(name)) {
        let ours = start.variables.get(name);
        let key = format!("env:{name}");
        match ours {
            None if !start.more_variables && value.is_string() => {
                found.add("env", &key, Some("no such name".to_owned()), text_of(value));
            }
            _ => found.add("env", &key, ours.and_then(|one| one.value.clone()), text_of(value)),
        }
    }
    for one in start.variables.effective() {
        let is_there = theirs.contains_key(&one.name) || is_open(found.facts, &format!("env:{}", one.name));
        if !is_there && one.value.is_some() {
            found.add("env", &one.name, one.value.clone(), None);
        }
    }
}

fn mounts(found: &mut Comparison<'_>, start: &Start) {
    let Some(theirs) = found.facts["mounts"].as_object() else { return };
    let shown = |here: &Here| match here {
        // Outside there is nothing to know.
        Here::Path(path) => path.starts_with(ROOT).then(|| path.display().to_string()),
        Here::Text(source) => Some(format!("text {}", source.text().replace('\r', "").trim_end())),
        Here::Nothing => Some("nothing".to_owned()),
        Here::Unknown => None,
    };
    for (there, here) in theirs {
        let at = start.mounts.iter().rev().find(|mount| mount.there == Path::new(there));
        let theirs = match here {
            Json::String(path) => Some(plain(&Path::new(ROOT).join(path)).display().to_string()),
            Json::Object(text) => {
                text.get("text").and_then(Json::as_str).map(|text| format!("text {}", text.trim_end()))
            }
            _ => None,
        };
        let ours = at.and_then(|mount| shown(&mount.here));
        // A text with variables is filled in later.
        let is_later = ours.as_deref().is_some_and(|ours| ours.starts_with("text ") && ours.contains('$'));
        if !is_later {
            found.add("mounts", &format!("mount:{there}"), ours, theirs);
        }
    }
    for mount in start.mounts.iter() {
        let there = mount.there.display().to_string();
        let is_open = || {
            found.facts["open"].as_array().is_some_and(|open| {
                open.iter().any(|open| open.as_str().is_some_and(|open| open.starts_with("mount:")))
            })
        };
        if !theirs.contains_key(&there) && !is_open() {
            found.add("mounts", &there, shown(&mount.here), None);
        }
    }
}

fn working_folder(found: &mut Comparison<'_>, start: &Start) {
    let Some(theirs) = text_of(&found.facts["workdir"]).filter(|folder| !folder.is_empty()) else { return };
    let theirs = plain(Path::new(&theirs)).display().to_string();
    found.add("workdir", "workdir", Some(start.working_folder.display().to_string()), Some(theirs));
}

/// The start of a service in the files that a tool read, the last of which has the last word. Without any it read those of its own.
fn start<'s>(survey: &'s Survey, name: &str, used: &[&str]) -> Option<&'s Start> {
    let is_own = |path: &str| !path.ends_with("prod.yml");
    let is_read = |path: &str| used.last().map_or_else(|| is_own(path), |last| path.ends_with(last));
    let named = || survey.starts.iter().map(AsRef::as_ref).filter(|start| start.name == name);
    named().find(|start| is_read(start.place.source.path())).or_else(|| named().next())
}

fn compare(record: &Json) -> Vec<Compared> {
    let survey = survey(record);
    let mut all = Vec::new();
    for run in record["runs"].as_array().into_iter().flatten() {
        let used: Vec<&str> = run["use"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        for (name, facts) in run["services"].as_object().into_iter().flatten() {
            let mut found = Comparison { facts, found: Vec::new() };
            let is_kratos = facts["image"].as_str().and_then(Image::parse).is_some();
            match start(&survey, name, &used) {
                Some(start) => {
                    image(&mut found, start);
                    arguments(&mut found, start);
                    environment(&mut found, start);
                    mounts(&mut found, start);
                    working_folder(&mut found, start);
                }
                None if is_kratos => found.add("start", name, None, Some("a start".to_owned())),
                None => {}
            }
            let used = used.join(" ");
            let named =
                |one: Compared| Compared { text: format!("{} {used} {name} {}", record["id"], one.text), ..one };
            all.extend(found.found.into_iter().map(named));
        }
    }
    all
}

/// What was compared in the records of a file; what is wrong or missed is printed for other records.
fn compared(file: &str, of_record: fn(&Json) -> Vec<Compared>) -> Vec<Compared> {
    let compared: Vec<Compared> = records(file).iter().flat_map(of_record).collect();
    let is_other = std::env::var_os(RECORDED).is_some();
    for one in compared.iter().filter(|one| is_other && one.kind != Kind::Right) {
        println!("{:?} {} {}", one.kind, one.field, one.text);
    }
    compared
}

/// Nothing is wrong, and at most so many of so many facts are missed.
pub(super) fn check(file: &str, of_record: fn(&Json) -> Vec<Compared>, most_missed: usize, least_facts: usize) {
    let compared = compared(file, of_record);
    let of = |kind: Kind| compared.iter().filter(move |one| one.kind == kind);
    let (wrong, missed) = (of(Kind::Wrong).map(|one| one.text.as_str()).collect::<Vec<_>>(), of(Kind::Miss).count());
    println!("{} facts, {} wrong, {missed} missed", compared.len(), wrong.len());
    assert_eq!(wrong, [] as [&str; 0]);
    assert!(missed <= most_missed && compared.len() >= least_facts, "{missed} missed of {}", compared.len());
}

#[test]
fn compose_projects_are_read_as_compose_reads_them() {
    check("compose.jsonl.gz", compare, 66, 2431);
}

/// A file of variables, as both parsers of Kratos and that of compose read it.
fn compare_file(record: &Json) -> Vec<Compared> {
    let source = Source::new(".env", record["text"].as_str().expect("a text"));
    let of_versions = ["v1.3.1", "v1.2.0"].map(|name| Version::parse(name).map(|asked| asked.version));
    let [new, old] = of_versions.map(|version| godotenv::variables(&source, version));
    let both = godotenv::variables(&source, None);
    let mut found = Vec::new();
    for (tool, field, variables) in
        [("new", "new", &new), ("old", "old", &old), ("compose", "compose", &env::of_env_file(&source))]
    {
        let facts = &record[tool];
        // Compose stops at such a file.
        let Some(theirs) = facts["env"].as_object() else { continue };
        let mut one = Comparison { facts, found: Vec::new() };
        let named = |name: &str| variables.iter().find(|variable| variable.name == name);
        for (name, value) in theirs {
            one.add(field, name, named(name).and_then(|variable| variable.value.clone()), text_of(value));
        }
        for variable in variables.iter().filter(|variable| !theirs.contains_key(&variable.name)) {
            one.add(field, &variable.name, variable.value.clone(), None);
        }
        let text = format!("{:?}", source.text());
        found.extend(one.found.into_iter().map(|one| Compared { text: format!("{} of {text}", one.text), ..one }));
    }
    let agree = both.iter().filter_map(|one| Some((one, one.value.as_ref()?)));
    let is_in =
        |all: &[Variable], one: &Variable| all.iter().any(|other| other.name == one.name && other.value == one.value);
    for (one, _) in agree.filter(|(one, _)| !is_in(&new, one) || !is_in(&old, one)) {
        found.push(Compared { kind: Kind::Wrong, field: "both", text: one.name.clone() });
    }
    found
}

#[test]
fn files_of_variables_are_read_as_kratos_and_compose_read_them() {
    check("variables.jsonl.gz", compare_file, 11, 4485);
}

#[test]
fn scripts_are_read_as_a_shell_reads_them() {
    check("shell.jsonl.gz", compare, 321, 2689);
}

/// The overlays of a project, each of which one of the starts is, or says nothing.
fn compare_overlays(record: &Json) -> Vec<Compared> {
    let survey = survey(record);
    let mut all = Vec::new();
    for facts in record["overlays"].as_array().into_iter().flatten() {
        let of_start = |start: &Start| {
            let mut found = Comparison { facts, found: Vec::new() };
            image(&mut found, start);
            arguments(&mut found, start);
            environment(&mut found, start);
            configuration(&mut found, record, start);
            found.found
        };
        let is_wrong = |one: &Compared| one.kind == Kind::Wrong;
        let best = survey
            .starts
            .iter()
            .map(|start| of_start(start))
            .min_by_key(|found| found.iter().filter(|one| is_wrong(one)).count());
        let none = || vec![Compared { kind: Kind::Wrong, field: "start", text: "no start".to_owned() }];
        let name = |one: Compared| Compared { text: format!("{} {} {}", record["id"], facts["top"], one.text), ..one };
        all.extend(best.unwrap_or_else(none).into_iter().map(name));
    }
    all
}

/// The texts of the files in the folder of the configuration.
fn configuration(found: &mut Comparison<'_>, record: &Json, start: &Start) {
    for (key, text) in found.facts["config"].as_object().into_iter().flatten() {
        let ours = match start.resolve(&format!("/etc/config/{key}")) {
            Here::Path(path) => {
                let path = path.strip_prefix(ROOT).expect("inside").display().to_string();
                Some(text_of(&record["files"][path]).unwrap_or_default())
            }
            Here::Text(source) => Some(source.text().to_owned()),
            Here::Nothing => Some("nothing".to_owned()),
            Here::Unknown => None,
        };
        found.add("config", key, ours, text_of(text));
    }
}

#[test]
fn overlays_are_read_as_kustomize_builds_them() {
    check("kustomize.jsonl.gz", compare_overlays, 112, 1410);
}

#[test]
fn components_and_patches_are_read_as_kustomize_builds_them() {
    check("patches.jsonl.gz", compare_overlays, 515, 1285);
}
