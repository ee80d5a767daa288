//! `jsonnet-comparison-settled`: a comparison whose result is always the same.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-comparison-settled",
    aliases: &[],
    summary: "comparison of a value with what it never is",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens

The comparison is always false (with `!=` always true), so what depends on it never happens, or always.

## Why

`==` compares values of different types without an error: a boolean equals no text. Kratos also uses fixed words, for
example `browser` and `api` as the type of a flow, and never sends a claim that is false. It is a warning where the types
differ, and an info where the value is of the right type but never this one. A document that runs at several places is
reported only when the comparison is pointless at each of them.

## What to do

Compare with a value of the type that `kratos-lint ctx` prints, or remove the comparison.

## Versions

All versions.

## Source

The types of what each place gives, checked against payloads of running servers.

## Examples

```yaml bad
# function(ctx) { app: ctx.flow.type == 'app' }
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.com/kratos
                method: POST
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGFwcDogY3R4LmZsb3cudHlwZSA9PSAnYXBwJyB9
```

```yaml good
# function(ctx) { app: ctx.flow.type == 'api' }
selfservice:
  flows:
    registration:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.com/kratos
                method: POST
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGFwcDogY3R4LmZsb3cudHlwZSA9PSAnYXBpJyB9
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::Settled);
}
