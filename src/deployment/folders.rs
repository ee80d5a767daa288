//! Folders of charts of the project: what is around a file of values, and charts inside each other.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::{Disk, plain};
use crate::text::Source;
use crate::yaml::{self, Format, Node};

/// The values of the chart under a file of values.
pub(super) fn base_under(path: &Path, chart: Option<&Path>, disk: &Disk) -> Vec<Arc<Source>> {
    let Some(chart) = chart else { return base_of(path, disk) };
    let file = chart.join("values.yaml");
    let is_own = disk.real(&file) == disk.real(path);
    if is_own { Vec::new() } else { disk.read(&file).into_iter().collect() }
}

/// `values.yaml` of the folder or of one around it, for a file of values that is laid over it.
fn base_of(path: &Path, disk: &Disk) -> Vec<Arc<Source>> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_named_as_base = matches!(name.as_str(), "values.yaml" | "values.yml");
    if is_named_as_base && !is_of_environment(path, disk) {
        return Vec::new();
    }
    let folders = path.parent().into_iter().flat_map(|folder| folder.ancestors().take(3));
    let folders = folders.skip(usize::from(is_named_as_base));
    let named = folders.flat_map(|folder| ["values.yaml", "values.yml"].map(|name| folder.join(name)));
    named.filter_map(|file| disk.read(&file).ok()).take(1).collect()
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
    /// Those of a `Chart.yaml`.
    pub(super) fn all(chart: Node<'t>) -> impl Iterator<Item = Dependency<'t>> {
        chart.select("dependencies[]").into_iter().map(|node| {
            let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default();
            let name = if text("alias").is_empty() { text("name") } else { text("alias") };
            Dependency { chart: text("name"), name, repository: text("repository"), version: node.get("version") }
        })
    }
}

/// Most charts of the project inside each other.
const MAX_CHARTS: usize = 4;

/// The chart of the project in which Ory's chart is a dependency, and the pointer of its values there, for values of a chart around
/// that: `/auth/kratos` where `auth` is a chart of the project too.
pub(super) fn innermost<'a>(chart: &Path, at: &'a str, disk: &Disk) -> (PathBuf, &'a str) {
    let (mut folder, mut rest) = (chart.to_path_buf(), at);
    for _ in 0..MAX_CHARTS {
        let Some((name, after)) = rest.trim_start_matches('/').split_once('/') else { break };
        let Some(inner) = part(&folder, name, disk) else { break };
        (folder, rest) = (inner, rest.get(rest.len() - after.len() - 1..).unwrap_or_default());
    }
    (folder, rest)
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

fn is_chart(folder: &Path, disk: &Disk) -> bool {
    disk.is_file(&folder.join("Chart.yaml"))
}
