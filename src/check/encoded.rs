//! Where a finding is in a text that the file holds as base64, in which lines cannot be counted.

use crate::diagnostic::{Diagnostic, Label};

/// Says the line and column in the decoded text.
pub(super) fn locate(found: &mut [Diagnostic]) {
    for one in found {
        let Some(decoded) = one.place.in_base64().filter(|place| place.span.len() < place.source.text().len()) else {
            continue;
        };
        let at = decoded.source.position(decoded.span.start);
        let text = format!("line {}, column {} of the decoded text", at.line, at.column);
        one.labels.insert(0, Label { place: one.place.clone(), text });
    }
}
