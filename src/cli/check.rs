//! `kratos-lint [PATH…]`: lint files and folders.

use std::path::PathBuf;
use std::sync::Arc;

use super::check_args::{Args, MinLevel, status};
use super::gather::{self, found_config};
use super::known::Home;
use super::run::{Checked, Run};
use super::{Failure, Outcome, known, report};
use crate::check;
use crate::config::{self, Config};
use crate::deployment::Project;
use crate::diagnostic::Level;
use crate::disk::{Disk, Overlay};
use crate::kratos::secrets;
use crate::output::{Format, Printer, some};
use crate::rule::Rule;
use crate::settings::Settings;
use crate::target::{Target, TargetSource};
use crate::unit::Unit;
use crate::{discover, rules};

/// Lints and prints the report.
///
/// # Errors
/// When a path cannot be read or the version is unknown.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    args.with_apt_name_of_stdin()?;
    let disk = disk_of(args)?;
    let config = own_config(args, &disk)?;
    let args = &args.with_baseline(&config)?;
    let known = known::of_baseline(args)?;
    let outputs = report::outputs(args)?;
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
    let home = Home::of(args, &config, project.disk());
    let home = home.as_ref();
    let run = Run { args, files: &files, home, disk: project.disk(), lint: &lint, lint_with: &lint_with };
    let Checked { mut reports, notes, found, done, fixable } = run.checked(out)?;
    let own = config.missing_layers(project.disk()).into_iter().chain(own_policy(args, &config, &settings));
    for note in notes.into_iter().chain(own).filter(|_| !args.quiet) {
        crate::cli::terminal::note(&note);
    }
    done.finish(args, home, out)?;
    if args.diff {
        return Ok(found);
    }
    known::report_unused(args, &config, &settings, &mut reports);
    known::without_known(args, known, &mut reports)?;
    let status = status(args, &reports);
    let least = args.min_level.map(MinLevel::level);
    for report in &mut reports {
        report.diagnostics.retain(|found| least.is_none_or(|least| found.level >= least));
    }
    report::print(args, &outputs, &reports, out)?;
    report::say_more(args, &reports, fixable);
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

/// The files that the arguments name.
fn disk_of(args: &Args) -> Result<Disk, Failure> {
    if let Some(root) = args.root.as_deref().filter(|root| !root.is_dir()) {
        return Err(Failure(format!("--root {}: no such folder", root.display())));
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
    let off = config.levels().filter(|(_, level)| level.is_none()).count();
    // Findings of a rule may have another level than the rule: what holds them at that of the rule may lower some.
    let may_lower = |level: Level, rule: &Rule| level < Level::Error && level <= rule.level;
    let lower = |(name, level): &&(String, Option<Level>)| {
        level.zip(rules::named(name)).is_some_and(|(level, rule)| may_lower(level, rule))
    };
    let lowered = config.levels().filter(lower).count();
    let ignored = usize::try_from(config.ignored_patterns()).unwrap_or(usize::MAX);
    let known = settings.ignores.count();
    let baseline = config.baseline().filter(|file| args.baseline.as_deref() == Some(file));
    let parts = [
        (off > 0).then(|| format!("switches off {}", some(off, "rule"))),
        (lowered > 0).then(|| format!("holds {} at info or warning", some(lowered, "rule"))),
        (ignored > 0).then(|| format!("ignores files by {}", some(ignored, "pattern"))),
        (known > 0).then(|| format!("hides findings by {}", some(known, "row"))),
        baseline.map(|file| format!("hides findings by {}", secrets::path(&settings.project.disk().shown(file)))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{} {}", secrets::path(config.name()), parts.join(", ")))
}
