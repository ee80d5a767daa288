//! The arguments of a check, and what they come to.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::terminal::is_terminal;
use super::{CLEAN, FINDINGS, Failure};
use crate::check::{Shown, UnitReport};
use crate::config::Config;
use crate::diagnostic::Level;
use crate::output::{Format, Look};

/// From which level on findings make the exit status 1.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    fn level(self) -> Option<Level> {
        match self {
            FailOn::Error => Some(Level::Error),
            FailOn::Warning => Some(Level::Warning),
            FailOn::Info => Some(Level::Info),
            FailOn::Never => None,
        }
    }
}

/// The lowest level that a report shows.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum MinLevel {
    Error,
    Warning,
    Info,
}

impl MinLevel {
    pub(super) fn level(self) -> Level {
        match self {
            MinLevel::Error => Level::Error,
            MinLevel::Warning => Level::Warning,
            MinLevel::Info => Level::Info,
        }
    }
}

/// When to colour the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// Lint files and folders.
#[derive(Clone, Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Args {
    /// Files and folders; `-` reads stdin; without any, all below the current folder
    pub(super) paths: Vec<PathBuf>,
    /// Files that Kratos gets with `-c`; each replaces keys of the files before it
    #[arg(short = 'c', long = "layer", value_name = "FILE", value_delimiter = ',', conflicts_with_all = ["paths", "fix", "unsafe_fixes", "diff"])]
    pub(super) layers: Vec<PathBuf>,
    /// Kratos version or range to check against (1.3.1, 1.1..26.2, master)
    #[arg(long, value_name = "VERSION")]
    pub(super) kratos: Option<String>,
    /// Format of the report [default: pretty on a terminal, else concise]
    #[arg(short, long, value_enum)]
    pub(super) format: Option<Format>,
    /// Also write the report to a file, for example sarif=report.sarif
    #[arg(short, long = "output", value_name = "FORMAT=FILE")]
    pub(super) output: Vec<String>,
    /// Exit with status 1 at this level or above
    #[arg(long, value_enum, default_value = "error")]
    fail_on: FailOn,
    /// Also show notes (level info) in pretty and concise reports
    #[arg(long, conflicts_with = "min_level")]
    show_info: bool,
    /// Show only findings of this level or above, in all formats
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) min_level: Option<MinLevel>,
    /// Print findings only: no notes, no summary
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Print the number of findings of each rule instead of the findings
    #[arg(long, conflicts_with = "format")]
    pub(super) statistics: bool,
    /// Change the level of a rule, for example unknown-key=warning; `off` switches it off
    #[arg(long = "rule", value_name = "NAME=LEVEL", value_delimiter = ',')]
    pub(super) rules: Vec<String>,
    /// Run only these rules (give it twice, or separate names by commas)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) only: Vec<String>,
    /// Read this file instead of looking for kratos-lint.toml
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Hide findings that are listed in this file [default: `baseline` of kratos-lint.toml]
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write all present findings into the baseline file
    #[arg(long)]
    pub(super) update_baseline: bool,
    /// Apply safe fixes
    #[arg(long)]
    pub(super) fix: bool,
    /// Apply all fixes, also those that may change the meaning (implies --fix)
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Silence each error and warning: by a comment above it, else by a row in kratos-lint.toml
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes"])]
    pub(super) add_ignores: bool,
    /// Print what --fix, or --add-ignores, would change, without changing files
    #[arg(long)]
    pub(super) diff: bool,
    /// File with the environment of Kratos (lines NAME=value)
    #[arg(long, value_name = "FILE")]
    pub(super) env_file: Vec<PathBuf>,
    /// The file name to use for stdin [default: kratos.yml]
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
    /// Read files that the configuration refers to only below this folder
    #[arg(long, value_name = "FOLDER")]
    pub(super) root: Option<PathBuf>,
    /// Exit with status 2 when there is no Kratos configuration
    #[arg(long)]
    pub(super) require_config: bool,
    /// Ignore kratos-lint.toml and the files around the configuration
    #[arg(long)]
    pub(super) no_config: bool,
    /// When to color the report
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) color: Color,
}

impl Args {
    /// Whether standard input is read.
    pub(super) fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| path.as_os_str() == "-")
    }

    /// The name that standard input gets.
    pub(super) fn name_of_stdin(&self) -> &str {
        self.stdin_filename.as_deref().unwrap_or("kratos.yml")
    }

    /// The files and folders that are named; standard input by the name that it is given.
    pub(super) fn named(&self) -> Vec<PathBuf> {
        let named =
            |path: &PathBuf| if path.as_os_str() == "-" { PathBuf::from(self.name_of_stdin()) } else { path.clone() };
        self.paths.iter().chain(&self.layers).map(named).collect()
    }

    /// Fails where the name of standard input is for nothing, or that of another file.
    ///
    /// # Errors
    /// See above.
    pub(super) fn with_apt_name_of_stdin(&self) -> Result<(), Failure> {
        let name = self.name_of_stdin();
        if self.stdin_filename.is_some() && !self.reads_stdin() {
            return Err(Failure("--stdin-filename: stdin is not read: name it by `-`".to_owned()));
        }
        if self.reads_stdin() && self.paths.iter().any(|path| path == Path::new(name)) {
            return Err(Failure(format!("{name} is the name of stdin too: give it another one with --stdin-filename")));
        }
        Ok(())
    }

    /// The same with the baseline that kratos-lint.toml names.
    ///
    /// # Errors
    /// When a baseline is to be written, and none is named.
    pub(super) fn with_baseline(&self, config: &Config) -> Result<Args, Failure> {
        let baseline = self.baseline.clone().or_else(|| config.baseline().map(Path::to_path_buf));
        if self.update_baseline && baseline.is_none() {
            let how = "name the file with --baseline, or as `baseline` in kratos-lint.toml";
            return Err(Failure(format!("--update-baseline: {how}")));
        }
        Ok(Args { baseline, ..self.clone() })
    }

    /// The formats of all reports of the run.
    pub(super) fn formats(&self) -> impl Iterator<Item = Format> {
        let named = self.output.iter().filter_map(|output| Format::from_str(output.split_once('=')?.0, true).ok());
        std::iter::once(self.printed()).chain(named)
    }

    /// The format of the report that is printed.
    pub(super) fn printed(&self) -> Format {
        self.format.unwrap_or(if is_terminal() { Format::Pretty } else { Format::Concise })
    }

    /// The look of a report that is nothing but a line for each finding: no other format, baseline or count asks for more.
    pub(super) fn only_lines(&self) -> Option<Look> {
        let is_concise = self.printed() == Format::Concise;
        let asks_more =
            !self.output.is_empty() || self.baseline.is_some() || self.statistics || self.min_level.is_some();
        (is_concise && !asks_more).then(|| Look { least: self.least(), ..Look::default() })
    }

    /// What the report shows of findings; baselines, and what is written into files, name them.
    pub(super) fn shown(&self) -> Shown {
        let names = self.baseline.is_some() || self.add_ignores;
        let notes = names || self.statistics || self.least().is_none();
        let of_all = Shown { names, notes, ..Shown::default() };
        self.formats().map(Format::shown).fold(of_all, |one, other| one | other)
    }

    /// The lowest level that a report for a terminal shows: notes only when they are asked for, or make the status 1.
    pub(super) fn least(&self) -> Option<Level> {
        let all = self.show_info || self.min_level.is_some() || matches!(self.fail_on, FailOn::Info);
        (!all).then_some(Level::Warning)
    }
}

pub(super) fn status(args: &Args, reports: &[UnitReport]) -> u8 {
    let fails =
        |report: &UnitReport, from| Level::ALL.into_iter().any(|level| level >= from && report.count(level) > 0);
    let is_any = |from| reports.iter().any(|report| fails(report, from));
    if args.fail_on.level().is_some_and(is_any) { FINDINGS } else { CLEAN }
}
