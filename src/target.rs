//! Which Kratos a configuration is for, when no flag or file says it: the image tag near it, its `version:`, else the newest.

mod sign;

use std::path::Path;
use std::sync::Arc;

use crate::deployment::{Builder, Deployment, Fact, Image, ImageOwner, Project, is_unpinned};
use crate::files::Files;
use crate::kratos::identity::{self, IdentitySchema, meta};
use crate::kratos::network::senders::{self, Sender};
use crate::kratos::network::{self, Edition};
use crate::kratos::schema::{self, FaultKind};
use crate::kratos::secrets;
use crate::kratos::version::{Age, Asked, Nearness, Version};
use crate::text::Place;
use crate::unit::Unit;
use crate::yaml::Node;

/// What names a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetSource {
    /// `--kratos`, or a question of `init`.
    Flag,
    /// `kratos-lint.toml`.
    Config,
    /// How the project starts the server, or sends the configuration.
    Image,
    /// The configuration.
    File,
    /// Nothing: the newest release is assumed.
    Default,
}

impl TargetSource {
    /// Its word in reports for programs.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            TargetSource::Flag => "flag",
            TargetSource::Config => "config",
            TargetSource::Image => "image",
            TargetSource::File => "file",
            TargetSource::Default => "default",
        }
    }
}

/// The target of a unit: which releases, and why.
#[derive(Clone, Debug)]
pub struct Target {
    /// The releases that it is checked against, oldest first; at least one.
    pub versions: Vec<Version>,
    /// What said so.
    pub source: TargetSource,
    /// `file:line` of what said so, if a file did.
    pub from: Option<String>,
    /// What users should know of the choice.
    pub notes: Vec<String>,
    /// Whether the release is older than all that are known.
    pub age: Age,
    /// Which server reads it.
    pub edition: Edition,
}

impl Target {
    /// One release, for a reason.
    #[must_use]
    pub fn one(version: Version, source: TargetSource) -> Target {
        let edition = Edition::OpenSource;
        Target { versions: vec![version], source, from: None, notes: Vec::new(), age: Age::Known, edition }
    }

    /// Ory Network and the Enterprise License run builds ahead of every release: the newest table counts.
    #[must_use]
    pub(crate) fn of_edition(edition: Edition, source: TargetSource) -> Target {
        Target { edition, ..Target::one(Version::MASTER, source) }
    }

    /// The newest release that is checked.
    #[must_use]
    pub(crate) fn newest(&self) -> Version {
        self.versions.last().copied().unwrap_or(Version::NEWEST)
    }

    /// The name as `--kratos` takes it: a release, a range, `network` or `oel`.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        if let Some(name) = self.edition.name() {
            return name.to_owned();
        }
        match self.versions.as_slice() {
            [one] => one.name().to_owned(),
            [first, .., last] => format!("{first}..{last}"),
            [] => String::new(),
        }
    }

    /// What it is, for users: `Kratos v1.3.1`, `Kratos v1.1.0 to v1.3.1`, `Ory Network`.
    #[must_use]
    pub(crate) fn title(&self) -> String {
        match (self.edition, self.versions.as_slice()) {
            (Edition::Network, _) => "Ory Network".to_owned(),
            (Edition::Enterprise, _) => "the newest build of the Ory Enterprise License".to_owned(),
            (Edition::OpenSource, [first, .., last]) => format!("Kratos {first} to {last}"),
            (Edition::OpenSource, _) => format!("Kratos {}", self.name()),
        }
    }

    /// Reads a version or a range (`1.1..26.2`) as users write it.
    ///
    /// # Errors
    /// Says what is no version, with the list.
    pub fn parse(text: &str, source: TargetSource) -> Result<Target, String> {
        if let Some(edition) = Edition::parse(text) {
            return Ok(Target::of_edition(edition, source));
        }
        let read = |part: &str| {
            let asked = Version::parse(part).ok_or_else(|| {
                let known: Vec<&str> = Version::all().map(Version::name).collect();
                format!("{part:?} is not a version of Kratos; known are {}, network, oel", known.join(", "))
            })?;
            unknown_release(part, asked).map_or(Ok(asked), Err)
        };
        let Some((from, to)) = text.split_once("..") else {
            if let Some((from, to)) =
                text.split_once('-').filter(|(_, to)| to.contains('.') && Version::parse(to).is_some())
            {
                return Err(format!("{text:?} is not a version of Kratos: write a range as {from}..{to}"));
            }
            let asked = read(text)?;
            let notes = note(text, asked).into_iter().collect();
            return Ok(Target { notes, age: age(text, asked), ..Target::one(asked.version, source) });
        };
        let to = to.trim_start_matches('=');
        if from.is_empty() || to.is_empty() {
            let (first, last) = (Version::all().next().unwrap_or(Version::NEWEST), Version::NEWEST);
            let (from, to) =
                (if from.is_empty() { first.name() } else { from }, if to.is_empty() { last.name() } else { to });
            return Err(format!("the range {text} has an open end: write it as {from}..{to}"));
        }
        let (from, to) = (read(from)?, read(to)?);
        let versions: Vec<Version> = Version::all().filter(|v| from.version <= *v && *v <= to.version).collect();
        if versions.is_empty() {
            return Err(format!("the range {text} is empty: write the older version first"));
        }
        let notes = note(text, from).into_iter().chain(note(text, to)).collect();
        Ok(Target { versions, notes, ..Target::one(Version::NEWEST, source) })
    }
}

/// Why a release that is asked for by name cannot be checked: it was never made. What an image tag or a file names is checked as the
/// nearest one, since a server may be built so.
fn unknown_release(written: &str, asked: Asked) -> Option<String> {
    if asked.nearness != Nearness::NoRelease {
        return None;
    }
    let meant = Version::likely(written).map(|likely| format!("; did you mean {likely}?")).unwrap_or_default();
    Some(format!("{} is not a release of Kratos: the newest is {}{meant}", secrets::tag(written), Version::NEWEST))
}

/// Whether what is written is so old that the oldest table says nothing of it. v0.6.0 to v0.6.2 have the keys of v0.6.3, and v0.7.0 those
/// of v0.7.1: the memory of argon2 became a size in v0.6.
fn age(written: &str, asked: Asked) -> Age {
    let written = written.trim_start_matches('v');
    let is_of = |releases: &[&str]| releases.iter().any(|release| written.starts_with(release));
    match asked.nearness {
        Nearness::TooOld if is_of(&["0.4."]) => Age::SinceV0_4,
        Nearness::TooOld if is_of(&["0.5."]) => Age::V0_5,
        Nearness::TooOld if !is_of(&["0.6.", "0.7."]) => Age::Older,
        _ => Age::Known,
    }
}

/// What to say when we do not know the written version, or not all of it is known.
fn note(written: &str, asked: Asked) -> Option<String> {
    let age_of_written = age(written, asked);
    let is_known = age_of_written == Age::Known;
    let written = secrets::tag(written);
    let version = asked.version;
    match asked.nearness {
        Nearness::Exact if version < Version::V0_13 => {
            Some(format!("not everything is known about releases before {}", Version::V0_13))
        }
        Nearness::Exact => None,
        Nearness::Lower => Some(format!("{written} is checked as {version}, the nearest lower release that is known")),
        Nearness::NoRelease => {
            Some(format!("{written} is not a release of Kratos: checked as {version}, the nearest lower one"))
        }
        Nearness::TooNew => Some(format!("{written} is newer than all known releases: checked as {version}")),
        Nearness::TooOld if is_known => {
            Some(format!("{written} is older than all known releases: checked as {version}"))
        }
        Nearness::TooOld => {
            let keys = if age_of_written == Age::V0_5 { ", and its keys," } else { "" };
            Some(format!(
                "{written} is older than all known releases: only what holds for every release{keys} is checked"
            ))
        }
    }
}

/// A release that an image tag names, where it is, and how it is written.
type Tag = (Asked, String, String);

/// The target of a unit for which no flag and no own configuration says one; `is_alone` looks at no file around the unit.
#[must_use]
pub(crate) fn detect(unit: &Unit, project: &Project, is_alone: bool) -> Target {
    if let Some(target) = of_network(unit, project, is_alone) {
        return target;
    }
    let deployment = if is_alone { Arc::default() } else { project.deployment(unit) };
    if let Some(image) = deployment.image.known().filter(|image| image.is_enterprise()) {
        let from = deployment.image.place().map(line_of);
        let notes = vec![format!("`{}` is checked as the newest build that is known", secrets::tag(&image.tag))];
        return Target { from, notes, ..Target::of_edition(Edition::Enterprise, TargetSource::Image) };
    }
    // The chart's own values are part of the deployment.
    let is_own_chart = is_alone || unit.at.is_empty() || deployment.values.is_some();
    let own = if is_own_chart { None } else { helm_tag(unit) };
    let likely = image_of(&deployment).filter(|(asked, ..)| !is_refuted(unit, project, &deployment, asked.version));
    if let Some((asked, from, written)) = own.or(likely) {
        let mut notes: Vec<String> = note(&written, asked).into_iter().collect();
        if is_unpinned(&written) {
            notes.push("no tag is pinned: the newest release is assumed".to_owned());
        }
        notes.extend(other_release(&deployment, asked.version));
        let age = age(&written, asked);
        return Target { from: Some(from), notes, age, ..Target::one(asked.version, TargetSource::Image) };
    }
    let mut target = of_text(unit, project, &deployment);
    if deployment.image.known().is_some_and(Image::is_by_digest) {
        target.notes.push("the image is pinned by a digest, which does not say the release".to_owned());
    }
    target
}

/// Whether a release that the project names for something else cannot be that of a configuration, which has newer things.
fn is_refuted(unit: &Unit, project: &Project, deployment: &Deployment, version: Version) -> bool {
    let Some(root) = unit.root().filter(|_| deployment.image_owner == ImageOwner::Other) else { return false };
    newer_key(root, version).is_some() || has_newer_identity_schema((unit, deployment), root, version, project)
}

/// The target where no image says one: what the text of the configuration says.
fn of_text(unit: &Unit, project: &Project, deployment: &Deployment) -> Target {
    let mut target = Target::one(Version::NEWEST, TargetSource::Default);
    let Some(root) = unit.root() else { return target };
    if let Some(node) = network::commercial_key(root) {
        let edition = if root.get("dsn").is_some() { Edition::Enterprise } else { Edition::Network };
        target = Target::of_edition(edition, TargetSource::File);
        target.from = Some(line_of(&node.place()));
        return target;
    }
    let Some(node) = root.get("version").filter(|node| node.as_str().is_some()) else {
        return if deployment.is_found() { of_filled_tag(root, target) } else { of_old_key(root, target) };
    };
    let written = node.as_str().unwrap_or_default();
    let Some(asked) = Version::parse(written) else { return target };
    if let Some((key, since)) = newer_key(root, asked.version) {
        let written = secrets::tag(written);
        target.notes.push(format!("ignoring `version: {written}`: the file uses `{key}`, new in {since}"));
        if let Some(version) = last_with_all_keys(root, asked.version) {
            target.notes.push(format!("{version} is the last release that knows all keys of the file"));
            let from = Some(line_of(&node.place()));
            return Target { notes: target.notes, from, ..Target::one(version, TargetSource::File) };
        }
        return target;
    }
    if has_newer_identity_schema((unit, deployment), root, asked.version, project) {
        let written = secrets::tag(written);
        target
            .notes
            .push(format!("ignoring `version: {written}`: an identity schema uses what only later releases accept"));
        return target;
    }
    let notes = note(written, asked).into_iter().collect();
    let age = age(written, asked);
    Target { from: Some(line_of(&node.place())), notes, age, ..Target::one(asked.version, TargetSource::File) }
}

/// The target where a release is pinned that the project does not show (`tag: v{{ version }}`): a file for which the newest is too new
/// is for some older one.
fn of_filled_tag(root: Node<'_>, newest: Target) -> Target {
    let faults = schema::faults(root, Version::NEWEST);
    let removed = faults.iter().find(|fault| fault.kind == FaultKind::Removed && fault.at_key);
    let Some((fault, oldest)) = removed.zip(Version::all().next()) else { return newest };
    let key = schema::path_of(fault.node).filter(|path| !path.contains(['#', '*', '[']));
    let key = key.or_else(|| fault.node.key().map(str::to_owned)).unwrap_or_default();
    let note =
        format!("the release is not known, and `{key}` was removed: only what holds for every release is checked");
    Target { notes: vec![note], age: Age::Older, ..Target::one(oldest, TargetSource::Default) }
}

/// The target where nothing names a release: a file with a key that the oldest known one had removed is for an older one.
fn of_old_key(root: Node<'_>, newest: Target) -> Target {
    // To look for old keys takes less than to look for all faults, and nearly no file has one.
    if !schema::has_forgotten_key(root) {
        return newest;
    }
    let oldest = Version::all().next().unwrap_or(Version::NEWEST);
    let faults = schema::faults(root, oldest);
    let has = |kind: FaultKind| faults.iter().any(|fault| fault.kind == kind && fault.at_key);
    // With a key of a later release it is a mistake in a file for that.
    let is_older = has(FaultKind::Removed) && !has(FaultKind::TooNew);
    if is_older { of_filled_tag(root, newest) } else { newest }
}

/// Ory Network, when the text or what sends it says so.
fn of_network(unit: &Unit, project: &Project, is_alone: bool) -> Option<Target> {
    let is_served = || {
        let deployment = if is_alone { Arc::default() } else { project.deployment(unit) };
        deployment.image.is_known() || deployment.builder == Builder::Project
    };
    if let Some(sign) = sign::of_network(unit, &is_served) {
        let notes = vec![format!("checked for Ory Network: {sign}")];
        return Some(Target {
            notes,
            from: Some(unit.path().to_owned()),
            ..Target::of_edition(Edition::Network, TargetSource::File)
        });
    }
    let sender = if is_alone { Sender::Unknown } else { senders::of(project.disk(), Path::new(unit.path())) };
    let (Sender::Cli(from, _) | Sender::Terraform(from)) = sender else { return None };
    let notes = vec![format!("checked for Ory Network: {from} sends this file there")];
    Some(Target { notes, from: Some(from), ..Target::of_edition(Edition::Network, TargetSource::Image) })
}

/// The last release after `written` that knows all keys of a configuration, when the newest does not: the file is of the time between.
fn last_with_all_keys(root: Node<'_>, written: Version) -> Option<Version> {
    let has = |version: Version, kind: FaultKind| {
        schema::faults(root, version).iter().any(|fault| fault.kind == kind && fault.at_key)
    };
    if !has(Version::NEWEST, FaultKind::Removed) {
        return None;
    }
    let knows_all = |version: &Version| !has(*version, FaultKind::TooNew) && !has(*version, FaultKind::Removed);
    Version::all().rev().take_while(|version| *version > written).find(knows_all)
}

/// A key of the configuration that `version` does not know yet.
fn newer_key(root: Node<'_>, version: Version) -> Option<(String, Version)> {
    let faults = schema::faults(root, version);
    let newer = faults.iter().find(|fault| fault.kind == FaultKind::TooNew && fault.at_key)?;
    let path = schema::path_of(newer.node)?;
    let since = schema::versions_of(&path)?.from;
    // A path through a list is that of the table, which no file has.
    let is_plain = !path.contains(['#', '*', '[']);
    Some((if is_plain { path } else { newer.node.key()?.to_owned() }, since))
}

/// Whether an identity schema of the configuration has something that `version` refuses at boot and the newest takes.
fn has_newer_identity_schema(
    (unit, deployment): (&Unit, &Deployment),
    root: Node<'_>,
    version: Version,
    project: &Project,
) -> bool {
    let files = Files::beside(project.disk(), Path::new(unit.path())).with_mounts(&deployment.mounts);
    identity::load(root, &files).iter().filter_map(IdentitySchema::root).any(|schema| {
        let now = meta::faults(schema, Version::NEWEST);
        let is_new = |fault: &meta::SchemaFault<'_>| {
            fault.when == meta::When::Boot && !now.iter().any(|other| other.node.id() == fault.node.id())
        };
        meta::faults(schema, version).iter().any(is_new)
    })
}

/// `image.tag` beside the configuration in Helm values.
fn helm_tag(unit: &Unit) -> Option<Tag> {
    let whole = crate::yaml::whole(unit.source());
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

/// Says that the project starts another release with the same configuration too.
fn other_release(deployment: &Deployment, version: Version) -> Option<String> {
    let mut images = deployment.starts.iter().map(|start| &start.image);
    let release = |image: &Fact<Image>| image.known()?.asked.map(|asked| asked.version);
    let other = images.find(|image| release(image).is_some_and(|other| other != version))?;
    let (other, place) = (release(other)?, other.place()?);
    let (from, to) = (version.min(other), version.max(other));
    Some(format!("{} starts {other}: `--kratos {from}..{to}` checks both", line_of(place)))
}

/// `file:line` of a place.
pub(crate) fn line_of(place: &Place) -> String {
    let place = place.in_file();
    format!("{}:{}", place.source.path(), place.source.position(place.span.start).line)
}
