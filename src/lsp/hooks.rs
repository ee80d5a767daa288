//! Hooks at the cursor: "add this hook here" and "repeat the shadowed hooks".

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::change::{Change, edit};
use super::embed;
use super::features::Features;
use super::state::{Known, Snapshot};
use super::units::{self, node_at};
use crate::init::scaffold::{self, Planned};
use crate::init::{Response, Site, Wanted, allowed_hooks, body, body_file, edit as written, is_toml};
use crate::kratos::ctx::environment;
use crate::kratos::ctx::inputs::inputs;
use crate::kratos::hooks::{self, FLOWS, Hook};
use crate::kratos::identity;
use crate::kratos::plan::{self, Point, Why};
use crate::kratos::version::Version;
use crate::rules::hooks::verification_off;
use crate::text::{Source, Span};
use crate::unit::Unit;
use crate::yaml::Node;

/// Kind of "add this hook here".
pub(super) const ADD: &str = "refactor.rewrite";
/// Kind of "repeat the shadowed hooks".
pub(super) const REPEAT: &str = "quickfix";

/// The rule that says that registration by code does not call a hook.
const UNCHECKED: &str = "code-registration-unchecked";

/// A list of hooks around the cursor.
struct Place {
    flow: &'static str,
    trigger: &'static str,
    method: Option<String>,
}

impl Place {
    /// The list around a node; `before` and `after` count as theirs.
    fn of(node: Node<'_>, version: Version) -> Option<Place> {
        let pointer = node.pointer();
        let parts: Vec<&str> = pointer.strip_prefix("/selfservice/flows/")?.split('/').collect();
        let flow = FLOWS.iter().find(|flow| parts.first() == Some(*flow)).copied()?;
        let trigger = ["before", "after"].into_iter().find(|trigger| parts.get(1) == Some(trigger))?;
        let is_method = |name: &&&str| trigger == "after" && hooks::methods(flow, version).any(|known| known == **name);
        let method = parts.get(2).filter(is_method).map(|name| (*name).to_owned());
        // Other keys of `after` are no lists.
        let is_list = method.is_some() || parts.get(2).is_none_or(|part| *part == "hooks");
        is_list.then_some(Place { flow, trigger, method })
    }

    fn path(&self) -> String {
        hooks::list_path(self.flow, self.trigger, self.method.as_deref())
    }

    /// The list in a title.
    fn shown(&self) -> String {
        let path = self.path();
        path.strip_prefix("selfservice.flows.").unwrap_or(&path).to_owned()
    }

    fn wanted(&self, hook: &str, response: Response) -> Wanted {
        // Without a key, which would be demanded of the environment at once: completion of `auth` offers it.
        Wanted { response, ..Wanted::new(self.flow, self.trigger, self.method.clone(), hook) }
    }

    /// The list as init takes it: a new one of a method repeats what it replaces.
    fn site(&self, root: Node<'_>) -> Site {
        match &self.method {
            Some(method) => Site::of_method(root, self.flow, method),
            None => Site { path: self.path(), shadows: Vec::new() },
        }
    }

    /// Whether each method that is on has a list of its own, so that this one for all methods never runs.
    fn is_replaced(&self, root: Node<'_>, version: Version) -> bool {
        if self.method.is_some() || self.trigger != "after" {
            return false;
        }
        let has_own = |method: &str| {
            hooks::list(root, self.flow, "after", Some(method)).is_some_and(|list| !list.hooks.is_empty())
        };
        let points = plan::points(root, version);
        let is_here = |point: &&plan::Point<'_>| point.flow == self.flow && point.trigger == "after" && point.enabled;
        let mut open = points.iter().filter(is_here).peekable();
        open.peek().is_some() && open.all(|point| point.method.is_some_and(has_own))
    }

    /// Whether an answer of a web hook can decide here: registration and settings decide before saving, where only the lists of
    /// methods are read.
    fn decides(&self) -> bool {
        match self.flow {
            "registration" | "settings" => self.method.is_some(),
            flow => flow == "login" && self.trigger == "after",
        }
    }
}

/// The actions for the place at the start of the selection.
pub(super) fn actions(
    path: &Path,
    asked: Span,
    snapshot: &Snapshot,
    features: Features,
    wants: &dyn Fn(&str) -> bool,
) -> Vec<Value> {
    let mut found = Vec::new();
    for (index, unit) in units::of_file(path, snapshot).iter().enumerate() {
        let Some(root) = unit.root() else { continue };
        let version = units::version(path, Some(root), snapshot);
        let Some(node) = node_at(root, asked.start).filter(|node| snapshot.holds(path, &node.place())) else {
            continue;
        };
        if wants(REPEAT) {
            let by_code = checked_by_code(unit, node, path, snapshot);
            found.extend(repeats(unit, node, version).into_iter().chain(by_code).filter_map(|(title, planned)| {
                let edit = edit(&[change(unit, path, &planned.text)?], snapshot, features);
                Some(json!({"title": title, "kind": REPEAT, "edit": edit}))
            }));
        }
        let Some(place) = Place::of(node, version).filter(|_| wants(ADD)) else { continue };
        for (title, wanted) in offers(&place, root, version) {
            let data = json!({"uri": snapshot.uri(path), "unit": index, "pointer": node.pointer(), "title": title});
            let action = json!({"title": title, "kind": ADD, "data": data});
            // What must be read and written for it is done when it is chosen.
            if features.resolves {
                found.push(action);
            } else if let Some(edit) = added(unit, &place, wanted, path, snapshot, features) {
                found.push(json!({"title": title, "kind": ADD, "edit": edit}));
            }
        }
    }
    found
}

/// The answer to `codeAction/resolve`: the action with its edit.
pub(super) fn resolve(path: &Path, action: &Value, snapshot: &Snapshot, features: Features) -> Value {
    let found = || {
        let data = action.get("data")?;
        let units = units::of_file(path, snapshot);
        let unit = units.get(usize::try_from(data.get("unit")?.as_u64()?).ok()?)?;
        let root = unit.root()?;
        let version = units::version(path, Some(root), snapshot);
        let place = Place::of(root.at(data.get("pointer")?.as_str()?)?, version)?;
        let title = data.get("title")?.as_str()?;
        let (_, wanted) = offers(&place, root, version).into_iter().find(|(offer, _)| offer == title)?;
        added(unit, &place, wanted, path, snapshot, features)
    };
    let mut action = action.clone();
    if let (Some(edit), Some(object)) = (found(), action.as_object_mut()) {
        object.insert("edit".to_owned(), edit);
    }
    action
}

/// What may be added to a list, with titles.
fn offers(place: &Place, root: Node<'_>, version: Version) -> Vec<(String, Wanted)> {
    let path = place.path();
    // What comes by an alias is written elsewhere, for other keys too.
    let is_aliased = path
        .match_indices('.')
        .map(|(at, _)| at)
        .chain([path.len()])
        .any(|end| path.get(..end).and_then(|path| root.find(path)).is_some_and(Node::is_aliased));
    if is_aliased || place.is_replaced(root, version) {
        return Vec::new();
    }
    let list = root.find(&path).into_iter().flat_map(Node::items);
    // A new list of a method repeats what runs for it already.
    let repeated = place.site(root).shadows;
    let repeated = repeated.iter().filter_map(|pointer| root.at(pointer));
    let names: Vec<&str> = list.chain(repeated).filter_map(|item| item.get("hook").and_then(Node::as_str)).collect();
    let is_there = |name: &str| names.contains(&name);
    let shown = place.shown();
    let mut found = Vec::new();
    for hook in allowed_hooks(&path, version) {
        if hook == "web_hook" {
            let title = format!("Add a web_hook to {shown}: in the background");
            found.push((title, place.wanted(hook, Response::Ignore)));
            if place.decides() {
                let title = format!("Add a web_hook to {shown}: its answer can stop the flow");
                found.push((title, place.wanted(hook, Response::Parse)));
            }
        } else if !is_there(hook) && !hooks::is_commercial(hook) && !verification_off::refuses(hook, root) {
            found.push((format!("Add {hook} to {shown}"), place.wanted(hook, Response::Wait)));
        }
    }
    found
}

/// The edit that adds a hook, with the file of its body where the client can make one.
fn added(
    unit: &Unit,
    place: &Place,
    mut wanted: Wanted,
    path: &Path,
    snapshot: &Snapshot,
    features: Features,
) -> Option<Value> {
    let root = unit.root()?;
    let mut file = None;
    if wanted.hook == "web_hook" {
        let known = snapshot.known(path, unit);
        let version = units::version(path, Some(root), snapshot);
        wanted.body = body_of(&wanted, unit, version, known, snapshot)?;
        // What is beside a chart or manifest is not brought to Kratos.
        if features.creates && unit.at.is_empty() {
            let folder = path.parent()?;
            let name = body_file::name(&wanted, |name| embed::is_free(&folder.join(name), snapshot));
            wanted.body_url = Some(body_file::url(&name, path, unit, snapshot.disk()));
            file = Some(folder.join(name));
        }
    }
    let planned = scaffold::add(unit, &wanted, &[place.site(root)], true).ok()?;
    let mut edit = edit(&[change(unit, path, &planned.text)?], snapshot, features);
    if let Some(file) = file {
        embed::with_file(&mut edit, &snapshot.uri(&file), &wanted.body)?;
    }
    Some(edit)
}

/// The Jsonnet of a new web hook: what is there at its place.
fn body_of(
    wanted: &Wanted,
    unit: &Unit,
    version: Version,
    known: Option<&Known>,
    snapshot: &Snapshot,
) -> Option<String> {
    let deployment = known.map(|known| Arc::clone(&known.deployment)).unwrap_or_default();
    let schemas = identity::load(unit.root()?, &units::files(unit.path(), snapshot, &deployment));
    let place = body::place(wanted, version);
    let kind = environment(&place, &inputs(&place, unit.root()?, None, &schemas))?.into_type();
    Some(body::jsonnet(&place, body::ctx(&kind), None))
}

/// The bytes that differ between a file and its text afterwards, in whole lines.
fn change(unit: &Unit, path: &Path, new: &str) -> Option<Change> {
    let source: Arc<Source> = unit.file_source();
    let old = source.text();
    let same = old.split_inclusive('\n').zip(new.split_inclusive('\n')).take_while(|(old, new)| old == new);
    let start: usize = same.map(|(line, _)| line.len()).sum();
    let (old_rest, new_rest) = (old.get(start..)?, new.get(start..)?);
    let same = old_rest.split_inclusive('\n').rev().zip(new_rest.split_inclusive('\n').rev());
    let end: usize = same.take_while(|(old, new)| old == new).map(|(line, _)| line.len()).sum();
    let end = end.min(old_rest.len()).min(new_rest.len());
    let span = Span::new(start, old.len() - end);
    let text = new_rest.get(..new_rest.len() - end)?.to_owned();
    (old != new).then(|| Change { path: path.to_path_buf(), source: Arc::clone(&source), span, text })
}

/// What repeats hooks that never run for a method: the one at the cursor, or all when the cursor is in the list that replaces
/// them.
fn repeats(unit: &Unit, node: Node<'_>, version: Version) -> Vec<(String, Planned)> {
    let Some(root) = unit.root() else { return Vec::new() };
    let around: Vec<Node<'_>> = std::iter::once(node).chain(node.ancestors()).collect();
    let is_around = |other: Node<'_>| around.iter().any(|node| node.id() == other.id());
    let mut found = Vec::new();
    for point in plan::points(root, version).iter().filter(|point| point.enabled) {
        let Some(method) = point.method else { continue };
        let place = Place { flow: point.flow, trigger: "after", method: Some(method.to_owned()) };
        let allowed = allowed_hooks(&place.path(), version);
        let all: Vec<Hook<'_>> = shadowed(point).filter(|hook| allowed.contains(&hook.name)).collect();
        let list = root.find(&place.path());
        let own: Vec<Hook<'_>> = all.iter().copied().filter(|hook| is_around(hook.node)).collect();
        let is_list = list.is_some_and(is_around) || list.and_then(Node::parent).is_some_and(|of| of.id() == node.id());
        let (hooks, what) = match (own.is_empty(), is_list && !all.is_empty()) {
            (false, _) => (own, "this hook".to_owned()),
            (true, true) if all.len() == 1 => (all, format!("the hook of {}.after.hooks", point.flow)),
            (true, true) => {
                let what = format!("the {} hooks of {}.after.hooks", all.len(), point.flow);
                (all, what)
            }
            (true, false) => continue,
        };
        if let Some(planned) = repeated(unit, &place, &hooks) {
            found.push((format!("Repeat {what} in {}", place.shown()), planned));
        }
    }
    found
}

/// What makes registration by code call the hook at the cursor too, where a finding says that it does not.
fn checked_by_code(unit: &Unit, node: Node<'_>, path: &Path, snapshot: &Snapshot) -> Option<(String, Planned)> {
    let root = unit.root()?;
    let around: Vec<Node<'_>> = std::iter::once(node).chain(node.ancestors()).collect();
    let all = &snapshot.known(path, unit)?.report.diagnostics;
    let found =
        all.iter().filter(|found| found.rule == UNCHECKED).filter_map(|found| root.at(found.pointer.as_deref()?));
    let hook = found.into_iter().find(|hook| around.iter().any(|node| node.id() == hook.id()))?;
    let name = hook.get("hook")?.as_str()?;
    let place = Place { flow: "registration", trigger: "after", method: Some("code".to_owned()) };
    let mut wanted = place.wanted(name, Response::Parse);
    wanted.written = Some(written::written(hook, is_toml(unit.path()), written::Anchors::Dropped).ok()?);
    let planned = scaffold::add(unit, &wanted, &[place.site(root)], true).ok()?;
    Some((format!("Repeat this hook in {}", place.shown()), planned))
}

/// The hooks that the list of the method replaces, without those that it repeats.
fn shadowed<'p, 't>(point: &'p Point<'t>) -> impl Iterator<Item = Hook<'t>> + 'p {
    let hooks = point.never.iter().filter(|never| never.why == Why::Shadowed).map(|never| never.hook);
    let is_same = |hook: Hook<'t>, other: Option<Hook<'t>>| {
        other.is_some_and(|other| other.name == hook.name && other.url() == hook.url())
    };
    hooks.filter(move |hook| !point.runs.iter().any(|run| is_same(*hook, run.hook)))
}

fn repeated(unit: &Unit, place: &Place, hooks: &[Hook<'_>]) -> Option<Planned> {
    let site = Site { path: place.path(), shadows: Vec::new() };
    let is_toml = is_toml(unit.path());
    let mut planned: Option<Planned> = None;
    for hook in hooks {
        let response = if hook.interrupts().is_some_and(Node::is_true) { Response::Parse } else { Response::Wait };
        let mut wanted = place.wanted(hook.name, response);
        wanted.written = Some(written::written(hook.node, is_toml, written::Anchors::Dropped).ok()?);
        let now = planned.as_ref().map_or(unit, |planned| &planned.unit);
        planned = Some(scaffold::add(now, &wanted, std::slice::from_ref(&site), false).ok()?);
    }
    planned
}
