//! What Ory Network does with keys of the configuration.
//!
//! Keys that the project model of the API has are settable and not listed. Source: API description of client-go v1.22.66,
//! docs (2026-07), exports.

use crate::yaml::Node;

/// What becomes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Documented as ignored.
    Ignored,
    /// Set by Ory, or elsewhere in the project.
    Managed,
    /// Documented as refused.
    Refused,
    /// Ory Network (and the Enterprise License) only.
    Commercial,
    /// The Enterprise License only.
    Enterprise,
    /// The open source server knows it; nothing says what Ory Network does.
    Unknown,
}

use Status::{Commercial, Enterprise, Ignored, Managed, Refused, Unknown};

/// Keys and what becomes of them and all below; a longer path counts before a shorter one. `[]` is an item of a list.
pub(crate) const KEYS: &[(&str, Status)] = &[
    ("ciphers", Unknown),
    ("clients.http", Unknown),
    ("clients.smtp", Unknown),
    ("clients.web_hook", Managed),
    ("config", Unknown),
    ("cookies.domain", Managed),
    ("cookies.path", Managed),
    ("cookies.secure", Unknown),
    ("courier.message_retries", Unknown),
    ("courier.smtp.client_cert_path", Unknown),
    ("courier.smtp.client_key_path", Unknown),
    ("courier.smtp.legacy_ssl", Unknown),
    ("courier.template_override_path", Unknown),
    ("courier.worker", Unknown),
    ("database", Unknown),
    ("dev", Unknown),
    ("dsn", Ignored),
    ("enterprise", Unknown),
    ("feature_flags.legacy_allow_insecure_origins", Managed),
    ("hashers", Unknown),
    ("log", Ignored),
    ("organizations", Managed),
    ("revision", Unknown),
    ("secrets", Managed),
    ("security.disallow_ref_in_identity_schemas", Managed),
    ("security.landlock", Enterprise),
    ("selfservice.flows.login.after.saml", Commercial),
    ("selfservice.flows.logout.clear_browser_data", Unknown),
    ("selfservice.flows.registration.after.saml", Commercial),
    ("selfservice.flows.registration.style", Managed),
    ("selfservice.flows.settings.after.saml", Commercial),
    ("selfservice.methods.b2b", Managed),
    ("selfservice.methods.captcha", Commercial),
    ("selfservice.methods.deviceauthn", Commercial),
    ("selfservice.methods.oidc.config.providers[].proxy_oidc_redirect_url", Commercial),
    ("selfservice.methods.oidc.config.providers[].state", Commercial),
    ("selfservice.methods.oidc.config.providers[].use_auto_link", Refused),
    ("selfservice.methods.oidc.enable_auto_link_policy", Commercial),
    ("selfservice.methods.passkey.config.attestation", Unknown),
    ("selfservice.methods.passkey.config.authenticator_selection", Unknown),
    ("selfservice.methods.passkey.config.timeouts", Unknown),
    ("selfservice.methods.password.config.haveibeenpwned_host", Unknown),
    ("selfservice.methods.saml", Commercial),
    ("selfservice.methods.webauthn.config.rp.icon", Ignored),
    ("selfservice.methods.webauthn.config.rp.origin", Unknown),
    ("serve", Ignored),
    ("serve.admin.base_url", Managed),
    ("serve.admin.cors", Managed),
    ("serve.admin.request_log", Managed),
    ("serve.public.base_url", Managed),
    ("serve.public.cors", Managed),
    ("serve.public.request_log", Managed),
    ("session.cookie.domain", Managed),
    ("session.cookie.name", Managed),
    ("session.cookie.path", Managed),
    ("session.cookie.secure", Unknown),
    ("sqa-opt-out", Unknown),
    ("tracing", Ignored),
    ("watch-courier", Unknown),
];

/// What becomes of the key at a JSON pointer; none when it is settable.
#[must_use]
pub(crate) fn status(pointer: &str) -> Option<Status> {
    let path = path_of(pointer);
    let covers = |key: &str| path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let rows = KEYS.iter().filter(|(key, _)| covers(key));
    rows.max_by_key(|(key, _)| key.len()).map(|(_, status)| *status)
}

/// The keys of a configuration with a status of their own, topmost first: each key that is all of one status once.
#[must_use]
pub(crate) fn stated(root: Node<'_>) -> Vec<(Node<'_>, Status)> {
    let mut found: Vec<(Node<'_>, Status)> = Vec::new();
    let mut open: Vec<Node<'_>> = vec![root];
    while let Some(node) = open.pop() {
        let pointer = node.pointer();
        let path = path_of(&pointer);
        let has_deeper = KEYS.iter().any(|(key, _)| key.starts_with(&format!("{path}.")) || path.is_empty());
        match status(&pointer) {
            Some(status) if !has_deeper || node.fields().next().is_none() => found.push((node, status)),
            _ if has_deeper || pointer.contains("/providers") => {
                open.extend(node.items().rev());
                open.extend(node.fields().rev().map(|field| field.value));
            }
            _ => {}
        }
    }
    found
}

/// A JSON pointer as a path: `a.b[].c`.
fn path_of(pointer: &str) -> String {
    let mut path = String::new();
    for token in pointer.split('/').skip(1) {
        if token.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str("[]");
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(token);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_key_counts() {
        assert_eq!(status("/serve/public/port"), Some(Ignored));
        assert_eq!(status("/serve/public/base_url"), Some(Managed));
        assert_eq!(status("/servers"), None);
        assert_eq!(status("/selfservice/methods/oidc/config/providers/3/state"), Some(Commercial));
        assert_eq!(status("/selfservice/methods/oidc/config/providers/3/client_id"), None);
        assert_eq!(status("/selfservice/flows/registration/after/saml/hooks/0"), Some(Commercial));
    }
}
