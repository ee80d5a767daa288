//! Values of a chart of the project that other charts of it take as a dependency (`repository: file://../auth`): what those give anew
//! is not what Kratos gets.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::chart_values::Values;
use super::folders;
use crate::disk::{Disk, plain};
use crate::unit::Unit;
use crate::yaml::Node;

/// Most values that other charts give anew.
const MAX_VALUES: usize = 2_000;

/// The chart of the project around the one that has a file of values.
#[derive(Debug)]
pub(super) struct Top {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// The pointer of the values of Ory's chart in its own.
    pub(super) at: String,
}

impl Top {
    /// Its file of values.
    pub(super) fn values(&self) -> PathBuf {
        self.folder.join("values.yaml")
    }
}

/// Most charts around each other.
const MAX_AROUND: usize = 4;

/// The outermost chart that takes the one with a file of values as a dependency; none where no chart or more than one takes it.
pub(super) fn top(path: &Path, own: &Values, charts: &[PathBuf], disk: &Disk) -> Option<Top> {
    let folder = path.parent().filter(|folder| path.ends_with("values.yaml") && is_chart(folder, disk))?;
    let mut top = Top { folder: folder.to_path_buf(), at: own.at.clone() };
    for _ in 0..MAX_AROUND {
        let mut around = charts.iter().filter_map(|chart| {
            let name = name_in(chart, &top.folder, own, disk)?;
            Some((chart.parent()?.to_path_buf(), name))
        });
        let (Some((folder, name)), None) = (around.next(), around.next()) else { break };
        top = Top { folder, at: format!("/{name}{}", top.at) };
    }
    (top.folder != folder).then_some(top)
}

/// The name by which a chart knows the one of a folder that it takes as a dependency.
fn name_in(chart: &Path, folder: &Path, own: &Values, disk: &Disk) -> Option<String> {
    let (around, source) = chart.parent().zip(disk.read(chart).ok())?;
    if around == folder || !source.text().contains("file://") {
        return None;
    }
    let tree = own.trees.of(&source);
    folders::dependency_on(tree.root()?, |repository| {
        repository.strip_prefix("file://").is_some_and(|to| plain(&around.join(to)) == *folder)
    })
}

/// The pointers, in the configuration of a unit, of what other charts of the project give anew.
pub(super) fn replaced(unit: &Unit, own: &Values, charts: &[PathBuf], disk: &Disk) -> HashSet<String> {
    let path = disk.absolute(Path::new(unit.path()));
    let mut found = HashSet::new();
    let Some(folder) = path.parent().filter(|folder| path.ends_with("values.yaml") && is_chart(folder, disk)) else {
        return found;
    };
    for chart in charts {
        let name = name_in(chart, folder, own, disk);
        let values = chart.parent().and_then(|around| disk.read(&around.join("values.yaml")).ok());
        let Some((name, values)) = name.zip(values) else { continue };
        let values = own.trees.of(&values);
        let at = format!("/{name}{}", unit.at);
        let nodes = values.root().and_then(|root| root.at(&at)).map(Node::descendants).unwrap_or_default();
        let given = nodes.into_iter().filter(|node| !node.is_mapping()).map(Node::pointer).take(MAX_VALUES);
        found.extend(given.filter_map(|pointer| pointer.strip_prefix(&at).map(str::to_owned)));
    }
    found
}

fn is_chart(folder: &Path, disk: &Disk) -> bool {
    disk.is_file(&folder.join("Chart.yaml"))
}
