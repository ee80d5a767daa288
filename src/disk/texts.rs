//! What was read in a run, as long as there is room for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Known;

/// Bytes of texts that are kept although nothing else holds them.
const ROOM: usize = 32 << 20;

/// Most paths without a text that are remembered: each configuration of a run asks for some beside it that are not there.
const MAX_REFUSED: usize = 4_096;

/// What reading each path came to, by absolute path. A text that nothing else holds any more is read again when it is asked for
/// after many others: a run over thousands of files does not hold all of them.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    known: HashMap<PathBuf, Known>,
    /// Bytes of the texts.
    bytes: usize,
    /// From so many bytes on what nothing else holds goes.
    limit: usize,
    /// How many paths have no text.
    refused: usize,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { known: HashMap::new(), bytes: 0, limit: ROOM, refused: 0 }
    }
}

impl Texts {
    pub(super) fn get(&self, path: &Path) -> Option<&Known> {
        self.known.get(path)
    }

    pub(super) fn add(&mut self, path: PathBuf, known: Known) {
        self.refused += usize::from(known.found.is_err());
        if self.refused > MAX_REFUSED {
            self.known.retain(|_, known| known.found.is_ok());
            self.refused = usize::from(known.found.is_err());
        }
        self.bytes += length(&known);
        if self.bytes > self.limit {
            self.known.retain(|_, known| known.found.as_ref().map_or(true, |text| Arc::strong_count(&text.source) > 1));
            self.bytes = self.known.values().map(length).sum::<usize>() + length(&known);
            self.limit = ROOM.max(2 * self.bytes);
        }
        self.known.insert(path, known);
    }

    /// Those whose real paths are wanted.
    pub(super) fn of(&self, is_wanted: &dyn Fn(&Path) -> bool) -> Texts {
        let wanted = self.known.iter().filter(|(_, known)| is_wanted(&known.real));
        Texts { known: wanted.map(|(path, known)| (path.clone(), known.clone())).collect(), ..*self }
    }
}

fn length(known: &Known) -> usize {
    known.found.as_ref().map_or(0, |text| text.source.text().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{Refusal, Text};
    use crate::text::Source;

    #[test]
    fn what_something_holds_stays_and_what_nothing_holds_goes() {
        let of = |name: &str| {
            let text = Text { source: Source::new(name, "x".repeat(1 << 20)), wide: false };
            Known { real: PathBuf::from(name), found: Ok(text) }
        };
        let mut texts = Texts::default();
        let held = of("held");
        texts.add(PathBuf::from("held"), held.clone());
        texts.add(PathBuf::from("gone"), Known { real: PathBuf::from("gone"), found: Err(Refusal::Missing) });
        for number in 0..200 {
            texts.add(PathBuf::from(number.to_string()), of("other"));
        }
        assert!(texts.known.len() < 70, "{}", texts.known.len());
        assert!(texts.get(Path::new("held")).is_some() && texts.get(Path::new("gone")).is_some());
    }

    #[test]
    fn paths_without_a_text_are_remembered_up_to_a_bound() {
        let missing = || Known { real: PathBuf::new(), found: Err(Refusal::Missing) };
        let mut texts = Texts::default();
        for number in 0..3 * MAX_REFUSED {
            texts.add(PathBuf::from(number.to_string()), missing());
        }
        assert!(texts.known.len() <= MAX_REFUSED, "{}", texts.known.len());
        assert!(texts.get(Path::new(&(3 * MAX_REFUSED - 1).to_string())).is_some());
    }
}
