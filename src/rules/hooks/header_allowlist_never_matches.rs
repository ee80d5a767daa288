//! `header-allowlist-never-matches`: an entry of the allow-list for headers that no request has.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "header-allowlist-never-matches",
    aliases: &[],
    summary: "allowed request header that no request has",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V25_4),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

`ctx.request_headers` of web hooks never has this header.

## Why

Kratos compares each entry with the whole name of a header: `X-*` is not a pattern. `Host` is not among the headers that Go's
server hands to Kratos. A name with a space, a colon or a value is not the name of a header.

## What to do

List each header by its whole name. Capitals do not matter.

## Versions

Since v25.4.0, the first release that reads the list.

## Source

selfservice/hook/web_hook.go:RemoveDisallowedHeaders; seen on v26.2.0: of `Host`, `X-*` and `x-lower` only the last arrives.

## Examples

```yaml bad
# kratos: v26.2.0
clients:
  web_hook:
    header_allowlist: [X-*]
```

```yaml good
# kratos: v26.2.0
clients:
  web_hook:
    header_allowlist: [X-Tenant, x-request-id]
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for node in context.select("clients.web_hook.header_allowlist[]") {
        let Some(name) = view::text(node).filter(|name| !name.contains(['$', '{'])) else { continue };
        let is_letter = |chr: char| chr.is_ascii_alphanumeric() || "!#$%&'+-.^_`|~".contains(chr);
        // Brackets and the like are marks of what another program fills in: `((name))`, `[[ .Name ]]`, `@NAME@`.
        let is_written = |chr: char| is_letter(chr) || " :,;=/\"".contains(chr);
        let (message, help) = if name.contains('*') {
            ("no header matches: Kratos compares the whole name, `*` is not a pattern", "list each header by its name")
        } else if name.eq_ignore_ascii_case("host") {
            ("web hooks never get `Host`: Go keeps it apart from the other headers", "remove it")
        } else if (!name.chars().all(is_letter) && name.chars().all(is_written)) || name.is_empty() {
            ("no header matches: this is not the name of a header", "write the name alone: X-Tenant")
        } else {
            continue;
        };
        out.report(node, message).help(help);
    }
}
