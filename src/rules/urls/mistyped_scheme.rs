//! `mistyped-scheme`: an address that begins with nearly `http://` or `https://`.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "mistyped-scheme",
    aliases: &[],
    summary: "URL that begins with nearly `http` or `https`",
    category: "urls",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Browsers ask for a program that opens addresses of this kind, or do nothing. An address to which users may return, or from
which scripts may call, never matches.

## Why

Kratos accepts every scheme: apps have their own (`myapp://callback`).

## What to do

Write `http://` or `https://`. For an app's own scheme of such a name, ignore the rule for this line.

## Versions

All versions.

## Source

driver/config/config.go:ParseAbsoluteOrRelativeURIOrFail; addresses of public configurations.

## Examples

```yaml bad
selfservice:
  flows:
    recovery:
      ui_url: hhttps://app.example.org/recovery
```

```yaml good
selfservice:
  flows:
    recovery:
      ui_url: https://app.example.org/recovery
```
"#,
    check,
};

/// Addresses that browsers open, and whether they are only compared.
const KEYS: [(&str, bool); 8] = [
    ("serve.public.base_url", false),
    ("serve.public.cors.allowed_origins[]", true),
    ("selfservice.default_browser_return_url", false),
    ("selfservice.allowed_return_urls[]", true),
    ("selfservice.whitelisted_return_urls[]", true),
    ("selfservice.flows.*.after.default_browser_return_url", false),
    ("selfservice.flows.*.after.*.default_browser_return_url", false),
    ("selfservice.flows.*.ui_url", false),
];

/// Longest scheme that is compared.
const LONGEST: usize = 8;

fn check(context: &Context, out: &mut Sink) {
    for (path, is_compared) in KEYS {
        for node in context.select(path) {
            let Some((scheme, meant)) = mistyped(node) else { continue };
            let message = if is_compared {
                format!("this address never matches: `{scheme}` is not `{meant}`")
            } else {
                format!("browsers cannot open this address: `{scheme}` is not `{meant}`")
            };
            let report = out.report(node, message).help(format!("write `{meant}://`"));
            if is_compared {
                _ = report.level(Level::Warning).effect(Effect::NoEffect);
            }
        }
    }
}

/// The scheme of an address, and the one that is meant by it.
fn mistyped(node: Node<'_>) -> Option<(&str, &'static str)> {
    let url = url::parse(view::text(node)?).ok()?;
    let scheme = url.scheme;
    if url.host.is_empty() || url.is_web() || scheme.len() > LONGEST {
        return None;
    }
    let is_near = |known: &&str| strsim::osa_distance(known, &scheme.to_ascii_lowercase()) == 1;
    // `https` is what an additional letter is nearer to when both are.
    ["https", "http"].into_iter().find(is_near).map(|meant| (scheme, meant))
}
