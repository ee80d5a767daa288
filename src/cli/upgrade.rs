//! `kratos-lint upgrade`: what changes for a configuration between two releases.

use clap::ValueEnum;

use super::one::{One, one_release, target_of};
use super::{CLEAN, FINDINGS, Failure, Outcome};
use crate::kratos::network::Edition;
use crate::kratos::version::{Nearness, Version};
use crate::output::Printer;
use crate::target::{Target, TargetSource};
use crate::unit::Unit;
use crate::upgrade::{self, print};

/// How to print the report.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
    /// For pull requests
    Markdown,
}

/// Say what changes between two releases of Kratos.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    one: One,
    /// The release that runs now, or `network` or `oel` [default: what the files say]
    #[arg(long, value_name = "VERSION")]
    from: Option<String>,
    /// The release to come, or `network` for Ory Network, `oel` for the Enterprise License [default: the newest]
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// List the changes of every installation too
    #[arg(long)]
    all: bool,
    /// List all known changes between the two releases, without a configuration
    #[arg(long, conflicts_with_all = ["file", "layers", "env_file", "all"])]
    table: bool,
    /// How to print it
    #[arg(short, long, value_enum, default_value = "text")]
    format: Format,
}

/// Prints the changes; status 1 when the new release does not start.
///
/// # Errors
/// When a version is unknown, the file cannot be read or holds no configuration.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    if args.table {
        return table(args, out);
    }
    let unit = super::one::whole(args.one.server()?)?;
    let settings = args.one.settings()?;
    super::one::readable(&unit)?;
    let (from, because) = from(args, &unit)?;
    let to = match &args.to {
        Some(text) => release(text)?,
        None if from.edition == Edition::Network => {
            return Err(Failure("this file is for Ory Network, which has no releases: name one with --to".to_owned()));
        }
        None => Target::one(Version::NEWEST, TargetSource::Default),
    };
    in_order(&from, &to, because.as_deref())?;
    let upgrade = upgrade::upgrade(&unit, &from, &to, &settings);
    let (from, to) = (from.name(), to.name());
    let title = print::Title { file: unit.path(), from: &from, to: &to, because };
    match args.format {
        Format::Json => out.json(&print::json(&title, &upgrade))?,
        Format::Text => out.block(&print::plain(&title, &upgrade, args.all))?,
        Format::Markdown => out.block(&print::markdown(&title, &upgrade))?,
    }
    Ok(if upgrade.is_refused() { FINDINGS } else { CLEAN })
}

/// The list of all changes.
fn table(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let from = args.from.as_deref().map_or(Ok(Version::OLDEST), version)?;
    let to = args.to.as_deref().map_or(Ok(Version::NEWEST), version)?;
    if from >= to {
        return Err(Failure(format!("{from} is not older than {to}: name an older --from or a newer --to")));
    }
    match args.format {
        Format::Json => out.json(&upgrade::table::json(from, to))?,
        Format::Text => out.block(&upgrade::table::plain(from, to))?,
        Format::Markdown => out.block(&upgrade::table::markdown(from, to))?,
    }
    Ok(CLEAN)
}

/// Refuses a way that leads nowhere. Ory Network and the Enterprise License have one state only.
fn in_order(from: &Target, to: &Target, because: Option<&str>) -> Result<(), Failure> {
    let why = because.map(|why| format!(" ({why})")).unwrap_or_default();
    if from.edition != to.edition {
        return Ok(());
    }
    if from.edition != Edition::OpenSource {
        return Err(Failure(format!("this file is for {}{why} already: name a release with --to", from.title())));
    }
    if from.newest() >= to.newest() {
        return Err(Failure(format!(
            "{}{why} is not older than {}: name an older --from or a newer --to",
            from.name(),
            to.name()
        )));
    }
    Ok(())
}

/// What runs now, and what said so.
fn from(args: &Args, unit: &Unit) -> Result<(Target, Option<String>), Failure> {
    if let Some(text) = &args.from {
        return Ok((release(text)?, None));
    }
    let target = target_of(unit, None)?;
    let why = why(&target).ok_or_else(|| {
        let ignored = target.notes.iter().find(|note| note.starts_with("ignoring "));
        let what = ignored.map_or("no image tag and no `version` is here", String::as_str);
        Failure(format!("{what}: give the release that runs now with --from"))
    })?;
    let oldest = target.versions.first().copied().unwrap_or(Version::NEWEST);
    Ok((Target { versions: vec![oldest], ..target }, Some(why)))
}

/// What named the release; nothing when it is only assumed.
fn why(target: &Target) -> Option<String> {
    let sign = target.notes.iter().find_map(|note| note.strip_prefix("checked for Ory Network: "));
    if let Some(sign) = sign.filter(|_| target.edition == Edition::Network) {
        return Some(sign.to_owned());
    }
    let what = match target.source {
        TargetSource::Image => "of the image tag",
        TargetSource::Config if target.from.is_none() => "of `kratos` in kratos-lint.toml",
        TargetSource::Config => "of `kratos`",
        TargetSource::File if target.edition != Edition::OpenSource => "of its keys",
        TargetSource::File => "of `version`",
        _ => return None,
    };
    let from = target.from.as_ref().map(|from| format!(" in {from}")).unwrap_or_default();
    Some(format!("{what}{from}"))
}

/// One release, `network` or `oel`.
fn release(text: &str) -> Result<Target, Failure> {
    if is_unknown(text) {
        return Err(Failure(format!("{text} is newer than all known releases: the newest is {}", Version::NEWEST)));
    }
    one_release(text)
}

/// A release of the open source server.
fn version(text: &str) -> Result<Version, Failure> {
    let target = release(text)?;
    if target.edition == Edition::OpenSource {
        return Ok(target.newest());
    }
    Err(Failure(format!("{text} has no releases to list: --table is about the open source server")))
}

fn is_unknown(text: &str) -> bool {
    Version::parse(text).is_some_and(|asked| asked.nearness == Nearness::TooNew)
}
