//! Values of variables put into texts, and how much text may come of that.

use std::cell::Cell;

/// Longest text that comes of putting values in, in bytes: one that grows beyond is not known.
const MAX_LENGTH: usize = 64 << 10;

/// Most bytes of values that are put in, all texts together.
const MAX_ALL: usize = 4 << 20;

/// What putting values into texts may still cost. A value can name others: without a bound a few lines grow to any length.
#[derive(Debug)]
pub(crate) struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Budget {
        Budget::of(MAX_ALL)
    }
}

impl Budget {
    /// So many bytes.
    pub(crate) fn of(bytes: usize) -> Budget {
        Budget(Cell::new(bytes))
    }

    /// Puts a value at the end of a text. None when that is too much: then nothing is put in, and the text is not known.
    pub(crate) fn put(&self, text: &mut String, value: &str) -> Option<()> {
        // Finding an empty value takes time too.
        self.take(value.len() + 1)?;
        if text.len() + value.len() > MAX_LENGTH {
            return None;
        }
        text.push_str(value);
        Some(())
    }

    /// Takes so many bytes. None when there are no more, now and later.
    pub(crate) fn take(&self, bytes: usize) -> Option<()> {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.unwrap_or_default());
        left.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_ends() {
        let budget = Budget::default();
        let mut text = String::new();
        assert!(budget.put(&mut text, "a").is_some() && budget.put(&mut text, &"b".repeat(MAX_LENGTH)).is_none());
        assert_eq!(text, "a");
        let empty = (0..2 * MAX_ALL).take_while(|_| budget.put(&mut text, "").is_some()).count();
        assert!(empty < MAX_ALL, "empty values cost nothing");
        assert!(budget.put(&mut text, "").is_none());
    }
}
