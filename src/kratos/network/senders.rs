//! How a file reaches Ory Network: by the Ory CLI, which embeds `file://` itself, or by Terraform, which does not.

use std::path::{Path, PathBuf};

use crate::disk::Disk;
use crate::hcl;

/// Who sends a file, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// `ory update` or `ory patch`, in this file, and the folder where it runs: the path that it is given says so.
    Cli(String, Option<PathBuf>),
    /// A resource of Terraform, in this file.
    Terraform(String),
    /// Nothing was found.
    Unknown,
}

/// Folders around a file that are read, its own included.
const MAX_FOLDERS: usize = 5;

/// Folders of workflows and scripts, beside a file or beside a folder around it.
const BESIDE: [&str; 5] = [".github/workflows", ".circleci", "scripts", "ci", "bin"];

/// Files of a folder that are read.
const MAX_FILES: usize = 100;

/// Who sends the file at a path.
#[must_use]
pub(crate) fn of(disk: &Disk, path: &Path) -> Sender {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else { return Sender::Unknown };
    let path = disk.absolute(path);
    let Some(folder) = path.parent() else { return Sender::Unknown };
    let root = disk.root_of(folder);
    for folder in folder.ancestors().take(MAX_FOLDERS).take_while(|folder| folder.starts_with(&root)) {
        for place in std::iter::once(folder.to_path_buf()).chain(BESIDE.map(|name| folder.join(name))) {
            if let Some(sender) = in_folder(disk, &place, &path, &name) {
                return sender;
            }
        }
    }
    Sender::Unknown
}

fn in_folder(disk: &Disk, folder: &Path, sent: &Path, name: &str) -> Option<Sender> {
    let is_workflow = folder.ends_with(".github/workflows") || folder.ends_with(".circleci");
    let entries = disk.list(folder);
    let scripts = entries.iter().filter(|entry| !entry.is_folder && is_script(&entry.name, is_workflow));
    scripts.take(MAX_FILES).find_map(|entry| {
        let path: PathBuf = folder.join(&entry.name);
        let source = disk.read(&path).ok()?;
        // Scripts are read for each configuration beside them, and most do not name it.
        if !names(source.text(), name) {
            return None;
        }
        let shown = || disk.shown(&path);
        if hcl::is_terraform(&entry.name) {
            return has_ory_resource(source.text()).then(|| Sender::Terraform(shown()));
        }
        calls_cli(source.text()).then(|| Sender::Cli(shown(), working_folder(source.text(), sent, name)))
    })
}

/// The folder to which the path of a file is relative, in a text that names it; none where its paths disagree or say nothing.
fn working_folder(text: &str, sent: &Path, name: &str) -> Option<PathBuf> {
    let words = text.split(|chr: char| chr.is_whitespace() || "\"'`,;|&[]=()".contains(chr));
    let named = words.filter(|word| word.ends_with(name)).map(|word| word.trim_start_matches("./"));
    let mut found = None;
    for word in named {
        let is_plain = !word.starts_with('/') && !word.contains(['$', '*', ':', '{', '<']) && !word.contains("..");
        let folder = is_plain.then(|| sent.ancestors().nth(word.split('/').count())).flatten()?;
        // Only a path that leads to this file says where it begins.
        let is_it = folder.join(word) == sent;
        if !is_it || found.as_deref().is_some_and(|other| other != folder) {
            return None;
        }
        found = Some(folder.to_path_buf());
    }
    found
}

/// Files that run commands, by their whole name.
const SCRIPTS: [&str; 13] = [
    "makefile",
    "gnumakefile",
    "justfile",
    "jenkinsfile",
    "package.json",
    "taskfile.yml",
    "taskfile.yaml",
    ".gitlab-ci.yml",
    ".drone.yml",
    ".travis.yml",
    ".woodpecker.yml",
    "cloudbuild.yaml",
    "buildspec.yml",
];

fn is_script(name: &str, is_workflow: bool) -> bool {
    let name = name.to_ascii_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    let is_yaml = ["yml", "yaml"].contains(&ending);
    SCRIPTS.contains(&name.as_str())
        || hcl::is_terraform(&name)
        || ["sh", "bash", "mk", "ps1"].contains(&ending)
        || is_yaml && (is_workflow || name.contains("workflow") || name.contains("pipeline"))
}

/// Whether Terraform declares a resource of a provider for Ory Network (ory/ory and the older orynetwork).
fn has_ory_resource(text: &str) -> bool {
    let is_json = text.contains("\"resource\"") && text.contains("\"ory_");
    is_json
        || text.lines().any(|line| {
            let rest = line.trim_start().strip_prefix("resource").map(str::trim_start);
            rest.is_some_and(|rest| rest.starts_with("\"ory_") || rest.starts_with("\"orynetwork_"))
        })
}

/// Whether a text calls `ory update` or `ory patch` for the configuration or the project: `ory`, or a word that ends so
/// (`oryd/ory:v1`, `@ory/cli`, `./bin/ory`, `$(ORY)`), and flags between.
fn calls_cli(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || "\"'`,;|&[]".contains(c)).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty() && *word != "\\").collect();
    let is_call = |at: usize| {
        let [verb, object, ..] = words.get(at..).unwrap_or_default() else { return false };
        ["update", "patch"].contains(verb)
            && ["identity-config", "project", "ic", "kratos-config"].contains(object)
            && words.get(at.saturating_sub(MAX_FLAGS)..at).unwrap_or_default().iter().any(|word| is_cli(word))
    };
    (0..words.len()).any(is_call)
}

/// Most words between the program and what it does.
const MAX_FLAGS: usize = 6;

fn is_cli(word: &str) -> bool {
    let plain = word.trim_matches(|c: char| "$(){}@-".contains(c)).to_ascii_lowercase();
    let untagged = plain.split(':').next().unwrap_or_default();
    plain == "ory/cli" || untagged == "ory" || untagged.ends_with("/ory")
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
    fn calls_of_the_cli_are_found_as_they_are_written() {
        for text in [
            "ory update identity-config --file a.yml",
            "\t@$(ORY) patch project \\\n\t  --file a.json",
            "docker run --rm -v .:/w oryd/ory:v1.1 update project --file a.json",
            "npx @ory/cli patch identity-config --add '/a=1'",
            "\"sync\": \"./bin/ory --yes update ic -f a.json\"",
        ] {
            assert!(calls_cli(text), "{text}");
        }
        for text in ["apt update project", "theory update project", "ory get identity-config", "ory list projects"] {
            assert!(!calls_cli(text), "{text}");
        }
    }

    #[test]
    fn the_path_of_a_file_says_where_the_cli_runs() {
        let of = |text: &str| working_folder(text, Path::new("/p/ory/config.yaml"), "config.yaml");
        assert_eq!(of("ory update ic --file ory/config.yaml"), Some(PathBuf::from("/p")));
        assert_eq!(of("cd ory && ory update ic --file=./config.yaml"), Some(PathBuf::from("/p/ory")));
        for unclear in [
            "ory update ic --file $DIR/config.yaml",
            "ory update ic --file /srv/ory/config.yaml",
            "ory update ic --file other/config.yaml",
            "ory update ic --file ory/config.yaml; cd ory; ory update ic --file config.yaml",
            "ory update ic",
        ] {
            assert_eq!(of(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn a_name_is_whole() {
        assert!(names("ory update identity-config --file ory/config.yaml", "config.yaml"));
        assert!(names("file(\"${path.module}/config.yaml\")", "config.yaml"));
        assert!(!names("--file ory/identity-config.yaml", "config.yaml"));
    }
}
