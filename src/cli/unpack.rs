//! `kratos-lint unpack`: takes embedded content out into files.

use std::fs;
use std::path::{Path, PathBuf};

use super::{CLEAN, Failure, Outcome};
use crate::discover;
use crate::disk::{Disk, Refusal, named};
use crate::fix::write;
use crate::output::Printer;
use crate::pack::unpack::{Unpacked, unpack};
use crate::pack::{self, Document};

/// Write content that is embedded as base64:// into files, and refer to them by file://
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configuration, or a JSON Patch for the Ory CLI
    file: PathBuf,
    /// The folder of the files
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Write the configuration to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite files that hold something else
    #[arg(long)]
    force: bool,
}

/// Writes the files, then the configuration.
///
/// # Errors
/// When a file cannot be read or written, holds something else, or there is nothing to unpack.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let source = discover::read(&args.file, &Disk::of_run(std::slice::from_ref(&args.file), None)).map_err(Failure)?;
    let document = Document::of(&source, discover::named(&source)).map_err(Failure)?;
    let beside = args.file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let known = pack::by_digest(&[args.into.clone(), beside.to_path_buf()]);
    let unpacked = unpack(&document, &args.into, &known);
    write_files(args, &unpacked)?;
    for note in &unpacked.notes {
        crate::cli::terminal::note(note);
    }
    match &args.output {
        Some(output) => write::report(output, unpacked.text.as_bytes(), None).map_err(Failure)?,
        None => out.document(&unpacked.text)?,
    }
    Ok(CLEAN)
}

/// Writes nothing when one of the files holds something else.
fn write_files(args: &Args, unpacked: &Unpacked) -> Result<(), Failure> {
    let other = |path: &PathBuf, bytes: &Vec<u8>| match named::bytes(path) {
        Ok(present) => present != *bytes,
        Err(why) => why != Refusal::Missing,
    };
    if let Some((path, _)) = unpacked.files.iter().find(|(path, bytes)| !args.force && other(path, bytes)) {
        return Err(Failure(format!("{} holds something else: give --force to overwrite it", path.display())));
    }
    let is_output_inside = args.output.as_ref().is_some_and(|output| output.starts_with(&args.into));
    if !unpacked.files.is_empty() || is_output_inside {
        fs::create_dir_all(&args.into).map_err(|error| Failure(format!("{}: {error}", args.into.display())))?;
    }
    unpacked.files.iter().try_for_each(|(path, bytes)| write::report(path, bytes, None).map_err(Failure))
}
