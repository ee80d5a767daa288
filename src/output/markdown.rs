//! Markdown: for comments on pull requests and the summary of a job.

use std::collections::BTreeMap;
use std::io;

use super::{Look, Paths, Printer, hooks, subject, summary, xml};
use crate::check::UnitReport;
use crate::diagnostic::Diagnostic;
use crate::rule::Rule;
use crate::rules;

pub(super) fn write(reports: &[UnitReport], look: Look, paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    out.line("## kratos-lint")?;
    out.line("")?;
    out.line(format!("**{}**", plain(&summary::totals(reports, look, summary::suppressed(reports)))))?;
    let mut files: BTreeMap<String, Vec<&Diagnostic>> = BTreeMap::new();
    for found in reports.iter().flat_map(|report| &report.diagnostics).filter(|found| look.shows(found.level)) {
        files.entry(paths.in_repository(found.place.in_file().source.path())).or_default().push(found);
    }
    for (file, mut found) in files {
        found.sort_by_key(|found| std::cmp::Reverse(found.level));
        out.line("")?;
        out.line(format!("### {}", plain(&file)))?;
        out.line("")?;
        out.line("| Line | Level | Finding | What to do |")?;
        out.line("| ---: | --- | --- | --- |")?;
        for found in found {
            out.line(row(found))?;
        }
    }
    out.line("")?;
    for text in summary::verdicts(reports, Some(paths)) {
        out.line(format!("- {}", plain(&text)))?;
    }
    reports.iter().take(MAX_PICTURES).try_for_each(|report| picture(report, paths, out))
}

/// Most configurations whose hooks are drawn: a comment and a summary have a limit.
const MAX_PICTURES: usize = 5;

/// The hooks of a configuration, as GitHub and GitLab draw them.
fn picture(report: &UnitReport, paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    let Some(points) = subject::points(report, paths).filter(|points| points.iter().any(hooks::is_shown)) else {
        return Ok(());
    };
    let file = paths.in_repository(&report.file);
    let drawn = hooks::mermaid(&points, &file, &report.target);
    // Three backticks would end the block.
    let drawn = drawn.replace("```", "");
    out.block(&format!(
        "\n<details><summary>Hooks of {}</summary>\n\n```mermaid\n{drawn}```\n\n</details>",
        // Up to the empty line it is HTML, in which backslashes are text.
        xml::escape(&file).replace('@', "@<!-- -->")
    ))
}

fn row(found: &Diagnostic) -> String {
    let place = found.place.in_file();
    let line = place.source.position(place.span.start).line;
    let rule = rules::named(found.rule)
        .map_or_else(|| found.rule.to_owned(), |rule: &Rule| format!("[{}]({})", rule.name, rule.url()));
    let help = plain(found.help.as_deref().unwrap_or_default());
    format!("| {line} | {} | {} {rule} | {help} |", found.level.name(), plain(&found.sentence()))
}

/// A text in which nothing has a meaning for Markdown; code in backticks stays code.
#[must_use]
pub(crate) fn plain(text: &str) -> String {
    // Backticks in a row open a code that others in a row close, and a backslash before a bar ends the cell within code: then
    // readers of Markdown do not agree with the pairs that are counted here.
    let is_paired = text.matches('`').count().is_multiple_of(2) && !text.contains("``") && !text.contains("\\|");
    let mut is_code = false;
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '`' if is_paired => is_code = !is_code,
            // A cell ends there even within code.
            '|' => shown.push('\\'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '@' | '!' | '~' | '$' | '&' if !is_code => {
                shown.push('\\');
            }
            _ => {}
        }
        shown.push(character);
        // Names of users and numbers of issues are looked for after the backslashes are gone.
        let may_name = !is_code && matches!(character, '@' | '#');
        if may_name && characters.peek().is_some_and(|next| next.is_alphanumeric()) {
            shown.push_str("<!-- -->");
        }
    }
    shown
}

/// A text as code, also within a table.
#[must_use]
pub(crate) fn code(text: &str) -> String {
    if text.contains(['`', '|', '\n', '\r']) { plain(text) } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::{code, plain};

    #[test]
    fn what_is_in_a_file_is_never_a_link_a_tag_or_a_name() {
        assert_eq!(plain("no key `a_b` in a_b"), "no key `a_b` in a\\_b");
        assert_eq!(plain("no key ```[x](y)`"), "no key \\`\\`\\`\\[x\\](y)\\`");
        assert_eq!(plain("no key ```<img src=x>`"), "no key \\`\\`\\`\\<img src=x\\>\\`");
        assert_eq!(plain("no key `a\\|[x](y)`"), "no key \\`a\\\\\\|\\[x\\](y)\\`");
        assert_eq!(plain("ask @team about #12"), "ask \\@<!-- -->team about \\#<!-- -->12");
        assert_eq!(code("a_b.yml:1"), "`a_b.yml:1`");
        assert_eq!(code("`[x](y)"), "\\`\\[x\\](y)");
    }
}
