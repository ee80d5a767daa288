//! `cookie-name-invalid`: a cookie name that cannot be written.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cookie-name-invalid",
    aliases: &["cookie-name"],
    summary: "cookie name that cannot be sent",
    category: "cookies",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D081"],
    docs: r#"
## What happens

Every sign-in, and every sign-up that signs in, answers 500 ("sessions: invalid character in cookie name").

With the prefix `__Host-` browsers drop the session cookie when a domain or another path than `/` is set, and users are never
signed in. With `__Host-` or `__Secure-` the same happens under `--dev`, where the cookie is not `Secure`.

## Why

A cookie name is a token: letters, digits and ``!#$%&'*+-.^_`|~``. A space, `=`, `;` and all other characters are
invalid. Browsers take a cookie of these names only with `Secure`, and one with `__Host-` only for the host itself.

## What to do

Use letters, digits, `-` and `_`. Where the cookie has a domain, use `__Secure-`.

## Versions

All versions.

## Source

Go net/http, driver/registry_default.go:CookieManager; seen on v1.3.1, v26.2.0, master. Prefixes: RFC 6265bis section
4.1.3; session/manager_http.go:IssueCookie.

## Examples

```yaml bad
session:
  cookie:
    name: my session
```

```yaml bad
cookies:
  domain: example.com
session:
  cookie:
    name: __Host-session
```

```yaml good
session:
  cookie:
    name: my_session
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("session.cookie.name") else { return };
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if let Some(bad) = view::text(node).and_then(|name| name.chars().find(|c| !is_token(*c))) {
        out.report(node, format!("every sign-in answers 500: {bad:?} is not allowed in the name of a cookie"))
            .help("use letters, digits, `-` and `_`");
    } else {
        check_prefix(context, node, out);
    }
}

/// What browsers ask of a cookie whose name begins with a prefix.
fn check_prefix(context: &Context, node: Node, out: &mut Sink) {
    let Some(name) = view::text(node) else { return };
    let is_host = name.starts_with("__Host-");
    if !is_host && !name.starts_with("__Secure-") {
        return;
    }
    let own =
        |key: &str| context.find(&format!("session.cookie.{key}")).or_else(|| context.find(&format!("cookies.{key}")));
    let set = |key: &str, default: &str| {
        own(key).filter(|node| is_host && view::text(*node).is_some_and(|text| text != default))
    };
    if let Some(domain) = set("domain", "") {
        out.report(node, "users are never signed in: browsers drop a cookie `__Host-…` that has a domain")
            .label(domain.place(), "its domain is here")
            .help("name it `__Secure-…`, or remove the domain");
    } else if let Some(path) = set("path", "/") {
        out.report(node, "users are never signed in: browsers drop a cookie `__Host-…` with another path than `/`")
            .label(path.place(), "its path is here")
            .help("name it `__Secure-…`, or set the path to `/`");
    } else if own("secure").is_none() && context.runs_in_dev_mode() == Some(true) {
        out.report(node, "users are never signed in: browsers drop a cookie of this name without `Secure`")
            .help(format!("remove the prefix, or run Kratos without {}", context.deployment.dev_switch()));
    }
}
