//! `kratos-lint explain RULE`: the page of a rule.

use super::{CLEAN, Failure, Outcome};
use crate::output::Printer;
use crate::rules;
use crate::upgrade::changes;

/// Show the page of a rule.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the rule
    rule: String,
}

/// Prints the page.
///
/// # Errors
/// When there is no such rule.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let Some(rule) = rules::named(&args.rule) else {
        return Err(Failure(crate::config::known_rule(&args.rule).err().unwrap_or_default()));
    };
    out.block(&format!("# {}\n\n{}\n\n", rule.name, rule.summary))?;
    out.block(&format!("level {} · effect {} · {}\n\n", rule.level.name(), rule.effect.name(), rule.versions))?;
    out.block(rule.docs.trim())?;
    for (index, row) in changes::about(rule.name).enumerate() {
        if index == 0 {
            out.block("\n## Changes between releases\n\n")?;
        }
        let until = row.until.map(|last| format!(" (up to {last})")).unwrap_or_default();
        out.line(format!("- {}{until}: {}", row.release, row.what))?;
    }
    Ok(CLEAN)
}
