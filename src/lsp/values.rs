//! What is said of keys and values that completion offers: how often keys are set, and what providers of social sign-in are like.

use super::offer::{Offer, SNIPPET};
use super::snippet::Snippet;
use crate::init::quoted;
use crate::kratos::ctx::providers::{Presence, Verification, presence, verification};
use crate::kratos::schema::conditions::keys_of_provider;
use crate::kratos::schema::texts;
use crate::kratos::version::Version;
use crate::rules::oidc::provider_without_issuer::needs_issuer;
use crate::yaml::Node;

/// Names of keys, those that are set most in real configurations first.
const OFTEN: &[&str] = &[
    "id",
    "type",
    "enabled",
    "providers",
    "provider",
    "ui_url",
    "url",
    "method",
    "passwordless_enabled",
    "hooks",
    "config",
    "version",
    "dsn",
    "serve",
    "selfservice",
    "identity",
    "courier",
    "session",
    "secrets",
    "log",
    "default_browser_return_url",
    "allowed_return_urls",
    "methods",
    "flows",
    "public",
    "admin",
    "base_url",
    "cors",
    "allowed_origins",
    "allowed_methods",
    "allowed_headers",
    "exposed_headers",
    "allow_credentials",
    "login",
    "registration",
    "settings",
    "recovery",
    "verification",
    "logout",
    "error",
    "after",
    "before",
    "password",
    "oidc",
    "code",
    "totp",
    "passkey",
    "webauthn",
    "lookup_secret",
    "link",
    "profile",
    "client_id",
    "client_secret",
    "mapper_url",
    "scope",
    "issuer_url",
    "body",
    "response",
    "parse",
    "ignore",
    "auth",
    "name",
    "value",
    "in",
    "smtp",
    "connection_uri",
    "from_address",
    "from_name",
    "headers",
    "schemas",
    "default_schema_id",
    "cookie",
    "default",
    "cipher",
    "cookies",
    "hashers",
    "ciphers",
    "algorithm",
    "lifespan",
    "use",
    "level",
    "format",
    "leak_sensitive_values",
    "haveibeenpwned_enabled",
    "min_password_length",
    "privileged_session_max_age",
    "required_aal",
    "domain",
    "same_site",
    "path",
    "persistent",
    "rp",
    "display_name",
    "origins",
    "issuer",
    "bcrypt",
    "cost",
    "argon2",
    "whoami",
];

/// Providers that most projects ask for, before the others.
const PROVIDERS: &[&str] = &[
    "google",
    "microsoft",
    "apple",
    "github",
    "generic",
    "facebook",
    "gitlab",
    "discord",
    "auth0",
    "slack",
    "linkedin_v2",
];

/// Further values of keys of which there is more than one kind, each with what it is.
const OTHERS: &[(&str, &[(&str, &str)])] = &[(
    "dsn",
    &[
        ("memory", "for tests: all identities are lost at restart"),
        ("sqlite:///var/lib/sqlite/db.sqlite?_fk=true", "SQLite, one file for one server"),
        ("mysql://kratos@tcp(mysql:3306)/kratos", "MySQL"),
        ("cockroach://kratos@cockroach:26257/kratos?sslmode=disable", "CockroachDB"),
    ],
)];

/// What lists of texts hold mostly, the most usual first.
const ITEMS: &[(&str, &[&str])] = &[
    ("cors.allowed_headers", &["Authorization", "Content-Type", "Cookie", "X-Session-Token"]),
    ("cors.exposed_headers", &["Content-Type", "Set-Cookie"]),
];

/// The scopes that a provider knows, the most usual first.
fn scopes(provider: &str) -> &'static [&'static str] {
    match provider {
        "apple" => &["email", "name"],
        "discord" => &["identify", "email"],
        "facebook" => &["email", "public_profile"],
        "github" | "github-app" => &["user:email", "read:user"],
        "gitlab" => &["openid", "email", "profile", "read_user"],
        "slack" => &["identity.basic", "identity.email"],
        "spotify" => &["user-read-email", "user-read-private"],
        "google" | "linkedin_v2" | "salesforce" => &["openid", "email", "profile"],
        "auth0" | "generic" | "microsoft" => &["openid", "email", "profile", "offline_access"],
        _ => &[],
    }
}

/// What a list of texts holds mostly.
pub(super) fn items(path: &str, list: Node<'_>) -> &'static [&'static str] {
    if path.ends_with("providers[].scope") {
        let provider = list.parent().and_then(|around| around.get("provider")).and_then(Node::as_str);
        return scopes(provider.unwrap_or("generic"));
    }
    ITEMS.iter().find(|(end, _)| path.ends_with(end)).map(|(_, items)| *items).unwrap_or_default()
}

/// Further values of a key, beside its example.
pub(super) fn others(path: &str, version: Version) -> Vec<Offer> {
    let all = OTHERS.iter().find(|(key, _)| *key == path).map(|(_, values)| *values).unwrap_or_default();
    let about = texts::about(path, version);
    let offer = |(value, what): &(&str, &str)| {
        let (detail, text) = ((*what).to_owned(), Snippet::of(quoted(value)));
        Offer { detail, text, about: about.clone(), ..Offer::word(value, SNIPPET) }
    };
    all.iter().map(offer).collect()
}

/// What a key is sorted by among the others of its mapping.
pub(super) fn order_of_key(name: &str) -> String {
    order(OFTEN, name)
}

/// What a provider is sorted by among the others.
pub(super) fn order_of_provider(name: &str) -> String {
    order(PROVIDERS, name)
}

fn order(all: &[&str], name: &str) -> String {
    let place = all.iter().position(|one| *one == name).unwrap_or(all.len());
    format!("{place:03}{name}")
}

/// The keys that a provider needs beside it.
fn needed(name: &str, version: Version) -> Vec<&'static str> {
    let mut keys = keys_of_provider(name, version);
    keys.extend(needs_issuer(name, version).then_some("issuer_url"));
    keys
}

/// Those of them that are not there.
pub(super) fn keys_along(name: &str, around: Node<'_>, version: Version) -> Vec<&'static str> {
    let mut keys = needed(name, version);
    keys.retain(|key| around.get(key).is_none());
    keys
}

/// What is special about a provider, in a few words, and in a paragraph.
pub(super) fn provider(name: &str, version: Version) -> (String, String) {
    let needs: Vec<String> = needed(name, version).iter().map(|key| format!("`{key}`")).collect();
    let what = match name {
        "generic" => "Any provider of OpenID Connect that has a discovery document.",
        "fedcm-test" => "For tests only: anyone can sign in as any user.",
        "linkedin" => "The old API of LinkedIn; new applications use `linkedin_v2`.",
        "linkedin_v2" => "LinkedIn by OpenID Connect.",
        "github-app" => "A GitHub App; `github` is for an OAuth app.",
        "x" => "X (Twitter), by OAuth 1.",
        _ => "",
    };
    let (detail, said) = match verification(name) {
        Verification::Sent => {
            ("says whether addresses are verified", "`claims.email_verified` says whether the address is verified.")
        }
        Verification::Sure => {
            ("addresses are verified", "The provider verifies each address; `claims.email_verified` says so.")
        }
        Verification::SetByKratos => (
            "addresses may be unverified",
            "Kratos sets `claims.email_verified` itself: it does not prove that the address is verified.",
        ),
        Verification::NeverSent => (
            "addresses are not verified",
            "`claims.email_verified` is never there: Kratos must verify the address itself.",
        ),
        Verification::Unknown => ("", ""),
    };
    let email = match presence(name, version, "email") {
        Presence::Never => "The provider sends no address.",
        Presence::Maybe => "The address comes only with its scope, and when the user has one.",
        Presence::Always | Presence::Unknown => "",
    };
    let needed = if needs.is_empty() { String::new() } else { format!("It needs {}.", needs.join(", ")) };
    let about: Vec<&str> = [what, needed.as_str(), said, email].into_iter().filter(|text| !text.is_empty()).collect();
    let short = if needs.is_empty() { String::new() } else { format!("needs {}", needs.join(", ").replace('`', "")) };
    let short: Vec<&str> = [short.as_str(), detail].into_iter().filter(|text| !text.is_empty()).collect();
    (short.join("; "), about.join(" "))
}
