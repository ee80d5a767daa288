//! `secrets-missing`: no secret for cookies.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::{Place, Span};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "secrets-missing",
    aliases: &[],
    summary: "no secret for cookies",
    category: "secrets",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D036", "D037"],
    docs: r#"
## What happens

Kratos generates a random key at each start, without a message. Sessions and pending codes end at restart, and two
replicas do not accept each other's cookies.

## Why

Without `secrets.cookie` the secrets of `secrets.default` sign cookies. Both are missing. Secrets in the environment
(`SECRETS_COOKIE`, `SECRETS_DEFAULT`) also count, so this is an info.

## What to do

Set `secrets.cookie`, or `SECRETS_COOKIE` in the environment.

## Versions

All versions.

## Source

driver/config/config.go:SecretsDefault,SecretsSession; seen on v1.0.0 to master.

## Examples

```yaml bad
dsn: memory
secrets:
  cipher:
    - Qm7Zt2Lx8Wc4Vn6Bk1Hj3Gf5Ds9Pa0Rq
```

```yaml good
dsn: memory
secrets:
  cookie:
    - sgb1bS0lqaEoDh8xw3Dc6ZpT5yKv9aRf
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| !context.is_unreadable()) else { return };
    let given = |name: &str| {
        root.find(&format!("secrets.{name}"))
            .is_some_and(|list| list.items().len() > 0 || list.is_unknown() || list.as_str().is_some())
    };
    let secrets = root.get("secrets");
    if given("cookie")
        || given("default")
        || secrets.is_some_and(Node::is_unknown)
        || root.get("selfservice").is_none() && secrets.is_none()
    {
        return;
    }
    let message = "sessions end at restart unless SECRETS_COOKIE or SECRETS_DEFAULT is set";
    let help = "set `secrets.cookie`, or SECRETS_COOKIE in the environment";
    if let Some(secrets) = secrets {
        out.report_key(secrets, message).help(help).development("no cookie secret");
    } else {
        let place = root.place();
        let start = Place::new(&place.source, Span::new(place.span.start, place.span.start));
        out.report_at(start, Some(String::new()), message).help(help).development("no cookie secret");
    }
}
