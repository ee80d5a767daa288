//! For people: each finding with the lines that it is about.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode,
    SourceSpan, SpanContents,
};

use super::Look;
use crate::check::UnitReport;
use crate::diagnostic::{Diagnostic, Level};
use crate::kratos::network::Edition;
use crate::rules;
use crate::text::{Place, Source, Span};

/// Most findings of a file that are shown in full.
const MAX_SHOWN: usize = 1000;

pub(super) fn write(reports: &[UnitReport], look: Look, out: &mut dyn Write) -> io::Result<()> {
    let theme = if look.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let mut handler =
        GraphicalReportHandler::new_themed(theme).with_context_lines(1).with_links(look.color && look.terminal);
    if !look.terminal {
        handler = handler.with_width(100);
    }
    for report in reports {
        if report.diagnostics.is_empty() && report.target.notes.is_empty() {
            continue;
        }
        header(report, out)?;
        let mut files = BTreeMap::new();
        for diagnostic in report.diagnostics.iter().take(MAX_SHOWN) {
            let shown = Shown::new(report, diagnostic, look.color && look.terminal, &mut files);
            let mut text = String::new();
            handler.render_report(&mut text, &shown).map_err(|_| io::Error::other("the report cannot be drawn"))?;
            writeln!(out, "\n{}", text.trim_end())?;
        }
        if report.diagnostics.len() > MAX_SHOWN {
            writeln!(out, "… and {} more in {}", report.diagnostics.len() - MAX_SHOWN, report.file)?;
        }
    }
    summary(reports, look, out)
}

/// Which Kratos, and why.
fn header(report: &UnitReport, out: &mut dyn Write) -> io::Result<()> {
    let target = &report.target;
    let versions = match (target.edition, target.versions.as_slice()) {
        (Edition::OpenSource, [first, .., last]) if first != last => format!("Kratos {first} to {last}"),
        (Edition::OpenSource, _) => format!("Kratos {}", target.name()),
        (edition, _) => edition.title().to_owned(),
    };
    let why = match (target.source, &target.from) {
        ("flag", _) => "as asked for".to_owned(),
        ("config", _) => "by kratos-lint.toml".to_owned(),
        ("default", _) => "the newest: nothing says which".to_owned(),
        (_, Some(from)) => format!("by {from}"),
        (_, None) => String::new(),
    };
    let at = if report.at.is_empty() { String::new() } else { format!(" at {}", report.at) };
    writeln!(out, "\n{}{at}: checked against {versions} ({why})", report.file)?;
    target.notes.iter().try_for_each(|note| writeln!(out, "  note: {note}"))
}

fn summary(reports: &[UnitReport], look: Look, out: &mut dyn Write) -> io::Result<()> {
    let count =
        |level: Level| reports.iter().flat_map(|report| &report.diagnostics).filter(|d| d.level == level).count();
    let (errors, warnings, infos) = (count(Level::Error), count(Level::Warning), count(Level::Info));
    let suppressed: usize = reports.iter().map(|report| report.suppressed).sum();
    if errors + warnings + infos + suppressed == 0 && !look.terminal {
        return Ok(());
    }
    let some = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let mut line = format!(
        "{}, {}, {} info in {}",
        some(errors, "error"),
        some(warnings, "warning"),
        infos,
        some(reports.len(), "configuration")
    );
    if suppressed > 0 {
        line.push_str(&format!(", {suppressed} suppressed"));
    }
    writeln!(out, "\n{line}")
}

/// A finding as miette draws it.
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    message: String,
    file: Arc<Masked>,
    labels: Vec<LabeledSpan>,
    help: String,
    url: Option<String>,
}

impl<'a> Shown<'a> {
    fn new(
        report: &UnitReport,
        diagnostic: &'a Diagnostic,
        links: bool,
        files: &mut BTreeMap<String, Arc<Masked>>,
    ) -> Shown<'a> {
        let place = diagnostic.place.in_file();
        let file = masked(report, &place.source, files);
        let mut labels = vec![LabeledSpan::new_primary_with_span(None, file.span(place.span))];
        let mut help = diagnostic.help.clone().unwrap_or_default();
        for label in &diagnostic.labels {
            let there = label.place.in_file();
            if there.source.path() == place.source.path() {
                labels.push(LabeledSpan::new_with_span(Some(label.text.clone()), file.span(there.span)));
            } else {
                let at = there.source.position(there.span.start);
                let line = format!("{}:{}:{}: {}", there.source.path(), at.line, at.column, label.text);
                help = if help.is_empty() { line } else { format!("{help}\n{line}") };
            }
        }
        let url = rules::named(diagnostic.rule).filter(|_| links).map(crate::rule::Rule::url);
        Shown { diagnostic, message: diagnostic.sentence(), file, labels, help, url }
    }
}

fn masked(report: &UnitReport, source: &Arc<Source>, files: &mut BTreeMap<String, Arc<Masked>>) -> Arc<Masked> {
    let known = files.entry(source.path().to_owned());
    Arc::clone(known.or_insert_with(|| {
        let secrets = report.secrets.iter().map(Place::in_file).filter(|place| place.source.path() == source.path());
        Arc::new(Masked::new(source, secrets.map(|place| place.span).collect()))
    }))
}

/// A file in which each secret is an ellipsis, with the way from its bytes to the shown ones.
struct Masked {
    shown: Arc<Source>,
    /// Ends of secrets in the file, and how many bytes less the shown text has from there on.
    shifts: Vec<(Span, usize)>,
}

const ELLIPSIS: &str = "…";

impl Masked {
    fn new(source: &Arc<Source>, mut secrets: Vec<Span>) -> Masked {
        secrets.sort();
        let (mut text, mut at, mut less) = (String::new(), 0, 0_usize);
        let mut shifts = Vec::new();
        for span in secrets {
            if span.start < at || span.len() < ELLIPSIS.len() {
                continue;
            }
            text.push_str(source.slice(Span::new(at, span.start)));
            // Line breaks stay, so that lines keep their numbers.
            let breaks = "\n".repeat(source.slice(span).matches('\n').count());
            text.push_str(ELLIPSIS);
            text.push_str(&breaks);
            less += span.len() - (ELLIPSIS.len() + breaks.len()).min(span.len());
            shifts.push((span, less));
            at = span.end;
        }
        text.push_str(source.slice(Span::new(at, source.text().len())));
        Masked { shown: Source::new(source.path(), text), shifts }
    }

    fn byte(&self, byte: usize) -> usize {
        let mut less = 0;
        for (span, total) in &self.shifts {
            if byte >= span.end {
                less = *total;
            } else if byte > span.start {
                return span.start - less + ELLIPSIS.len();
            } else {
                break;
            }
        }
        byte.saturating_sub(less).min(self.shown.text().len())
    }

    /// Long values are marked at their first line only.
    fn span(&self, span: Span) -> SourceSpan {
        let (start, end) = (self.byte(span.start), self.byte(span.end));
        let line = self.shown.line_span(self.shown.line_of(start));
        let line_end = line.start + self.shown.slice(line).trim_end().len();
        let end = if end > line.end { line_end.max(start) } else { end.max(start) };
        SourceSpan::from(start..end)
    }
}

impl SourceCode for Masked {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let source = &self.shown;
        let first = source.line_of(span.offset()).saturating_sub(before);
        let last = (source.line_of(span.offset() + span.len()) + after).min(source.line_count() - 1);
        let start = source.line_span(first).start;
        let end = source.line_span(last).end;
        let data = source.text().as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
        let contents = MietteSpanContents::new_named(
            source.path().to_owned(),
            data,
            SourceSpan::from(start..end),
            first,
            // Without context lines miette asks for the place that it writes above the lines.
            if before + after == 0 { source.position(span.offset()).column - 1 } else { 0 },
            source.line_count(),
        );
        Ok(Box::new(contents))
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.diagnostic.rule)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.rule))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.diagnostic.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.url.as_ref().map(|url| Box::new(url) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.file)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
