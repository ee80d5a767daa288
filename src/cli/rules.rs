//! `kratos-lint rules`: the list of rules.

use serde_json::json;

use super::{CLEAN, Outcome, TextFormat};
use crate::output::Printer;
use crate::rules::ALL;

/// List all rules.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to print the list
    #[arg(short, long, value_enum, default_value = "text")]
    format: TextFormat,
}

/// Prints the list.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    match args.format {
        TextFormat::Text => {
            for rule in ALL {
                out.line(format!("{:<34} {:<8} {}", rule.name, rule.level.name(), rule.summary))?;
            }
        }
        TextFormat::Json => {
            let rows: Vec<_> = ALL
                .iter()
                .map(|rule| {
                    json!({"name": rule.name, "aliases": rule.aliases, "summary": rule.summary, "level": rule.level.name(),
                        "effect": rule.effect.name(), "versions": [rule.versions.from.name(), rule.versions.last().name()],
                        "category": rule.category, "url": rule.url(), "fixable": rule.fixable})
                })
                .collect();
            out.json(&rows)?;
        }
    }
    Ok(CLEAN)
}
