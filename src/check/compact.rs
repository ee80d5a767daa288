//! Reports of a run over many configurations: what no format shows is dropped, since all of them are held until the end.

use std::collections::BTreeSet;
use std::ops::BitOr;
use std::sync::Arc;

use super::UnitReport;
use crate::diagnostic::{Diagnostic, Level};
use crate::kratos::network::Edition;
use crate::kratos::secrets::Secrets;
use crate::text::{Place, Source};

/// What the formats of a run show of findings, beside place, level, rule and message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a part of a finding")]
pub(crate) struct Shown {
    /// The lines of their files.
    pub lines: bool,
    /// Other places, and fixes.
    pub details: bool,
    /// What to do.
    pub help: bool,
    /// The names by which programs and baselines know them.
    pub names: bool,
    /// Notes: findings of level info. They are counted in any case.
    pub notes: bool,
}

impl BitOr for Shown {
    type Output = Shown;

    fn bitor(self, other: Shown) -> Shown {
        Shown {
            lines: self.lines || other.lines,
            details: self.details || other.details,
            help: self.help || other.help,
            names: self.names || other.names,
            notes: self.notes || other.notes,
        }
    }
}

/// Findings that are not held one by one, for a run may have a million: how many there are, and what is printed of them.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// How many of level info, warning and error.
    counts: [usize; 3],
    /// The line of each that a report shows, harmless and with its line break.
    pub lines: String,
    /// Whether one of them says that Kratos does not start.
    is_refused: bool,
}

impl Counted {
    /// Adds findings of a level.
    pub(crate) fn add(&mut self, level: Level, more: usize) {
        if let Some(count) = self.counts.get_mut(level as usize) {
            *count += more;
        }
    }

    /// How many there are of a level.
    #[must_use]
    pub(crate) fn of(&self, level: Level) -> usize {
        self.counts.get(level as usize).copied().unwrap_or_default()
    }
}

impl UnitReport {
    /// How many findings of a level there are.
    #[must_use]
    pub(crate) fn count(&self, level: Level) -> usize {
        self.counted.of(level) + self.diagnostics.iter().filter(|found| found.level == level).count()
    }

    /// Whether a finding that is shown says that Kratos does not start with the configuration, whatever is given at the start.
    #[must_use]
    pub(crate) fn is_refused(&self) -> bool {
        // Ory Network refuses it when it is sent; no Kratos is started.
        let is_started = self.target.edition != Edition::Network;
        self.counted.is_refused || (is_started && self.diagnostics.iter().any(Diagnostic::stops_all_starts))
    }

    /// Remembers what the findings say together, before some of them go.
    pub(super) fn remember(&mut self) {
        self.counted.is_refused = self.is_refused();
    }

    /// The findings, which the report no longer has; nor does it have what only they need.
    pub(crate) fn take_findings(&mut self) -> Vec<Diagnostic> {
        self.remember();
        let found = std::mem::take(&mut self.diagnostics);
        for found in &found {
            self.counted.add(found.level, 1);
        }
        self.secrets = Secrets::default();
        self.source = Source::new(self.file.as_str(), "");
        found
    }

    /// Keeps of the texts the lines that a report shows, and of what must not be shown what those lines hold. No fix can be
    /// applied afterwards.
    pub(crate) fn compact(&mut self, shown: Shown) {
        if !shown.notes {
            let before = self.diagnostics.len();
            self.diagnostics.retain(|found| found.level > Level::Info);
            self.counted.add(Level::Info, before - self.diagnostics.len());
        }
        let source = Arc::clone(&self.source);
        if self.diagnostics.is_empty() {
            self.secrets = Secrets::default();
            self.source = Source::new(self.file.as_str(), "");
            return;
        }
        self.diagnostics.iter_mut().for_each(|found| drop_parts(found, shown));
        self.diagnostics.shrink_to_fit();
        for place in self.diagnostics.iter_mut().flat_map(places) {
            *place = place.in_file();
        }
        let (mut lines, mut is_alone) = (BTreeSet::new(), true);
        for place in self.diagnostics.iter_mut().flat_map(places) {
            if Arc::ptr_eq(&place.source, &source) {
                lines.extend(shown_lines(place, shown));
            } else {
                is_alone = false;
            }
        }
        let excerpt = source.excerpt(&lines);
        let replace = |place: &mut Place| {
            if Arc::ptr_eq(&place.source, &source) {
                place.source = Arc::clone(&excerpt);
            }
        };
        self.diagnostics.iter_mut().flat_map(places).for_each(replace);
        if !shown.lines {
            self.secrets = Secrets::default();
        }
        self.secrets.keep_places(&|place| {
            let mut place = place.in_file();
            let is_shown = !is_alone || place.source.path() == source.path();
            replace(&mut place);
            is_shown.then_some(place)
        });
        if is_alone {
            self.secrets.keep_words_of(excerpt.text());
        }
        self.source = excerpt;
        self.diagnostics.iter_mut().for_each(shrink);
    }
}

/// Drops what no format shows of a finding.
fn drop_parts(found: &mut Diagnostic, shown: Shown) {
    if !shown.details {
        (found.labels, found.fixes) = (Vec::new(), Vec::new());
    }
    if !shown.help {
        found.help = None;
    }
    if !shown.names {
        (found.pointer, found.identity) = (None, String::new());
    }
}

/// All places of a finding.
fn places(found: &mut Diagnostic) -> impl Iterator<Item = &mut Place> {
    let labels = found.labels.iter_mut().map(|label| &mut label.place);
    let edits = found.fixes.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.place);
    std::iter::once(&mut found.place).chain(labels).chain(edits)
}

/// The lines in which a place begins and ends, and those around its beginning where lines are shown.
fn shown_lines(place: &Place, shown: Shown) -> impl Iterator<Item = usize> + use<> {
    let (first, last) = (place.source.line_of(place.span.start), place.source.line_of(place.span.end));
    let around = usize::from(shown.lines);
    (first.saturating_sub(around)..=first + around).chain([last])
}

fn shrink(found: &mut Diagnostic) {
    found.message.shrink_to_fit();
    found.identity.shrink_to_fit();
    found.labels.shrink_to_fit();
    found.fixes.shrink_to_fit();
    found.help.as_mut().into_iter().chain(found.pointer.as_mut()).for_each(String::shrink_to_fit);
}
