//! `duplicate-identity-schema`: two identity schemas with one id.

use std::collections::BTreeMap;

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "duplicate-identity-schema",
    aliases: &[],
    summary: "two identity schemas with one id",
    category: "identity",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D095"],
    docs: r#"
Kratos takes the first entry of `identity.schemas` that has the id it looks for; a second one of the same id is loaded at
boot and never used.

Source: driver/config/config.go (Schemas.FindSchemaByID); seen on v1.3.1 and v26.2.0.

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
                out.report(id, format!("this schema is never used: an earlier one has the id `{text}` too"))
                    .label(known.place(), "this one is taken")
                    .help("give each schema an id of its own");
            }
        }
    }
}
