//! Where the Jsonnet of a new hook goes: a file beside the configuration, which all its lists share.

use std::path::{Component, Path, PathBuf};

use super::Wanted;
use crate::disk::{Disk, named};
use crate::files::{Files, FoundFile};
use crate::unit::Unit;
use crate::yaml::Node;

/// A place for a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// In the configuration.
    Inline,
    /// A file that is there, with another text than init would write.
    There(PathBuf),
    /// A file that is made.
    New(PathBuf),
}

/// How many names are tried.
const MOST: usize = 1_000;

/// The file for the body of a hook of the configuration at `config`, and its URL. A file of that name with another text is
/// left alone: the next free name is taken, unless it was asked for (`asked`).
#[must_use]
pub(crate) fn target(
    config: &Path,
    unit: &Unit,
    wanted: &Wanted,
    asked: Option<&Path>,
    force: bool,
) -> (Target, String) {
    let folder = config.parent().unwrap_or(Path::new(""));
    let text_of = |name: &Path| named::text_if_there(&folder.join(name)).ok().flatten();
    let is_free = |name: &Path| !named::is_taken(&folder.join(name));
    let is_fit = |name: &Path| is_free(name) || text_of(name).as_deref() == Some(&wanted.body);
    let name = asked.map_or_else(|| name(wanted, is_fit), Path::to_path_buf);
    let url = url(&name, config, unit, &Disk::of_run(&[config.to_path_buf()], None));
    let is_same = text_of(&name).as_deref() == Some(&wanted.body);
    let is_made = is_free(&name) || is_same || (force && asked.is_some());
    let file = folder.join(name);
    (if is_made { Target::New(file) } else { Target::There(file) }, url)
}

/// The name of the file for the body of a hook, relative to the folder of the configuration: the first that fits.
pub(crate) fn name(wanted: &Wanted, is_fit: impl Fn(&Path) -> bool) -> PathBuf {
    let at = |number: usize| {
        let method = wanted.method.as_deref().unwrap_or(wanted.trigger);
        let count = if number < 2 { String::new() } else { format!("-{number}") };
        PathBuf::from(format!("hooks/{}-{method}{count}.jsonnet", wanted.flow))
    };
    (1..MOST).map(at).find(|name| is_fit(name)).unwrap_or_else(|| at(MOST))
}

/// The URL of a file: where Kratos finds the identity schema, for both are mounted alike.
#[must_use]
pub(crate) fn url(name: &Path, config: &Path, unit: &Unit, disk: &Disk) -> String {
    let shown = name.to_string_lossy().replace('\\', "/");
    let shown = shown.strip_prefix("./").unwrap_or(&shown);
    if name.is_absolute() {
        return format!("file://{shown}");
    }
    let files = Files::beside(disk, config);
    let folder = config.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let here = disk.real(folder);
    let urls = unit.root().map(|root| root.select("identity.schemas[].url")).unwrap_or_default();
    for url in urls.into_iter().filter_map(Node::as_str).filter(|url| url.starts_with("file://")) {
        let FoundFile::Text(source) = files.find(url) else { continue };
        let schema = disk.real(Path::new(source.path()));
        let (Some(around), Some((base, _))) = (schema.parent(), url.rsplit_once('/')) else { continue };
        // From the folder of the schema down, or up by as many folders as its URL has.
        if let Ok(below) = here.strip_prefix(around) {
            let below = below.to_string_lossy().replace('\\', "/");
            return if below.is_empty() { format!("{base}/{shown}") } else { format!("{base}/{below}/{shown}") };
        }
        if let Some(base) = upwards(base, around, &here) {
            return format!("{base}/{shown}");
        }
    }
    let first = unit.root().and_then(|root| {
        let urls = root.select("identity.schemas[].url").into_iter();
        urls.filter_map(Node::as_str).find(|url| url.starts_with("file:///"))
    });
    match first.and_then(|url| url.rsplit_once('/')) {
        Some((base, _)) => format!("{base}/{shown}"),
        None => format!("file://./{shown}"),
    }
}

/// The URL of a folder around that of the schema.
fn upwards(base: &str, schema_folder: &Path, here: &Path) -> Option<String> {
    let below = schema_folder.strip_prefix(here).ok()?;
    let mut base = base.to_owned();
    for part in below.components().rev() {
        let Component::Normal(name) = part else { return None };
        base = base.strip_suffix(&format!("/{}", name.to_str()?))?.to_owned();
    }
    Some(base)
}
