//! Character classes: sorted ranges of code points, and groups of Unicode whose members are only counted.

use std::collections::BTreeSet;

use super::names::{self, Group};

/// The greatest code point.
const LAST: u32 = 0x0010_ffff;

/// The members of a class, clean when sorted, merged and without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Class {
    /// First and last code point of each range.
    pub ranges: Vec<(u32, u32)>,
    /// Groups whose members are not written out.
    pub groups: BTreeSet<Group>,
    /// Whether the class is all that the parts above are not; only with groups.
    pub inverted: bool,
}

impl Class {
    pub(super) fn add(&mut self, low: u32, high: u32) {
        self.ranges.push((low, high));
    }

    /// A range and all that differs from it in case only.
    pub(super) fn add_folded(&mut self, low: u32, high: u32) {
        /// Longer ranges outside ASCII hold their own other cases, nearly; the work stays bounded.
        const LONGEST: u32 = 1024;
        self.add(low, high);
        let last = if high - low > LONGEST { high.min(0x7f) } else { high };
        for point in low..=last {
            for other in orbit(point) {
                self.add(other, other);
            }
        }
    }

    pub(super) fn add_ranges(&mut self, ranges: &[(u32, u32)]) {
        self.ranges.extend_from_slice(ranges);
    }

    /// All of another class.
    pub(super) fn merge(&mut self, other: &Class) {
        self.add_ranges(&other.ranges);
        self.groups.extend(other.groups.iter().copied());
    }

    /// Sorts and merges the ranges.
    pub(super) fn clean(&mut self) {
        self.ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(self.ranges.len());
        for (low, high) in self.ranges.drain(..) {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        self.ranges = merged;
    }

    /// Inverts a clean class.
    pub(super) fn negate(&mut self) {
        if self.groups.is_empty() {
            self.ranges = negated(&self.ranges);
        } else {
            self.inverted = !self.inverted;
        }
    }

    /// How many numbers Go keeps for it: two for each range.
    pub(super) fn runes(&self) -> usize {
        2 * self.ranges.len() + self.groups.iter().map(|group| names::runes(*group)).sum::<usize>()
    }

    /// The only code point of a clean class.
    pub(super) fn single(&self) -> Option<u32> {
        match self.ranges.as_slice() {
            [(low, high)] if low == high && self.groups.is_empty() => Some(*low),
            _ => None,
        }
    }

    /// The lower of two code points that are all of a clean class and differ in case only.
    pub(super) fn case_pair(&self) -> Option<u32> {
        let (one, other) = match self.ranges.as_slice() {
            [(one, end), (other, last)] if one == end && other == last => (*one, *other),
            [(low, high)] if low + 1 == *high => (*low, *high),
            _ => return None,
        };
        (self.groups.is_empty() && orbit(one) == BTreeSet::from([one, other])).then_some(one)
    }

    /// Whether it is everything, or everything but the line feed.
    pub(super) fn is_dot(&self) -> Option<bool> {
        const NOT_LINE_FEED: [(u32, u32); 2] = [(0, 9), (11, LAST)];
        if !self.groups.is_empty() {
            return None;
        }
        match self.ranges.as_slice() {
            [(0, LAST)] => Some(true),
            ranges if ranges == NOT_LINE_FEED => Some(false),
            _ => None,
        }
    }

    pub(super) fn holds_line_feed(&self) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&10))
    }
}

/// All code points outside of sorted ranges.
pub(super) fn negated(ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut next = 0;
    let mut outside = Vec::with_capacity(ranges.len() + 1);
    for (low, high) in ranges {
        if next < *low {
            outside.push((next, low - 1));
        }
        next = high + 1;
    }
    if next <= LAST {
        outside.push((next, LAST));
    }
    outside
}

/// Code points of which three or four differ in case only (Unicode 15; package unicode of Go, `SimpleFold`).
const LARGE_ORBITS: [&str; 27] = [
    "Kk\u{212a}",
    "Ss\u{17f}",
    "\u{b5}\u{39c}\u{3bc}",
    "\u{c5}\u{e5}\u{212b}",
    "\u{1c4}\u{1c5}\u{1c6}",
    "\u{1c7}\u{1c8}\u{1c9}",
    "\u{1ca}\u{1cb}\u{1cc}",
    "\u{1f1}\u{1f2}\u{1f3}",
    "\u{345}\u{399}\u{3b9}\u{1fbe}",
    "\u{392}\u{3b2}\u{3d0}",
    "\u{395}\u{3b5}\u{3f5}",
    "\u{398}\u{3b8}\u{3d1}\u{3f4}",
    "\u{39a}\u{3ba}\u{3f0}",
    "\u{3a0}\u{3c0}\u{3d6}",
    "\u{3a1}\u{3c1}\u{3f1}",
    "\u{3a3}\u{3c2}\u{3c3}",
    "\u{3a6}\u{3c6}\u{3d5}",
    "\u{3a9}\u{3c9}\u{2126}",
    "\u{412}\u{432}\u{1c80}",
    "\u{414}\u{434}\u{1c81}",
    "\u{41e}\u{43e}\u{1c82}",
    "\u{421}\u{441}\u{1c83}",
    "\u{422}\u{442}\u{1c84}\u{1c85}",
    "\u{42a}\u{44a}\u{1c86}",
    "\u{462}\u{463}\u{1c87}",
    "\u{1c88}\u{a64a}\u{a64b}",
    "\u{1e60}\u{1e61}\u{1e9b}",
];

/// A code point and all that differ from it in case only.
pub(super) fn orbit(point: u32) -> BTreeSet<u32> {
    let Some(sign) = char::from_u32(point) else { return BTreeSet::from([point]) };
    if let Some(orbit) = LARGE_ORBITS.iter().find(|orbit| orbit.contains(sign)) {
        return orbit.chars().map(u32::from).collect();
    }
    let mut all = BTreeSet::from([point]);
    for other in [one(sign.to_lowercase()), one(sign.to_uppercase())].into_iter().flatten() {
        all.insert(u32::from(other));
    }
    all
}

/// The only item.
fn one(mut signs: impl Iterator<Item = char>) -> Option<char> {
    let first = signs.next()?;
    signs.next().is_none().then_some(first)
}
