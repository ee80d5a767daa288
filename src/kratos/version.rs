//! Releases of Kratos and spans of them. A new release is one more row in [`RELEASES`].

use std::fmt;

use crate::kratos::releases::{self, RELEASES};

/// A release of Kratos: an index into [`RELEASES`], ordered as the releases are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u8);

/// The release of this name; a name that no row has does not compile.
const fn at(name: &str) -> Version {
    let (mut index, mut row) = (0, 0);
    while row < RELEASES.len() {
        if is_same(RELEASES[row].name.as_bytes(), name.as_bytes()) {
            return Version(index);
        }
        row += 1;
        index += 1;
    }
    panic!("no such release")
}

/// Whether two names are the same, for tables that are read when the program is compiled.
pub(crate) const fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// What a message ends with that holds for the release which it is checked against.
const AGAINST: &str = ", this is checked against ";

impl Version {
    /// The oldest release that we know (keys and hook names only).
    pub(crate) const OLDEST: Version = at("v0.6.3");
    /// v0.7.1
    pub(crate) const V0_7_1: Version = at("v0.7.1");
    /// v0.7.6
    pub(crate) const V0_7_6: Version = at("v0.7.6");
    /// v0.8.0
    pub(crate) const V0_8_0: Version = at("v0.8.0");
    /// v0.8.2
    pub(crate) const V0_8_2: Version = at("v0.8.2");
    /// v0.9.0
    pub(crate) const V0_9: Version = at("v0.9.0");
    /// v0.10.1
    pub(crate) const V0_10: Version = at("v0.10.1");
    /// v0.11.0
    pub(crate) const V0_11_0: Version = at("v0.11.0");
    /// v0.11.1
    pub(crate) const V0_11_1: Version = at("v0.11.1");
    /// v0.13.0, the oldest release whose constraints are known.
    pub const V0_13: Version = at("v0.13.0");
    /// v1.0.0
    pub const V1_0: Version = at("v1.0.0");
    /// v1.1.0
    pub const V1_1: Version = at("v1.1.0");
    /// v1.2.0
    pub const V1_2: Version = at("v1.2.0");
    /// v1.3.0
    pub(crate) const V1_3_0: Version = at("v1.3.0");
    /// v1.3.1
    pub const V1_3_1: Version = at("v1.3.1");
    /// v25.4.0
    pub const V25_4: Version = at("v25.4.0");
    /// v26.2.0
    pub const V26_2: Version = at("v26.2.0");
    /// What is new after v26.2.0 begins here, on master until a release has it: see [`releases::AFTER_V26_2`].
    pub(crate) const AFTER_V26_2: Version = at(releases::AFTER_V26_2);
    /// The development branch up to [`releases::READ_TO`]: a target and all that the tables know, never the place where something begins.
    pub const MASTER: Version = at("master");
    /// What is assumed when nothing says which Kratos: the newest tagged release.
    pub const NEWEST: Version = Version(Version::MASTER.0 - 1);

    /// All releases, oldest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Version> {
        (0..RELEASES.len()).filter_map(|index| u8::try_from(index).ok().map(Version))
    }

    /// The releases that have a tag, oldest first: all but master.
    pub(crate) fn tagged() -> impl DoubleEndedIterator<Item = Version> {
        Version::all().filter(|version| *version != Version::MASTER)
    }

    /// The name as in Kratos' tags: `v1.3.1`, `master`.
    #[must_use]
    pub fn name(self) -> &'static str {
        RELEASES.get(usize::from(self.0)).map_or("master", |r| r.name)
    }

    /// The release itself, the newest one for the development branch: what `version` of a configuration says.
    #[must_use]
    pub(crate) fn released(self) -> Version {
        if self == Version::MASTER { Version::NEWEST } else { self }
    }

    /// The release of exactly this name (`v1.3.1`, `master` or `HEAD`).
    #[must_use]
    pub fn named(name: &str) -> Option<Version> {
        let name = if name == "HEAD" { "master" } else { name };
        Version::all().find(|version| version.name() == name)
    }

    /// A message that holds for this release and not for others.
    pub(crate) fn against(self, message: impl fmt::Display) -> String {
        format!("{message}{AGAINST}{self}")
    }

    /// The same message where the release is named beside it.
    pub(crate) fn without_against(self, message: &str) -> String {
        message.replace(&format!("{AGAINST}{self}"), "")
    }

    /// The release before this one.
    #[must_use]
    pub const fn previous(self) -> Option<Version> {
        match self.0.checked_sub(1) {
            Some(index) => Some(Version(index)),
            None => None,
        }
    }

    /// The release after this one.
    #[must_use]
    pub(crate) const fn next(self) -> Option<Version> {
        if (self.0 as usize) + 1 < RELEASES.len() { Some(Version(self.0 + 1)) } else { None }
    }

    /// The release that is likely meant where users wrote another number: one that is a slip of the finger away, the newest of several.
    #[must_use]
    pub(crate) fn likely(written: &str) -> Option<Version> {
        let written = written.trim().trim_start_matches(['v', 'V']);
        let parts = written.split('.').count();
        let short = |version: &Version| {
            let name = version.name().trim_start_matches('v');
            name.split('.').take(parts).collect::<Vec<_>>().join(".")
        };
        // Longer words are no numbers, and a comparison costs the product of the lengths.
        let is_number = written.len() <= 12 && written.contains('.');
        let is_near = |version: &Version| is_number && strsim::osa_distance(written, &short(version)) == 1;
        Version::tagged().rev().find(is_near)
    }

    /// Reads what users write: `1.3`, `v1.3.1`, `26.2`, `v1.0.0-rc.1`, `master`, `latest`. See [`Asked`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Asked> {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "master" | "head" => return Some(Asked::exact(Version::MASTER)),
            "latest" => return Some(Asked::exact(Version::NEWEST)),
            _ => {}
        }
        let number = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let number = number.split(['-', '+']).next().unwrap_or_default();
        let mut parts = [None; 3];
        for (index, part) in number.split('.').enumerate() {
            *parts.get_mut(index)? = Some(part.parse::<u16>().ok()?);
        }
        let wanted = (parts[0]?, parts[1]?, parts[2].unwrap_or(u16::MAX));
        Some(Asked::nearest(wanted, parts[2].is_some()))
    }
}

/// How much is known of the release of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// The tables hold it.
    Known,
    /// v0.4: older than the tables, which hold some of it.
    SinceV0_4,
    /// v0.5: older than the tables. It has no key that they do not have.
    V0_5,
    /// Older than the tables: what they say may not hold.
    Older,
}

/// What a written version came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The release to check against.
    pub version: Version,
    /// How it relates to what was written.
    pub nearness: Nearness,
}

/// How the release that is checked relates to the version that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearness {
    /// It is that release, the newest patch of the written minor version, or the oldest where an older one is written.
    Exact,
    /// A patch that we have no row for: the nearest lower release.
    Lower,
    /// A minor version between two releases that was never made: checked as the nearest lower release.
    NoRelease,
    /// Newer than the newest release: checked as the newest.
    TooNew,
    /// Older than the oldest release: checked as the oldest.
    TooOld,
}

impl Asked {
    fn exact(version: Version) -> Asked {
        Asked { version, nearness: Nearness::Exact }
    }

    fn nearest(wanted: (u16, u16, u16), full: bool) -> Asked {
        let number =
            |version: Version| RELEASES.get(usize::from(version.0)).map_or((0, 0, 0), |release| release.number);
        let Some(version) = Version::tagged().rfind(|version| number(*version) <= wanted) else {
            return Asked { version: Version::OLDEST, nearness: Nearness::TooOld };
        };
        let (major, minor, patch) = number(version);
        let same_minor = (major, minor) == (wanted.0, wanted.1);
        // A patch before the first one that has a row: v0.10.0 has the keys and the program of v0.10.1.
        let is_of_minor = |version: &Version| matches!(number(*version), (x, y, _) if (x, y) == (wanted.0, wanted.1));
        if let Some(first) = Version::tagged().find(is_of_minor).filter(|_| !same_minor) {
            return Asked::exact(first);
        }
        let nearness = if same_minor && (!full || patch == wanted.2) {
            Nearness::Exact
        } else if version == Version::NEWEST && !same_minor {
            Nearness::TooNew
        } else if same_minor {
            Nearness::Lower
        } else {
            Nearness::NoRelease
        };
        Asked { version, nearness }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A span of releases. Its end is the release that ends it, so that one which is added between two others is in the span of the
/// older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The first release in it.
    pub from: Version,
    /// The first release after it; none where no release has ended it.
    pub before: Option<Version>,
}

impl Versions {
    /// Every release.
    pub const ALL: Versions = Versions::since(Version::OLDEST);

    /// From `from` to `to`, both included.
    #[must_use]
    pub(crate) const fn between(from: Version, to: Version) -> Versions {
        Versions { from, before: to.next() }
    }

    /// From `from` on.
    #[must_use]
    pub(crate) const fn since(from: Version) -> Versions {
        Versions { from, before: None }
    }

    /// Up to and with `to`.
    #[must_use]
    pub(crate) const fn until(to: Version) -> Versions {
        Versions::between(Version::OLDEST, to)
    }

    /// All releases before `end`.
    #[must_use]
    pub(crate) const fn before(end: Version) -> Versions {
        Versions { from: Version::OLDEST, before: Some(end) }
    }

    /// The same from `from` on.
    #[must_use]
    pub(crate) const fn from(self, from: Version) -> Versions {
        Versions { from, ..self }
    }

    /// A row of the tables: the releases of these names; names that no release has do not compile.
    pub(crate) const fn named(from: &str, before: &str) -> Versions {
        let before = if before.is_empty() { None } else { Some(at(before)) };
        Versions { from: at(from), before }
    }

    /// The last release in it; the development branch where no release has ended it.
    #[must_use]
    pub fn last(self) -> Version {
        self.before.map_or(Version::MASTER, |end| end.previous().unwrap_or(end))
    }

    /// Whether `version` is in it.
    #[must_use]
    pub fn contains(self, version: Version) -> bool {
        self.from <= version && self.before.is_none_or(|end| version < end)
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.before.map(|_| self.last())) {
            (Version::OLDEST, None) => f.write_str("all versions"),
            (Version::OLDEST, Some(to)) => write!(f, "up to {to}"),
            (Version::MASTER, None) => write!(f, "after {}", Version::NEWEST),
            (from, None) => write!(f, "since {from}"),
            (from, Some(to)) if from == to => write!(f, "{from}"),
            (from, Some(to)) => write!(f, "{from} to {to}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_name_their_rows() {
        let rows = [
            (Version::V0_7_1, "v0.7.1"),
            (Version::V0_7_6, "v0.7.6"),
            (Version::V0_8_0, "v0.8.0"),
            (Version::V0_8_2, "v0.8.2"),
            (Version::V0_9, "v0.9.0"),
            (Version::V0_10, "v0.10.1"),
            (Version::V0_11_0, "v0.11.0"),
            (Version::V0_11_1, "v0.11.1"),
            (Version::V0_13, "v0.13.0"),
            (Version::V1_0, "v1.0.0"),
            (Version::V1_1, "v1.1.0"),
            (Version::V1_2, "v1.2.0"),
            (Version::V1_3_0, "v1.3.0"),
            (Version::V1_3_1, "v1.3.1"),
            (Version::V25_4, "v25.4.0"),
            (Version::V26_2, "v26.2.0"),
            (Version::MASTER, "master"),
        ];
        for (version, name) in rows {
            assert_eq!(version.name(), name);
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        let likely = |text: &str| Version::likely(text).map(Version::name);
        assert_eq!(likely("1.33.1"), Some("v1.3.1"));
        assert_eq!(likely("v1.33.0"), Some("v1.3.0"));
        assert_eq!(likely("0.14"), Some("v0.13.0"));
        assert_eq!(likely("9.9.9"), None);
        assert_eq!(likely("99.9"), None);
    }

    #[test]
    fn reads_what_people_write() {
        let exact = |text: &str| {
            let asked = Version::parse(text);
            assert_eq!(asked.map(|a| a.nearness), Some(Nearness::Exact), "{text}");
            asked.map(|a| a.version)
        };
        assert_eq!(exact("1.3"), Some(Version::V1_3_1));
        assert_eq!(exact("v1.3.1"), Some(Version::V1_3_1));
        assert_eq!(exact("26.2"), Some(Version::V26_2));
        assert_eq!(exact("master"), Some(Version::MASTER));
        assert_eq!(exact("v1.0.0-rc.1"), Some(Version::V1_0));
        assert_eq!(exact("v0.10.0"), Some(Version::V0_10));
        let near = |text: &str| Version::parse(text).map(|a| (a.version.name(), a.nearness));
        assert_eq!(near("v25.4.7"), Some(("v25.4.0", Nearness::Lower)));
        assert_eq!(near("v99.1.0"), Some((Version::NEWEST.name(), Nearness::TooNew)));
        assert_eq!(near("v0.5.0"), Some(("v0.6.3", Nearness::TooOld)));
        assert_eq!(near("v0.12.0"), Some(("v0.11.1", Nearness::NoRelease)));
        assert_eq!(near("lates"), None);
        assert_eq!(near("1"), None);
        assert_eq!(near("1.2.3.4"), None);
    }
}
