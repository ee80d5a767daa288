//! `duplicate-identity-schema`: two identity schemas with one id.

use std::collections::BTreeMap;

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "duplicate-identity-schema",
    aliases: &[],
    summary: "two identity schemas with the same id",
    category: "identity",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D095"],
    docs: r#"
## What happens

Kratos loads the second schema at start and never uses it.

## Why

It uses the first entry of `identity.schemas` with the id.

## What to do

Give each schema its own id.

## Versions

All versions.

## Source

driver/config/config.go (Schemas.FindSchemaByID); seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
identity:
  default_schema_id: default
  schemas:
    - id: default
      url: https://example.org/a.json
    - id: default
      url: https://example.org/b.json
```

```yaml good
identity:
  default_schema_id: default
  schemas:
    - id: default
      url: https://example.org/a.json
    - id: staff
      url: https://example.org/b.json
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let mut first: BTreeMap<&str, Node> = BTreeMap::new();
    for id in context.select("identity.schemas[].id") {
        let Some(text) = id.as_str() else { continue };
        match first.get(text) {
            None => _ = first.insert(text, id),
            Some(known) => {
                out.report(id, format!("this schema is never used: an earlier one also has the id `{text}`"))
                    .label(known.place(), "this one is used")
                    .help("give each schema its own id");
            }
        }
    }
}
