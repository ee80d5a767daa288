//! `kratos-lint init hook`: one hook, in every list where it must be to run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::batch::{self, Batch};
use super::{Flags, meant, unit_to_change};
use crate::check::Target;
use crate::cli::{CLEAN, FAILED, Failure, Outcome};
use crate::config;
use crate::deployment::Project;
use crate::discover::shown;
use crate::disk::Disk;
use crate::endpoints::Endpoint;
use crate::evaluation::Evaluator;
use crate::files::Files;
use crate::init::given::Known;
use crate::init::scaffold::{self, Planned};
use crate::init::{Auth, Response, Site, Wanted, allowed_hooks, backend, body, body_file, check, sites};
use crate::kratos::ctx::inputs::{inputs, unconfigured};
use crate::kratos::ctx::{Environment, Place, environment};
use crate::kratos::hooks::{self, FLOWS};
use crate::kratos::identity::{self, IdentitySchema};
use crate::kratos::network::Edition;
use crate::kratos::plan;
use crate::kratos::schema::HOOK_PLACES;
use crate::kratos::secrets;
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::output::Printer;
use crate::unit::Unit;
use crate::yaml::Node;

/// Writes or prints the hook.
///
/// # Errors
/// When a flag is wrong, a file cannot be read or written, or the hook cannot be put where it must be.
pub(super) fn run(flags: &Flags, hook: &str, out: &mut Printer<'_>) -> Outcome {
    let flow =
        flags.flow.ok_or_else(|| Failure(format!("name the flow of the hook with --flow: {}", FLOWS.join(", "))))?;
    let flow = FLOWS.get(flow as usize).copied().unwrap_or("registration");
    validate(flags, hook)?;
    let unit = flags.write.as_deref().map(unit_to_change).transpose()?;
    let target = super::target(flags.kratos.as_deref(), unit.as_ref())?;
    super::say_target(&target);
    let version = target.newest();
    let schemas = unit.as_ref().map(schemas_of).unwrap_or_default();
    let wanted = wanted(flags, flow, hook, unit.as_ref(), &target)?;
    let places = places(&wanted, unit.as_ref(), version, &schemas)?;
    for site in &places {
        may_stand(&wanted.hook, &site.path, &target)?;
    }
    let endpoint = flags.backend.and_then(|_| endpoint(&wanted, &places, unit.as_ref(), version, &schemas));
    let status = match (&flags.write, &unit) {
        (Some(path), Some(unit)) => insert(flags, path, unit, wanted.clone(), &places, &target, out)?,
        _ => print(&wanted, &places, out)?,
    };
    if let (Some(language), Some(endpoint)) = (flags.backend, endpoint) {
        // A stub that is alone goes into a file as it is.
        if flags.write.is_none() || flags.diff {
            out.line("")?;
        }
        out.code(&backend::stub(language, &wanted, &endpoint))?;
    }
    Ok(status)
}

/// Refuses flags that would do nothing, or say something wrong.
fn validate(flags: &Flags, hook: &str) -> Result<(), Failure> {
    let mut known: Vec<&str> = HOOK_PLACES.iter().flat_map(|place| place.hooks).map(|(hook, _)| *hook).collect();
    known.sort_unstable();
    known.dedup();
    if matches!(hook, "two_step_registration" | "code_address_verifier") {
        return Err(Failure(format!("Kratos puts in {hook} itself: no configuration names it")));
    }
    if !known.contains(&hook) {
        return Err(crate::cli::unknown("Kratos knows no hook", hook, &known));
    }
    if hook != "web_hook"
        && let Some(flag) = flags.of_web_hook()
    {
        return Err(Failure(format!("{flag} is about a web_hook: {hook} has no such setting")));
    }
    if let Some(url) = &flags.url {
        check::url(url).map_err(|why| Failure(format!("--url: {why}")))?;
    }
    if let Some(body) = &flags.body {
        check::body(body).map_err(|why| Failure(format!("--body: {why}")))?;
    }
    Ok(())
}

pub(super) fn schemas_of(unit: &Unit) -> Vec<IdentitySchema> {
    with_files(unit, |files| unit.root().map(|root| identity::load(root, files)).unwrap_or_default())
}

/// The project that a configuration is in.
pub(super) fn project_of(unit: &Unit) -> Project {
    Project::of(Disk::of_run(&[PathBuf::from(unit.path())], None))
}

/// Says which new files, each with its URL, the container of Kratos does not have by itself: those that no mount brings there.
pub(super) fn say_mounts(batch: &mut Batch, unit: &Unit, files: &[(PathBuf, String)]) {
    let paths = files.iter().filter_map(|(file, url)| Some((file, url.strip_prefix("file://")?)));
    let read: Vec<_> = paths.filter(|(_, path)| path.starts_with('/')).collect();
    if read.is_empty() {
        return;
    }
    let deployment = project_of(unit).deployment(unit);
    for (file, path) in read {
        if !deployment.mounts.iter().any(|mount| Path::new(path).starts_with(&mount.there)) {
            batch.note(format!("mount {} into the container of Kratos: it is read at {path}", shown(file)));
        }
    }
}

/// Does something with the files that a configuration refers to, found as the linter finds them.
pub(super) fn with_files<T>(unit: &Unit, work: impl FnOnce(&Files<'_>) -> T) -> T {
    let path = [PathBuf::from(unit.path())];
    let project = project_of(unit);
    let maps = config::find(&path, project.disk()).map(|config| config.settings().path_maps).unwrap_or_default();
    let mounts = if unit.sent.is_some() { Vec::new() } else { project.deployment(unit).mounts.to_vec() };
    work(&Files::beside(project.disk(), Path::new(unit.path())).with_maps(&maps).with_mounts(&mounts))
}

pub(super) fn places(
    wanted: &Wanted,
    unit: Option<&Unit>,
    version: Version,
    schemas: &[IdentitySchema],
) -> Result<Vec<Site>, Failure> {
    if let Some(root) = unit.and_then(Unit::root) {
        return sites(root, wanted, version, schemas).map_err(Failure);
    }
    // The list of a method is read at every moment, the one for all methods is not.
    let mut methods = hooks::methods(wanted.flow, version).filter(|_| wanted.trigger == "after");
    let path = |method: Option<&str>| hooks::list_path(wanted.flow, wanted.trigger, method);
    let takes = |method: &&str| allowed_hooks(&path(Some(method)), version).contains(&wanted.hook.as_str());
    let method = wanted.method.clone().or(methods.find(takes).map(str::to_owned));
    if let (None, Some(method)) = (&wanted.method, &method) {
        crate::cli::terminal::note(format!(
            "this is the block for {method}: put it into the list of every other enabled method too, or use --write"
        ));
    }
    Ok(vec![Site { path: path(method.as_deref()), shadows: Vec::new() }])
}

/// Whether the list accepts the hook.
pub(super) fn may_stand(hook: &str, path: &str, target: &Target) -> Result<(), Failure> {
    let mut allowed = allowed_hooks(path, target.newest());
    let name = target.title();
    if allowed.contains(&hook) {
        return if is_run(hook, target) {
            Ok(())
        } else {
            Err(Failure(format!(
                "{name} never runs {hook}: add `--kratos network` for Ory Network, or `--kratos oel` for the Enterprise License"
            )))
        };
    }
    allowed.retain(|hook| is_run(hook, target));
    let hook = secrets::hook(hook);
    Err(Failure(if allowed.is_empty() {
        format!("{name} has no list {path}")
    } else {
        let there = allowed.join(", ");
        let elsewhere = elsewhere(hook, target.newest()).map(|places| format!("; {places}")).unwrap_or_default();
        format!("{name} does not accept the hook {hook} in {path}; allowed there: {there}{elsewhere}")
    }))
}

/// Where a hook may be, in this release or in the first that knows it.
fn elsewhere(hook: &str, version: Version) -> Option<String> {
    let lists = |version: Version| {
        let mut found = Vec::new();
        for flow in FLOWS {
            for trigger in ["before", "after"] {
                let methods = hooks::methods(flow, version).filter(|_| trigger == "after").map(Some);
                let paths = std::iter::once(None).chain(methods).map(|method| hooks::list_path(flow, trigger, method));
                found.extend(paths.filter(|path| allowed_hooks(path, version).contains(&hook)));
            }
        }
        let short = |path: &String| path.trim_start_matches("selfservice.flows.").to_owned();
        found.iter().map(short).take(MOST_LISTS).collect::<Vec<_>>()
    };
    let own = lists(version);
    if !own.is_empty() {
        return Some(format!("it may be in {}", own.join(", ")));
    }
    let later = Version::tagged().filter(|other| *other > version).chain([Version::MASTER]);
    let first = later.into_iter().find(|other| !lists(*other).is_empty())?;
    Some(format!("since {first} it may be in {}", lists(first).join(", ")))
}

/// Most lists that are named for a hook.
const MOST_LISTS: usize = 4;

/// Whether the server runs hooks of this name at all.
fn is_run(hook: &str, target: &Target) -> bool {
    target.edition != Edition::OpenSource || !hooks::is_commercial(hook)
}

fn wanted(
    flags: &Flags,
    flow: &'static str,
    hook: &str,
    unit: Option<&Unit>,
    target: &Target,
) -> Result<Wanted, Failure> {
    let version = target.newest();
    let trigger = if flags.before { "before" } else { "after" };
    if let Some(method) = &flags.method {
        let known: Vec<&str> = hooks::methods(flow, version).collect();
        if known.is_empty() {
            return Err(Failure(format!("{flow}.{trigger} has one list for all methods: leave --method out")));
        }
        if !known.contains(&method.as_str()) {
            let known = known.join(", ");
            return Err(Failure(format!(
                "{} has no method {method} in {flow}.{trigger}; known: {known}",
                target.title()
            )));
        }
    }
    let new = Wanted::new(flow, trigger, flags.method.clone(), hook);
    let mut wanted = Wanted {
        url: flags.url.clone().unwrap_or(new.url),
        http_method: flags.http_method.as_deref().map_or(new.http_method, str::to_ascii_uppercase),
        auth: flags.auth.map_or(Auth::ApiKey, Auth::from),
        response: flags.response.unwrap_or(new.response),
        version,
        ..new
    };
    if hook == "web_hook" {
        answers(wanted.response, version)?;
        wanted.body = jsonnet(&wanted, unit, version, flags.traits.as_deref())?;
    }
    Ok(wanted)
}

/// Refuses what this release cannot do with an answer.
fn answers(response: Response, version: Version) -> Result<(), Failure> {
    let (word, since) = match response {
        Response::Ignore => ("ignore", Version::V0_9),
        Response::Parse => ("parse", Version::V0_11_0),
        Response::Wait => return Ok(()),
    };
    if version >= since {
        return Ok(());
    }
    Err(Failure(format!("--response {word} needs Kratos {since} or newer, this is {version}: use --response wait")))
}

/// The body for the place of the hook.
pub(super) fn jsonnet(
    wanted: &Wanted,
    unit: Option<&Unit>,
    version: Version,
    only: Option<&[String]>,
) -> Result<String, Failure> {
    let place = body::place(wanted, version);
    let known = match unit.and_then(|unit| unit.root().map(|root| (unit, root))) {
        Some((unit, root)) => inputs(&place, root, None, &schemas_of(unit)),
        None => unconfigured(version),
    };
    // What older releases send is not recorded: that of the first known one tells the traits, and each field gets a guard.
    let first = Place::new(place.id(), Version::V1_0);
    let kind = environment(if place.exists() { &place } else { &first }, &known).map(Environment::into_type);
    let kind = kind.ok_or_else(|| Failure(format!("Kratos {version} has no hooks at {}", place.id())))?;
    let ctx = body::ctx(&kind);
    if let Some(name) = only.into_iter().flatten().find(|name| !body::traits(ctx).contains(&name.as_str())) {
        let known = body::traits(ctx).join(", ");
        let known = if known.is_empty() { "none is known here".to_owned() } else { format!("known: {known}") };
        return Err(Failure(format!("--traits: no identity schema has the trait {name}; {known}")));
    }
    Ok(if place.exists() { body::jsonnet(&place, ctx, only) } else { body::guarded(&place, only) })
}

/// What the endpoint of the hook is sent.
fn endpoint(
    wanted: &Wanted,
    places: &[Site],
    unit: Option<&Unit>,
    version: Version,
    schemas: &[IdentitySchema],
) -> Option<Endpoint> {
    let site = places.first()?;
    let default = unit.and_then(Unit::root).and_then(|root| root.find("identity.default_schema_id"));
    let default = default.and_then(Node::as_str).unwrap_or("default");
    let of = |files: &Files<'_>| {
        backend::endpoint(wanted, &site.path, version, (schemas, default), files, Evaluator::default())
    };
    match unit {
        Some(unit) => with_files(unit, of),
        None => of(&Files::beside(&Disk::of_run(&[PathBuf::from("kratos.yml")], None), Path::new("kratos.yml"))),
    }
}

/// Prints the blocks, and the body.
fn print(wanted: &Wanted, places: &[Site], out: &mut Printer<'_>) -> Outcome {
    out.block(&scaffold::paste(wanted, places, None))?;
    if wanted.hook == "web_hook" {
        out.block("\n# its body:")?;
        for line in wanted.body.lines() {
            out.line(format!("# {line}"))?;
        }
    }
    Ok(CLEAN)
}

/// Why a document is no file of its own.
pub(super) const UNSEEN: &str =
    "Jsonnet is in the configuration: a new file beside it is not mounted into the container of Kratos";

/// Inserts the hook, with its body and what the linter must know, as one change.
fn insert(
    flags: &Flags,
    path: &Path,
    unit: &Unit,
    mut wanted: Wanted,
    places: &[Site],
    target: &Target,
    out: &mut Printer<'_>,
) -> Outcome {
    let mut body = body_of(flags, path, unit, target, &mut wanted);
    let repeats = !flags.no_repeat_global;
    let is_written = matches!(body, body_file::Target::New(_));
    let add = |wanted: &Wanted| {
        scaffold::add(unit, wanted, places, repeats)
            .map_err(|refused| refused.by_hand(wanted, places, unit, is_written))
    };
    let mut planned = match add(&wanted) {
        Ok(planned) => planned,
        Err(refused) => return refuse(&refused, out),
    };
    let mut first = batch_of(flags, path, unit, &wanted, &planned, &body, &[])?;
    let is_new = flags.body.is_none() && is_written;
    let is_unseen = is_new && meant::is_unseen(&planned, &first.overlay(), target);
    if is_unseen {
        (body, wanted.body_url) = (body_file::Target::Inline, None);
        planned = match add(&wanted) {
            Ok(planned) => planned,
            Err(refused) => return refuse(&refused, out),
        };
        first = batch_of(flags, path, unit, &wanted, &planned, &body, &[])?;
    }
    let found = meant::of(&planned, &first.overlay(), target);
    let (mut batch, planned) = if found.meant.is_empty() {
        (first, planned)
    } else {
        // Once more with a comment, and where the file takes none, with a row in the settings.
        let said = Wanted { meant: found.meant.clone(), ..wanted.clone() };
        let planned = match add(&said) {
            Ok(planned) => planned,
            Err(refused) => return refuse(&refused, out),
        };
        let known = found.known(&planned, path, &batch::settings_of(path));
        wanted.meant = said.meant;
        (batch_of(flags, path, unit, &wanted, &planned, &body, &known)?, planned)
    };
    if is_unseen {
        batch.note(UNSEEN);
    }
    if let (body_file::Target::New(file), false) = (&body, planned.placed.is_empty()) {
        say_mounts(&mut batch, unit, &[(file.clone(), wanted.body_url.clone().unwrap_or_default())]);
    }
    say(&mut batch, &wanted, &planned, unit);
    let begun = meant::begun(unit, &planned.unit, &batch.overlay(), target);
    // What a web_hook lacks may be in the next command: it is said, and no reason.
    if let Some(why) = meant::refusal(&begun, &planned).filter(|_| !flags.force && wanted.hook != "web_hook") {
        return Err(Failure(why));
    }
    meant::say(&begun, &mut batch);
    batch.finish(flags.diff, out)
}

/// The files that the hook changes or makes.
fn batch_of(
    flags: &Flags,
    path: &Path,
    unit: &Unit,
    wanted: &Wanted,
    planned: &Planned,
    body: &body_file::Target,
    known: &[Known],
) -> Result<Batch, Failure> {
    let mut batch = Batch::new(flags.force);
    if planned.placed.is_empty() {
        return Ok(batch);
    }
    batch.change(path.to_path_buf(), unit.file_source().text().to_owned(), planned.text.clone());
    match body {
        body_file::Target::New(file) => batch.create(file.clone(), wanted.body.clone(), false)?,
        body_file::Target::There(file) => batch.note(format!("{} is there: it is used as it is", file.display())),
        body_file::Target::Inline => {}
    }
    batch.follow(path, unit, &[planned])?;
    let names = planned.placed.iter().flat_map(|placed| &placed.settings).map(|setting| setting.name.clone());
    batch.settings(path, &names.collect::<Vec<_>>(), known)?;
    Ok(batch)
}

/// Where the body goes.
fn body_of(flags: &Flags, path: &Path, unit: &Unit, target: &Target, wanted: &mut Wanted) -> body_file::Target {
    if wanted.hook != "web_hook" || flags.inline {
        return body_file::Target::Inline;
    }
    if flags.body.is_none() && (!unit.at.is_empty() || target.edition == Edition::Network) {
        // What is beside a chart or manifest is not brought to Kratos, and Ory Network reads no files.
        return body_file::Target::Inline;
    }
    let (target, url) = body_file::target(path, unit, wanted, flags.body.as_deref(), flags.force);
    wanted.body_url = Some(url);
    target
}

/// Says why nothing is written, and what to write by hand.
pub(super) fn refuse(refused: &scaffold::Refused, out: &mut Printer<'_>) -> Outcome {
    out.block(&refused.paste)?;
    crate::cli::terminal::note(format!("nothing is written: {}; put the block in by hand", refused.why));
    Ok(FAILED)
}

/// What users should know of the change.
pub(super) fn say(batch: &mut Batch, wanted: &Wanted, planned: &Planned, unit: &Unit) {
    let hook = secrets::hook(&wanted.hook);
    for path in &planned.there {
        batch.note(format!("{hook} is already in {path}: nothing is added there"));
    }
    for placed in &planned.placed {
        batch.note(format!("{hook} added to {}", placed.path));
        let is_shifted = planned.shifted.iter().any(|(list, _)| *list == placed.path);
        let settings = if is_shifted { scaffold::list_settings(&planned.unit, &placed.path) } else { Vec::new() };
        batch.needed(if is_shifted { &settings } else { &placed.settings });
    }
    let mut said = BTreeSet::new();
    for (rule, reason, _) in wanted.meant.iter().filter(|(rule, reason, _)| said.insert((*rule, *reason))) {
        batch.note(format!("silenced there: {rule} ({reason})"));
    }
    for (list, count) in &planned.repeated {
        let hooks =
            if *count == 1 { "its hook is repeated".to_owned() } else { format!("its {count} hooks are repeated") };
        batch.note(format!("the new list {list} replaces the one for all methods: {hooks}"));
    }
    for list in &planned.switched_off {
        batch.note(format!("the new list {list} replaces the hooks for all methods: they no longer run for it"));
    }
    for (list, index) in &planned.shifted {
        batch.renamed(list, *index, index + 1);
    }
    let Some(root) = unit.root() else { return };
    let points = plan::points(planned.unit.root().unwrap_or(root), wanted.version);
    let is_idle = |method: &&str| {
        let mut own = points.iter().filter(|point| point.flow == wanted.flow && point.method == Some(*method));
        own.clone().next().is_some() && own.all(|point| !point.enabled)
    };
    if view::flow(root, wanted.flow).is_off() {
        let flow = wanted.flow;
        batch.note(format!("the hook never runs: the flow {flow} is off (selfservice.flows.{flow}.enabled)"));
    } else if let Some(method) = wanted.method.as_deref().filter(|method| view::method(root, method).is_off()) {
        batch.note(format!("the hook never runs: the method is off (selfservice.methods.{method}.enabled)"));
    } else if let Some(method) = wanted.method.as_deref().filter(is_idle) {
        batch.note(format!("the hook never runs: {method} is off for {}", wanted.flow));
    }
}
