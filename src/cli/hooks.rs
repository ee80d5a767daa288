//! `kratos-lint hooks FILE`: what really runs, in which order, and what never does.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{CLEAN, Failure, Outcome, check};
use crate::disk::Disk;
use crate::files::Files;
use crate::kratos::identity;
use crate::kratos::plan;
use crate::output::Printer;
use crate::output::hooks as pictures;

/// How to show the hooks.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
    Mermaid,
    Svg,
}

/// Show which hooks really run.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    one: check::One,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
    /// How to show them
    #[arg(short, long, value_enum, default_value = "text")]
    format: Format,
}

/// Prints the hooks of all units of the file.
///
/// # Errors
/// When the file cannot be read, holds no configuration, or the version is unknown.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let unit = args.one.unit()?;
    let target = check::target_of(&unit, args.kratos.as_deref())?;
    let version = target.newest();
    let unit = args.one.seen(unit, version)?;
    let root = unit.root().ok_or_else(|| Failure(format!("{} holds no configuration", unit.path())))?;
    let mut points = plan::points(root, version);
    let disk = Disk::of_run(&[PathBuf::from(unit.path())], None);
    plan::drop_unreachable(&mut points, &identity::load(root, &Files::beside(&disk, Path::new(unit.path()))));
    let text = match args.format {
        Format::Text => pictures::plain(&points, version),
        Format::Json => pictures::json(&points, version),
        Format::Mermaid => pictures::mermaid(&points, version),
        Format::Svg => pictures::svg(&points, version),
    };
    match args.format {
        Format::Json => out.json_text(text.trim_end())?,
        _ => out.block(&text)?,
    }
    Ok(CLEAN)
}
