//! Values of Ory's chart laid over each other, as Helm lays them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::Fact;
use super::chart_values::Values;
use super::folders;
use super::installed::Given;
use super::layer::Layer;
use super::set_values;
use super::umbrella::Top;
use crate::disk::Disk;
use crate::text::{Place, Source};
use crate::unit::InChart;
use crate::yaml::overlay::Lists;
use crate::yaml::{Node, Tree};

/// Values that are laid under and over those of a unit; later ones win.
#[derive(Debug, Default)]
pub(crate) struct Around {
    under: Vec<Values>,
    over: Vec<Values>,
    /// What the command that installs the chart sets over all.
    settings: Option<Values>,
    /// All of them with those of the unit between, as the chart gets them.
    merged: OnceLock<Option<Values>>,
    /// Names with dots that the command which installs the chart sets.
    set: Vec<String>,
    /// Whether more is laid over the files, and what is not known.
    is_open: bool,
}

impl Around {
    /// The values at a path in these files and that of a unit, the one that wins first.
    pub(crate) fn all<'v>(&'v self, own: &'v Values, path: &str) -> impl Iterator<Item = Node<'v>> {
        let layers = self.over.iter().rev().chain([own]).chain(self.under.iter().rev());
        layers.filter_map(move |values| values.find(path))
    }

    /// The value that the chart gets at a path.
    pub(crate) fn find<'v>(&'v self, own: &'v Values, path: &str) -> Option<Node<'v>> {
        let merged = self.merged.get_or_init(|| merged(own, &self.under, self.over.iter().chain(&self.settings)));
        merged.as_ref().unwrap_or(own).find(path).filter(|node| !node.is_null())
    }

    /// Whether the chart may get something else at a path, below or around it, than these files say.
    pub(crate) fn may_change(&self, path: &str) -> bool {
        let is_below = |one: &str, other: &str| {
            one.strip_prefix(other).is_some_and(|it| it.is_empty() || it.starts_with(['.', '[']))
        };
        self.is_open || self.set.iter().any(|name| is_below(name, path) || is_below(path, name))
    }

    /// Whether a configuration is laid over that of the unit.
    pub(super) fn is_covered(&self) -> bool {
        self.over.iter().any(|values| values.find("kratos.config").is_some_and(Node::is_mapping))
    }

    /// What is around the configuration of the unit.
    pub(crate) fn of_configuration(&self) -> InChart {
        InChart {
            under: configuration(self.under.iter()),
            over: configuration(self.over.iter()),
            set: configuration(self.settings.iter()),
        }
    }
}

fn configuration<'v>(layers: impl Iterator<Item = &'v Values>) -> Option<Tree> {
    let of = |values: &Values| {
        let node = values.find("kratos.config").filter(|node| node.is_mapping())?;
        Some(node.tree().subtree(node.id()))
    };
    layers.filter_map(of).reduce(|under, over| under.overlaid(&over, Lists::Replace))
}

/// What the chart gets: the values of a unit, those around them, and what the command that installs it sets.
pub(super) struct Layers<'v> {
    pub(super) own: &'v Values,
    pub(super) around: Around,
    pub(super) given: &'v Given,
    /// The folder of the chart that the file of the unit gives its values to, when the command that installs it names one.
    pub(super) folder: Option<&'v Path>,
}

impl Layers<'_> {
    /// The value that the chart gets.
    pub(super) fn find(&self, path: &str) -> Option<Node<'_>> {
        self.around.find(self.own, path)
    }

    /// A switch of the chart. A text is truthy for Go's templates, also "false".
    pub(super) fn switch(&self, path: &str, default: bool, place: &Place) -> Fact<()> {
        match self.find(path) {
            Some(node) if node.is_unknown() => Fact::Unknown,
            Some(node) if node.is_true() || node.as_str().is_some_and(|text| !text.is_empty()) => {
                Fact::Known((), node.place())
            }
            _ if self.given.is_open => Fact::Unknown,
            None if default => Fact::Known((), place.clone()),
            Some(_) | None => Fact::Absent,
        }
    }

    /// All values of a release in the order in which they are laid over each other.
    pub(super) fn of<'v>(mine: &Mine<'v>, given: &'v Given) -> Layers<'v> {
        let (own, disk) = (mine.values, mine.disk);
        let file = disk.real(mine.path);
        let given_at = given.position(&file, own.byte(), disk);
        let below = match (mine.top, given_at.and_then(|at| given.files.get(at))) {
            (Some(top), _) => top.at.as_str(),
            (None, Some(layer)) => layer.below(&own.at).unwrap_or_default(),
            (None, None) => own.at.as_str(),
        };
        let of_charts = mine.of_charts(given, below, given_at.is_some());
        let own_at = given_at.map(|at| at + of_charts.len());
        let own_at = own_at.or_else(|| of_charts.iter().position(|(path, _)| disk.real(path) == file));
        let at = own_at.unwrap_or(of_charts.len());
        let is_own = |index: usize| own_at == Some(index);
        let charts = of_charts.iter().map(|(path, at)| beneath(&disk.read(path).ok()?, own, at));
        let files = given.files.iter().map(|layer| of_layer(layer, own, below, disk));
        let (under, over): (Vec<_>, Vec<_>) =
            charts.chain(files).enumerate().filter(|(index, _)| !is_own(*index)).partition(|(index, _)| *index < at);
        let known =
            |layers: Vec<(usize, Option<Values>)>| layers.into_iter().filter_map(|(_, values)| values).collect();
        let (under, over): (Vec<Values>, Vec<Values>) = (known(under), known(over));
        let settings = set_values::tree(&given.set).and_then(|tree| part(Arc::new(tree), own, below));
        let is_missing = |layer: &Layer| layer.part().is_none() && disk.read(&layer.path).is_err();
        let is_partial = given.is_partial || given.files.iter().any(is_missing);
        let set = given.set.iter().map(|(name, ..)| without(name, below).to_owned()).collect();
        let around =
            Around { under, over, settings, merged: OnceLock::new(), set, is_open: given.is_open || is_partial };
        Layers { own, around, given, folder: given.folder.as_deref().filter(|_| mine.top.is_none()) }
    }
}

/// The values of a unit, and where they are.
pub(super) struct Mine<'v> {
    pub(super) values: &'v Values,
    /// Their file.
    pub(super) path: &'v Path,
    /// The chart of the project around that of the file.
    pub(super) top: Option<&'v Top>,
    pub(super) disk: &'v Disk,
}

impl Mine<'_> {
    /// The files of values of the charts of the project under those of a release, each with the pointer of the values of Ory's chart
    /// in it, first to last.
    fn of_charts<'a>(&self, given: &Given, below: &'a str, is_given: bool) -> Vec<(PathBuf, &'a str)> {
        let installed = self.top.map(|top| top.folder.as_path()).or(given.folder.as_deref());
        let folder = installed.or_else(|| folders::chart_around(self.path, self.disk).filter(|_| !is_given));
        let mut charts = folder.map(|folder| folders::chain(folder, below, self.disk)).unwrap_or_default();
        // Without a command that installs the chart, the file says by its name what is under it.
        if installed.is_none() && !charts.is_empty() {
            charts.remove(0);
        }
        let mut found: Vec<(PathBuf, &str)> =
            charts.into_iter().rev().map(|(chart, at)| (chart.join("values.yaml"), at)).collect();
        if installed.is_none() && !is_given {
            found.extend(folders::base_of(self.path, self.disk).map(|path| (path, below)));
        }
        found
    }
}

/// A name with dots without the keys of a pointer.
fn without<'n>(name: &'n str, below: &str) -> &'n str {
    let keys = below.trim_start_matches('/').replace('/', ".");
    let inner = name.strip_prefix(&keys).filter(|_| !keys.is_empty()).and_then(|rest| rest.strip_prefix('.'));
    inner.unwrap_or(name)
}

/// All values as one tree; none where those of the unit are alone.
fn merged<'v>(own: &'v Values, under: &'v [Values], over: impl Iterator<Item = &'v Values>) -> Option<Values> {
    let mut over = over.peekable();
    if under.is_empty() && over.peek().is_none() {
        return None;
    }
    let tree = |values: &Values| values.root().map(|root| root.tree().subtree(root.id()));
    let all = under.iter().chain([own]).chain(over).filter_map(tree);
    let tree = all.reduce(|under, over| under.overlaid(&over, Lists::Replace))?;
    Some(Values { tree: Arc::new(tree), at: String::new(), outer: String::new(), trees: Arc::clone(&own.trees) })
}

/// The values of the chart in those of a release.
fn of_layer(layer: &Layer, own: &Values, at: &str, disk: &Disk) -> Option<Values> {
    match layer.part() {
        Some(tree) => part(Arc::new(tree.clone()), own, at),
        None => beneath(&disk.read(&layer.path).ok()?, own, at),
    }
}

/// The values at a pointer of another file.
pub(super) fn beneath(source: &Arc<Source>, own: &Values, at: &str) -> Option<Values> {
    part(own.trees.of(source), own, at)
}

fn part(tree: Arc<Tree>, own: &Values, at: &str) -> Option<Values> {
    tree.root()?.at(at)?;
    Some(Values { tree, at: at.to_owned(), outer: at.to_owned(), trees: Arc::clone(&own.trees) })
}
