//! `network-patch-not-json`: a patch whose value the Ory CLI refuses.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::unit::sent::RemarkKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-patch-not-json",
    aliases: &[],
    summary: "value of `ory patch` that is not JSON",
    category: "network",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
`ory patch` ends with `value for … must be valid JSON`, and sends none of its patches.

## Why
What follows the first `=` of `--add` and `--replace` must be JSON: a text needs its double quotes. The shell removes quotes that
are not inside others, so that `--replace /a="b"` is `/a=b`.

## What to do
Put the whole argument in single quotes, and the text in double quotes: `--replace '/session/lifespan="24h"'`.

## Versions
Ory Network.

## Source
github.com/ory/cli, cmd/cloudx/client/command_helper.go:toPatch (2026-08).

## Examples
The rule reads scripts and workflows. Right is `ory patch identity-config --replace '/session/lifespan="24h"'`.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for remark in context.remarks(RemarkKind::NotJson) {
        let message = format!("`ory patch` fails: the value for `{}` is not JSON", remark.word);
        out.report_at(remark.place.clone(), None, message)
            .help("write a text in double quotes, and all in single ones: '/session/lifespan=\"24h\"'");
    }
}
