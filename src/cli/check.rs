//! `kratos-lint [PATH…]`: lint files and folders.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;

use super::gather::units_of;
use super::report::{self, Color};
use super::run::{Checked, Run};
use super::{CLEAN, FINDINGS, Failure, Outcome, gather, known};
use crate::check::{self, Shown, Target, UnitReport};
use crate::cli::terminal::is_terminal;
use crate::config::{self, Config};
use crate::deployment::Project;
use crate::diagnostic::Level;
use crate::discover;
use crate::disk::{Disk, Overlay};
use crate::kratos::version::Version;
use crate::kratos::{env, secrets};
use crate::output::{Format, Look, Printer, some};
use crate::rules;
use crate::settings::Settings;
use crate::target::TargetSource;
use crate::unit::Unit;

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

/// Lint files and folders.
#[derive(Clone, Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Args {
    /// Files and folders; `-` reads stdin; without any, all below the current folder
    pub(super) paths: Vec<PathBuf>,
    /// Files that Kratos gets with `-c`; each replaces keys of the files before it
    #[arg(short = 'c', long = "layer", value_name = "FILE", conflicts_with_all = ["paths", "fix", "unsafe_fixes", "diff"])]
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
    rules: Vec<String>,
    /// Run only these rules (give it twice, or separate names by commas)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
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
    /// Write a comment above each finding that silences it
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes"])]
    pub(super) add_ignores: bool,
    /// Print what --fix, or --add-ignores, would change, without changing files
    #[arg(long)]
    pub(super) diff: bool,
    /// File with the environment of Kratos (lines NAME=value)
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// The file name to use for stdin
    #[arg(long, value_name = "NAME", default_value = "kratos.yml")]
    pub(super) stdin_filename: String,
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

/// Lints and prints the report.
///
/// # Errors
/// When a path cannot be read or the version is unknown.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let disk = disk_of(args)?;
    let config = own_config(args, &disk)?;
    let args = &args.with_baseline(&config)?;
    let disk = match config.root() {
        None if args.layers.is_empty() => disk,
        own => Disk::of_run(&args.paths, args.root.as_deref().or(own)),
    };
    let settings = settings(args, &config, disk)?;
    let project = &settings.project;
    let asked = asked(args, project)?;
    let lint = |unit: &Unit| {
        let target = asked.clone().unwrap_or_else(|| config.target_of(unit, project, args.no_config));
        check::unit(unit, &target, &config.for_unit(unit, &settings))
    };
    let lint_with = |unit: &Unit, target: &Target, overlay: &Overlay| {
        let project = Arc::new(project.with_overlay(overlay));
        let settings = Settings { project, ..config.for_unit(unit, &settings) };
        check::unit(unit, target, &settings)
    };
    let files = gather::Files::of(args, &config, project)?;
    let run = Run { args, files: &files, lint: &lint, lint_with: &lint_with };
    let Checked { mut reports, notes, found, done, fixable } = run.checked(out)?;
    let own = config.missing_layers(project.disk()).into_iter().chain(own_policy(args, &config, &settings));
    for note in notes.into_iter().chain(own).filter(|_| !args.quiet) {
        crate::cli::terminal::note(&note);
    }
    if args.diff {
        done.say(&config, true);
        return Ok(found);
    }
    done.say(&config, false);
    known::report_unused(args, &config, &settings, &mut reports);
    known::without_known(args, &mut reports)?;
    let status = status(args, &reports);
    let least = args.min_level.map(MinLevel::level);
    for report in &mut reports {
        report.diagnostics.retain(|found| least.is_none_or(|least| found.level >= least));
    }
    report::print(args, &reports, out)?;
    report::say_fixes(args, &reports, fixable);
    Ok(status)
}

/// The target that is asked for; fails for a file of variables that cannot be read.
fn asked(args: &Args, project: &Project) -> Result<Option<Target>, Failure> {
    for file in &args.env_file {
        discover::read_named(file, project.disk()).map_err(Failure)?;
    }
    let asked = args.kratos.as_deref().map(|text| Target::parse(text, TargetSource::Flag));
    asked.transpose().map_err(Failure)
}

impl Args {
    /// The files and folders that are named; standard input by the name that it is given.
    fn named(&self) -> Vec<PathBuf> {
        let named =
            |path: &PathBuf| if path.as_os_str() == "-" { PathBuf::from(&self.stdin_filename) } else { path.clone() };
        self.paths.iter().chain(&self.layers).map(named).collect()
    }

    /// The same with the baseline that kratos-lint.toml names.
    ///
    /// # Errors
    /// When a baseline is to be written, and none is named.
    fn with_baseline(&self, config: &Config) -> Result<Args, Failure> {
        let baseline = self.baseline.clone().or_else(|| config.baseline().map(Path::to_path_buf));
        if self.update_baseline && baseline.is_none() {
            let how = "name the file with --baseline, or as `baseline` in kratos-lint.toml";
            return Err(Failure(format!("--update-baseline: {how}")));
        }
        Ok(Args { baseline, ..self.clone() })
    }

    /// The formats of all reports of the run.
    fn formats(&self) -> impl Iterator<Item = Format> {
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

/// The files that the arguments name.
fn disk_of(args: &Args) -> Result<Disk, Failure> {
    if let Some(root) = args.root.as_deref().filter(|root| !root.is_dir()) {
        return Err(Failure(format!("--root {}: it is no folder", root.display())));
    }
    let paths: Vec<PathBuf> = args.paths.iter().chain(&args.layers).cloned().collect();
    Ok(Disk::of_run(&paths, args.root.as_deref()))
}

fn own_config(args: &Args, disk: &Disk) -> Result<Config, Failure> {
    match &args.config {
        Some(path) => config::read(path, disk).map_err(Failure),
        None if args.no_config => Ok(Config::default()),
        None => found_config(&args.named(), disk),
    }
}

/// The kratos-lint.toml that is nearest above these paths, or that of the current folder or of one around it.
///
/// # Errors
/// When something is wrong in it.
pub(super) fn found_config(paths: &[PathBuf], disk: &Disk) -> Result<Config, Failure> {
    config::find(paths, disk).map_err(Failure)
}

fn settings(args: &Args, config: &Config, disk: Disk) -> Result<Settings, Failure> {
    let mut settings = config.settings();
    settings.project = Arc::new(Project::of(disk));
    settings.no_config = args.no_config;
    settings.keeps_subjects = args.formats().any(Format::draws);
    settings.only.clone_from(&args.only);
    settings.env_files.clone_from(&args.env_file);
    settings.root = args.root.clone().or(settings.root);
    for rule in &args.rules {
        let (name, level) = rule.split_once('=').ok_or_else(|| Failure(format!("--rule {rule}: write NAME=LEVEL")))?;
        settings.levels.push((rules::known(name).map_err(Failure)?, config::level(level).map_err(Failure)?));
    }
    for name in &mut settings.only {
        *name = rules::known(name).map_err(Failure)?;
    }
    Ok(settings)
}

/// In CI: what the kratos-lint.toml of the repository itself switched off. A pull request can change it.
fn own_policy(args: &Args, config: &Config, settings: &Settings) -> Option<String> {
    if args.config.is_some() || std::env::var_os("CI").is_none() {
        return None;
    }
    let off = settings.levels.iter().filter(|(_, level)| level.is_none()).count();
    let ignored = usize::try_from(config.ignored_patterns()).unwrap_or(usize::MAX);
    let known = settings.ignores.count();
    let baseline = config.baseline().filter(|file| args.baseline.as_deref() == Some(file));
    let parts = [
        (off > 0).then(|| format!("switches off {}", some(off, "rule"))),
        (ignored > 0).then(|| format!("ignores files by {}", some(ignored, "pattern"))),
        (known > 0).then(|| format!("hides findings by {}", some(known, "row"))),
        baseline.map(|file| format!("hides findings by {}", secrets::path(&settings.project.disk().shown(file)))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{} {}", secrets::path(config.name()), parts.join(", ")))
}

/// What commands about one configuration take: a file, or layers, and the environment.
#[derive(Debug, clap::Args)]
pub(super) struct One {
    /// The configuration; without it the only one below the current folder
    file: Option<PathBuf>,
    /// Files that Kratos gets with `-c`; each replaces keys of the files before it
    #[arg(short = 'c', long = "layer", value_name = "FILE", conflicts_with = "file")]
    layers: Vec<PathBuf>,
    /// File with the environment of Kratos (lines NAME=value)
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
}

impl One {
    /// The file that is named.
    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// One file alone.
    pub(super) fn of_file(file: &Path) -> One {
        One { file: Some(file.to_path_buf()), layers: Vec::new(), env_file: Vec::new() }
    }

    /// The configuration as the files have it.
    ///
    /// # Errors
    /// When a file cannot be read or holds none.
    pub(super) fn unit(&self) -> Result<Unit, Failure> {
        match &self.file {
            Some(file) => read(file),
            None if self.layers.is_empty() => only_unit(),
            None => discover::layered(&self.layers, &Disk::of_run(&self.layers, None))
                .map_err(Failure)?
                .ok_or_else(|| Failure("name a file or --layer".to_owned())),
        }
    }

    /// The settings of a run over it.
    ///
    /// # Errors
    /// When the own configuration is wrong.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let named: Vec<PathBuf> = self.file.iter().chain(&self.layers).cloned().collect();
        self.settings_over(&named)
    }

    /// The settings of a run over other files. What kratos-lint.toml and comments silence is shown: a server does not read them.
    ///
    /// # Errors
    /// When the own configuration is wrong.
    pub(super) fn settings_over(&self, named: &[PathBuf]) -> Result<Settings, Failure> {
        let disk = Disk::of_run(named, None);
        let own = found_config(named, &disk)?.settings();
        let Settings { path_maps, given, secret_keys, .. } = own;
        let project = Arc::new(Project::of(disk));
        let env_files = self.env_file.clone();
        let keeps_silenced = true;
        Ok(Settings { env_files, keeps_silenced, secret_keys, path_maps, given, project, ..Settings::default() })
    }

    /// The configuration as a version sees it with the environment.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn seen(&self, unit: Unit, version: Version) -> Result<Unit, Failure> {
        let mut variables = Vec::new();
        for file in &self.env_file {
            variables.extend(env::of_env_file(&discover::read_named(file, &Disk::default()).map_err(Failure)?));
        }
        let variables = env::effective(variables);
        Ok(if variables.is_empty() { unit } else { unit.with_environment(&variables, version) })
    }
}

/// The only configuration below the current folder.
///
/// # Errors
/// When there is none, or more than one.
pub(super) fn only_unit() -> Result<Unit, Failure> {
    let (units, _) = units_of(&[], None)?;
    let names: Vec<String> = units.iter().map(|unit| unit.path().to_owned()).collect();
    let mut units = units.into_iter();
    match (units.next(), names.as_slice()) {
        (Some(only), [_]) => Ok(only),
        (None, _) => Err(Failure("no Kratos configuration found: name the file".to_owned())),
        (Some(_), names) => {
            Err(Failure(format!("there is more than one configuration, name one of {}", names.join(", "))))
        }
    }
}

/// Refuses a part of a configuration, for commands that are about a server.
///
/// # Errors
/// When the rest of it is in a project of Ory Network.
pub(super) fn whole(unit: Unit) -> Result<Unit, Failure> {
    if !unit.is_part() {
        return Ok(unit);
    }
    let what = "holds parts of a project of Ory Network, which has no releases to choose from";
    Err(Failure(format!("{} {what}: name a configuration", unit.path())))
}

/// The first configuration of a file, for commands that take one.
///
/// # Errors
/// When the file cannot be read or holds none.
pub(super) fn read(path: &Path) -> Result<Unit, Failure> {
    let disk = Disk::of_run(&[path.to_path_buf()], None);
    let found = discover::file(path, &disk).map_err(Failure)?;
    found.units.into_iter().next().ok_or_else(|| Failure(discover::without(path)))
}

/// The target that a flag names; what is not known of it is noted.
///
/// # Errors
/// When it is no version.
pub(super) fn asked_for(text: &str) -> Result<Target, Failure> {
    let target = Target::parse(text, TargetSource::Flag).map_err(Failure)?;
    for note in &target.notes {
        super::terminal::note(note);
    }
    Ok(target)
}

/// The target of a flag that names one release, `network` or `oel`.
///
/// # Errors
/// When it is no version, or a range.
pub(super) fn one_release(text: &str) -> Result<Target, Failure> {
    let target = asked_for(text)?;
    match target.versions.as_slice() {
        [_] => Ok(target),
        _ => Err(Failure(format!("{text} is a range: give one release"))),
    }
}

/// The target of a command that takes one file: what was asked for, else what the file and its surroundings say.
///
/// # Errors
/// When what was asked for is no version.
pub(super) fn target_of(unit: &Unit, asked: Option<&str>) -> Result<Target, Failure> {
    match asked {
        Some(text) => asked_for(text),
        None => {
            let path = [PathBuf::from(unit.path())];
            let disk = Disk::of_run(&path, None);
            let own = found_config(&path, &disk)?;
            Ok(own.target_of(unit, &Project::of(disk), false))
        }
    }
}
