//! The one pipeline: from a unit to its report. The command line, fixes, the documentation tests and fuzzers all call it.

mod edition;
mod overlap;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::config::Settings;
use crate::deployment::Deployment;
use crate::diagnostic::{Diagnostic, Effect};
use crate::discover;
use crate::files::Files;
use crate::kratos::env::{self, Variable};
use crate::kratos::secrets;
pub use crate::kratos::target::Target;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::rules::{self, loading::unreadable_file};
use crate::suppress;
use crate::text::{Place, Source, Span};
use crate::unit::Unit;
use crate::yaml::{Node, Tree, template};

/// What was found in one unit.
#[derive(Debug)]
pub struct UnitReport {
    /// The path of its file.
    pub file: String,
    /// JSON pointer of the unit in its file.
    pub at: String,
    /// What it was checked against.
    pub target: Target,
    /// Whether `kratos serve` of that version accepts it.
    pub boots: bool,
    /// The findings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more were suppressed.
    pub suppressed: usize,
    /// Where secrets stand: never shown.
    pub secrets: Vec<Place>,
    /// The text of the file.
    pub source: Arc<Source>,
}

/// The report of a configuration that cannot be read.
#[must_use]
pub fn unreadable(path: &str, why: &str) -> UnitReport {
    let found = unreadable_file::finding(path, why);
    UnitReport {
        file: path.to_owned(),
        at: String::new(),
        target: Target::one(Version::NEWEST, "default"),
        boots: false,
        source: Arc::clone(&found.place.source),
        diagnostics: vec![found],
        suppressed: 0,
        secrets: Vec::new(),
    }
}

/// Checks one unit against its target.
#[must_use]
pub fn unit(unit: &Unit, target: &Target, settings: &Settings) -> UnitReport {
    let project = &settings.project;
    let deployment = if settings.no_config { Arc::default() } else { project.deployment(unit) };
    let files = Files::beside(project.disk(), Path::new(unit.path()))
        .with_maps(&settings.path_maps)
        .with_mounts(&deployment.mounts);
    let variables = variables(settings, &deployment);
    // Whether the text itself reaches Kratos is known only where the start is.
    let may_be_filled = !settings.no_config && (!deployment.is_found() || deployment.is_filled_in);
    let may_be_replaced = !settings.no_config && !deployment.is_environment_known();
    let is_unknown = |text: &str| {
        (may_be_filled && template::is_placeholder(text))
            || (may_be_replaced && !text.contains(['$', '{']) && view::is_placeholder(text))
    };
    let filled = (may_be_filled || may_be_replaced).then(|| unit.filled_in(&is_unknown));
    let unit = filled.as_ref().unwrap_or(unit);
    let laid = |version| (!variables.is_empty()).then(|| unit.with_environment(&variables, version));
    let of_version = |version| {
        let laid = laid(version);
        let seen = laid.as_ref().unwrap_or(unit);
        let context = Context::new(seen, version, settings, &files, &deployment, target.is_older);
        one_version(&context.for_edition(target.edition))
    };
    let mut diagnostics = over_versions(&target.versions, &of_version);
    let boots = !diagnostics.iter().any(|diagnostic| diagnostic.effect == Effect::NoBoot);
    let complete = settings.only.is_empty() && target.versions.len() == 1;
    let suppressed = suppress::apply(&unit.tree, &mut diagnostics, complete);
    diagnostics.retain_mut(|found| match settings.level(found.rule, found.level) {
        Some(level) => {
            found.level = level;
            settings.only.is_empty() || settings.only.iter().any(|name| name == found.rule)
        }
        None => false,
    });
    sort(&mut diagnostics, unit);
    let mut target = target.clone();
    if let Some(more) = diagnostics.len().checked_sub(MOST_FINDINGS).filter(|more| *more > 0) {
        // The worst are shown: they decide the exit status.
        diagnostics.sort_by_key(|found| (std::cmp::Reverse(found.level), found.effect));
        diagnostics.truncate(MOST_FINDINGS);
        sort(&mut diagnostics, unit);
        target.notes.push(format!("{more} further findings are not shown"));
    }
    let laid = target.versions.last().and_then(|version| laid(*version));
    let mut secrets = hide_secrets(laid.as_ref().unwrap_or(unit), settings, &mut diagnostics);
    secrets.extend(foreign(&variables, laid.as_ref()));
    UnitReport {
        file: unit.path().to_owned(),
        at: unit.at.clone(),
        target,
        boots,
        diagnostics,
        suppressed,
        secrets,
        source: unit.file_source(),
    }
}

/// Sorts findings by place, those in the file of the unit first.
fn sort(diagnostics: &mut [Diagnostic], unit: &Unit) {
    diagnostics.sort_by_cached_key(|found| {
        let place = found.place.in_file();
        let other_file = place.source.path() != unit.path();
        (other_file, place.source.path().to_owned(), place.span, found.rule, found.message.clone())
    });
}

/// The findings of all versions, the same ones once, with the versions for which they hold when those are not all.
fn over_versions(versions: &[Version], of_version: &dyn Fn(Version) -> Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut merged: Vec<(Diagnostic, Vec<Version>)> = Vec::new();
    let mut known: HashMap<Identity, usize> = HashMap::new();
    for version in versions {
        for diagnostic in of_version(*version) {
            let index = *known.entry(identity(&diagnostic)).or_insert(merged.len());
            match merged.get_mut(index) {
                Some((_, holds)) => holds.push(*version),
                None => merged.push((diagnostic, vec![*version])),
            }
        }
    }
    let with_span = |(mut diagnostic, holds): (Diagnostic, Vec<Version>)| {
        if holds.len() < versions.len() {
            diagnostic.holds_for = holds.first().zip(holds.last()).map(|(from, to)| Versions::between(*from, *to));
        }
        diagnostic
    };
    merged.into_iter().map(with_span).collect()
}

/// The variables that the server gets: those of its deployment, then those of the named files.
pub(crate) fn variables(settings: &Settings, deployment: &Deployment) -> Vec<Variable> {
    let mut variables = deployment.variables.clone();
    variables.extend(settings.given.iter().cloned());
    let disk = settings.project.disk();
    for path in &settings.env_files {
        // The command line has read it already: what is gone since says nothing.
        let source = discover::read_named(path, disk).ok();
        variables.extend(source.map(|source| env::of_env_file(&source)).unwrap_or_default());
    }
    env::effective(variables)
}

/// The values of variables that are none of Kratos: passwords of others, as like as not.
fn foreign(variables: &[Variable], laid: Option<&Unit>) -> Vec<Place> {
    let hits = laid.map(|unit| unit.environment.hits.as_slice()).unwrap_or_default();
    let own: HashSet<&str> = hits.iter().map(|hit| hit.variable.name.as_str()).collect();
    let is_foreign = |variable: &&Variable| !own.contains(variable.name.as_str());
    let value = |variable: &Variable| Place::new(&variable.name_place.source, variable.value_span);
    variables.iter().filter(is_foreign).map(value).collect()
}

/// Most findings of one unit that are shown.
const MOST_FINDINGS: usize = 1_000;

/// Shortest secret that is looked for in messages, in bytes: shorter ones are words.
const SHORTEST_SECRET: usize = 8;

/// Replaces secrets in all texts of the findings, and says where they stand.
fn hide_secrets(unit: &Unit, settings: &Settings, diagnostics: &mut Vec<Diagnostic>) -> Vec<Place> {
    let is_secret = |node: &Node<'_>| {
        let own = node.key().is_some_and(|key| settings.secret_keys.iter().any(|secret| secret == key));
        let is_written = node.as_str().is_some_and(|text| !text.is_empty() && !is_variable(text));
        is_written && (own || secrets::is_secret(*node))
    };
    let roots = unit.layers.iter().chain([&unit.tree]).filter_map(Tree::root);
    let (nodes, others): (Vec<Node<'_>>, Vec<Node<'_>>) = roots.flat_map(Node::descendants).partition(is_secret);
    let mut places: Vec<Place> = nodes.iter().map(|node| node.origin()).collect();
    let mut values: Vec<&str> = nodes.iter().filter_map(|node| node.as_str()).collect();
    for node in others {
        let Some(text) = node.as_str().filter(|text| text.contains("://")) else { continue };
        for part in secrets::parts_of_url(text).into_iter().filter_map(|part| text.get(part)) {
            places.push(place_of(node, part));
            values.push(part);
        }
    }
    values.retain(|text| text.len() >= SHORTEST_SECRET);
    values.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let hide = |text: &mut String| {
        for value in &values {
            if text.contains(value) {
                *text = text.replace(value, "…");
            }
        }
    };
    for found in diagnostics {
        hide(&mut found.message);
        found.help.as_mut().map(hide);
        found.labels.iter_mut().for_each(|label| hide(&mut label.text));
        // A fix that would write a secret cannot be shown.
        found.fixes.retain(|fix| !fix.edits.iter().any(|edit| values.iter().any(|value| edit.text.contains(value))));
    }
    places
}

/// Where a part of a text stands; all of the text when it is written in another way.
fn place_of(node: Node<'_>, part: &str) -> Place {
    let whole = node.origin();
    match whole.source.slice(whole.span).find(part) {
        Some(at) => {
            let start = whole.span.start + at;
            Place::new(&whole.source, Span::new(start, start + part.len()))
        }
        None => whole,
    }
}

/// `${NAME}`: the name of a variable is no secret.
fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// What is the same of a finding in several versions: rule, place, pointer and message.
type Identity = (&'static str, Span, String, Option<String>, String);

fn identity(found: &Diagnostic) -> Identity {
    let path = found.place.source.path().to_owned();
    (found.rule, found.place.span, path, found.pointer.clone(), found.message.clone())
}

/// Rules of other categories that hold for every release.
const TIMELESS: [&str; 4] = ["jsonnet-syntax", "misplaced-chart-key", "misplaced-hook", "removed-key"];

/// All findings of all rules for one version, before suppressions and levels. Rules about the start always run: `boots` asks
/// them.
fn one_version(context: &Context) -> Vec<Diagnostic> {
    let wanted = |rule: &&&Rule| {
        let only = &context.settings.only;
        let asked = only.is_empty() || only.iter().any(|name| name == rule.name);
        rule.versions.contains(context.target) && (asked || rule.effect == Effect::NoBoot)
    };
    // Of a release that is not known only what holds for all is said.
    let timeless = |rule: &&&Rule| {
        !context.is_older || matches!(rule.category, "loading" | "suppressions") || TIMELESS.contains(&rule.name)
    };
    let mut found: Vec<Diagnostic> =
        rules::ALL.iter().filter(wanted).filter(timeless).flat_map(|rule| run(rule, context)).collect();
    found.retain(|found| edition::holds(context, found));
    overlap::drop_overlaps(&mut found);
    // Fixes are written for YAML, not for files of variables.
    let environment = &context.unit.environment;
    for found in &mut found {
        found.fixes.retain(|fix| !fix.edits.iter().any(|edit| environment.holds(&edit.place)));
    }
    found
}

fn run(rule: &Rule, context: &Context) -> Vec<Diagnostic> {
    let mut sink = Sink::new(rule);
    (rule.check)(context, &mut sink);
    let overflow = sink.overflow();
    let mut found = sink.into_diagnostics();
    found.extend(overflow);
    found
}
