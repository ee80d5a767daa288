//! `network-default-schema`: no default identity schema.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::Edition;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-default-schema",
    aliases: &[],
    summary: "default identity schema missing for Ory Network",
    category: "network",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Ory Network refuses the update.

## Why
`identity.default_schema_id` must not be empty there; a self-hosted Kratos uses `default`.

## What to do
Set `identity.default_schema_id` to the id of a schema of the list.

## Versions
Ory Network.

## Source
github.com/ory/cli v1.3.3, snapshots and cmd/cloudx/project/update_test.go.

## Examples
```yaml bad
# kratos: network
identity:
  schemas:
    - id: preset://email
      url: preset://email
```

```yaml good
# kratos: network
identity:
  default_schema_id: preset://email
  schemas:
    - id: preset://email
      url: preset://email
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| context.edition == Edition::Network) else { return };
    let Some(identity) = root.get("identity").filter(|node| node.is_mapping()) else { return };
    let id = identity.get("default_schema_id");
    if id.is_none_or(|node| node.is_null() || node.as_str() == Some("")) {
        out.report_key(id.unwrap_or(identity), "Ory Network refuses this: `identity.default_schema_id` is missing")
            .help("set `identity.default_schema_id` to an id of `identity.schemas`");
    }
}
