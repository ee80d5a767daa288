//! Releases of Kratos in lists of the tools of a project: mise (`mise.toml`), asdf (`.tool-versions`), aqua (`aqua.yaml`), devbox
//! (`devbox.json`) and flox (`manifest.toml`); and files of tools of which no reader knows how they start it.

use std::path::Path;
use std::sync::Arc;

use super::{Fact, Image, release};
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node, template};

/// Whether a file is a list of mise.
pub(super) fn is_of_mise(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "mise.toml" || name == ".mise.toml")
}

/// Whether a file is a list of asdf.
pub(super) fn is_of_asdf(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".tool-versions")
}

/// Whether a file is one of a tool or shell that no reader here knows, by its name in small letters: what it starts is not known,
/// and the image that it names is.
pub(super) fn is_unread(name: &str) -> bool {
    const ENDINGS: [&str; 15] =
        ["ps1", "psm1", "bat", "cmd", "fish", "sls", "pp", "plist", "bzl", "bazel", "bu", "butane", "ign", "xml", "nu"];
    const NAMES: [&str; 16] = [
        "app.json",
        "build",
        "captain-definition",
        "acornfile",
        "composer.json",
        "devcontainer.json",
        ".devcontainer.json",
        "go.mod",
        "launch.json",
        "makefile.toml",
        "kcl.mod",
        "manifest.toml",
        "pixi.toml",
        "project.json",
        "pyproject.toml",
        "workspace",
    ];
    // Terraform, Ansible and Levant fill in scripts, jobs and tasks.
    let of_script =
        |rest: &str| [".sh", ".bash", ".json", ".hcl", ".nomad"].iter().any(|ending| rest.ends_with(ending));
    let is_one = |(rest, ending): (&str, &str)| {
        ENDINGS.contains(&ending) || template::ENDINGS.contains(&ending) && of_script(rest)
    };
    // Compose files of app stores.
    let is_compose = name.strip_prefix("docker-compose").is_some_and(|rest| rest.rsplit('.').next() == Some("json"));
    is_compose || NAMES.contains(&name) || name.rsplit_once('.').is_some_and(is_one)
}

/// Whether a text has the word `serve` and the name of Kratos.
pub(super) fn serves(text: &str) -> bool {
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
    text.contains("kratos") && text.split("serve").skip(1).any(is_end)
}

/// The releases that a file names.
pub(super) fn of(path: &Path, source: &Arc<Source>) -> Vec<Fact<Image>> {
    let is_of_aqua =
        path.file_name().is_some_and(|name| name.to_string_lossy().trim_start_matches('.').starts_with("aqua."));
    if is_of_asdf(path) {
        return of_asdf(source);
    }
    if path.ends_with(".flox/env/manifest.toml") {
        let tree = yaml::parse(source, Format::Toml);
        let version = tree.root().and_then(|root| root.find("install.kratos.version"));
        return version.and_then(|version| fact(version.as_str()?, version.place())).into_iter().collect();
    }
    if path.ends_with("devbox.json") {
        return of_devbox(yaml::parse(source, Format::Json).root());
    }
    if !is_of_mise(path) && !is_of_aqua {
        return Vec::new();
    }
    let tree = yaml::parse(source, if is_of_aqua { Format::Yaml } else { Format::Toml });
    let Some(root) = tree.root() else { return Vec::new() };
    if is_of_aqua { of_aqua(root) } else { of_mise(root) }
}

/// Whether a name is that of Kratos, with or without who publishes it: `kratos`, `ubi:ory/kratos`.
fn is_kratos(name: &str) -> bool {
    let name = name.rsplit(':').next().unwrap_or(name);
    matches!(name, "kratos" | "ory-kratos" | "ory/kratos")
}

fn fact(tag: &str, place: Place) -> Option<Fact<Image>> {
    let asked = release(tag).filter(|_| tag.contains('.'))?;
    Some(Fact::Known(Image { name: "ory/kratos".to_owned(), tag: tag.to_owned(), asked: Some(asked) }, place))
}

/// `packages` as a list of `kratos@1.3.1`, or as a map with versions.
fn of_devbox(root: Option<Node<'_>>) -> Vec<Fact<Image>> {
    let Some(packages) = root.and_then(|root| root.get("packages")) else { return Vec::new() };
    let listed = packages.items().filter_map(|item| {
        let (name, version) = item.as_str()?.split_once('@')?;
        fact(Some(version).filter(|_| is_kratos(name))?, item.place())
    });
    let mapped = packages.fields().filter(|field| is_kratos(field.key)).filter_map(|field| {
        let version = field.value.get("version").unwrap_or(field.value);
        fact(version.as_str()?, version.place())
    });
    listed.chain(mapped).collect()
}

/// Lines `name version`.
fn of_asdf(source: &Arc<Source>) -> Vec<Fact<Image>> {
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    let found = lines.filter_map(|span| {
        let mut words = source.slice(span).split_whitespace();
        let is_one = words.next().is_some_and(is_kratos);
        fact(words.next().filter(|_| is_one)?, Place::new(source, span))
    });
    found.collect()
}

/// `[tools]` with a version as a text, a list, or in a table.
fn of_mise(root: Node<'_>) -> Vec<Fact<Image>> {
    let tools = root.get("tools").into_iter().flat_map(Node::fields).filter(|tool| is_kratos(tool.key));
    let version = |value: Node<'_>| {
        let version = value.get("version").or_else(|| value.items().next()).unwrap_or(value);
        fact(version.as_str()?, version.place())
    };
    tools.filter_map(|tool| version(tool.value)).collect()
}

/// `packages` with `name: ory/kratos@v1.3.1`, or the version beside the name.
fn of_aqua(root: Node<'_>) -> Vec<Fact<Image>> {
    let packages = root.select("packages[]").into_iter().filter_map(|package| {
        let node = package.get("name")?;
        let (name, version) =
            node.as_str()?.split_once('@').map_or((node.as_str()?, None), |(name, tag)| (name, Some(tag)));
        if !is_kratos(name) {
            return None;
        }
        match version {
            Some(version) => fact(version, node.place()),
            None => package.get("version").and_then(|node| fact(node.as_str()?, node.place())),
        }
    });
    packages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_tools() {
        let tags = |name: &str, text: &str| -> Vec<String> {
            let found = of(Path::new(name), &Source::new(name, text));
            found.iter().filter_map(Fact::known).map(|image| image.tag.clone()).collect()
        };
        assert_eq!(tags(".tool-versions", "nodejs 20.1.0\nkratos 1.3.1\nkratos-ui 2.0.0\n"), ["1.3.1"]);
        assert_eq!(tags("mise.toml", "[tools]\n\"ubi:ory/kratos\" = \"v1.2.0\"\n"), ["v1.2.0"]);
        assert_eq!(tags(".mise.toml", "[tools]\nkratos = { version = \"1.1.0\", os = [\"linux\"] }\n"), ["1.1.0"]);
        assert_eq!(tags("mise.toml", "[tools]\nkratos = [\"1.0.0\"]\n"), ["1.0.0"]);
        assert!(tags("mise.toml", "[tools]\nkratos = \"latest\"\n").is_empty());
        assert_eq!(
            tags("aqua.yaml", "packages:\n  - name: ory/kratos@v1.3.0\n  - name: ory/hydra@v2.2.0\n"),
            ["v1.3.0"]
        );
        assert_eq!(tags("aqua.yaml", "packages:\n  - name: ory/kratos\n    version: v1.3.0\n"), ["v1.3.0"]);
        assert!(tags("values.yaml", "packages:\n  - name: ory/kratos@v1.3.0\n").is_empty());
    }
}
