//! `kratos-lint versions`: which releases take a configuration.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::one::One;
use super::{CLEAN, Failure, Outcome, TextFormat};
use crate::check::{self, Target};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Level;
use crate::kratos::network::Edition;
use crate::kratos::network::keys;
use crate::kratos::schema::nearest;
use crate::kratos::{secrets, view};
use crate::output::{Printer, some};
use crate::rules::schema::variable_giving;
use crate::target::TargetSource;
use crate::upgrade::words_of;
use crate::upgrade::{self, Verdict};

/// Say which releases of Kratos take a configuration.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "kratos-lint versions [OPTIONS] [FILE]\n       kratos-lint versions [OPTIONS] network|oel FILE"
)]
pub struct Args {
    #[command(flatten)]
    one: One,
    /// The configuration, after `network` or `oel`: shows what that edition does with its keys
    #[arg(value_name = "FILE AFTER EDITION")]
    after: Option<PathBuf>,
    /// How to print it
    #[arg(short, long, value_enum, default_value = "text")]
    format: TextFormat,
}

/// Prints which releases start, and the first reason why the others do not.
///
/// # Errors
/// When the file cannot be read or holds no configuration.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let word = args.one.file().and_then(Path::to_str);
    let is_file = args.one.file().is_some_and(Path::exists);
    match (word.and_then(Edition::parse), &args.after) {
        (Some(edition), Some(file)) => return of_edition(args, edition, file, out),
        (Some(edition), None) if !is_file => {
            return of_edition(args, edition, Path::new(super::one::only_unit()?.path()), out);
        }
        (None, after) if !is_file => {
            let meant = word.and_then(|word| nearest(word, &["network", "oel"]));
            if let (Some((name, _)), Some(word)) = (meant, word) {
                return Err(Failure(format!("no such file or edition: `{word}`; did you mean `{name}`?")));
            }
            more_than_one(after.as_deref())?;
        }
        (None, after) => more_than_one(after.as_deref())?,
        _ => {}
    }
    let unit = super::one::whole(args.one.server()?)?;
    let verdicts = upgrade::verdicts(&unit, &args.one.settings()?);
    match args.format {
        TextFormat::Json => {
            let versions: Vec<Value> = verdicts.iter().map(json_of).collect();
            out.json(&json!({"version": 1, "file": unit.path(), "versions": versions}))?;
        }
        TextFormat::Text => {
            let rows = folded(&verdicts);
            let width = rows.iter().map(|(releases, _)| releases.len()).max().unwrap_or_default();
            for (releases, verdict) in &rows {
                out.line(format!("{releases:<width$} {verdict}"))?;
            }
        }
    }
    Ok(CLEAN)
}

/// Refuses a second file.
fn more_than_one(after: Option<&Path>) -> Result<(), Failure> {
    let why = |file: &Path| Failure(format!("{}: name one file, or `network` or `oel` before it", file.display()));
    after.map_or(Ok(()), |file| Err(why(file)))
}

/// What an edition does with the keys of a configuration, and the errors that it makes of it.
fn of_edition(args: &Args, edition: Edition, file: &Path, out: &mut Printer<'_>) -> Outcome {
    let unit = super::one::read(file)?;
    let target = Target::of_edition(edition, TargetSource::Flag);
    let report = check::unit(&unit, &target, &args.one.settings_over(&[file.to_path_buf()])?);
    let errors: Vec<&Diagnostic> = report.diagnostics.iter().filter(|found| found.level == Level::Error).collect();
    let stated = unit.root().map(keys::stated).unwrap_or_default();
    let told: Vec<_> = stated.into_iter().filter(|_| edition == Edition::Network).collect();
    if matches!(args.format, TextFormat::Json) {
        let keys: Vec<Value> =
            told.iter().map(|(node, status)| json!({"pointer": node.pointer(), "what": words_of(*status)})).collect();
        let errors: Vec<Value> = errors
            .iter()
            .map(|found| json!({"rule": found.rule, "message": found.message, "pointer": found.pointer}))
            .collect();
        out.json(&json!({"version": 1, "file": unit.path(), "kratos": target.name(), "keys": keys, "errors": errors}))?;
        return Ok(CLEAN);
    }
    for (node, status) in &told {
        let place = node.key_place().in_file();
        let position = place.source.position(place.span.start);
        let path = view::dotted(*node);
        let at = format!("{}:{}:{}", place.source.path(), position.line, position.column);
        out.line(format!("{at}: `{}` is {}", secrets::name(&path), words_of(*status)))?;
    }
    for found in errors {
        out.line(at(found))?;
    }
    Ok(CLEAN)
}

/// Releases one after the other with the same verdict are one row: `v0.7.1..v0.8.2`.
fn folded(verdicts: &[Verdict]) -> Vec<(String, String)> {
    let of_one = |verdict: &Verdict| {
        let release = verdict.version.name();
        // The row names its releases.
        (release, verdict.version.without_against(&line(verdict)))
    };
    let all: Vec<(&str, String)> = verdicts.iter().map(of_one).collect();
    let runs = all.chunk_by(|(_, one), (_, next)| one == next);
    let row = |run: &[(&str, String)]| match run {
        [(first, verdict), .., (last, _)] => Some((format!("{first}..{last}"), verdict.clone())),
        [(only, verdict)] => Some(((*only).to_owned(), verdict.clone())),
        [] => None,
    };
    runs.filter_map(row).collect()
}

/// The verdict in words.
fn line(verdict: &Verdict) -> String {
    if let [first, others @ ..] = verdict.refused.as_slice() {
        let more = match others.len() {
            0 => String::new(),
            count => format!(" (and {})", some(count, "other reason")),
        };
        return format!("refuses: {}{more}", at(first));
    }
    let needs = needs(verdict);
    match needs.as_slice() {
        [] => "starts".to_owned(),
        needs => format!("starts if {}", needs.join(", and ")),
    }
}

/// All that must be given, each once.
fn needs(verdict: &Verdict) -> Vec<String> {
    let mut needs: Vec<String> = verdict.needs.iter().map(need).collect();
    needs.dedup();
    needs
}

/// What must be given for it to start, as a clause.
fn need(found: &Diagnostic) -> String {
    let pointer = found.pointer.as_deref().unwrap_or_default();
    // A value that is refused as written, and that something else replaces.
    found.unless.clone().unwrap_or_else(|| format!("{} is set", variable_giving(pointer)))
}

/// `file:line:column: message`
fn at(found: &Diagnostic) -> String {
    let place = found.place.in_file();
    let at = place.source.position(place.span.start);
    format!("{}:{}:{}: {}", place.source.path(), at.line, at.column, found.message)
}

fn json_of(verdict: &Verdict) -> Value {
    let needs = needs(verdict);
    let starts = verdict.refused.is_empty() && needs.is_empty();
    let mut value = json!({"kratos": verdict.version.name(), "starts": starts, "if": needs});
    let reason = |found: &Diagnostic| {
        let place = found.place.in_file();
        let at = place.source.position(place.span.start);
        json!({
            "rule": found.rule, "message": found.message, "help": found.help, "pointer": found.pointer,
            "file": place.source.path(), "line": at.line, "column": at.column,
        })
    };
    let reasons: Vec<Value> = verdict.refused.iter().map(reason).collect();
    if let (Some(first), Some(fields)) = (reasons.first().cloned(), value.as_object_mut()) {
        fields.insert("reason".to_owned(), first);
        fields.insert("reasons".to_owned(), Value::Array(reasons));
    }
    value
}
