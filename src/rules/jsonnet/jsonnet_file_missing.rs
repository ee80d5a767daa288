//! `jsonnet-file-missing`: a Jsonnet file of this project that is not there.

use std::path::Path;
use std::sync::Arc;

use crate::deployment::Start;
use crate::diagnostic::{Effect, Level};
use crate::documents::Checked;
use crate::files::{Here, Mount};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-file-missing",
    aliases: &[],
    summary: "Jsonnet file that does not exist",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-BODY-FILE-MISSING"],
    docs: r#"
## What happens

Each evaluation fails, and the flow ends with an error.

## Why

Kratos opens the file at each use, relative to its working directory (not to the configuration). It does not check at
start. Reported only when the path is relative, and its folder is in this project and contains other Jsonnet files, or when
the server mounts a folder of this project there that git does not ignore: anything else may exist where Kratos runs.

## What to do

Correct the path, or add the file.

## Versions

All versions.

## Source

oryx/fetcher/fetcher.go:fetchFile (all versions); ran on all versions.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for document in context.documents() {
        let Some(path) = document.missing.as_ref() else { continue };
        // A file that is there but cannot be read is another matter.
        let beside = context.files.beside_file(path);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_among_others = beside.iter().any(|entry| entry.name.ends_with(".jsonnet"));
        if beside.iter().any(|entry| entry.name == name) || !(is_among_others || is_mounted(context, document)) {
            continue;
        }
        for reference in &document.references {
            let message = format!("each evaluation fails: the file {name} does not exist");
            _ = out.report(reference.node, message).help("correct the path, or add the file");
        }
    }
}

/// Whether each server sees a folder of the project at the path, in which nothing makes the file.
fn is_mounted(context: &Context, document: &Checked) -> bool {
    let starts = &context.deployment.starts;
    let disk = context.files.disk();
    let is_of_project = |start: &Arc<Start>, address: &str| {
        let there = Path::new(address.strip_prefix("file://").unwrap_or(address));
        let is_folder = |mount: &Mount| matches!(&mount.here, Here::Path(folder) if disk.is_folder(folder));
        let is_kept = || matches!(start.resolve(address), Here::Path(path) if !disk.ignores(&path));
        start.mounts.around(there).is_some_and(is_folder) && is_kept()
    };
    let mut addresses = document.references.iter().filter_map(|reference| reference.node.as_str());
    !starts.is_empty() && addresses.all(|address| starts.iter().all(|start| is_of_project(start, address)))
}
