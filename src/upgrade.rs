//! What changes for a configuration between two releases.

mod computed;
mod evaluate;
pub(crate) mod print;
pub(crate) mod schemas;
pub(crate) mod table;

use std::path::Path;
use std::sync::Arc;

use crate::check::{self, Target, UnitReport};
use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::evaluation::Budget;
use crate::files::Files;
use crate::kratos::changes::condition::When;
use crate::kratos::changes::{self, Row};
use crate::kratos::network::Edition;
use crate::kratos::network::keys::{self, Status};
use crate::kratos::version::Version;
use crate::kratos::{secrets, view};
use crate::rules::network::network_ignored_key;
use crate::settings::Settings;
use crate::target::TargetSource;
use crate::text::Place;
use crate::unit::Unit;
use crate::yaml::Node;

use evaluate::{Truth, World};

pub(crate) use computed::{ChangeKind, Finding, words_of};

/// Whether a release takes a configuration.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The release.
    pub version: Version,
    /// The reasons why it does not start; none when it does. What the environment is expected to give is no reason.
    pub refused: Vec<Diagnostic>,
    /// What the environment must give for it to start, and files that must exist.
    pub needs: Vec<Diagnostic>,
}

/// Asks all releases. Stand-ins that only the start may replace are refused as they are written: they are needs.
#[must_use]
pub(crate) fn verdicts(unit: &Unit, settings: &Settings) -> Vec<Verdict> {
    let project = &settings.project;
    let deployment = if settings.no_config { Arc::default() } else { project.deployment(unit) };
    let variables = check::variables(unit, settings, &deployment);
    // No document decides whether Kratos starts: none is evaluated, for each of dozens of releases.
    let trials = Arc::new(Budget::default());
    trials.stop();
    let settings = &Settings { trials, ..settings.clone() };
    let alone = Settings { no_config: true, ..settings.clone() };
    let stops = |version: Version, settings: &Settings| {
        let found = report(unit, version, settings).diagnostics.into_iter();
        let stops =
            |found: &Diagnostic| found.effect == Effect::NoBoot || found.stops_start() || found.unless.is_some();
        found.filter(stops).collect::<Vec<Diagnostic>>()
    };
    let verdict = |version: Version| {
        let (errors, mut needs): (Vec<Diagnostic>, Vec<Diagnostic>) =
            stops(version, settings).into_iter().partition(|found| found.level == Level::Error);
        let laid = (!variables.is_empty()).then(|| unit.with_environment(&variables, version));
        let root = laid.as_ref().unwrap_or(unit).root();
        let is_open = |found: &Diagnostic| {
            let node = found.pointer.as_deref().and_then(|pointer| root?.at(pointer));
            let is_told = needs.iter().any(|other| other.pointer == found.pointer);
            !is_told && node.is_some_and(is_stand_in)
        };
        // Without a stand-in the second look, as long as the first, finds nothing.
        let may_be_open = root.is_some_and(|root| root.descendants().into_iter().any(is_stand_in));
        let alone = if may_be_open { stops(version, &alone) } else { Vec::new() };
        let open: Vec<Diagnostic> = alone.into_iter().filter(is_open).collect();
        needs.extend(open);
        Verdict { version, refused: errors, needs }
    };
    Version::all().map(verdict).collect()
}

/// Whether a value stands for another one.
fn is_stand_in(node: Node<'_>) -> bool {
    node.as_str().is_some_and(view::is_placeholder)
}

/// A change that reaches the configuration, or may.
#[derive(Debug)]
pub struct Change {
    /// The change.
    pub row: &'static Row,
    /// JSON pointer of the key that decides.
    pub pointer: Option<String>,
    /// Where that is.
    pub place: Option<Place>,
    /// What would have to be known to decide; nothing when it surely reaches the configuration.
    pub needs: Vec<String>,
}

impl Change {
    /// Whether it reaches every installation.
    #[must_use]
    pub(crate) fn is_general(&self) -> bool {
        matches!(self.row.when, When::Always)
    }

    /// Whether it surely reaches this configuration.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.needs.is_empty()
    }
}

/// All that changes on the way from one release to another.
#[derive(Debug)]
pub struct Upgrade {
    /// The releases on the way, the first one without.
    pub steps: Vec<Version>,
    /// Changes, by release, the weightiest first.
    pub changes: Vec<Change>,
    /// What follows from comparing the findings, hooks and defaults of both releases.
    pub findings: Vec<Finding>,
    /// What should be known besides.
    pub notes: Vec<String>,
}

impl Upgrade {
    /// Changes of this file that were decided.
    pub(crate) fn of_file(&self) -> impl Iterator<Item = &Change> + Clone {
        self.changes.iter().filter(|change| !change.is_general() && change.is_certain())
    }

    /// Changes that need what is not in the files.
    pub(crate) fn undecided(&self) -> impl Iterator<Item = &Change> + Clone {
        self.changes.iter().filter(|change| !change.is_certain())
    }

    /// Changes of every installation.
    pub(crate) fn general(&self) -> impl Iterator<Item = &Change> + Clone {
        self.changes.iter().filter(|change| change.is_general())
    }

    /// Whether the new release does not start.
    #[must_use]
    pub(crate) fn is_refused(&self) -> bool {
        self.findings.iter().any(|finding| finding.kind == ChangeKind::Refused)
    }
}

/// Compares what runs now with what is to come: two releases, or one of them another edition than the open source server.
#[must_use]
pub fn upgrade(unit: &Unit, before: &Target, after: &Target, settings: &Settings) -> Upgrade {
    let (from, to) = (before.newest(), after.newest());
    let project = &settings.project;
    let deployment = if settings.no_config { Arc::default() } else { project.deployment(unit) };
    let files = Files::beside(project.disk(), Path::new(unit.path()))
        .with_maps(&settings.path_maps)
        .with_mounts(&deployment.mounts);
    let variables = check::variables(unit, settings, &deployment);
    let laid = (!variables.is_empty()).then(|| unit.with_environment(&variables, from));
    let seen = laid.as_ref().unwrap_or(unit);
    let steps: Vec<Version> = Version::all().filter(|version| from < *version && *version <= to).collect();
    let (old, new) = (check::unit(unit, before, settings), check::unit(unit, after, settings));
    let mut findings = computed::findings(&old, &new);
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    if [&old, &new].iter().all(|report| report.diagnostics.iter().any(Diagnostic::stops_start)) {
        notes.push(format!("neither {from} nor {to} starts with this file: `kratos-lint` lists the errors"));
    }
    if let Some(root) = seen.root() {
        let world = World::new(root, to, &files);
        let rows = changes::between(from, to).filter(|row| reaches(row, after.edition));
        let is_ours = |change: &Change| after.edition != Edition::Network || !is_run_by_ory(change);
        found.extend(rows.filter_map(|row| change(row, &world)).filter(is_ours));
        found.sort_by_key(|change| (change.row.release, change.row.weight));
        findings.extend(computed::hooks(root, from, to));
        // What a project on Ory Network does not set has a default of its own, which is not known.
        if ![before.edition, after.edition].contains(&Edition::Network) {
            findings.extend(computed::defaults(root, from, to));
        }
        if after.edition == Edition::Network {
            let keys = computed::keys_of_network(root);
            // What is said of a key below its heading is no finding beside it.
            findings.retain(|finding| {
                finding.rule != Some(network_ignored_key::RULE.name)
                    || !keys.iter().any(|key| key.pointer == finding.pointer)
            });
            findings.extend(keys);
        } else {
            notes.extend(version_note(root, to));
        }
        if before.edition == Edition::Network {
            findings.extend(computed::left_at_network(root));
        }
    }
    Upgrade { steps, changes: found, findings, notes }
}

/// Ory runs database, command line and listeners of Ory Network itself, links in its mails may begin with another address, and it
/// has pages of its own.
fn reaches(row: &Row, edition: Edition) -> bool {
    const SELF_HOSTED: [&str; 4] = ["base-url-silent", "link-base-url", "server-timeouts", "ui-url-default"];
    edition != Edition::Network || !(matches!(row.kind, "database" | "CLI") || SELF_HOSTED.contains(&row.id))
}

/// Whether a change is about a key whose value has no effect on Ory Network.
fn is_run_by_ory(change: &Change) -> bool {
    let status = change.pointer.as_deref().and_then(keys::status);
    !change.is_general() && matches!(status, Some(Status::Ignored | Status::Managed))
}

/// A row as it reaches a configuration; none when it does not.
fn change(row: &'static Row, world: &World<'_>) -> Option<Change> {
    let before = row.release.previous().unwrap_or(row.release);
    let answer = world.holds(&row.when, before);
    let needs = match answer.truth {
        Truth::No => return None,
        Truth::Yes => Vec::new(),
        Truth::Unknown => {
            let mut needs = answer.needs;
            needs.sort();
            needs.dedup();
            needs
        }
    };
    let node = answer.at;
    Some(Change { row, pointer: node.map(Node::pointer), place: node.map(Node::place), needs })
}

/// A server logs a warning for each start while `version` is another release (seen on v1.0.0, v1.1.0, v25.4.0 and v26.2.0).
fn version_note(root: crate::yaml::Node<'_>, to: Version) -> Option<String> {
    let written = root.get("version").and_then(crate::yaml::Node::as_str)?;
    let differs = written != to.name() && to != Version::MASTER;
    differs.then(|| {
        format!("set `version: {to}`: Kratos logs a warning at each start while it is `{}`", secrets::name(written))
    })
}

fn report(unit: &Unit, version: Version, settings: &Settings) -> UnitReport {
    check::unit(unit, &Target::one(version, TargetSource::Flag), settings)
}
