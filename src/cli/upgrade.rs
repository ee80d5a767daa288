//! `kratos-lint upgrade`: what changes for a configuration between two releases.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::check::One;
use super::versions::Format;
use super::{CLEAN, FINDINGS, Failure, Outcome};
use crate::kratos::version::Version;
use crate::upgrade::{self, Change, Kind};

/// Say what changes between two releases of Kratos.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    one: One,
    /// The release that runs now
    #[arg(long, value_name = "VERSION")]
    from: String,
    /// The release to come
    #[arg(long, value_name = "VERSION")]
    to: String,
    /// How to print it
    #[arg(short, long, value_enum, default_value = "text")]
    format: Format,
}

/// Prints the changes; status 1 when the new release does not start.
///
/// # Errors
/// When a version is unknown, the file cannot be read or holds no configuration.
pub fn run(args: &Args) -> Outcome {
    let (from, to) = (version(&args.from)?, version(&args.to)?);
    if from >= to {
        return Err(Failure(format!("--from {from} is not older than --to {to}")));
    }
    let unit = args.one.unit()?;
    let changes = upgrade::changes(&unit, from, to, &args.one.settings());
    let mut out = io::stdout().lock();
    match args.format {
        Format::Json => {
            let changes: Vec<Value> = changes.iter().map(json_of).collect();
            writeln!(
                out,
                "{:#}",
                json!({"version": 1, "file": unit.path(), "from": from.name(), "to": to.name(), "changes": changes})
            )?;
        }
        Format::Text => text(&changes, from, to, &mut out)?,
    }
    Ok(if changes.iter().any(|change| change.kind == Kind::Refused) { FINDINGS } else { CLEAN })
}

fn version(text: &str) -> Result<Version, Failure> {
    let asked = Version::parse(text).ok_or_else(|| Failure(format!("{text} is no version of Kratos")))?;
    Ok(asked.version)
}

/// `file:line:column`
fn at(change: &Change) -> Option<(String, usize, usize)> {
    let place = change.place.as_ref()?.in_file();
    let at = place.source.position(place.span.start);
    Some((place.source.path().to_owned(), at.line, at.column))
}

fn text(changes: &[Change], from: Version, to: Version, out: &mut dyn Write) -> io::Result<()> {
    if changes.is_empty() {
        return writeln!(out, "nothing changes from {from} to {to}");
    }
    writeln!(out, "From {from} to {to}")?;
    let mut heading = None;
    for change in changes {
        if heading != Some(change.kind) {
            writeln!(out, "\n{}", change.kind.heading())?;
            heading = Some(change.kind);
        }
        let place = at(change).map(|(file, line, column)| format!("{file}:{line}:{column}: ")).unwrap_or_default();
        let since = change.since.map(|since| format!(" (since {since})")).unwrap_or_default();
        writeln!(out, "  {place}{}{since}", change.message)?;
        if let Some(help) = change.help.as_ref().filter(|_| change.kind != Kind::Gone) {
            writeln!(out, "    {help}")?;
        }
    }
    Ok(())
}

fn json_of(change: &Change) -> Value {
    let place = at(change);
    json!({
        "kind": change.kind.name(),
        "message": change.message,
        "help": change.help,
        "pointer": change.pointer,
        "since": change.since.map(Version::name),
        "file": place.as_ref().map(|(file, ..)| file),
        "line": place.as_ref().map(|(_, line, _)| line),
        "column": place.as_ref().map(|(_, _, column)| column),
    })
}
