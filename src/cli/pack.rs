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
use crate::yaml::{self, FaultKind};

/// The format of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Yaml,
}

impl Format {
    fn of_text(self) -> yaml::Format {
        match self {
            Format::Json => yaml::Format::Json,
            Format::Yaml => yaml::Format::Yaml,
        }
    }
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
    /// Read files below this folder [default: the repository, else the folder of the configuration]
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
}

/// Packs, or says whether the packed file is up to date.
///
/// # Errors
/// When a file cannot be read or written, or holds nothing to pack.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let disk = Disk::of_run(std::slice::from_ref(&args.file), args.root.as_deref());
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
        Some(output) if args.check => up_to_date(args, &text, output, out),
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

/// The format of a file, by its name.
fn format_of(path: &str) -> yaml::Format {
    let ending = Path::new(path).extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("json") => yaml::Format::Json,
        Some("toml") => yaml::Format::Toml,
        _ => yaml::Format::Yaml,
    }
}

/// The documents of a text; why not, when servers would not read all of it.
fn parsed(path: &str, text: &str, format: yaml::Format) -> Result<Vec<yaml::Tree>, &'static str> {
    let source = Source::new(path, text);
    let documents = if format == yaml::Format::Yaml { yaml::documents(&source) } else { vec![source] };
    let trees: Vec<yaml::Tree> = documents.iter().map(|document| yaml::parse(document, format)).collect();
    let is_broken = |tree: &yaml::Tree| {
        let is_kept = |kind| matches!(kind, FaultKind::Dropped | FaultKind::DuplicateKeyLastWins);
        tree.root().is_none() || tree.faults().iter().any(|fault| !is_kept(fault.kind))
    };
    if trees.iter().any(is_broken) {
        return Err("it has a syntax error");
    }
    // Before the first `---` there is usually nothing.
    Ok(trees.into_iter().filter(|tree| tree.root().is_some_and(|root| !root.is_null())).collect())
}

/// The text in the format that is asked for; as it is when it has that format.
fn in_format(format: Option<Format>, path: &str, text: String) -> Result<String, Failure> {
    let wanted = format.map(Format::of_text);
    let Some(wanted) = wanted.filter(|wanted| *wanted != format_of(path)) else { return Ok(text) };
    let failure = |why: &str| Failure(format!("{path} cannot be written in another format: {why}"));
    let trees = parsed(path, &text, format_of(path)).map_err(failure)?;
    let [tree] = trees.as_slice() else { return Err(failure("it holds several documents, or none")) };
    let root = tree.root().ok_or_else(|| failure("it is empty"))?;
    let value = convert::json(root);
    Ok(if wanted == yaml::Format::Json { format!("{value:#}\n") } else { convert::yaml(&value) })
}

/// Compares with what is kept.
fn up_to_date(args: &Args, text: &str, output: &Path, out: &mut Printer<'_>) -> Outcome {
    let kept = discover::read_named(output, &Disk::default()).map_err(Failure)?;
    if kept.text() == text {
        return Ok(CLEAN);
    }
    let name = args.file.to_string_lossy();
    let format = args.format.map_or_else(|| format_of(&name), Format::of_text);
    let (now, before) = match (parsed(&name, text, format), parsed(kept.path(), kept.text(), format_of(kept.path()))) {
        (Ok(now), Ok(before)) if now.len() == before.len() => (now, before),
        (Ok(_), Err(why)) => {
            out.line(format!("{}: {why}", output.display()))?;
            return Ok(FINDINGS);
        }
        // What cannot be compared value by value is up to date only when it is the same text.
        _ => {
            out.line(format!("{} differs", output.display()))?;
            return Ok(FINDINGS);
        }
    };
    let mut status = CLEAN;
    let json = |tree: &yaml::Tree| tree.root().map(convert::json).unwrap_or_default();
    for (now, before) in now.iter().zip(&before) {
        for difference in compare::differences(&json(now), &json(before)) {
            let key = secrets::name(&difference.pointer);
            let place = [output.display().to_string(), key].join(": ");
            out.line(format!("{} {}", place.trim_end_matches(": "), difference.what))?;
            status = FINDINGS;
        }
    }
    Ok(status)
}
