//! The references to a document for which something holds: one bit each, for thousands of hooks may run a document in which hundreds of
//! things are wrong.

/// References to a document, by their indexes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uses {
    words: Vec<u64>,
}

impl Uses {
    /// One reference.
    pub(super) fn of(index: usize) -> Uses {
        let mut uses = Uses::default();
        uses.add(index);
        uses
    }

    /// The first of so many.
    pub(super) fn all(count: usize) -> Uses {
        let mut uses = Uses::default();
        (0..count).for_each(|index| uses.add(index));
        uses
    }

    /// Adds one.
    pub(super) fn add(&mut self, index: usize) {
        let word = index / 64;
        if self.words.len() <= word {
            if self.words.is_empty() {
                self.words.reserve_exact(word + 1);
            }
            self.words.resize(word + 1, 0);
        }
        if let Some(bits) = self.words.get_mut(word) {
            *bits |= 1 << (index % 64);
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// All of them, the lowest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        let bits = |(word, bits): (usize, &u64)| {
            let bits = *bits;
            (0..64).filter(move |bit| bits & (1 << bit) != 0).map(move |bit| word * 64 + bit)
        };
        self.words.iter().enumerate().flat_map(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_there_once() {
        let mut uses = Uses::of(130);
        for index in [3, 64, 3, 63] {
            uses.add(index);
        }
        assert_eq!(uses.iter().collect::<Vec<_>>(), [3, 63, 64, 130]);
        assert_eq!(uses.count(), 4);
        assert_eq!(Uses::all(70).count(), 70);
        assert_eq!(Uses::default().iter().next(), None);
    }
}
