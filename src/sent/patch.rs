//! Patches of a project: JSON Patch documents for `ory patch project --file`, and `--add` and `--replace` of `ory patch` in
//! scripts and workflows.
//!
//! Source: github.com/ory/cli v1.3.3, cmd/cloudx/client (iohelpers.go, patch.go): the paths of `ory patch project` begin with
//! `/services/identity/config`, those of `ory patch identity-config` do not; `path=JSON` is split at the first `=`.

mod words;

use std::sync::Arc;

use super::mould::value_of;
use super::{By, Mould, Remark, RemarkKind, Sent};
use crate::hcl::{Content, Value};
use crate::kratos::network::{IN_PROJECT, content};
use crate::kratos::view;
use crate::text::{Place, Source, Span};
use crate::unit::Unit;
use crate::yaml::{self, Format, Node};
use words::Word;

/// Most patches of a file that are checked.
const MAX_PATCHES: usize = 200;

/// The unit of a JSON Patch document for a project of Ory Network; none when it is something else.
#[must_use]
pub(crate) fn of_document(source: &Arc<Source>, root: Node<'_>) -> Option<Unit> {
    let path_of = |operation: Node<'_>| operation.get("path").and_then(Node::as_str).unwrap_or_default().to_owned();
    // Its other operations may change other services, the name or the origins of the project.
    if !content::is_patch(root) || !root.items().any(|operation| within(&path_of(operation)).is_some()) {
        return None;
    }
    let mut patch = Patch::new(source);
    for operation in root.items() {
        let (at, value) = (operation.get("path"), operation.get("value"));
        let puts = matches!(operation.get("op").and_then(Node::as_str), Some("add" | "replace"));
        if let (Some(at), Some(value), true) = (at, value, puts)
            && let Some(below) = within(at.as_str().unwrap_or_default())
        {
            let mut value = value_of(value, 0);
            value.key = at.place().in_file().span;
            patch.put(below, value);
        }
    }
    Some(patch.unit())
}

/// The part of a path below the configuration.
fn within(path: &str) -> Option<&str> {
    path.strip_prefix(IN_PROJECT).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a text may call `ory patch` with values.
#[must_use]
pub(crate) fn is_worth_reading(text: &str) -> bool {
    text.contains("ory patch ") && (text.contains("--add") || text.contains("--replace"))
}

/// Whether a file is a script, by its name.
#[must_use]
pub(crate) fn is_script(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending.to_ascii_lowercase().as_str(), "sh" | "bash"))
}

/// The units of a script: one for each `ory patch`.
#[must_use]
pub(crate) fn of_script(source: &Arc<Source>) -> Vec<Unit> {
    if !is_worth_reading(source.text()) {
        return Vec::new();
    }
    let mut found = Patches::new(source);
    found.read(source);
    found.units()
}

/// The units of the scripts in a workflow.
#[must_use]
pub(crate) fn of_workflow(source: &Arc<Source>, root: Node<'_>) -> Vec<Unit> {
    if !is_worth_reading(source.text()) {
        return Vec::new();
    }
    let is_script = |node: &Node<'_>| {
        let around = node.index().and(node.parent()).unwrap_or(*node);
        matches!(around.key(), Some("run" | "script" | "command" | "commands" | "cmd" | "cmds"))
    };
    let scripts =
        root.descendants().into_iter().filter(|node| node.as_str().is_some_and(is_worth_reading) && is_script(node));
    let mut found = Patches::new(source);
    for script in scripts.filter_map(Node::embedded) {
        found.read(&script);
        if found.beyond.is_some() {
            break;
        }
    }
    found.units()
}

/// The patches of a file, as many as are checked.
struct Patches<'s> {
    file: &'s Arc<Source>,
    units: Vec<Unit>,
    /// Words of scripts that may still be read.
    left: usize,
    /// Where the first one is that is not read, and why.
    beyond: Option<(Place, &'static str)>,
}

impl<'s> Patches<'s> {
    fn new(file: &'s Arc<Source>) -> Patches<'s> {
        Patches { file, units: Vec::new(), left: words::MAX_WORDS, beyond: None }
    }

    fn read(&mut self, script: &Arc<Source>) {
        for command in words::commands(script, &mut self.left) {
            let Some(unit) = of_command(self.file, script, &command) else { continue };
            if self.units.len() == MAX_PATCHES {
                let at = command.first().map(Word::span).unwrap_or_default();
                self.beyond = Some((Place::new(script, at), "it has more than 200 patches"));
                return;
            }
            self.units.push(unit);
        }
        if self.left == 0 {
            self.beyond = Some((Place::new(script, Span::at(0)), "its scripts have more than 20,000 words"));
        }
    }

    /// The patches, and that there are more.
    fn units(self) -> Vec<Unit> {
        let mut units = self.units;
        if let Some((place, why)) = self.beyond {
            let last = units.pop().unwrap_or_else(|| Patch::new(self.file).unit());
            units.push(last.limited(place, why));
        }
        units
    }
}

fn of_command(file: &Arc<Source>, script: &Arc<Source>, command: &[Word]) -> Option<Unit> {
    let start = command.iter().position(|word| word.text == "ory" || word.text.ends_with("/ory"))?;
    let rest = command.get(start + 1..)?;
    let is_verb = rest.first().is_some_and(|word| word.text == "patch");
    let is_project = match rest.get(1).filter(|_| is_verb)?.text.as_str() {
        "identity-config" | "ic" => false,
        "project" => true,
        _ => return None,
    };
    let mut patch = Patch::new(file);
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let flags = ["--add", "--replace"];
        let joined = flags.iter().find_map(|flag| word.after(flag.len() + 1, &format!("{flag}=")));
        let argument = if flags.contains(&word.text.as_str()) { words.next().cloned() } else { joined };
        let Some(argument) = argument else { continue };
        patch.argument(script, &argument, is_project);
    }
    (!patch.mould.is_empty() || !patch.remarks.is_empty()).then(|| patch.unit())
}

/// What a patch puts into the configuration.
struct Patch {
    mould: Mould,
    remarks: Vec<Remark>,
    file: Arc<Source>,
}

impl Patch {
    fn new(file: &Arc<Source>) -> Patch {
        Patch { mould: Mould::new(vec![Arc::clone(file)]), remarks: Vec::new(), file: Arc::clone(file) }
    }

    /// Puts a value at a path of the configuration.
    fn put(&mut self, path: &str, value: Value) {
        let path: Vec<String> = path.split('/').skip(1).map(yaml::pointer_key).collect();
        match (path.is_empty(), value.content) {
            (true, Content::Map(fields)) => fields.into_iter().for_each(|(key, field)| self.mould.put(&[key], field)),
            (true, _) => {}
            (false, content) => self.mould.put(&path, Value { content, ..value }),
        }
    }

    /// Puts `path=JSON` of an argument.
    fn argument(&mut self, script: &Arc<Source>, argument: &Word, is_project: bool) {
        let Some((path, json)) = argument.text.split_once('=') else { return };
        let below = if is_project { within(path) } else { Some(path) };
        let (Some(below), Some(written)) = (below, argument.after(path.len() + 1, "")) else { return };
        let source = Source::embedded(script, written.text.clone(), written.pieces.clone());
        // `${{ vars.LIFESPAN }}`, also within single quotes, and `$(LIFESPAN)` of a Makefile: another program fills it in.
        let is_template = json.contains('$') || view::is_placeholder(json);
        let is_known = !json.contains(words::UNKNOWN) && !path.contains(words::UNKNOWN) && !is_template;
        if is_known && serde_json::from_str::<serde::de::IgnoredAny>(json).is_err() {
            let place = Place::new(script, written.span()).in_file();
            self.remarks.push(Remark { kind: RemarkKind::NotJson, place, other: None, word: below.to_owned() });
            return;
        }
        let tree = yaml::parse(&source, Format::Json);
        let Some(root) = tree.root().filter(|_| tree.faults().is_empty() && !json.trim().is_empty()) else { return };
        let mut value = value_of(root, 0);
        forget(&mut value);
        let place = |part: &Word| Place::new(script, part.span()).in_file().span;
        value.key = argument.before(path.len()).map_or(value.span, |path| place(&path));
        if root.as_str().is_some_and(|text| text.starts_with("file://")) {
            let (kind, place) = (RemarkKind::FileAlone, Place::new(&self.file, value.span));
            self.remarks.push(Remark { kind, place, other: None, word: below.to_owned() });
            value.content = Content::Unknown;
        }
        self.put(below, value);
    }

    fn unit(self) -> Unit {
        let sent = Sent { by: By::Cli, is_part: true, knows_schemas: false, remarks: self.remarks };
        Unit::sent(self.mould.tree(), String::new(), sent)
    }
}

/// Texts that variables of the script fill in are unknown.
fn forget(value: &mut Value) {
    match &mut value.content {
        Content::Text(text) if text.value.contains(words::UNKNOWN) => value.content = Content::Unknown,
        Content::List(items) => items.iter_mut().for_each(forget),
        Content::Map(fields) => fields.iter_mut().for_each(|(_, field)| forget(field)),
        _ => {}
    }
}
