//! `cookie-same-site-strict`: strict cookies with flows that come back from elsewhere.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cookie-same-site-strict",
    aliases: &[],
    summary: "strict cookies with flows that return from another site",
    category: "cookies",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D078"],
    docs: r#"
## What happens

The return from a provider of social sign-in, and a click on a link in a mail, end in a CSRF or continuity error. It
is an info where only links in mails are concerned.

## Why

Browsers do not send cookies with `SameSite=Strict` in requests that come from another site.

## What to do

Use `Lax`.

## Versions

All versions.

## Source

browsers (inferred); driver/config/config.go:CookieSameSiteMode.

## Examples

```yaml bad
cookies:
  same_site: Strict
selfservice:
  methods:
    oidc:
      enabled: true
```

```yaml good
cookies:
  same_site: Lax
selfservice:
  methods:
    oidc:
      enabled: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some(node) = context.find("cookies.same_site").filter(|node| node.as_str() == Some("Strict")) else { return };
    let mails = view::flow(root, "recovery").is_on() || view::flow(root, "verification").is_on();
    if view::method(root, "oidc").is_on() {
        out.report(node, "social sign-in fails on return: browsers do not send strict cookies from another site")
            .help("set it to `Lax`");
    } else if mails {
        out.report(node, "links in mails open without cookies: browsers do not send strict cookies from another site")
            .level(Level::Info)
            .effect(Effect::Advice)
            .help("set it to `Lax`");
    }
}
