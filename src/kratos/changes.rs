//! What the server does in another way from a release on, while the configuration stays the same: one row a change.
//!
//! The one source for `kratos-lint upgrade`, for the versions of rules and for the part "Versions" of their pages. Where
//! `Row::seen` is set, both servers ran; the others were read at both tags.

pub mod condition;
mod rows;

pub use rows::CHANGES;

use super::version::{Version, Versions, is_same};
use condition::When;

/// How much of a change reaches users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something stops working unless the configuration or a client is changed.
    Break,
    /// Another result.
    Behaviour,
    /// Other ids, labels or texts in forms.
    Message,
    /// New, harmless, or of interest to scripts only.
    Info,
}

impl Weight {
    /// The word in the JSON of `kratos-lint upgrade`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Weight::Break => "break",
            Weight::Behaviour => "behaviour",
            Weight::Message => "message",
            Weight::Info => "info",
        }
    }
}

/// One change.
#[derive(Debug)]
pub struct Row {
    /// Its name, fixed for programs.
    pub id: &'static str,
    /// The first release with it.
    pub release: Version,
    /// The last release with it, when a later one took it back.
    pub until: Option<Version>,
    /// The first release with what it takes back: nothing changes for whoever comes from an older one.
    pub undoes: Option<Version>,
    /// What part of the server: `hook`, `default`, `flow answer`, ….
    pub kind: &'static str,
    /// How much of it reaches users.
    pub weight: Weight,
    /// Whom it reaches.
    pub when: When,
    /// What happens, as a sentence without a full stop.
    pub what: &'static str,
    /// What to do, or how to keep the old behaviour.
    pub advice: &'static str,
    /// Whether both servers were run.
    pub seen: bool,
    /// The rules that this change begins, ends or alters.
    pub rules: &'static [&'static str],
}

impl Row {
    /// Both servers were run.
    const fn seen(self) -> Row {
        Row { seen: true, ..self }
    }

    /// Up to and with this release only.
    const fn until(self, last: Version) -> Row {
        Row { until: Some(last), ..self }
    }

    /// Takes back what this release brought.
    const fn undoes(self, first: Version) -> Row {
        Row { undoes: Some(first), ..self }
    }

    /// The rules that it is about.
    const fn rules(self, rules: &'static [&'static str]) -> Row {
        Row { rules, ..self }
    }
}

const fn row(
    (id, release, kind): (&'static str, Version, &'static str),
    weight: Weight,
    when: When,
    what: &'static str,
    advice: &'static str,
) -> Row {
    Row { id, release, until: None, undoes: None, kind, weight, when, what, advice, seen: false, rules: &[] }
}

/// The rows that are about a rule.
pub fn about(rule: &str) -> impl Iterator<Item = &'static Row> {
    CHANGES.iter().filter(move |row| row.rules.contains(&rule))
}

/// The rows on the way from one release to another, in order.
pub(crate) fn between(from: Version, to: Version) -> impl Iterator<Item = &'static Row> {
    let is_between = move |row: &&Row| from < row.release && row.release <= to;
    let stays = move |row: &&Row| row.until.is_none_or(|last| to <= last);
    let is_felt = move |row: &&Row| row.undoes.is_none_or(|first| from >= first);
    CHANGES.iter().filter(is_between).filter(stays).filter(is_felt)
}

/// The row of this name; a name that no row has does not compile.
const fn named(id: &str) -> &'static Row {
    let mut at = 0;
    while at < CHANGES.len() {
        if is_same(CHANGES[at].id.as_bytes(), id.as_bytes()) {
            return &CHANGES[at];
        }
        at += 1;
    }
    panic!("no such change")
}

/// The first release with a change. For constants.
#[must_use]
pub(crate) const fn release(id: &str) -> Version {
    named(id).release
}

/// The releases with a change. For constants.
#[must_use]
pub(crate) const fn versions(id: &str) -> Versions {
    let row = named(id);
    match row.until {
        Some(last) => Versions::between(row.release, last),
        None => Versions::since(row.release),
    }
}

/// The releases without a change yet. For constants.
#[must_use]
pub(crate) const fn before(id: &str) -> Versions {
    Versions::before(named(id).release)
}

/// The releases with one change, and without another one yet. For constants.
#[must_use]
pub(crate) const fn from_to(first: &str, end: &str) -> Versions {
    Versions::before(named(end).release).from(named(first).release)
}
