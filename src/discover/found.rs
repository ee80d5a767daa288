//! The configurations that are found inside a file, within bounds.

use std::sync::Arc;

use crate::text::{Place, Source};
use crate::unit::Unit;
use crate::yaml::{Node, Tree};

/// Most configurations of one file that are checked.
const MAX_UNITS: usize = 200;

/// So many times the text of a file may be read inside of it, where aliases repeat it.
const MAX_REPEATED: usize = 2;

/// The configurations inside a file, as many as are checked.
pub(super) struct Found {
    pub(super) units: Vec<Unit>,
    /// Bytes of texts inside that may still be read.
    left: usize,
    /// Where the first one is that is not read.
    pub(super) beyond: Option<(Place, &'static str)>,
}

impl Found {
    pub(super) fn new(source: &Source) -> Found {
        Found { units: Vec::new(), left: MAX_REPEATED * source.text().len(), beyond: None }
    }

    /// The text of a node as a text of its own, if it is still read.
    pub(super) fn text(&mut self, node: Node<'_>) -> Option<Arc<Source>> {
        let length = node.as_str()?.len();
        match self.left.checked_sub(length) {
            Some(left) if self.beyond.is_none() => self.left = left,
            _ => {
                self.beyond.get_or_insert_with(|| (node.place(), "aliases repeat its texts too often"));
                return None;
            }
        }
        node.embedded()
    }

    pub(super) fn add(&mut self, unit: Unit, node: Node<'_>) {
        if self.units.len() < MAX_UNITS {
            self.units.push(unit);
        } else {
            self.beyond.get_or_insert_with(|| (node.place(), "it holds more than 200 configurations"));
        }
    }

    /// The configurations, and that there are more.
    pub(super) fn units(self, tree: &Tree) -> Vec<Unit> {
        let mut units = self.units;
        if let Some((place, why)) = self.beyond {
            let last = units.pop().unwrap_or_else(|| Unit::plain(tree.clone()));
            units.push(last.limited(place, why));
        }
        units
    }
}
