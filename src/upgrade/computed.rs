//! What follows from comparing two releases: findings, hooks and defaults.

use std::collections::BTreeSet;

use crate::check::UnitReport;
use crate::diagnostic::{Diagnostic, Level};
use crate::kratos::changes;
use crate::kratos::network;
use crate::kratos::network::keys::{self, Status};
use crate::kratos::plan;
use crate::kratos::schema::{self, KEYS};
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::text::Place;
use crate::yaml::Node;

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The new release does not start.
    Refused,
    /// Something is wrong under the new release only.
    New,
    /// Something is wrong under the old release only.
    Gone,
    /// A hook begins or stops to run, or runs at another time.
    Hook,
    /// A default that the file relies on is another one.
    Default,
    /// A key that Ory Network treats in another way.
    Network,
    /// A value that still leads to Ory Network after the move away from it.
    Left,
}

impl ChangeKind {
    /// The word in the JSON of `kratos-lint upgrade`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            ChangeKind::Refused => "refused",
            ChangeKind::New => "new",
            ChangeKind::Gone => "gone",
            ChangeKind::Hook => "hook",
            ChangeKind::Default => "default",
            ChangeKind::Network => "network",
            ChangeKind::Left => "left",
        }
    }

    /// The heading over all changes of this kind.
    #[must_use]
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            ChangeKind::Refused => "refuses to start",
            ChangeKind::New => "new findings",
            ChangeKind::Gone => "no longer true",
            ChangeKind::Hook => "hooks",
            ChangeKind::Default => "other defaults",
            ChangeKind::Network => "keys that Ory Network treats in another way",
            ChangeKind::Left => "still on Ory Network",
        }
    }
}

/// One difference.
#[derive(Debug)]
pub struct Finding {
    /// What kind.
    pub kind: ChangeKind,
    /// The rule, for findings.
    pub rule: Option<&'static str>,
    /// The level of that finding.
    pub level: Option<Level>,
    /// What changes, as a sentence.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// JSON pointer into the configuration.
    pub pointer: Option<String>,
    /// Where it shows.
    pub place: Option<Place>,
}

/// Findings of one release only. The texts name versions, so rule and place tell which are the same.
pub(super) fn findings(before: &UnitReport, after: &UnitReport) -> Vec<Finding> {
    let key = |found: &Diagnostic| (found.rule, found.pointer.clone(), found.place.span);
    let keys = |report: &UnitReport| report.diagnostics.iter().map(key).collect::<BTreeSet<_>>();
    let (old, new) = (keys(before), keys(after));
    let refused: BTreeSet<_> = before.diagnostics.iter().filter(|found| found.stops_start()).map(key).collect();
    // The old release may have started with what the new one refuses.
    let is_new =
        |found: &&Diagnostic| !old.contains(&key(found)) || (found.stops_start() && !refused.contains(&key(found)));
    let change = |kind: ChangeKind, found: &Diagnostic| Finding {
        kind,
        rule: Some(found.rule),
        level: Some(found.level),
        message: found.message.clone(),
        help: found.help.clone(),
        pointer: found.pointer.clone(),
        place: Some(found.place.clone()),
    };
    let begins = after.diagnostics.iter().filter(is_new);
    // That a key is no longer too new goes without saying.
    let is_news = |found: &&Diagnostic| found.rule != "key-too-new" && !new.contains(&key(found));
    let ends = before.diagnostics.iter().filter(is_news);
    let begins =
        begins.map(|found| change(if found.stops_start() { ChangeKind::Refused } else { ChangeKind::New }, found));
    begins.chain(ends.map(|found| change(ChangeKind::Gone, found))).collect()
}

/// A hook as it runs at a point: its pointer, or its name when Kratos inserts it.
type Step = (String, String, &'static str);

/// Hooks that run in another way.
pub(super) fn hooks(root: Node<'_>, from: Version, to: Version) -> Vec<Finding> {
    let (before, after) = (plan::points(root, from), plan::points(root, to));
    let mut changes = Vec::new();
    for point in after.iter().filter(|point| point.enabled) {
        let old = before.iter().find(|old| old.name() == point.name());
        let old_steps = old.map(steps).unwrap_or_default();
        let new_steps = steps(point);
        let at = point.name();
        let mut say = |step: &Step, message: String| {
            changes.push(Finding {
                kind: ChangeKind::Hook,
                rule: None,
                level: None,
                message,
                help: None,
                pointer: step.0.starts_with('/').then(|| step.0.clone()),
                place: root.at(&step.0).filter(|_| step.0.starts_with('/')).map(Node::place),
            });
        };
        for step in &new_steps {
            match old_steps.iter().find(|old| old.0 == step.0) {
                None => say(step, format!("{at}: `{}` begins to run ({})", step.1, step.2)),
                Some(old) if old.2 != step.2 => {
                    say(step, format!("{at}: `{}` runs {} instead of {}", step.1, step.2, old.2));
                }
                Some(_) => {}
            }
        }
        for step in old_steps.iter().filter(|old| !new_steps.iter().any(|step| step.0 == old.0)) {
            say(step, format!("{at}: `{}` no longer runs", step.1));
        }
        let order = |steps: &[Step], others: &[Step]| -> Vec<String> {
            steps
                .iter()
                .filter(|step| others.iter().any(|other| other.0 == step.0))
                .map(|step| step.0.clone())
                .collect()
        };
        if order(&new_steps, &old_steps) != order(&old_steps, &new_steps)
            && let Some(last) = new_steps.last()
        {
            say(last, format!("{at}: the hooks run in another order, `{}` last", last.1));
        }
    }
    changes
}

fn steps(point: &plan::Point<'_>) -> Vec<Step> {
    // What Kratos inserts is told by the rows of changes.
    let runs = point.runs.iter().filter(|run| point.enabled && run.hook.is_some());
    runs.map(|run| {
        let id = run.hook.map_or_else(|| run.name.to_owned(), |hook| hook.node.pointer());
        (id, run.name.to_owned(), run.phase.words())
    })
    .collect()
}

/// Defaults that differ, of keys that both releases know and the file does not set, below mappings that it has.
pub(super) fn defaults(root: Node<'_>, from: Version, to: Version) -> Vec<Finding> {
    let mut paths: Vec<&str> = KEYS.iter().map(|key| key.path).filter(|path| !path.contains(['[', '#', '*'])).collect();
    paths.dedup();
    let mut changes = Vec::new();
    for path in paths {
        let (Some(_), Some(_)) = (schema::lookup(path, from), schema::lookup(path, to)) else { continue };
        let (old, new) = (schema::default_of(path, from), schema::default_of(path, to));
        let is_told = || changes::between(from, to).any(|row| row.when.asks_for(path));
        if old == new || root.find(path).is_some() || is_told() {
            continue;
        }
        let shown = |default: Option<&str>| default.map_or_else(|| "none".to_owned(), str::to_owned);
        changes.push(Finding {
            kind: ChangeKind::Default,
            rule: None,
            level: None,
            message: format!("the default of `{path}` is {} instead of {}", shown(new), shown(old)),
            help: Some("set it to keep what there was".to_owned()),
            pointer: Some(format!("/{}", path.replace('.', "/"))),
            place: None,
        });
    }
    changes
}

/// What Ory Network does with a key, as a clause.
#[must_use]
pub(crate) const fn words_of(status: Status) -> &'static str {
    match status {
        Status::Ignored => "ignored",
        Status::Managed => "managed by Ory: the value has no effect, or none that is documented",
        Status::Refused => "refused",
        Status::Commercial => "for Ory Network and the Enterprise License only",
        Status::Enterprise => "for the Enterprise License only",
        Status::Unknown => "not documented for Ory Network",
    }
}

/// Keys of an open source configuration that Ory Network ignores, manages or refuses.
pub(super) fn keys_of_network(root: Node<'_>) -> Vec<Finding> {
    let told = keys::stated(root).into_iter().filter(|(_, status)| *status != Status::Commercial);
    told.map(|(node, status)| Finding {
        kind: ChangeKind::Network,
        rule: None,
        level: None,
        message: format!("`{}` is {}", view::dotted(node), words_of(status)),
        help: None,
        pointer: Some(node.pointer()),
        place: Some(node.key_place()),
    })
    .collect()
}

/// Values of an export that lead to the project or to the storage of Ory Network.
pub(super) fn left_at_network(root: Node<'_>) -> Vec<Finding> {
    let of = |node: Node<'_>| {
        let text = node.as_str()?;
        let (what, help) = if network::stored_digest(text).is_some() {
            (
                "in the storage of Ory Network",
                "keep the content in a file of your own: `unpack` finds one with these bytes",
            )
        } else if network::is_of_project(text) {
            ("an address of the project on Ory Network", "write the address of your own server")
        } else if network::is_page_of_ory(text) {
            ("a page that only Ory Network serves", "write the address of your own application")
        } else {
            return None;
        };
        Some(Finding {
            kind: ChangeKind::Left,
            rule: None,
            level: None,
            message: format!("`{}` is {what}", view::dotted(node)),
            help: Some(help.to_owned()),
            pointer: Some(node.pointer()),
            place: Some(node.place()),
        })
    };
    root.descendants().into_iter().filter_map(of).collect()
}
