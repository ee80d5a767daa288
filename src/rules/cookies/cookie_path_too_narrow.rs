//! `cookie-path-too-narrow`: a cookie path that does not cover the endpoints of Kratos.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cookie-path-too-narrow",
    aliases: &["cookie-path"],
    summary: "cookie path that does not cover the endpoints of Kratos",
    category: "cookies",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Browsers send a cookie only to addresses below its path. When `cookies.path` does not cover `<public URL>/self-service`,
the CSRF cookie never comes back to Kratos, and every browser flow ends in 403. When `session.cookie.path` does not
cover `<public URL>/self-service` and `<public URL>/sessions`, the session cookie never comes back: users sign in and
are still not signed in.

## Why

The path is the one that browsers see: the path of `serve.public.base_url` and the endpoint. It is not the path of the
pages of your application.

## What to do

Set the path to `/`, or to the path of `serve.public.base_url`.

## Versions

All versions.

## Source

x/nosurf.go:NosurfBaseCookieHandler, driver/registry_default.go:CookieManager; seen on v1.3.1 and v26.2.0; RFC 6265
section 5.1.4 for browsers.

## Examples

```yaml bad
serve:
  public:
    base_url: https://example.com/auth/
cookies:
  path: /app
```

```yaml good
serve:
  public:
    base_url: https://example.com/auth/
cookies:
  path: /auth
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some((base, public)) = view::public_url(root) else { return };
    let prefix = public.path.trim_end_matches('/');
    let csrf = root.find("cookies.path").map(|node| (node, "/self-service/", NO_FLOW));
    let session = root.find("session.cookie.path").or_else(|| root.find("cookies.path"));
    let session = ["/self-service/", WHOAMI].map(|end| session.map(|node| (node, end, NOT_SIGNED_IN)));
    let mut reported = Vec::new();
    for (node, end, consequence) in csrf.into_iter().chain(session.into_iter().flatten()) {
        let Some(path) = view::text(node).filter(|path| !path.is_empty()) else { continue };
        let endpoint = format!("{prefix}{end}");
        // Without a leading slash browsers take the folder of the request, which is below `/self-service`.
        let covers = if path.starts_with('/') { covers(path, &endpoint) } else { end != WHOAMI };
        if covers || reported.contains(&node.id()) {
            continue;
        }
        reported.push(node.id());
        out.report(node, format!("{consequence}: browsers do not send the cookie to `{endpoint}`"))
            .label(base.place(), "the public URL of Kratos is here")
            .help(format!("set it to `{}`", if prefix.is_empty() { "/" } else { prefix }));
    }
}

const WHOAMI: &str = "/sessions/whoami";
const NO_FLOW: &str = "every browser flow ends in 403";
const NOT_SIGNED_IN: &str = "users are not signed in after sign-in";

/// Whether browsers send a cookie of this path to this address (RFC 6265, 5.1.4).
fn covers(path: &str, endpoint: &str) -> bool {
    endpoint.strip_prefix(path).is_some_and(|rest| path.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}
