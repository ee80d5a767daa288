//! Places as clients take them.

use serde_json::{Value, json};

use super::position::Lines;
use super::state::Snapshot;
use crate::text::Place;

/// A place as clients take it.
pub(super) fn location(place: &Place, snapshot: &Snapshot) -> Value {
    let place = place.in_file();
    let lines = Lines::of(place.source.text(), snapshot.encoding);
    json!({"uri": snapshot.uri(&snapshot.real(place.source.path())), "range": lines.range(place.span)})
}

/// The locations in their order, each once.
pub(super) fn once_each(locations: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for location in locations {
        if !found.contains(&location) {
            found.push(location);
        }
    }
    found
}
