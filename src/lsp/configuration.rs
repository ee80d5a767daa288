//! What may be written at a place of a configuration. Nothing is offered that the linter refuses.

use std::cell::OnceCell;
use std::path::Path;

use serde_json::Value;

use super::fragment::{self, Fragments, join};
use super::hosts::Hosts;
use super::offer::{Offer, PROPERTY, REFERENCE, SNIPPET, WORD};
use super::probe::{Probe, Role};
use super::repeat::Repeated;
use super::snippet::Snippet;
use super::state::Snapshot;
use super::units::version;
use super::{about, paths, repeat, samples, values};
use crate::init::check::HTTP_METHODS;
use crate::kratos::schema::{self, Key, Shape};
use crate::kratos::version::Version;
use crate::rules::{oidc, schema as schema_rules};
use crate::text::decode_base64;
use crate::yaml::Node;

/// The releases, the newest first, without those that refuse what the newest accepts.
fn releases(root: Node<'_>) -> Vec<Offer> {
    // What is missing can still be written.
    let is_refusal = |fault: &schema::Fault<'_>| fault.missing.is_none();
    let faults = |version: Version| schema::faults(root, version).into_iter().filter(is_refusal).count();
    let newest = faults(Version::NEWEST);
    let fitting = Version::tagged().rev().filter(|version| faults(*version) <= newest).enumerate();
    fitting
        .map(|(index, version)| Offer { order: Some(format!("{index:03}")), ..Offer::word(version.name(), WORD) })
        .collect()
}

/// What may be written at a place of a configuration, as YAML.
pub(super) fn of_probe(path: &Path, probe: &Probe, snapshot: &Snapshot) -> Vec<Offer> {
    let version = version(path, probe.root(), snapshot);
    let place = Place { path, probe, version, snapshot, surroundings: OnceCell::new(), deeper: 0 };
    place.offers().unwrap_or_default()
}

/// A place in a configuration.
struct Place<'p> {
    path: &'p Path,
    probe: &'p Probe,
    version: Version,
    snapshot: &'p Snapshot,
    /// The identity schema of the project and the hosts of the configuration: looked for once, for all offers.
    surroundings: OnceCell<(Option<String>, Option<Hosts>)>,
    /// How much deeper than the cursor the offers are written.
    deeper: usize,
}

impl Place<'_> {
    fn offers(&self) -> Option<Vec<Offer>> {
        let marked = self.probe.marked()?;
        let around = marked.parent()?;
        match self.probe.role {
            Role::Key { has_value, begins_item } => {
                let is_new = begins_item && around.fields().count() == 1;
                let list = around.parent().filter(|node| is_new && node.is_sequence());
                let mut offers = list.and_then(|list| self.items(list)).unwrap_or_default();
                offers.extend(self.keys(marked, around, has_value).unwrap_or_default());
                Some(offers)
            }
            Role::Value if around.is_sequence() => self.items(around),
            Role::Value => self.values(marked, around),
        }
    }

    /// The path in the table of keys; that of the root is empty.
    fn path_of(node: Node<'_>) -> Option<String> {
        if node.parent().is_none() { Some(String::new()) } else { schema::path_of(node).or_else(|| of_hook(node)) }
    }

    fn keys(&self, marked: Node<'_>, around: Node<'_>, has_value: bool) -> Option<Vec<Offer>> {
        if let Some(list) = around.parent().filter(|node| node.is_sequence())
            && let Some(path) = schema::path_of(list)
            && let Some(own) = around.get("hook").and_then(Node::as_str)
        {
            let is_open = own == "web_hook" && around.get("config").is_none() && !path.is_empty();
            let entry = self.fragments().hook_config(false, self.relative());
            return Some(is_open.then(|| self.key("config", "#web_hook.config", entry)).into_iter().collect());
        }
        let path = Self::path_of(around)?;
        let fragments = self.fragments();
        let demanded = if has_value { Vec::new() } else { self.demanded(&path, around) };
        let mut offers = Vec::new();
        for name in schema::children(&path, self.version) {
            let child = join(&path, name);
            if around.get(name).is_some()
                || is_in_conflict(around, &path, name)
                || is_of_commerce(&child)
                || is_without_effect(&child, self.version)
                || self.is_for_other_providers(around, &path, name)
            {
                continue;
            }
            // A new name for what is there: its value stays.
            if has_value && !schema::lookup(&child, self.version).is_some_and(|row| fits(marked, row.shape)) {
                continue;
            }
            let text = if has_value {
                Snippet::of(fragment::quoted_key(name))
            } else {
                fragments.entry(name, &child, self.relative())
            };
            let others = demanded.iter().filter(|(other, _)| other != name).cloned().collect();
            // The first key of a hook would always be refused alone.
            let is_first = path.starts_with('#') && around.fields().count() == 1;
            let (mut along, needs) = if is_first { (others, Vec::new()) } else { (Vec::new(), others) };
            // Without a list CORS lets every site in, or none.
            let origins = child.strip_suffix("enabled").map(|cors| format!("{cors}allowed_origins"));
            let is_of_cors = path.rsplit('.').next() == Some("cors");
            let origins = origins.filter(|_| !has_value && is_of_cors && around.get("allowed_origins").is_none());
            along.extend(origins.map(|path| ("allowed_origins".to_owned(), self.entry("allowed_origins", &path))));
            offers.push(Offer { along, needs, ..self.key(name, &child, text) });
        }
        Some(offers)
    }

    fn is_for_other_providers(&self, around: Node<'_>, path: &str, key: &str) -> bool {
        let kind = around.get("provider").and_then(Node::as_str).unwrap_or_default();
        path.ends_with("oidc.config.providers[]") && oidc::is_for_others(key, kind, self.version)
    }

    /// The keys that a mapping must have and has not: with some of them alone what is offered would be refused.
    fn demanded(&self, path: &str, around: Node<'_>) -> Vec<(String, Snippet)> {
        let rows = schema::children(path, self.version).map(|name| (name, join(path, name)));
        let is_needed = |child: &str| child == "#web_hook.config.body" || self.is_required(child);
        let rows = rows.filter(|(name, child)| around.get(name).is_none() && is_needed(child));
        rows.map(|(name, child)| (name.to_owned(), self.entry(name, &child))).collect()
    }

    /// The keys that are written beside another one where its mapping is written as a whole, and that it has not.
    fn beside(&self, marked: Node<'_>, around: Node<'_>) -> Vec<(String, Snippet)> {
        let Some(path) = Self::path_of(around) else { return Vec::new() };
        let names = self.fragments().children(&path).into_iter();
        let names = names.filter(|name| marked.key() != Some(*name) && around.get(name).is_none());
        names.map(|name| (name.to_owned(), self.entry(name, &join(&path, name)))).collect()
    }

    /// A key with its value, as it fits the rest.
    fn entry(&self, name: &str, path: &str) -> Snippet {
        self.adapted(self.fragments().entry(name, path, self.relative()))
    }

    fn is_required(&self, path: &str) -> bool {
        schema::lookup(path, self.version).is_some_and(Key::is_required)
    }

    fn fragments(&self) -> Fragments<'_> {
        Fragments { version: self.version, root: self.probe.root() }
    }

    /// How far the lines below a key are indented, seen from the start of its line.
    fn relative(&self) -> usize {
        self.probe.column.saturating_sub(self.probe.indent) + self.deeper
    }

    /// The same place, for what is written in deeper lines.
    fn below(&self, deeper: usize) -> Place<'_> {
        let (path, probe, version, snapshot) = (self.path, self.probe, self.version, self.snapshot);
        Place { path, probe, version, snapshot, surroundings: OnceCell::new(), deeper: self.deeper + deeper }
    }

    fn key(&self, name: &str, path: &str, text: Snippet) -> Offer {
        let row = schema::lookup(path, self.version);
        let is_first = row.is_some_and(Key::is_required);
        let detail = if is_first { "required".to_owned() } else { String::new() };
        let about = schema::texts::about(path, self.version);
        let order = Some(values::order_of_key(name));
        Offer { detail, text: self.adapted(text), about, is_first, order, ..Offer::word(name, PROPERTY) }
    }

    /// Whole items of the list in which the cursor begins one.
    fn items(&self, list: Node<'_>) -> Option<Vec<Offer>> {
        let path = schema::path_of(list)?;
        let fragments = self.fragments();
        let hooks = fragments.hooks(&path);
        if !hooks.is_empty() {
            let is_used = |name: &str| list.items().any(|item| item.get("hook").and_then(Node::as_str) == Some(name));
            let hooks = hooks.into_iter().filter(|hook| *hook == "web_hook" || !is_used(hook));
            let root = self.probe.root()?;
            let shadowed = repeat::shadowed(root, &path, self.version);
            // What follows the first hook has lines of its own, also where they are put between brackets then.
            let column = if shadowed.is_empty() { self.relative() } else { self.relative().max(2) };
            let written = |name: &'static str, decides: bool| {
                let hook = fragments.hook(name, decides, column);
                repeat::beside(name, hook, &shadowed, column.saturating_sub(2))
            };
            let offer = |name: &'static str| Offer {
                detail: "hook".to_owned(),
                text: written(name, false),
                about: about::hook(name, self.version),
                is_first: true,
                ..Offer::word(&format!("hook: {name}"), SNIPPET)
            };
            let mut offers: Vec<Offer> = hooks.map(offer).collect();
            if decides(&path) && fragments.hooks(&path).contains(&"web_hook") {
                offers.push(Offer {
                    detail: "hook".to_owned(),
                    text: written("web_hook", true),
                    about: about::hook("web_hook", self.version),
                    is_first: true,
                    ..Offer::word("hook: web_hook that can stop the flow", SNIPPET)
                });
            }
            return Some(offers);
        }
        let item = format!("{path}[]");
        let row = schema::lookup(&item, self.version)?;
        if let Some(words) = row.words() {
            return Some(words.iter().map(|word| Offer::word(word, WORD)).collect());
        }
        let text = self.adapted(fragments.item(&path, self.relative())?);
        let about = schema::texts::about(&path, self.version);
        if matches!(row.shape, Shape::Object | Shape::Open | Shape::Flags) {
            let label = format!("new item of {}", path.rsplit('.').next().unwrap_or_default());
            return Some(vec![Offer { text, about, is_first: true, ..Offer::word(&label, SNIPPET) }]);
        }
        let usual: Vec<Offer> = (0..)
            .zip(values::items(&path, list))
            .map(|(index, item)| Offer { order: Some(format!("{index}")), ..Offer::word(item, WORD) })
            .collect();
        let example = Offer { detail: "example".to_owned(), text: text.clone(), ..Offer::word(&text.plain(""), WORD) };
        let all = if usual.is_empty() { vec![example] } else { usual };
        let is_new = |offer: &Offer| !list.items().any(|item| item.as_str() == Some(&offer.label));
        let new = all.into_iter().filter(is_new);
        Some(new.map(|offer| Offer { about: about.clone(), is_first: true, ..offer }).collect())
    }

    /// Names of hooks after `hook: `: a web hook comes with what it needs, unless that is there.
    fn hook_names(&self, list: Node<'_>, path: &str, has_config: bool) -> Vec<Offer> {
        let fragments = self.fragments();
        let is_used = |name: &str| list.items().any(|item| item.get("hook").and_then(Node::as_str) == Some(name));
        let offer = |name: &'static str| Offer {
            about: about::hook(name, self.version),
            is_first: name == "web_hook",
            ..Offer::word(name, REFERENCE)
        };
        let web_hook = |label: &str, decides: bool| Offer {
            text: Snippet::of("web_hook"),
            label: label.to_owned(),
            along: vec![("config".to_owned(), fragments.hook_config(decides, self.relative()))],
            ..offer("web_hook")
        };
        let hooks = fragments.hooks(path);
        if has_config {
            return hooks.into_iter().filter(|hook| *hook == "web_hook").map(offer).collect();
        }
        let shadowed = self.probe.root().map(|root| repeat::shadowed(root, path, self.version)).unwrap_or_default();
        if !shadowed.is_empty() {
            let is_alone = self.probe.marked().and_then(Node::parent).is_some_and(|item| item.fields().count() == 1);
            return if is_alone { self.first_hooks(&hooks, path, &shadowed) } else { Vec::new() };
        }
        let mut offers = Vec::new();
        for hook in hooks {
            if hook != "web_hook" {
                offers.extend((!is_used(hook)).then(|| offer(hook)));
                continue;
            }
            offers.push(web_hook("web_hook", false));
            if decides(path) {
                offers.push(web_hook("web_hook that can stop the flow", true));
            }
        }
        offers
    }

    /// Names of hooks after the first `hook: ` of a list, each with the hooks that the list would switch off.
    fn first_hooks(&self, hooks: &[&'static str], path: &str, shadowed: &[Repeated]) -> Vec<Offer> {
        let column = self.relative().max(2);
        let offer = |(name, is_deciding): (&'static str, bool)| {
            let hook = self.fragments().hook(name, is_deciding, column);
            let mut text = repeat::beside(name, hook, shadowed, column - 2);
            if !text.plain("").trim_start().starts_with("hook: ") {
                return None;
            }
            text.trim_start("hook: ");
            let label = if is_deciding { "web_hook that can stop the flow" } else { name };
            let about = about::hook(name, self.version);
            let mut offer = Offer {
                text,
                about,
                is_first: name == "web_hook",
                filter: Some(name.to_owned()),
                ..Offer::word(label, REFERENCE)
            };
            offer.say(&repeat::said(shadowed));
            Some(offer)
        };
        let deciding = hooks.iter().find(|hook| **hook == "web_hook" && decides(path));
        hooks.iter().map(|hook| (*hook, false)).chain(deciding.map(|hook| (*hook, true))).filter_map(offer).collect()
    }

    /// What begins the mapping or the list that a key has, in the lines after it.
    fn begun(&self, marked: Node<'_>, path: &str) -> Vec<Offer> {
        if schema::lookup(path, self.version).is_some_and(|row| row.shape == Shape::List) {
            let lead = format!("\n{}- ", " ".repeat(self.relative() + 2));
            let items = self.below(4).items(marked).unwrap_or_default();
            return items.into_iter().map(|offer| led(&lead, offer)).collect();
        }
        let lead = format!("\n{}", " ".repeat(self.relative() + 2));
        let name = marked.key().unwrap_or_default();
        let mut text = match path {
            "#web_hook.config" => self.fragments().hook_config(false, self.relative()),
            _ => self.fragments().entry(name, path, self.relative()),
        };
        text.trim_start(&format!("{}:", fragment::quoted_key(name)));
        let keys: Vec<Offer> = self.below(2).keys(marked, marked, false).unwrap_or_default();
        let written = text.plain("");
        let names: Vec<&str> = written
            .split(&lead)
            .filter(|line| !line.starts_with([' ', '-']))
            .filter_map(|line| Some(line.split_once(':')?.0))
            .collect();
        let whole = (names.len() > 1).then(|| Offer {
            text: self.adapted(text),
            about: schema::texts::about(path, self.version),
            is_first: true,
            ..Offer::word(&names.join(", "), SNIPPET)
        });
        whole.into_iter().chain(keys).map(|offer| led(&lead, offer)).collect()
    }

    fn values(&self, marked: Node<'_>, around: Node<'_>) -> Option<Vec<Offer>> {
        if marked.key() == Some("hook")
            && let Some(list) = around.parent()
            && let Some(path) = schema::path_of(list)
        {
            return Some(self.hook_names(list, &path, around.get("config").is_some()));
        }
        let path = Self::path_of(marked)?;
        if path == "#web_hook.config" {
            return Some(self.begun(marked, &path));
        }
        let row = schema::lookup(&path, self.version)?;
        if matches!(row.shape, Shape::Object | Shape::Open | Shape::Flags | Shape::List) {
            return Some(self.begun(marked, &path));
        }
        if let Some(words) = row.words() {
            let mut offers = self.words(&path, words);
            // Kratos does not start without the call that it makes instead.
            if path == "courier.delivery_strategy" && around.get("http").is_none() {
                for offer in offers.iter_mut().filter(|offer| offer.label == "http") {
                    offer.needs = vec![("http".to_owned(), self.entry("http", "courier.http"))];
                }
            }
            if path.ends_with("providers[].provider") {
                for offer in &mut offers {
                    self.describe_provider(offer, around);
                }
            }
            return Some(offers);
        }
        if row.shape == Shape::Boolean {
            let mut offers = self.words(&path, &["true", "false"]);
            for offer in offers.iter_mut().filter(|offer| offer.label == "true") {
                offer.needs = self.beside(marked, around);
            }
            return Some(offers);
        }
        if path.ends_with("config.method") {
            return Some(self.words(&path, &HTTP_METHODS));
        }
        if path == "version" {
            return self.probe.root().map(releases);
        }
        if path == "identity.default_schema_id" {
            return Some(self.ids_of_schemas(around));
        }
        let mut offers = self.files(&path);
        let default = schema::default_of(&path, self.version).and_then(plain_default);
        if let Some(text) = &default {
            offers.push(Offer { detail: "default".to_owned(), ..Offer::word(text, WORD) });
        }
        let is_new = |sample: &Offer| offers.iter().all(|offer| offer.label != sample.label);
        let samples = self.sample(marked, &path).into_iter().chain(values::others(&path, self.version));
        let samples: Vec<Offer> = samples.filter(is_new).collect();
        offers.extend(samples);
        Some(offers)
    }

    /// The ids of the identity schemas; where there is none yet, that of one which is written with it.
    fn ids_of_schemas(&self, around: Node<'_>) -> Vec<Offer> {
        let ids = self.probe.root().map(|root| root.select("identity.schemas[].id")).unwrap_or_default();
        let ids: Vec<&str> = ids.into_iter().filter_map(Node::as_str).collect();
        if ids.is_empty() && around.get("schemas").is_none() {
            let along = vec![("schemas".to_owned(), self.entry("schemas", "identity.schemas"))];
            return vec![Offer { along, ..Offer::word("default", REFERENCE) }];
        }
        ids.into_iter().map(|id| Offer::word(&crate::init::quoted(id), REFERENCE)).collect()
    }

    /// A value such as completion of the key writes it, where the key tells one; of a secret, which variable gives it.
    fn sample(&self, marked: Node<'_>, path: &str) -> Option<Offer> {
        let row = schema::lookup(path, self.version)?;
        let is_text = matches!(row.shape, Shape::Text | Shape::Any);
        let text = self.fragments().scalar(path).filter(|_| is_text).map(|text| self.adapted(text))?;
        let plain = text.plain("");
        let mut about = schema::texts::about(path, self.version).unwrap_or_default();
        let (label, detail) = if plain.contains("by the environment>") || plain.contains("<set by the environment") {
            let variable = schema_rules::variable_giving(&marked.pointer());
            about.push_str(&format!("\n\n`{variable}` in the environment replaces what is written here."));
            (plain.clone(), format!("{variable} gives it"))
        } else if let Some(code) = plain.strip_prefix("base64://") {
            let decoded = String::from_utf8(decode_base64(code).ok()?).ok()?;
            let is_message = path.starts_with("courier.templates.");
            let (language, kind) = if is_message { ("", "text") } else { ("jsonnet", "Jsonnet") };
            let what = format!("{kind} in place, as a start");
            about.push_str(&format!("\n\n```{language}\n{}\n```", decoded.trim_end()));
            ("base64://…".to_owned(), what)
        } else if plain == "text" {
            return None;
        } else {
            (plain.clone(), "example".to_owned())
        };
        let filter = Some(plain);
        Some(Offer { text, detail, about: Some(about), filter, ..Offer::word(&label, SNIPPET) })
    }

    /// Adds to a provider what is special about it, and the keys that it needs.
    fn describe_provider(&self, offer: &mut Offer, around: Node<'_>) {
        let path = "selfservice.methods.oidc.config.providers[]";
        let (detail, about) = values::provider(&offer.label, self.version);
        offer.detail = detail;
        offer.about = (!about.is_empty()).then_some(about);
        offer.order = Some(values::order_of_provider(&offer.label));
        let keys = values::keys_along(&offer.label, around, self.version).into_iter();
        let entry = |key: &str| self.fragments().entry(key, &join(path, key), self.relative());
        offer.along = keys.map(|key| (key.to_owned(), entry(key))).collect();
    }

    /// The words that a key takes, with what it does; that which holds without it is named.
    fn words(&self, path: &str, words: &[&str]) -> Vec<Offer> {
        let default: Option<Value> =
            schema::default_of(path, self.version).and_then(|default| serde_json::from_str(default).ok());
        let about = schema::texts::about(path, self.version);
        let is_default = |word: &str| match &default {
            Some(Value::String(text)) => text == word,
            Some(Value::Bool(value)) => value.to_string() == word,
            _ => false,
        };
        let offer = |word: &&str| {
            let detail = if is_default(word) { "default".to_owned() } else { String::new() };
            Offer { detail, about: about.clone(), ..Offer::word(word, WORD) }
        };
        words.iter().map(offer).collect()
    }

    /// A text that refers to the identity schema of the project and to the hosts of the configuration, where there are any.
    fn adapted(&self, text: Snippet) -> Snippet {
        let (schema, hosts) = self.surroundings.get_or_init(|| {
            let schema = self.files("identity.schemas[].url").into_iter().next();
            (schema.map(|schema| schema.label), self.probe.root().and_then(Hosts::of))
        });
        let text = match schema {
            Some(schema) => text.with_place(samples::SCHEMA_URL, schema),
            None => text,
        };
        match hosts {
            Some(hosts) => hosts.suited(text),
            None => text,
        }
    }

    /// Files of the project that the key may refer to.
    fn files(&self, path: &str) -> Vec<Offer> {
        paths::files(path, self.path, self.probe.unit(), self.snapshot)
    }
}

/// An offer that begins in a line of its own.
fn led(lead: &str, offer: Offer) -> Offer {
    let mut text = Snippet::of(lead);
    text.append(offer.text);
    Offer { text, ..offer }
}

/// Whether a key of this shape may hold what a node holds.
fn fits(node: Node<'_>, shape: Shape) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Object | Shape::Open | Shape::Flags => node.is_mapping() || node.is_null(),
        Shape::List => node.is_sequence() || node.is_null(),
        _ => !node.is_mapping() && !node.is_sequence(),
    }
}

fn plain_default(json: &str) -> Option<String> {
    match serde_json::from_str(json).ok()? {
        Value::String(text) if !text.is_empty() => Some(crate::init::quoted(&text)),
        value @ Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// `#web_hook.config` and the like, of which the table has the parts below only.
fn of_hook(node: Node<'_>) -> Option<String> {
    let hook = node.parent()?.get("hook")?.as_str()?;
    (node.key() == Some("config") && hook == "web_hook").then(|| "#web_hook.config".to_owned())
}

/// Flags of the command line, and what Kratos ignores: they have no effect in a file.
const WITHOUT_EFFECT: [&str; 7] =
    ["config", "dev", "expose-metrics-port", "help", "revision", "sqa-opt-out", "watch-courier"];

/// Whether Kratos ignores a key: since v1.1.0 SMS go through a channel.
pub(super) fn is_without_effect(path: &str, version: Version) -> bool {
    let is_sms = path == "courier.sms" || path.starts_with("courier.sms.");
    WITHOUT_EFFECT.contains(&path) || (is_sms && version >= Version::V1_1)
}

/// Whether the answer of a web hook in a list can stop the flow, see `hooks::Place`.
fn decides(list: &str) -> bool {
    let parts: Vec<&str> = list.split('.').collect();
    matches!(
        parts.as_slice(),
        ["selfservice", "flows", "registration" | "settings", "after", _, "hooks"]
            | ["selfservice", "flows", "login", "after", ..]
    )
}

/// Keys that only commercial builds act on.
pub(super) fn is_of_commerce(path: &str) -> bool {
    path.starts_with("selfservice.methods.b2b")
        || path.ends_with(".organization_id")
        || matches!(path, "organizations" | "enterprise")
}

/// Whether a key excludes one that is there, or belongs to another kind.
pub(super) fn is_in_conflict(around: Node<'_>, path: &str, name: &str) -> bool {
    let text = |key: &str| around.find(key).and_then(Node::as_str);
    let is_true = |key: &str| around.find(key).is_some_and(Node::is_true);
    match name {
        "can_interrupt" => is_true("response.ignore"),
        "parse" => is_true("ignore"),
        "ignore" => is_true("parse"),
        "mfa_enabled" => is_true("passwordless_enabled"),
        "passwordless_enabled" => is_true("mfa_enabled"),
        "origin" => true,
        "origins" => around.get("origin").is_some(),
        "client_secret" => text("provider") == Some("apple"),
        "name" | "value" | "in" if path.ends_with(".auth.config") => {
            around.parent().and_then(|auth| auth.get("type")).and_then(Node::as_str) != Some("api_key")
        }
        "user" | "password" if path.ends_with(".auth.config") => {
            around.parent().and_then(|auth| auth.get("type")).and_then(Node::as_str) != Some("basic_auth")
        }
        _ => false,
    }
}
