//! `kratos-lint respond`: what Kratos does with the answer of an endpoint.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use super::ctx::{unit, version};
use super::{CLEAN, FINDINGS, Failure, Outcome as Ended, TextFormat};
use crate::disk::{Disk, named};
use crate::files::Files;
use crate::kratos::contract::decode::Message;
use crate::kratos::contract::{Answer, Circumstances, Class, Mode, Outcome, Point, outcome};
use crate::kratos::identity;
use crate::kratos::secrets;
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::yaml::Node;

/// The address that `@EMAIL@` stands for in bodies, and that the identity has.
const ADDRESS: &str = "ada@example.com";

/// What is assumed of identities without a configuration.
const ASSUMED_SCHEMA: &str = r#"{"properties": {"traits": {"type": "object", "required": ["email"], "additionalProperties": false, "properties":
    {"email": {"type": "string", "format": "email", "minLength": 3}, "name": {"type": "string"}, "tier": {"type": "string"}}}}}"#;

/// Say what Kratos does with the answer of an endpoint.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The hook that is answered: `flow.before`, `flow.after` or `flow.after.method`
    #[arg(required_unless_present = "batch")]
    point: Option<String>,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
    /// What the hook does with answers: `parse`, `can_interrupt`, `none` or `ignore`
    #[arg(long, value_name = "MODE", default_value = "parse")]
    mode: String,
    /// The HTTP status of the answer
    #[arg(long, required_unless_present = "batch", value_parser = status)]
    status: Option<u16>,
    /// Where a redirect leads
    #[arg(long, value_name = "URL")]
    location: Option<String>,
    /// File with the body (`-` reads stdin); `@EMAIL@` in it becomes the address of the identity
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// Configuration of Kratos, for its identity schemas; without it there are the schemas `default` and `other`, with the
    /// traits `email` (required), `name` and `tier`
    #[arg(long, value_name = "FILE")]
    kratos_config: Option<PathBuf>,
    /// How to print it
    #[arg(short, long, value_enum, default_value = "text")]
    format: TextFormat,
    /// Read JSON lines {"point","kratos","mode","status","body"} and write one result for each
    #[arg(long, conflicts_with_all = ["point", "status", "body"])]
    batch: bool,
}

fn status(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "write a number from 200 to 599")
}

/// A line of `--batch`.
#[derive(Deserialize)]
struct Line {
    point: String,
    #[serde(default)]
    kratos: Option<String>,
    #[serde(default)]
    mode: Option<String>,
    status: u16,
    #[serde(default)]
    body: Option<String>,
}

/// Prints what Kratos does; status 1 when it does not accept the answer. `--batch` only fails on lines that it cannot read.
///
/// # Errors
/// When there is no such point, mode, status or version, or a file cannot be read.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Ended {
    let identities = Identities::of(args.kratos_config.as_deref())?;
    if args.batch {
        for (index, line) in io::stdin().lock().lines().enumerate() {
            let text = line?;
            let result = batched(&text, args, &identities)
                .map_err(|Failure(why)| Failure(format!("line {} of --batch: {why}", index + 1)))?;
            out.json_line(&json_of(&result))?;
        }
        return Ok(CLEAN);
    }
    let (Some(point), Some(status)) = (&args.point, args.status) else {
        return Err(Failure("name a point and --status".to_owned()));
    };
    let body = args.body.as_deref().map(read).transpose()?.unwrap_or_default();
    let mut result = identities.outcome(point, version(args.kratos.as_deref())?, &args.mode, status, &body)?;
    hide(&mut result);
    if let Some(url) = args.location.as_deref().filter(|_| (300..400).contains(&status)) {
        result.why.push(format!("the redirect leads to {url}: ask again with the status that it answers"));
    }
    match args.format {
        TextFormat::Json => out.json_line(&json_of(&result))?,
        TextFormat::Text => out.block(&text_of(&result))?,
    }
    let is_accepted = matches!(result.class, Class::Accepted | Class::AcceptedNoChange);
    Ok(if is_accepted { CLEAN } else { FINDINGS })
}

/// Hides what no person wrote in the file with the answer. Lines of `--batch` come from who reads the results.
fn hide(result: &mut Outcome) {
    for pointer in &mut result.ignored {
        *pointer = secrets::pointer(pointer);
    }
    for why in &mut result.why {
        *why = secrets::name(why);
    }
    for message in &mut result.messages {
        message.node = secrets::name(&message.node);
        message.text = secrets::name(&message.text);
    }
}

fn batched(text: &str, args: &Args, identities: &Identities) -> Result<Outcome, Failure> {
    let line: Line = serde_json::from_str(text)?;
    let release = version(line.kratos.as_deref().or(args.kratos.as_deref()))?;
    let mode = line.mode.as_deref().unwrap_or(&args.mode);
    identities.outcome(&line.point, release, mode, line.status, line.body.as_deref().unwrap_or_default())
}

fn read(path: &Path) -> Result<String, Failure> {
    let failed = |why: String| Failure(format!("{}: {why}", path.display()));
    let bytes = if path == Path::new("-") {
        named::bytes_of(io::stdin().lock()).map_err(|error| failed(error.to_string()))?
    } else {
        named::bytes(path).map_err(|why| failed(why.to_string()))?
    };
    // As Go's decoder does.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Why a hook in the list for all methods is never called, when it reads its answer: before saving only lists of methods count.
fn never_called(point: &str, mode: Mode, release: Version) -> Option<String> {
    // Up to v0.13.0 settings read `can_interrupt` before saving, and `parse` after it.
    let is_read = mode.reads_refusals() && (release > Version::V0_13 || mode == Mode::CanInterrupt);
    let example = match point {
        "registration.after" if mode.reads_refusals() => "registration.after.password",
        "settings.after" if is_read => "settings.after.profile",
        _ => return None,
    };
    Some(format!("in `{point}.hooks` this hook is never called: put it into the list of a method, as {example}"))
}

/// What is known of the identities.
struct Identities {
    schema_ids: Vec<String>,
    /// Validates `{"traits": …}`; none when no schema is known, or when it is no schema.
    schema: Option<jsonschema::Validator>,
}

impl Identities {
    fn of(config: Option<&Path>) -> Result<Identities, Failure> {
        let Some(path) = config else {
            let schema_ids = ["default", "other"].map(str::to_owned).to_vec();
            return Ok(Identities { schema_ids, schema: validator(ASSUMED_SCHEMA) });
        };
        let unit = unit(path)?;
        let root = unit.root().ok_or_else(|| Failure(format!("{} holds no configuration", path.display())))?;
        let disk = Disk::of_run(&[path.to_path_buf()], None);
        let schemas = identity::load(root, &Files::beside(&disk, path));
        let default = root.find("identity.default_schema_id").and_then(Node::as_str).unwrap_or("default");
        let schema = schemas.iter().find(|schema| schema.id.as_deref() == Some(default));
        let schema = schema
            .and_then(super::super::kratos::identity::IdentitySchema::root)
            .and_then(|root| validator(root.source().text()));
        Ok(Identities { schema_ids: schemas.into_iter().filter_map(|schema| schema.id).collect(), schema })
    }

    fn outcome(&self, name: &str, release: Version, mode: &str, status: u16, body: &str) -> Result<Outcome, Failure> {
        let point = Point::parse(name, release).map_err(Failure)?;
        let mode = Mode::parse(mode).ok_or_else(|| {
            let known: Vec<&str> = Mode::NAMES.iter().map(|(name, _)| *name).collect();
            super::unknown("there is no mode", mode, &known)
        })?;
        if !(200..600).contains(&status) {
            return Err(Failure(format!("{status} is not a status of an answer: use 200 to 599")));
        }
        let judge = |traits: &Value| self.refused(traits);
        let at = Circumstances {
            point,
            mode,
            version: release,
            schema_ids: &self.schema_ids,
            address: ADDRESS,
            judge: &judge,
        };
        let mut result = outcome(&Answer { status, body: &body.replace("@EMAIL@", ADDRESS) }, &at);
        result.why.extend(never_called(name, mode, release));
        Ok(result)
    }

    /// What the identity schema has against traits.
    fn refused(&self, traits: &Value) -> Vec<Message> {
        let whole = json!({ "traits": traits });
        let Some(schema) = &self.schema else { return Vec::new() };
        let message = |error: jsonschema::ValidationError<'_>| Message {
            node: error.instance_path().to_string().trim_start_matches('/').replace('/', "."),
            text: error.to_string(),
            kind: "error",
        };
        schema.iter_errors(&whole).map(message).collect()
    }
}

fn validator(schema: &str) -> Option<jsonschema::Validator> {
    let schema: Value = serde_json::from_str(schema).ok()?;
    jsonschema::options().should_validate_formats(true).build(&schema).ok()
}

fn json_of(result: &Outcome) -> Value {
    let message = |message: &Message| json!({"node": message.node, "text": message.text, "type": message.kind});
    json!({
        "version": 1,
        "class": result.class.name(),
        "client_status": {"api": result.client.api, "spa": result.client.spa, "form": result.client.form},
        "attempts": result.attempts,
        "saved": result.saved,
        "ignored": result.ignored,
        "messages": result.messages.iter().map(message).collect::<Vec<_>>(),
        "why": result.why,
    })
}

fn text_of(result: &Outcome) -> String {
    let status = |status: u16| if status == 0 { "connection dropped".to_owned() } else { status.to_string() };
    let client = result.client;
    let mut text = format!("{}\n", result.class.name());
    for why in &result.why {
        text.push_str(&format!("  {why}\n"));
    }
    let (api, spa, form) = (status(client.api), status(client.spa), status(client.form));
    text.push_str(&format!("  clients get:   native {api}, browser script {spa}, form {form}\n"));
    if result.attempts > 1 {
        text.push_str(&format!("  it is called:  {} times\n", result.attempts));
    }
    for message in &result.messages {
        let node = if message.node.is_empty() { "the form" } else { &message.node };
        text.push_str(&format!("  users read:    {} ({}, at {node})\n", message.text, message.kind));
    }
    if !result.saved.is_empty() {
        text.push_str(&format!("  saved:         {}\n", result.saved.join(", ")));
    }
    if !result.ignored.is_empty() {
        text.push_str(&format!("  no effect:     {}\n", result.ignored.join(", ")));
    }
    text
}
