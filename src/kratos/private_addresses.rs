//! The ban on private addresses (`clients.http.disallow_private_ip_ranges`) and its exceptions.
//!
//! Exceptions are compared with the whole URL of the call: up to v1.0.0 they must equal it without query, since v1.1.0 they are
//! globs, in which `*` stops at `.` and `/` and `**` does not (`ory/x httpx/private_ip_validator.go`, `oryx/httpx/ssrf.go:RoundTrip`;
//! seen on v1.0.0 to master).

use crate::kratos::url::{self, Url};
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::yaml::Node;

/// Keys with URLs that Kratos calls through the client that has the ban.
const CALLED: [&str; 9] = [
    "selfservice.flows.*.before.hooks[].config.url",
    "selfservice.flows.*.after.hooks[].config.url",
    "selfservice.flows.*.after.*.hooks[].config.url",
    "selfservice.methods.password.config.migrate_hook.config.url",
    "courier.http.request_config.url",
    "courier.channels[].request_config.url",
    "courier.sms.request_config.url",
    "selfservice.methods.oidc.config.providers[].issuer_url",
    "selfservice.methods.oidc.config.providers[].token_url",
];

/// The URLs that Kratos calls through the client that has the ban, as far as they are known.
#[must_use]
pub fn called(root: Node<'_>) -> Vec<(Node<'_>, &str)> {
    let nodes = CALLED.iter().flat_map(|path| root.select(path));
    nodes.filter_map(|node| Some((node, view::text(node)?))).collect()
}

/// The ban, where it is on and a URL is surely private and no exception lets it pass or is meant to: an exception on the same
/// host that misses is a fault of its own.
#[must_use]
pub fn banned<'t>(root: Node<'t>, text: &str, version: Version) -> Option<Node<'t>> {
    let ban = root.find("clients.http.disallow_private_ip_ranges").filter(|node| node.is_true())?;
    let host = url::parse(text).ok().filter(Url::is_web)?.hostname();
    let entries = root.select("clients.http.private_ip_exception_urls[]");
    let meant = |entry: &Node<'_>| {
        view::text(*entry).is_none_or(|entry| {
            excepts(entry, text, version)
                || is_elaborate(entry)
                || !entry.contains("://")
                || url::parse(entry).is_ok_and(|url| url.hostname() == host)
        })
    };
    let private = url::is_private_address(host) || url::is_loopback(host) || !host.contains(['.', ':']);
    Some(ban).filter(|_| private && !entries.iter().any(meant))
}

/// Whether an exception lets a call to `url` pass.
#[must_use]
pub fn excepts(entry: &str, url: &str, version: Version) -> bool {
    if version >= Version::V1_1 {
        return matches(entry.as_bytes(), url.as_bytes(), 0);
    }
    url.split(['?', '#']).next() == Some(entry)
}

/// Whether a glob has words of its own (`[…]`, `{…}`, `?`, …), of which nothing is said here.
#[must_use]
pub fn is_elaborate(glob: &str) -> bool {
    glob.contains(['[', '{', '?', '!', '\\'])
}

/// Whether a glob of letters, `*` (stops at `.` and `/`) and `**` matches a text. Bounded by the depth of `*`.
fn matches(glob: &[u8], text: &[u8], depth: usize) -> bool {
    const MAX_STARS: usize = 12;
    let Some((first, rest)) = glob.split_first() else { return text.is_empty() };
    if *first != b'*' {
        return text.split_first().is_some_and(|(letter, others)| letter == first && matches(rest, others, depth));
    }
    if depth > MAX_STARS {
        return true;
    }
    let (rest, all) = rest.strip_prefix(b"*").map_or((rest, false), |rest| (rest, true));
    for skipped in 0..=text.len() {
        let (before, after) = text.split_at(skipped);
        if !all && before.last().is_some_and(|letter| matches!(letter, b'.' | b'/')) {
            return false;
        }
        if matches(rest, after, depth + 1) {
            return true;
        }
    }
    false
}
