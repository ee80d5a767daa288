//! The Jsonnet documents of a configuration: where they are referred to, for which place they run, and where their text is.

use std::path::PathBuf;
use std::sync::Arc;

use super::ctx::{Place as Point, Purpose};
use super::version::Version;
use crate::files::{Files, Found};
use crate::text::Source;
use crate::yaml::Node;

/// A value of the configuration that names a Jsonnet document, with the place where Kratos runs it.
#[derive(Clone)]
pub struct Reference<'t> {
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

/// The text behind a [`Reference`].
#[derive(Clone, Debug)]
pub enum Document {
    /// It was found.
    Text(Arc<Source>),
    /// It surely belongs to this project and is not there.
    Missing(PathBuf),
    /// It cannot be read here (on the network, in a container, filled in by a template), or another rule speaks about it.
    Elsewhere,
}

/// All references, in the order of the configuration's parts: hooks, the migration hook, mappers, tokenizers, the courier.
#[must_use]
pub fn references(root: Node<'_>, version: Version) -> Vec<Reference<'_>> {
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
pub fn document(reference: &Reference<'_>, files: &Files) -> Document {
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
    match files.find(path) {
        Found::Text(source) => Document::Text(source),
        Found::Missing(path) => Document::Missing(path),
        Found::Elsewhere => Document::Elsewhere,
    }
}

const FLOWS: &[&str] = &["login", "registration", "settings", "recovery", "verification"];

fn hooks<'t>(root: Node<'t>, version: Version, found: &mut Vec<Reference<'t>>) {
    for flow in FLOWS {
        let Some(node) = root.find(&format!("selfservice.flows.{flow}")) else { continue };
        for hook in node.select("before.hooks[]") {
            web_hook(found, hook, &Point::new(format!("{flow}.before"), version));
        }
        let Some(after) = node.get("after") else { continue };
        let listed: Vec<&str> = after
            .fields()
            .filter(|field| field.value.get("hooks").is_some_and(|hooks| hooks.items().len() > 0))
            .map(|field| field.key)
            .collect();
        for hook in after.select("hooks[]") {
            let methods = fallback_methods(root, flow, &listed);
            web_hook(found, hook, &after_point(flow, hook, version).by(methods));
        }
        for method in after.fields().filter(|field| field.key != "hooks") {
            for hook in method.value.select("hooks[]") {
                web_hook(found, hook, &after_point(flow, hook, version).by(vec![method.key.to_owned()]));
            }
        }
    }
}

/// The place after a flow, in the phase that the hook itself chooses (`web_hook.go:201-234@v1.3.1`).
fn after_point(flow: &str, hook: Node<'_>, version: Version) -> Point {
    let set = |path: &str| hook.find(path).is_some_and(Node::is_true);
    let blocks = set("config.can_interrupt") || set("config.response.parse");
    let id = match (flow, blocks) {
        ("registration" | "settings", true) => format!("{flow}.after.pre_persist"),
        ("registration" | "settings", false) => format!("{flow}.after.post_persist"),
        _ => format!("{flow}.after"),
    };
    Point::new(id, version)
}

/// The enabled methods that have no list of their own and so run the global one.
fn fallback_methods(root: Node<'_>, flow: &str, listed: &[&str]) -> Vec<String> {
    if matches!(flow, "recovery" | "verification") {
        let used = root.find(&format!("selfservice.flows.{flow}.use")).and_then(Node::as_str);
        return vec![used.unwrap_or("code").to_owned()];
    }
    let enabled = |method: &str| {
        let set = |key: &str, default: bool| {
            let node = root.find(&format!("selfservice.methods.{method}.{key}"));
            node.map_or(default, |node| node.as_bool().unwrap_or(true))
        };
        match method {
            "password" | "profile" => set("enabled", true),
            "code" => set("passwordless_enabled", false) || set("mfa_enabled", false),
            _ => set("enabled", false),
        }
    };
    Point::new(format!("{flow}.after"), Version::NEWEST)
        .possible_methods()
        .iter()
        .filter(|method| !listed.contains(*method) && enabled(method))
        .map(|method| (*method).to_owned())
        .collect()
}

fn web_hook<'t>(found: &mut Vec<Reference<'t>>, hook: Node<'t>, point: &Point) {
    if hook.get("hook").and_then(Node::as_str) == Some("web_hook") {
        requests(found, hook.get("config"), point);
    }
}

/// Adds the `body` of the settings of a request.
fn requests<'t>(found: &mut Vec<Reference<'t>>, settings: Option<Node<'t>>, point: &Point) {
    let Some(settings) = settings else { return };
    let Some(node) = settings.get("body") else { return };
    let ignored = settings.find("response.ignore").is_some_and(Node::is_true);
    let encoding = encoding(settings);
    found.push(Reference { node, point: point.clone(), settings, encoding, ignored });
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

impl Reference<'_> {
    /// What kind of document it is.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.point.purpose()
    }
}
