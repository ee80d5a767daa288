//! Which values of a configuration are secret. They are never printed: not in messages, snippets, nor any output.

use std::ops::Range;

use crate::yaml::Node;

/// Keys whose value is secret wherever they stand; their objects and lists too.
const KEYS: &[&str] = &[
    "dsn",
    "secrets",
    "client_secret",
    "apple_private_key",
    "private_key",
    "connection_uri",
    "authorization_header",
    "password_hash",
    "jwks",
];

/// Keys that are secret below a key: `auth.config.value`, `tls.key.base64`, …
const BELOW: &[(&str, &str)] =
    &[("auth", "value"), ("auth", "password"), ("key", "base64"), ("basic_auth", "password")];

/// Names of HTTP headers (lower case) or parts of them that carry credentials.
const HEADER_PARTS: &[&str] =
    &["authorization", "cookie", "token", "secret", "api-key", "apikey", "api_key", "password", "x-key"];

/// Whether the value of this node must not be shown.
#[must_use]
pub fn is_secret(node: Node<'_>) -> bool {
    let chain = || std::iter::once(node).chain(node.ancestors());
    if chain().filter_map(Node::key).any(is_secret_key) {
        return true;
    }
    let below = |(around, key): &(&str, &str)| {
        node.key() == Some(key) && node.ancestors().take(2).filter_map(Node::key).any(|name| name == *around)
    };
    if BELOW.iter().any(below) {
        return true;
    }
    // Keys to sign tokens with, written into the configuration.
    if node.key() == Some("jwks_url") && node.as_str().is_some_and(|text| text.starts_with("base64://")) {
        return true;
    }
    let in_headers = node.parent().and_then(Node::key) == Some("headers");
    in_headers && node.key().is_some_and(is_secret_header)
}

/// The bytes of a text that is a URL which may be credentials: user and password, query and fragment.
#[must_use]
pub fn parts_of_url(text: &str) -> Vec<Range<usize>> {
    let Some((scheme, rest)) = text.split_once("://") else { return Vec::new() };
    if !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) || scheme == "base64" {
        return Vec::new();
    }
    let start = scheme.len() + "://".len();
    let mut parts = Vec::new();
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if let Some(at) = rest.get(..authority).and_then(|authority| authority.rfind('@')) {
        parts.push(start..start + at);
    }
    if let Some(query) = rest.find(['?', '#']) {
        parts.push(start + query + 1..text.len());
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A URL without its credentials, see [`parts_of_url`].
#[must_use]
pub fn without_credentials(url: &str) -> String {
    let (mut shown, mut at) = (String::new(), 0);
    for part in parts_of_url(url) {
        // The mark before a query goes with it, as does the one behind the user.
        let is_user = url.get(part.end..).is_some_and(|rest| rest.starts_with('@'));
        shown.push_str(url.get(at..part.start - usize::from(!is_user)).unwrap_or_default());
        at = part.end + usize::from(is_user);
    }
    shown + url.get(at..).unwrap_or_default()
}

/// Whether a key of this name holds a secret wherever it stands.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    KEYS.contains(&key)
}

/// Whether an HTTP header of this name carries credentials.
#[must_use]
pub fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HEADER_PARTS.iter().any(|part| name.contains(part))
}

/// The texts of all secret values below a node, longest first; for masking them wherever they would be printed.
#[must_use]
pub fn values(root: Node<'_>) -> Vec<&str> {
    let mut found: Vec<&str> = root
        .descendants()
        .into_iter()
        .filter(|node| is_secret(*node))
        .filter_map(Node::as_str)
        .filter(|t| !t.is_empty())
        .collect();
    found.sort_by_key(|text| (std::cmp::Reverse(text.len()), *text));
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_urls() {
        for (url, shown) in [
            ("https://u:p@h.example.org/a?token=x#y", "https://h.example.org/a"),
            ("https://h.example.org/a@b", "https://h.example.org/a@b"),
            ("https://h.example.org?x", "https://h.example.org"),
            ("mail", "mail"),
        ] {
            assert_eq!(without_credentials(url), shown);
        }
    }
}
