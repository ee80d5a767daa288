//! `kratos-lint hooks FILE`: what really runs, in which order, and what never does.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{CLEAN, Failure, Outcome, one};
use crate::disk::Disk;
use crate::files::Files;
use crate::kratos::identity;
use crate::kratos::plan;
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::output::hooks as pictures;

/// How to show the hooks.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
    Mermaid,
    Svg,
    /// Only with --table
    Markdown,
}

/// Show which hooks really run.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    one: one::One,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
    /// How to show them
    #[arg(short, long, value_enum, default_value = "text")]
    format: Format,
    /// Print which hooks are allowed in which list, without a configuration
    #[arg(long, conflicts_with_all = ["file", "layers", "env_file"])]
    table: bool,
}

/// Prints the hooks of all units of the file.
///
/// # Errors
/// When the file cannot be read, holds no configuration, or the version is unknown.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    if args.table {
        return table(args, out);
    }
    let unit = args.one.unit()?;
    one::readable(&unit)?;
    let target = one::target_of(&unit, args.kratos.as_deref())?;
    let version = target.newest();
    let unit = args.one.seen(unit, version)?;
    let root = unit.root().ok_or_else(|| Failure(format!("{} holds no configuration", unit.path())))?;
    let mut points = plan::points_of(root, version, unit.is_part());
    let disk = Disk::of_run(&[PathBuf::from(unit.path())], None);
    plan::drop_unreachable(&mut points, &identity::load(root, &Files::beside(&disk, Path::new(unit.path()))));
    let text = match args.format {
        Format::Text => pictures::plain(&points, unit.path(), &target),
        Format::Json => pictures::json(&points, &target),
        Format::Mermaid => pictures::mermaid(&points, unit.path(), &target),
        Format::Svg => pictures::svg(&points, unit.path(), &target),
        Format::Markdown => {
            return Err(Failure("markdown is a format of --table; for a picture in Markdown take mermaid".to_owned()));
        }
    };
    match args.format {
        Format::Json => out.json_text(text.trim_end())?,
        _ => out.block(&text)?,
    }
    Ok(CLEAN)
}

/// The table of all points.
fn table(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let asked = args.kratos.as_deref().map(one::asked_for);
    let version: Option<Version> = asked.transpose()?.map(|target| target.newest());
    match args.format {
        Format::Text => out.block(&pictures::table::plain(version))?,
        Format::Markdown => out.block(&pictures::table::markdown(version))?,
        Format::Json => out.json(&pictures::table::json(version))?,
        Format::Mermaid | Format::Svg => return Err(Failure("--table is text, markdown or json".to_owned())),
    }
    Ok(CLEAN)
}
