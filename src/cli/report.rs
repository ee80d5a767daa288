//! How the report of a run is printed: formats, colours, width.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::Failure;
use super::check_args::{Args, Color};
use crate::check::UnitReport;
use crate::cli::terminal::{is_terminal, note};
use crate::diagnostic::{Fix, Level};
use crate::disk::Disk;
use crate::fix::{self, Mended};
use crate::kratos::secrets::Secrets;
use crate::output::{self, Format, Look, Paths, Printer, some};
use crate::suppress::offer;

/// Which kinds of fixes shown findings have.
#[derive(Clone, Copy, Default)]
pub(super) struct Fixable {
    /// Those of `--fix`.
    pub(super) safely: bool,
    /// Those of `--unsafe-fixes` alone.
    pub(super) unsafely: bool,
}

impl Fixable {
    /// Adds those of a report, before it is held without them.
    pub(super) fn add(&mut self, report: &UnitReport, least: Option<Level>) {
        let shown = report.diagnostics.iter().filter(|found| least.is_none_or(|least| found.level >= least));
        let is_written = |fix: &Fix| fix.edits.iter().all(|edit| edit.place.replaced_in_file(&edit.text).is_some());
        for fix in shown.flat_map(|found| &found.fixes) {
            // One of each kind is enough, and whether it can be written is looked up until then.
            let is_any = if fix.safe { &mut self.safely } else { &mut self.unsafely };
            *is_any = *is_any || is_written(fix);
        }
    }
}

/// Prints what fixes change.
pub(super) fn differences(mended: &Mended, out: &mut Printer<'_>) -> Result<(), Failure> {
    let mut secrets = Secrets::default();
    mended.reports.iter().for_each(|report| secrets.extend(&report.secrets));
    for change in &mended.changes {
        let is_unit = mended.reports.iter().any(|report| report.file == change.path);
        output::patch::write(change, (is_unit, &offer::is_own), &secrets, out)?;
    }
    Ok(())
}

fn no_format(name: &str) -> Failure {
    let known: Vec<_> = Format::value_variants().iter().filter_map(Format::to_possible_value).collect();
    let names: Vec<&str> = known.iter().map(PossibleValue::get_name).collect();
    super::unknown("--output: there is no format", name, &names)
}

/// The files that are written, with their formats; fails where one cannot be, before anything is.
pub(super) fn outputs(args: &Args) -> Result<Vec<(Format, PathBuf)>, Failure> {
    let parsed = args.output.iter().map(|output| {
        let (format, file) =
            output.split_once('=').ok_or_else(|| Failure(format!("--output {output}: write FORMAT=FILE")))?;
        let format = Format::from_str(format, true).map_err(|_| no_format(format))?;
        let file = PathBuf::from(file);
        match file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            Some(folder) => Err(Failure(format!("{}: no such folder: {}", file.display(), folder.display()))),
            None => Ok((format, file)),
        }
    });
    parsed.collect()
}

/// Writes the report to the files that were asked for, and to `out`.
pub(super) fn print(
    args: &Args,
    outputs: &[(Format, PathBuf)],
    reports: &[UnitReport],
    out: &mut Printer<'_>,
) -> Result<(), Failure> {
    let (named, root) = (args.paths.clone(), args.root.clone());
    let paths = Paths::of(move || Disk::of_run(&named, root.as_deref()));
    for (format, file) in outputs {
        let print = |out: &mut dyn Write| whole(*format, reports, Look::default(), &paths, out);
        fix::write::printed(file, &print, args.root.as_deref()).map_err(Failure)?;
    }
    if args.statistics {
        return Ok(output::statistics(reports, out)?);
    }
    let terminal = is_terminal();
    let least = args.least();
    let format = args.printed();
    if matches!(format, Format::Concise) && !args.quiet {
        // The lines have no room for what should be known of the target.
        output::target_notes(reports).into_iter().chain(output::verdicts(reports, None)).for_each(note);
    }
    let color = is_colored(args.color, terminal);
    let look = Look { color, terminal, width: width(terminal), least, is_quiet: args.quiet };
    output::write(format, reports, look, &paths, out)?;
    if format == Format::Github {
        summarize(reports, &paths)?;
    }
    Ok(())
}

/// Says in one line what shows more than the report does, and what corrects findings that are shown, but for what this run has
/// applied.
pub(super) fn say_more(args: &Args, reports: &[UnitReport], fixable: Fixable) {
    let look = Look { least: args.least(), ..Look::default() };
    let is_concise = matches!(args.printed(), Format::Concise);
    if !(is_concise || matches!(args.printed(), Format::Pretty)) || args.statistics || args.quiet {
        return;
    }
    let mut more = Vec::new();
    if output::is_any_shown(reports, look) {
        if is_concise {
            more.push("`-f pretty` shows what to do, `kratos-lint explain RULE` says why".to_owned());
        }
        more.extend(corrections(args, fixable).map(str::to_owned));
    }
    let hidden = if is_concise { output::hidden(reports, look) } else { 0 };
    if hidden > 0 {
        more.push(format!("{} not shown (--show-info)", some(hidden, "note")));
    }
    if !more.is_empty() {
        note(more.join("; "));
    }
}

fn corrections(args: &Args, fixable: Fixable) -> Option<&'static str> {
    match (fixable.safely && !args.fix && !args.unsafe_fixes, fixable.unsafely && !args.unsafe_fixes) {
        (true, true) => Some("`--fix` corrects some of it, `--unsafe-fixes` more (with `--diff` they only show it)"),
        (true, false) => Some("`--fix` corrects some of it (`--diff` shows how)"),
        (false, true) => Some("`--unsafe-fixes` corrects some of it (with `--diff` it only shows it)"),
        (false, false) => None,
    }
}

/// Writes a report as a text of its own. The reader of a file does not go away as that of a pipe does.
fn whole(format: Format, reports: &[UnitReport], look: Look, paths: &Paths, out: &mut dyn io::Write) -> io::Result<()> {
    output::write(format, reports, look, paths, &mut Printer::new(out))
}

/// Adds the report to the summary of a job of GitHub Actions; the runner names the file.
fn summarize(reports: &[UnitReport], paths: &Paths) -> Result<(), Failure> {
    let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else { return Ok(()) };
    let look = Look { least: Some(Level::Warning), ..Look::default() };
    let added = OpenOptions::new().append(true).create(true).open(&file).and_then(|file| {
        let mut out = io::BufWriter::new(file);
        whole(Format::Markdown, reports, look, paths, &mut out)?;
        out.flush()
    });
    added.map_err(|why| Failure(format!("GITHUB_STEP_SUMMARY {}: {why}", Path::new(&file).display())))
}

fn is_colored(wanted: Color, terminal: bool) -> bool {
    let forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match wanted {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => (terminal || forced) && !plain,
    }
}

/// The columns of the terminal; 0 when they are not known.
fn width(terminal: bool) -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    asked.or_else(|| terminal.then(columns).flatten()).unwrap_or_default()
}

#[cfg(unix)]
fn columns() -> Option<usize> {
    rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn columns() -> Option<usize> {
    None
}
