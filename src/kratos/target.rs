//! Which Kratos a configuration is for, when nobody says: the image tag near it, its `version:`, else the newest.

use std::path::Path;
use std::sync::Arc;

use crate::deployment::{Deployment, Project};
use crate::files::Files;
use crate::kratos::identity::{self, IdentitySchema, meta};
use crate::kratos::schema::{self, FaultKind};
use crate::kratos::version::{Asked, Nearness, Version};
use crate::text::Place;
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
    /// Whether the server is older than all releases that are known.
    pub is_older: bool,
}

impl Target {
    /// One release, for a reason.
    #[must_use]
    pub fn one(version: Version, source: &'static str) -> Target {
        Target { versions: vec![version], source, from: None, notes: Vec::new(), is_older: false }
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
            return Ok(Target {
                versions: vec![asked.version],
                source,
                from: None,
                notes,
                is_older: is_older(text, asked),
            });
        };
        let (from, to) = (read(from)?, read(to.trim_start_matches('='))?);
        let versions: Vec<Version> = Version::all().filter(|v| from.version <= *v && *v <= to.version).collect();
        if versions.is_empty() {
            return Err(format!("the range {text} is empty: write the older version first"));
        }
        let notes = note(text, from).into_iter().chain(note(text, to)).collect();
        Ok(Target { versions, source, from: None, notes, is_older: false })
    }
}

/// Whether what is written is so old that the oldest table says nothing of it. v0.6 has the keys of v0.7: the memory of argon2 became
/// a size there.
fn is_older(written: &str, asked: Asked) -> bool {
    asked.nearness == Nearness::TooOld && !written.trim_start_matches('v').starts_with("0.6.")
}

/// What to say when the written version is none that we know.
fn note(written: &str, asked: Asked) -> Option<String> {
    let version = asked.version;
    match asked.nearness {
        Nearness::Exact => None,
        Nearness::Lower => Some(format!("{written} is checked as {version}, the nearest lower release that is known")),
        Nearness::TooNew => Some(format!("{written} is newer than all known releases: checked as {version}")),
        Nearness::TooOld if !is_older(written, asked) => {
            Some(format!("{written} is older than all known releases: checked as {version}"))
        }
        Nearness::TooOld => {
            Some(format!("{written} is older than all known releases: only what holds for every release is checked"))
        }
    }
}

/// A release that an image tag names, where it stands, and how it is written.
type Tag = (Asked, String, String);

/// The target of a unit for which no flag and no own configuration says one; `is_alone` looks at no file around the unit.
#[must_use]
pub fn detect(unit: &Unit, project: &Project, is_alone: bool) -> Target {
    let deployment = if is_alone { Arc::default() } else { project.deployment(unit) };
    let own = helm_tag(unit).filter(|_| !is_alone && !unit.at.is_empty());
    if let Some((asked, from, written)) = own.or_else(|| image_of(&deployment)) {
        let mut notes: Vec<String> = note(&written, asked).into_iter().collect();
        if matches!(written.as_str(), "" | "latest") {
            notes.push("no tag is pinned: the newest release is assumed".to_owned());
        }
        return Target {
            versions: vec![asked.version],
            source: "image",
            from: Some(from),
            notes,
            is_older: is_older(&written, asked),
        };
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
    if has_newer_identity_schema(unit, root, asked.version, project) {
        target.notes.push(format!("`version: {written}` is not believed: an identity schema uses newer words"));
        return target;
    }
    let place = node.place().in_file();
    let line = place.source.position(place.span.start).line;
    let notes = note(written, asked).into_iter().collect();
    let from = Some(format!("{}:{line}", unit.path()));
    Target { versions: vec![asked.version], source: "file", from, notes, is_older: is_older(written, asked) }
}

/// A key of the configuration that `version` does not know yet.
fn newer_key(root: Node<'_>, version: Version) -> Option<String> {
    let faults = schema::faults(root, version);
    let newer = faults.iter().find(|fault| fault.kind == FaultKind::TooNew && fault.at_key)?;
    newer.node.key().map(str::to_owned)
}

/// Whether an identity schema of the configuration has something that `version` refuses at boot and the newest takes.
fn has_newer_identity_schema(unit: &Unit, root: Node<'_>, version: Version, project: &Project) -> bool {
    let files = Files::beside(project.disk(), Path::new(unit.path()));
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

/// The release that the image of the deployment names, where, and how.
fn image_of(deployment: &Deployment) -> Option<Tag> {
    let (image, place) = (deployment.image.known()?, deployment.image.place()?);
    Some((image.asked?, line_of(place), image.tag.clone()))
}

/// `file:line` of a place.
pub(crate) fn line_of(place: &Place) -> String {
    let place = place.in_file();
    format!("{}:{}", place.source.path(), place.source.position(place.span.start).line)
}
