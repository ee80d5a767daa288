//! `kratos-lint versions`: which releases take a configuration.

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::check::One;
use super::{CLEAN, Outcome};
use crate::diagnostic::Diagnostic;
use crate::upgrade::{self, Verdict};

/// How to print the answer.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

/// Say which releases of Kratos take a configuration.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    one: One,
    /// How to print it
    #[arg(short, long, value_enum, default_value = "text")]
    format: Format,
}

/// Prints each release, with the first reason why it does not start.
///
/// # Errors
/// When the file cannot be read or holds no configuration.
pub fn run(args: &Args) -> Outcome {
    let unit = args.one.unit()?;
    let verdicts = upgrade::verdicts(&unit, &args.one.settings());
    let mut out = io::stdout().lock();
    match args.format {
        Format::Json => {
            let versions: Vec<Value> = verdicts.iter().map(json_of).collect();
            writeln!(out, "{:#}", json!({"version": 1, "file": unit.path(), "versions": versions}))?;
        }
        Format::Text => {
            for verdict in &verdicts {
                let line = verdict
                    .refused
                    .as_ref()
                    .map_or_else(|| "starts".to_owned(), |found| format!("refuses: {}", at(found)));
                writeln!(out, "{:<8} {line}", verdict.version.name())?;
            }
        }
    }
    Ok(CLEAN)
}

/// `file:line:column: message`
fn at(found: &Diagnostic) -> String {
    let place = found.place.in_file();
    let at = place.source.position(place.span.start);
    format!("{}:{}:{}: {}", place.source.path(), at.line, at.column, found.message)
}

fn json_of(verdict: &Verdict) -> Value {
    let mut value = json!({"kratos": verdict.version.name(), "starts": verdict.refused.is_none()});
    if let (Some(found), Some(fields)) = (&verdict.refused, value.as_object_mut()) {
        let place = found.place.in_file();
        let at = place.source.position(place.span.start);
        let reason = json!({
            "rule": found.rule, "message": found.message, "help": found.help, "pointer": found.pointer,
            "file": place.source.path(), "line": at.line, "column": at.column,
        });
        fields.insert("reason".to_owned(), reason);
    }
    value
}
