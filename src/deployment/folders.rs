//! Folders of charts of the project: what is around a file of values, and charts inside each other.

use std::path::{Path, PathBuf};

use crate::disk::{Disk, plain};
use crate::kratos::chart;
use crate::yaml::{self, Format, Node};

/// `values.yaml` of the folder or of one around it, for a file of values that is laid over it.
pub(super) fn base_of(path: &Path, disk: &Disk) -> Option<PathBuf> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_named_as_base = matches!(name.as_str(), "values.yaml" | "values.yml");
    if is_named_as_base && !is_of_environment(path, disk) {
        return None;
    }
    let folders = path.parent().into_iter().flat_map(|folder| folder.ancestors().take(3));
    let folders = folders.skip(usize::from(is_named_as_base));
    let mut named = folders.flat_map(|folder| ["values.yaml", "values.yml"].map(|name| folder.join(name)));
    named.find(|file| disk.holds_file(file))
}

/// Whether a `values.yaml` is that of one environment among others: `env/local/values.yaml`. A chart has values of its own.
fn is_of_environment(path: &Path, disk: &Disk) -> bool {
    const FOLDERS: [&str; 6] = ["env", "envs", "environment", "environments", "overlays", "stages"];
    let Some(folder) = path.parent().filter(|folder| !disk.is_file(&folder.join("Chart.yaml"))) else { return false };
    let around = folder.parent().and_then(Path::file_name);
    around.is_some_and(|name| FOLDERS.iter().any(|one| name == *one))
}

/// A chart that another one depends on.
pub(super) struct Dependency<'t> {
    /// The name of the chart, and the one by which the other chart knows it.
    pub(super) chart: &'t str,
    pub(super) name: &'t str,
    pub(super) repository: &'t str,
    pub(super) version: Option<Node<'t>>,
}

impl<'t> Dependency<'t> {
    /// The charts called `kratos` among those of a `Chart.yaml`.
    pub(super) fn of_kratos(chart: Node<'t>) -> Vec<Dependency<'t>> {
        Dependency::all(chart).filter(|known| known.chart == chart::NAME).collect()
    }

    /// Those of a `Chart.yaml`.
    pub(super) fn all(chart: Node<'t>) -> impl Iterator<Item = Dependency<'t>> {
        chart.select("dependencies[]").into_iter().map(|node| {
            let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default();
            let name = if text("alias").is_empty() { text("name") } else { text("alias") };
            Dependency { chart: text("name"), name, repository: text("repository"), version: node.get("version") }
        })
    }
}

/// The folders that a chart takes dependencies from, as it names them, with the names by which it knows those.
pub(super) fn dependencies_on_folders(chart: Node<'_>) -> Vec<(&str, &str)> {
    Dependency::all(chart).filter_map(|known| Some((known.repository.strip_prefix("file://")?, known.name))).collect()
}

/// Most charts of the project inside each other.
const MAX_CHARTS: usize = 4;

/// The chart of the project in which Ory's chart is a dependency, for the pointer of its values in those of a chart around that:
/// `/auth/kratos` where `auth` is a chart of the project too.
pub(super) fn innermost(chart: &Path, at: &str, disk: &Disk) -> PathBuf {
    let holding = chain(chart, at, disk).into_iter().rfind(|(_, rest)| !rest.is_empty());
    holding.map_or_else(|| chart.to_path_buf(), |(folder, _)| folder)
}

/// A chart of the project and those in it, the outermost first, each with the pointer of the values of Ory's chart in its own.
pub(super) fn chain<'a>(chart: &Path, at: &'a str, disk: &Disk) -> Vec<(PathBuf, &'a str)> {
    let mut found = vec![(chart.to_path_buf(), at)];
    while let Some((folder, rest)) = found.last().filter(|_| found.len() <= MAX_CHARTS) {
        let key = rest.trim_start_matches('/');
        let name = key.split('/').next().unwrap_or_default();
        let after = key.get(name.len()..).unwrap_or_default();
        let Some(inner) = part(folder, name, disk).filter(|_| !name.is_empty()) else { break };
        found.push((inner, after));
    }
    found
}

/// The chart whose folder is around a file.
pub(super) fn chart_around<'p>(path: &'p Path, disk: &Disk) -> Option<&'p Path> {
    path.ancestors().skip(1).take(3).find(|folder| is_chart(folder, disk))
}

/// The folder of a chart of the project that another one knows by a name: a dependency on a folder, or a folder in `charts`.
fn part(folder: &Path, name: &str, disk: &Disk) -> Option<PathBuf> {
    let tree = yaml::parse(&disk.read(&folder.join("Chart.yaml")).ok()?, Format::Yaml);
    let dependency = Dependency::all(tree.root()?).find(|known| known.name == name);
    let (chart, repository) = dependency.map_or((name, ""), |known| (known.chart, known.repository));
    let found = match repository.strip_prefix("file://") {
        Some(to) => plain(&folder.join(to)),
        None if repository.is_empty() => folder.join("charts").join(chart),
        None => return None,
    };
    is_chart(&found, disk).then_some(found)
}

/// Whether a folder is that of a chart.
pub(super) fn is_chart(folder: &Path, disk: &Disk) -> bool {
    disk.is_file(&folder.join("Chart.yaml"))
}
