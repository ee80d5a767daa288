//! What the schema demands of several keys at once, by hand (embedx/config.schema.json).

use super::progress::Walk;
use super::{FaultKind, Shape};
use crate::kratos::version::Version;
use crate::yaml::Node;

/// Checks the object at `path` after its keys.
pub(super) fn check<'t>(walk: &mut Walk<'t>, node: Node<'t>, path: &str) {
    match path {
        "" => root(walk, node),
        "#web_hook.config" => web_hook(walk, node),
        "#web_hook.config.response" => response(walk, node),
        "selfservice.methods.code" => code(walk, node),
        "selfservice.methods.webauthn" | "selfservice.methods.passkey" => enabled_needs_config(walk, node, path),
        "selfservice.methods.webauthn.config.rp" => relying_party(walk, node, path),
        "selfservice.methods.oidc.config.providers[]" => provider(walk, node, path),
        _ if AUTHS.contains(&path) => auth(walk, node, path),
        _ => {}
    }
}

/// Objects that hold either an API key or a user with password.
const AUTHS: [&str; 5] = [
    "#web_hook.config.auth",
    "courier.channels[].request_config.auth",
    "courier.http.request_config.auth",
    "courier.sms.request_config.auth",
    "selfservice.methods.password.config.migrate_hook.config.auth",
];

/// The keys of `config` by `type` of an [`AUTHS`] object.
const AUTH_KEYS: [(&str, &[&str]); 2] = [("api_key", &["name", "value", "in"]), ("basic_auth", &["user", "password"])];

/// Whether a map looks at the value of this key: maps with a pattern for keys let others pass.
pub(super) fn map_key_is_checked(path: &str, key: &str) -> bool {
    match path {
        "session.whoami.tokenizer.templates" => key.bytes().any(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)),
        "selfservice.methods.oidc.config.providers[].requested_claims" => key == "userinfo" || key == "id_token",
        _ => true,
    }
}

/// Hooks of the commercial build.
pub(super) fn is_commercial_hook(name: &str) -> bool {
    name == "b2b_sso" || name == "organization"
}

/// Up to v26.2.0 they need a `config` and take nothing else; after that they take anything.
pub(super) fn commercial_hook_is_open(version: Version) -> bool {
    version >= Version::AFTER_V26_2
}

/// Objects of hooks that have no row of their own.
pub(super) fn hook_object(path: &str, version: Version) -> Option<Shape> {
    match path {
        "#notify_previous_addresses.config" if version >= Version::AFTER_V26_2 => Some(Shape::Object),
        "#b2b_sso.config" | "#organization.config" => Some(Shape::Open),
        _ => None,
    }
}

fn is_true(node: Node<'_>, path: &str) -> bool {
    node.find(path).is_some_and(Node::is_true)
}

/// Exactly one of recovery and verification on asks for `courier`, which the loader always puts in; an algorithm asks for
/// cipher secrets.
fn root<'t>(walk: &mut Walk<'t>, node: Node<'t>) {
    let flows = ["selfservice.flows.recovery.enabled", "selfservice.flows.verification.enabled"];
    let enabled = flows.iter().filter(|path| is_true(node, path)).count();
    if enabled == 1 && node.get("courier").is_none() {
        walk.missing(node, "", "courier");
    }
    let algorithm = node.find("ciphers.algorithm").and_then(Node::as_str);
    if matches!(algorithm, Some("aes" | "xchacha20-poly1305")) {
        match node.get("secrets") {
            None => walk.missing(node, "", "secrets"),
            Some(secrets) if secrets.is_mapping() && secrets.get("cipher").is_none() => {
                walk.missing(secrets, "secrets", "cipher");
            }
            Some(_) => {}
        }
    }
}

fn web_hook<'t>(walk: &mut Walk<'t>, node: Node<'t>) {
    let Some(interrupt) = node.get("can_interrupt").filter(|_| is_true(node, "response.ignore")) else { return };
    if interrupt.as_bool() != Some(false) && !interrupt.is_unknown() {
        let message = "a hook whose response is ignored cannot interrupt the flow".to_owned();
        let help = "remove `response.ignore: true` so that the hook can stop the flow, or `can_interrupt` \
            so that it runs in the background";
        walk.fault(interrupt, FaultKind::Conflict, message, Some(help.to_owned()));
    }
}

fn response<'t>(walk: &mut Walk<'t>, node: Node<'t>) {
    if let Some(parse) = node.get("parse").filter(|parse| parse.is_true() && is_true(node, "ignore")) {
        let message = "a response cannot be both ignored and parsed".to_owned();
        let help = "remove `ignore: true` so that Kratos reads the response, or `parse: true` so that the \
            hook runs in the background";
        walk.fault(parse, FaultKind::Conflict, message, Some(help.to_owned()));
    }
}

fn code<'t>(walk: &mut Walk<'t>, node: Node<'t>) {
    if walk.version >= Version::V1_1 && is_true(node, "passwordless_enabled") && is_true(node, "mfa_enabled") {
        let message =
            "`code` is either a first factor (`passwordless_enabled`) or a second one (`mfa_enabled`), not both";
        let help = Some("set one of the two to false".to_owned());
        walk.fault(node, FaultKind::Conflict, message.to_owned(), help);
    }
}

fn enabled_needs_config<'t>(walk: &mut Walk<'t>, node: Node<'t>, path: &str) {
    if is_true(node, "enabled") && node.get("config").is_none() {
        walk.missing(node, path, "config");
    }
}

/// Since v1.1.0 `origin` and `origins` exclude each other, and either way `id` and `display_name` are needed.
fn relying_party<'t>(walk: &mut Walk<'t>, node: Node<'t>, path: &str) {
    if walk.version < Version::V1_1 {
        return;
    }
    for key in ["id", "display_name"] {
        if node.get(key).is_none() {
            walk.missing(node, path, key);
        }
    }
    if let Some(origin) = node.get("origin").filter(|_| node.get("origins").is_some()) {
        let message = "`origin` and `origins` exclude each other".to_owned();
        walk.fault(origin, FaultKind::Conflict, message, Some("keep `origins`".to_owned()));
    }
}

/// The key of the tenant of Microsoft: it has its prefix since v0.9.0.
fn tenant_key(version: Version) -> &'static str {
    if version < Version::V0_9 { "tenant" } else { "microsoft_tenant" }
}

/// The keys of Apple: they have their prefix since v0.9.0.
fn apple_keys(version: Version) -> [&'static str; 3] {
    if version < Version::V0_9 {
        ["team_id", "private_key_id", "private_key"]
    } else {
        ["apple_team_id", "apple_private_key_id", "apple_private_key"]
    }
}

/// The keys that an entry of `providers` must have because of its `provider`.
pub(crate) fn keys_of_provider(kind: &str, version: Version) -> Vec<&'static str> {
    match kind {
        "microsoft" => vec![tenant_key(version)],
        "apple" => apple_keys(version).to_vec(),
        _ => Vec::new(),
    }
}

fn provider<'t>(walk: &mut Walk<'t>, node: Node<'t>, path: &str) {
    let Some(kind) = node.get("provider") else {
        return provider_without_apple(walk, node, path);
    };
    if kind.is_unknown() {
        return;
    }
    let kind = kind.as_str().unwrap_or_default();
    let name = tenant_key(walk.version);
    match (kind, node.get(name)) {
        ("microsoft", None) => walk.missing(node, path, name),
        ("microsoft", _) | (_, None) => {}
        (_, Some(tenant)) => {
            let message = format!("`{name}` is for the provider `microsoft`, this is `{kind}`");
            walk.fault(tenant, FaultKind::Conflict, message, Some("remove it".to_owned())).at_key = true;
        }
    }
    if kind != "apple" {
        return provider_without_apple(walk, node, path);
    }
    for key in apple_keys(walk.version) {
        if node.get(key).is_none() {
            walk.missing(node, path, key);
        }
    }
    if let Some(secret) = node.get("client_secret").filter(|secret| is_filled(*secret)) {
        let message = "Apple has no `client_secret`: Kratos makes it from the private key".to_owned();
        walk.fault(secret, FaultKind::Conflict, message, Some("remove it".to_owned())).at_key = true;
    }
}

fn provider_without_apple<'t>(walk: &mut Walk<'t>, node: Node<'t>, path: &str) {
    if node.get("client_secret").is_none() {
        walk.missing(node, path, "client_secret");
    }
    let keys = apple_keys(walk.version);
    for value in keys.iter().filter_map(|key| node.get(key)).filter(|value| is_filled(*value)) {
        let message = format!("`{}` is for the provider `apple`", value.key().unwrap_or_default());
        walk.fault(value, FaultKind::Conflict, message, Some("remove it".to_owned())).at_key = true;
    }
}

/// Whether `minLength: 1` holds: only of a text that is empty it does not.
fn is_filled(node: Node<'_>) -> bool {
    node.as_str().is_none_or(|text| !text.is_empty()) && !node.is_unknown()
}

fn auth<'t>(walk: &mut Walk<'t>, node: Node<'t>, path: &str) {
    let kind = node.get("type");
    if kind.is_none() {
        walk.missing(node, path, "type");
    }
    let Some(config) = node.get("config") else {
        return walk.missing(node, path, "config");
    };
    let row = AUTH_KEYS.iter().find(|(name, _)| kind.and_then(Node::as_str) == Some(name));
    let Some((name, keys)) = row.filter(|_| config.is_mapping()) else { return };
    let inner = format!("{path}.config");
    for key in keys.iter().filter(|key| config.get(key).is_none()) {
        walk.missing(config, &inner, key);
    }
    let known = |key: &str| AUTH_KEYS.iter().any(|(_, keys)| keys.contains(&key));
    for field in config.fields().filter(|field| known(field.key) && !keys.contains(&field.key)) {
        let message = format!("`{}` does not belong to `{name}`", field.key);
        let help = format!("use the keys of `{name}`: {}", keys.join(", "));
        walk.fault(field.value, FaultKind::Conflict, message, Some(help)).at_key = true;
    }
}
