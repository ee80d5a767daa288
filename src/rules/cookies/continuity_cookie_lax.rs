//! `continuity-cookie-lax`: social sign-in from another site, whose cookie is always `Lax`.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "continuity-cookie-lax",
    aliases: &[],
    summary: "social sign-in from a frame or page of another site",
    category: "cookies",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::since(Version::V0_7_6),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Social sign-in that begins in a frame of another site, or by a script of a page on another site, ends with "no resumable
session found". Other sign-ins work there.

## Why

`cookies.same_site: None` is for pages on other sites. The cookie `ory_kratos_continuity`, which joins the return of a user to
the flow, does not follow it: it is always `SameSite=Lax`, and browsers do not store such a cookie from another site.

## What to do

Begin social sign-in in a window of its own (a link or `window.open`), or serve pages and Kratos from one site.

## Versions

Since v0.7.6.

## Source

driver/registry_default.go:ContinuityCookieManager (v0.7.6 to v26.2.0); seen on v1.3.1 and v26.2.0: `SameSite=Lax` beside
`SameSite=None` of the CSRF cookie; ory/kratos issue 4006.

## Examples

```yaml bad
cookies:
  same_site: None
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
    let Some(node) = context.find("cookies.same_site").filter(|node| node.as_str() == Some("None")) else { return };
    // There the setting itself has no effect.
    if !view::method(root, "oidc").is_on() || context.runs_in_dev_mode() == Some(true) {
        return;
    }
    out.report(node, "social sign-in cannot begin in a frame or script of another site: its cookie is always `Lax`")
        .help("begin it in a window of its own, or serve pages and Kratos from one site");
}
