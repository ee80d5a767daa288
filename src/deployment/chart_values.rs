//! Files of values of Ory's chart, and what is in them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::charts;
use super::folders::Dependency;
use super::installed;
use super::layer::parsed;
use crate::disk::Disk;
use crate::text::{Place, Source, Span};
use crate::unit::Unit;
use crate::yaml::{self, Format, Node, Tree};

/// The trees of files of values: many configurations can stand in one file.
#[derive(Debug, Default)]
pub(crate) struct Trees {
    by_path: Arc<Mutex<HashMap<String, Arc<Tree>>>>,
    /// The trees of the documents of whole files.
    documents: Mutex<HashMap<String, Documents>>,
    /// The tags that files of values in a folder name, by the pointer of the values.
    pub(super) tags: Mutex<HashMap<(PathBuf, String), Tag>>,
}

/// A tag, and where it is named.
pub(super) type Tag = Option<(String, Place)>;

/// Trees of documents.
type Documents = Arc<Vec<Tree>>;

impl Trees {
    /// The same trees for a project in which some texts differ.
    pub(crate) fn again(&self) -> Trees {
        Trees { by_path: Arc::clone(&self.by_path), ..Trees::default() }
    }

    fn documents(&self, whole: &Arc<Source>) -> Documents {
        let mut known = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Arc::new(yaml::documents(whole).iter().map(parsed).collect());
        Arc::clone(known.entry(whole.path().to_owned()).or_insert_with(read))
    }

    pub(super) fn of(&self, source: &Arc<Source>) -> Arc<Tree> {
        let mut trees = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees.get(source.path()).filter(|tree| Arc::ptr_eq(tree.source(), source)) {
            return Arc::clone(tree);
        }
        let tree = Arc::new(parsed(source));
        trees.insert(source.path().to_owned(), Arc::clone(&tree));
        tree
    }
}

/// Values of the chart around a unit.
#[derive(Debug)]
pub(crate) struct Values {
    pub(super) tree: Arc<Tree>,
    /// Pointer of the chart's values in the tree.
    pub(super) at: String,
    /// The same in the file, where that holds the tree as a text.
    pub(super) outer: String,
    pub(super) trees: Arc<Trees>,
}

impl Values {
    /// The values around the configuration of a unit, if it is `kratos.config` of a chart.
    pub(crate) fn around(unit: &Unit, trees: &Arc<Trees>) -> Option<Values> {
        if unit.at.is_empty() {
            return None;
        }
        let tree = trees.of(unit.source());
        let inner =
            suffixes(&unit.at).find(|at| tree.root().and_then(|root| root.at(at)).is_some_and(Node::is_mapping))?;
        let at = inner.strip_suffix("/kratos/config")?.to_owned();
        let outer = unit.at.strip_suffix("/kratos/config")?.to_owned();
        Some(Values { tree, at, outer, trees: Arc::clone(trees) })
    }

    /// The value at a path of keys joined by dots.
    pub(crate) fn find(&self, path: &str) -> Option<Node<'_>> {
        self.root()?.find(path)
    }

    /// The name by which `Chart.yaml` beside the values takes Ory's chart as a dependency, when the values stand at the top of their
    /// file: there they are not those of the dependency.
    pub(crate) fn dependency(&self, disk: &Disk) -> Option<String> {
        if !self.at.is_empty() {
            return None;
        }
        let path = disk.absolute(Path::new(self.tree.source().path()));
        let chart = yaml::parse(&disk.read(&path.with_file_name("Chart.yaml")).ok()?, Format::Yaml);
        let kratos = Dependency::of_kratos(chart.root()?);
        let of_ory =
            |dependency: &Dependency<'_>| [".ory.sh", "/ory"].iter().any(|of| dependency.repository.contains(of));
        kratos.into_iter().find(of_ory).map(|dependency| dependency.name.to_owned())
    }

    /// The release of the chart that the manifest around the values names, and where. The values may stand in it as a text.
    pub(super) fn release(&self) -> Option<(String, Place)> {
        let whole = Place::new(self.tree.source(), Span::at(0)).in_file().source;
        let of = |document: &Tree| {
            let of_tool = || charts::around(document.root()?.at(&self.outer)?);
            installed::around(document, &self.outer).or_else(of_tool)
        };
        self.trees.documents(&whole).iter().find_map(of)
    }

    /// Where they begin in their file.
    pub(super) fn byte(&self) -> usize {
        self.root().map_or(0, |root| root.place().in_file().span.start)
    }

    /// The topmost value of the chart.
    pub(crate) fn root(&self) -> Option<Node<'_>> {
        self.tree.root()?.at(&self.at)
    }
}

/// A pointer and its ends, longest first.
fn suffixes(at: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(at), |at| at.get(1..)?.find('/').and_then(|next| at.get(next + 1..)))
}
