//! The image that a release of Ory's chart runs.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use super::chart_values::Values;
use super::folders::{self, Dependency};
use super::layer::parsed;
use super::lock;
use super::merged::{Layers, beneath};
use super::{Fact, Image, release};
use crate::disk::{Disk, plain};
use crate::kratos::chart;
use crate::kratos::version::Nearness;
use crate::text::Place;
use crate::yaml::{self, Format, Node};

/// The image of a release.
pub(super) fn image(layers: &Layers<'_>, path: &Path, charts: &[PathBuf], disk: &Disk) -> Fact<Image> {
    let of = |name: &str, tag: &str, place: Place| {
        let image = Image { name: name.to_owned(), tag: tag.to_owned(), asked: release(tag) };
        Fact::Known(image, place)
    };
    if let Some((reference, node)) = layers.find("image").and_then(|node| Some((node.as_str()?, node))) {
        return Image::parse(reference).map_or(Fact::Unknown, |image| Fact::Known(image, node.place()));
    }
    let name = layers.find("image.repository").and_then(Node::as_str).unwrap_or("oryd/kratos");
    match layers.find("image.tag") {
        Some(node) if node.is_unknown() => return Fact::Unknown,
        Some(node) => {
            if let Some(tag) = node.as_str().filter(|tag| !tag.is_empty()) {
                return of(name, tag, node.place());
            }
        }
        None => {}
    }
    let installed = layers.given.version.clone().or_else(|| layers.own.release());
    if let Some((version, place)) = installed {
        // Who installs it says more than what is around, also when that is a range with several releases.
        return chart::default_tag(&version).map_or(Fact::Unknown, |tag| of(name, tag, place));
    }
    let of_others = || if is_in_chart(path, disk) { None } else { of_charts(layers.own, charts, disk) };
    let chart = beside(path, layers, disk).or_else(|| chart_file(layers, path, disk)).or_else(of_others);
    chart.map_or(Fact::Unknown, |(tag, place)| of(name, &tag, place))
}

/// The tag that the other files of values in the folder name for the same chart: they are used together (`values-common.yaml` with
/// `values-dev.yaml`). None where they differ.
fn beside(path: &Path, layers: &Layers<'_>, disk: &Disk) -> Option<(String, Place)> {
    let folder = path.parent()?;
    let key = (folder.to_path_buf(), layers.own.at.clone());
    let known = || layers.own.trees.tags.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known().get(&key) {
        return found.clone();
    }
    let found = tag_in(folder, layers.own, disk);
    known().insert(key, found.clone());
    found
}

/// The tag that the files of values in a folder agree on.
fn tag_in(folder: &Path, own: &Values, disk: &Disk) -> Option<(String, Place)> {
    let is_values = |name: &str| {
        name.contains("values") && Path::new(name).extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
    };
    let mut found: Option<(String, Place)> = None;
    for entry in disk.list(folder).iter().filter(|entry| is_values(&entry.name)) {
        let Some(values) = disk.read(&folder.join(&entry.name)).ok().and_then(|source| beneath(&source, own, &own.at))
        else {
            continue;
        };
        let repository = values.find("image.repository").and_then(Node::as_str);
        if values.find("kratos").is_none() && repository.and_then(Image::parse).is_none() {
            continue;
        }
        let Some((tag, node)) =
            values.find("image.tag").and_then(|node| Some((node.as_str()?, node))).filter(|(tag, _)| !tag.is_empty())
        else {
            continue;
        };
        if release(tag).is_none() || found.as_ref().is_some_and(|(known, _)| known != tag) {
            return None;
        }
        found = Some((tag.to_owned(), node.place()));
    }
    found
}

/// What `Chart.yaml` of the folder, or of one around it, says: the release of Ory's chart as a dependency, or `appVersion`.
fn chart_file(layers: &Layers<'_>, path: &Path, disk: &Disk) -> Option<(String, Place)> {
    let folders = layers.folder.into_iter().chain(path.ancestors().skip(1).take(3));
    let (folder, source) =
        folders.into_iter().find_map(|folder| Some((folder, disk.read(&folder.join("Chart.yaml")).ok()?)))?;
    let inner = folders::innermost(folder, &layers.own.at, disk);
    let (folder, source) =
        if inner == folder { (folder, source) } else { (inner.as_path(), disk.read(&inner.join("Chart.yaml")).ok()?) };
    let tree = yaml::parse(&source, Format::Yaml);
    let root = tree.root()?;
    let key = layers.own.at.rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(dependency) = Dependency::of_kratos(root).into_iter().find(|known| key.is_empty() || known.name == key)
    {
        // A chart of the project has numbers of its own.
        if let Some(chart) = dependency.repository.strip_prefix("file://") {
            return of_folder(&plain(&folder.join(chart)), layers.own, disk);
        }
        let version = dependency.version?;
        let of_version = chart::default_tag(version.as_str().unwrap_or_default());
        let named = of_version.map(|tag| (tag.to_owned(), version.place()));
        return named.or_else(|| lock::tag(folder, disk));
    }
    if key.is_empty() {
        version_of_application(root)
    } else {
        of_folder(&folder.join("charts").join(key), layers.own, disk)
    }
}

/// The tag that a chart of the project runs by itself: `image.tag` of its values, else `appVersion`.
fn of_folder(chart: &Path, own: &Values, disk: &Disk) -> Option<(String, Place)> {
    let values = disk.read(&chart.join("values.yaml")).ok().map(|source| own.trees.of(&source));
    let tag = values.as_ref().and_then(|tree| tree.root()?.find("image.tag"));
    // Without a text the chart takes `appVersion`.
    let is_release = |tag: &&str| !tag.is_empty() && release(tag).is_some();
    if let Some((tag, node)) = tag.and_then(|node| Some((node.as_str().filter(is_release)?, node))) {
        return Some((tag.to_owned(), node.place()));
    }
    version_of_application(yaml::parse(&disk.read(&chart.join("Chart.yaml")).ok()?, Format::Yaml).root()?)
}

/// What the charts of the project agree on that take Ory's chart under the name of these values: files of values in other folders are
/// for one of them.
fn of_charts(own: &Values, charts: &[PathBuf], disk: &Disk) -> Option<(String, Place)> {
    let key = own.at.rsplit('/').next().filter(|key| !key.is_empty())?;
    let mut found: Option<(String, Place)> = None;
    for chart in charts {
        let Some(tree) = disk.read(chart).ok().map(|source| own.trees.of(&source)) else { continue };
        let all = tree.root().map(Dependency::of_kratos).unwrap_or_default();
        let Some(dependency) = all.into_iter().find(|known| known.name == key) else { continue };
        let version = dependency.version?;
        let tag = chart::default_tag(version.as_str()?)?;
        if found.as_ref().is_some_and(|(known, _)| known != tag) {
            return None;
        }
        found.get_or_insert_with(|| (tag.to_owned(), version.place()));
    }
    found
}

/// Whether a file is in the folder of a chart, or one around it.
fn is_in_chart(path: &Path, disk: &Disk) -> bool {
    path.ancestors().skip(1).take(3).any(|folder| disk.is_file(&folder.join("Chart.yaml")))
}

/// The image that Ory's chart runs as the dependency of the chart which has this template.
pub(super) fn of_template(path: &Path, disk: &Disk) -> Fact<Image> {
    let dependency = || {
        let templates = path.ancestors().find(|folder| folder.ends_with("templates"))?;
        let chart = templates.parent()?;
        let tree = yaml::parse(&disk.read(&chart.join("Chart.yaml")).ok()?, Format::Yaml);
        let dependency = Dependency::of_kratos(tree.root()?).into_iter().next()?;
        if dependency.repository.starts_with("file://") {
            return None;
        }
        let values = disk.read(&chart.join("values.yaml")).ok().map(|source| parsed(&source));
        let own = values.as_ref().and_then(|tree| tree.root()?.find(&format!("{}.image.tag", dependency.name)));
        if let Some((tag, node)) = own.and_then(|node| Some((node.as_str().filter(|tag| !tag.is_empty())?, node))) {
            return Some((tag.to_owned(), node.place()));
        }
        let version = dependency.version?;
        let named = chart::default_tag(version.as_str()?).map(|tag| (tag.to_owned(), version.place()));
        named.or_else(|| lock::tag(chart, disk))
    };
    dependency().map_or(Fact::Unknown, |(tag, place)| {
        Fact::Known(Image { name: "oryd/kratos".to_owned(), asked: release(&tag), tag }, place)
    })
}

/// `appVersion` of a chart, if it is a release of Kratos.
fn version_of_application(chart: Node<'_>) -> Option<(String, Place)> {
    let node = chart.get("appVersion")?;
    let tag = node.as_str().filter(|tag| !tag.is_empty())?;
    release(tag).filter(|asked| asked.nearness != Nearness::NoRelease)?;
    Some((tag.to_owned(), node.place()))
}
