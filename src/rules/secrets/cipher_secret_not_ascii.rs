//! `cipher-secret-not-ascii`: a cipher secret that is skipped.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cipher-secret-not-ascii",
    aliases: &["cipher-secret-bytes"],
    summary: "cipher secret that Kratos skips",
    category: "secrets",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D040"],
    docs: r#"
## What happens

When it is the only one, social sign-up answers 500 ("Unable to encrypt state"). Beside a good one the request panics
and the connection is dropped.

## Why

The schema counts 32 characters, the code 32 bytes: Kratos skips a secret with letters outside ASCII.

## What to do

Use ASCII characters only (`openssl rand -hex 16`).

## Versions

All versions.

## Source

driver/config/config.go:ToCipherSecrets; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
secrets:
  cipher:
    - passwörter-sind-32-zeichen-lang!
```

```yaml good
secrets:
  cipher:
    - Qm7Zt2Lx8Wc4Vn6Bk1Hj3Gf5Ds9Pa0Rq
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for node in context.select("secrets.cipher[]") {
        let Some(text) = view::text(node) else { continue };
        if text.chars().count() == 32 && text.len() != 32 {
            let message =
                format!("social sign-up fails: a cipher secret must have 32 bytes, and this one has {}", text.len());
            out.report(node, message).help("use ASCII characters only (`openssl rand -hex 16`)");
        }
    }
}
