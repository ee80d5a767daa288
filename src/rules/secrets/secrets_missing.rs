//! `secrets-missing`: no secret for cookies.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::{Place, Span};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
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
Without `secrets.cookie` the secrets of `secrets.default` sign cookies. Without both Kratos makes a random key at each
start and says nothing: sessions and pending codes die with the process, and two replicas do not know each other's
cookies. Secrets in the environment (`SECRETS_COOKIE`, `SECRETS_DEFAULT`) are as good, so that this is an info.

Source: driver/config/config.go:SecretsDefault,SecretsSession; seen on v1.0.0 to master.

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
    let Some(root) = context.root() else { return };
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
    let message = "unless SECRETS_COOKIE or SECRETS_DEFAULT is set, each start makes a new key: sessions end at a restart, and \
        replicas do not know each other's";
    let help = "set `secrets.cookie`, or SECRETS_COOKIE in the environment";
    if let Some(secrets) = secrets {
        out.report_key(secrets, message).help(help);
    } else {
        let place = root.place();
        let start = Place::new(&place.source, Span::new(place.span.start, place.span.start));
        out.report_at(start, Some(String::new()), message).help(help);
    }
}
