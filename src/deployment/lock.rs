//! The releases that `helm dependency update` wrote down: `Chart.lock` beside `Chart.yaml`.

use std::path::Path;

use crate::disk::Disk;
use crate::kratos::chart;
use crate::text::Place;
use crate::yaml::{self, Format, Node};

/// The tag that the locked release of Ory's chart runs by default, where all locked charts of its name agree.
pub(super) fn tag(folder: &Path, disk: &Disk) -> Option<(String, Place)> {
    let source = disk.read(&folder.join("Chart.lock")).ok()?;
    let tree = yaml::parse(&source, Format::Yaml);
    let locked = tree.root()?.select("dependencies[]").into_iter();
    let mut ours = locked.filter(|one| one.get("name").and_then(Node::as_str) == Some(chart::NAME));
    let version = ours.next()?.get("version")?;
    let tag = chart::default_tag(version.as_str()?)?;
    let is_same = |other: Node<'_>| other.get("version").and_then(Node::as_str) == version.as_str();
    ours.all(is_same).then(|| (tag.to_owned(), version.place()))
}
