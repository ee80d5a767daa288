//! `kratos-lint init`: write hook blocks, or a whole new configuration.

mod meant;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{CLEAN, Failure, Outcome, check};
use crate::check::Target;
use crate::diagnostic::Edit;
use crate::discover;
use crate::disk::{Disk, Overlay, real_path};
use crate::endpoints::Endpoint;
use crate::evaluation::Evaluator;
use crate::files::Files;
use crate::fix::{Change, write};
use crate::init::backend::{self, Language};
use crate::init::{Auth, Response, Site, Wanted, allowed_hooks, body, insert, project, sites};
use crate::kratos::ctx::inputs::{inputs, unconfigured};
use crate::kratos::ctx::{Place, environment};
use crate::kratos::hooks::{self, FLOWS};
use crate::kratos::identity;
use crate::kratos::secrets::Secrets;
use crate::kratos::url;
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::output::Printer;
use crate::text::Source;
use crate::unit::Unit;
use crate::yaml::Node;

/// A flow with hooks.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Flow {
    Login,
    Registration,
    Settings,
    Recovery,
    Verification,
}

/// Write hook blocks, or, without a flow, a whole new configuration.
#[derive(Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of the command line.
pub struct Args {
    /// The flow that the hook belongs to
    #[arg(long, value_enum)]
    flow: Option<Flow>,
    /// Run the hook when the flow begins
    #[arg(long, conflicts_with = "after")]
    before: bool,
    /// Run the hook when the flow ends (the default)
    #[arg(long)]
    after: bool,
    /// The method whose list takes the hook; all that are enabled when left out
    #[arg(long)]
    method: Option<String>,
    /// The hook
    #[arg(long, default_value = "web_hook")]
    hook: String,
    /// The endpoint of a `web_hook`; without it an example of an address
    #[arg(long)]
    url: Option<String>,
    /// HTTP method of a `web_hook` [default: POST]
    #[arg(long, value_parser = ["GET", "POST", "PUT", "PATCH", "DELETE"], ignore_case = true)]
    http_method: Option<String>,
    /// How the endpoint of a `web_hook` knows that Kratos calls [default: `api_key`]
    #[arg(long, value_enum, ignore_case = true)]
    auth: Option<AuthName>,
    /// What the flow does with the answer of a `web_hook` [default: ignore]
    #[arg(long, value_enum)]
    response: Option<Response>,
    /// File for the Jsonnet body, beside the configuration; without it the body is written into the configuration as base64
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// Print a stub of the endpoint
    #[arg(long, value_enum)]
    backend: Option<Language>,
    /// Insert into this configuration, or write a new one there
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Print what --write would change, without changing files
    #[arg(long, requires = "write")]
    diff: bool,
    /// Repeat the hooks for all methods that a new list of a method would switch off
    #[arg(long, requires = "write")]
    repeat_global: bool,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
    /// Overwrite files that are there
    #[arg(long, requires = "write")]
    force: bool,
}

/// The endpoint when none is given.
const DEFAULT_URL: &str = "https://hooks.example.org/kratos";

impl Args {
    fn response(&self) -> Response {
        self.response.unwrap_or(Response::Ignore)
    }

    /// Refuses flags that would do nothing, and an endpoint that cannot be called.
    fn check(&self) -> Result<(), String> {
        let of_web_hook = [
            ("--url", self.url.is_some()),
            ("--http-method", self.http_method.is_some()),
            ("--auth", self.auth.is_some()),
            ("--response", self.response.is_some()),
            ("--body", self.body.is_some()),
            ("--backend", self.backend.is_some()),
        ];
        let of_hook = [("--method", self.method.is_some()), ("--before", self.before), ("--after", self.after)];
        if self.flow.is_none()
            && let Some((name, _)) = of_web_hook.iter().chain(&of_hook).find(|(_, is_given)| *is_given)
        {
            return Err(format!("{name} says something of a hook: name its flow with --flow"));
        }
        if self.hook != "web_hook"
            && let Some((name, _)) = of_web_hook.iter().find(|(_, is_given)| *is_given)
        {
            return Err(format!("{name} says something of a web_hook, and the hook is {}", self.hook));
        }
        let Some(text) = &self.url else { return Ok(()) };
        let is_callable = url::parse(text)
            .is_ok_and(|url| (url.has_scheme("http") || url.has_scheme("https")) && !url.hostname().is_empty());
        if is_callable && !text.contains(char::is_whitespace) {
            Ok(())
        } else {
            Err(format!("--url {text}: it is no address that Kratos can call: write https://host/path"))
        }
    }
}

/// Whether a hook of a list is the one that is to be written: the same hook, and the same call for a `web_hook`.
fn is_there(item: Node<'_>, wanted: &Wanted) -> bool {
    let text = |path: &str| item.find(path).and_then(Node::as_str);
    let has = |path: &str| item.find(path).is_some_and(Node::is_true);
    let is_same_call = || {
        text("config.url") == Some(&wanted.url)
            && text("config.method") == Some(&wanted.http_method)
            && has("config.response.parse") == (wanted.response == Response::Parse)
            && has("config.response.ignore") == (wanted.response == Response::Ignore)
    };
    text("hook") == Some(&wanted.hook) && (wanted.hook != "web_hook" || is_same_call())
}

/// Names of [`Auth`] as Kratos spells them.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum AuthName {
    ApiKey,
    BasicAuth,
    None,
}

impl From<AuthName> for Auth {
    fn from(name: AuthName) -> Auth {
        match name {
            AuthName::ApiKey => Auth::ApiKey,
            AuthName::BasicAuth => Auth::BasicAuth,
            AuthName::None => Auth::None,
        }
    }
}

/// Writes or prints what was asked for; asks on a terminal when nothing was.
///
/// # Errors
/// When a file cannot be read or written, or the hook cannot be put where it must stand.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    args.check().map_err(Failure)?;
    let Some(flow) = args.flow else { return new_project(args, out) };
    let flow = FLOWS[flow as usize];
    let unit = match &args.write {
        Some(path) => {
            let unit = check::read(path)?;
            // A file in UTF-16 is left to its editor.
            write::is_as_read(path, unit.file_source().text()).map_err(Failure)?;
            Some(unit)
        }
        None => None,
    };
    let version = version(args, unit.as_ref())?;
    let wanted = wanted(args, flow, unit.as_ref(), version)?;
    let places = match unit.as_ref().and_then(Unit::root) {
        Some(root) => sites(root, &wanted, version),
        None => vec![lone_site(&wanted)],
    };
    for site in &places {
        may_stand(&wanted.hook, &site.path, version)?;
    }
    let all_places = places.clone();
    let root = unit.as_ref().and_then(Unit::root);
    let stands = |site: &Site| {
        let items = root.and_then(|root| root.find(&site.path)).into_iter().flat_map(Node::items);
        items.into_iter().any(|item| is_there(item, &wanted))
    };
    let (there, places): (Vec<Site>, Vec<Site>) = places.into_iter().partition(stands);
    for site in &there {
        crate::output::note(format!("{} is already in {}", wanted.hook, site.path));
    }
    if places.is_empty() {
        return Ok(CLEAN);
    }
    let endpoint = endpoint(&wanted, &all_places, unit.as_ref(), version);
    if let (Some(path), Some(unit)) = (&args.write, unit) {
        if unit.root().is_some_and(|root| view::flow(root, flow).is_off()) {
            crate::output::note(format!("the flow {flow} is off: set selfservice.flows.{flow}.enabled to true"));
        }
        into_file(args, path, &unit, wanted.clone(), &places, version, out)?;
    } else {
        for site in &places {
            out.line(format!("# under {}:", site.path))?;
            for line in wanted.block(&site.path, 0).lines {
                out.line(line)?;
            }
        }
        if wanted.hook == "web_hook" {
            out.block("\n# its body:")?;
            for line in wanted.body.lines() {
                out.line(format!("# {line}"))?;
            }
        }
    }
    if let (Some(language), Some(endpoint)) = (args.backend, endpoint) {
        out.line("")?;
        out.code(&format!("{}\n", backend::stub(language, &wanted, &endpoint)))?;
    }
    Ok(CLEAN)
}

/// What the endpoint of the hook is sent.
fn endpoint(wanted: &Wanted, places: &[Site], unit: Option<&Unit>, version: Version) -> Option<Endpoint> {
    let site = places.first().filter(|_| wanted.hook == "web_hook")?;
    let of_unit = |unit: &Unit, root: Node<'_>| {
        let disk = Disk::of_run(&[PathBuf::from(unit.path())], None);
        let files = Files::beside(&disk, Path::new(unit.path()));
        let default = root.find("identity.default_schema_id").and_then(Node::as_str).unwrap_or("default");
        let schemas = identity::load(root, &files);
        backend::endpoint(wanted, &site.path, version, (&schemas, default), &files, Evaluator::default())
    };
    if let Some(unit) = unit {
        return of_unit(unit, unit.root()?);
    }
    let disk = Disk::default();
    let files = Files::beside(&disk, Path::new("kratos.yml"));
    backend::endpoint(wanted, &site.path, version, (&[], "default"), &files, Evaluator::default())
}

/// Whether the list accepts the hook.
fn may_stand(hook: &str, path: &str, version: Version) -> Result<(), Failure> {
    let allowed = allowed_hooks(path, version);
    if allowed.contains(&hook) {
        return Ok(());
    }
    Err(Failure(if allowed.is_empty() {
        format!("Kratos {version} has no list {path}")
    } else {
        format!("Kratos {version} does not accept the hook {hook} in {path}; allowed there: {}", allowed.join(", "))
    }))
}

fn version(args: &Args, unit: Option<&Unit>) -> Result<Version, Failure> {
    let target = match (&args.kratos, unit) {
        (Some(text), _) => Target::parse(text, "flag").map_err(Failure)?,
        (None, Some(unit)) => check::target_of(unit, None)?,
        (None, None) => Target::one(Version::NEWEST, "default"),
    };
    target.versions.first().copied().ok_or_else(|| Failure("no version".to_owned()))
}

fn lone_site(wanted: &Wanted) -> Site {
    let method = wanted.method.as_ref().map(|method| format!(".{method}")).unwrap_or_default();
    Site { path: format!("selfservice.flows.{}.{}{method}.hooks", wanted.flow, wanted.trigger), shadows: Vec::new() }
}

fn wanted(args: &Args, flow: &'static str, unit: Option<&Unit>, version: Version) -> Result<Wanted, Failure> {
    let trigger = if args.before { "before" } else { "after" };
    if let Some(method) = &args.method {
        let known: Vec<&str> = hooks::methods(flow, version).collect();
        if trigger == "before" || !known.contains(&method.as_str()) {
            let why = if known.is_empty() || trigger == "before" {
                "there are no lists of methods".to_owned()
            } else {
                known.join(", ")
            };
            return Err(Failure(format!("{flow}.{trigger} has no method {method} in Kratos {version}: {why}")));
        }
    }
    let phase = match (flow, trigger, args.response()) {
        (_, "before", _) => "before",
        ("registration" | "settings", _, Response::Parse) => "after.pre_persist",
        ("registration" | "settings", ..) => "after.post_persist",
        _ => "after",
    };
    let place = Place::new(format!("{flow}.{phase}"), version);
    let place = match &args.method {
        Some(method) if place.possible_methods().contains(&method.as_str()) => place.by(vec![method.clone()]),
        _ => place,
    };
    let known = match unit.and_then(|unit| unit.root().map(|root| (unit, root))) {
        Some((unit, root)) => {
            let disk = Disk::of_run(&[PathBuf::from(unit.path())], None);
            inputs(&place, root, None, &identity::load(root, &Files::beside(&disk, Path::new(unit.path()))))
        }
        None => unconfigured(version),
    };
    let kind = environment(&place, &known)
        .ok_or_else(|| Failure(format!("Kratos {version} calls no hook at {}", place.id())))?;
    let kind = kind.into_type();
    let ctx = kind.as_object().and_then(|object| object.fields.get("ctx")).map_or(&kind, |field| &field.kind);
    Ok(Wanted {
        flow,
        trigger,
        method: args.method.clone(),
        hook: args.hook.clone(),
        url: args.url.clone().unwrap_or_else(|| DEFAULT_URL.to_owned()),
        http_method: args.http_method.as_deref().unwrap_or("POST").to_ascii_uppercase(),
        auth: args.auth.map_or(Auth::ApiKey, Into::into),
        response: args.response(),
        body_url: args.body.as_ref().map(|path| body_url(path, unit)),
        body: body::jsonnet(&place, ctx),
        meant: Vec::new(),
    })
}

/// The URL of a body file: beside the identity schema where that is a file, for both are mounted alike.
fn body_url(path: &Path, unit: Option<&Unit>) -> String {
    let shown = path.to_string_lossy().replace('\\', "/");
    let schema = unit.and_then(Unit::root).and_then(|root| {
        root.select("identity.schemas[].url")
            .into_iter()
            .find_map(|url| url.as_str().filter(|url| url.starts_with("file:///")))
    });
    match schema.and_then(|url| url.rsplit_once('/')) {
        Some((folder, _)) if !path.is_absolute() => format!("{folder}/{shown}"),
        _ if path.is_absolute() => format!("file://{shown}"),
        _ => format!("file://./{shown}"),
    }
}

/// A configuration with hooks that are not written yet.
struct Planned {
    unit: Unit,
    text: String,
    /// Pointers of the new hooks.
    pointers: Vec<String>,
}

/// Writes the hook into its lists, with a comment about what is meant so, and the file of its body.
fn into_file(
    args: &Args,
    path: &Path,
    unit: &Unit,
    mut wanted: Wanted,
    places: &[Site],
    version: Version,
    out: &mut Printer<'_>,
) -> Result<(), Failure> {
    let body = args.body.as_ref().filter(|_| wanted.hook == "web_hook");
    let body = body.map(|body| (path.parent().unwrap_or(Path::new(".")).join(body), wanted.body.clone()));
    let mut planned = planned(args, unit, &wanted, places, out)?;
    let overlay = |planned: &Planned| {
        let files = body.iter().cloned().chain([(path.to_path_buf(), planned.text.clone())]);
        Overlay::new(files.map(|(path, text)| (real_path(&path), text)).collect())
    };
    let (meant, others) = meant::of(&planned.unit, &planned.pointers, &overlay(&planned), version);
    if !meant.is_empty() {
        wanted.meant = meant;
        planned = self::planned(args, unit, &wanted, places, out)?;
    }
    others.into_iter().for_each(crate::output::note);
    if args.diff {
        let change = Change { path: unit.path().to_owned(), before: unit.file_source(), after: planned.text };
        return Ok(crate::output::patch::write(&change, true, &Secrets::default(), out)?);
    }
    if let Some(body) = body {
        write::all(&[body], args.force).map_err(Failure)?;
    }
    write::replace(path, &planned.text, None).map_err(Failure)?;
    for site in places {
        crate::output::note(format!("{} written into {}", wanted.hook, site.path));
    }
    Ok(())
}

/// The file with the hook in one list after the other: each may make keys that the next one needs. Prints the block that must be
/// put in by hand where it cannot be done safely.
fn planned(
    args: &Args,
    unit: &Unit,
    wanted: &Wanted,
    places: &[Site],
    out: &mut Printer<'_>,
) -> Result<Planned, Failure> {
    // `session` is the last hook of its list: Kratos runs it last, or ends the flow there.
    let before = !["session", "show_verification_ui"].contains(&wanted.hook.as_str());
    let before = before.then_some("session");
    let mut planned = Planned { unit: unit.clone(), text: String::new(), pointers: Vec::new() };
    for site in places {
        if let Err(why) = put(args, &mut planned, wanted, site, before) {
            out.line(format!("# under {}:", site.path))?;
            for line in wanted.block(&site.path, 0).lines {
                out.line(line)?;
            }
            return Err(Failure(format!("{why}; nothing is written: put the block there by hand")));
        }
    }
    Ok(planned)
}

fn put(args: &Args, planned: &mut Planned, wanted: &Wanted, site: &Site, before: Option<&str>) -> Result<(), String> {
    let path = planned.unit.path().to_owned();
    let root = planned.unit.root().ok_or_else(|| format!("{path} holds no configuration"))?;
    let (edits, index) = insertion(args, root, wanted, site, before)?;
    let (shown, text) = insert::applied(&edits)?;
    let at = planned.unit.at.clone();
    let again = discover::named(&Source::new(shown, text.clone())).into_iter().find(|unit| unit.at == at);
    let again = again.filter(|unit| unit.tree.faults().is_empty());
    let pointer = format!("/{}/{index}", site.path.replace('.', "/"));
    let hook = |unit: &Unit| Some(unit.root()?.at(&pointer)?.get("hook")?.as_str()? == wanted.hook);
    let unit = again.filter(|unit| hook(unit) == Some(true));
    planned.unit =
        unit.ok_or_else(|| format!("the hook cannot be put into {} without breaking the file", site.path))?;
    planned.text = text;
    planned.pointers.push(pointer);
    Ok(())
}

fn insertion(
    args: &Args,
    root: Node<'_>,
    wanted: &Wanted,
    site: &Site,
    before: Option<&str>,
) -> Result<(Vec<Edit>, usize), String> {
    let index = root.find(&site.path).map_or(0, |list| {
        let named = |item: Node<'_>| before.is_some() && item.get("hook").and_then(Node::as_str) == before;
        list.items().position(named).unwrap_or(list.items().len())
    });
    let mut block = wanted.block(&site.path, index);
    if args.repeat_global {
        for pointer in &site.shadows {
            repeat(root, pointer, &mut block)?;
        }
    } else if !site.shadows.is_empty() {
        let list = &site.path;
        crate::output::note(format!(
            "the new list {list} switches the hooks for all methods off: --repeat-global repeats them"
        ));
    }
    Ok((insert::edits(root, &site.path, &block, before)?, index))
}

/// Adds the text of a hook of the list for all methods to a block.
fn repeat(root: Node<'_>, pointer: &str, block: &mut crate::init::Block) -> Result<(), String> {
    let node = root.at(pointer).ok_or_else(|| format!("{pointer} is not there"))?;
    let place = node.origin();
    let column = place.span.start - place.source.line_span(place.source.line_of(place.span.start)).start;
    let lead = " ".repeat(column);
    for (number, line) in place.source.slice(place.span).trim_end().lines().enumerate() {
        let line = line.strip_prefix(&lead).unwrap_or(line);
        block.lines.push(format!("{}{line}", if number == 0 { "- " } else { "  " }));
    }
    Ok(())
}

/// A new configuration with its identity schema.
fn new_project(args: &Args, out: &mut Printer<'_>) -> Outcome {
    if args.write.is_none() && io::stdin().is_terminal() && crate::output::text::is_terminal() {
        return super::init_questions::run(out);
    }
    let version = version(args, None)?;
    let Some(path) = &args.write else {
        out.block(&project::config(version))?;
        return Ok(CLEAN);
    };
    let schema = path.parent().unwrap_or(Path::new(".")).join("identity.schema.json");
    let files = [(path.clone(), project::config(version)), (schema.clone(), project::SCHEMA.to_owned())];
    write::all(&files, args.force).map_err(Failure)?;
    crate::output::note(format!("{} and {} written", path.display(), schema.display()));
    Ok(CLEAN)
}
