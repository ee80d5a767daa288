//! The lines of a file that a finding is about, with marks below them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::wrap::{width, width_of, wrapped};
use crate::kratos::secrets::{Drawn, MASK, Sheet};
use crate::output::text::{Piece, Style, text};
use crate::text::{Source, Span};

/// Bytes that are marked, and what is said of them.
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) text: String,
    pub(super) style: Style,
    pub(super) is_primary: bool,
}

/// What is drawn of one file.
pub(super) struct Snippet<'s> {
    pub(super) source: &'s Arc<Source>,
    pub(super) sheet: Sheet<'s>,
    /// Bytes that are never shown.
    pub(super) secrets: &'s [Span],
    pub(super) marks: Vec<Mark>,
    pub(super) columns: usize,
    /// Longest line that is drawn beyond those of usual length, in bytes.
    pub(super) longest: usize,
}

/// The columns of some cells of a line.
fn columns(drawn: &Drawn, from: usize, to: usize) -> usize {
    drawn.cells.iter().take(to).skip(from).map(|cell| width_of(*cell)).sum()
}

impl Snippet<'_> {
    /// The lines, each as pieces.
    pub(super) fn rows(&self) -> Vec<Vec<Piece>> {
        let numbers = self.lines();
        let gutter = numbers.last().map_or(1, |last| (last + 1).to_string().len());
        let bar = |number: &str| Piece::new(Style::Faint, format!("{number:>gutter$} | "));
        let mut rows = vec![vec![Piece::new(Style::Faint, format!("{:>gutter$} |", ""))]];
        let mut last: Option<usize> = None;
        for number in numbers {
            if last.is_some_and(|last| number > last + 1) {
                rows.push(vec![Piece::new(Style::Faint, "...")]);
            }
            last = Some(number);
            self.line(number, self.columns.saturating_sub(gutter + 3).max(20), &bar, &mut rows);
        }
        rows
    }

    /// How many bytes its long lines have.
    pub(super) fn long(&self) -> usize {
        let lengths = self.lines().into_iter().map(|number| self.source.slice(self.source.line_span(number)).len());
        lengths.filter(|length| *length > MAX_LINE).sum()
    }

    /// The numbers of the lines: those of the marks, and one before and after what it is about.
    fn lines(&self) -> BTreeSet<usize> {
        let mut numbers = BTreeSet::new();
        for mark in &self.marks {
            let line = self.source.line_of(mark.span.start);
            numbers.insert(line);
            if mark.is_primary {
                let is_text = |line: &usize| !self.source.slice(self.source.line_span(*line)).trim().is_empty();
                numbers.extend([line.saturating_sub(1), line + 1].into_iter().filter(is_text));
            }
        }
        numbers.retain(|line| *line < self.source.line_count());
        numbers
    }

    fn line(&self, number: usize, room: usize, bar: &dyn Fn(&str) -> Piece, rows: &mut Vec<Vec<Piece>>) {
        let span = self.source.line_span(number);
        let line = self.source.slice(span).trim_end_matches(['\n', '\r']);
        if line.len() > MAX_LINE.max(self.longest) {
            rows.push(vec![bar(&(number + 1).to_string()), Piece::plain(MASK)]);
            return;
        }
        let local = |mark: Span| {
            Span::new(mark.start.saturating_sub(span.start), mark.end.saturating_sub(span.start).min(line.len()))
        };
        let here: Vec<&Mark> =
            self.marks.iter().filter(|mark| self.source.line_of(mark.span.start) == number).collect();
        let drawn = self.drawn(line, span.start, &here);
        let places: Vec<(usize, usize)> = here
            .iter()
            .map(|mark| {
                let mark = local(mark.span);
                // What goes on in the next lines is marked at this one.
                let end = line.get(..mark.end).map_or(mark.end, |line| line.trim_end().len()).max(mark.start);
                drawn.place(Span::new(mark.start, end))
            })
            .collect();
        let (from, to) = window(&drawn, places.first().copied(), room);
        let cut = |cells: &[char]| cells.iter().collect::<String>();
        let before = if from > 0 { MASK } else { "" };
        let after = if to < drawn.cells.len() { MASK } else { "" };
        let shown = format!("{before}{}{after}", cut(drawn.cells.get(from..to).unwrap_or_default()));
        rows.push(vec![bar(&(number + 1).to_string()), Piece::plain(shown.trim_end())]);
        for (mark, (start, end)) in here.into_iter().zip(places) {
            let start = start.clamp(from, to);
            let lead = usize::from(from > 0) + columns(&drawn, from, start);
            let length = columns(&drawn, start, end.clamp(start, to)).max(1);
            under(mark, lead, length, room, bar, rows);
        }
    }

    fn drawn(&self, line: &str, start: usize, marks: &[&Mark]) -> Drawn {
        let marked: Vec<Span> = marks
            .iter()
            .map(|mark| Span::new(mark.span.start.saturating_sub(start), mark.span.end.saturating_sub(start)))
            // What spans lines is no value of this line.
            .filter(|mark| mark.end <= line.len())
            .collect();
        let is_secret = |span: Span| {
            let after = self.secrets.partition_point(|secret| secret.end <= start + span.start);
            self.secrets.get(after).is_some_and(|secret| secret.start < start + span.end)
        };
        // A tab is as wide as two blanks.
        let edge = |shown: &str| text(&shown.replace('\t', "  ")).to_string();
        Drawn::of(line, &self.sheet.line(line, &marked, &is_secret), &edge)
    }
}

/// Longest line that is always drawn, in bytes: all of it is read for each finding in it.
const MAX_LINE: usize = 8_000;

/// The cells that are drawn of a line that has no room: those around the mark.
fn window(drawn: &Drawn, mark: Option<(usize, usize)>, room: usize) -> (usize, usize) {
    let all = drawn.cells.len();
    if columns(drawn, 0, all) <= room {
        return (0, all);
    }
    let room = room.saturating_sub(2);
    let start = mark.map_or(0, |(start, _)| start);
    let mut from = start;
    // A third of the room is for the text before.
    while from > 0 && columns(drawn, from - 1, start) <= room / 3 {
        from -= 1;
    }
    if columns(drawn, 0, start) <= room / 3 {
        from = 0;
    }
    let (mut to, mut used) = (from, 0);
    while let Some(cell) = drawn.cells.get(to) {
        used += width_of(*cell);
        if used > room {
            break;
        }
        to += 1;
    }
    (from, to)
}

/// The mark below a line, with its text beside it, or below it where there is no room.
fn under(
    mark: &Mark,
    lead: usize,
    length: usize,
    room: usize,
    bar: &dyn Fn(&str) -> Piece,
    rows: &mut Vec<Vec<Piece>>,
) {
    let sign = if mark.is_primary { "^" } else { "-" };
    let line = format!("{}{}", " ".repeat(lead), sign.repeat(length));
    let fits = lead + length + 1 + width(&mark.text) <= room;
    let beside = if fits && !mark.text.is_empty() { format!(" {}", mark.text) } else { String::new() };
    rows.push(vec![bar(""), Piece::new(mark.style, format!("{line}{beside}"))]);
    if !fits {
        for line in wrapped(&mark.text, room.saturating_sub(2), 0) {
            rows.push(vec![bar(""), Piece::new(mark.style, format!("  {line}"))]);
        }
    }
}
