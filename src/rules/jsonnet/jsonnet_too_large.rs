//! `jsonnet-too-large`: a result or an input that can outgrow the worker.

use crate::diagnostic::{Effect, Level};
use crate::disk::Refusal;
use crate::documents::finding::Kind;
use crate::kratos::changes;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-too-large",
    aliases: &["jsonnet-size"],
    summary: "Jsonnet result or input that can become too large",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: changes::versions("jsonnet-64k"),
    fixable: false,
    facts: &["D212", "H-JSONNET-POISON", "H-JSONNET-64K"],
    docs: r##"
## What happens

One result that is too large makes its call fail and breaks the worker: later hooks of any flow are sent with an empty
body, and that counts as success.

## Why

Since v1.1.0 a worker reads at most 65,535 bytes, and a result may have 65,535 bytes (262,143 after v26.2.0). Forms
(`ctx.flow.ui`) grow with the identity schema and the number of providers. What `std.trace` writes adds up: the worker
breaks after 64 KiB.

## What to do

Send only the fields that the endpoint needs.

## Versions

Since v1.1.0.

## Source

jsonnetsecure/jsonnet_pool.go:130, cmd.go:68@v25.4.0; measured on v1.3.1, v25.4.0, v26.2.0 and master.

## Examples

```yaml bad kratos=v26.2.0
# function(ctx) { form: ctx.flow.ui }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGZvcm06IGN0eC5mbG93LnVpIH0=
```

```yaml good
# function(ctx) { flow: ctx.flow.id }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGZsb3c6IGN0eC5mbG93LmlkIH0=
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::Size);
    for document in context.documents() {
        let Some(path) = &document.missing else { continue };
        if context.files.refusal(path) == Some(Refusal::TooLarge) {
            for reference in &document.references {
                let message = "the document is larger than 16 MiB: it is not checked, and no worker of Kratos reads it";
                _ = out.report(reference.node, message).help("keep documents below 64 KiB");
            }
        }
    }
}
