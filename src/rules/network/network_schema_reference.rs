//! `network-schema-reference`: a `$ref` that Ory Network does not follow.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::Edition;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-schema-reference",
    aliases: &[],
    summary: "`$ref` of an identity schema that Ory Network refuses",
    category: "network",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens
Ory Network refuses the identity schema.

## Why
`security.disallow_ref_in_identity_schemas` is always on there: `$ref` may lead into the same document (`#/…`) or to `base64://`.

## What to do
Write the part into the schema and refer to it by `#/definitions/…`.

## Versions
Ory Network. A self-hosted Kratos after v26.2.0 has the key, off by default.

## Source
schema/loader.go of the development branch; changelog of the Ory Enterprise License v26.2.7.

## Examples
The schema is `{"properties": {"traits": {"$ref": "https://example.org/traits.json"}}}`, then the same with `#/definitions/t`.

```yaml bad
# kratos: network
identity:
  default_schema_id: a
  schemas:
    - id: a
      url: base64://eyJwcm9wZXJ0aWVzIjogeyJ0cmFpdHMiOiB7IiRyZWYiOiAiaHR0cHM6Ly9leGFtcGxlLm9yZy90cmFpdHMuanNvbiJ9fX0=
```

```yaml good
# kratos: network
identity:
  default_schema_id: a
  schemas:
    - id: a
      url: base64://eyJkZWZpbml0aW9ucyI6IHsidCI6IHsidHlwZSI6ICJvYmplY3QifX0sICJwcm9wZXJ0aWVzIjogeyJ0cmFpdHMiOiB7IiRyZWYiOiAiIy9kZWZpbml0aW9ucy90In19fQ==
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if context.edition != Edition::Network {
        return;
    }
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for node in root.descendants() {
            let target = node.as_str().filter(|_| node.key() == Some("$ref"));
            let is_property = node.parent().and_then(crate::yaml::Node::key) == Some("properties");
            if target.is_some_and(|text| !text.starts_with('#') && !text.starts_with("base64://")) && !is_property {
                out.report_in(
                    node.place(),
                    &schema.pointer,
                    &schema.url_place,
                    "Ory Network refuses this schema: `$ref` must point to the same document or to base64://",
                )
                .help("write the part into the schema, and refer to it by `#/definitions/…`");
            }
        }
    }
}
