//! `jsonnet-syntax-error`: a document that is no Jsonnet.

use crate::diagnostic::{Effect, Level};
use crate::disk::Refusal;
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-syntax-error",
    aliases: &["jsonnet-syntax"],
    summary: "Jsonnet syntax error",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens

Each use fails: the flow ends with an error; with `response.ignore` there is only a line in the log.

## Why

Kratos reads the bodies of web hooks, mappers and the bodies of the courier at their first use, not at start. It reads UTF-8
only, without a byte order mark: other bytes become U+FFFD.

## What to do

Correct the place that is shown.

## Versions

All versions.

## Source

request/builder.go (v1.0.0 to master); the parser agrees with the go-jsonnet inside Kratos on 4,114 mutated bodies.

## Examples

```yaml bad
# function(ctx) { id: ctx.flow.id
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBjdHguZmxvdy5pZA==
```

```yaml good
# function(ctx) { id: ctx.flow.id }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBjdHguZmxvdy5pZCB9
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::Syntax);
    for document in context.documents() {
        let refusal = document.missing.as_ref().and_then(|path| context.files.refusal(path));
        let (message, level) = match refusal {
            Some(Refusal::Wide) => ("each evaluation fails: the document is not UTF-8", Level::Error),
            // Inside of a text or a comment it does no other harm.
            Some(Refusal::NotText(_)) => (
                "the document is not UTF-8, and it is not checked: Kratos replaces the other bytes by U+FFFD",
                Level::Warning,
            ),
            _ => continue,
        };
        for reference in &document.references {
            _ = out.report(reference.node, message).level(level).help("save it as UTF-8");
        }
    }
}
