//! `kratos-lint render`: evaluate a document as Kratos would, and show the request that would go out.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};

use super::ctx::{sample_inputs, unit, version};
use super::evaluate::excerpt;
use super::one::only_unit;
use super::owner::{self, Owner};
use super::terminal;
use super::{CLEAN, FINDINGS, Failure, Outcome, read};
use crate::disk::{Disk, named};
use crate::documents::survey::survey;
use crate::evaluation::{Answer, Evaluator, Job};
use crate::files::Files;
use crate::jsonnet::misfit;
use crate::jsonnet::types::JsonType;
use crate::kratos::bodies::{self, Document, Encoding, Reference};
use crate::kratos::ctx::inputs::inputs as configured;
use crate::kratos::ctx::sample::{self, Fill};
use crate::kratos::ctx::standard::engine;
use crate::kratos::ctx::{Place, environment};
use crate::kratos::identity;
use crate::kratos::secrets::{self, MASK};
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::yaml::Node;

/// Evaluate a Jsonnet document as Kratos would.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The document (`-` reads stdin); with --hook the configuration of Kratos, the only one below the current folder when left out
    file: Option<PathBuf>,
    /// JSON pointer of a hook or of its body in the configuration: shows the whole request
    #[arg(long, value_name = "POINTER")]
    hook: Option<String>,
    /// JSON file with ctx; a sample without it
    #[arg(long, value_name = "FILE")]
    ctx: Option<PathBuf>,
    /// JSON file with an external variable; samples of claims and session without it
    #[arg(long, value_name = "NAME=FILE")]
    ext: Vec<String>,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
    /// Read JSON lines {"body","ctx","ext"} and write {"ok"} or {"error"} for each
    #[arg(long, conflicts_with_all = ["file", "hook", "ctx", "ext"])]
    batch: bool,
}

/// A line of `--batch`.
#[derive(Deserialize)]
struct Line {
    body: String,
    #[serde(default)]
    ctx: Option<Value>,
    #[serde(default)]
    ext: Option<BTreeMap<String, Value>>,
}

/// Evaluates and prints.
///
/// # Errors
/// When a file cannot be read or is no JSON, or nothing is at the pointer.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let release = version(args.kratos.as_deref())?;
    if args.batch {
        return batch(release, &mut io::stdin().lock(), out);
    }
    match (&args.hook, args.file.as_deref()) {
        (Some(pointer), Some(file)) => hook(args, file, pointer, release, out),
        (Some(pointer), None) => hook(args, Path::new(only_unit()?.path()), pointer, release, out),
        (None, Some(file)) => document(args, file, release, out),
        (None, None) => Err(Failure(nothing_named(release))),
    }
}

/// What can be rendered here, when nothing is named.
fn nothing_named(release: Version) -> String {
    let ask = "name a document, or a place of one with --hook";
    let Ok(unit) = only_unit() else { return ask.to_owned() };
    let found = unit.root().map(|root| bodies::references(root, release)).unwrap_or_default();
    if found.is_empty() {
        return ask.to_owned();
    }
    format!("{ask}; in {} there are {}", secrets::path(unit.path()), listed(&found))
}

/// Most places that a message names.
const MOST_NAMED: usize = 20;

/// The places of documents, as they may be shown.
fn listed(found: &[Reference<'_>]) -> String {
    let mut names: Vec<String> =
        found.iter().take(MOST_NAMED).map(|found| secrets::pointer(&found.node.pointer())).collect();
    if found.len() > MOST_NAMED {
        names.push(format!("{} more", found.len() - MOST_NAMED));
    }
    names.join(", ")
}

fn batch(release: Version, input: &mut dyn BufRead, out: &mut Printer<'_>) -> Outcome {
    let evaluator = Evaluator::default().unlimited().with(engine(release));
    for line in input.lines() {
        let line: Line = serde_json::from_str(&line?)?;
        let job = Job { text: line.body, ctx: line.ctx, variables: line.ext.unwrap_or_default(), ..Job::default() };
        // The result is JSON text already, and may be nested deeper than a parser would follow.
        match evaluate(&evaluator, &job)? {
            Ok(json) => out.json_text(&format!("{{\"ok\":{}}}", on_one_line(&json)))?,
            Err(error) => out.json_line(&json!({"error": error}))?,
        }
        out.flush()?;
    }
    Ok(CLEAN)
}

/// What comes of a job.
fn answer(evaluator: &Evaluator, job: &Job) -> Result<Answer, Failure> {
    evaluator.evaluate(job).ok_or_else(|| Failure("the child process for Jsonnet cannot be started".to_owned()))
}

/// The JSON text of the result, or the error of the evaluation with its place.
fn evaluate(evaluator: &Evaluator, job: &Job) -> Result<Result<String, String>, Failure> {
    Ok(match answer(evaluator, job)? {
        Answer::Ok(json) => Ok(json),
        Answer::Failed(failure) => {
            let source = crate::text::Source::new("", job.text.as_str());
            let at = failure.span.map(|(start, _)| source.position(start));
            let at = at.map(|at| format!("{}:{}: ", at.line, at.column)).unwrap_or_default();
            Err(format!("{at}{}", failure.message))
        }
    })
}

/// The result without what the document writes into it to the letter; what comes from the input, or is computed, stays.
fn shown(json: String, job: &Job) -> String {
    let mut known = HashSet::new();
    job.ctx.iter().chain(job.variables.values()).for_each(|value| texts(value, &mut known));
    let written = survey(&job.text).map(|survey| survey.words).unwrap_or_default();
    let is_written =
        |text: &str| written.iter().any(|word| word.len() >= SHORTEST_SECRET && text.contains(word.as_str()));
    let Ok(value) = serde_json::from_str::<Value>(&json) else { return json };
    let mut hidden = value.clone();
    secrets::hide_literals(&mut hidden, &|text| known.contains(text) || !is_written(text));
    if hidden == value {
        // To the letter as Kratos would print it.
        return json;
    }
    let mut shown = Vec::new();
    let mut writer = Serializer::with_formatter(&mut shown, PrettyFormatter::with_indent(b"   "));
    let written = hidden.serialize(&mut writer).ok().and_then(|()| String::from_utf8(shown).ok());
    written.unwrap_or_default()
}

/// Shortest text of a document that may be a secret, in bytes.
const SHORTEST_SECRET: usize = 4;

/// All texts of a value.
fn texts<'v>(value: &'v Value, found: &mut HashSet<&'v str>) {
    match value {
        Value::String(text) => _ = found.insert(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// Prints what came of a job, or how it failed.
fn print(
    release: Version,
    path: &str,
    job: &Job,
    out: &mut Printer<'_>,
    printed: impl FnOnce(&str) -> Result<String, Failure>,
) -> Outcome {
    match answer(&Evaluator::default().with(engine(release)), job)? {
        Answer::Ok(json) => {
            out.block(&printed(&shown(json, job))?)?;
            Ok(CLEAN)
        }
        Answer::Failed(failure) => {
            terminal::notes(&format!("kratos-lint: {}", excerpt(path, &job.text, &failure)));
            Ok(FINDINGS)
        }
    }
}

fn document(args: &Args, file: &Path, release: Version, out: &mut Printer<'_>) -> Outcome {
    let text = text_of(file)?;
    let is_ending = |ending: &&str| file.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    if ["yml", "yaml", "toml"].iter().any(is_ending) {
        let name = file.display();
        return Err(Failure(format!(
            "{name} is not Jsonnet: name a document, or a hook of it by `render --hook POINTER {name}`"
        )));
    }
    if let Some(owner) = owner::of(file, release) {
        return owned(args, &owner, file, text, release, out);
    }
    let names: Vec<String> =
        survey(&text).map_or_else(|_| Vec::new(), |found| found.variables.into_iter().map(|(name, _)| name).collect());
    let id = match () {
        () if names.iter().any(|name| name == "session") => "session.tokenizer",
        () if !names.is_empty() => "oidc.mapper",
        () => "registration.after.post_persist",
    };
    let place = Place::new(id, release);
    let sample =
        environment(&place, &sample_inputs(&place, None)?).map(|seen| sample::of(&seen.into_type(), Fill::Maximal));
    let is_ctx = names.is_empty();
    let job = job(args, text, sample.unwrap_or(Value::Null), is_ctx)?;
    print(release, &file.to_string_lossy(), &job, out, |json| Ok(format!("{json}\n")))
}

/// A document that a configuration refers to, on what it sees there.
fn owned(args: &Args, owner: &Owner, file: &Path, text: String, release: Version, out: &mut Printer<'_>) -> Outcome {
    let references = owner.references(file, release);
    let [reference, others @ ..] = references.as_slice() else {
        return Err(Failure(format!("{}: nothing refers to it", file.display())));
    };
    let also = if others.is_empty() { String::new() } else { format!(", one of {} places", references.len()) };
    owner.say(reference, &also);
    let seen = owner.given(reference);
    let seen = seen.ok_or_else(|| Failure(format!("Kratos {release} runs no Jsonnet at {}", reference.point.id())))?;
    let is_ctx = seen.ctx.is_some();
    let kind = seen.into_type();
    let job = job(args, text, sample::of(&kind, Fill::Maximal), is_ctx)?;
    say_misfits(args, &kind, &job);
    print(release, &file.to_string_lossy(), &job, out, |json| Ok(format!("{json}\n")))
}

/// JSON text without line breaks; those in strings are escaped.
fn on_one_line(json: &str) -> String {
    json.lines().map(str::trim_start).collect()
}

fn text_of(file: &Path) -> Result<String, Failure> {
    if file == Path::new("-") { Ok(named::text_of(io::stdin().lock())?) } else { Ok(read(file)?.text().to_owned()) }
}

/// Why an external variable has no effect on a document; none where the document may compute names.
fn never_read(text: &str, name: &str) -> Option<String> {
    let survey = survey(text).ok()?;
    let computes = |rest: &str| {
        let rest = rest.trim_start().strip_prefix('(').map_or("", str::trim_start);
        let mut parts = rest.splitn(3, ['\'', '"']);
        let is_text = parts.next() == Some("") && parts.next().is_some();
        !is_text || !parts.next().is_some_and(|after| after.trim_start().starts_with(')'))
    };
    if survey.variables.iter().any(|(read, _)| read == name) || text.split("extVar").skip(1).any(computes) {
        return None;
    }
    let mut read: Vec<String> = survey.variables.iter().map(|(name, _)| format!("`{}`", secrets::name(name))).collect();
    read.dedup();
    let instead = if read.is_empty() { "ctx: give it with --ctx FILE".to_owned() } else { read.join(", ") };
    Some(format!("--ext {name}: the document has no std.extVar('{name}'); it reads {instead}"))
}

/// A value in a file of JSON.
pub(super) fn json(path: &Path) -> Result<Value, Failure> {
    serde_json::from_str(&text_of(path)?).map_err(|error| Failure(format!("{}: {error}", path.display())))
}

/// The external variables of `NAME=FILE` pairs for a document.
pub(super) fn variables(pairs: &[String], text: &str) -> Result<BTreeMap<String, Value>, Failure> {
    let mut variables = BTreeMap::new();
    for pair in pairs {
        let Some((name, path)) = pair.split_once('=') else {
            return Err(Failure(format!("--ext {pair}: write it as NAME=FILE")));
        };
        never_read(text, name).map_or(Ok(()), |why| Err(Failure(why)))?;
        variables.insert(name.to_owned(), json(Path::new(path))?);
    }
    Ok(variables)
}

/// The job on the files that the user names, on the sample for all others.
fn job(args: &Args, text: String, sample: Value, is_ctx: bool) -> Result<Job, Failure> {
    let mut all = BTreeMap::new();
    if let (false, Value::Object(map)) = (is_ctx, &sample) {
        all.extend(map.clone());
    }
    all.extend(variables(&args.ext, &text)?);
    let given = args.ctx.as_deref().map(json).transpose()?;
    let ctx = given.or_else(|| is_ctx.then_some(sample));
    Ok(Job { text, ctx, variables: all, ..Job::default() })
}

/// Most misfits of an input that are told.
const MAX_MISFITS: usize = 5;

/// Says what in the input that the user names Kratos never gives at this place. It is evaluated anyway: what a document makes of
/// it can be what is asked.
fn say_misfits(args: &Args, kind: &JsonType, job: &Job) {
    let given = job.ctx.as_ref().filter(|_| args.ctx.is_some());
    let mut found = given.map(|ctx| misfit::of(kind, ctx, "ctx")).unwrap_or_default();
    for name in args.ext.iter().filter_map(|pair| pair.split_once('=')).map(|(name, _)| name) {
        let known = kind.as_object().filter(|_| job.ctx.is_none()).and_then(|object| object.fields.get(name));
        if let Some((field, value)) = known.zip(job.variables.get(name)) {
            found.extend(misfit::of(&field.kind, value, name));
        }
    }
    for misfit in found.iter().take(MAX_MISFITS) {
        terminal::note(format!("{} {}", secrets::name(&misfit.path), misfit.why));
    }
}

/// The whole request of a hook.
fn hook(args: &Args, file: &Path, pointer: &str, release: Version, out: &mut Printer<'_>) -> Outcome {
    let unit = unit(file)?;
    let nothing = || Failure(format!("{}: no Jsonnet document is referred to at {pointer}", file.display()));
    let root = unit.root().ok_or_else(nothing)?;
    let all = bodies::references(root, release);
    let nothing_there = || {
        let Failure(why) = nothing();
        Failure(if all.is_empty() { why } else { format!("{why}; there are {}", listed(&all)) })
    };
    let mut below = all.clone();
    below.retain(|reference| {
        let at = reference.node.pointer();
        at == pointer || at.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'))
    });
    if below.len() > 1 {
        return Err(Failure(format!("more than one document is at {pointer}: {}", listed(&below))));
    }
    let reference = below.pop().ok_or_else(nothing_there)?;
    let disk = Disk::of_run(&[file.to_path_buf()], None);
    let files = Files::beside(&disk, file);
    let (shown, text) = match bodies::document(&reference, &files) {
        Document::Text(source) if source.is_embedded() => (pointer.to_owned(), source.text().to_owned()),
        Document::Text(source) => (source.path().to_owned(), source.text().to_owned()),
        Document::Missing(path) => {
            return Err(Failure(format!("{}: no such file", secrets::path(&path.to_string_lossy()))));
        }
        Document::Elsewhere => return Err(Failure("the document is not in this project".to_owned())),
    };
    let given = configured(&reference.point, root, Some(reference.settings), &identity::load(root, &files));
    let environment = environment(&reference.point, &given).ok_or_else(nothing)?;
    let is_ctx = environment.ctx.is_some();
    let kind = environment.into_type();
    let job = job(args, text, sample::of(&kind, Fill::Maximal), is_ctx)?;
    say_misfits(args, &kind, &job);
    print(release, &shown, &job, out, |json| request(&reference, json))
}

/// The request as text: request line, headers, an empty line, the body. Mappers have no request: their result alone.
fn request(reference: &Reference<'_>, json: &str) -> Result<String, Failure> {
    let (body, content_type) = match reference.encoding {
        Encoding::Inside => return Ok(format!("{json}\n")),
        Encoding::Json => (json.to_owned(), "application/json"),
        Encoding::Form => (form(&serde_json::from_str(json)?), "application/x-www-form-urlencoded"),
        Encoding::Refused => return Err(Failure("Kratos refuses the Content-Type of this request".to_owned())),
    };
    let settings = reference.settings;
    let text = |key: &str| settings.get(key).and_then(Node::as_str);
    let method = text("method").filter(|method| !method.is_empty()).unwrap_or("GET");
    let mut lines = vec![format!("{method} {}", text("url").map_or(MASK.to_owned(), secrets::url))];
    lines.push(format!("Content-Type: {content_type}"));
    for header in settings.get("headers").into_iter().flat_map(Node::fields) {
        if header.key.eq_ignore_ascii_case("content-type") {
            continue;
        }
        let is_public = secrets::is_public_header(header.key);
        let value = header.value.as_str().filter(|_| is_public).map_or(MASK.to_owned(), secrets::name);
        lines.push(format!("{}: {value}", secrets::header(header.key)));
    }
    lines.extend(authentication(settings));
    Ok(format!("{}\n\n{body}\n", lines.join("\n")))
}

/// The header of `auth`, its value masked.
fn authentication(settings: Node<'_>) -> Option<String> {
    let auth = settings.get("auth")?;
    let text = |path: &str| auth.find(path).and_then(Node::as_str);
    match text("type")? {
        "basic_auth" => Some(format!("Authorization: Basic {MASK}")),
        "api_key" if text("config.in") == Some("cookie") => {
            Some(format!("Cookie: {}={MASK}", text("config.name").map_or(MASK, secrets::header)))
        }
        "api_key" => Some(format!("{}: {MASK}", text("config.name").map_or(MASK, secrets::header))),
        _ => None,
    }
}

/// A flat object as a form; keys are sorted, as Go does.
fn form(value: &Value) -> String {
    let fields = value.as_object().into_iter().flatten();
    let pairs = fields.map(|(key, value)| format!("{}={}", escaped(key), escaped(value.as_str().unwrap_or_default())));
    pairs.collect::<Vec<_>>().join("&")
}

/// As Go's `url.QueryEscape`.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b' ' => out.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => out.push(char::from(byte)),
            byte => _ = write!(out, "%{byte:02X}"),
        }
        out
    })
}
