//! `identity-schema-entry-key-ignored`: a key of an identity schema entry that is never read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "identity-schema-entry-key-ignored",
    aliases: &["identity-schema-entry-key"],
    summary: "key of an identity schema entry that is never read",
    category: "identity",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D100"],
    docs: r#"
## What happens

The key has no effect.

## Why

Entries of `identity.schemas` are open: Kratos accepts any key there and reads `id` and `url`, since v25.4.0 also
`selfservice_selectable`.

## What to do

Remove the key.

## Versions

All versions.

## Source

embedx/config.schema.json, driver/config/config.go (Schema) at each tag; seen on v1.3.1.

## Examples

```yaml bad
identity:
  default_schema_id: default
  schemas:
    - id: default
      url: https://example.org/a.json
      title: Person
```

```yaml good
identity:
  default_schema_id: default
  schemas:
    - id: default
      url: https://example.org/a.json
```
"#,
    check,
};

/// The keys that are read, and by which versions.
const KEYS: [(&str, Versions); 3] =
    [("id", Versions::ALL), ("url", Versions::ALL), ("selfservice_selectable", Versions::since(Version::V25_4))];

fn check(context: &Context, out: &mut Sink) {
    for field in context.select("identity.schemas[]").into_iter().flat_map(Node::fields) {
        let row = KEYS.iter().find(|(key, _)| *key == field.key);
        let message = match row {
            Some((_, versions)) if versions.contains(context.target) => continue,
            Some((key, versions)) => {
                context.target.against(format_args!("`{key}` has no effect here: it exists {versions}"))
            }
            None => format!("`{}` has no effect here: Kratos accepts and ignores it", field.key),
        };
        out.report_key(field.value, message).help("remove it: the keys of an entry are `id` and `url`");
    }
}
