//! How a file reaches Ory Network: by the Ory CLI, which embeds `file://` itself, or by Terraform, which does not.

use std::path::{Path, PathBuf};

use crate::disk::Disk;

/// Who sends a file, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// `ory update` or `ory patch`, in this file.
    Cli(String),
    /// A resource of Terraform, in this file.
    Terraform(String),
    /// Nothing was found.
    Unknown,
}

/// Folders around a file that are looked at, its own included.
const MAX_FOLDERS: usize = 5;

/// Files of a folder that are looked at.
const MAX_FILES: usize = 100;

/// Who sends the file at a path.
#[must_use]
pub fn of(disk: &Disk, path: &Path) -> Sender {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else { return Sender::Unknown };
    let path = disk.absolute(path);
    let Some(folder) = path.parent() else { return Sender::Unknown };
    let root = disk.root_of(folder);
    for folder in folder.ancestors().take(MAX_FOLDERS).take_while(|folder| folder.starts_with(&root)) {
        for place in [folder.to_path_buf(), folder.join(".github/workflows")] {
            if let Some(sender) = in_folder(disk, &place, &name) {
                return sender;
            }
        }
    }
    Sender::Unknown
}

fn in_folder(disk: &Disk, folder: &Path, name: &str) -> Option<Sender> {
    let is_workflow = folder.ends_with(".github/workflows");
    let entries = disk.list(folder);
    let scripts = entries.iter().filter(|entry| !entry.is_folder && is_script(&entry.name, is_workflow));
    scripts.take(MAX_FILES).find_map(|entry| {
        let path: PathBuf = folder.join(&entry.name);
        let source = disk.read(&path).ok()?;
        let terraform = entry.name.rsplit('.').next() == Some("tf");
        let sends = if terraform { has_ory_resource(source.text()) } else { calls_cli(source.text()) };
        let shown = disk.shown(&path);
        (sends && names(source.text(), name)).then_some(if terraform {
            Sender::Terraform(shown)
        } else {
            Sender::Cli(shown)
        })
    })
}

fn is_script(name: &str, is_workflow: bool) -> bool {
    let name = name.to_ascii_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    let is_yaml = ["yml", "yaml"].contains(&ending);
    ["makefile", "justfile", "package.json", "taskfile.yml", ".gitlab-ci.yml"].contains(&name.as_str())
        || ["sh", "bash", "tf", "mk", "ps1"].contains(&ending)
        || is_yaml && (is_workflow || name.contains("workflow") || name.contains("pipeline"))
}

/// Whether Terraform declares a resource of a provider for Ory Network (ory/ory and the older orynetwork).
fn has_ory_resource(text: &str) -> bool {
    text.lines().any(|line| {
        let rest = line.trim_start().strip_prefix("resource").map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with("\"ory_") || rest.starts_with("\"orynetwork_"))
    })
}

/// Whether a text calls `ory update` or `ory patch` for the configuration or the project.
fn calls_cli(text: &str) -> bool {
    ["update", "patch"].iter().any(|verb| {
        ["identity-config", "project", "ic"].iter().any(|object| text.contains(&format!("ory {verb} {object}")))
    })
}

/// Whether a text names a file: its name with nothing of a name around it.
fn names(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '.';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(|c| is_part(c) && c != '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_whole() {
        assert!(names("ory update identity-config --file ory/config.yaml", "config.yaml"));
        assert!(names("file(\"${path.module}/config.yaml\")", "config.yaml"));
        assert!(!names("--file ory/identity-config.yaml", "config.yaml"));
    }
}
