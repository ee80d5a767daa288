//! Ory Network and the Ory Enterprise License as targets: how a configuration for them is told from one for the open source
//! server, and what differs there.
//!
//! Nothing here was tried against the hosted service. Sources: github.com/ory/cli v1.3.3, the API description of
//! github.com/ory/client-go v1.22.66, github.com/ory/docs (2026-07), github.com/ory/terraform-provider-ory (2026-08), exports in
//! public repositories.

pub(crate) mod content;
pub(crate) mod keys;
pub(crate) mod senders;

use crate::kratos::url;
use crate::yaml::Node;

/// Which server reads the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// The open source server.
    #[default]
    OpenSource,
    /// Ory Network, the hosted service.
    Network,
    /// The server of the Ory Enterprise License.
    Enterprise,
}

impl Edition {
    /// The word of `--kratos`; none for the open source server, whose releases have names.
    #[must_use]
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Edition::OpenSource => None,
            Edition::Network => Some("network"),
            Edition::Enterprise => Some("oel"),
        }
    }

    /// Reads the word of `--kratos`.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Edition> {
        match text.trim().to_ascii_lowercase().as_str() {
            "network" => Some(Edition::Network),
            "oel" => Some(Edition::Enterprise),
            _ => None,
        }
    }
}

/// Where Ory Network keeps content that it was given as `base64://`: the SHA-512 of the bytes and an ending follow.
pub(crate) const STORAGE: &str = "https://storage.googleapis.com/bac-gcs-production/";

/// How ids and addresses of schemas begin that Ory Network provides.
pub(crate) const PRESET: &str = "preset://";

/// The domain of projects of Ory Network.
const PROJECTS: &str = ".projects.oryapis.com";

/// The end of the pointer of a configuration in a project of Ory Network.
pub(crate) const IN_PROJECT: &str = "/services/identity/config";

/// The same in the wrong order, which the Ory CLI refuses.
pub(crate) const IN_PROJECT_WRONG: &str = "/identity/services/config";

/// The SHA-512 in a storage address, in lower case.
#[must_use]
pub(crate) fn stored_digest(address: &str) -> Option<&str> {
    let name = address.strip_prefix(STORAGE)?;
    let digest = name.split_once('.').map_or(name, |(digest, _)| digest);
    let is_digest = digest.len() == 128 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_digest.then_some(digest)
}

/// Whether a text is a URL or a host of a project of Ory Network.
pub(crate) fn is_of_project(text: &str) -> bool {
    let host = url::parse(text).map(|url| url.hostname()).unwrap_or_default();
    host.ends_with(PROJECTS) || (!text.contains('/') && text.ends_with(PROJECTS))
}

/// Whether a text is the path of a page that Ory Network serves itself, below the address of the project.
pub(crate) fn is_page_of_ory(text: &str) -> bool {
    text == "/ui" || text.starts_with("/ui/")
}

/// A key that only Ory Network and the Enterprise License know: a sign when nothing says which server runs.
#[must_use]
pub(crate) fn commercial_key(root: Node<'_>) -> Option<Node<'_>> {
    ["selfservice.methods.captcha", "selfservice.methods.saml"].iter().find_map(|path| root.find(path))
}

/// Method lists after a flow that Ory Network keeps; others are taken with 200 and dropped
/// (terraform-provider-ory, action resource).
pub(crate) const KEPT_LISTS: [(&str, &[&str]); 5] = [
    ("login", &["password", "oidc", "code", "webauthn", "passkey", "totp", "lookup_secret", "saml"]),
    ("registration", &["password", "oidc", "code", "webauthn", "passkey", "saml"]),
    ("settings", &["password", "oidc", "profile", "webauthn", "passkey", "totp", "lookup_secret", "saml"]),
    ("recovery", &[]),
    ("verification", &[]),
];

/// Whether Ory Network keeps the list of a method after a flow.
#[must_use]
pub(crate) fn keeps_list(flow: &str, method: &str) -> bool {
    KEPT_LISTS.iter().any(|(name, methods)| *name == flow && methods.contains(&method))
}
