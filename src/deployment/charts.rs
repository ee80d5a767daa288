//! Releases of Ory's chart in files of tools without a reader of their own: Garden, `DevSpace`, Helmsman, Zarf, vendir, Sveltos,
//! `KubeVela`, Cluster API, Pulumi in YAML, Tanka, kapp. All write a map with the name of the chart, its release and its repository.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::installed::{Given, is_chart, of_command};
use super::layer::Layer;
use super::reading::Reading;
use super::shell;
use super::steps;
use crate::disk::plain;
use crate::kratos::chart;
use crate::text::{Place, Source};
use crate::yaml::{self, Format, Node};

/// Keys of the name of a chart.
const CHARTS: [&str; 6] = ["chart", "chartName", "name", "remoteChart", "chart_ref", "chartname"];

/// Keys of its release.
const RELEASES: [&str; 4] = ["version", "chartVersion", "chart_version", "targetRevision"];

/// Keys of its repository.
const REPOSITORIES: [&str; 9] = [
    "repo",
    "repoURL",
    "repository",
    "repositoryURL",
    "url",
    "repositoryOpts.repo",
    "repository.url",
    "repo_url",
    "chartRepository",
];

/// Keys of files of values.
const FILES: [&str; 6] = ["valuesFile", "valueFile", "valuesFiles", "valueFiles", "values", "valueYamlFiles"];

/// Deepest map around values whose chart they are for.
const MAX_AROUND: usize = 4;

/// The release of Ory's chart that a map names.
fn release(map: Node<'_>) -> Option<(String, Place)> {
    let text = |key: &str| map.find(key).and_then(Node::as_str);
    let name = CHARTS.into_iter().filter_map(text).find(|name| is_chart(name))?;
    let is_of_ory = |repository: &str| repository.contains(chart::HOST);
    if !name.starts_with("ory/") && !REPOSITORIES.into_iter().filter_map(text).any(is_of_ory) {
        return None;
    }
    let version = RELEASES.into_iter().find_map(|key| map.get(key))?;
    Some((version.as_str()?.to_owned(), version.place()))
}

/// The release that a map or the chart in it names.
fn named(map: Node<'_>) -> Option<(String, Place)> {
    let inner = ["chart", "helmChart"].into_iter().filter_map(|key| map.get(key));
    release(map).or_else(|| inner.filter(|node| node.is_mapping()).find_map(release))
}

/// The release of the chart around values in a file of any such tool.
pub(super) fn around(values: Node<'_>) -> Option<(String, Place)> {
    values.ancestors().skip(1).take(MAX_AROUND).find_map(named)
}

/// The releases with the files of values beside them, of all files that name Ory's repository or its chart.
pub(super) fn of_yaml(files: &[(PathBuf, Arc<Source>)]) -> Vec<Given> {
    let is_wanted = |text: &str| text.contains(chart::HOST) || text.contains("ory/kratos");
    let mut found = Vec::new();
    for (path, source) in files.iter().filter(|(_, source)| is_wanted(source.text())) {
        let Some(folder) = path.parent() else { continue };
        for tree in yaml::documents(source).iter().map(|one| yaml::parse(one, Format::Yaml)) {
            let maps =
                tree.root().map(Node::descendants).unwrap_or_default().into_iter().filter(|map| map.is_mapping());
            found.extend(maps.filter_map(|map| {
                let version = named(map)?;
                let files = FILES.into_iter().filter_map(|key| map.get(key)).flat_map(|node| files_of(node, folder));
                Some(Given { files: files.map(Layer::from).collect(), version: Some(version), ..Given::default() })
            }));
        }
    }
    found
}

/// The commands of files of tasks, with their own variables put in.
pub(super) fn of_task_files(reading: &Reading<'_>, files: &[(PathBuf, Arc<Source>)]) -> Vec<Given> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
    let is_one = |path: &Path| name(path).is_some_and(|name| name.starts_with("taskfile"));
    let files = files.iter().filter(|(path, source)| is_one(path) && source.text().contains("helm "));
    let mut found = Vec::new();
    for (path, _) in files {
        let Some(tree) = reading.tree(path) else { continue };
        found.extend(tree.root().zip(path.parent()).into_iter().flat_map(|(root, folder)| of_tasks(root, folder)));
    }
    found
}

fn of_tasks(document: Node<'_>, folder: &Path) -> Vec<Given> {
    let tasks = steps::tasks(document, folder, "helm ");
    let found = tasks.into_iter().flat_map(|(node, text, folder)| {
        let commands = shell::commands(&text, &|_| None);
        let of_command = |command: &shell::Command| of_command(&command.words, &node.place(), &folder);
        commands.iter().filter_map(of_command).collect::<Vec<_>>()
    });
    found.collect()
}

/// The files that a text or a list of texts names.
fn files_of(node: Node<'_>, folder: &Path) -> Vec<PathBuf> {
    let texts = node.items().chain([node]).filter_map(Node::as_str);
    let is_file = |text: &&str| [".yaml", ".yml"].iter().any(|ending| text.ends_with(ending)) && !text.contains("://");
    texts.filter(is_file).filter(|text| !text.contains(['$', '{'])).map(|text| plain(&folder.join(text))).collect()
}

/// Whether a program may install the chart: it names the repository and no other chart of that.
pub(super) fn may_install(text: &str) -> bool {
    const OTHERS: [&str; 4] = ["hydra", "keto", "oathkeeper", "maester"];
    text.contains(chart::HOST) && text.contains(chart::NAME) && !OTHERS.iter().any(|other| text.contains(other))
}

/// The release of the chart in a program: `chart: "kratos", version: "0.47.0"`.
pub(super) fn of_program(source: &Arc<Source>) -> Vec<Given> {
    if !may_install(source.text()) {
        return Vec::new();
    }
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    let mut found = Vec::new();
    for span in lines.filter(|span| source.slice(*span).to_ascii_lowercase().contains("version")) {
        let text = source.slice(span);
        let quoted: Vec<&str> = text.split(['"', '\'', '`']).collect();
        // A text after the word `version`, with nothing but signs between them.
        let values = quoted.iter().enumerate().filter(|(at, _)| at % 2 == 1).filter(|(at, _)| {
            let mut before = quoted.iter().take(*at).rev().map(|part| part.trim_end_matches([' ', ':', '=', '(', ',']));
            before.find(|part| !part.is_empty()).is_some_and(|part| part.to_ascii_lowercase().ends_with("version"))
        });
        let versions = values.filter(|(_, value)| chart::default_tag(value).is_some());
        found.extend(versions.map(|(_, value)| Given {
            version: Some(((*value).to_owned(), Place::new(source, span))),
            ..Given::default()
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(found: Vec<Given>) -> Vec<String> {
        found.into_iter().filter_map(|given| given.version.map(|(version, _)| version)).collect()
    }

    #[test]
    fn a_map_names_the_chart_its_release_and_its_repository() {
        let read = |text: &str| {
            let source = Source::new("a.yml", text);
            versions(of_yaml(&[(PathBuf::from("/p/a.yml"), source)]))
        };
        let host = "https://k8s.ory.sh/helm/charts";
        assert_eq!(read(&format!("a:\n  chart: kratos\n  version: 0.47.0\n  repo: {host}\n")), ["0.47.0"]);
        assert_eq!(read("a:\n  chart: ory/kratos\n  version: 0.47.0\n"), ["0.47.0"]);
        for other in [
            format!("a:\n  chart: hydra\n  version: 0.47.0\n  repo: {host}\n"),
            format!("a:\n  name: kratos\n  version: 1.2.0\n# {host}\n"),
            "a:\n  chart: acme/kratos\n  version: 0.47.0\n  repo: https://charts.acme.example\n".to_owned(),
        ] {
            assert!(read(&other).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_program_names_the_chart() {
        let read = |text: &str| versions(of_program(&Source::new("index.ts", text)));
        let repo = "repo: \"https://k8s.ory.sh/helm/charts\"";
        assert_eq!(read(&format!("chart: \"kratos\", version: \"0.47.0\", {repo}")), ["0.47.0"]);
        assert!(read(&format!("chart: \"kratos\", version: pinned(\"x\"), {repo}")).is_empty());
        assert!(read(&format!("charts: [\"kratos\", \"hydra\"], version: \"0.47.0\", {repo}")).is_empty());
        assert!(read("chart: \"kratos\", version: \"0.47.0\"").is_empty());
    }
}
