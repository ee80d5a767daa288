//! Which Kratos a configuration is for, when nobody says: the image tag near it, its `version:`, else the newest.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::files::Files;
use crate::kratos::env::{self, Variable};
use crate::kratos::identity::{self, IdentitySchema, meta};
use crate::kratos::schema::{self, FaultKind};
use crate::kratos::version::{Asked, Nearness, Version};
use crate::text::Source;
use crate::unit::Unit;
use crate::yaml::Node;

/// The target of a unit: which releases, and why.
#[derive(Clone, Debug)]
pub struct Target {
    /// The releases that it is checked against, oldest first; at least one.
    pub versions: Vec<Version>,
    /// `flag`, `config`, `image`, `file` or `default`.
    pub source: &'static str,
    /// `file:line` of what said so, if a file did.
    pub from: Option<String>,
    /// What people should know of the choice.
    pub notes: Vec<String>,
}

impl Target {
    /// One release, for a reason.
    #[must_use]
    pub fn one(version: Version, source: &'static str) -> Target {
        Target { versions: vec![version], source, from: None, notes: Vec::new() }
    }

    /// Reads a version or a range (`1.1..26.2`) as people write it.
    ///
    /// # Errors
    /// Says what is no version, with the list.
    pub fn parse(text: &str, source: &'static str) -> Result<Target, String> {
        let read = |part: &str| {
            Version::parse(part).ok_or_else(|| {
                let known: Vec<&str> = Version::all().map(Version::name).collect();
                format!("{part:?} is no version of Kratos; known are {}", known.join(", "))
            })
        };
        let Some((from, to)) = text.split_once("..") else {
            let asked = read(text)?;
            let notes = note(text, asked).into_iter().collect();
            return Ok(Target { versions: vec![asked.version], source, from: None, notes });
        };
        let (from, to) = (read(from)?, read(to.trim_start_matches('='))?);
        let versions: Vec<Version> = Version::all().filter(|v| from.version <= *v && *v <= to.version).collect();
        if versions.is_empty() {
            return Err(format!("the range {text} is empty: write the older version first"));
        }
        let notes = note(text, from).into_iter().chain(note(text, to)).collect();
        Ok(Target { versions, source, from: None, notes })
    }
}

/// What to say when the written version is none that we know.
fn note(written: &str, asked: Asked) -> Option<String> {
    let version = asked.version;
    match asked.nearness {
        Nearness::Exact => None,
        Nearness::Lower => Some(format!("{written} is checked as {version}, the nearest lower release that is known")),
        Nearness::TooNew => Some(format!("{written} is newer than all known releases: checked as {version}")),
        Nearness::TooOld => Some(format!("{written} is older than all known releases: checked as {version}")),
    }
}

/// Folders around a unit that are looked at, its own included.
const MAX_FOLDERS: usize = 4;

/// Files larger than this are not looked at, in bytes.
const MAX_FILE: u64 = 512 << 10;

/// Names, or parts of names (lower case), of files that say which image runs.
const NAMES: [&str; 8] =
    ["compose", "dockerfile", "values", "deployment", "kratos", "chart", "statefulset", "kustomization"];

/// A version that an image tag names, where it stands, and how it is written.
type Tag = (Asked, String, String);

/// What folders say of the image, kept: a folder of many units is looked at once.
#[derive(Debug, Default)]
pub struct Images {
    of_folders: Mutex<BTreeMap<PathBuf, Option<Tag>>>,
}

impl Images {
    /// The version that an image tag near the unit names.
    fn near(&self, unit: &Unit) -> Option<Tag> {
        let path = Path::new(unit.path());
        let own = (!unit.at.is_empty()).then(|| helm_tag(unit)).flatten();
        if let Some(found) = own {
            return Some(found);
        }
        let mut folder = path.parent().map(|parent| if parent == Path::new("") { Path::new(".") } else { parent })?;
        let root = fs::canonicalize(folder)
            .ok()
            .and_then(|full| full.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_path_buf));
        for _ in 0..MAX_FOLDERS {
            if let Some(found) = self.of(folder) {
                return Some(found);
            }
            let at_root = root.is_none() || fs::canonicalize(folder).ok() == root;
            folder = folder.parent().filter(|parent| !at_root && *parent != Path::new(""))?;
        }
        None
    }

    fn of(&self, folder: &Path) -> Option<Tag> {
        // A thread that panicked with the lock held leaves the map as good as before.
        let known = || self.of_folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tag) = known().get(folder) {
            return tag.clone();
        }
        let tag = image_in(folder);
        known().insert(folder.to_path_buf(), tag.clone());
        tag
    }
}

/// The target of a unit for which no flag and no own configuration says one; `images` lets it look at files near the unit.
#[must_use]
pub fn detect(unit: &Unit, images: Option<&Images>) -> Target {
    if let Some((version, from, written)) = images.and_then(|images| images.near(unit)) {
        let notes = note(&written, version).into_iter().collect();
        return Target { versions: vec![version.version], source: "image", from: Some(from), notes };
    }
    let mut target = Target::one(Version::NEWEST, "default");
    let Some(root) = unit.root() else { return target };
    let Some(node) = root.get("version").filter(|node| node.as_str().is_some()) else { return target };
    let written = node.as_str().unwrap_or_default();
    let Some(asked) = Version::parse(written) else { return target };
    if let Some(key) = newer_key(root, asked.version) {
        target.notes.push(format!("`version: {written}` is not believed: `{key}` is newer"));
        return target;
    }
    if has_newer_identity_schema(unit, root, asked.version) {
        target.notes.push(format!("`version: {written}` is not believed: an identity schema uses newer words"));
        return target;
    }
    let place = node.place().in_file();
    let line = place.source.position(place.span.start).line;
    let notes = note(written, asked).into_iter().collect();
    Target { versions: vec![asked.version], source: "file", from: Some(format!("{}:{line}", unit.path())), notes }
}

/// A key of the configuration that `version` does not know yet.
fn newer_key(root: Node<'_>, version: Version) -> Option<String> {
    let faults = schema::faults(root, version);
    let newer = faults.iter().find(|fault| fault.kind == FaultKind::TooNew && fault.at_key)?;
    newer.node.key().map(str::to_owned)
}

/// Whether an identity schema of the configuration has something that `version` refuses at boot and the newest takes.
fn has_newer_identity_schema(unit: &Unit, root: Node<'_>, version: Version) -> bool {
    let files = Files::beside(Path::new(unit.path()), None);
    identity::load(root, &files).iter().filter_map(IdentitySchema::root).any(|schema| {
        let now = meta::faults(schema, Version::NEWEST);
        let is_new = |fault: &meta::Fault<'_>| {
            fault.when == meta::When::Boot && !now.iter().any(|other| other.node.id() == fault.node.id())
        };
        meta::faults(schema, version).iter().any(is_new)
    })
}

/// `image.tag` beside the configuration in Helm values.
fn helm_tag(unit: &Unit) -> Option<Tag> {
    let whole = crate::yaml::parse(unit.source(), crate::yaml::Format::Yaml);
    let mut around = unit.at.as_str();
    while let Some((parent, _)) = around.rsplit_once('/') {
        around = parent;
        let tag = whole.root()?.at(around)?.find("image.tag");
        if let Some(node) = tag
            && let Some(text) = node.as_str()
            && let Some(asked) = Version::parse(text)
        {
            let place = node.place().in_file();
            let line = place.source.position(place.span.start).line;
            return Some((asked, format!("{}:{line}", unit.path()), text.to_owned()));
        }
    }
    None
}

fn image_in(folder: &Path) -> Option<Tag> {
    let wanted = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        NAMES.iter().any(|part| name.contains(part))
    };
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path()).filter(wanted).collect();
    files.sort();
    let beside = small_text(&folder.join(".env")).unwrap_or_default();
    let variables = env::of_env_file(&Source::new(".env", beside));
    files.iter().find_map(|file| image_of(file, &variables))
}

fn small_text(path: &Path) -> Option<String> {
    let data = fs::metadata(path).ok().filter(|data| data.is_file() && data.len() <= MAX_FILE);
    data.and_then(|_| fs::read_to_string(path).ok())
}

/// The first `…/kratos:TAG` of a file whose tag is a version.
fn image_of(path: &Path, variables: &[Variable]) -> Option<Tag> {
    let text = small_text(path)?;
    for (index, line) in text.lines().enumerate() {
        let Some((before, tag)) =
            line.split_once("/kratos:").filter(|(before, _)| !before.trim_start().starts_with('#'))
        else {
            continue;
        };
        if !before.ends_with("oryd") && !before.ends_with("ory") && !before.ends_with("oryd-e2e") {
            continue;
        }
        let end = tag.find([' ', '"', '\'', '@', '\r', ',']).unwrap_or(tag.len());
        let tag = env::fill_in(tag.get(..end).unwrap_or_default(), variables).unwrap_or_default();
        if let Some(asked) = Version::parse(tag.trim_end_matches("-distroless")) {
            let shown = path.to_string_lossy().replace('\\', "/");
            let shown = shown.strip_prefix("./").unwrap_or(&shown).to_owned();
            return Some((asked, format!("{shown}:{}", index + 1), tag));
        }
    }
    None
}
