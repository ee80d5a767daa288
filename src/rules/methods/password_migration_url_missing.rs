//! `password-migration-url-missing`: a password migration without an address to ask.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "password-migration-url-missing",
    aliases: &["password-migration-url"],
    summary: "password migration hook without a URL",
    category: "methods",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V1_3_0),
    fixable: false,
    facts: &["D125"],
    docs: r#"
## What happens

The first sign-in that needs the hook fails.

## Why

Defaults fill in `config`, so the schema passes `migrate_hook.enabled` without `config.url`.

## What to do

Set `config.url` to the service that checks old passwords.

## Versions

Since v1.3.0.

## Source

driver/config/config.go:PasswordMigrationHook; seen on v1.3.1 to master.

## Examples

```yaml bad
# kratos: v1.3.1
selfservice:
  methods:
    password:
      config:
        migrate_hook:
          enabled: true
```

```yaml good
# kratos: v1.3.1
selfservice:
  methods:
    password:
      config:
        migrate_hook:
          enabled: true
          config:
            url: https://legacy.example.com/check
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(hook) = context.find("selfservice.methods.password.config.migrate_hook") else { return };
    let Some(enabled) = hook.get("enabled").filter(|node| node.is_true()) else { return };
    if hook.find("config.url").is_none() {
        out.report(enabled, "sign-in of users with a password to migrate fails: the hook has no `config.url`")
            .help("set `config.url` to the service that checks old passwords");
    }
}
