//! `cookie-name`: a cookie name that cannot be written.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "cookie-name",
    aliases: &[],
    summary: "a cookie name that cannot be written",
    category: "cookies",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D081"],
    docs: r#"
A cookie name is a token: letters, digits and ``!#$%&'*+-.^_`|~``. With a space, `=`, `;` or any other character every
sign-in, and every sign-up that signs in, answers 500 ("sessions: invalid character in cookie name").

Source: Go net/http, driver/registry_default.go:CookieManager; seen on v1.3.1, v26.2.0, master.

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
        out.report(node, format!("every sign-in answers 500: {bad:?} cannot stand in the name of a cookie"))
            .help("use letters, digits, `-` and `_`");
    }
}
