//! The ban on private addresses (`clients.http.disallow_private_ip_ranges`) and its exceptions.
//!
//! Exceptions are compared with the whole URL of the call: up to v1.0.0 they must equal it without query, since v1.1.0 they are
//! globs, in which `*` stops at `.` and `/` and `**` does not (`ory/x httpx/private_ip_validator.go`, `oryx/httpx/ssrf.go:RoundTrip`;
//! seen on v1.0.0 to master).

use std::collections::HashSet;

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
pub(crate) fn called(root: Node<'_>) -> Vec<(Node<'_>, &str)> {
    let nodes = CALLED.iter().flat_map(|path| root.select(path));
    nodes.filter_map(|node| Some((node, view::text(node)?))).collect()
}

/// The ban with its exceptions, for many URLs.
#[derive(Default)]
pub(crate) struct Ban<'t> {
    /// Where it is on.
    node: Option<Node<'t>>,
    /// Whether an exception may be meant for any URL.
    is_open: bool,
    hosts: HashSet<&'t str>,
    /// Exceptions without a host of their own.
    globs: Vec<&'t str>,
}

/// Most exceptions without a host of their own that each URL is compared with.
pub(crate) const MAX_GLOBS: usize = 200;

impl<'t> Ban<'t> {
    /// The ban of a configuration.
    #[must_use]
    pub(crate) fn of(root: Node<'t>) -> Ban<'t> {
        let node = root.find("clients.http.disallow_private_ip_ranges").filter(|node| node.is_true());
        let mut ban = Ban { node, ..Ban::default() };
        if node.is_none() {
            return ban;
        }
        for entry in root.select("clients.http.private_ip_exception_urls[]") {
            match view::text(entry).filter(|entry| entry.contains("://") && !is_elaborate(entry)) {
                None => ban.is_open = true,
                Some(entry) => match url::parse(entry).map(|url| url.hostname()) {
                    Ok(host) if !host.contains('*') => _ = ban.hosts.insert(host),
                    _ => ban.globs.push(entry),
                },
            }
        }
        ban.is_open |= ban.has_too_many();
        ban
    }

    /// Whether URLs are compared with no exception, for there are too many.
    #[must_use]
    pub(crate) fn has_too_many(&self) -> bool {
        self.globs.len() > MAX_GLOBS
    }

    /// The ban, where a URL is surely private and no exception lets it pass or is meant to: an exception on the same host that
    /// misses is a fault of its own.
    #[must_use]
    pub(crate) fn holds(&self, text: &str, version: Version) -> Option<Node<'t>> {
        let ban = self.node.filter(|_| !self.is_open)?;
        let host = url::parse(text).ok().filter(Url::is_web)?.hostname();
        let private = url::is_private_address(host) || url::is_loopback(host) || !host.contains(['.', ':']);
        let is_meant = || self.hosts.contains(host) || self.globs.iter().any(|entry| excepts(entry, text, version));
        Some(ban).filter(|_| private && !is_meant())
    }
}

/// Whether an exception lets a call to `url` pass.
#[must_use]
pub(crate) fn excepts(entry: &str, url: &str, version: Version) -> bool {
    if version >= Version::V1_1 {
        return matches(entry.as_bytes(), url.as_bytes());
    }
    url.split(['?', '#']).next() == Some(entry)
}

/// Whether a glob has words of its own (`[…]`, `{…}`, `?`, …), of which nothing is said here.
#[must_use]
pub(crate) fn is_elaborate(glob: &str) -> bool {
    glob.contains(['[', '{', '?', '!', '\\'])
}

/// Whether a glob of letters, `*` (stops at `.` and `/`) and `**` matches a text. So long ones that it would take long to say are
/// treated as matching.
fn matches(glob: &[u8], text: &[u8]) -> bool {
    const MAX_STEPS: usize = 1 << 20;
    let star = glob.iter().position(|letter| *letter == b'*').unwrap_or(glob.len());
    let (start, glob) = glob.split_at_checked(star).unwrap_or_default();
    let Some(text) = text.strip_prefix(start) else { return false };
    if glob.len().saturating_mul(text.len()) > MAX_STEPS {
        return true;
    }
    // The positions of the glob at which what was read so far may end.
    let mut at = vec![false; glob.len() + 1];
    open(glob, &mut at, 0);
    for letter in text {
        let mut next = vec![false; glob.len() + 1];
        for (index, sign) in glob.iter().enumerate().filter(|(index, _)| at.get(*index) == Some(&true)) {
            let is_all = *sign == b'*' && glob.get(index + 1) == Some(&b'*');
            if is_all || *sign == b'*' && !matches!(letter, b'.' | b'/') {
                open(glob, &mut next, index);
            } else if sign == letter && *sign != b'*' {
                open(glob, &mut next, index + 1);
            }
        }
        at = next;
    }
    at.last() == Some(&true)
}

/// Marks a position of a glob, and those after stars, which may stand for nothing.
fn open(glob: &[u8], at: &mut [bool], index: usize) {
    let mut index = index;
    while let Some(mark) = at.get_mut(index) {
        *mark = true;
        match (glob.get(index), glob.get(index + 1)) {
            (Some(b'*'), Some(b'*')) => index += 2,
            (Some(b'*'), _) => index += 1,
            _ => return,
        }
    }
}
