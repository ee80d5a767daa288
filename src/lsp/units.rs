//! Which configurations there are, and which files belong to each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::state::{Known, Snapshot};
use crate::check::Target;
use crate::deployment::Deployment;
use crate::discover;
use crate::files::{Files, FoundFile, Here};
use crate::kratos::version::Version;
use crate::settings::Settings;
use crate::templates::given;
use crate::unit::Unit;
use crate::yaml::Node;

/// Most files of a workspace that are searched for configurations.
const MAX_FILES: usize = 20_000;

/// The configurations in a file. A buffer whose name says that it is one need not be complete yet.
pub(super) fn of_file(path: &Path, snapshot: &Snapshot) -> Vec<Unit> {
    let disk = snapshot.disk();
    // A folder has its whole tree below it: what is no file is no reason to read it.
    if path.file_name().is_none() || disk.is_folder(path) || snapshot.config(path).is_ignored(path, disk) {
        return Vec::new();
    }
    let shown = PathBuf::from(disk.shown(path));
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let is_named = snapshot.open.contains_key(path) && name.contains("kratos") && is_configuration(&name);
    let met = discover::met(&shown, disk).unwrap_or_default();
    let met = if met.is_empty() && is_named { named(&shown, snapshot) } else { met };
    snapshot.config(path).laid(met, &snapshot.project)
}

/// What is checked of a file: its configurations, else the servers without a file that it starts.
pub(super) fn checked(path: &Path, snapshot: &Snapshot) -> Vec<Unit> {
    let found = of_file(path, snapshot);
    let disk = snapshot.disk();
    let may_start = || !disk.is_folder(path) && disk.read(path).is_ok_and(|source| source.text().contains("kratos"));
    if !found.is_empty() || snapshot.config(path).is_ignored(path, disk) || !may_start() {
        return found;
    }
    snapshot.project.by_environment(path)
}

/// The configuration that was checked last, as it is now.
pub(super) fn of_known(known: &Known, snapshot: &Snapshot) -> impl Iterator<Item = Unit> {
    of_file(&known.path, snapshot).into_iter().filter(|unit| unit.at == known.at)
}

/// Whether a file of this name may hold a configuration.
pub(super) fn is_configuration(name: &str) -> bool {
    [".yml", ".yaml", ".json", ".toml"].iter().any(|ending| name.ends_with(ending))
}

fn named(shown: &Path, snapshot: &Snapshot) -> Vec<Unit> {
    let Ok(source) = snapshot.disk().read_configuration(shown) else { return Vec::new() };
    if source.text().trim().is_empty() { Vec::new() } else { discover::named(&source) }
}

/// All files of the workspace that may hold a configuration, out of all links.
pub(super) fn candidates(snapshot: &Snapshot) -> Vec<PathBuf> {
    let disk = snapshot.disk();
    let files = snapshot.folders.iter().flat_map(|folder| discover::walk(folder, disk));
    files.take(MAX_FILES).map(|path| disk.real(&path)).collect()
}

/// The target of a configuration.
pub(super) fn target(unit: &Unit, snapshot: &Snapshot) -> Target {
    let own = || snapshot.config(Path::new(unit.path())).target_of(unit, &snapshot.project, false);
    snapshot.asked.clone().unwrap_or_else(own)
}

/// The files that a configuration refers to, found as the rules find them.
pub(super) fn files<'s>(path: &str, snapshot: &'s Snapshot, deployment: &Deployment) -> Files<'s> {
    let maps = snapshot.config(Path::new(path)).settings().path_maps;
    Files::beside(snapshot.disk(), Path::new(path)).with_maps(&maps).with_mounts(&deployment.mounts)
}

/// The `file://` values of a configuration.
pub(super) fn file_values(unit: &Unit) -> impl Iterator<Item = (Node<'_>, &str)> {
    let nodes = unit.root().map(Node::descendants).unwrap_or_default();
    nodes.into_iter().filter_map(|node| Some((node, node.as_str().filter(|text| text.starts_with("file://"))?)))
}

/// All files that belong to a configuration, out of all links; those that are missing too.
pub(super) fn related(
    unit: &Unit,
    target: &Target,
    settings: &Settings,
    snapshot: &Snapshot,
    deployment: &Deployment,
) -> BTreeSet<PathBuf> {
    let files = files(unit.path(), snapshot, deployment);
    let mut shown: BTreeSet<String> = BTreeSet::from([unit.path().to_owned()]);
    shown.extend(unit.layers.iter().map(|tree| tree.source().path().to_owned()));
    for (_, text) in file_values(unit) {
        match files.find(text) {
            FoundFile::Text(source) => _ = shown.insert(source.path().to_owned()),
            FoundFile::Missing(path) => _ = shown.insert(path.to_string_lossy().into_owned()),
            FoundFile::Elsewhere => {}
        }
    }
    let given = given::given(unit, target.newest(), &files);
    let templates = given.templates.iter().flat_map(|template| &template.sources);
    shown.extend(templates.map(|(_, source)| source.path().to_owned()));
    shown.extend(deployment.starts.iter().map(|start| start.place.source.path().to_owned()));
    shown.extend(deployment.variables.iter().map(|variable| variable.name_place.source.path().to_owned()));
    let mounted = deployment.mounts.iter().filter_map(|mount| match &mount.here {
        Here::Path(path) => Some(path.to_string_lossy().into_owned()),
        _ => None,
    });
    shown.extend(mounted);
    shown.extend(settings.env_files.iter().map(|path| path.to_string_lossy().into_owned()));
    let mut found: BTreeSet<PathBuf> = shown.iter().map(|shown| snapshot.real(shown)).collect();
    found.extend(env_files(snapshot, deployment));
    found
}

/// The open env files that a start names: while a first line is being written no variable comes from them yet.
fn env_files(snapshot: &Snapshot, deployment: &Deployment) -> Vec<PathBuf> {
    let is_of = |path: &PathBuf, name: &str| {
        let starts = deployment.starts.iter().map(|start| &start.place.source);
        starts.into_iter().any(|source| {
            let is_beside = snapshot.real(source.path()).parent() == path.parent();
            is_beside && (name == ".env" || source.text().contains(name))
        })
    };
    let is_named = |path: &&PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        is_env_file(&name) && is_of(path, &name)
    };
    snapshot.open.keys().filter(is_named).cloned().collect()
}

/// The release that a file is written for.
pub(super) fn version(path: &Path, root: Option<Node<'_>>, snapshot: &Snapshot) -> Version {
    let known = snapshot.results.units.iter().find(|known| known.path == path);
    let written = || {
        let text = root?.get("version")?.as_str()?;
        Some(Version::parse(text)?.version)
    };
    let target = snapshot.asked.as_ref().or_else(|| known.map(|known| &known.target));
    target.map(Target::newest).or_else(written).unwrap_or(Version::NEWEST)
}

/// The innermost node at a byte of a file.
pub(super) fn node_at(root: Node<'_>, byte: usize) -> Option<Node<'_>> {
    let holds = |node: &Node<'_>| {
        let span = node.entry_place().in_file().span;
        span.start <= byte && byte <= span.end
    };
    let around = root.descendants().into_iter().filter(holds);
    around.min_by_key(|node| node.entry_place().in_file().span.len())
}

/// Whether a file of this name holds variables.
pub(super) fn is_env_file(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.") || has_ending(name, &["env"])
}

/// Whether a name has one of these endings, in any case.
pub(super) fn has_ending(name: &str, endings: &[&str]) -> bool {
    Path::new(name).extension().is_some_and(|own| endings.iter().any(|ending| own.eq_ignore_ascii_case(ending)))
}
