//! What the server does in another way from a release on, while the configuration stays the same.

use super::{Change, Kind};
use crate::kratos::bodies::web_hooks;
use crate::kratos::hooks::Hook;
use crate::kratos::version::Version;
use crate::yaml::Node;

/// A change of behaviour.
struct Row {
    since: Version,
    applies: Applies,
    message: &'static str,
    help: &'static str,
}

/// To which configurations a change applies.
#[derive(Clone, Copy)]
enum Applies {
    WebHooks,
    /// Web hooks with `response.parse`.
    Parsing,
    /// Web hooks without `response.ignore`.
    Waiting,
    /// A configuration that sets this key.
    Key(&'static str),
    /// A registration that creates sessions before other hooks.
    Session,
}

/// From kratos/hooks/HOOKS.md A to F and kratos/config/changes.json; each with its source in the rule or table that uses it.
const ROWS: &[Row] = &[
    Row {
        since: Version::V1_1,
        applies: Applies::Parsing,
        message: "`metadata_admin` in the answer of a web_hook is stored; before it was dropped",
        help: "check what the endpoint answers",
    },
    Row {
        since: Version::V1_1,
        applies: Applies::WebHooks,
        message: "a Jsonnet body gets at most 65,535 bytes and writes at most as many; an oversized result makes later hooks go \
                  out with an empty body",
        help: "pick the fields that the endpoint needs, not all of ctx",
    },
    Row {
        since: Version::V1_1,
        applies: Applies::WebHooks,
        message: "bodies from http(s) addresses are kept for 60 minutes, and some address ranges can never be called",
        help: "give a changed body a new address",
    },
    Row {
        since: Version::V1_1,
        applies: Applies::WebHooks,
        message: "the calls carry the header Ory-Webhook-Request-ID",
        help: "nothing to do",
    },
    Row {
        since: Version::V1_1,
        applies: Applies::Key("clients.http.private_ip_exception_urls"),
        message: "exceptions are patterns over the whole address in which `*` stops at `.` and `/`; before they were compared \
                  as they stand",
        help: "check each entry",
    },
    Row {
        since: Version::V1_1,
        applies: Applies::Key("courier.http.request_config.body"),
        message: "ctx of the courier has names in snake_case: ctx.recipient, ctx.template_type, ctx.template_data.to",
        help: "rename them in the Jsonnet body",
    },
    Row {
        since: Version::V1_2,
        applies: Applies::Session,
        message: "`session` runs after all other hooks wherever it stands; before, those behind it did not run for native apps \
                  and scripts",
        help: "check that the hooks behind it may run",
    },
    Row {
        since: Version::V1_3_0,
        applies: Applies::WebHooks,
        message: "ctx.request_headers holds 17 headers only; Cookie, Authorization and headers of your own are gone",
        help: "from v25.4.0 on `clients.web_hook.header_allowlist` lists others",
    },
    Row {
        since: Version::V1_3_0,
        applies: Applies::Waiting,
        message: "redirects with 307 and 308 are followed with the body; before they counted as success",
        help: "answer at the address that Kratos calls",
    },
    Row {
        since: Version::V25_4,
        applies: Applies::Parsing,
        message: "nothing may stand behind the JSON document of a 200 answer",
        help: "answer with one JSON document",
    },
    Row {
        since: Version::V26_2,
        applies: Applies::Key("clients.web_hook.header_allowlist"),
        message: "headers in ctx.request_headers are spelled X-Foo-Bar, however the list spells them",
        help: "read them so in the Jsonnet bodies",
    },
    Row {
        since: Version::MASTER,
        applies: Applies::WebHooks,
        message: "a Jsonnet body may write 262,143 bytes",
        help: "nothing to do",
    },
];

/// The changes of behaviour that a configuration meets on the way.
pub(super) fn changes(root: Node<'_>, from: Version, to: Version) -> Vec<Change> {
    let hooks: Vec<Hook<'_>> = web_hooks(root, to).into_iter().map(|(_, hook, _)| hook).collect();
    let place_of = |applies: Applies| match applies {
        Applies::WebHooks => hooks.first().map(|hook| hook.name_node),
        Applies::Parsing => hooks.iter().find_map(|hook| hook.parse()),
        Applies::Waiting => hooks.iter().find(|hook| !hook.is_ignored()).map(|hook| hook.name_node),
        Applies::Key(path) => root.find(path),
        Applies::Session => session_before_others(root),
    };
    let on_the_way = ROWS.iter().filter(|row| from < row.since && row.since <= to);
    let change = |row: &Row| {
        let node = place_of(row.applies)?;
        Some(Change {
            kind: Kind::Behaviour,
            message: row.message.to_owned(),
            help: Some(row.help.to_owned()),
            pointer: Some(node.pointer()),
            place: Some(node.place()),
            since: Some(row.since),
        })
    };
    on_the_way.filter_map(change).collect()
}

/// A `session` hook that others follow in its list.
fn session_before_others(root: Node<'_>) -> Option<Node<'_>> {
    let lists = crate::kratos::hooks::lists(root);
    let early = |hooks: &[Hook<'_>]| hooks.iter().rev().skip(1).any(|hook| hook.name == "session");
    let list = lists.into_iter().find(|list| list.flow == "registration" && early(&list.hooks))?;
    list.hooks.iter().find(|hook| hook.name == "session").map(|hook| hook.name_node)
}
