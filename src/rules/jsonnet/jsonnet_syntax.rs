//! `jsonnet-syntax`: a document that is no Jsonnet.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "jsonnet-syntax",
    aliases: &[],
    summary: "a document that is no Jsonnet",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
Kratos reads the bodies of web hooks, mappers and the bodies of the courier when they are first needed, not at boot. A text that
is no Jsonnet fails at each use: the flow ends with an error, behind `response.ignore` with a line in the log only.

How it was proved: the parser agrees with the go-jsonnet inside Kratos on 4,114 mutated bodies.
Source: request/builder.go (v1.0.0 to master).

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
}
