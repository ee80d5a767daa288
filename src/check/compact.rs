//! Reports of a run over many configurations: what no format shows is dropped, since all of them are held until the end.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::UnitReport;
use crate::diagnostic::Diagnostic;
use crate::kratos::secrets::Secrets;
use crate::text::{Place, Source};

impl UnitReport {
    /// Keeps of the texts the lines that a report shows, and of what must not be shown what those lines hold. No fix can be
    /// applied afterwards. Without `details` no format shows other places and fixes.
    pub fn compact(&mut self, details: bool) {
        let source = Arc::clone(&self.source);
        if self.diagnostics.is_empty() {
            self.secrets = Secrets::default();
            self.source = Source::new(self.file.as_str(), "");
            return;
        }
        if !details {
            self.diagnostics.iter_mut().for_each(|found| (found.labels, found.fixes) = (Vec::new(), Vec::new()));
        }
        self.diagnostics.shrink_to_fit();
        for place in self.diagnostics.iter_mut().flat_map(places) {
            *place = place.in_file();
        }
        let (mut lines, mut is_alone) = (BTreeSet::new(), true);
        for place in self.diagnostics.iter_mut().flat_map(places) {
            if Arc::ptr_eq(&place.source, &source) {
                lines.extend(shown_lines(place));
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

/// All places of a finding.
fn places(found: &mut Diagnostic) -> impl Iterator<Item = &mut Place> {
    let labels = found.labels.iter_mut().map(|label| &mut label.place);
    let edits = found.fixes.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.place);
    std::iter::once(&mut found.place).chain(labels).chain(edits)
}

/// The lines in which a place begins and ends, and those around its beginning.
fn shown_lines(place: &Place) -> impl Iterator<Item = usize> + use<> {
    let (first, last) = (place.source.line_of(place.span.start), place.source.line_of(place.span.end));
    (first.saturating_sub(1)..=first + 1).chain([last])
}

fn shrink(found: &mut Diagnostic) {
    found.message.shrink_to_fit();
    found.identity.shrink_to_fit();
    found.labels.shrink_to_fit();
    found.fixes.shrink_to_fit();
    found.help.as_mut().into_iter().chain(found.pointer.as_mut()).for_each(String::shrink_to_fit);
}
