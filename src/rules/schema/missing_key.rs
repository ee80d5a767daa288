//! `missing-key`: a key that must be there.

use crate::diagnostic::{Effect, Level};
use crate::kratos::schema::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "missing-key",
    aliases: &[],
    summary: "a key that must be there",
    category: "schema",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D041", "D109", "D155"],
    docs: r#"
Without this key Kratos refuses to start, or (level info) it starts only when the environment gives it: `dsn`, secrets, client secrets and
the SMTP address usually come from there (`DSN=…`, `COURIER_SMTP_CONNECTION_URI=…`); name the file with `--env-file` to have it
taken into account.

Kratos puts defaults in before it validates, but never below list items and map keys, so some keys that its schema calls required
may be left out.

Source: embedx/config.schema.json at each tag; checked against verdicts of Kratos' own engine.

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            client_secret: from-the-environment
```

```yaml good
dsn: memory
identity:
  schemas:
    - id: default
      url: file:///etc/kratos/identity.schema.json
selfservice:
  default_browser_return_url: https://app.example.com/
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            client_id: me
            client_secret: from-the-environment
            mapper_url: file:///etc/kratos/google.jsonnet
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::MissingKey, out);
}
