//! Texts of which only some lines are kept: a run over many files holds what its report shows.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use super::{BLOCK, Source, TextContent};

/// Shortest text of which parts are dropped, in bytes.
const SHORTEST: usize = 2_048;

/// Pieces of a text: where each begins in the whole text, and where in what is kept.
#[derive(Debug)]
pub(super) struct Kept {
    pieces: Vec<(usize, usize)>,
    /// Bytes of the whole text.
    length: usize,
}

impl TextContent {
    /// Bytes of the whole text.
    pub(super) fn length(&self) -> usize {
        self.kept.as_ref().map_or(self.text.len(), |kept| kept.length)
    }

    /// Where bytes of the whole text are in what is kept; none when they are not kept.
    pub(super) fn range(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let Some(kept) = &self.kept else { return Some(start..end) };
        let after = kept.pieces.partition_point(|(whole, _)| *whole <= start);
        let (whole, here) = kept.pieces.get(after.checked_sub(1)?)?;
        let limit = kept.pieces.get(after).map_or(self.text.len(), |(_, next)| *next);
        let range = here + start.checked_sub(*whole)?..here + end.checked_sub(*whole)?;
        (range.end <= limit).then_some(range)
    }
}

impl Source {
    /// The same file with only these lines (from 0): positions stay. The file itself when it is short, or has lines so long that
    /// their characters are counted in blocks.
    pub(crate) fn excerpt(self: &Arc<Source>, lines: &BTreeSet<usize>) -> Arc<Source> {
        let is_long = |line: usize| self.line_span(line).len() >= BLOCK;
        let content = &self.content;
        if content.text.len() < SHORTEST || content.kept.is_some() || (0..self.line_count()).any(is_long) {
            return Arc::clone(self);
        }
        let (mut text, mut pieces, mut next) = (String::new(), Vec::new(), None);
        for line in lines.iter().filter(|line| **line < self.line_count()) {
            let span = self.line_span(*line);
            if next != Some(span.start) {
                pieces.push((span.start, text.len()));
            }
            text.push_str(self.slice(span));
            next = Some(span.end);
        }
        text.shrink_to_fit();
        let kept = Some(Kept { pieces, length: content.text.len() });
        let (line_starts, words) = (content.line_starts.clone(), Mutex::default());
        let (characters, is_partial) = (OnceLock::new(), OnceLock::new());
        let content = Arc::new(TextContent { text, kept, line_starts, characters, is_partial, words });
        Arc::new(Source { path: self.path.clone(), content, outer: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    #[test]
    fn positions_and_kept_lines_are_those_of_the_file() {
        let whole = Source::new("a", (0..400).map(|line| format!("line é {line}\n")).collect::<String>());
        let part = whole.excerpt(&BTreeSet::from([0, 7, 8, 399]));
        assert!(part.text().len() < 60 && part.line_count() == whole.line_count());
        for line in [0, 7, 8, 399] {
            let span = whole.line_span(line);
            assert_eq!(part.slice(span), whole.slice(span));
            for byte in span.start..=span.end {
                assert_eq!(part.position(byte), whole.position(byte));
            }
        }
        let both = whole.line_span(7).cover(whole.line_span(8));
        assert_eq!(part.slice(both), whole.slice(both));
        assert_eq!(part.slice(whole.line_span(9)), "");
        assert_eq!(part.slice(Span::new(0, whole.text().len())), "");
        assert_eq!(part.position(usize::MAX), whole.position(usize::MAX));
    }
}
