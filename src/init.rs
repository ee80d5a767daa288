//! Writes hook blocks that are right for the version and the configuration at hand, and whole new configurations.

mod again;
pub(crate) mod backend;
mod block;
pub(crate) mod body;
pub(crate) mod body_file;
pub(crate) mod check;
pub mod edit;
pub(crate) mod given;
pub(crate) mod inline;
mod insert;
pub(crate) mod merge;
pub(crate) mod project;
#[allow(clippy::unnecessary_wraps)] // All builders of recipes have one type.
pub mod recipe;
pub(crate) mod scaffold;
pub(crate) mod toml;

use serde_json::{Value, json};

use crate::kratos::env;
use crate::kratos::hooks;
use crate::kratos::identity::IdentitySchema;
use crate::kratos::plan::{self, Point};
use crate::kratos::schema::HOOK_PLACES;
use crate::kratos::version::Version;
use crate::text::to_base64_url;
use crate::yaml::Node;
use edit::Written;

/// What a web hook asks of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Response {
    /// Called in the background: its answer and its failures do not matter
    Ignore,
    /// Waited for: any failure stops the flow, the answer is not read
    Wait,
    /// Waited for, and its answer may refuse or change the identity
    Parse,
}

/// How Kratos shows the endpoint who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// A key in a header
    ApiKey,
    /// User and password
    Basic,
    /// Nothing
    None,
}

/// A hook to be written.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// `login`, `registration`, `settings`, `recovery` or `verification`.
    pub flow: &'static str,
    /// `before` or `after`.
    pub trigger: &'static str,
    /// The method; all that are enabled when none.
    pub method: Option<String>,
    /// Name of the hook.
    pub hook: String,
    /// Endpoint of a `web_hook`.
    pub url: String,
    /// HTTP method of a `web_hook`.
    pub http_method: String,
    /// Who calls.
    pub auth: Auth,
    /// What it asks of the flow.
    pub response: Response,
    /// URL of the body, or none to write it into the configuration as base64.
    pub body_url: Option<String>,
    /// The Jsonnet of the body.
    pub body: String,
    /// Rules about what the hook is meant to do, with the reason that its comment gives, each for the list at a path.
    pub meant: Vec<(&'static str, &'static str, String)>,
    /// The hook as it is written elsewhere, when it is moved.
    pub written: Option<Written>,
    /// Its position in the list; by its kind when none.
    pub at: Option<usize>,
    /// The release that reads it.
    pub version: Version,
}

/// Hooks as text, to be put into a list.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The hooks in their order.
    pub items: Vec<Item>,
}

/// A hook as text.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its lines in block style, from the dash on, or as tables of TOML, with its comments.
    pub lines: Vec<Line>,
    /// The hook in flow style, which is JSON.
    pub value: Value,
}

/// A line of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Indented by two spaces a step; the file has its own step.
    New(String),
    /// As it is in the file, from the column of the dash on.
    Kept(String),
}

impl Line {
    /// Its text.
    #[must_use]
    pub(crate) fn text(&self) -> &str {
        match self {
            Line::New(text) | Line::Kept(text) => text,
        }
    }
}

impl Item {
    /// An item in lines that are indented by two spaces a step, and as JSON.
    fn new(lines: Vec<String>, value: Value) -> Item {
        Item { lines: lines.into_iter().map(Line::New).collect(), value }
    }
}

impl From<Item> for Block {
    fn from(item: Item) -> Block {
        Block { items: vec![item] }
    }
}

impl Block {
    /// The lines of all items.
    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.items.iter().flat_map(|item| &item.lines)
    }

    /// The items in flow style.
    fn values(&self) -> Vec<Value> {
        self.items.iter().map(|item| item.value.clone()).collect()
    }
}

/// A variable of the environment, and its value where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its name.
    pub name: String,
    /// Its value; none for a secret.
    pub value: Option<String>,
}

/// The endpoint of a `web_hook` where no other is named.
pub(crate) const EXAMPLE_URL: &str = "https://hooks.example.org/kratos";

impl Wanted {
    /// A hook for a flow, with an endpoint that is an example, called in the background and without proof of who calls.
    #[must_use]
    pub(crate) fn new(flow: &'static str, trigger: &'static str, method: Option<String>, hook: &str) -> Wanted {
        Wanted {
            flow,
            trigger,
            method,
            hook: hook.to_owned(),
            url: EXAMPLE_URL.to_owned(),
            http_method: "POST".to_owned(),
            auth: Auth::None,
            response: Response::Ignore,
            body_url: None,
            body: String::new(),
            meant: Vec::new(),
            written: None,
            at: None,
            version: Version::NEWEST,
        }
    }

    /// The path of its list, keys joined by dots.
    #[must_use]
    pub(crate) fn path(&self) -> String {
        hooks::list_path(self.flow, self.trigger, self.method.as_deref())
    }

    /// The hook for the list at `path` (keys joined by dots), after the hooks of these names.
    #[must_use]
    pub(crate) fn item(&self, path: &str, earlier: &[String]) -> Item {
        if let Some(written) = &self.written {
            return written.at(path, earlier);
        }
        let mut lines = Vec::new();
        let meant: Vec<_> = self.meant.iter().filter(|(.., list)| list == path).collect();
        if !meant.is_empty() {
            let names: Vec<&str> = meant.iter().map(|(rule, ..)| *rule).collect();
            let mut reasons: Vec<&str> = meant.iter().map(|(_, reason, _)| *reason).collect();
            reasons.dedup();
            lines.push(format!("# kratos-lint: ignore[{}] {}", names.join(", "), reasons.join("; ")));
        }
        lines.push(format!("- hook: {}", self.hook));
        if hooks::is_commercial(&self.hook) {
            lines.push("  config: {}".to_owned());
            return Item::new(lines, json!({"hook": self.hook, "config": {}}));
        }
        if self.hook != "web_hook" {
            return Item::new(lines, json!({"hook": self.hook}));
        }
        let body = self.body_reference();
        lines.push("  config:".to_owned());
        lines.push(format!("    url: {}", quoted(&self.url)));
        lines.push(format!("    method: {}", self.http_method));
        lines.push(format!("    body: {}", quoted(&body)));
        let mut config = json!({"url": self.url, "method": self.http_method, "body": body});
        self.auth_lines(path, earlier, &mut lines, &mut config);
        // Before v1.0.0 the lists of settings decide by this key alone, and v0.11 has no other.
        if self.response == Response::Parse && self.version < Version::V1_0 {
            lines.push("    can_interrupt: true".to_owned());
            config["can_interrupt"] = json!(true);
        }
        let response = match self.response {
            Response::Ignore => Some("ignore"),
            Response::Parse if self.version >= Version::V0_13 => Some("parse"),
            Response::Parse | Response::Wait => None,
        };
        if let Some(word) = response {
            lines.extend(["    response:".to_owned(), format!("      {word}: true")]);
            config["response"] = json!({word: true});
        }
        Item::new(lines, json!({"hook": "web_hook", "config": config}))
    }

    fn body_reference(&self) -> String {
        self.body_url.clone().unwrap_or_else(|| to_base64_url(&self.body))
    }

    fn secret_key(&self) -> Option<&'static str> {
        if let Some(written) = &self.written {
            return written.secret_key;
        }
        match self.auth {
            _ if self.hook != "web_hook" => None,
            Auth::None => None,
            Auth::ApiKey => Some("value"),
            Auth::Basic => Some("password"),
        }
    }

    fn auth_lines(&self, path: &str, earlier: &[String], lines: &mut Vec<String>, config: &mut Value) {
        let (kind, known) = match self.auth {
            Auth::None => return,
            Auth::ApiKey => ("api_key", json!({"name": "X-Webhook-Key", "in": "header"})),
            Auth::Basic => ("basic_auth", json!({"user": "kratos"})),
        };
        lines.push("    auth:".to_owned());
        lines.push(format!("      type: {kind}"));
        lines.push("      config:".to_owned());
        for (name, value) in known.as_object().into_iter().flatten() {
            lines.push(format!("        {name}: {}", value.as_str().unwrap_or_default()));
        }
        let key = self.secret_key().unwrap_or_default();
        lines.extend(variables(path, earlier, key).into_iter().map(|line| format!("        {line}")));
        config["auth"] = json!({"type": kind, "config": known});
    }

    /// Whether an item of a list is this hook: the same hook, and the same call for a `web_hook`.
    #[must_use]
    pub(crate) fn is(&self, item: Node<'_>) -> bool {
        if let Some(written) = &self.written {
            return block::value(item).as_ref() == Some(&written.item.value);
        }
        let text = |path: &str| item.find(path).and_then(Node::as_str);
        if text("hook") != Some(&self.hook) {
            return false;
        }
        let is_set = |path: &str| item.find(path).is_some_and(Node::is_true);
        self.hook != "web_hook"
            || text("config.url") == Some(&self.url)
                && text("config.method").is_some_and(|method| method.eq_ignore_ascii_case(&self.http_method))
                && is_set("config.response.ignore") == (self.response == Response::Ignore)
                && (is_set("config.response.parse") || is_set("config.can_interrupt"))
                    == (self.response == Response::Parse)
    }

    /// At which position of a list with these hooks it belongs.
    #[must_use]
    pub(crate) fn position(&self, list: &[Node<'_>]) -> usize {
        if let Some(at) = self.at {
            return at.min(list.len());
        }
        let is_one = |item: &Node<'_>, names: &[&str]| {
            item.get("hook").and_then(Node::as_str).is_some_and(|name| names.contains(&name))
        };
        let first_of = |names: &[&str]| list.iter().position(|item| is_one(item, names));
        let place = match self.hook.as_str() {
            "require_verified_address" => Some(0),
            "session" => None,
            "verify_new_address" | "revoke_active_sessions" => first_of(&["session", "show_verification_ui"]),
            "web_hook" if self.response == Response::Parse => {
                first_of(&["verify_new_address", "revoke_active_sessions", "session", "show_verification_ui"])
            }
            _ => first_of(&["session"]),
        };
        place.unwrap_or(list.len())
    }
}

/// The variables that Kratos needs for the secret of a hook at a list, after the hooks of these names. Kratos empties each earlier
/// item of the list for which no variable is set (koanf, D011), so one is set for each, to what the file says anyway.
#[must_use]
pub(crate) fn environment(path: &str, earlier: &[String], key: &str) -> Vec<Setting> {
    let list = env::of_path(path);
    let name_of =
        |(index, name): (usize, &String)| Setting { name: format!("{list}_{index}_HOOK"), value: Some(name.clone()) };
    let mut settings: Vec<Setting> = earlier.iter().enumerate().map(name_of).collect();
    settings.push(secret(path, earlier.len(), key));
    settings
}

/// The variable of the secret of the hook at an index of a list.
fn secret(path: &str, index: usize, key: &str) -> Setting {
    Setting { name: env::of_path(&format!("{path}.{index}.config.auth.config.{key}")), value: None }
}

/// What begins the comment about the variables of a hook.
const VARIABLES: &str = "comes from the environment of Kratos. Set all of:";

/// So many earlier hooks are named one by one in a comment: with more, the comment would be longer than the list itself.
const MAX_NAMED: usize = 8;

/// The comment about the variables of [`environment`].
fn variables(path: &str, earlier: &[String], key: &str) -> Vec<String> {
    let mut lines = vec![format!("# `{key}` {VARIABLES}")];
    if earlier.len() > MAX_NAMED {
        let list = env::of_path(path);
        let end = earlier.len() - 1;
        lines.push(format!("#   {list}_0_HOOK … {list}_{end}_HOOK, each set to the `hook` of its list entry"));
        lines.push(format!("#   {}=<the secret>", secret(path, earlier.len(), key).name));
        return lines;
    }
    for Setting { name, value } in environment(path, earlier, key) {
        lines.push(format!("#   {name}={}", value.as_deref().unwrap_or("<the secret>")));
    }
    lines
}

/// Whether a line is of such a comment.
#[must_use]
pub(crate) fn is_own(line: &str) -> bool {
    let Some(comment) = line.trim().strip_prefix("# ") else { return false };
    let is_variable = |name: &str| name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let is_value = |value: &str| value == "<the secret>" || crate::kratos::hooks::names().contains(&value);
    ["value", "password"].iter().any(|key| comment == format!("`{key}` {VARIABLES}"))
        || given::is_meant(comment)
        || comment.trim().split_once('=').is_some_and(|(name, value)| is_variable(name) && is_value(value))
}

/// The key of the secret of a hook.
fn secret_key(item: Node<'_>) -> &'static str {
    let kind = item.find("config.auth.type").and_then(Node::as_str);
    if kind == Some("basic_auth") { "password" } else { "value" }
}

/// Whether the secret of a hook is not in the file.
fn takes_secret(item: Node<'_>) -> bool {
    item.find("config.auth.config").is_some_and(|auth| auth.get("value").is_none() && auth.get("password").is_none())
}

/// The names of the first hooks of a list.
#[must_use]
pub(crate) fn names<'t>(list: impl IntoIterator<Item = Node<'t>>) -> Vec<String> {
    list.into_iter().map(|item| item.get("hook").and_then(Node::as_str).unwrap_or("web_hook").to_owned()).collect()
}

/// A scalar as YAML reads it back as this text.
#[must_use]
pub(crate) fn quoted(text: &str) -> String {
    // Words that YAML, or an older reader of it, takes for another type.
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/:.-_+=@%&?~".contains(c));
    let safe_start =
        text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.ends_with(':') && !text.contains(": ");
    let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    if plain && safe_start && !is_word { text.to_owned() } else { Value::String(text.to_owned()).to_string() }
}

/// A list into which the hook goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// Path of the list, keys joined by dots.
    pub path: String,
    /// Hooks of the list for all methods that the new list of the method would switch off, as YAML pointers.
    pub shadows: Vec<String>,
}

impl Site {
    /// The list of a method, which replaces that for all methods when it is new.
    #[must_use]
    pub(crate) fn of_method(root: Node<'_>, flow: &str, method: &str) -> Site {
        let path = hooks::list_path(flow, "after", Some(method));
        let is_used = root.find(&path).is_some_and(|list| list.items().len() > 0);
        let global = root.find(&hooks::list_path(flow, "after", None)).filter(|_| !is_used);
        Site { path, shadows: global.into_iter().flat_map(Node::items).map(Node::pointer).collect() }
    }
}

/// Whether a file is written in TOML, by its name.
#[must_use]
pub(crate) fn is_toml(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".toml")
}

/// JSON pointer of a list at a path of keys joined by dots.
#[must_use]
pub(crate) fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

/// Whether users are offered to register by code: it is open to clients otherwise too, but is seldom meant to be.
fn offers_code(root: Node<'_>) -> bool {
    root.find("selfservice.methods.code.passwordless_enabled").is_some_and(Node::is_true)
}

/// The hooks that may stand in the list at a path (keys joined by dots); none where the release has no such list.
#[must_use]
pub fn allowed_hooks(path: &str, version: Version) -> Vec<&'static str> {
    let place = HOOK_PLACES.iter().find(|place| place.path == path);
    let hooks = place.into_iter().flat_map(|place| place.hooks);
    hooks.filter(|(_, versions)| versions.contains(version)).map(|(hook, _)| *hook).collect()
}

/// The lists into which a hook must go so that it really runs.
///
/// # Errors
/// Says what is missing when there is no such list.
pub(crate) fn sites(
    root: Node<'_>,
    wanted: &Wanted,
    version: Version,
    schemas: &[IdentitySchema],
) -> Result<Vec<Site>, String> {
    let path = |method: Option<&str>| hooks::list_path(wanted.flow, wanted.trigger, method);
    let single = Site { path: path(None), shadows: Vec::new() };
    if wanted.trigger == "before" || !hooks::METHODS.iter().any(|(flow, _)| *flow == wanted.flow) {
        return Ok(vec![single]);
    }
    let is_used = |method: &str| root.find(&path(Some(method))).is_some_and(|list| list.items().len() > 0);
    if let Some(method) = &wanted.method {
        return Ok(vec![Site::of_method(root, wanted.flow, method)]);
    }
    // A hook that decides acts before saving, where only the lists of methods are read.
    let decides = wanted.response == Response::Parse && wanted.hook == "web_hook";
    let needs_method =
        wanted.flow != "login" && decides || !allowed_hooks(&single.path, version).contains(&wanted.hook.as_str());
    let may_stand = |method: &str| allowed_hooks(&path(Some(method)), version).contains(&wanted.hook.as_str());
    let mut points = plan::points(root, version);
    plan::drop_unreachable(&mut points, schemas);
    let is_meant = |point: &Point<'_>| point.flow == wanted.flow && point.trigger == "after" && point.enabled;
    // A hook that decides must run on each open way, on one that is open by accident too. Whoever has hooks for code means that way.
    let is_meant_way = |method: &str| decides || is_used(method) || offers_code(root);
    let is_open = |method: &str| wanted.flow != "registration" || method != "code" || is_meant_way(method);
    let methods = points.into_iter().filter(is_meant).filter_map(|point| point.method);
    let mut sites: Vec<Site> = Vec::new();
    for method in methods.filter(|method| is_open(method)) {
        let own = is_used(method) || needs_method;
        let site = if own { Site::of_method(root, wanted.flow, method) } else { single.clone() };
        if !sites.contains(&site) && (!own || may_stand(method)) {
            sites.push(site);
        }
    }
    let is_known = || hooks::methods(wanted.flow, version).any(may_stand);
    match sites.is_empty() {
        false => Ok(sites),
        true if needs_method && is_known() => Err(format!(
            "no enabled method of {} has a list that takes {}: enable one under selfservice.methods, or name one with --method",
            wanted.flow,
            if decides { "a web_hook that decides" } else { wanted.hook.as_str() }
        )),
        true => Ok(vec![single]),
    }
}
