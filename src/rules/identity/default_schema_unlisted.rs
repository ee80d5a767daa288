//! `default-schema-unlisted`: a default identity schema that is not in the list.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::version::Version;
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

Up to v0.10.1 one more use fails where the default schema has another id than `default`, and no schema has that one:
`POST /identities` of the admin API without `schema_id` (info).

## Why

`identity.default_schema_id` (`default` when it is not set) names the schema of every user who registers. Kratos does
not compare it with `identity.schemas` at start. Until v0.10.1 the admin API looked for the word `default` instead.

## What to do

Set `identity.default_schema_id` to an id of the list. For the admin API send `schema_id`, or call the schema `default`.

## Versions

Since v0.9.0.

## Source

driver/config/config.go:DefaultIdentityTraitsSchemaURL (v0.9.0 to master); seen on v1.3.1 and v26.2.0.
schema/schema.go:GetByID@v0.10.1, repaired in identity/manager.go:Create@v0.11.0 (f43396bdc).

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
    let Some(wanted) = wanted else { return };
    if ids.contains(&wanted) {
        without_schema_id(context, list, &ids, out);
        return;
    }
    let message = format!("each registration fails: no schema in `identity.schemas` has the id `{wanted}`");
    let report = match named {
        Some(node) => out.report(node, message),
        None => out.report_key(list, format!("{message}, the default")),
    };
    if ids.iter().any(|id| *id != wanted && id.trim() == wanted.trim()) {
        _ = report.help("remove the space around the id");
        return;
    }
    match ids.as_slice() {
        // Another id would be right for users who register, and not for the admin API.
        _ if context.target <= Version::V0_10 => report.help("give the schema of new users the id `default`"),
        [only] => report.help(format!("set `default_schema_id: {only}`")),
        _ => report.help(names::one_of(&ids)),
    };
}

/// Reports that the admin API needs the id of a schema, where it would look for one that is not there.
fn without_schema_id(context: &Context, list: Node<'_>, ids: &[&str], out: &mut Sink) {
    if context.target > Version::V0_10 || ids.contains(&DEFAULT_ID) {
        return;
    }
    let at = context.find("identity.default_schema_id").unwrap_or(list);
    out.report(at, "`POST /identities` without `schema_id` fails up to v0.10.1: no schema has the id `default`")
        .level(Level::Info)
        .help("send `schema_id` with each identity, or upgrade to v0.11.0 or later");
}
