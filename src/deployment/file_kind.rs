//! What files may be by their names, for the readers of how Kratos is started.

use std::path::Path;

use super::{bake, tools};
use crate::kratos::schema;
use crate::yaml::template;

/// What a file may be, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Yaml,
    Dockerfile,
    Script,
    Makefile,
    Procfile,
    Program,
    Hcl,
    UnitFile,
    Toml,
    Settings,
    Json,
    Tiltfile,
}

pub(super) fn kind_of(path: &Path) -> Option<FileKind> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let filled = name.rsplit_once('.').filter(|(_, ending)| template::ENDINGS.contains(ending)).map(|(name, _)| name);
    let is_yaml = |name: &str| matches!(name.rsplit_once('.'), Some((_, "yml" | "yaml")));
    if filled.is_some_and(is_yaml) {
        return Some(FileKind::Yaml);
    }
    if filled.is_some_and(|name| matches!(name.rsplit_once('.'), Some((_, "container" | "service")))) {
        return Some(FileKind::UnitFile);
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    Some(match ending {
        "yml" | "yaml" => FileKind::Yaml,
        "sh" | "bash" | "zsh" => FileKind::Script,
        "mk" => FileKind::Makefile,
        "tf" | "tofu" | "hcl" | "nomad" | "tfvars" => FileKind::Hcl,
        "container" | "service" => FileKind::UnitFile,
        // What scripts source, and what names an image in a language of its own.
        "conf" | "cfg" | "ini" | "env" | "nix" | "dhall" | "bicep" => FileKind::Settings,
        _ if tools::is_unread(&name) => FileKind::Settings,
        "json" if matches!(name.as_str(), "package.json" | "deno.json" | "railway.json" | "dockerrun.aws.json") => {
            FileKind::Json
        }
        "json" if matches!(name.as_str(), "devbox.json" | "containers.json" | "azuredeploy.json") => FileKind::Settings,
        // Task definitions of ECS, and templates of CloudFormation.
        "json" if bake::is_one(path) => FileKind::Json,
        "json"
            if ["task", "ecs", "template", "stack", "cloudformation", "cfn"].iter().any(|word| name.contains(word)) =>
        {
            FileKind::Json
        }
        // Terraform in JSON says what a program does.
        "json" if name.ends_with(".tf.json") => FileKind::Program,
        "toml" if matches!(name.as_str(), "railway.toml" | "fly.toml") => FileKind::Toml,
        "toml" if tools::is_of_mise(path) => FileKind::Settings,
        _ if tools::is_of_asdf(path) => FileKind::Settings,
        "go" | "ts" | "js" | "cjs" | "mts" | "py" | "rs" | "java" | "kt" | "cs" | "rb" | "cue" | "mjs" | "rake"
        | "php" | "exs" | "kts" | "gradle" | "groovy" => FileKind::Program,
        _ if name.starts_with("dockerfile") || name.ends_with("dockerfile") || name.starts_with("containerfile") => {
            FileKind::Dockerfile
        }
        _ if name.contains("makefile") || name == "justfile" => FileKind::Makefile,
        _ if matches!(name.as_str(), "vagrantfile" | "earthfile") => FileKind::Settings,
        _ if matches!(name.as_str(), "rakefile" | "jenkinsfile") => FileKind::Program,
        _ if name.starts_with("procfile") => FileKind::Procfile,
        _ if name == "tiltfile" => FileKind::Tiltfile,
        // Entrypoints often have no ending.
        "" if name.contains("entrypoint") || name.contains("start") || name.contains("run") => FileKind::Script,
        _ if !name.contains('.') && is_of_scripts(path) => FileKind::Script,
        _ => return None,
    })
}

/// Whether a file is in a folder for scripts, which often have no ending.
fn is_of_scripts(path: &Path) -> bool {
    const FOLDERS: [&str; 10] =
        ["bin", "script", "scripts", "hack", "tools", "ci", "rc.d", "init.d", "tasks", "mise-tasks"];
    path.parent().and_then(Path::file_name).is_some_and(|folder| FOLDERS.iter().any(|name| folder == *name))
}

/// Whether a file surely says nothing of how a server is started: a configuration of Kratos alone, or a kind of file that no
/// reader here looks at.
pub(super) fn is_silent(path: &Path, text: &str) -> bool {
    match kind_of(path) {
        Some(FileKind::Yaml) => {
            let text = text.trim_start_matches('\u{feff}');
            let mut lines = text.lines().filter(|line| line.starts_with(|c: char| !c.is_whitespace() && c != '#'));
            let is_key = |key: &str| !schema::rows(key.trim_matches(['"', '\''])).is_empty();
            lines.all(|line| line.split_once(':').is_some_and(|(key, _)| is_key(key)))
        }
        Some(_) => false,
        None => path
            .extension()
            .is_some_and(|ending| ["jsonnet", "libsonnet", "json", "gotmpl"].iter().any(|of| ending == *of)),
    }
}
