//! What fixes change, as a patch of which nothing is shown but keys and the values that change.

use std::collections::HashSet;
use std::io;

use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, DiffOp};

use super::Printer;
use crate::check;
use crate::fix::Change;
use crate::kratos::secrets::{Secrets, Sheet, SheetKind, blocks};
use crate::text::{Source, Span, difference};

/// Lines around a change.
const CONTEXT: usize = 3;

/// Prints the patch that makes a file of our own.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn new(path: &str, text: &str, out: &mut Printer<'_>) -> io::Result<()> {
    added(path, "", text, out)
}

/// Prints the patch that adds lines of our own to a file, of which nothing else is shown.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn added(path: &str, before: &str, after: &str, out: &mut Printer<'_>) -> io::Result<()> {
    out.line(format!("--- a/{path}"))?;
    out.line(format!("+++ b/{path}"))?;
    let (before, after) = (difference::lines(before), difference::lines(after));
    for hunk in difference::hunks(&before, &after, 0) {
        out.line(UnifiedHunkHeader::new(&hunk).to_string())?;
        for line in hunk.iter().flat_map(|step| step.iter_changes(&before[..], &after[..])) {
            out.line(format!("{}{}", line.tag(), line.value().trim_end_matches(['\n', '\r'])))?;
        }
    }
    Ok(())
}

/// Prints the patch of one file. `is_unit` says that it holds a configuration, `is_own` of a new line that every word of it is ours.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(
    change: &Change,
    (is_unit, is_own): (bool, &dyn Fn(&str) -> bool),
    secrets: &Secrets,
    out: &mut Printer<'_>,
) -> io::Result<()> {
    let before = &change.before;
    let after = Source::new(change.path.as_str(), change.after.as_str());
    let sheet = Sheet { kind: SheetKind::of(before, is_unit), secrets, is_public: &check::is_public };
    let hidden = [blocks(before), blocks(&after)];
    let [old, new] = [before, &after].map(|source| difference::lines(source.text()));
    let hunks = difference::hunks(&old, &new, CONTEXT);
    let changes =
        |hunk: &[DiffOp]| hunk.iter().flat_map(|step| step.iter_changes(&old[..], &new[..])).collect::<Vec<_>>();
    let lines = |tag: ChangeTag| -> HashSet<&str> {
        let all = hunks.iter().flat_map(|hunk| changes(hunk));
        all.filter(|change| change.tag() == tag).map(|change| change.value().trim()).collect()
    };
    let (gone, come) = (lines(ChangeTag::Delete), lines(ChangeTag::Insert));
    let path = change.path.trim_start_matches('/');
    out.line(format!("--- a/{path}"))?;
    out.line(format!("+++ b/{path}"))?;
    for hunk in &hunks {
        out.line(UnifiedHunkHeader::new(hunk).to_string())?;
        for line in changes(hunk) {
            let text = line.value().trim_end_matches(['\n', '\r']);
            if line.tag() == ChangeTag::Insert && is_own(text) {
                out.line(format!("{}{text}", line.tag()))?;
                continue;
            }
            // A line that only moves shows no more than those around it.
            let moves = match line.tag() {
                ChangeTag::Equal => true,
                ChangeTag::Delete => come.contains(text.trim()),
                ChangeTag::Insert => gone.contains(text.trim()),
            };
            let marked = if moves { Vec::new() } else { vec![Span::new(0, text.len())] };
            let (source, number) = match line.old_index() {
                Some(number) => (before, number),
                None => (&after, line.new_index().unwrap_or_default()),
            };
            let start = source.line_span(number).start;
            let [old, new] = &hidden;
            let blocks = if line.old_index().is_some() { old } else { new };
            // They are in order and apart.
            let before = blocks.partition_point(|block| block.start <= start).checked_sub(1);
            let is_block = before.and_then(|at| blocks.get(at)).is_some_and(|block| start < block.end);
            let is_hidden = |_: Span| is_block;
            let shown: String = sheet.line(text, &marked, &is_hidden).into_iter().map(|piece| piece.shown).collect();
            out.line(format!("{}{shown}", line.tag()))?;
        }
    }
    Ok(())
}
