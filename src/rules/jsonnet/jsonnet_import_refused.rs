//! `jsonnet-import-refused`: an import.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-import-refused",
    aliases: &["jsonnet-import"],
    summary: "Jsonnet import, which always fails in Kratos",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-JSONNET-IMPORT"],
    docs: r##"
## What happens

The evaluation fails as soon as it reaches the import.

## Why

Kratos forbids `import`, `importstr` and `importbin`.

## What to do

Copy the imported text into the file.

## Versions

All versions.

## Source

jsonnetsecure/jsonnet.go:ErrorImporter (all versions); ran on all versions.

## Examples

```yaml bad
# local lib = import 'lib.libsonnet'; function(ctx) { id: lib.id(ctx) }
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
                body: base64://bG9jYWwgbGliID0gaW1wb3J0ICdsaWIubGlic29ubmV0JzsgZnVuY3Rpb24oY3R4KSB7IGlkOiBsaWIuaWQoY3R4KSB9
```

```yaml good
# local id(ctx) = ctx.flow.id; function(ctx) { id: id(ctx) }
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
                body: base64://bG9jYWwgaWQoY3R4KSA9IGN0eC5mbG93LmlkOyBmdW5jdGlvbihjdHgpIHsgaWQ6IGlkKGN0eCkgfQ==
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::Import);
}
