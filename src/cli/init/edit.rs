//! `kratos-lint init list`, `remove` and `move`: hooks that are there already.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::batch::Batch;
use super::{Flow, hook, meant, unit_to_change, version};
use crate::check::Target;
use crate::cli::{CLEAN, Failure, Outcome};
use crate::discover::shown;
use crate::disk::Disk;
use crate::files::{Files, FoundFile};
use crate::init::edit::{self, Removed};
use crate::init::scaffold::{self, Planned};
use crate::init::{Response, Site, Wanted, body, pointer};
use crate::kratos::env;
use crate::kratos::hooks::{self, FLOWS};
use crate::kratos::identity;
use crate::kratos::plan;
use crate::kratos::secrets;
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::output::hooks::places;
use crate::unit::Unit;
use crate::yaml::Node;

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// The configuration
    file: PathBuf,
    /// How to show them
    #[arg(short, long, value_enum, default_value = "text")]
    format: Format,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct RemoveArgs {
    /// The hook, as list shows it: /selfservice/flows/login/after/hooks/0
    pointer: String,
    /// The configuration
    file: PathBuf,
    /// Print what would change, without changing the file
    #[arg(long)]
    diff: bool,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
}

#[derive(Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of the command line.
pub(super) struct MoveArgs {
    /// The hook, as list shows it: /selfservice/flows/login/after/hooks/0
    pointer: String,
    /// The configuration
    file: PathBuf,
    /// Its new position in the list, from 0 [default: where it belongs by its kind]
    #[arg(long, value_name = "INDEX")]
    to: Option<usize>,
    /// Move it to this flow
    #[arg(long, value_enum)]
    flow: Option<Flow>,
    /// Move it to the list that runs when the flow begins
    #[arg(long, conflicts_with_all = ["after", "method", "all_methods"])]
    before: bool,
    /// Move it to a list that runs when the flow ends
    #[arg(long)]
    after: bool,
    /// Move it to the list of this method
    #[arg(long)]
    method: Option<String>,
    /// Move it to the list for all methods
    #[arg(long, conflicts_with = "method")]
    all_methods: bool,
    /// Leave the hooks for all methods out of a new list of a method: they no longer run for it
    #[arg(long)]
    no_repeat_global: bool,
    /// Print what would change, without changing the file
    #[arg(long)]
    diff: bool,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
}

/// Shows each hook with its pointer, and where it runs.
///
/// # Errors
/// When the file cannot be read, or the version is unknown.
pub(super) fn list(args: &ListArgs, out: &mut Printer<'_>) -> Outcome {
    let unit = crate::cli::one::read(&args.file)?;
    let version = version(args.kratos.as_deref(), &unit)?;
    let root = unit.root().ok_or_else(|| Failure(format!("{} holds no configuration", unit.path())))?;
    let mut points = plan::points_of(root, version, unit.is_part());
    let disk = Disk::of_run(&[PathBuf::from(unit.path())], None);
    plan::drop_unreachable(&mut points, &identity::load(root, &Files::beside(&disk, Path::new(unit.path()))));
    match args.format {
        Format::Text => out.block(&places::plain(root, &points))?,
        Format::Json => out.json(&places::json(root, &points, version))?,
    }
    Ok(CLEAN)
}

/// Takes a hook out.
///
/// # Errors
/// When there is no such hook, or the file cannot be edited safely.
pub(super) fn remove(args: &RemoveArgs, out: &mut Printer<'_>) -> Outcome {
    let unit = unit_to_change(&args.file)?;
    let target = super::target(args.kratos.as_deref(), Some(&unit))?;
    let removed = removed(&unit, &args.pointer)?;
    let mut batch = Batch::new(false);
    batch.change(args.file.clone(), unit.file_source().text().to_owned(), removed.text.clone());
    batch.note(format!("{} removed from {}", secrets::hook(&name(&removed)), secrets::name(&removed.path)));
    let list = pointer(&removed.path);
    batch.rekey(&args.file, &unit, &|key| edit::without(key, &list, removed.index))?;
    shifted(&mut batch, &removed);
    let needed = scaffold::list_settings(&removed.unit, &removed.path);
    batch.list_settings(&args.file, &removed.path, &needed)?;
    batch.needed(if removed.shifted.is_empty() { &[] } else { &needed });
    left(&mut batch, &removed, target.newest());
    let found = meant::begun(&unit, &removed.unit, &batch.overlay(), &target);
    meant::say(&found, &mut batch);
    batch.finish(args.diff, out)
}

fn removed(unit: &Unit, pointer: &str) -> Result<Removed, Failure> {
    let known = || {
        let lists = unit.root().map(hooks::lists).unwrap_or_default();
        let pointers: Vec<String> =
            lists.iter().flat_map(|list| &list.hooks).map(|hook| secrets::pointer(&hook.node.pointer())).collect();
        if pointers.is_empty() { "the file has no hooks".to_owned() } else { format!("hooks: {}", pointers.join(", ")) }
    };
    edit::remove(unit, pointer).map_err(|why| {
        let is_there = unit.root().is_some_and(|root| root.at(pointer).is_some());
        Failure(if is_there { why } else { format!("{why}; {}", known()) })
    })
}

fn name(removed: &Removed) -> String {
    removed.written.item.value.get("hook").and_then(|name| name.as_str()).unwrap_or("the hook").to_owned()
}

/// Says which variables have another name now.
fn shifted(batch: &mut Batch, removed: &Removed) {
    for (list, index) in &removed.shifted {
        batch.renamed(list, *index, index.saturating_sub(1));
    }
}

/// Says that the variables of a hook have another name at its new place, where the project sets some.
fn moved_variables(batch: &mut Batch, unit: &Unit, old: (&str, usize), new: (&str, usize)) {
    let name = |(path, index): (&str, usize)| format!("{}_{index}_", env::of_path(path));
    let (old, new) = (name(old), name(new));
    let deployment = hook::project_of(unit).deployment(unit);
    let set = deployment.variables.iter().map(|variable| variable.name.as_str());
    if set.chain(deployment.named.iter().map(String::as_str)).any(|variable| variable.starts_with(&old)) {
        batch.note(format!("rename the variables {old}…: the hook reads {new}… now"));
    }
}

/// Says what runs instead, and which body nothing uses any more.
fn left(batch: &mut Batch, removed: &Removed, version: Version) {
    let Some(root) = removed.unit.root() else { return };
    let parts: Vec<&str> = removed.path.split('.').collect();
    if let (true, [_, _, flow, "after", method, "hooks"]) = (removed.is_emptied, parts.as_slice()) {
        let points = plan::points(root, version);
        let point = points.iter().find(|point| point.flow == *flow && point.method == Some(*method));
        if point.is_some_and(|point| point.runs.iter().any(|run| run.hook.is_some())) {
            batch.note(format!(
                "{flow}.after.{method} has no list of its own now: the hooks for all methods run for it"
            ));
        }
    }
    let body = removed.written.item.value.pointer("/config/body").and_then(|body| body.as_str());
    let Some(body) = body.filter(|body| body.starts_with("file://")) else { return };
    if !root.descendants().into_iter().any(|node| node.as_str() == Some(body)) {
        batch.note(format!("nothing in this file uses {} any more", secrets::url(body)));
    }
}

/// Puts a hook elsewhere.
///
/// # Errors
/// When there is no such hook, it may not stand there, or the file cannot be edited safely.
pub(super) fn put(args: &MoveArgs, out: &mut Printer<'_>) -> Outcome {
    let unit = unit_to_change(&args.file)?;
    let target = super::target(args.kratos.as_deref(), Some(&unit))?;
    let removed = removed(&unit, &args.pointer)?;
    let wanted = moved(args, &removed, &target)?;
    let path = wanted.path();
    hook::may_stand(&wanted.hook, &path, &target)?;
    has_place(args, &removed, &wanted, &path)?;
    let mut batch = Batch::new(false);
    if path == removed.path && removed.is_emptied {
        batch.note("the hook is there already: nothing is changed");
        return batch.finish(args.diff, out);
    }
    let site = match (&wanted.method, removed.unit.root()) {
        (Some(method), Some(root)) if path != removed.path => Site::of_method(root, wanted.flow, method),
        _ => Site { path: path.clone(), shadows: Vec::new() },
    };
    let planned = match scaffold::add(&removed.unit, &wanted, std::slice::from_ref(&site), !args.no_repeat_global) {
        Ok(planned) => planned,
        Err(refused) => return hook::refuse(&refused, out),
    };
    if let Some(item) = unit.root().and_then(|root| root.at(&args.pointer))
        && edit::loses_comment(&unit, &planned.unit, |comment| removed.about_list.contains(comment))
    {
        return Err(Failure(edit::around(item)));
    }
    batch.change(args.file.clone(), unit.file_source().text().to_owned(), planned.text.clone());
    if planned.text == unit.file_source().text() {
        batch.note("the hook is there already: nothing is changed");
        return batch.finish(args.diff, out);
    }
    say_place(&mut batch, &unit, &removed, &wanted);
    rekey(&mut batch, (&args.file, &unit), &removed, &planned)?;
    let here = planned.placed.iter().map(|placed| placed.path.as_str());
    for list in here.chain([removed.path.as_str()]).collect::<BTreeSet<_>>() {
        batch.list_settings(&args.file, list, &scaffold::list_settings(&planned.unit, list))?;
    }
    let names = planned.placed.iter().flat_map(|placed| &placed.settings).map(|setting| setting.name.clone());
    batch.settings(&args.file, &names.collect::<Vec<_>>(), &[])?;
    batch.note(format!("{} removed from {}", secrets::hook(&wanted.hook), secrets::name(&removed.path)));
    hook::say(&mut batch, &wanted, &planned, &unit);
    if path != removed.path {
        shifted(&mut batch, &removed);
        if let Some(placed) = planned.placed.first() {
            moved_variables(&mut batch, &unit, (&removed.path, removed.index), (&placed.path, placed.index));
        }
        let needed = scaffold::list_settings(&planned.unit, &removed.path);
        batch.needed(if removed.shifted.is_empty() { &[] } else { &needed });
        left(&mut batch, &Removed { unit: planned.unit.clone(), ..removed.clone() }, target.newest());
    }
    let found = meant::begun(&unit, &planned.unit, &batch.overlay(), &target);
    meant::say(&found, &mut batch);
    batch.finish(args.diff, out)
}

/// Refuses a position that the list does not have, and a hook that is in the list at `path` already.
fn has_place(args: &MoveArgs, removed: &Removed, wanted: &Wanted, path: &str) -> Result<(), Failure> {
    let list = removed.unit.root().and_then(|root| root.find(path));
    let there: Vec<Node<'_>> = list.into_iter().flat_map(Node::items).collect();
    if let Some(to) = args.to.filter(|to| *to > there.len()) {
        return Err(Failure(format!("--to {to}: the last position in {path} is {}", there.len())));
    }
    if there.iter().any(|item| wanted.is(*item)) {
        return Err(Failure(format!("{path} has the same hook already: take this one out with init remove")));
    }
    Ok(())
}

/// The comment of init at the head of the body of a hook names the place to which the hook is moved.
fn say_place(batch: &mut Batch, unit: &Unit, removed: &Removed, wanted: &Wanted) {
    let url = removed.written.item.value.pointer("/config/body").and_then(|body| body.as_str());
    let Some(url) = url.filter(|url| url.starts_with("file://")) else { return };
    let FoundFile::Text(source) = hook::with_files(unit, |files| files.find(url)) else { return };
    let first = source.text().lines().next().unwrap_or_default();
    let rest = first.strip_prefix(body::HEAD).filter(|_| !source.is_embedded());
    let (Some(rest), new) = (rest, body::head(&body::place(wanted, wanted.version))) else { return };
    // Our own words: the place, and when it fires.
    let old = rest.trim_start().split([',', ' ']).next().unwrap_or_default().trim_end_matches('.');
    let is_own = FLOWS.iter().any(|flow| old.strip_prefix(flow).is_some_and(|rest| rest.starts_with('.')));
    if first == new || !is_own {
        return;
    }
    let name = shown(Path::new(source.path()));
    let users = unit.root().map(Node::descendants).unwrap_or_default();
    if users.iter().filter(|node| node.as_str() == Some(url)).count() > 1 {
        batch.note(format!("{name} says that it is sent at {old}: other hooks use it too, so it is left as it is"));
        return;
    }
    let text = source.text().replacen(first, &new, 1);
    batch.change_document(PathBuf::from(source.path()), source.text().to_owned(), text);
}

/// What the settings of the linter say of the hook goes along.
fn rekey(batch: &mut Batch, (file, unit): (&Path, &Unit), removed: &Removed, planned: &Planned) -> Result<(), Failure> {
    let Some(placed) = planned.placed.first() else { return Ok(()) };
    let (old, new) = (pointer(&removed.path), pointer(&placed.path));
    let own = format!("{old}/{}", removed.index);
    batch.rekey(file, unit, &|key| {
        let below = key.strip_prefix(&own).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        Some(match below {
            Some(rest) => format!("{new}/{}{rest}", placed.index),
            None => edit::with(&edit::without(key, &old, removed.index)?, &new, placed.index),
        })
    })
}

/// The hook for its new list.
fn moved(args: &MoveArgs, removed: &Removed, target: &Target) -> Result<Wanted, Failure> {
    let parts: Vec<&str> = removed.path.split('.').collect();
    let (old_flow, old_trigger, old_method) = match parts.as_slice() {
        [_, _, flow, trigger, method, _] => (*flow, *trigger, Some((*method).to_owned())),
        [_, _, flow, trigger, ..] => (*flow, *trigger, None),
        _ => ("", "", None),
    };
    let flow = match args.flow {
        Some(flow) => FLOWS.get(flow as usize).copied(),
        None => FLOWS.iter().find(|flow| **flow == old_flow).copied(),
    };
    let flow = flow.ok_or_else(|| Failure(format!("{} is not a flow", secrets::name(old_flow))))?;
    let to_before =
        args.before || (old_trigger == "before" && !args.after && args.method.is_none() && !args.all_methods);
    let trigger = if to_before { "before" } else { "after" };
    let kept = old_method.filter(|_| !to_before && !args.all_methods);
    let method = args.method.clone().or(kept);
    if let Some(method) = &method
        && !hooks::methods(flow, target.newest()).any(|known| known == method)
    {
        return Err(Failure(format!(
            "{} has no list of {method} in {flow}.{trigger}: name another one with --method, or use --all-methods",
            target.title()
        )));
    }
    let reads = ["/config/response/parse", "/config/can_interrupt"];
    let is_true = |at: &str| removed.written.item.value.pointer(at).and_then(serde_json::Value::as_bool) == Some(true);
    let wanted = Wanted {
        response: if reads.into_iter().any(is_true) { Response::Parse } else { Response::Ignore },
        written: Some(removed.written.clone()),
        version: target.newest(),
        at: args.to,
        ..Wanted::new(flow, trigger, method, &name(removed))
    };
    Ok(wanted)
}
