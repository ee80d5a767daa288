//! `malformed-host`: an address whose host cannot exist.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "malformed-host",
    aliases: &[],
    summary: "URL whose host cannot exist",
    category: "urls",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos accepts the address, because Go reads nearly everything as a host. No browser can open it: the name begins with a
dot, has two dots in a row, or has four numbers of which one is above 255. In `http://https://app.example.com` the host is
`https`, and the real one is part of the path.

## Why

Hosts like `.example.com` come from cookie domains, where the dot is allowed, or from a variable that was empty when the
file was filled in.

## What to do

Write the host as it is in the browser. Other rules do not look at addresses with such a host.

## Versions

All versions.

## Source

Go net/url (accepts them), RFC 1035 and the URL standard of browsers (refuse them).

## Examples

```yaml bad
selfservice:
  flows:
    error:
      ui_url: https://.example.org/error
```

```yaml good
selfservice:
  flows:
    error:
      ui_url: https://example.org/error
```
"#,
    check,
};

/// Addresses that browsers open.
const KEYS: [&str; 7] = [
    "selfservice.allowed_return_urls[]",
    "selfservice.whitelisted_return_urls[]",
    "serve.public.base_url",
    "selfservice.default_browser_return_url",
    "selfservice.flows.*.after.default_browser_return_url",
    "selfservice.flows.*.after.*.default_browser_return_url",
    "selfservice.flows.*.ui_url",
];

fn check(context: &Context, out: &mut Sink) {
    for node in KEYS.iter().flat_map(|path| context.select(path)) {
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()) else { continue };
        if url.is_web() && names_scheme_twice(&url) {
            out.report(node, format!("browsers look for a host named `{}`: the scheme is there twice", url.hostname()))
                .help(format!("remove the first `{}://`", url.scheme));
            continue;
        }
        if let Some(why) = url::host_fault(url.hostname()).filter(|_| url.is_web()) {
            out.report(node, format!("no browser can open this address: its host {why}"))
                .help("write the host as it is in the browser");
        }
    }
}

/// Whether what was read as the host is a second scheme: `http://https://…`, `http://https//…`.
fn names_scheme_twice(url: &Url<'_>) -> bool {
    matches!(url.hostname(), "http" | "https") && url.path.starts_with("//")
}
