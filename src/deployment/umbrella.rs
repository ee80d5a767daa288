//! Values of a chart of the project that other charts of it take as a dependency (`repository: file://../auth`): what those give anew
//! is not what Kratos gets.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::helm::{self, Values};
use crate::disk::{Disk, plain};
use crate::unit::Unit;
use crate::yaml::Node;

/// Most values that other charts give anew.
const MAX_VALUES: usize = 2_000;

/// The pointers, in the configuration of a unit, of what other charts of the project give anew.
pub(super) fn replaced(unit: &Unit, own: &Values, charts: &[PathBuf], disk: &Disk) -> HashSet<String> {
    let path = disk.absolute(Path::new(unit.path()));
    let mut found = HashSet::new();
    let Some(folder) = path.parent().filter(|folder| path.ends_with("values.yaml") && is_chart(folder, disk)) else {
        return found;
    };
    for chart in charts {
        let Some((around, source)) = chart.parent().zip(disk.read(chart).ok()) else { continue };
        if around == folder || !source.text().contains("file://") {
            continue;
        }
        let tree = own.of(&source);
        let name = tree.root().and_then(|root| {
            let is_own = |repository: &str| {
                repository.strip_prefix("file://").is_some_and(|to| plain(&around.join(to)) == *folder)
            };
            helm::dependency_at(root, is_own)
        });
        let Some((name, values)) = name.zip(disk.read(&around.join("values.yaml")).ok()) else { continue };
        let values = own.of(&values);
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
