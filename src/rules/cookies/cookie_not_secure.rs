//! `cookie-not-secure`: cookies that go out without `Secure`.

use crate::diagnostic::{Effect, Level};
use crate::kratos::boolean;
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cookie-not-secure",
    aliases: &[],
    summary: "cookies are sent without `Secure`",
    category: "cookies",
    level: Level::Error,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D076", "D077"],
    docs: r#"
## What happens

- `yes` and `on` count as false, and cookies are sent without `Secure` (error).
- `false` together with an `https` address is most likely left over from a test (warning).
- With `same_site: None` browsers drop every cookie that is not `Secure`; they also do it when the public address is
  plain http, which works in dev mode only (warning).

## Why

`cookies.secure` and `session.cookie.secure` are texts that Go's `ParseBool` reads.

## What to do

Remove the key, or write `"true"`.

## Versions

All versions.

## Source

driver/config/config.go:SessionCookieSecure,CookieSecure, driver/registry_default.go:CookieManager; seen on v1.0.0 to
master.

## Examples

```yaml bad
# kratos: v26.2.0
cookies:
  secure: "yes"
```

```yaml good
# kratos: v26.2.0
cookies:
  secure: "true"
  same_site: None
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let public = context.root().and_then(view::public_url);
    let plain = public.as_ref().filter(|(_, url)| url.has_scheme("http") && !url::is_loopback(url.hostname()));
    for parent in ["cookies", "session.cookie"] {
        let secure = context.find(&format!("{parent}.secure")).filter(|_| context.target >= Version::V25_4);
        let word = secure.and_then(|node| Some((node, view::text(node)?)));
        let value = word.map(|(_, word)| boolean::parse(word));
        let none = context.find(&format!("{parent}.same_site")).filter(|node| node.as_str() == Some("None"));
        if let (Some((node, word)), Some(None)) = (word, value) {
            out.report(node, format!("Kratos sends cookies without `Secure`: `{word}` counts as false"))
                .help("write \"true\"");
        } else if let (Some((node, _)), Some(Some(false)), None) = (word, value, none)
            && public.as_ref().is_some_and(|(_, url)| url.has_scheme("https") && !url::is_loopback(url.hostname()))
        {
            out.report(node, "Kratos sends cookies without `Secure`, although its public URL is https")
                .level(Level::Warning)
                .help("remove the key, or write \"true\"");
        }
        let insecure = value == Some(Some(false)) || (plain.is_some() && value != Some(Some(true)));
        if let Some(node) = none.filter(|_| insecure) {
            let report = out
                .report(node, "browsers drop these cookies: `SameSite=None` needs `Secure`, which needs https")
                .level(Level::Warning)
                .effect(Effect::RequestFails)
                .help("use https, or `same_site: Lax`");
            if let Some((base, _)) = plain {
                _ = report.label(base.place(), "plain http");
            }
        }
    }
}
