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
use crate::disk::Overlay;
use crate::fix::{self, Mended};
use crate::init::given::Known;
use crate::key;
use crate::output::some;
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

/// What comments silenced in a run.
#[derive(Default)]
pub(super) struct Silenced {
    findings: usize,
    files: usize,
    /// What no comment can silence.
    left: usize,
    /// Rows of kratos-lint.toml for what is left.
    rows: Vec<String>,
}

/// Most rows that are printed for kratos-lint.toml.
const MAX_ROWS: usize = 1_000;

impl Silenced {
    /// Says what was silenced, or would be, and what no comment can silence.
    pub(super) fn say(&self, config: &Config, is_preview: bool) {
        let done = if is_preview { "would be silenced" } else { "silenced" };
        note(format!("{} {done} in {}", some(self.findings, "finding"), some(self.files, "file")));
        if self.rows.is_empty() {
            return;
        }
        let count = some(self.left, "finding");
        let first = if config.ignores_files() { " (rename its list `ignore` to `exclude` first)" } else { "" };
        note(format!("{count} left: no comment is possible there; add to {}{first}:", config::FILE_NAME));
        crate::cli::terminal::notes(&self.rows.join("\n"));
        if self.left > self.rows.len() {
            note(format!("only the first {} are listed", self.rows.len()));
        }
    }
}

/// Writes comments that silence what a report shows, unless only the difference is asked for; notes what no comment can silence.
pub(super) fn silenced(
    args: &Args,
    mut reports: Vec<UnitReport>,
    lint: &fix::Lint<'_>,
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
    let mended = fix::mend(reports, false, &with_comments);
    for change in mended.changes.iter().filter(|_| !args.diff) {
        change.write(args.root.as_deref()).map_err(Failure)?;
    }
    silenced.findings += mended.fixes;
    silenced.files += mended.changes.len();
    for report in &mended.reports {
        let mut left = report.diagnostics.iter().filter(|found| found.level >= least).peekable();
        let units = left.peek().map(|_| discover::named(&report.source)).unwrap_or_default();
        let unit = units.iter().find(|unit| unit.at == report.at);
        for found in left {
            silenced.left += 1;
            if silenced.rows.len() < MAX_ROWS {
                silenced.rows.push(row(found, unit, reason).lines());
            }
        }
    }
    Ok(mended)
}

/// Takes the findings of the baseline out of the reports, or writes them into it.
pub(super) fn without_known(args: &Args, reports: &mut [UnitReport]) -> Result<(), Failure> {
    let Some(path) = &args.baseline else { return Ok(()) };
    let notes = if args.update_baseline {
        baseline::update(path, args.root.as_deref(), reports)
    } else {
        baseline::apply(path, reports)
    };
    notes.map_err(Failure)?.into_iter().for_each(crate::cli::terminal::note);
    Ok(())
}
