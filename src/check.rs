//! The one pipeline: from a unit to its report. The command line, fixes, the documentation tests and fuzzers all call it.

mod compact;
mod development;
mod edition;
mod encoded;
mod fork;
mod hiding;
mod identity;
mod idle;
mod loaded;
mod overlap;
mod part;

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::sync::Arc;

use crate::deployment::Deployment;
use crate::diagnostic::{Diagnostic, Effect};
use crate::discover;
use crate::files::Files;
use crate::kratos::env::{self, Variable};
use crate::kratos::secrets::Secrets;
use crate::kratos::version::{Age, Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::rules::{self, loading::unreadable_file};
use crate::settings::Settings;
use crate::suppress;
pub use crate::target::{Target, TargetSource};
use crate::text::{Source, Span};
use crate::unit::{Laid, Unit};
use crate::yaml::{self, Node, TextFault, Tree, Value, template};
pub(crate) use compact::{Counted, Shown};
pub(crate) use hiding::is_public;

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
    /// The findings: by file, the worst first, then by place.
    pub diagnostics: Vec<Diagnostic>,
    /// What there was more, and is not held.
    pub counted: Counted,
    /// How many more were suppressed.
    pub suppressed: usize,
    /// The rows of `[[ignore]]` in kratos-lint.toml, by their index, that took findings out.
    pub known: BTreeSet<usize>,
    /// What must not be shown of it.
    pub secrets: Secrets,
    /// The text of the file.
    pub source: Arc<Source>,
    /// Whether it is sent otherwise than as a file of its own: no fix changes it.
    pub is_sent: bool,
    /// How it is laid among the files of its project.
    pub laid: Laid,
    /// Whether variables are all of it: its file is another one than a configuration.
    pub is_of_environment: bool,
    /// What was checked, for pictures of it; none when it could not be read.
    pub subject: Option<Subject>,
}

impl UnitReport {
    /// Whether there are more findings than it holds.
    #[must_use]
    pub(crate) fn is_cut(&self) -> bool {
        self.diagnostics.len() >= MAX_FINDINGS
    }
}

/// A configuration as the server sees it, and how the server is started.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The configuration.
    pub tree: Tree,
    /// Whether the rest of it is not known here.
    pub is_part: bool,
    /// How the project starts it.
    pub deployment: Arc<Deployment>,
}

/// The report of a configuration that cannot be read.
#[must_use]
pub(crate) fn unreadable(path: &str, why: &str) -> UnitReport {
    let found = unreadable_file::finding(path, why);
    UnitReport {
        file: path.to_owned(),
        at: String::new(),
        target: Target::one(Version::NEWEST, TargetSource::Default),
        boots: false,
        source: Arc::clone(&found.place.source),
        diagnostics: vec![found],
        counted: Counted::default(),
        suppressed: 0,
        known: BTreeSet::new(),
        secrets: Secrets::default(),
        is_sent: false,
        laid: Laid::default(),
        is_of_environment: false,
        subject: None,
    }
}

/// Whether a program fills a value in, or a variable replaces it, so that the text does not say what it is.
fn is_unknown(node: Node<'_>, may_be_filled: bool, may_be_replaced: bool) -> bool {
    match node.value() {
        Value::String(text) => {
            template::is_encrypted(text)
                || template::is_reference(text)
                || (may_be_filled && template::is_placeholder(text))
                || (may_be_replaced && view::is_stand_in(text))
        }
        Value::Sequence(items) => items.is_empty() && may_be_replaced && names_its_variable(node),
        _ => false,
    }
}

/// The unit with what is not known of its values; none where all of it is.
fn filled(unit: &Unit, settings: &Settings, deployment: &Deployment) -> Option<Unit> {
    // Whether the text itself reaches Kratos is known only where the start is.
    let may_be_filled = !settings.no_config && (!deployment.is_found() || deployment.is_filled_in);
    let may_be_replaced = !settings.no_config && !deployment.is_environment_known();
    let is_unknown = |node: Node<'_>| is_unknown(node, may_be_filled, may_be_replaced);
    let holds = |word| unit.source().holds(word);
    let is_held = || holds(template::ENCRYPTED) || template::REFERENCES.into_iter().any(holds);
    let may_be_any = may_be_filled || may_be_replaced || is_held();
    may_be_any.then(|| unit.filled_in(&is_unknown))
}

/// Most lines that are named of values that are not checked.
const MOST_NAMED: usize = 3;

/// Which values are not known because the environment or another program fills them in: their lines, and the name of a single one.
fn filled_in_later(unit: &Unit) -> Option<String> {
    let is_filled = |node: &Node<'_>| node.is_unknown() && !is_lost(*node, unit);
    let unknown: Vec<Node<'_>> = unit.root()?.descendants().into_iter().filter(is_filled).collect();
    let mut lines: Vec<(Option<String>, usize)> = unknown.iter().map(|node| line_of(*node, unit.path())).collect();
    lines.sort();
    lines.dedup();
    let count = lines.len();
    let mut named: Vec<String> = lines
        .into_iter()
        .take(MOST_NAMED)
        .map(|(file, line)| file.map_or_else(|| format!("line {line}"), |file| format!("{file}:{line}")))
        .collect();
    if count > MOST_NAMED {
        named.push(format!("{} more", count - MOST_NAMED));
    }
    let places = named.join(", ");
    match unknown.as_slice() {
        [] => None,
        [only] => {
            let name = crate::kratos::secrets::name(&view::dotted(*only));
            let what = if name.is_empty() { "the configuration".to_owned() } else { format!("`{name}`") };
            Some(format!("{what} is filled in later and not checked: {places}"))
        }
        all => Some(format!("{} values are filled in later and not checked: {places}", all.len())),
    }
}

/// Whether a value is unknown because of a mistake in the file: nothing fills it in.
fn is_lost(node: Node<'_>, unit: &Unit) -> bool {
    let place = node.place();
    let is_there = |fault: &TextFault| fault.place.span == place.span;
    let faults = unit.tree.faults();
    !faults.is_empty() && (place.span.is_empty() || faults.iter().any(is_there))
}

/// The line of a value, with its file where that is another one than the unit's.
fn line_of(node: Node<'_>, own: &str) -> (Option<String>, usize) {
    let place = node.place().in_file();
    let file = Some(place.source.path()).filter(|path| *path != own).map(str::to_owned);
    (file, place.source.line_of(place.span.start) + 1)
}

/// Whether the file of a list says which variable fills it: `origins: []  # set by …_ORIGINS_0`.
fn names_its_variable(node: Node<'_>) -> bool {
    let variable = env::of_pointer(&node.pointer());
    variable.contains('_') && node.place().source.text().contains(&variable)
}

/// The unit as a release sees it with these variables; none where that is as it is written.
fn seen_by(version: Version, unit: &Unit, variables: &[Variable]) -> Option<Unit> {
    let read = unit.read_by(version);
    if variables.is_empty() {
        return read;
    }
    Some(read.as_ref().unwrap_or(unit).with_environment(variables, version))
}

/// Checks one unit against its target.
#[must_use]
pub fn unit(unit: &Unit, target: &Target, settings: &Settings) -> UnitReport {
    let project = &settings.project;
    let deployment = deployment_of(unit, settings);
    let files = Files::beside(project.disk(), Path::new(unit.path()))
        .with_maps(&settings.path_maps)
        .with_mounts(&deployment.mounts);
    let variables = variables(unit, settings, &deployment);
    let filled = filled(unit, settings, &deployment);
    let (written, unit) = (unit, filled.as_ref().unwrap_or(unit));
    let laid = |version| seen_by(version, unit, &variables);
    let documents = RefCell::new(Vec::new());
    let of_version = |version| {
        let laid = laid(version);
        let seen = laid.as_ref().unwrap_or(unit);
        let context = Context::new(seen, version, settings, &files, &deployment, target.age);
        let context = context.for_edition(target.edition);
        let found = one_version(&context);
        documents.borrow_mut().extend(context.read_documents().map(Arc::clone));
        found
    };
    let mut diagnostics = over_versions(&target.versions, &of_version);
    loaded::lower(&mut diagnostics, &deployment);
    let of_fork = fork::lower(&mut diagnostics, &deployment);
    let boots = !diagnostics.iter().any(|diagnostic| diagnostic.effect == Effect::NoBoot);
    let is_development =
        settings.only.is_empty() && (unit.root().is_some_and(view::is_local) || deployment.dev.is_known());
    let is_announced = development::announce(&mut diagnostics, is_development);
    let suppressed = silence(unit, target, settings, documents.into_inner(), &mut diagnostics);
    let before = diagnostics.len();
    let known = without_known(&mut diagnostics, unit, settings);
    let suppressed = suppressed + before - diagnostics.len();
    diagnostics.retain_mut(|found| is_wanted(found, settings));
    development::merge(&mut diagnostics, is_development, is_announced);
    let mut target = target.clone();
    target.notes.extend(of_fork.into_iter().chain(deployment.note_on_layers()));
    target.notes.extend(keep_worst(&mut diagnostics, unit));
    let laid = laid(target.newest());
    target.notes.extend(filled_in_later(laid.as_ref().unwrap_or(unit)));
    let seen = [Some(written), filled.as_ref(), laid.as_ref()].into_iter().flatten().map(|unit| &unit.tree);
    let tree = || laid.as_ref().unwrap_or(unit).tree.clone();
    let subject = settings.keeps_subjects.then(|| Subject { tree: tree(), is_part: unit.is_part(), deployment });
    let mut secrets = Secrets::of(written.layers.iter().chain(seen), &settings.secret_keys, &variables);
    complete(unit, &mut secrets, &mut diagnostics);
    UnitReport {
        file: unit.path().to_owned(),
        at: unit.at.clone(),
        target,
        boots,
        diagnostics,
        counted: Counted::default(),
        suppressed,
        known,
        secrets,
        source: unit.file_source(),
        is_sent: unit.sent.is_some() || unit.start.is_some(),
        laid: written.laid(),
        is_of_environment: unit.start.is_some(),
        subject,
    }
}

/// Completes what findings say: where they are in decoded texts, without secrets, and what they are about.
fn complete(unit: &Unit, secrets: &mut Secrets, diagnostics: &mut [Diagnostic]) {
    encoded::locate(diagnostics);
    hiding::hide(unit.start.is_none().then(|| unit.path()), secrets, diagnostics);
    identity::name(unit, diagnostics);
}

/// Takes out what comments silence, and says how many findings those were.
fn silence(
    unit: &Unit,
    target: &Target,
    settings: &Settings,
    documents: Vec<Arc<Source>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> usize {
    if settings.keeps_silenced {
        return 0;
    }
    // Comments of the file that starts a server are about its variables.
    let start = unit.start.as_ref().filter(|_| discover::is_yaml(unit.path()));
    let around = start.map(|place| yaml::whole(&place.in_file().source));
    // Of files that lie over each other each has comments of its own; what a later file replaces is found by no rule.
    let trees = match &around {
        Some(around) => std::slice::from_ref(&**around),
        None if unit.layers.is_empty() => std::slice::from_ref(&unit.tree),
        None => unit.layers.as_slice(),
    };
    // What no rule finds in a file alone may be found when another file is laid over it.
    let is_alone = unit.layers.is_empty() && unit.start.is_none() && !unit.is_under;
    let complete = settings.only.is_empty() && target.versions.len() == 1 && is_alone;
    suppress::apply(trees, &suppress::each_once(documents), diagnostics, complete)
}

/// Takes out what `[[ignore]]` in kratos-lint.toml is about, and says which rows did so.
fn without_known(diagnostics: &mut Vec<Diagnostic>, unit: &Unit, settings: &Settings) -> BTreeSet<usize> {
    let mut known = BTreeSet::new();
    diagnostics.retain(|found| {
        let rows = settings.ignores.holding(found, unit, settings.project.disk());
        known.extend(&rows);
        rows.is_empty()
    });
    known
}

/// How the server is started.
fn deployment_of(unit: &Unit, settings: &Settings) -> Arc<Deployment> {
    match &unit.sent {
        // Ory starts that server.
        Some(_) => Arc::default(),
        None if settings.no_config => Arc::new(settings.project.of_file(unit)),
        None => settings.project.deployment(unit),
    }
}

/// Gives a finding the level that the settings ask for; false when they do not want it.
fn is_wanted(found: &mut Diagnostic, settings: &Settings) -> bool {
    let Some(level) = settings.level(found.rule, found.level) else { return false };
    found.level = level;
    let is_named = settings.only.iter().any(|name| name == found.rule);
    let is_wanted = !found.marks.is_optional || is_named || settings.names(found.rule);
    (settings.only.is_empty() || is_named) && is_wanted
}

/// Sorts the findings and keeps the worst, which decide the exit status; says how many are left out.
fn keep_worst(diagnostics: &mut Vec<Diagnostic>, unit: &Unit) -> Option<String> {
    sort(diagnostics, unit);
    let more = diagnostics.len().checked_sub(MAX_FINDINGS).filter(|more| *more > 0)?;
    diagnostics.sort_by_key(|found| (Reverse(found.level), found.effect));
    diagnostics.truncate(MAX_FINDINGS);
    sort(diagnostics, unit);
    Some(format!("{more} further findings are not shown"))
}

/// Sorts findings by file, that of the unit first, then by level, the worst first, then by place.
fn sort(diagnostics: &mut [Diagnostic], unit: &Unit) {
    diagnostics.sort_by_cached_key(|found| {
        let place = found.place.in_file();
        let other_file = place.source.path() != unit.path();
        let path = place.source.path().to_owned();
        (other_file, path, Reverse(found.level), place.span, found.rule, found.message.clone())
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
pub(crate) fn variables(unit: &Unit, settings: &Settings, deployment: &Deployment) -> Vec<Variable> {
    let mut variables = deployment.variables.to_vec();
    variables.extend(env::of_given(&settings.given, &unit.tree));
    let disk = settings.project.disk();
    for path in &settings.env_files {
        // The command line has read it already: what is gone since says nothing.
        let source = discover::read_named(path, disk).ok();
        variables.extend(source.map(|source| env::of_env_file(&source)).unwrap_or_default());
    }
    env::effective(variables)
}

/// Most findings of one unit that are shown.
const MAX_FINDINGS: usize = 1_000;

/// What is the same of a finding in several versions: rule, place, pointer and message.
type Identity = (&'static str, Span, String, Option<String>, String);

fn identity(found: &Diagnostic) -> Identity {
    let path = found.place.source.path().to_owned();
    (found.rule, found.place.span, path, found.pointer.clone(), found.message.clone())
}

/// Rules of other categories that hold for every release.
const TIMELESS: [&str; 3] = ["jsonnet-syntax-error", "misplaced-chart-key", "misplaced-hook"];

/// What holds since v0.4.0, as the rule and the key: `secrets.session` became `secrets.cookie` there, and the schema refuses others.
const SINCE_V0_4: (&str, &str) = ("removed-key", "/secrets/session");

/// What holds since v0.5.0: v0.5 knows no key that the oldest table does not have (embedx/config.schema.json of v0.5.5 and
/// v0.6.3).
const SINCE_V0_5: [&str; 3] = ["identity-schema-missing", "key-too-new", "unknown-key"];

/// All findings of all rules for one version, before suppressions and levels. Rules about the start always run: `boots` asks
/// them.
fn one_version(context: &Context) -> Vec<Diagnostic> {
    let wanted = |rule: &&&Rule| {
        let only = &context.settings.only;
        let asked = only.is_empty() || only.iter().any(|name| name == rule.name);
        rule.versions.contains(context.target) && (asked || rule.effect == Effect::NoBoot)
    };
    // Of a release that is not known only what holds for all is said.
    let is_known = |rule: &Rule| match context.age {
        Age::Known => true,
        Age::V0_5 => SINCE_V0_5.contains(&rule.name) || rule.name == SINCE_V0_4.0,
        Age::SinceV0_4 => rule.name == SINCE_V0_4.0,
        Age::Older => false,
    };
    let timeless = |rule: &&&Rule| {
        is_known(rule) || matches!(rule.category, "loading" | "suppressions") || TIMELESS.contains(&rule.name)
    };
    let mut found: Vec<Diagnostic> =
        rules::ALL.iter().filter(wanted).filter(timeless).flat_map(|rule| run(rule, context)).collect();
    if matches!(context.age, Age::SinceV0_4 | Age::V0_5) {
        let (rule, key) = SINCE_V0_4;
        found.retain(|found| found.rule != rule || found.pointer.as_deref() == Some(key));
    }
    let is_open = !context.deployment.is_environment_known();
    found.retain(|found| edition::holds(context, found) && part::holds(context.unit, found, is_open));
    for found in &mut found {
        edition::reword(context, found);
    }
    overlap::drop_overlaps(&mut found);
    idle::quiet(context, &mut found);
    // Fixes are written for YAML, not for files of variables and commands.
    let is_sent = context.unit.sent.is_some() || context.unit.start.is_some();
    for found in &mut found {
        found.fixes.retain(|fix| !is_sent && !fix.edits.iter().any(|edit| context.unit.is_given(&edit.place)));
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

/// A fault of a file that several units share is reported with the first of them.
#[must_use]
pub(crate) fn once_each(reports: Vec<UnitReport>) -> Vec<UnitReport> {
    let mut once = Once::default();
    reports.into_iter().map(|report| once.new_of(report)).collect()
}

/// Which findings were reported already, by numbers that stand for them: a run over many files has many.
#[derive(Debug, Default)]
pub(crate) struct Once {
    seen: HashSet<[u64; 2]>,
    states: [RandomState; 2],
}

impl Once {
    /// A report without the findings that one before it has.
    #[must_use]
    pub(crate) fn new_of(&mut self, mut report: UnitReport) -> UnitReport {
        let key = |found: &Diagnostic| {
            let place = found.place.in_file();
            let key = (found.rule, place.source.path(), place.span, &found.message);
            self.states.each_ref().map(|state| state.hash_one(key))
        };
        report.remember();
        let keys: Vec<[u64; 2]> = report.diagnostics.iter().map(key).collect();
        let mut are_new = keys.iter().map(|key| !self.seen.contains(key)).collect::<Vec<_>>().into_iter();
        report.diagnostics.retain(|_| are_new.next().unwrap_or_default());
        self.seen.extend(keys);
        report
    }
}
