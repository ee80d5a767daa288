//! Which findings hold for Ory Network and the Enterprise License: most rules are about the open source server.

use crate::diagnostic::{Diagnostic, Level};
use crate::kratos::network::keys::{self, Status};
use crate::kratos::network::{self, Edition};
use crate::rule::Context;
use crate::rules;
use crate::unit::sent::By;
use crate::yaml::Node;

/// Subjects that Ory Network runs itself: listeners, database, logs, environment, how a container is started.
const OPERATED: [&str; 8] = ["cookies", "deployment", "dsn", "env", "log", "secrets", "serve", "tracing"];

/// Rules of these subjects that hold for Ory Network too.
const STILL: [&str; 2] = ["plain-text-secret", "cookie-same-site-strict"];

/// Rules of other subjects that are about what Ory Network sets itself, exports as it is, or knows better.
const ELSEWHERE: [&str; 24] = [
    "admin-port-published",
    "commercial-hook",
    "courier-not-running",
    "courier-worker-stuck",
    "http-outside-dev",
    "ignored-key",
    "key-too-new",
    "legacy-one-step-deprecated",
    "link-base-url-ignored",
    "mail-server-missing",
    // The service stores embedded content under an address: a trace names that.
    "mapper-in-error-page",
    "mixed-loopback-hosts",
    "overridden-key",
    "page-scheme-mismatch",
    "pages-on-other-site",
    "private-address-banned",
    "private-exception-never-matches",
    "public-url-internal",
    "public-url-missing",
    "public-url-without-scheme",
    "session-caching-age-ignored",
    "unknown-serve-flag",
    "unread-key",
    "unusable-page-url",
];

/// Whether a finding holds for the edition that is checked.
pub(super) fn holds(context: &Context, found: &Diagnostic) -> bool {
    let pointer = found.pointer.as_deref().unwrap_or_default();
    match context.edition {
        Edition::OpenSource => true,
        Edition::Enterprise => {
            let commercial = matches!(keys::status(pointer), Some(Status::Commercial | Status::Refused));
            let unknown = found.rule == "unknown-key" && commercial;
            let own_key = found.rule == "ignored-key" && keys::status(pointer) == Some(Status::Enterprise);
            !unknown && !own_key && found.rule != "commercial-hook" && found.rule != "key-too-new"
        }
        Edition::Network => holds_for_network(context, found, pointer),
    }
}

/// What is said of a server that does not start, of a service that does not take the configuration.
pub(super) fn reword(context: &Context, found: &mut Diagnostic) {
    if context.edition != Edition::Network {
        return;
    }
    if let Some(rest) = found.message.strip_prefix("Kratos does not start") {
        // The Ory CLI embeds files before it sends them.
        let who =
            if found.rule == "identity-schema-missing" { "the Ory CLI stops" } else { "Ory Network refuses this" };
        // The service takes nothing from an environment.
        let what = rest.strip_prefix(" unless the environment replaces this: ");
        let what = what.or_else(|| Some(rest.strip_prefix(" unless ")?.split_once(" is set: ")?.1));
        found.message = what.map_or_else(|| format!("{who}{rest}"), |what| format!("{who}: {what}"));
    }
}

fn holds_for_network(context: &Context, found: &Diagnostic, pointer: &str) -> bool {
    let category = rules::named(found.rule).map_or("", |rule| rule.category);
    if OPERATED.contains(&category) && !STILL.contains(&found.rule) || ELSEWHERE.contains(&found.rule) {
        return false;
    }
    let root = context.root();
    let is_set = |path: &str| root.is_some_and(|root| root.find(path).is_some());
    let node = root.and_then(|root| root.at(pointer));
    match found.rule {
        // `network-ignored-key` and `network-dropped-hooks` speak about these.
        "unknown-key" => keys::status(pointer).is_none() && !is_dropped_list(pointer),
        "unreachable-hook" | "empty-hook-list" => !node.is_some_and(only_session),
        "web-hook-template-cached" => !node.and_then(Node::as_str).is_some_and(is_stored),
        // `network-default-schema` speaks about an empty one, `network-file-reference` about files.
        "default-schema-unlisted" => node.and_then(Node::as_str) != Some(""),
        "identity-schema-missing" => context.unit.sent.as_ref().is_none_or(|sent| sent.by == By::Cli),
        "plain-text-secret" => pointer != "/session/cookie/name",
        // Secrets come back masked or not at all; the database and the mail server are Ory's.
        "missing-key" | "item-key-missing" => found.level != Level::Info,
        // What a project does not set has a default of Ory Network, which is not known.
        "verification-off" => is_set("selfservice.flows.verification.enabled"),
        "require-verified-address-gap" => is_set("selfservice.flows.login.after.hooks"),
        _ => !matches!(keys::status(pointer), Some(Status::Ignored | Status::Managed)) || category == "network",
    }
}

/// `/selfservice/flows/settings/after/code`
fn is_dropped_list(pointer: &str) -> bool {
    let mut parts = pointer.split('/').skip(1);
    let path = [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()];
    match path {
        [Some("selfservice"), Some("flows"), Some(flow), Some("after"), Some(method)] => {
            network::KEPT_LISTS.iter().any(|(name, _)| *name == flow) && !network::keeps_list(flow, method)
        }
        _ => false,
    }
}

/// A list with nothing but `session`: every new project has one for each method of registration.
fn only_session(node: Node<'_>) -> bool {
    let list = node.get("hooks").or_else(|| node.parent().filter(|parent| parent.is_sequence())).unwrap_or(node);
    list.items().all(|hook| hook.get("hook").and_then(Node::as_str) == Some("session"))
}

fn is_stored(address: &str) -> bool {
    network::stored_digest(address).is_some()
}
