//! `cookie-same-site-strict`: strict cookies with flows that come back from elsewhere.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "cookie-same-site-strict",
    aliases: &[],
    summary: "strict cookies with flows that come back from elsewhere",
    category: "cookies",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D078"],
    docs: r#"
`SameSite=Strict` keeps cookies away from requests that come from another site: the return from a provider of social
sign-in, and a click on a link in a mail. Those flows end in a CSRF or continuity error. An info where only mailed links
are concerned.

Source: browsers (inferred); driver/config/config.go:CookieSameSiteMode.

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
        out.report(
            node,
            "social sign-in fails on return: browsers keep strict cookies away from requests of another site",
        )
        .help("use `Lax`");
    } else if mails {
        out.report(
            node,
            "links in mails open without cookies: browsers keep strict ones away from requests of another site",
        )
        .level(Level::Info)
        .effect(Effect::Advice)
        .help("use `Lax`");
    }
}
