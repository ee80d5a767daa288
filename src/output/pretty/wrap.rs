//! Texts in the width of a terminal.

use crate::output::text::text;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The columns that a character takes.
pub(crate) fn width_of(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// A text in lines of at most `columns`, broken between words; the first line has `first` columns less. Line breaks of the text
/// are those of a file: they are shown by their numbers.
pub(crate) fn wrapped(raw: &str, columns: usize, first: usize) -> Vec<String> {
    let shown = text(raw);
    let columns = columns.max(20);
    let mut lines = Vec::new();
    let mut room = columns.saturating_sub(first).max(1);
    let (mut line, mut used) = (String::new(), 0);
    for word in shown.as_str().split(' ') {
        let takes = width(word);
        if used > 0 && used + 1 + takes > room {
            lines.push(std::mem::take(&mut line));
            (used, room) = (0, columns);
        } else if used > 0 {
            line.push(' ');
            used += 1;
        }
        // A word that is longer than a line is cut where the line ends.
        for character in word.chars() {
            let takes = width_of(character);
            if used + takes > room && used > 0 {
                lines.push(std::mem::take(&mut line));
                (used, room) = (0, columns);
            }
            line.push(character);
            used += takes;
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words() {
        assert_eq!(wrapped("one two three four five six", 20, 10), ["one two", "three four five six"]);
        assert_eq!(wrapped(&"x".repeat(50), 20, 0), ["x".repeat(20), "x".repeat(20), "x".repeat(10)]);
        assert_eq!(wrapped("漢字漢字漢字漢字漢字漢字", 20, 0), ["漢字漢字漢字漢字漢字", "漢字"]);
        assert_eq!(wrapped("a\nb", 20, 0), ["a\\u{a}b"]);
    }
}
