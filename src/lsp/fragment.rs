//! What is written for a key so that Kratos takes it: its value, or all that its mapping must hold.

use serde_json::Value;

use super::probe::MARK;
use super::repeat;
use super::samples::special;
use super::snippet::Snippet;
use crate::init::quoted;
use crate::kratos::hooks::lists;
use crate::kratos::schema::{self, Key, Limit, Shape};
use crate::kratos::version::Version;
use crate::yaml::Node;

/// Deepest fragment.
const MAX_DEPTH: usize = 8;

/// Keys of a mapping that are written when it demands none, the first that it has.
const FIRST: &[&str] = &["enabled", "hooks", "password", "ui_url", "config", "valid", "email", "body", "subject"];

/// Keys that are written before the others of their mapping.
const LEADING: [&str; 5] = ["id", "type", "enabled", "provider", "url"];

/// What is written for keys of one release.
#[derive(Clone, Copy)]
pub(super) struct Fragments<'t> {
    /// The release.
    pub(super) version: Version,
    /// The configuration into which it is written.
    pub(super) root: Option<Node<'t>>,
}

impl Fragments<'_> {
    /// `name: …`, with its lines indented by `indent`.
    pub(super) fn entry(self, name: &str, path: &str, indent: usize) -> Snippet {
        let mut out = Snippet::default();
        self.write_entry(name, path, indent, 0, &mut out);
        out
    }

    /// An item of a list without its dash.
    pub(super) fn item(self, list: &str, indent: usize) -> Option<Snippet> {
        let mut out = Snippet::default();
        self.write_item(list, indent, 0, &mut out).then_some(out)
    }

    /// A hook of this name without its dash.
    /// A `web_hook` runs in the background, or its answer can stop the flow.
    pub(super) fn hook(self, name: &str, decides: bool, indent: usize) -> Snippet {
        let mut out = Snippet::default();
        self.write_hook(name, decides, indent, &mut out);
        out
    }

    /// The value of a key that is no mapping and no list.
    pub(super) fn scalar(self, path: &str) -> Option<Snippet> {
        let key = schema::lookup(path, self.version)?;
        let mut out = Snippet::default();
        if let Some(text) = self.of_root(path) {
            out.place(quoted(&text));
            return Some(out);
        }
        write_scalar(path, key, false, &mut out);
        Some(out)
    }

    fn write_entry(self, name: &str, path: &str, indent: usize, depth: usize, out: &mut Snippet) {
        out.text(format!("{}:", quoted_key(name)));
        let Some(key) = schema::lookup(path, self.version) else { return out.text(" {}") };
        match key.shape {
            Shape::Object | Shape::Open | Shape::Flags => {
                let children = self.children(path);
                if children.is_empty() || depth >= MAX_DEPTH {
                    return out.text(" {}");
                }
                for child in children {
                    out.line(indent + 2);
                    self.write_entry(child, &join(path, child), indent + 2, depth + 1, out);
                }
            }
            Shape::List => {
                let mut item = Snippet::default();
                let shadowed = self.root.map(|root| repeat::shadowed(root, path, self.version)).unwrap_or_default();
                if !shadowed.is_empty() {
                    out.append(repeat::items(&shadowed, indent + 2));
                } else if depth < MAX_DEPTH && self.write_item(path, indent + 4, depth + 1, &mut item) {
                    out.line(indent + 2);
                    out.text("- ");
                    out.append(item);
                } else {
                    out.text(" []");
                }
            }
            _ => {
                out.text(" ");
                match self.of_root(path) {
                    Some(text) => out.place(quoted(&text)),
                    None => write_scalar(path, key, depth > 0, out),
                }
            }
        }
    }

    /// What follows from the rest: the release, and the id of an identity schema that fits the others: the default one names a
    /// schema of the list, and each id is there once.
    fn of_root(self, path: &str) -> Option<String> {
        if path == "version" {
            return Some(self.version.released().name().to_owned());
        }
        let root = self.root?;
        let ids: Vec<&str> = root.select("identity.schemas[].id").into_iter().filter_map(Node::as_str).collect();
        match path {
            "identity.default_schema_id" => ids.first().map(|id| (*id).to_owned()),
            "identity.schemas[].id" => {
                let named = root.find("identity.default_schema_id").and_then(Node::as_str);
                let first = named.filter(|id| !id.contains(MARK)).unwrap_or("default");
                let others = (2..).map(|number| format!("{first}-{number}"));
                std::iter::once(first.to_owned()).chain(others).find(|id| !ids.contains(&id.as_str()))
            }
            _ => None,
        }
    }

    fn write_item(self, list: &str, indent: usize, depth: usize, out: &mut Snippet) -> bool {
        let hooks = self.hooks(list);
        // Whoever signs users in after one method does so after each.
        let session = hooks.iter().find(|hook| **hook == "session").filter(|_| self.signs_in_elsewhere(list));
        if let Some(hook) = session.or(hooks.first()) {
            self.write_hook(hook, false, indent, out);
            return true;
        }
        let path = format!("{list}[]");
        let Some(key) = schema::lookup(&path, self.version) else { return false };
        match key.shape {
            Shape::Object | Shape::Open | Shape::Flags => {
                let children = self.children(&path);
                for (index, child) in children.iter().enumerate() {
                    if index > 0 {
                        out.line(indent);
                    }
                    self.write_entry(child, &join(&path, child), indent, depth + 1, out);
                }
                !children.is_empty()
            }
            Shape::List | Shape::Any => false,
            _ => {
                write_scalar(&path, key, true, out);
                true
            }
        }
    }

    fn write_hook(self, name: &str, decides: bool, indent: usize, out: &mut Snippet) {
        out.text(format!("hook: {name}"));
        if name != "web_hook" {
            return;
        }
        out.line(indent);
        out.append(self.hook_config(decides, indent));
    }

    /// What a `web_hook` needs beside its name.
    pub(super) fn hook_config(self, decides: bool, indent: usize) -> Snippet {
        let mut out = Snippet::of("config:");
        out.line(indent + 2);
        out.text("url: ");
        out.place(self.endpoint());
        for key in ["method", "body"] {
            out.line(indent + 2);
            self.write_entry(key, &format!("#web_hook.config.{key}"), indent + 2, 1, &mut out);
        }
        out.line(indent + 2);
        out.text("response:");
        out.line(indent + 4);
        out.text(if decides { "parse: true" } else { "ignore: true" });
        out
    }

    /// An endpoint that no hook calls yet: the items of a list must differ.
    fn endpoint(self) -> String {
        let sample = special("#web_hook.config.url").unwrap_or_default();
        let lists = self.root.map(lists).unwrap_or_default();
        let used: Vec<&str> = lists.iter().flat_map(|list| &list.hooks).filter_map(|hook| hook.url()).collect();
        let others = (2..).map(|number| format!("{sample}{number}"));
        std::iter::once(sample.clone()).chain(others).find(|url| !used.contains(&url.as_str())).unwrap_or_default()
    }

    /// Whether the list of another method of the same flow signs the user in.
    fn signs_in_elsewhere(self, list: &str) -> bool {
        let Some(root) = self.root.filter(|_| list.starts_with("selfservice.flows.registration.after.")) else {
            return false;
        };
        let hooks = root.select("selfservice.flows.registration.after.*.hooks[].hook");
        hooks.into_iter().any(|hook| hook.as_str() == Some("session"))
    }

    /// The hooks of the open-source server that a list may hold, web hooks first.
    pub(super) fn hooks(self, list: &str) -> Vec<&'static str> {
        let allowed = crate::init::allowed_hooks(list, self.version);
        let mut hooks: Vec<&str> =
            allowed.into_iter().filter(|hook| crate::kratos::hooks::is_known(hook, self.version)).collect();
        hooks.sort_by_key(|hook| *hook != "web_hook");
        hooks
    }

    /// The keys that are written for a mapping: those that it demands, else one that says something.
    pub(super) fn children(self, path: &str) -> Vec<&'static str> {
        if path.rsplit('.').next() == Some("auth") {
            return vec!["type", "config"];
        }
        if path.ends_with(".auth.config") {
            return vec!["name", "value", "in"];
        }
        let all: Vec<&'static str> = schema::children(path, self.version).collect();
        let is_demanded = |name: &&str| schema::lookup(&join(path, name), self.version).is_some_and(Key::is_required);
        let mut chosen: Vec<&'static str> = all.iter().copied().filter(is_demanded).collect();
        // What depends on several keys, see `schema::conditions`.
        let also: &[&str] = match path {
            "selfservice.methods.passkey" | "selfservice.methods.webauthn" | "selfservice.methods.oidc" => {
                &["enabled", "config"]
            }
            "selfservice.methods.webauthn.config" => &["rp"],
            "selfservice.methods.webauthn.config.rp" => &["id", "display_name"],
            "selfservice.methods.oidc.config" => &["providers"],
            "selfservice.methods.oidc.config.providers[]" => &["client_secret", "issuer_url"],
            "selfservice.flows" => &["login"],
            "selfservice.flows.registration" | "selfservice.flows.login" | "selfservice.flows.settings" => &["ui_url"],
            "selfservice.flows.recovery" | "selfservice.flows.verification" => &["enabled", "ui_url"],
            "serve" => &["public"],
            // Alone it lets every site in, or none.
            "serve.public.cors" | "serve.admin.cors" => &["enabled", "allowed_origins"],
            "session" => &["lifespan"],
            "session.cookie" => &["persistent"],
            "tracing" => &["provider", "providers"],
            "tracing.providers" => &["otlp"],
            "tracing.providers.otlp" => &["server_url", "sampling"],
            "tracing.providers.otlp.sampling" => &["sampling_ratio"],
            "serve.public.tls" | "serve.admin.tls" => &["cert", "key"],
            "serve.public.tls.cert" | "serve.public.tls.key" | "serve.admin.tls.cert" | "serve.admin.tls.key" => {
                &["path"]
            }
            "secrets" => &["cookie"],
            "courier" => &["smtp"],
            "courier.smtp" => &["connection_uri"],
            "courier.channels[]" => &["id", "type", "request_config"],
            "courier.channels[].request_config" | "courier.http.request_config" => &["url", "method", "body"],
            _ => &[],
        };
        chosen.extend(all.iter().copied().filter(|name| also.contains(name)));
        // What a thing is comes first, then by name.
        let rank = |name: &str| LEADING.iter().position(|one| *one == name).unwrap_or(LEADING.len());
        chosen.sort_by_key(|name| (rank(name), all.iter().position(|one| one == name)));
        chosen.dedup();
        if !chosen.is_empty() {
            return chosen;
        }
        let preferred = FIRST.iter().find_map(|name| all.iter().find(|one| *one == name));
        let is_simple = |name: &&&str| {
            let shape = schema::lookup(&join(path, name), self.version).map(|key| key.shape);
            !matches!(shape, Some(Shape::Object | Shape::Open | Shape::Flags | Shape::List) | None)
        };
        let first = preferred.or_else(|| all.iter().find(is_simple)).or(all.first());
        first.into_iter().copied().collect()
    }
}

/// Writes a value; `is_whole` when the keys beside it are written too, on which one may depend.
fn write_scalar(path: &str, key: &Key, is_whole: bool, out: &mut Snippet) {
    if let Some(words) = key.words() {
        // Jaeger is the first word, and needs more keys than this one.
        let last = || words.last().map(|word| (*word).to_owned());
        let default = if path == "tracing.provider" && !is_whole {
            last()
        } else {
            special(path).filter(|_| is_whole).or_else(|| default_text(key))
        };
        let first = words.iter().filter(|word| Some(**word) == default.as_deref());
        let rest = words.iter().filter(|word| Some(**word) != default.as_deref());
        return out.choice(first.chain(rest).copied());
    }
    if let Some(value) = special(path) {
        return out.place(value);
    }
    match (default_of(key), key.shape) {
        (Some(Value::String(text)), _) if !text.is_empty() => out.place(quoted(&text)),
        (Some(value @ Value::Number(_)), _) => out.place(value.to_string()),
        // No one writes a switch to leave it as it is without it; what is on by default is written to say so.
        (Some(Value::Bool(_)), _) | (_, Shape::Boolean) => out.choice(["true", "false"]),
        (_, Shape::Integer | Shape::Number) => out.place(least(key).to_string()),
        _ => out.place(quoted(of_format(key))),
    }
}

fn default_of(key: &Key) -> Option<Value> {
    serde_json::from_str(key.default()?).ok()
}

fn default_text(key: &Key) -> Option<String> {
    default_of(key)?.as_str().map(str::to_owned)
}

fn least(key: &Key) -> i64 {
    let least = key.limits.iter().find_map(|limit| match limit {
        Limit::Min(least) => Some(*least),
        _ => None,
    });
    least.unwrap_or(1)
}

/// A value in the format of a key.
fn of_format(key: &Key) -> &'static str {
    let known = key.limits.iter().find_map(|limit| {
        Some(match limit {
            Limit::Uri | Limit::HttpUrl | Limit::UriReference => "https://example.org/",
            Limit::TemplateUri => "file:///etc/config/kratos/template.gotmpl",
            Limit::Email => "no-reply@example.org",
            Limit::Hostname => "example.org",
            Limit::Duration | Limit::DurationSingle | Limit::DurationNonzero => "1h",
            Limit::ByteSize => "128MB",
            Limit::SmtpUri => "smtps://mail.example.org:465/",
            Limit::Origin => "https://example.org",
            Limit::HostPort => "127.0.0.1:4317",
            _ => return None,
        })
    });
    known.unwrap_or("text")
}

/// A key as YAML reads it back.
pub(super) fn quoted_key(name: &str) -> String {
    quoted(name)
}

pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
