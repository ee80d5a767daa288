//! `kratos-lint pack`: embeds the files that a configuration refers to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;

use super::{CLEAN, FINDINGS, Failure, Outcome, gather};
use crate::config::Config;
use crate::deployment::Project;
use crate::diagnostic::Level;
use crate::discover;
use crate::disk::Disk;
use crate::files::Files;
use crate::fix::write;
use crate::kratos::secrets;
use crate::output::{Printer, some};
use crate::pack::{self, Document, compare, convert};
use crate::settings::Settings;
use crate::text::Source;
use crate::unit::Unit;
use crate::yaml;

/// The format of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Yaml,
}

/// Embed the files that a configuration refers to as base64://
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configuration, or a JSON Patch for the Ory CLI
    file: PathBuf,
    /// Write it in this format [default: that of the file, changed nowhere else]
    #[arg(short, long, value_enum)]
    format: Option<Format>,
    /// Write it to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write nothing: exit with 1 when --output is not what packing gives now
    #[arg(long, requires = "output")]
    check: bool,
    /// Embed files with private keys too (`jwks_url`)
    #[arg(long)]
    secrets: bool,
    /// Pack although the linter finds errors
    #[arg(long)]
    no_lint: bool,
}

/// Packs, or says whether the packed file is up to date.
///
/// # Errors
/// When a file cannot be read or written, or holds nothing to pack.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let disk = Disk::of_run(std::slice::from_ref(&args.file), None);
    let config = gather::found_config(std::slice::from_ref(&args.file), &disk)?;
    let settings = Settings { project: Arc::new(Project::of(disk)), ..config.settings() };
    let disk = settings.project.disk();
    let source = discover::read(&args.file, disk).map_err(Failure)?;
    let units = discover::named(&source);
    if !args.no_lint && has_errors(&units, &config, &settings) {
        crate::cli::terminal::note("nothing is packed: correct the errors, or use --no-lint");
        return Ok(FINDINGS);
    }
    let document = Document::of(&source, units).map_err(Failure)?;
    let files = Files::beside(disk, &args.file).with_maps(&settings.path_maps);
    let packed = pack::pack(&document, &files, args.secrets).map_err(Failure)?;
    for note in &packed.notes {
        crate::cli::terminal::note(note);
    }
    let text = in_format(args.format, source.path(), packed.text)?;
    match &args.output {
        Some(output) if args.check => up_to_date(&text, &args.file, output, out),
        Some(output) => {
            write::report(output, text.as_bytes(), None).map_err(Failure)?;
            crate::cli::terminal::note(format!("{} embedded in {}", some(packed.embedded, "value"), output.display()));
            Ok(CLEAN)
        }
        None => {
            out.document(&text)?;
            Ok(CLEAN)
        }
    }
}

/// Prints errors to stderr. Files that are not embedded yet are no error.
fn has_errors(units: &[Unit], config: &Config, settings: &Settings) -> bool {
    let mut errors = 0;
    for unit in units {
        let target = config.target_of(unit, &settings.project, false);
        let report = crate::check::unit(unit, &target, &config.for_unit(unit, settings));
        let is_error = |level: Level, rule: &str| level == Level::Error && rule != "network-file-reference";
        for found in report.diagnostics.iter().filter(|found| is_error(found.level, found.rule)) {
            let place = found.place.in_file();
            let at = place.source.position(place.span.start);
            crate::cli::terminal::note(format!(
                "{}:{}:{}: error[{}] {}",
                place.source.path(),
                at.line,
                at.column,
                found.rule,
                found.message
            ));
            errors += 1;
        }
    }
    errors > 0
}

fn is_json(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

fn parsed(path: &str, text: &str) -> Option<serde_json::Value> {
    let format = if is_json(path) { yaml::Format::Json } else { yaml::Format::Yaml };
    yaml::parse(&Source::new(path, text), format).root().map(convert::json)
}

/// The text in the format that is asked for; as it is when it has that format.
fn in_format(format: Option<Format>, path: &str, text: String) -> Result<String, Failure> {
    let own = if is_json(path) { Format::Json } else { Format::Yaml };
    let Some(wanted) = format.filter(|wanted| *wanted != own) else { return Ok(text) };
    let value = parsed(path, &text)
        .ok_or_else(|| Failure(format!("{path} cannot be written in another format: it has a syntax error")))?;
    Ok(if wanted == Format::Json { format!("{value:#}\n") } else { convert::yaml(&value) })
}

/// Compares with what is kept.
fn up_to_date(text: &str, file: &Path, output: &Path, out: &mut Printer<'_>) -> Outcome {
    let kept = discover::read_named(output, &Disk::default()).map_err(Failure)?;
    if kept.text() == text {
        return Ok(CLEAN);
    }
    let name = file.to_string_lossy();
    let now = parsed(&name, text).or_else(|| serde_json::from_str(text).ok()).unwrap_or_default();
    let before = parsed(kept.path(), kept.text()).unwrap_or_default();
    let differences = compare::differences(&now, &before);
    for difference in &differences {
        out.line(format!("{}: {} {}", output.display(), secrets::name(&difference.pointer), difference.what))?;
    }
    Ok(if differences.is_empty() { CLEAN } else { FINDINGS })
}
