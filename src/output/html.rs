//! One page for a browser: nothing of it comes from elsewhere, and it prints.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

use super::xml::escape;
use super::{Look, MAX_PICTURES, Paths, Printer, hooks, pretty, subject, summary};
use crate::check::UnitReport;
use crate::diagnostic::{Diagnostic, Level};
use crate::endpoints;
use crate::kratos::contract::{Point, response};
use crate::kratos::secrets;
use crate::rule::Rule;
use crate::rules;

const STYLE: &str = "body{font:15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#1f2328;background:#fff;margin:0}\
main{max-width:1080px;margin:0 auto;padding:24px}h1{margin:0}h2{border-bottom:1px solid #d1d9e0;margin-top:40px;overflow-wrap:anywhere}\
pre{background:#f6f8fa;padding:12px;border-radius:6px;overflow-x:auto;font:12px/1.45 ui-monospace,Menlo,Consolas,monospace}\
details{border:1px solid #d1d9e0;border-left-width:5px;border-radius:6px;padding:8px 12px;margin:10px 0}summary{cursor:pointer}\
.k-error{border-left-color:#cf222e}.k-warning{border-left-color:#bf8700}.k-info{border-left-color:#0969da}\
.k-level{font-weight:700}table{border-collapse:collapse;width:100%}td,th{border:1px solid #d1d9e0;padding:6px 8px;text-align:left;\
vertical-align:top;overflow-wrap:anywhere}td:first-child{overflow-wrap:break-word}svg{max-width:100%;height:auto}a{color:#0969da}\
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}pre{background:#161b22}a{color:#4493f8}\
h2,details,td,th{border-color:#3d444d}.k-error{border-left-color:#f85149}.k-warning{border-left-color:#d29922}.k-info{border-left-color:#4493f8}}\
@media print{main{max-width:none;padding:0}details{break-inside:avoid}pre{white-space:pre-wrap}svg{break-inside:avoid}}";

pub(super) fn write(reports: &[UnitReport], look: Look, paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    // Notes are on the page too, folded.
    let look = Look { least: None, ..look };
    let totals = summary::totals(reports, look, summary::suppressed(reports));
    out.block(&format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>kratos-lint: {0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>kratos-lint</h1>\n\
         <p><strong>{0}</strong></p>\n<ul>",
        escape(&totals)
    ))?;
    for text in summary::verdicts(reports, Some(paths)) {
        out.line(format!("<li>{}</li>", prose(&text)))?;
    }
    out.line("</ul>")?;
    let mut files = pretty::Files::default();
    for group in pretty::by_file(reports, look) {
        let Some((_, first)) = group.first() else { continue };
        let file = paths.in_repository(first.place.in_file().source.path());
        out.line(format!("<h2>{}</h2>", escape(&file)))?;
        for ((report, found), alike) in pretty::folded(&group) {
            finding(report, found, &mut files, paths, out)?;
            if let Some(alike) = alike {
                out.line(format!("<p class=\"k-more\">{}</p>", escape(&alike)))?;
            }
        }
    }
    reports.iter().take(MAX_PICTURES).try_for_each(|report| unit(report, paths, out))?;
    if let Some(more) = reports.len().checked_sub(MAX_PICTURES).filter(|more| *more > 0) {
        let more = summary::some(more, "more configuration");
        out.line(format!("<p>What runs in {more} is not drawn: name fewer files to see it.</p>"))?;
    }
    out.block("</main>\n</body>\n</html>")
}

fn finding(
    report: &UnitReport,
    found: &Diagnostic,
    files: &mut pretty::Files,
    paths: &Paths,
    out: &mut Printer<'_>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    pretty::excerpt(report, found, files, &mut Printer::new(&mut bytes))?;
    let (level, lines) = (found.level.name(), paths.relative(&String::from_utf8_lossy(&bytes), &report.file));
    let open = if found.level > Level::Info { " open" } else { "" };
    let page = rules::named(found.rule).map(Rule::url).unwrap_or_default();
    out.block(&format!(
        "<details class=\"k-{level}\"{open}>\n<summary><span class=\"k-level\">{level}</span> {} \
         <a href=\"{}\">{}</a></summary>\n<pre>{}</pre>",
        prose(&found.sentence()),
        escape(&page),
        escape(found.rule),
        lines.trim_end().lines().map(escape).collect::<Vec<_>>().join("\n"),
    ))?;
    if let Some(help) = &found.help {
        out.line(format!("<p>{}</p>", prose(help)))?;
    }
    out.line("</details>")
}

/// The timeline, the deployment and the contracts of a configuration.
fn unit(report: &UnitReport, paths: &Paths, out: &mut Printer<'_>) -> io::Result<()> {
    let file = paths.in_repository(&report.file);
    out.line(format!("<h2>{}{}: what runs</h2>", escape(&file), escape(&secrets::pointer(&report.at))))?;
    let version = report.target.newest();
    if let Some(points) = subject::points(report, paths) {
        out.block(&hooks::svg(&points, &file, &report.target))?;
        let mut rows = String::new();
        let mut seen = BTreeSet::new();
        for point in &points {
            let place = Point { flow: point.flow, is_before: point.trigger == "before" };
            for hook in point.runs.iter().filter_map(|run| run.hook).filter(|hook| hook.is_web_hook()) {
                if seen.insert(hook.node.pointer()) {
                    let contract = endpoints::plain_contract(place, hook, version);
                    let url = hook.url().map(secrets::url).unwrap_or_default();
                    let words = prose(&response::summary(&contract));
                    _ = writeln!(
                        rows,
                        "<tr><td>{}</td><td>{}</td><td>{words}</td></tr>",
                        escape(&point.name()),
                        escape(&url)
                    );
                }
            }
        }
        if !rows.is_empty() {
            out.block("<h3>What each endpoint may answer</h3>\n<table>\n<tr><th>Hook point</th><th>URL</th><th>Answer</th></tr>")?;
            out.block(&rows)?;
            out.line("</table>")?;
        }
    }
    if report.subject.as_ref().is_some_and(|subject| subject.deployment.is_unseen()) {
        out.line("<p>Nothing in this project says how Kratos is started.</p>")?;
    } else if let Some(subject) = &report.subject {
        let text = super::deployment::plain(&report.file, &subject.deployment, paths.disk());
        let text = paths.relative(&text, &report.file);
        let lines: Vec<String> = text.lines().map(escape).collect();
        out.block(&format!("<h3>The deployment as it was found</h3>\n<pre>{}</pre>", lines.join("\n")))?;
    }
    Ok(())
}

/// A sentence; what is in backticks is code.
fn prose(text: &str) -> String {
    let mut parts = text.split('`').map(escape);
    let first = parts.next().unwrap_or_default();
    let is_paired = text.matches('`').count().is_multiple_of(2);
    parts.enumerate().fold(first, |shown, (number, part)| match number % 2 {
        _ if !is_paired => format!("{shown}`{part}"),
        0 => format!("{shown}<code>{part}</code>"),
        _ => shown + &part,
    })
}
