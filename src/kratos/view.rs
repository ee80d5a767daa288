//! What a configuration says about methods, flows and places, with Kratos' defaults: the questions that many rules ask.
//!
//! Everything here is what the file says; the environment may say otherwise, so that absence is never proof.

use crate::kratos::hooks;
use crate::kratos::url::{self, Url};
use crate::kratos::version::Version;
use crate::yaml::template;
use crate::yaml::{Node, Value};

/// Whether something is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    /// On, by the file or by Kratos' default.
    On,
    /// Off, by the file or by Kratos' default.
    Off,
    /// Filled in by a template, or no boolean.
    Unknown,
}

impl Switch {
    /// Surely on.
    #[must_use]
    pub(crate) fn is_on(self) -> bool {
        self == Switch::On
    }

    /// Surely off, as far as the file goes.
    #[must_use]
    pub(crate) fn is_off(self) -> bool {
        self == Switch::Off
    }
}

/// Methods that are on unless switched off (embedx/config.schema.json, v0.13.0 to master).
const ON_BY_DEFAULT: [&str; 3] = ["password", "code", "profile"];

fn switch(node: Option<Node<'_>>, default: bool) -> Switch {
    let value = match node.map(Node::value) {
        None => default,
        Some(Value::Bool(value)) => *value,
        Some(_) => return Switch::Unknown,
    };
    if value { Switch::On } else { Switch::Off }
}

/// Whether a method of `selfservice.methods` is on.
#[must_use]
pub(crate) fn method(root: Node<'_>, name: &str) -> Switch {
    switch(root.find(&format!("selfservice.methods.{name}.enabled")), ON_BY_DEFAULT.contains(&name))
}

/// Whether a flow is on: registration by default, recovery and verification only when switched on, the others always.
#[must_use]
pub(crate) fn flow(root: Node<'_>, name: &str) -> Switch {
    match name {
        "recovery" | "verification" => switch(root.find(&format!("selfservice.flows.{name}.enabled")), false),
        "registration" => switch(root.find("selfservice.flows.registration.enabled"), true),
        _ => Switch::On,
    }
}

/// Whether a text stands for something that is filled in later: `${VAR}`, `{{ … }}`, `<your-…>`, `--set-me-…`.
#[must_use]
pub(crate) fn is_placeholder(text: &str) -> bool {
    static WORDS: Words = Words::of(&["changeme", "placeholder"]);
    static PARTED: Words = Words::of(&[
        "be-replaced",
        "change-me",
        "change_me",
        "replace-me",
        "replace_me",
        "replace-with",
        "replace_with",
        "set-me",
        "set_me",
    ]);
    text.starts_with('$')
        || (text.contains(['$', '{']) && ["${", "{{", "{%"].iter().any(|mark| text.contains(mark)))
        || WORDS.are_in(text)
        || (text.contains(['-', '_']) && PARTED.are_in(text))
        // `Name <name@example.org>` is an address.
        || has_brackets(text)
        || (text.starts_with("--") && !text.starts_with("---"))
        || (text.contains('_') && text.matches("__").count() > 1)
        || template::is_placeholder(text)
}

/// Whether a text has a part in `<…>` that is no address, also within one: `postgres://kratos:<your password>@db`.
fn has_brackets(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| rest.split_once('>').is_some_and(|(inner, _)| !inner.contains('@')))
}

/// Words in lower case that nearly every value is searched for: nothing is copied, and most bytes are compared with none.
struct Words {
    words: &'static [&'static str],
    /// Whether a word has a byte first or second, in lower case or in capitals.
    begins: [[bool; 256]; 2],
}

impl Words {
    const fn of(words: &'static [&'static str]) -> Words {
        let mut begins = [[false; 256]; 2];
        let mut at = 0;
        while at < 2 * words.len() {
            let byte = words[at / 2].as_bytes()[at % 2];
            begins[at % 2][byte as usize] = true;
            begins[at % 2][byte.to_ascii_uppercase() as usize] = true;
            at += 1;
        }
        Words { words, begins }
    }

    /// Whether a text holds one of them, in capitals or not.
    fn are_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let [first, second] = &self.begins;
        let is_in = |set: &[bool; 256], byte: u8| set.get(usize::from(byte)).copied().unwrap_or_default();
        let is_here = |at: usize, word: &str| {
            bytes.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        };
        let begins = |pair: &[u8]| matches!(pair, [one, other] if is_in(second, *other) && is_in(first, *one));
        let mut pairs = bytes.windows(2).enumerate();
        pairs.any(|(at, pair)| begins(pair) && self.words.iter().any(|word| is_here(at, word)))
    }
}

/// Whether a text says itself that a variable replaces it (`OVERWRITE_ME`, `set_by_env_variable`).
#[must_use]
pub(crate) fn is_stand_in(text: &str) -> bool {
    static WORDS: Words = Words::of(&[
        "to_override",
        "to-override",
        "to_overwrite",
        "to-overwrite",
        "overridden_by",
        "overridden-by",
        "overwritten_by",
        "overwritten-by",
        "overwrite_me",
        "overwrite-me",
        "override_me",
        "override-me",
        "replaced_by",
        "set_by_",
        "set-by-",
        "set_in_",
        "from_env",
        "from-env",
    ]);
    text.contains(['_', '-']) && WORDS.are_in(text)
}

/// The path of a node with dots: `selfservice.flows.login`.
#[must_use]
pub(crate) fn dotted(node: Node<'_>) -> String {
    node.pointer().trim_start_matches('/').replace('/', ".")
}

/// The text of a node, unless it is a placeholder.
#[must_use]
pub(crate) fn text(node: Node<'_>) -> Option<&str> {
    node.as_str().filter(|text| !is_placeholder(text))
}

/// The text of a value on one line as the file writes it, also where another program may replace it.
#[must_use]
pub(crate) fn written(node: Node<'_>) -> Option<&str> {
    let span = node.origin().span;
    let raw = node.source().text().get(span.start..span.end).filter(|_| node.is_unknown() && !node.is_aliased());
    node.as_str().or_else(|| raw.map(|text| text.trim().trim_matches(['"', '\''])))
}

/// The URL at a path, with its node, when Go can split it.
#[must_use]
pub(crate) fn url<'t>(root: Node<'t>, path: &str) -> Option<(Node<'t>, Url<'t>)> {
    let node = root.find(path)?;
    Some((node, url::parse(text(node)?).ok()?))
}

/// The `http(s)` URL that users reach Kratos at.
#[must_use]
pub(crate) fn public_url(root: Node<'_>) -> Option<(Node<'_>, Url<'_>)> {
    url(root, "serve.public.base_url").filter(|(_, url)| is_page(url))
}

/// The port at which an API (`public` or `admin`) listens; none where it is not known.
#[must_use]
pub(crate) fn port(root: Node<'_>, api: &str) -> Option<String> {
    match root.find(&format!("serve.{api}.port")) {
        None => Some(if api == "admin" { "4434" } else { "4433" }.to_owned()),
        Some(node) => node.as_f64().map(|port| port.to_string()),
    }
}

/// Keys with the pages that users see.
pub(crate) const UI_URLS: [&str; 6] = [
    "selfservice.flows.login.ui_url",
    "selfservice.flows.registration.ui_url",
    "selfservice.flows.settings.ui_url",
    "selfservice.flows.recovery.ui_url",
    "selfservice.flows.verification.ui_url",
    "selfservice.flows.error.ui_url",
];

/// Whether browsers can open an address; rules about what follows from it look at no other.
fn is_page(url: &Url<'_>) -> bool {
    url.is_web() && url::host_fault(url.hostname()).is_none()
}

/// The `http(s)` URLs of the pages that users see.
#[must_use]
pub(crate) fn ui_urls(root: Node<'_>) -> Vec<(Node<'_>, Url<'_>)> {
    UI_URLS.iter().filter_map(|path| url(root, path)).filter(|(_, url)| is_page(url)).collect()
}

/// Whether the configuration is for the machine of a developer: all known addresses of Kratos and its pages lie on loopback.
#[must_use]
pub(crate) fn is_local(root: Node<'_>) -> bool {
    let known = public_url(root).into_iter().chain(ui_urls(root));
    let hosts: Vec<&str> = known.map(|(_, url)| url.hostname()).collect();
    !hosts.is_empty() && hosts.iter().all(|host| url::is_loopback(host))
}

/// Requests that Kratos sends: those of `web_hook`s, of the courier, and of the password migration hook.
const REQUEST_CONFIGS: [&str; 4] = [
    "courier.http.request_config",
    "courier.channels[].request_config",
    "courier.sms.request_config",
    "selfservice.methods.password.config.migrate_hook.config",
];

/// The settings of all requests that Kratos sends: mappings with `url`, `headers`, `auth`, `body`.
#[must_use]
pub(crate) fn request_configs(root: Node<'_>) -> Vec<Node<'_>> {
    let hooks = hooks::lists(root).into_iter().flat_map(|list| list.hooks).filter(|hook| hook.is_web_hook());
    let hooks = hooks.filter_map(|hook| hook.node.get("config"));
    // The old sender of text messages is off unless it is switched on (`courier/sms.go`, up to v1.0.0).
    let is_sent = !switch(root.find("courier.sms.enabled"), false).is_off();
    let paths = REQUEST_CONFIGS.iter().filter(|path| is_sent || !path.starts_with("courier.sms."));
    hooks.chain(paths.flat_map(|path| root.select(path))).filter(|node| node.is_mapping()).collect()
}

/// Whether CORS lets scripts of a page call Kratos with cookies.
#[must_use]
pub(crate) fn allows_origin(root: Node<'_>, page: &Url<'_>) -> bool {
    let Some(cors) = root.find("serve.public.cors").filter(|cors| cors.get("enabled").is_some_and(Node::is_true))
    else {
        return false;
    };
    let origin = format!("{}://{}", page.scheme, page.host).to_ascii_lowercase();
    let matches = |entry: Node<'_>| {
        let entry = entry.as_str().unwrap_or_default().to_ascii_lowercase();
        match entry.split_once('*') {
            Some((before, after)) => !entry.eq("*") && origin.starts_with(before) && origin.ends_with(after),
            None => entry == origin,
        }
    };
    cors.get("allow_credentials").is_none_or(Node::is_true) && cors.select("allowed_origins[]").into_iter().any(matches)
}

/// A method that is on and gives users a second factor (`driver/registry_default.go`, `session/manager_http.go`).
#[must_use]
pub(crate) fn second_factor(root: Node<'_>, version: Version) -> Option<Node<'_>> {
    let methods = root.find("selfservice.methods")?;
    let on = |path: &str| methods.find(path).filter(|node| node.is_true());
    let web_authn =
        on("webauthn.enabled").filter(|_| switch(methods.find("webauthn.config.passwordless"), false).is_off());
    let code = on("code.mfa_enabled").filter(|_| version >= Version::V1_1);
    on("totp.enabled").or(web_authn).or_else(|| on("lookup_secret.enabled")).or(code)
}

/// Names that only Ory Network writes.
const NETWORK_MARKS: [&str; 3] =
    ["preset://", "https://storage.googleapis.com/bac-gcs-production/", ".projects.oryapis.com"];

/// Keys of the configuration in which [`NETWORK_MARKS`] are found.
const NETWORK_KEYS: [&str; 6] = [
    "identity.schemas[].id",
    "identity.schemas[].url",
    "identity.default_schema_id",
    "cookies.domain",
    "serve.public.base_url",
    "selfservice.default_browser_return_url",
];

/// Whether a configuration is an export of Ory Network, whose lists of hooks Ory writes.
#[must_use]
pub(crate) fn is_network_export(root: Node<'_>) -> bool {
    let marked =
        |node: Node<'_>| node.as_str().is_some_and(|text| NETWORK_MARKS.iter().any(|mark| text.contains(mark)));
    let named = root.find("session.cookie.name").and_then(Node::as_str);
    NETWORK_KEYS.iter().flat_map(|path| root.select(path)).any(marked)
        || named.is_some_and(|name| name.starts_with("ory_session_"))
}

/// The providers of social sign-in, in their order.
#[must_use]
pub(crate) fn providers(root: Node<'_>) -> Vec<Node<'_>> {
    root.select("selfservice.methods.oidc.config.providers[]")
}

/// A provider's kind (`google`), if the file says it.
#[must_use]
pub(crate) fn provider_kind(provider: Node<'_>) -> Option<&str> {
    provider.get("provider").and_then(text)
}

/// A duration as Go's `time.ParseDuration` reads it, in seconds; none when it does not or overflows.
#[must_use]
pub(crate) fn seconds(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 7] =
        [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let mut rest = text;
    let mut total = 0.0;
    if rest == "0" {
        return Some(0.0);
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (digits, after) = rest.split_at(end);
        let unit_end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let factor = UNITS.iter().find(|(name, _)| *name == unit)?.1;
        total += digits.parse::<f64>().ok()? * factor;
        rest = after;
    }
    // Go counts nanoseconds in 63 bits.
    Some(total).filter(|total| !text.is_empty() && *total < 9_223_372_036.0)
}

/// The duration at a path, in seconds, with its node.
#[must_use]
pub(crate) fn duration<'t>(root: Node<'t>, path: &str) -> Option<(Node<'t>, f64)> {
    let node = root.find(path)?;
    Some((node, seconds(text(node)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_go() {
        assert_eq!(seconds("1h30m"), Some(5400.0));
        assert_eq!(seconds("250ms"), Some(0.25));
        assert_eq!(seconds("0s"), Some(0.0));
        assert_eq!(seconds("99999999999999999999h"), None);
        assert_eq!(seconds("30d"), None);
        assert_eq!(seconds(""), None);
    }
}
