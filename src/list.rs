//! Edits that move an item of a list, with its comments, as its author would.

use crate::diagnostic::Edit;
use crate::text::{Place, Source, Span};
use crate::yaml::{Node, Style};

/// The edits that make an item the last of its list; none where the bytes around it do not allow that.
#[must_use]
pub(crate) fn to_end(item: Node<'_>) -> Option<Vec<Edit>> {
    let around = item.parent().filter(|around| around.is_sequence())?;
    let last = around.items().next_back()?;
    // Bytes that came by an alias, or are put together elsewhere, are not ours to move.
    if item.is_aliased() || last.is_aliased() || item.source().path() != last.source().path() || item.id() == last.id()
    {
        return None;
    }
    if around.style() == Style::Block { lines_to_end(item, last) } else { inline_to_end(around, item, last) }
}

fn lines_to_end(item: Node<'_>, last: Node<'_>) -> Option<Vec<Edit>> {
    let source = item.source();
    let from = start(item)?;
    let indent = indent_of(line(source, dash_line(source, item)?))?;
    let to = end_of_item(source, item, indent);
    let behind = end_of_item(source, last, indent);
    // An item of which only a part is in the lines would leave the rest.
    if to > behind || to <= from {
        return None;
    }
    let lines = Span::new(from, to);
    let mut text = source.slice(lines).to_owned();
    if !source.text().get(..behind)?.ends_with('\n') {
        text = format!("\n{}", text.trim_end_matches(['\n', '\r']));
    }
    let gone = Edit { place: Place::new(source, lines), text: String::new() };
    let put = Edit { place: Place::new(source, Span::at(behind)), text };
    Some(vec![gone, put])
}

/// Where the lines of an item of a block list begin: those of the comments directly before it, at the column of its dash.
#[must_use]
pub(crate) fn start(item: Node<'_>) -> Option<usize> {
    let source = item.source();
    let first = dash_line(source, item)?;
    let indent = indent_of(line(source, first))?;
    Some(source.line_span(comments_before(source, first, indent)).start)
}

/// The line with the dash of an item: that of the item, or one with the dash alone before it.
#[must_use]
pub(crate) fn dash_line(source: &Source, item: Node<'_>) -> Option<usize> {
    // That of an alias is where it is written, not where its text is.
    let own = source.line_of(item.place().span.start);
    let is_dash = |number: usize| line(source, number).trim_start().starts_with('-');
    if is_dash(own) {
        return Some(own);
    }
    let before = own.checked_sub(1)?;
    let alone = line(source, before).trim_start().strip_prefix('-').map(str::trim_start);
    alone.filter(|rest| rest.is_empty() || rest.starts_with('#')).map(|_| before)
}

fn line(source: &Source, number: usize) -> &str {
    source.slice(source.line_span(number)).trim_end_matches(['\n', '\r'])
}

fn indent_of(line: &str) -> Option<usize> {
    let text = line.trim_start_matches(' ');
    (!text.trim().is_empty()).then(|| line.len() - text.len())
}

/// The first line of the comments directly before a line, at its indentation; the line itself when it has no comment.
#[must_use]
pub(crate) fn comments_before(source: &Source, number: usize, indent: usize) -> usize {
    let is_ours = |number: &usize| {
        let text = line(source, *number);
        indent_of(text) == Some(indent) && text.trim_start().starts_with('#')
    };
    (0..number).rev().take_while(is_ours).last().unwrap_or(number)
}

/// Where the lines of an item end, comments that are indented deeper than its dash included.
#[must_use]
pub(crate) fn end_of_item(source: &Source, item: Node<'_>, indent: usize) -> usize {
    let span = item.origin().span;
    let text = source.slice(span).trim_end();
    let mut last = source.line_of(span.start + text.len().saturating_sub(1));
    for number in last + 1..source.line_count() {
        let text = line(source, number);
        let deeper = indent_of(text).is_some_and(|own| own > indent);
        if !deeper || !text.trim_start().starts_with('#') {
            break;
        }
        last = number;
    }
    source.line_span(last).end
}

fn inline_to_end(around: Node<'_>, item: Node<'_>, last: Node<'_>) -> Option<Vec<Edit>> {
    let source = item.source();
    let next = around.items().skip_while(|other| other.id() != item.id()).nth(1)?;
    let (from, to, behind) = (item.origin().span.start, next.origin().span.start, last.origin().span.end);
    let between = source.slice(Span::new(item.origin().span.end, to));
    if between.contains('#') || between.trim() != "," {
        return None;
    }
    let gone = Edit { place: Place::new(source, Span::new(from, to)), text: String::new() };
    let put = Edit {
        place: Place::new(source, Span::at(behind)),
        text: format!("{between}{}", source.slice(item.origin().span)),
    };
    Some(vec![gone, put])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edited;
    use crate::yaml::{Format, parse};

    fn moved(text: &str) -> Option<String> {
        let source = Source::new("kratos.yml", text);
        let tree = parse(&source, Format::Yaml);
        let item = tree.root()?.find("hooks")?.items().next()?;
        let mut edits = to_end(item)?;
        edits.sort_by_key(|edit| edit.place.span.start);
        Some(edited(text, edits.iter().map(|edit| (edit.place.span, &edit.text))))
    }

    #[test]
    fn comments_move_with_their_item() {
        let before = "hooks:\n  # signs in\n  - hook: session # now\n    # at once\n  - hook: web_hook\n    config:\n      body: |\n        # no comment\n\n# end\n";
        let after = "hooks:\n  - hook: web_hook\n    config:\n      body: |\n        # no comment\n  # signs in\n  - hook: session # now\n    # at once\n\n# end\n";
        assert_eq!(moved(before).as_deref(), Some(after));
    }

    #[test]
    fn other_shapes() {
        for (before, after) in [
            ("hooks:\n-\n  hook: session\n-\n  hook: b\nx: 1\n", "hooks:\n-\n  hook: b\n-\n  hook: session\nx: 1\n"),
            ("hooks: [{hook: session}, {hook: b}]\n", "hooks: [{hook: b}, {hook: session}]\n"),
            ("hooks:\n- hook: session\n- hook: b", "hooks:\n- hook: b\n- hook: session"),
            (
                "{\"hooks\": [\n  {\"hook\": \"session\"},\n  {\"hook\": \"b\"}\n]}",
                "{\"hooks\": [\n  {\"hook\": \"b\"},\n  {\"hook\": \"session\"}\n]}",
            ),
        ] {
            assert_eq!(moved(before).as_deref(), Some(after), "{before}");
        }
        assert_eq!(moved("hooks: [{hook: session}, # first\n  {hook: b}]\n"), None);
        assert_eq!(moved("hooks:\n- hook: session\n"), None);
        assert_eq!(moved("a: &s {hook: session}\nhooks:\n- *s\n- hook: b\n"), None);
    }
}
