//! Annotations of GitHub Actions: `::error file=…,line=…,col=…,title=…::message`, in a group of the log for each file.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use super::{Paths, Printer, summary, text};
use crate::check::UnitReport;
use crate::diagnostic::{Diagnostic, Level};

pub(super) fn write(reports: &[UnitReport], paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    let mut files: BTreeMap<String, Vec<&Diagnostic>> = BTreeMap::new();
    for found in reports.iter().flat_map(|report| &report.diagnostics) {
        files.entry(paths.in_repository(found.place.in_file().source.path())).or_default().push(found);
    }
    for (file, mut found) in files {
        found.sort_by_cached_key(|found| (Reverse(found.level), found.place.in_file().span));
        out.command(&format!("group::{} ({})", data(&file), summary::some(found.len(), "finding")))?;
        for one in found {
            annotation(one, &file, out)?;
        }
        out.command("endgroup::")?;
    }
    for text in summary::versions(reports, Some(paths)) {
        out.command(&format!("notice title=kratos-lint::{}", data(&text)))?;
    }
    Ok(())
}

fn annotation(found: &Diagnostic, file: &str, out: &mut Printer<'_>) -> io::Result<()> {
    let command = match found.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let place = found.place.in_file();
    let (start, end) = (place.source.position(place.span.start), place.source.position(place.span.end));
    let help = found.help.as_ref().map(|help| format!("%0A{}", data(help))).unwrap_or_default();
    let (file, rule, message) = (property(file), property(found.rule), data(&found.sentence()));
    out.command(&format!(
        "{command} file={file},line={},endLine={},col={},title={rule}::{message}{help}",
        start.line, end.line, start.column
    ))
}

fn data(raw: &str) -> String {
    text::text(raw).as_str().replace('%', "%25")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
