//! `default-schema-unlisted`: a default identity schema that is not in the list.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::rule::{Context, Rule, Sink};
use crate::text::names;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "default-schema-unlisted",
    aliases: &[],
    summary: "default identity schema is not in the list",
    category: "identity",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: changes::versions("v09-default-schema"),
    fixable: false,
    facts: &["D093", "D094"],
    docs: r#"
## What happens

Each registration, and each other use of the default schema, fails with "unable to find identity schema".

## Why

`identity.default_schema_id` (`default` when it is not set) names the schema of every user who registers. Kratos does
not compare it with `identity.schemas` at start.

## What to do

Set `identity.default_schema_id` to an id of the list.

## Versions

Since v0.9.0.

## Source

driver/config/config.go:DefaultIdentityTraitsSchemaURL (v0.9.0 to master); seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
identity:
  default_schema_id: user
  schemas:
    - id: person
      url: https://example.org/person.schema.json
```

```yaml good
identity:
  default_schema_id: person
  schemas:
    - id: person
      url: https://example.org/person.schema.json
```
"#,
    check,
};

/// The id of the default schema when none is named (embedx/config.schema.json at each tag).
const DEFAULT_ID: &str = "default";

fn check(context: &Context, out: &mut Sink) {
    let Some(list) = context.find("identity.schemas").filter(|list| list.items().len() > 0) else { return };
    let Some(ids) = list.items().map(|entry| entry.get("id").and_then(Node::as_str)).collect::<Option<Vec<_>>>() else {
        return;
    };
    let named = context.find("identity.default_schema_id");
    let wanted = match named {
        Some(node) => node.as_str(),
        None => Some(DEFAULT_ID),
    };
    let Some(wanted) = wanted.filter(|wanted| !ids.contains(wanted)) else { return };
    let message = format!("each registration fails: no schema in `identity.schemas` has the id `{wanted}`");
    let report = match named {
        Some(node) => out.report(node, message),
        None => out.report_key(list, format!("{message}, the default")),
    };
    match ids.as_slice() {
        [only] => report.help(format!("set `default_schema_id: {only}`")),
        _ => report.help(names::one_of(&ids)),
    };
}
