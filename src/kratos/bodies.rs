//! The Jsonnet documents of a configuration: where they are referred to, for which place they run, and where their text is.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use super::ctx::Place as Point;
use super::hooks::{Hook, HookList, lists};
use super::plan::is_enabled;
use super::version::Version;
use crate::files::{Files, FoundFile};
use crate::text::{Source, Span};
use crate::yaml::{self, Node};

/// A value of the configuration that names a Jsonnet document, with the place where Kratos runs it.
#[derive(Clone)]
pub(crate) struct Reference<'t> {
    /// The value: a `file://`, `http(s)://` or `base64://` address, or a bare path.
    pub node: Node<'t>,
    /// Where and when it runs.
    pub point: Point,
    /// The mapping around it: the `config` of a hook, a provider, a template of the tokenizer, a `request_config`.
    pub settings: Node<'t>,
    /// How the request is encoded that carries the result.
    pub encoding: Encoding,
    /// Whether the flow goes on without waiting (`response.ignore`): a failure shows in the log only.
    pub ignored: bool,
}

/// How the result goes out, by the `Content-Type` that the configuration sets (`request/builder.go:addBody`, all versions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As JSON, whatever it is.
    Json,
    /// As a form: an object of strings.
    Form,
    /// Kratos refuses this `Content-Type` at each call.
    Refused,
    /// It does not go out: a mapper.
    Inside,
}

/// The text that a [`Reference`] names.
#[derive(Clone, Debug)]
pub(crate) enum Document {
    /// It was found.
    Text(Arc<Source>),
    /// It surely belongs to this project and is not there.
    Missing(PathBuf),
    /// It cannot be read here (on the network, in a container, filled in by a template), or another rule speaks about it.
    Elsewhere,
}

/// All references, in the order of the configuration's parts: hooks, the migration hook, mappers, tokenizers, the courier.
#[must_use]
pub(crate) fn references(root: Node<'_>, version: Version) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    hooks(root, version, &mut found);
    let migration = root.find("selfservice.methods.password.config.migrate_hook.config");
    requests(&mut found, migration, &Point::new("password_migration", version));
    for provider in root.select("selfservice.methods.oidc.config.providers[]") {
        inside(&mut found, provider, "mapper_url", &Point::new("oidc.mapper", version));
    }
    for template in root.select("session.whoami.tokenizer.templates.*") {
        inside(&mut found, template, "claims_mapper_url", &Point::new("session.tokenizer", version));
    }
    courier(root, version, &mut found);
    found.retain(|reference| reference.point.exists());
    found
}

/// The text of a document, read below the project root only; addresses on the network are never opened.
#[must_use]
pub(crate) fn document(reference: &Reference<'_>, files: &Files) -> Document {
    let Some(address) = reference.node.as_str() else { return Document::Elsewhere };
    if let Some(encoded) = address.strip_prefix("base64://") {
        return Source::from_base64(&reference.node.place(), encoded).map_or(Document::Elsewhere, Document::Text);
    }
    let path = match address.split_once("://") {
        Some(("file", path)) => path,
        Some(_) => return Document::Elsewhere,
        // A mapper without scheme is refused at run time; a body is opened as a path, with a warning.
        None if reference.encoding == Encoding::Inside => return Document::Elsewhere,
        None => address,
    };
    if path.is_empty() || path.contains(['\n', '{', '}', '$', '%']) {
        return Document::Elsewhere;
    }
    if let Some(source) = in_same_manifest(reference.node.source(), path) {
        return Document::Text(source);
    }
    match files.find(path) {
        FoundFile::Text(source) => Document::Text(source),
        FoundFile::Missing(path) => Document::Missing(path),
        FoundFile::Elsewhere => Document::Elsewhere,
    }
}

/// The entry of this file name beside the configuration, when that is itself an entry of a `ConfigMap`: both are mounted into
/// one folder.
fn in_same_manifest(configuration: &Arc<Source>, path: &str) -> Option<Arc<Source>> {
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    let manifest = yaml::whole(configuration.outer()?);
    let start = configuration.outer_span(Span::at(0))?.start;
    let is_configuration = |node: Node<'_>| {
        let span = node.origin().span;
        span.start <= start
            && start <= span.end
            && node.embedded().is_some_and(|source| source.text() == configuration.text())
    };
    let holds = |node: &Node<'_>| node.fields().any(|field| is_configuration(field.value));
    let entries = manifest.root()?.descendants().into_iter().find(holds)?;
    entries.get(name)?.embedded()
}

fn hooks<'t>(root: Node<'t>, version: Version, found: &mut Vec<Reference<'t>>) {
    for (_, hook, point) in web_hooks(root, version) {
        requests(found, hook.node.get("config"), &point);
    }
}

/// Each `web_hook` with its list and the place where it runs.
#[must_use]
pub(crate) fn web_hooks(root: Node<'_>, version: Version) -> Vec<(Rc<HookList<'_>>, Hook<'_>, Point)> {
    let lists = lists(root);
    let mut found = Vec::new();
    for list in &lists {
        let shared = Rc::new(list.clone());
        for hook in list.hooks.iter().filter(|hook| hook.is_web_hook()) {
            let point = point(list, *hook, version);
            let methods = methods(root, &point, list, &lists);
            found.push((Rc::clone(&shared), *hook, point.by(methods)));
        }
    }
    found
}

/// The body of the settings of a request.
#[must_use]
pub(crate) fn reference<'t>(settings: Node<'t>, point: &Point) -> Option<Reference<'t>> {
    let node = settings.get("body")?;
    let ignored = settings.find("response.ignore").is_some_and(Node::is_true);
    Some(Reference { node, point: point.clone(), settings, encoding: encoding(settings), ignored })
}

/// The place of a hook, in the phase that it chooses itself (`web_hook.go:201-234@v1.3.1`).
fn point(list: &HookList<'_>, hook: Hook<'_>, version: Version) -> Point {
    let phase = match (list.flow, list.trigger, hook.interrupts()) {
        ("registration" | "settings", "after", Some(_)) => ".pre_persist",
        ("registration" | "settings", "after", None) => ".post_persist",
        _ => "",
    };
    Point::new(format!("{}.{}{phase}", list.flow, list.trigger), version)
}

/// The methods that can end the flow where a list runs: its own; for a global list the enabled methods without a list of their
/// own; none where all can.
fn methods(root: Node<'_>, point: &Point, list: &HookList<'_>, lists: &[HookList<'_>]) -> Vec<String> {
    if list.trigger == "before" {
        return Vec::new();
    }
    let possible = point.possible_methods().into_iter();
    if let Some(own) = list.method {
        // Of a method that we do not know (a commercial one) nothing is known.
        return possible.filter(|method| *method == own).map(str::to_owned).collect();
    }
    if matches!(list.flow, "recovery" | "verification") {
        let used = root.find(&format!("selfservice.flows.{}.use", list.flow)).and_then(Node::as_str);
        // Where links are used, administrators may still hand out codes.
        return possible
            .filter(|method| *method == "code" && used.is_none_or(|used| used == "code"))
            .map(str::to_owned)
            .collect();
    }
    let has_own = |method: &str| {
        let mut own = lists.iter().filter(|own| own.flow == list.flow && own.method == Some(method));
        own.any(|own| !own.hooks.is_empty())
    };
    let falls_back = |method: &&str| !has_own(method) && is_enabled(root, list.flow, method, point.version());
    possible.filter(falls_back).map(str::to_owned).collect()
}

/// Adds the `body` of the settings of a request.
fn requests<'t>(found: &mut Vec<Reference<'t>>, settings: Option<Node<'t>>, point: &Point) {
    found.extend(settings.and_then(|settings| reference(settings, point)));
}

/// Adds a mapper, whose result stays inside of Kratos.
fn inside<'t>(found: &mut Vec<Reference<'t>>, settings: Node<'t>, key: &str, point: &Point) {
    let Some(node) = settings.get(key) else { return };
    found.push(Reference { node, point: point.clone(), settings, encoding: Encoding::Inside, ignored: false });
}

fn courier<'t>(root: Node<'t>, version: Version, found: &mut Vec<Reference<'t>>) {
    let http = Point::new("courier.http", version);
    requests(found, root.find("courier.http.request_config"), &http.clone().for_channel("email"));
    requests(found, root.find("courier.sms.request_config"), &Point::new("courier.sms", version));
    for channel in root.select("courier.channels[]") {
        // Channels are read since v1.1.0 (`courier/http_channel.go@v1.1.0`).
        if version < Version::V1_1 {
            continue;
        }
        let id = channel.get("id").and_then(Node::as_str).unwrap_or_default();
        requests(found, channel.get("request_config"), &http.clone().for_channel(id));
    }
}

/// How the result is encoded.
fn encoding(settings: Node<'_>) -> Encoding {
    let headers = settings.get("headers").map(|headers| headers.fields().collect::<Vec<_>>()).unwrap_or_default();
    let Some(header) = headers.into_iter().find(|field| field.key.eq_ignore_ascii_case("content-type")) else {
        return Encoding::Json;
    };
    match header.value.as_str() {
        Some("application/json") | None => Encoding::Json,
        Some("application/x-www-form-urlencoded") => Encoding::Form,
        Some(_) => Encoding::Refused,
    }
}
