//! Changes of a text, and where they move what is around them.

use crate::text::{Span, edited};

/// A text in the place of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// The bytes that it replaces.
    pub span: Span,
    /// The text.
    pub text: String,
}

impl Edit {
    pub(super) fn replace(span: Span, text: impl Into<String>) -> Edit {
        Edit { span, text: text.into() }
    }

    pub(super) fn insert(at: usize, text: impl Into<String>) -> Edit {
        Edit { span: Span::new(at, at), text: text.into() }
    }

    /// How many bytes longer it makes the text.
    fn growth(&self) -> isize {
        self.text.len().cast_signed() - (self.span.end - self.span.start).cast_signed()
    }
}

/// The text with these edits, which are in order and apart.
pub(super) fn applied(text: &str, edits: &[Edit]) -> String {
    edited(text, edits.iter().map(|edit| (edit.span, &edit.text)))
}

/// Where an expression may be after the edits: what is put directly before or after it may have become a part of it.
pub(super) fn moved(span: Span, edits: &[Edit]) -> Vec<Span> {
    let (Some(starts), Some(ends)) = (positions(span.start, edits), positions(span.end, edits)) else {
        return Vec::new();
    };
    let spans = starts.into_iter().flat_map(|start| ends.into_iter().map(move |end| (start, end)));
    spans.filter(|(start, end)| start <= end).map(|(start, end)| Span::new(start, end)).collect()
}

/// Where the texts of the edits are after them.
pub(super) fn placed(edits: &[Edit]) -> Vec<Span> {
    let mut grown = 0;
    let place = |edit: &Edit| {
        let start = edit.span.start.saturating_add_signed(grown);
        grown += edit.growth();
        Span::new(start, start + edit.text.len())
    };
    edits.iter().map(place).collect()
}

/// Where a byte is after the edits, before and after what is put in there; `None` when it is replaced.
fn positions(at: usize, edits: &[Edit]) -> Option<[usize; 2]> {
    let (mut moved, mut inserted) = (at.cast_signed(), 0);
    for edit in edits {
        if edit.span.start < at && at < edit.span.end {
            return None;
        }
        if edit.span.start == at && edit.span.end == at {
            inserted += edit.growth();
        } else if edit.span.end <= at {
            moved += edit.growth();
        }
    }
    Some([moved, moved + inserted].map(isize::cast_unsigned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_move_with_the_text_around_them() {
        let text = "{ a: x.y, b: z }";
        let edits = [Edit::replace(Span::new(2, 3), "[if c then 'a']"), Edit::insert(5, "(")];
        assert_eq!(applied(text, &edits), "{ [if c then 'a']: (x.y, b: z }");
        assert_eq!(moved(Span::new(13, 14), &edits), vec![Span::new(28, 29); 4]);
        assert!(moved(Span::new(5, 8), &edits).contains(&Span::new(20, 23)));
        assert!(moved(Span::new(5, 8), &edits).contains(&Span::new(19, 23)));
        assert_eq!(placed(&edits), [Span::new(2, 17), Span::new(19, 20)]);
        let whole = [Edit::replace(Span::new(5, 8), "std.get(x, 'y')")];
        assert!(moved(Span::new(5, 6), &whole).is_empty(), "it is replaced");
        assert_eq!(moved(Span::new(5, 8), &whole).first(), Some(&Span::new(5, 20)));
    }
}
