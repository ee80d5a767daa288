//! Values of a chart of the project that other charts of it take as a dependency (`repository: file://../auth`): what those give anew
//! is not what Kratos gets.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::chart_values::Values;
use super::folders::{self, is_chart};
use crate::disk::{Disk, plain};
use crate::unit::Unit;
use crate::yaml::{self, Format, Node};

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

/// The charts of a project that take others of it as dependencies, by the folders of those.
#[derive(Debug, Default)]
pub(super) struct Umbrellas(HashMap<PathBuf, Vec<(PathBuf, String)>>);

impl Umbrellas {
    pub(super) fn of(charts: &[PathBuf], disk: &Disk) -> Umbrellas {
        let mut found: HashMap<PathBuf, Vec<(PathBuf, String)>> = HashMap::new();
        for chart in charts {
            let Some((around, source)) = chart.parent().zip(disk.read(chart).ok()) else { continue };
            if !source.text().contains("file://") {
                continue;
            }
            let tree = yaml::parse(&source, Format::Yaml);
            for (to, name) in tree.root().map(folders::dependencies_on_folders).unwrap_or_default() {
                let folder = plain(&around.join(to));
                if folder != around {
                    found.entry(folder).or_default().push((around.to_path_buf(), name.to_owned()));
                }
            }
        }
        Umbrellas(found)
    }

    /// The charts that take the one of a folder, each with the name by which it knows that.
    fn around(&self, folder: &Path) -> &[(PathBuf, String)] {
        self.0.get(folder).map(Vec::as_slice).unwrap_or_default()
    }

    /// The outermost chart that takes the one with a file of values as a dependency; none where no chart or more than one takes it.
    pub(super) fn top(&self, path: &Path, own: &Values, disk: &Disk) -> Option<Top> {
        let folder = path.parent().filter(|folder| path.ends_with("values.yaml") && is_chart(folder, disk))?;
        let mut top = Top { folder: folder.to_path_buf(), at: own.at.clone() };
        for _ in 0..MAX_AROUND {
            let [(folder, name)] = self.around(&top.folder) else { break };
            top = Top { folder: folder.clone(), at: format!("/{name}{}", top.at) };
        }
        (top.folder != folder).then_some(top)
    }
}

/// The pointers, in the configuration of a unit, of what other charts of the project give anew.
pub(super) fn replaced(unit: &Unit, own: &Values, umbrellas: &Umbrellas, disk: &Disk) -> HashSet<String> {
    let path = disk.absolute(Path::new(unit.path()));
    let mut found = HashSet::new();
    let Some(folder) = path.parent().filter(|folder| path.ends_with("values.yaml") && is_chart(folder, disk)) else {
        return found;
    };
    for (around, name) in umbrellas.around(folder) {
        let Ok(values) = disk.read(&around.join("values.yaml")) else { continue };
        let values = own.trees.of(&values);
        let at = format!("/{name}{}", unit.at);
        let nodes = values.root().and_then(|root| root.at(&at)).map(Node::descendants).unwrap_or_default();
        let given = nodes.into_iter().filter(|node| !node.is_mapping()).map(Node::pointer).take(MAX_VALUES);
        found.extend(given.filter_map(|pointer| pointer.strip_prefix(&at).map(str::to_owned)));
    }
    found
}
