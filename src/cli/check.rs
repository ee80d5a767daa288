//! `kratos-lint [PATH…]`: lint files and folders.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;
use rayon::prelude::*;

use super::{CLEAN, FINDINGS, Failure, Outcome};
use crate::check::{self, Target, UnitReport};
use crate::config::Settings;
use crate::diagnostic::Level;
use crate::kratos::version::Version;
use crate::output::{self, Format};
use crate::text::Source;
use crate::unit::Unit;
use crate::yaml;

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

/// Lint files and folders.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files and folders; `-` reads stdin
    paths: Vec<PathBuf>,
    /// Kratos version or range to check against (1.3.1, 1.1..26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
    /// How to print the report
    #[arg(short, long, value_enum, default_value = "concise")]
    format: Format,
    /// Exit with 1 from this level on
    #[arg(long, value_enum, default_value = "error")]
    fail_on: FailOn,
    /// Only these rules
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Environment that Kratos gets, as a file of NAME=value lines
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// Read no kratos-lint.toml, and look at no file around the unit for its version
    #[arg(long)]
    no_config: bool,
}

/// Lints and prints the report.
///
/// # Errors
/// When a path cannot be read or the version is unknown.
pub fn run(args: &Args) -> Outcome {
    let target = target(args.kratos.as_deref())?;
    let settings = Settings {
        no_config: args.no_config,
        only: args.only.clone(),
        env_files: args.env_file.clone(),
        ..Settings::default()
    };
    let units = args.paths.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let reports: Vec<UnitReport> = units.par_iter().map(|unit| check::unit(unit, &target, &settings)).collect();
    let mut out = io::stdout().lock();
    output::write(args.format, &reports, &mut out)?;
    out.flush()?;
    let worst = reports.iter().flat_map(|report| &report.diagnostics).map(|diagnostic| diagnostic.level).max();
    Ok(if args.fail_on.level().is_some_and(|from| worst >= Some(from)) { FINDINGS } else { CLEAN })
}

pub(super) fn read(path: &PathBuf) -> Result<Unit, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
    let shown = path.to_string_lossy().replace('\\', "/");
    let format = if shown.ends_with(".json") { yaml::Format::Json } else { yaml::Format::Yaml };
    Ok(Unit::plain(yaml::parse(&Source::new(shown, text), format)))
}

pub(super) fn target(asked: Option<&str>) -> Result<Target, Failure> {
    let Some(text) = asked else {
        return Ok(Target { versions: vec![Version::NEWEST], source: "default", from: None });
    };
    let version = Version::parse(text).ok_or_else(|| Failure(format!("{text} is no version of Kratos")))?;
    Ok(Target { versions: vec![version.version], source: "flag", from: None })
}
