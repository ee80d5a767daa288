//! `cookie-name-invalid`: a cookie name that cannot be written.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
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

## Why

A cookie name is a token: letters, digits and ``!#$%&'*+-.^_`|~``. A space, `=`, `;` and all other characters are
invalid.

## What to do

Use letters, digits, `-` and `_`.

## Versions

All versions.

## Source

Go net/http, driver/registry_default.go:CookieManager; seen on v1.3.1, v26.2.0, master.

## Examples

```yaml bad
session:
  cookie:
    name: my session
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
    }
}
