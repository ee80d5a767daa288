//! `session-cookie-domain-only`: a cookie domain for the session only.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "session-cookie-domain-only",
    aliases: &["session-cookie-domain"],
    summary: "cookie domain for the session only",
    category: "cookies",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_7_1),
    fixable: false,
    facts: &["D079"],
    docs: r#"
## What happens

When a page is on another host than Kratos, below the domain, the server that renders it does not get the CSRF cookie.
It cannot fetch the flow, and each form ends in a CSRF violation.

Scripts in the browser that call Kratos with `credentials: include` are not affected: the browser sends the cookies of
the host of Kratos. So this is an info where CORS allows the origin of the page with credentials.

## Why

`session.cookie.*` is for the session cookie alone and falls back to `cookies.*`. The CSRF cookie uses
`cookies.domain` only.

## What to do

Set `cookies.domain`. The session cookie follows it.

## Versions

Since v0.7.1: v0.6 has no `cookies.domain`.

## Source

driver/config/config.go:SessionDomain, x/nosurf.go:NosurfBaseCookieHandler; ory/kratos issue 1112.

## Examples

```yaml bad
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  flows:
    login:
      ui_url: https://app.example.com/login
session:
  cookie:
    domain: example.com
```

```yaml good
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  flows:
    login:
      ui_url: https://app.example.com/login
session:
  cookie:
    domain: example.com
cookies:
  domain: example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some(node) = root.find("session.cookie.domain") else { return };
    let Some(domain) = view::text(node).filter(|domain| !domain.is_empty()) else { return };
    if root.find("cookies.domain").is_some() {
        return;
    }
    let Some((_, public)) = view::public_url(root).filter(|(_, url)| url.hostname().contains('.')) else { return };
    let name = domain.trim_start_matches('.').to_ascii_lowercase();
    // Pages that the domain does not reach are on another site, and another rule's.
    let is_other = |url: &Url| {
        let host = url.hostname().to_ascii_lowercase();
        !host.eq_ignore_ascii_case(public.hostname()) && url::is_within(&host, &name)
    };
    let pages = view::ui_urls(root);
    let Some((page, url)) = pages.iter().find(|(_, url)| is_other(url)) else { return };
    let message = "pages that a server renders on other hosts do not get the CSRF cookie: it ignores this domain";
    let mut report = out
        .report(node, message)
        .label(page.place(), "this page does not get the CSRF cookie")
        .help("set `cookies.domain`; the session cookie follows it");
    // Scripts in the browser that call Kratos with `credentials: include` send its host's own cookies.
    if view::allows_origin(root, url) {
        report = report.level(Level::Info);
    }
    _ = report;
}
