//! Bake files of `docker buildx bake`: which Dockerfiles they build with which arguments.
//!
//! Source: the reference of bake files (docs.docker.com/build/bake/reference); not run.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::images;
use super::reading::{Build, Reading};
use super::terraform::{attribute, blocks};
use crate::disk::plain;
use crate::text::{Source, marks};
use crate::yaml::{self, Format, Node};

/// Most targets and variables of a file.
const MAX_PARTS: usize = 200;

/// Most targets that one takes from, one after the other.
const MAX_PARENTS: usize = 8;

/// Longest text that is filled in, in bytes.
const MAX_TEXT: usize = 4_096;

/// What keeping a text costs beside its letters, in bytes.
const BYTES_OF_TEXT: usize = 64;

/// What is built.
#[derive(Default)]
struct Target {
    context: Option<String>,
    dockerfile: Option<String>,
    tags: Vec<String>,
    arguments: Vec<(String, String)>,
    inherits: Vec<String>,
}

/// What a file says.
#[derive(Default)]
struct File {
    targets: HashMap<String, Target>,
    variables: HashMap<String, String>,
}

/// Whether a file is one, by its name.
pub(super) fn is_one(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let stem = name.strip_suffix(".hcl").or_else(|| name.strip_suffix(".json"));
    stem.is_some_and(|stem| stem.split('.').any(|part| part == "docker-bake" || part == "bake"))
}

/// Remembers what a bake file builds.
pub(super) fn remember(reading: &Reading<'_>, path: &Path, source: &Arc<Source>) {
    let Some(folder) = path.parent() else { return };
    let is_json = path.extension().is_some_and(|ending| ending == "json");
    let file = if is_json { of_json(source) } else { of_hcl(source.text()) };
    for name in file.targets.keys() {
        let whole = file.whole(name);
        // Each of many targets may take thousands of texts from one, with a long value in each.
        let put_in = |text: &str| {
            let filled = file.filled(text);
            let length = filled.as_ref().map_or(0, String::len);
            if !reading.may_read(text.len() + length + BYTES_OF_TEXT) {
                reading.give_up();
            }
            filled
        };
        let context = plain(&folder.join(put_in(whole.context.as_deref().unwrap_or(".")).unwrap_or_default()));
        let dockerfile = whole.dockerfile.as_deref().unwrap_or("Dockerfile");
        let build = Build { dockerfile: plain(&context.join(dockerfile)), context };
        let arguments = whole.arguments.iter().take_while(|_| !reading.is_given_up());
        images::give(reading, &build, arguments.filter_map(|(name, value)| Some((name.clone(), put_in(value)?))));
        for tag in whole.tags.iter().take_while(|_| !reading.is_given_up()) {
            images::take(reading, &put_in(tag).unwrap_or_default(), &build);
        }
        if reading.is_given_up() {
            break;
        }
    }
}

impl File {
    /// A target with what it takes from others, which its own goes over.
    fn whole(&self, name: &str) -> Target {
        let mut whole = Target::default();
        let (mut open, mut named) = (vec![name], HashSet::new());
        for _ in 0..MAX_PARENTS {
            let Some(target) = open.pop().and_then(|name| self.targets.get(name)) else { break };
            whole.context = whole.context.or_else(|| target.context.clone());
            whole.dockerfile = whole.dockerfile.or_else(|| target.dockerfile.clone());
            // Of a name the first one counts.
            whole.arguments.extend(target.arguments.iter().filter(|(name, _)| named.insert(name.as_str())).cloned());
            if whole.tags.is_empty() {
                whole.tags.clone_from(&target.tags);
            }
            // The last one wins.
            open.extend(target.inherits.iter().map(String::as_str));
        }
        whole
    }

    /// A text with its variables put in; none when one has no default.
    fn filled(&self, text: &str) -> Option<String> {
        let put = |out: &mut String, name: &str| {
            out.push_str(self.variables.get(name.trim()).filter(|_| out.len() <= MAX_TEXT)?);
            Some(())
        };
        marks::replaced(text, ("${", "}"), put).filter(|out| out.len() <= MAX_TEXT)
    }
}

fn of_hcl(text: &str) -> File {
    let mut file = File::default();
    for block in blocks(text, 0).iter().take(MAX_PARTS) {
        let text = |name: &str| attribute(block, name).and_then(literal);
        match *block.head.as_slice() {
            ["variable", name] => {
                file.variables.extend(text("default").map(|value| (name.to_owned(), value)));
            }
            ["target", name] => {
                let list = |name: &str| attribute(block, name).map(list).unwrap_or_default();
                let arguments = attribute(block, "args").map(pairs).unwrap_or_default();
                let (context, dockerfile) = (text("context"), text("dockerfile"));
                let target = Target { context, dockerfile, tags: list("tags"), arguments, inherits: list("inherits") };
                file.targets.insert(name.to_owned(), target);
            }
            _ => {}
        }
    }
    file
}

/// A text, or the name of a variable as if it stood in one.
fn literal(expression: &str) -> Option<String> {
    let expression = expression.trim();
    if let Some(text) = expression.strip_prefix('"') {
        return text.strip_suffix('"').map(str::to_owned);
    }
    let is_name = expression.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && !expression.is_empty()).then(|| format!("${{{expression}}}"))
}

/// The texts of `["a", "b"]`.
fn list(expression: &str) -> Vec<String> {
    let inner = expression.trim().trim_start_matches('[').trim_end_matches(']');
    inner.split([',', '\n']).filter_map(literal).collect()
}

/// The texts of `{ NAME = "value" }`.
fn pairs(expression: &str) -> Vec<(String, String)> {
    let inner = expression.trim().trim_start_matches('{').trim_end_matches('}');
    let parts = inner.split([',', '\n']).filter_map(|part| part.split_once('='));
    parts.filter_map(|(name, value)| Some((name.trim().trim_matches('"').to_owned(), literal(value)?))).collect()
}

fn of_json(source: &Arc<Source>) -> File {
    let tree = yaml::parse(source, Format::Json);
    let mut file = File::default();
    let fields = |name: &str| tree.root().and_then(|root| root.get(name)).into_iter().flat_map(Node::fields);
    for variable in fields("variable").take(MAX_PARTS) {
        let default = variable.value.get("default").and_then(Node::as_str);
        file.variables.extend(default.map(|value| (variable.key.to_owned(), value.to_owned())));
    }
    for target in fields("target").take(MAX_PARTS) {
        let text = |name: &str| target.value.get(name).and_then(Node::as_str).map(str::to_owned);
        let list = |name: &str| -> Vec<String> {
            let items = target.value.get(name).into_iter().flat_map(Node::items);
            items.filter_map(Node::as_str).map(str::to_owned).collect()
        };
        let arguments = target.value.get("args").into_iter().flat_map(Node::fields);
        let arguments = arguments.filter_map(|field| Some((field.key.to_owned(), field.value.as_str()?.to_owned())));
        let one = Target {
            context: text("context"),
            dockerfile: text("dockerfile"),
            tags: list("tags"),
            arguments: arguments.collect(),
            inherits: list("inherits"),
        };
        file.targets.insert(target.key.to_owned(), one);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_take_from_others() {
        let file = of_hcl(
            "variable \"V\" {\n  default = \"v1.2.0\"\n}\ntarget \"base\" {\n  args = {\n    V = \"v1.0.0\"\n    A = V\n  }\n}\n\
             target \"auth\" {\n  inherits = [\"base\"]\n  context = \"./auth\"\n  args = { V = \"${V}\" }\n  tags = [\"acme/auth\"]\n}\n",
        );
        let whole = file.whole("auth");
        let filled = |name: &str| {
            let (_, value) = whole.arguments.iter().find(|(known, _)| known == name)?;
            file.filled(value)
        };
        assert_eq!(
            (whole.context.as_deref(), whole.tags.first().map(String::as_str)),
            (Some("./auth"), Some("acme/auth"))
        );
        assert_eq!((filled("V").as_deref(), filled("A").as_deref()), (Some("v1.2.0"), Some("v1.2.0")));
    }

    #[test]
    fn files_are_known_by_their_names() {
        for name in ["docker-bake.hcl", "docker-bake.override.hcl", "docker-bake.json", "ci/auth.bake.hcl"] {
            assert!(is_one(Path::new(name)), "{name}");
        }
        assert!(!is_one(Path::new("main.tf")) && !is_one(Path::new("baker.hcl")));
    }
}
