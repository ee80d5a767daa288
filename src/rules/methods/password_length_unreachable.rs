//! `password-length-unreachable`: a length that no password can have.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "password-length-unreachable",
    aliases: &["password-length"],
    summary: "password length that bcrypt cannot reach",
    category: "methods",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D119"],
    docs: r#"
## What happens

Kratos refuses every password, by one rule or the other.

## Why

bcrypt accepts 72 bytes at most.

## What to do

Write 72 or less, or use argon2.

## Versions

All versions.

## Source

hash/hasher_bcrypt.go:validateBcryptPasswordLength; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  methods:
    password:
      config:
        min_password_length: 80
```

```yaml good
hashers:
  algorithm: argon2
selfservice:
  methods:
    password:
      config:
        min_password_length: 80
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("selfservice.methods.password.config.min_password_length") else { return };
    let bcrypt = context.find("hashers.algorithm").is_none_or(|node| node.as_str() == Some("bcrypt"));
    if bcrypt && node.as_f64().is_some_and(|length| length > 72.0) {
        out.report(node, "users cannot set a password: bcrypt refuses more than 72 bytes")
            .help("write 72 or less, or use argon2");
    }
}
