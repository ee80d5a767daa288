//! `lifespan-without-length`: a lifespan of nothing.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "lifespan-without-length",
    aliases: &[],
    summary: "lifespan of zero",
    category: "session",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D087", "D208"],
    docs: r#"
## What happens

The session or flow is over at once. With `selfservice.flows.settings.privileged_session_max_age: 0s` no session is
ever new enough: a new sign-in does not help, and every change of a credential ends in 403.

## Why

`0s` passes the schema. So does a number too large for Go's durations (63 bits of nanoseconds, about 292 years): the
pattern accepts it and Kratos reads 0.

## What to do

Write how long it must last, for example `1h`.

## Versions

All versions.

## Source

koanf getters Duration; seen on v1.0.0 to master.

## Examples

```yaml bad
session:
  lifespan: 0s
```

```yaml good
session:
  lifespan: 24h
```
"#,
    check,
};

const KEYS: [&str; 4] = [
    "session.lifespan",
    "selfservice.flows.*.lifespan",
    "selfservice.methods.*.config.lifespan",
    "selfservice.flows.settings.privileged_session_max_age",
];

/// How old a session may be that changes credentials.
const PRIVILEGED: &str = "privileged_session_max_age";

fn check(context: &Context, out: &mut Sink) {
    for node in KEYS.iter().flat_map(|path| context.select(path)) {
        let Some(text) = view::text(node).filter(|text| text.starts_with(|c: char| c.is_ascii_digit())) else {
            continue;
        };
        let too_long = text.len() > 12 && text.ends_with(['s', 'm', 'h']) && view::seconds(text).is_none();
        if view::seconds(text) == Some(0.0) {
            let message = if node.key() == Some(PRIVILEGED) {
                "every change of a password or another credential ends in 403: no session is new enough".to_owned()
            } else {
                whole(node, "is zero")
            };
            out.report(node, message).help("write how long it lasts, for example `1h`");
        } else if too_long {
            out.report(node, whole(node, "is too large, and Kratos reads zero")).help("write a smaller number");
        }
    }
}

/// What is over at once, by the path of the key.
fn whole(node: Node<'_>, why: &str) -> String {
    let pointer = node.pointer();
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    let what = match parts.as_slice() {
        ["session", ..] => "sessions end".to_owned(),
        [_, "flows", flow, ..] => format!("each {flow} flow expires"),
        [_, "methods", method, ..] => format!("the {method}s that Kratos sends expire"),
        _ => "it is over".to_owned(),
    };
    format!("{what} at once: `{}` {why}", parts.join("."))
}
