//! URLs as they may be shown. Nothing else in the program takes a URL apart to print it.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::words::{is_label, is_plain};
use super::{MASK, paths};

/// Longest name of a host.
const LONGEST_HOST: usize = 253;

/// The bytes of a text that is a URL which may be credentials: user and password, query and fragment.
#[must_use]
pub(crate) fn parts_of_url(text: &str) -> Vec<Range<usize>> {
    let Some((scheme, rest)) = text.split_once("://") else { return Vec::new() };
    if !is_scheme(scheme) || scheme == "base64" {
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

/// The bytes of the host (and port) of a text that is a URL; none when a password may be in it.
pub(super) fn host_of_url(text: &str) -> Option<Range<usize>> {
    let (scheme, rest) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme) && *scheme != "base64")?;
    let start = scheme.len() + "://".len();
    let authority = rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len()))?;
    // The `/` of a password ends the authority too early.
    let is_whole = rest.matches('@').count() == authority.matches('@').count();
    let before = authority.rfind('@').map_or(0, |at| at + 1);
    is_whole.then_some(start + before..start + authority.len())
}

fn is_scheme(scheme: &str) -> bool {
    !scheme.is_empty()
        && scheme.len() <= 16
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// A URL without what may be secret in it: user, password, query and fragment go, as do segments of the path and hosts that no
/// person wrote. Any other text is shown as `…`.
#[must_use]
pub(crate) fn url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) else {
        return if url.starts_with('/') { path(until_query(url)) } else { MASK.to_owned() };
    };
    if scheme == "base64" {
        return format!("{scheme}://{MASK}");
    }
    let rest = until_query(rest);
    if scheme == "file" {
        return format!("{scheme}://{}", paths::path(rest));
    }
    let (authority, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{scheme}://{}{}", host(authority), path(rest))
}

/// The scheme and host of a URL of HTTP, when they may be shown.
#[must_use]
pub(crate) fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
    let host = host(rest.split(['/', '?', '#']).next()?);
    let is_real = !host.is_empty() && !host.contains(['{', '$', '…']);
    is_real.then(|| format!("{scheme}://{host}"))
}

/// The path of a URL as it may be shown.
#[must_use]
pub(crate) fn path_of(url: &str) -> String {
    let rest = until_query(url.split_once("://").map_or(url, |(_, rest)| rest));
    rest.find('/').and_then(|at| rest.get(at..)).map_or_else(|| "/".to_owned(), path)
}

fn until_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// Host and port without the user before them. Labels that no person wrote are `…`; all of it when it is no host.
pub(super) fn host(authority: &str) -> String {
    let host = authority.rsplit('@').next().unwrap_or_default();
    // MySQL: `tcp(host:3306)`, or what is before the bracket.
    if let Some(inner) = host.strip_prefix("tcp(") {
        let (inner, end) = inner.strip_suffix(')').map_or((inner, ""), |inner| (inner, ")"));
        return format!("tcp({}{end}", self::host(inner));
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port == "*" || port.bytes().all(|byte| byte.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    };
    if port.is_some_and(|port| port.len() > 5) || name.len() > LONGEST_HOST {
        return MASK.to_owned();
    }
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let is_address = inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok());
    if is_address || is_variable(name) {
        return host.to_owned();
    }
    if !name.chars().all(|c| c.is_alphanumeric() || ".-_*".contains(c)) {
        return MASK.to_owned();
    }
    let shown = name.split('.').map(|label| if is_written(label) { label } else { MASK }).collect::<Vec<_>>().join(".");
    port.map_or(shown.clone(), |port| format!("{shown}:{port}"))
}

/// Whether a person wrote this label of a host: words, short numbers, the account of a cloud, a name in letters that are not
/// those of English.
fn is_written(label: &str) -> bool {
    let is_account = label.len() == 12 && label.bytes().all(|byte| byte.is_ascii_digit());
    label == "*" || is_account || is_label(label)
}

/// `${NAME}` or `$NAME`, without a default.
fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix('$').unwrap_or_default();
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    name.len() < text.len()
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && is_label(name)
}

/// A path whose segments read like words; others are `…`.
fn path(path: &str) -> String {
    let shown = path.split('/').map(|segment| {
        let is_shown = segment.len() <= 64
            && segment
                .split(['.', '~', '@', ':', '*', '{', '}', '$', '+', ',', ' '])
                .all(|name| name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') && is_plain(name));
        if is_shown { segment } else { MASK }
    });
    shown.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_urls() {
        for (text, host) in [
            ("smtps://u:p@mail.example.org:465/?skip_ssl_verify=true", Some("mail.example.org:465")),
            ("mysql://u:p@tcp(db.example.org:3306)/kratos", Some("tcp(db.example.org:3306)")),
            ("https://example.org", Some("example.org")),
            ("smtps://u:pa/ss@mail.example.org/", None),
            ("base64://example", None),
            ("example.org", None),
        ] {
            assert_eq!(host_of_url(text).and_then(|range| text.get(range)), host, "{text}");
        }
    }

    #[test]
    fn credentials_of_urls() {
        for (raw, shown) in [
            ("https://u:p@h.example.org/a?token=x#y", "https://h.example.org/a"),
            ("https://h.example.org/a@b", "https://h.example.org/a@b"),
            ("https://h.example.org?x", "https://h.example.org"),
            ("https://hooks.example.org/services/T00AB00/B00CD00/x7Yz12", "https://hooks.example.org/services/…/…/…"),
            ("smtp://user:pa", "smtp://…"),
            ("file:///etc/config/kratos/identity.schema.json", "file:///etc/config/kratos/identity.schema.json"),
            ("file://./hooks/a.jsonnet", "file://./hooks/a.jsonnet"),
            ("file:///etc/app01/prod2/identity.v2.json", "file:///etc/app01/prod2/identity.v2.json"),
            ("file:///etc/zQ7ppiQwy09JDnM9x/a.json", "file:///etc/…/a.json"),
            ("base64://e30=", "base64://…"),
            ("https://${HOST}/a", "https://${HOST}/a"),
            ("https://${HOST:-u}/a", "https://…/a"),
            ("http://[::1]:4433/", "http://[::1]:4433/"),
            ("/login?flow=x", "/login"),
            ("mail", "…"),
            ("https://zQ7ppiQwy09JDnM9x.ingest.example.org/login", "https://….ingest.example.org/login"),
            ("http://id.melon.zQ7ppiQwy09JDnM9xexample.org/login", "http://id.melon.….org/login"),
            ("http://kratos-admin.prod.svc.cluster.local:4434/a", "http://kratos-admin.prod.svc.cluster.local:4434/a"),
            ("https://login.k8s-2.eu-central-1.example.co.uk/", "https://login.k8s-2.eu-central-1.example.co.uk/"),
            ("http://10.20.130.240:8080/", "http://10.20.130.240:8080/"),
            ("https://*.example.org/", "https://*.example.org/"),
            ("http://localhost:*", "http://localhost:*"),
            ("https://9f425a8d7efc4768.example.org/", "https://….example.org/"),
            ("https://münchen.example/", "https://münchen.example/"),
            ("http://[fe80::zQ7]/", "http://…/"),
        ] {
            assert_eq!(url(raw), shown);
        }
    }
}
