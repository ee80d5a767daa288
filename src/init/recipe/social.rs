//! Sign-in with an account that users have elsewhere: the block of the provider, and a mapper that trusts only what is verified.

use serde_json::json;

use super::{Asked, Built, file_mark, session};
use crate::kratos::ctx::providers::{self, Presence, Verification};
use crate::kratos::secrets;
use crate::kratos::version::Version;
use crate::yaml::Node;

/// A provider that Kratos knows.
struct Provider {
    /// Its word in the configuration.
    name: &'static str,
    /// The first release that has it.
    since: Version,
    /// What is asked of it.
    scopes: &'static [&'static str],
    /// What its `issuer_url` is; none where Kratos knows it.
    issuer: Option<&'static str>,
    /// What must be known of it.
    note: &'static str,
}

const fn provider(name: &'static str, since: Version, scopes: &'static [&'static str]) -> Provider {
    Provider { name, since, scopes, issuer: None, note: "" }
}

impl Provider {
    const fn at(self, issuer: &'static str) -> Provider {
        Provider { issuer: Some(issuer), ..self }
    }

    const fn note(self, note: &'static str) -> Provider {
        Provider { note, ..self }
    }
}

/// An issuer that each installation has for itself.
const OWN_ISSUER: &str = "https://login.example.org/";

const OLD: Version = Version::V1_0;

/// All providers, with the scopes that bring the address and the name.
const PROVIDERS: [Provider; 24] = [
    provider("google", OLD, &["email", "profile"]),
    provider("github", OLD, &["user:email"]),
    provider("gitlab", OLD, &["openid", "profile", "email"]).at("https://gitlab.com"),
    provider("microsoft", OLD, &["profile", "email"]),
    provider("apple", OLD, &["email", "name"]),
    provider("facebook", OLD, &["email", "public_profile"]),
    provider("discord", OLD, &["identify", "email"]),
    provider("generic", OLD, &["profile", "email"]).at(OWN_ISSUER),
    provider("auth0", OLD, &["openid", "profile", "email"]).at(OWN_ISSUER),
    provider("slack", OLD, &["identity.basic", "identity.email", "identity.avatar"]),
    provider("linkedin_v2", Version::V1_2, &["profile", "email"]),
    provider("github-app", OLD, &[]).note("The GitHub app needs the permission to read email addresses."),
    provider("salesforce", Version::V1_3_0, &["openid", "profile", "email"]).at("https://login.salesforce.com"),
    provider("spotify", OLD, &["user-read-email", "user-read-private"]),
    provider("netid", OLD, &["email", "profile"]),
    provider("patreon", OLD, &["identity", "identity[email]"]),
    provider("x", Version::V1_2, &["email"]).note("The application at X needs the permission to read email addresses."),
    provider("line", Version::V25_4, &["profile", "email"]),
    provider("amazon", Version::V25_4, &["profile"]),
    provider("uaepass", Version::V26_2, &["urn:uae:digitalid:profile:general"]).at("https://id.uaepass.ae"),
    provider("vk", OLD, &["email"]),
    provider("yandex", OLD, &["login:email", "login:info", "login:avatar"]),
    provider("lark", OLD, &[]),
    provider("linkedin", OLD, &["r_liteprofile", "r_emailaddress"])
        .note("LinkedIn gives this API to no new application: use linkedin_v2, which Kratos has since v1.2.0."),
];

/// Variables of Apple, which has no client secret: Kratos makes it from the private key.
const APPLE: [(&str, &str); 4] = [
    ("CLIENT_ID", "<the services id>"),
    ("APPLE_TEAM_ID", "<the team id>"),
    ("APPLE_PRIVATE_KEY_ID", "<the id of the private key>"),
    ("APPLE_PRIVATE_KEY", "<the private key, with its line breaks>"),
];

const OTHERS: [(&str, &str); 2] = [("CLIENT_ID", "<the client id>"), ("CLIENT_SECRET", "<the client secret>")];

/// The provider of a name that this release has, and its issuer.
fn named(asked: &Asked<'_>) -> Result<(&'static Provider, Option<String>), String> {
    let name = asked.arguments.first().map(String::as_str).unwrap_or_default();
    let known = || PROVIDERS.iter().filter(|provider| provider.since <= asked.version);
    let Some(provider) = PROVIDERS.iter().find(|provider| provider.name == name) else {
        let known: Vec<&str> = known().map(|provider| provider.name).collect();
        return Err(format!("no recipe for the provider {name}; known: {}", known.join(", ")));
    };
    if asked.version < provider.since {
        return Err(format!("{name} needs Kratos {} or newer, this is {}", provider.since, asked.version));
    }
    match (asked.arguments.get(1), provider.issuer) {
        (Some(_), None) => Err(format!("{name} has a fixed issuer: leave the URL out")),
        (Some(url), Some(_)) => {
            crate::init::check::url(url).map_err(|why| format!("{url}: {why}"))?;
            Ok((provider, Some(url.clone())))
        }
        (None, issuer) => Ok((provider, issuer.map(str::to_owned))),
    }
}

fn id_of(provider: Node<'_>) -> &str {
    provider.get("id").and_then(Node::as_str).unwrap_or_default()
}

/// What the environment must set for a provider, with the ids of those before it; nothing for one that has its secrets.
fn variables(listed: &[Node<'_>], id: &str, own: Option<Node<'_>>) -> Vec<(String, String)> {
    let variable = |index: usize, key: &str| format!("SELFSERVICE_METHODS_OIDC_CONFIG_PROVIDERS_{index}_{key}");
    let is_set = |key: &str| own.is_some_and(|own| own.get(key).is_some_and(|value| !value.is_null()));
    let index = listed.iter().position(|item| id_of(*item) == id).unwrap_or(listed.len());
    let needed = if id == "apple" { &APPLE[..] } else { &OTHERS[..] };
    let missing: Vec<_> = needed.iter().filter(|(key, _)| !is_set(&key.to_ascii_lowercase())).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let before = listed.iter().take(index).enumerate();
    let before = before.map(|(index, item)| (variable(index, "ID"), secrets::name(id_of(*item))));
    before.chain(missing.into_iter().map(|(key, what)| (variable(index, key), (*what).to_owned()))).collect()
}

pub(super) fn build(asked: &Asked<'_>) -> Result<Built, String> {
    let (provider, issuer) = named(asked)?;
    let id = provider.name;
    let file = format!("oidc/{id}.jsonnet");
    let mut block = json!({"id": id, "provider": id, "mapper_url": file_mark(&file)});
    if !provider.scopes.is_empty() {
        block["scope"] = json!(provider.scopes);
    }
    if id == "microsoft" {
        block["microsoft_tenant"] = json!("common");
    }
    let mut notes = Vec::new();
    if let Some(issuer) = issuer {
        if issuer == OWN_ISSUER {
            notes.push(format!("Set `issuer_url` to your own, or name it: init recipe social-sign-in {id} https://…"));
        }
        block["issuer_url"] = json!(issuer);
    }
    let listed = asked.root.and_then(|root| root.find("selfservice.methods.oidc.config.providers"));
    let listed: Vec<Node<'_>> = listed.into_iter().flat_map(Node::items).collect();
    let own = listed.iter().copied().find(|item| id_of(*item) == id);
    if let Some(own) = own {
        notes.push(format!("The provider {id} is there: it is left as it is, and no mapper is written."));
        if own.get("mapper_url").is_none_or(Node::is_null) {
            notes.push("It has no `mapper_url`: Kratos needs one to make an identity of the claims.".to_owned());
        }
    }
    let mut given = variables(&listed, id, own);
    // Tokens that are there already were stored in clear text: Kratos could not read them with a cipher.
    let is_first = listed.is_empty();
    let missing = if is_first { json!({"ciphers": {"algorithm": "xchacha20-poly1305"}}) } else { json!({}) };
    if is_first && asked.root.is_none_or(|root| root.find("secrets.cipher").is_none()) {
        given.push(("SECRETS_CIPHER".to_owned(), "<32 characters>".to_owned()));
    }
    if is_first && asked.root.is_some_and(|root| root.find("ciphers.algorithm").is_none()) {
        notes.push(format!(
            "`ciphers.algorithm` is set too: without it Kratos stores the tokens of {id} in clear text."
        ));
    }
    let callback = format!("{}self-service/methods/oidc/callback/{id}", asked.public());
    notes.push(format!("Register this callback URL at {id}: {callback}"));
    if !is_said(id) {
        notes.push(format!("{id} does not say whether an address is verified: users type theirs, and verify it."));
    }
    if !provider.note.is_empty() {
        notes.push(provider.note.to_owned());
    }
    Ok(Built {
        set: json!({"selfservice": {"methods": {"oidc": {"enabled": true, "config": {"providers": [block]}}}}}),
        missing,
        hooks: vec![session("oidc")],
        files: if own.is_some() { Vec::new() } else { vec![(file, mapper(asked, id))] },
        given,
        notes,
        ..Built::default()
    })
}

/// Whether a provider says which addresses are verified. What Kratos sets itself says nothing.
pub(crate) fn is_said(provider: &str) -> bool {
    matches!(providers::verification(provider), Verification::Sent | Verification::Sure)
}

/// A mapper that takes an address only when the provider says that it is verified.
pub(crate) fn mapper(asked: &Asked<'_>, provider: &str) -> String {
    let address = asked.address();
    let is_said = is_said(provider);
    let mut text = "local claims = std.extVar('claims');\n".to_owned();
    if is_said {
        text.push_str(
            "local is_verified = 'email' in claims && 'email_verified' in claims && claims.email_verified;\n",
        );
    }
    text.push_str("{\n  identity: {\n    traits: {\n");
    if is_said {
        text.push_str(&format!("      [if is_verified then '{address}']: claims.email,\n"));
    }
    if asked.has_text("name") {
        text.push_str(&name(asked, provider));
    }
    text.push_str("    },\n");
    if is_said && asked.version >= Version::V1_1 {
        text.push_str("    [if is_verified then 'verified_addresses']: [{ via: 'email', value: claims.email }],\n");
    }
    text + "  },\n}\n"
}

/// The name of a user: one claim, or two that make it up.
fn name(asked: &Asked<'_>, provider: &str) -> String {
    let is_sent = |claim: &str| providers::presence(provider, asked.version, claim) != Presence::Never;
    if is_sent("name") {
        return "      [if 'name' in claims then 'name']: claims.name,\n".to_owned();
    }
    let last = ["family_name", "last_name"].into_iter().find(|claim| is_sent(claim));
    let Some(last) = last.filter(|_| is_sent("given_name")) else { return String::new() };
    format!(
        "      [if 'given_name' in claims && '{last}' in claims then 'name']: claims.given_name + ' ' + claims.{last},\n"
    )
}
