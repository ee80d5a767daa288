//! `http-outside-dev`: plain http for users, while cookies are for https only.

use crate::diagnostic::{Effect, Level};
use crate::kratos::boolean;
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "http-outside-dev",
    aliases: &[],
    summary: "public URL is http outside dev mode",
    category: "urls",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D197"],
    docs: r#"
## What happens

Browsers drop the session and CSRF cookies on plain `http` pages of other hosts than loopback: each form ends in a
CSRF violation.

Since v25.4.0 `cookies.secure` decides for the CSRF cookie and `session.cookie.secure` for the session cookie; neither
falls back to the other. With `cookies.secure: "false"` alone forms work, and browsers drop the session: users are not
signed in after sign-in. When both are false, every password and session crosses the network readable.

## Why

Outside dev mode these cookies are `Secure`. In dev mode (`--dev`, or `DEV=true` in the environment) they are not.
Silent when the project starts Kratos with `--dev`, or does not show how it starts; an info for names under `.test`
and `.local`.

## What to do

Use https. For local tests only, start Kratos with `--dev`.

## Versions

All versions.

## Source

driver/registry_default.go:CookieManager, x/nosurf.go; seen on v1.3.1 and v26.2.0; ory/kratos issue 250.

## Examples

```yaml bad
serve:
  public:
    base_url: http://auth.example.com/
```

```yaml good
serve:
  public:
    base_url: https://auth.example.com/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some((node, url)) = context.root().and_then(view::public_url) else { return };
    let host = url.hostname();
    // A single word is no address that browsers reach: see `public-url-internal`.
    if !url.has_scheme("http")
        || url::is_loopback(host)
        || !host.contains(['.', ':'])
        || context.runs_in_dev_mode() != Some(false)
    {
        return;
    }
    let says_insecure = |key: &str| {
        context.target >= Version::V25_4
            && context.find(key).and_then(Node::as_str).is_some_and(|text| boolean::parse(text) != Some(true))
    };
    let (message, effect) = match (says_insecure("cookies.secure"), says_insecure("session.cookie.secure")) {
        (true, true) => (
            "passwords and sessions cross the network readable: http, and cookies without `Secure`",
            Effect::Unprotected,
        ),
        (true, false) => {
            ("users are not signed in: browsers drop the session cookie of this http address", Effect::RequestFails)
        }
        (false, _) => (
            "browsers drop the cookies of this http address outside dev mode: forms end in a CSRF violation",
            Effect::RequestFails,
        ),
    };
    let switch = context.deployment.dev_switch();
    let help = format!("use https; for local tests only, start Kratos with {switch}");
    let report = out.report(node, message).effect(effect).help(help);
    if matches!(host.rsplit('.').next(), Some("test" | "local")) {
        _ = report.level(Level::Info).development("plain http");
    }
}
