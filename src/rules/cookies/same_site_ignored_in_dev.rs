//! `same-site-ignored-in-dev`: a setting of cookies that dev mode overrides.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "same-site-ignored-in-dev",
    aliases: &["same-site-in-dev"],
    summary: "`cookies.same_site` has no effect on the CSRF cookie in dev mode",
    category: "cookies",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_7_6),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

With `--dev` cookies are not `Secure`, and the CSRF cookie is then always `SameSite=Lax`: `cookies.same_site` has no
effect on it. The session cookie follows the setting.

## Why

Browsers drop cookies with `SameSite=None` that are not `Secure`. So a page on another site cannot use Kratos in dev
mode.

## What to do

Leave the key out of a configuration for development. For pages on another site, run Kratos with https and without `--dev`.

## Versions

Since v0.7.6. Since v25.4.0 only while `cookies.secure` is not set to `true`.

## Source

x/nosurf.go:NosurfBaseCookieHandler (v0.7.6 to master); seen on v1.3.1 and v26.2.0; ory/kratos issue 2617.

## Examples

The rule needs a file beside the configuration that starts Kratos with `--dev`, such as a compose file.

```yaml good
cookies:
  same_site: None
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("cookies.same_site") else { return };
    if !matches!(node.as_str(), Some("None" | "Strict")) || context.find("cookies.secure").is_some() {
        return;
    }
    if context.runs_in_dev_mode() == Some(true) {
        let switch = context.deployment.dev_switch();
        out.report(node, "`same_site` has no effect on the CSRF cookie: in dev mode it is always Lax")
            .help(format!("remove the key, or run Kratos with https and without {switch}"));
    }
}
