//! `session-cookie-domain`: a cookie domain for the session only.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "session-cookie-domain",
    aliases: &[],
    summary: "a cookie domain for the session only",
    category: "cookies",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D079"],
    docs: r#"
`session.cookie.*` is for the session cookie alone, and falls back to `cookies.*`; the CSRF cookie knows
`cookies.domain` only. When the pages lie on another host than Kratos, as the domain says, they do not see the CSRF
cookie and each form ends in a CSRF violation.

Source: driver/config/config.go:SessionDomain, x/nosurf.go:NosurfBaseCookieHandler; ory/kratos issue 1112.

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
    if view::text(node).is_none_or(str::is_empty) || root.find("cookies.domain").is_some() {
        return;
    }
    let pages = view::ui_urls(root);
    let Some((_, public)) = view::public_url(root).filter(|(_, url)| url.hostname().contains('.')) else { return };
    let Some((page, _)) = pages.iter().find(|(_, url)| !url.hostname().eq_ignore_ascii_case(public.hostname())) else {
        return;
    };
    let message = "this domain is for the session cookie only: the CSRF cookie stays on the host of Kratos, and forms on other \
        hosts end in a CSRF violation";
    out.report(node, message)
        .label(page.place(), "this page does not see the CSRF cookie")
        .help("set `cookies.domain`; the session cookie follows it");
}
