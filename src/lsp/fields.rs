//! What the fields of `ctx`, of claims and of sessions are, in a sentence each.

use crate::jsonnet::types::{JsonType, Text};
use crate::kratos::secrets;

/// The field after names of the fields around it, or alone.
const TEXTS: &[(&str, &str)] = &[
    ("aal", "How strong this method of sign-in is: `aal1` for one factor, `aal2` for a second one."),
    ("acr", "How the provider says that the user signed in."),
    ("active", "The method that the user chose in this flow."),
    ("amr", "The methods with which the user signed in at the provider."),
    ("aud", "The client ID for which the provider issued the token."),
    ("auth_time", "When the user signed in at the provider, in seconds since 1970."),
    ("authenticated_at", "When the user signed in."),
    ("authentication_methods", "The methods with which the user signed in to this session, in their order."),
    ("authenticator_assurance_level", "`aal1` after one factor, `aal2` after a second one."),
    ("birthdate", "The date of birth that the provider knows."),
    ("body", "The text of the message."),
    ("completed_at", "When the user completed this method."),
    ("created_at", "When this was saved first."),
    ("credentials", "How the identity can sign in: identifiers by method, without secrets."),
    ("ctx.flow", "The self-service flow in which the hook runs: its id, type and transient payload."),
    ("ctx.identity", "The identity: its id, traits, state and metadata."),
    ("ctx.session", "The session of the user: when it began and how the user signed in."),
    ("devices", "The browsers and devices that use this session."),
    ("email", "The email address at the provider. It is proven only if `email_verified` is true."),
    ("email_verified", "Whether the provider says that the address is verified."),
    ("expires_at", "The time after which this is no longer accepted."),
    ("external_id", "The ID of the identity in your own system."),
    ("family_name", "The family name at the provider."),
    ("flow.id", "The ID of the flow; every hook of one flow gets the same."),
    ("flow.return_to", "Where Kratos redirects the browser after the flow."),
    ("flow.state", "How far the flow is."),
    ("flow.type", "`browser` for browsers, `api` for native clients."),
    ("flow.ui", "The form that the user sees: its address, fields and messages."),
    ("gender", "The gender that the provider knows."),
    ("given_name", "The given name at the provider."),
    ("groups", "The groups of the user at the provider."),
    ("hd", "The domain of the Google Workspace account; private accounts have none."),
    ("identifier", "What the user typed to sign in: an email address, a phone number or a name."),
    ("identity.id", "The ID of the identity: it never changes."),
    ("identity.state", "`active` or `inactive`; inactive identities cannot sign in."),
    ("iss", "The issuer: the address of the provider."),
    ("issued_at", "When the flow or the session began."),
    ("locale", "The language of the user at the provider."),
    ("metadata_admin", "What your systems store with the identity and only the admin API shows."),
    ("metadata_public", "What your systems store with the identity and the user can read, but not change."),
    ("name", "The full name at the provider."),
    ("nickname", "The short name at the provider."),
    ("oauth2_login_challenge", "The challenge of Ory Hydra when this flow is part of an OAuth2 sign-in."),
    ("oauth2_login_request", "The OAuth2 sign-in of Ory Hydra that this flow belongs to."),
    ("organization_id", "The organization of the identity; the open-source server has none."),
    ("password", "The password that the user typed. Send it to nothing but the system that checks it."),
    ("phone_number", "The phone number at the provider."),
    ("phone_number_verified", "Whether the provider says that the phone number is verified."),
    ("picture", "The address of the profile picture."),
    ("preferred_username", "The user name at the provider; it can change."),
    ("profile", "The address of the profile page."),
    ("provider", "The ID of the provider with which the user signed in."),
    ("raw_claims", "All claims as the provider sent them, for those that have no field of their own."),
    ("recipient", "The email address or the phone number to which the message goes."),
    ("recovery_addresses", "The addresses to which Kratos sends recovery messages."),
    ("refresh", "Whether the user signs in again although a session exists."),
    (
        "request_cookies",
        "All cookies of the request by name. The session cookie is one of them: send no more than you need.",
    ),
    ("request_headers", "The headers of the request of the user; each is a list of texts."),
    ("request_method", "The HTTP method of the request of the user."),
    ("requested_aal", "How strong the sign-in must be: `aal1` or `aal2`."),
    ("request_url", "The address that the client called, with its query."),
    ("return_to", "Where Kratos redirects the browser after the flow."),
    ("roles", "The roles of the user at the provider."),
    ("schema_id", "The ID of the identity schema, as in `identity.schemas`."),
    ("schema_url", "Where Kratos serves the identity schema."),
    ("session.active", "Whether the session is active."),
    ("session.id", "The ID of the session."),
    ("session_token_exchange_code", "The code with which a native client gets its session token."),
    ("state", "How far the flow or the object is."),
    ("state_changed_at", "When the state changed last."),
    ("sub", "The ID of the user at the provider: it never changes."),
    ("subject", "The subject of the message."),
    ("team", "The team of the user at the provider."),
    ("template_data", "What the template of the message gets."),
    ("template_type", "Which message this is, for example `recovery_code_valid`."),
    ("to", "To whom the message goes."),
    ("tokenized", "The session as a JSON web token, when the client asked for one."),
    ("traits", "The traits of the identity, as the identity schema defines them."),
    ("transient_payload", "What the client sent with the form for hooks and messages; Kratos stores none of it."),
    ("type", "Which kind this is."),
    ("updated_at", "When this was saved last."),
    ("username", "The user name at the provider."),
    ("verifiable_addresses", "The addresses that Kratos verifies, each with its state."),
    ("website", "The website of the user."),
    ("zoneinfo", "The time zone of the user."),
];

/// What a field is that is read from this expression; nothing where users or other systems name the fields.
pub(super) fn about(expression: &str, name: &str) -> Option<&'static str> {
    let is_free = |of: &str| {
        [".traits", "metadata_", "transient_payload", "raw_claims", "_headers", "_cookies", ".ui"]
            .iter()
            .any(|part| of.contains(part))
    };
    if is_free(expression) {
        return None;
    }
    let around = expression.rsplit(|chr: char| !chr.is_alphanumeric() && chr != '_').next().unwrap_or_default();
    let find = |name: &str| TEXTS.iter().find(|(field, _)| *field == name).map(|(_, text)| *text);
    find(&format!("{around}.{name}")).or_else(|| find(name))
}

/// Shortest text that may be a key.
const SHORTEST_KEY: usize = 8;

/// Whether a text of a document may be a key or hold one: it is no short word.
fn may_be_key(text: &str) -> bool {
    text.len() >= SHORTEST_KEY && secrets::name(text) != text
}

/// Whether an expression writes a key to the letter.
pub(super) fn holds_key(written: &str) -> bool {
    written.split(['"', '\'']).skip(1).step_by(2).any(may_be_key)
}

/// A type in words, without what a document writes to the letter: that may be a key.
pub(super) fn in_words(kind: &JsonType) -> String {
    fn masked(kind: &JsonType) -> JsonType {
        match kind {
            JsonType::Text(Text::Is(text)) if may_be_key(text) => JsonType::text(),
            JsonType::List(item) => JsonType::list(masked(item)),
            JsonType::Union(kinds) => JsonType::union(kinds.iter().map(masked)),
            other => other.clone(),
        }
    }
    masked(kind).in_words()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_by_what_is_around_them() {
        assert_eq!(about("function(ctx) { a: ctx.flow", "id"), about("ctx.flow", "id"));
        assert_ne!(about("ctx.flow", "id"), about("ctx.identity", "id"));
        assert_eq!(about("ctx.identity.traits", "email"), None);
        assert!(about("claims", "email").is_some_and(|text| text.contains("email_verified")));
        assert!(TEXTS.iter().all(|(name, text)| text.ends_with('.') && text.len() > 15 && !name.is_empty()));
    }
}
