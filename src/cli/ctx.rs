//! `kratos-lint ctx POINT`: what Jsonnet sees at a place, as a sample or a JSON Schema.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::one::one_release;
use super::{CLEAN, Failure, Outcome, read};
use crate::disk::Disk;
use crate::files::Files;
use crate::kratos::ctx::inputs::{self, unconfigured};
use crate::kratos::ctx::json_type::{Field, JsonType, Object};
use crate::kratos::ctx::{Inputs, Place, environment, json_schema, sample};
use crate::kratos::identity;
use crate::kratos::secrets;
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::unit::Unit;
use crate::yaml;

/// What is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A value that the schema accepts
    Sample,
    /// JSON Schema 2020-12
    Schema,
}

/// Print what a Jsonnet document sees at a place.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where it runs: `login.before`, `registration.after.pre_persist`, `oidc.mapper`, …
    point: String,
    /// The method that ends the flow (password, oidc, code, …)
    #[arg(long)]
    method: Option<String>,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
    /// Configuration of Kratos: its identity schemas type the traits, its allow-list the headers
    #[arg(long, value_name = "FILE")]
    kratos_config: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value = "sample")]
    format: Format,
}

/// Prints the sample or the schema.
///
/// # Errors
/// When there is no such place, method or version, or the configuration cannot be read.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let version = version(args.kratos.as_deref())?;
    let place = place(&args.point, args.method.as_deref(), version)?;
    let config = args.kratos_config.as_deref();
    let inputs = match args.format {
        Format::Sample => sample_inputs(&place, config)?,
        Format::Schema => inputs(&place, config)?,
    };
    let Some(environment) = environment(&place, &inputs) else {
        return Err(Failure(format!("Kratos {version} runs no Jsonnet at {}", args.point)));
    };
    let kind = environment.into_type();
    let mut printed = match args.format {
        Format::Schema => json_schema::document(&kind, &format!("Jsonnet input at {} in Kratos {version}", place.id())),
        Format::Sample => sample::of(&kind, sample::Fill::Maximal),
    };
    if args.kratos_config.is_some() {
        match args.format {
            Format::Schema => secrets::hide_constants(&mut printed, &sample::is_made_up),
            Format::Sample => secrets::hide_literals(&mut printed, &sample::is_made_up),
        }
    }
    out.json(&printed)?;
    Ok(CLEAN)
}

/// The place of an id, also with the spellings of records of servers (`webhook.login.before`, `courier.http.v1_0`).
pub(super) fn place(id: &str, method: Option<&str>, version: Version) -> Result<Place, Failure> {
    let id = id.strip_prefix("webhook.").unwrap_or(id);
    let id = id.strip_suffix(".v1_0").unwrap_or(id);
    if !Place::all_ids().any(|known| known == id) {
        let meant = with_phase(id).or_else(|| with_method(id, version));
        let names: Vec<&str> = Place::all_ids().chain(["registration.after", "settings.after"]).collect();
        let unknown = || super::unknown("there is no place", id, &names);
        return Err(meant.map_or_else(unknown, Failure));
    }
    let place = Place::new(id, version);
    let Some(method) = method else { return Ok(place) };
    let known = place.possible_methods();
    if known.is_empty() {
        return Err(Failure(format!("at {id} no method is known yet: leave --method out")));
    }
    if !known.contains(&method) {
        return Err(super::unknown(&format!("no flow ends at {id} by"), method, &known));
    }
    Ok(place.by(vec![method.to_owned()]))
}

/// What is meant by a flow that ends in two phases, `registration.after`.
fn with_phase(id: &str) -> Option<String> {
    let is_inside = |known: &&str| known.strip_prefix(id).is_some_and(|rest| rest.starts_with('.'));
    let places: Vec<&str> = Place::all_ids().filter(is_inside).collect();
    (!places.is_empty()).then(|| format!("there is no place {id:?}; write {}", places.join(" or ")))
}

/// What is meant by a name of a list of hooks, `registration.after.password`: the method is told apart from the place.
fn with_method(id: &str, version: Version) -> Option<String> {
    let (around, method) = id.rsplit_once('.')?;
    let is_inside =
        |known: &&str| known.strip_prefix(around).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let ends_by = |known: &&str| Place::new(*known, version).possible_methods().contains(&method);
    let places: Vec<&str> = Place::all_ids().filter(is_inside).filter(ends_by).collect();
    let known = (!places.is_empty()).then(|| places.join(" or "))?;
    Some(format!("there is no place {id:?}; write {known}, with --method {method}"))
}

/// The release of `--kratos`; the newest without it.
pub(super) fn version(asked: Option<&str>) -> Result<Version, Failure> {
    let Some(text) = asked else { return Ok(Version::NEWEST) };
    Ok(one_release(text)?.newest())
}

/// The configuration in a plain file.
pub(super) fn unit(path: &Path) -> Result<Unit, Failure> {
    let format =
        if path.extension().is_some_and(|end| end == "json") { yaml::Format::Json } else { yaml::Format::Yaml };
    Ok(Unit::plain(yaml::parse(&read(path)?, format)))
}

/// The inputs for a sample: without a configuration identities have an email address.
pub(super) fn sample_inputs(place: &Place, config: Option<&Path>) -> Result<Inputs, Failure> {
    let mut inputs = inputs(place, config)?;
    if config.is_none() {
        let email = Field::maybe(JsonType::format("email"), "no identity schema is known");
        let fields = [("email".to_owned(), email)].into();
        inputs.traits = JsonType::Object(Object { fields, rest: Some(Box::new(JsonType::Any)), ..Object::default() });
    }
    Ok(inputs)
}

/// The inputs that a configuration gives; what is assumed without one.
pub(super) fn inputs(place: &Place, config: Option<&Path>) -> Result<Inputs, Failure> {
    let Some(path) = config else { return Ok(unconfigured(place.version())) };
    let unit = unit(path)?;
    let disk = Disk::of_run(&[path.to_path_buf()], None);
    let files = Files::beside(&disk, path);
    let Some(root) = unit.root() else { return Ok(unconfigured(place.version())) };
    Ok(inputs::inputs(place, root, None, &identity::load(root, &files)))
}
