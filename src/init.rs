//! Writes hook blocks that are right for the version and the configuration at hand, and whole new configurations.

pub mod backend;
pub mod body;
pub mod insert;
pub mod project;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use crate::kratos::hooks;
use crate::kratos::plan::{self, Point};
use crate::kratos::schema::HOOK_PLACES;
use crate::kratos::version::Version;
use crate::yaml::Node;

/// What a web hook asks of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Response {
    /// Called in the background: its answer and its failures do not matter
    Ignore,
    /// Waited for: any failure stops the flow, the answer is not read
    Wait,
    /// Waited for, and its answer may refuse or change the identity
    Parse,
}

/// How Kratos shows the endpoint who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Auth {
    /// A key in a header
    ApiKey,
    /// User and password
    BasicAuth,
    /// Nothing
    None,
}

/// A hook to be written.
#[derive(Clone, Debug)]
pub struct Wanted {
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
    /// Rules about what the hook is meant to do, with the reason that its comment gives.
    pub meant: Vec<(&'static str, &'static str)>,
}

/// A hook as text, to be put into a list.
#[derive(Clone, Debug)]
pub struct Block {
    /// Lines of the item in block style, from the dash on.
    pub lines: Vec<String>,
    /// The item in flow style, which is JSON.
    pub flow: String,
}

impl Wanted {
    /// The hook for the list at `path` (keys joined by dots) at this position of it, from 0.
    #[must_use]
    pub fn block(&self, path: &str, index: usize) -> Block {
        if self.hook != "web_hook" {
            let flow = json!({"hook": self.hook}).to_string();
            return Block { lines: vec![format!("- hook: {}", self.hook)], flow };
        }
        let mut lines = Vec::new();
        let names: Vec<&str> = self.meant.iter().map(|(rule, _)| *rule).collect();
        let mut reasons: Vec<&str> = self.meant.iter().map(|(_, reason)| *reason).collect();
        reasons.dedup();
        if !names.is_empty() {
            lines.push(format!("# kratos-lint: ignore[{}] {}", names.join(", "), reasons.join("; ")));
        }
        lines.push("- hook: web_hook".to_owned());
        lines.push("  config:".to_owned());
        lines.push(format!("    url: {}", quoted(&self.url)));
        lines.push(format!("    method: {}", self.http_method));
        lines.push(format!("    body: {}", quoted(&self.body_reference())));
        let mut config = json!({"url": self.url, "method": self.http_method, "body": self.body_reference()});
        self.auth_lines(path, index, &mut lines, &mut config);
        match self.response {
            Response::Ignore => {
                lines.extend(["    response:".to_owned(), "      ignore: true".to_owned()]);
                config["response"] = json!({"ignore": true});
            }
            Response::Parse => {
                lines.extend(["    response:".to_owned(), "      parse: true".to_owned()]);
                config["response"] = json!({"parse": true});
            }
            Response::Wait => {}
        }
        Block { lines, flow: json!({"hook": "web_hook", "config": config}).to_string() }
    }

    fn body_reference(&self) -> String {
        self.body_url.clone().unwrap_or_else(|| format!("base64://{}", BASE64_STANDARD.encode(&self.body)))
    }

    fn auth_lines(&self, path: &str, index: usize, lines: &mut Vec<String>, config: &mut Value) {
        let variable = |key: &str| {
            let name = format!("{path}.{index}.config.auth.config.{key}");
            name.to_ascii_uppercase().replace('.', "_")
        };
        let (kind, key, secret) = match self.auth {
            Auth::None => return,
            Auth::ApiKey => ("api_key", "value", json!({"name": "X-Webhook-Key", "in": "header"})),
            Auth::BasicAuth => ("basic_auth", "password", json!({"user": "kratos"})),
        };
        let placeholder = format!("<{}>", variable(key));
        lines.push("    auth:".to_owned());
        lines.push(format!("      type: {kind}"));
        lines.push("      config:".to_owned());
        for (name, value) in secret.as_object().into_iter().flatten() {
            lines.push(format!("        {name}: {}", value.as_str().unwrap_or_default()));
        }
        if index == 0 {
            lines.push(format!("        # The environment sets it: {}", variable(key)));
        } else {
            // A variable for one item makes those before it null, and Kratos does not start (koanf, as for any list).
            lines.push(
                "        # Fill it in before the start (envsubst, sed): a variable for this hook alone".to_owned(),
            );
            lines.push("        # would empty the hooks before it".to_owned());
        }
        lines.push(format!("        {key}: \"{placeholder}\""));
        config["auth"] = json!({"type": kind, "config": secret});
        config["auth"]["config"][key] = json!(placeholder);
    }
}

/// A scalar as YAML reads it back as this text.
#[must_use]
pub fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/:.-_+=@%&?~".contains(c));
    let safe_start =
        text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.ends_with(':') && !text.contains(": ");
    if plain && safe_start { text.to_owned() } else { Value::String(text.to_owned()).to_string() }
}

/// A list into which the hook goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Path of the list, keys joined by dots.
    pub path: String,
    /// Hooks of the list for all methods that the new list of the method would switch off, as YAML pointers.
    pub shadows: Vec<String>,
}

/// Whether people are offered to register by code: it is open to clients otherwise too, but nobody means it to be.
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
#[must_use]
pub fn sites(root: Node<'_>, wanted: &Wanted, version: Version) -> Vec<Site> {
    let base = format!("selfservice.flows.{}.{}", wanted.flow, wanted.trigger);
    let single = vec![Site { path: format!("{base}.hooks"), shadows: Vec::new() }];
    if wanted.trigger == "before" || !hooks::METHODS.iter().any(|(flow, _)| *flow == wanted.flow) {
        return single;
    }
    let list = |method: Option<&str>| {
        root.find(&method.map_or(format!("{base}.hooks"), |method| format!("{base}.{method}.hooks")))
    };
    let is_used = |method: &str| list(Some(method)).is_some_and(|list| list.items().len() > 0);
    let global: Vec<String> = list(None).into_iter().flat_map(Node::items).map(Node::pointer).collect();
    let of_method = |method: &str| Site {
        path: format!("{base}.{method}.hooks"),
        shadows: if is_used(method) { Vec::new() } else { global.clone() },
    };
    if let Some(method) = &wanted.method {
        return vec![of_method(method)];
    }
    // A hook that decides acts before saving, where only the lists of methods are read.
    let needs_method = wanted.flow != "login" && wanted.response == Response::Parse && wanted.hook == "web_hook"
        || !allowed_hooks(&format!("{base}.hooks"), version).contains(&wanted.hook.as_str());
    let methods = plan::points(root, version)
        .into_iter()
        .filter(|point: &Point<'_>| point.flow == wanted.flow && point.trigger == "after" && point.enabled)
        .filter_map(|point| point.method)
        .filter(|method| wanted.flow != "registration" || *method != "code" || offers_code(root));
    let mut sites = Vec::new();
    for method in methods {
        if is_used(method) || needs_method {
            sites.push(of_method(method));
        } else if !sites.contains(&single[0]) {
            sites.extend(single.clone());
        }
    }
    if sites.is_empty() { single } else { sites }
}
