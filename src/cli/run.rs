//! The checks of a run, some configurations at a time: of each only what a report shows is kept, for there may be thousands.

use std::collections::HashSet;

use rayon::prelude::*;

use super::check_args::{Args, status};
use super::gather::{Files, Gathered, bound_threads};
use super::known::{Home, Silenced};
use super::report::{self, Fixable};
use super::terminal::note;
use super::{CLEAN, Failure, known};
use crate::check::{self, Once, UnitReport};
use crate::disk::Disk;
use crate::fix;
use crate::output::{MAX_PICTURES, Printer, concise, some};
use crate::unit::{Laid, Unit};

/// How the configurations of a run are checked.
pub(super) struct Run<'r> {
    pub(super) args: &'r Args,
    pub(super) files: &'r Files<'r>,
    /// What takes rows about findings that no comment can silence.
    pub(super) home: Option<&'r Home>,
    pub(super) disk: &'r Disk,
    /// Checks a configuration.
    pub(super) lint: &'r (dyn Fn(&Unit) -> UnitReport + Sync),
    /// Checks it with texts that are not written yet.
    pub(super) lint_with: &'r fix::Lint<'r>,
}

/// What the checks of a run came to.
pub(super) struct Checked {
    pub(super) reports: Vec<UnitReport>,
    /// What is worth saying and no finding.
    pub(super) notes: Vec<String>,
    /// The exit status before fixes.
    pub(super) found: u8,
    pub(super) done: Done,
    /// Which fixes shown findings have.
    pub(super) fixable: Fixable,
}

/// What was written to files.
#[derive(Default)]
pub(super) struct Done {
    /// How many fixes were taken, in how many files.
    fixed: Option<(usize, usize)>,
    silenced: Option<Silenced>,
}

impl Done {
    /// Says what was written, or would be, and writes what is known by the end of a run only.
    ///
    /// # Errors
    /// When the settings of the linter cannot be written.
    pub(super) fn finish(&self, args: &Args, home: Option<&Home>, out: &mut Printer<'_>) -> Result<(), Failure> {
        if let Some((fixes, files)) = self.fixed {
            note(format!("{fixes} fixed in {}", some(files, "file")));
        }
        self.silenced.as_ref().map_or(Ok(()), |silenced| silenced.finish(args, home, out))
    }
}

impl Run<'_> {
    /// Checks all configurations; writes what is asked for, or shows it.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub(super) fn checked(&self, out: &mut Printer<'_>) -> Result<Checked, Failure> {
        let mut checked = Checked {
            reports: Vec::new(),
            notes: Vec::new(),
            found: CLEAN,
            done: Done::default(),
            fixable: Fixable::default(),
        };
        let (mut once, mut laid, mut is_empty) = (Once::default(), HashSet::new(), true);
        let mut about = HashSet::new();
        let (look, shown) = (self.args.only_lines(), self.args.shown());
        let hold = |report: &mut UnitReport| match look {
            Some(look) => concise::settle(report, look),
            None => report.compact(shown),
        };
        let mut take = |gathered: Gathered, checked: &mut Checked| -> Result<(), Failure> {
            let Gathered { units, notes, unreadable } = gathered;
            is_empty &= units.is_empty() && unreadable.is_empty();
            checked.notes.extend(notes);
            let is_alone = self.args.no_config || !self.args.layers.is_empty();
            let units = if is_alone { units } else { self.files.laid(units, &mut laid) };
            let reports = self.linted(&units);
            drop(units);
            about.extend(reports.iter().flat_map(|report| self.files.held_by(report)));
            let reports = self.changed(reports, checked, out)?;
            let unreadable = unreadable.iter().map(|(path, why)| check::unreadable(path, why));
            for report in reports.into_iter().chain(unreadable) {
                let mut report = once.new_of(report);
                // Only fixes need it.
                report.laid = Laid::default();
                if checked.reports.len() >= MAX_PICTURES {
                    report.subject = None;
                }
                checked.fixable.add(&report, self.args.least());
                hold(&mut report);
                checked.reports.push(report);
            }
            Ok(())
        };
        for gathered in self.files.gathered() {
            take(gathered?, &mut checked)?;
        }
        let units = self.files.started(self.args, &mut checked.notes);
        take(Gathered { units, ..Gathered::default() }, &mut checked)?;
        // What a walk left out does not say that nothing was found in the rest.
        let is_said = !checked.notes.is_empty();
        take(self.files.left_out(), &mut checked)?;
        checked.notes.extend(self.files.unchecked(self.args, &about));
        self.none_found(is_empty, is_said, &mut checked)?;
        checked.notes.extend(suppressed_in_ci(self.args, &checked.reports));
        checked.found = checked.found.max(status(self.args, &checked.reports));
        Ok(checked)
    }

    fn linted(&self, units: &[Unit]) -> Vec<UnitReport> {
        let reports = match units {
            // One is not worth the threads.
            [only] => vec![(self.lint)(only)],
            [] => Vec::new(),
            many => {
                bound_threads();
                many.par_iter().map(self.lint).collect()
            }
        };
        check::once_each(reports)
    }

    /// Fixes what was found, or silences it, when that is asked for. What these configurations share with those of a later part of a long
    /// run is fixed as if those were not there.
    fn changed(
        &self,
        reports: Vec<UnitReport>,
        checked: &mut Checked,
        out: &mut Printer<'_>,
    ) -> Result<Vec<UnitReport>, Failure> {
        let args = self.args;
        checked.found = checked.found.max(status(args, &reports));
        let is_of_stdin = args.reads_stdin();
        if args.add_ignores {
            if is_of_stdin && !args.diff {
                return Err(Failure(
                    "--add-ignores has no file to write for stdin: use --diff, or name the file".to_owned(),
                ));
            }
            let silenced = checked.done.silenced.get_or_insert_default();
            let mended = known::silenced(args, reports, self.lint_with, (self.home, self.disk), silenced)?;
            if args.diff {
                report::differences(&mended, out)?;
                return Ok(Vec::new());
            }
            return Ok(mended.reports);
        }
        if args.diff {
            report::differences(&fix::mend(reports, args.unsafe_fixes, self.lint_with), out)?;
            return Ok(Vec::new());
        }
        if args.fix || args.unsafe_fixes {
            if is_of_stdin {
                return Err(Failure("--fix has no file to write for stdin: use --diff, or name the file".to_owned()));
            }
            let mended = fix::mend(reports, args.unsafe_fixes, self.lint_with);
            for change in &mended.changes {
                change.write(args.root.as_deref()).map_err(Failure)?;
            }
            let (taken, changed) = checked.done.fixed.unwrap_or_default();
            checked.done.fixed = Some((taken + mended.fixes, changed + mended.changes.len()));
            return Ok(mended.reports);
        }
        Ok(reports)
    }

    /// Says that there is no configuration, unless notes about files say it.
    fn none_found(&self, is_empty: bool, is_said: bool, checked: &mut Checked) -> Result<(), Failure> {
        let is_given = !self.args.layers.is_empty() || self.args.reads_stdin();
        if !is_empty || is_given {
            return Ok(());
        }
        if self.args.require_config {
            return Err(Failure("no Kratos configuration found (--require-config)".to_owned()));
        }
        if !is_said {
            checked.notes.push("no Kratos configuration found".to_owned());
        }
        Ok(())
    }
}

/// In CI, how many findings are suppressed, where no summary says so: a pull request can bring the comments.
fn suppressed_in_ci(args: &Args, reports: &[UnitReport]) -> Option<String> {
    let count: usize = reports.iter().map(|report| report.suppressed).sum();
    let is_said = args.quiet || std::env::var_os("CI").is_none();
    let what = "suppressed, by comments, rows of `[[ignore]]` or the baseline";
    (count > 0 && !is_said).then(|| format!("{} {what}", some(count, "finding")))
}
