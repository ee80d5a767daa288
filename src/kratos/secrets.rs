//! Which values of a configuration are secret. They are never printed: not in messages, snippets, nor any output.

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
    let in_headers = node.parent().and_then(Node::key) == Some("headers");
    in_headers && node.key().is_some_and(is_secret_header)
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
