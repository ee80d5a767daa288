//! Findings that are known: comments that silence them, rows of kratos-lint.toml, and the baseline.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Failure;
use super::check_args::Args;
use crate::baseline;
use crate::check::{Target, UnitReport};
use crate::cli::terminal::note;
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Level};
use crate::discover;
use crate::disk::{Disk, Overlay, named};
use crate::fix::{self, Mended};
use crate::init::given::{self, Known};
use crate::key;
use crate::output::{self, Printer, some};
use crate::settings::Settings;
use crate::suppress::{self, offer};
use crate::unit::Unit;

/// Adds a finding for each row of `[[ignore]]` that silenced nothing. Only a run over the whole folder of kratos-lint.toml, with
/// all rules and one version for each configuration, knows that.
pub(super) fn report_unused(args: &Args, config: &Config, settings: &Settings, reports: &mut [UnitReport]) {
    let disk = settings.project.disk();
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here } else { args.paths.as_slice() };
    let is_one_file = !args.layers.is_empty();
    let is_whole = paths.iter().any(|path| config.folder().starts_with(disk.real(path)));
    let is_one_version = reports.iter().all(|report| report.target.versions.len() == 1);
    if !is_whole || is_one_file || args.kratos.is_some() || !is_one_version || !settings.only.is_empty() {
        return;
    }
    let used: BTreeSet<usize> = reports.iter().flat_map(|report| report.known.iter().copied()).collect();
    let unused = suppress::unused_rows(settings.ignores.unused(&used), settings);
    if let Some(first) = reports.first_mut() {
        first.diagnostics.extend(unused);
    }
}

/// What makes a finding of a configuration known in the settings, when hooks and providers come and go, too.
fn row(found: &Diagnostic, unit: Option<&Unit>, reason: &'static str) -> Known {
    let path = discover::shown(Path::new(found.place.source.path()));
    let pointer = found.pointer.as_deref().unwrap_or_default();
    let key = unit.and_then(Unit::root).map_or_else(|| pointer.to_owned(), |root| key::stable(root, pointer));
    Known { file: path, rule: found.rule, key, reason }
}

/// The settings of the linter that take rows about what no comment can silence.
pub(super) struct Home {
    path: PathBuf,
    /// The path as it is shown.
    shown: String,
    folder: PathBuf,
}

impl Home {
    /// Those that the run reads, else new ones in the current folder; none where no rows can be in them.
    pub(super) fn of(args: &Args, config: &Config, disk: &Disk) -> Option<Home> {
        if args.no_config || config.ignores_files() {
            return None;
        }
        let folder = if config.is_read() { config.folder().to_owned() } else { disk.real(Path::new(".")) };
        let path = args.config.clone().unwrap_or_else(|| folder.join(config::FILE_NAME));
        Some(Home { shown: disk.shown(&path), path, folder })
    }

    /// The row with the name that its file has from there; none where it is elsewhere.
    fn named(&self, row: Known, disk: &Disk) -> Option<Known> {
        let path = disk.real(Path::new(&row.file));
        let file = path.strip_prefix(&self.folder).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
        Some(Known { file, ..row })
    }
}

/// What comments and rows silenced in a run.
#[derive(Default)]
pub(super) struct Silenced {
    findings: usize,
    files: usize,
    /// Rows for the settings of the linter.
    rows: BTreeSet<Known>,
    /// What neither can silence.
    left: usize,
    /// Rows that the settings cannot take.
    refused: BTreeSet<Known>,
}

/// Most rows that are written or printed.
const MAX_ROWS: usize = 1_000;

impl Silenced {
    /// Writes the rows, or shows them; says what was silenced, or would be, and what is left.
    ///
    /// # Errors
    /// When the settings of the linter cannot be read or written.
    pub(super) fn finish(&self, args: &Args, home: Option<&Home>, out: &mut Printer<'_>) -> Result<(), Failure> {
        let done = if args.diff { "would be silenced" } else { "silenced" };
        let mut files = self.files;
        if let Some(home) = home.filter(|_| !self.rows.is_empty()) {
            let rows: Vec<Known> = self.rows.iter().cloned().collect();
            home.write(args, &rows, out)?;
            files += 1;
        }
        note(format!("{} {done} in {}", some(self.findings, "finding"), some(files, "file")));
        if !self.refused.is_empty() {
            let first =
                if home.is_none() && !args.no_config { " (rename its list `ignore` to `exclude` first)" } else { "" };
            let count = some(self.refused.len(), "finding");
            note(format!("{count} left: no comment is possible there; add to {}{first}:", config::FILE_NAME));
            let rows: Vec<String> = self.refused.iter().map(Known::lines).collect();
            crate::cli::terminal::notes(&rows.join("\n"));
        }
        if self.left > 0 {
            note(format!("{} left: neither a comment nor a row can silence it", some(self.left, "finding")));
        }
        Ok(())
    }

    /// Makes a finding known, if that is possible.
    fn take(&mut self, row: Known, home: Option<&Home>, disk: &Disk) -> bool {
        let own = home.and_then(|home| home.named(row.clone(), disk));
        let (rows, row, is_known) = match own {
            Some(own) => (&mut self.rows, own, true),
            None => (&mut self.refused, row, false),
        };
        let is_there = rows.contains(&row);
        if !is_there && rows.len() >= MAX_ROWS {
            self.left += 1;
            return false;
        }
        if !is_there {
            rows.insert(row);
        }
        self.findings += usize::from(is_known);
        is_known
    }
}

impl Home {
    fn write(&self, args: &Args, rows: &[Known], out: &mut Printer<'_>) -> Result<(), Failure> {
        let fails = |why: String| Failure(format!("{}: {why}", self.path.display()));
        let before = named::text_if_there(&self.path).map_err(|why| fails(why.to_string()))?.unwrap_or_default();
        let text = given::added(&before, &[], rows).map_err(fails)?;
        if args.diff {
            return Ok(output::patch::added(&self.shown, &before, &text, out)?);
        }
        fix::write::report(&self.path, text.as_bytes(), args.root.as_deref()).map_err(Failure)
    }
}

/// Writes comments that silence what a report shows, unless only the difference is asked for; what no comment can silence is
/// kept for the settings of the linter.
pub(super) fn silenced(
    args: &Args,
    mut reports: Vec<UnitReport>,
    lint: &fix::Lint<'_>,
    (home, disk): (Option<&Home>, &Disk),
    silenced: &mut Silenced,
) -> Result<Mended, Failure> {
    let least = args.least().unwrap_or(Level::Info);
    let reason = offer::KNOWN;
    for report in &mut reports {
        offer::instead_of_fixes(&mut report.diagnostics, least, reason);
    }
    let with_comments = |unit: &Unit, target: &Target, overlay: &Overlay| {
        let mut report = lint(unit, target, overlay);
        offer::instead_of_fixes(&mut report.diagnostics, least, reason);
        report
    };
    let mut mended = fix::mend(reports, false, &with_comments);
    for change in mended.changes.iter().filter(|_| !args.diff) {
        change.write(args.root.as_deref()).map_err(Failure)?;
    }
    silenced.findings += mended.fixes;
    silenced.files += mended.changes.len();
    for report in &mut mended.reports {
        let is_left = |found: &Diagnostic| found.level >= least;
        let is_any = report.diagnostics.iter().any(is_left);
        let units = if is_any { discover::named(&report.source) } else { Vec::new() };
        let unit = units.iter().find(|unit| unit.at == report.at);
        let before = report.diagnostics.len();
        report.diagnostics.retain(|found| {
            if is_left(found) && found.is_final {
                silenced.left += 1;
            }
            found.is_final || !is_left(found) || !silenced.take(row(found, unit, reason), home, disk)
        });
        report.suppressed += before - report.diagnostics.len();
    }
    Ok(mended)
}

/// The findings of the baseline that reports are to be without. It is read before anything is written.
pub(super) fn of_baseline(args: &Args) -> Result<Option<baseline::Known>, Failure> {
    let path = args.baseline.as_deref().filter(|_| !args.update_baseline && !args.diff);
    path.map(baseline::Known::read).transpose().map_err(Failure)
}

/// Takes the findings of the baseline out of the reports, or writes them into it.
pub(super) fn without_known(
    args: &Args,
    known: Option<baseline::Known>,
    reports: &mut [UnitReport],
) -> Result<(), Failure> {
    let notes = match (&args.baseline, known) {
        (_, Some(known)) => baseline::apply(known, reports),
        (Some(path), None) if args.update_baseline => {
            baseline::update(path, args.root.as_deref(), reports).map_err(Failure)?
        }
        _ => return Ok(()),
    };
    notes.into_iter().for_each(crate::cli::terminal::note);
    Ok(())
}
