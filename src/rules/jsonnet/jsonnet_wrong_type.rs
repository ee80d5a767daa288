//! `jsonnet-wrong-type`: operands or arguments of the wrong type.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "jsonnet-wrong-type",
    aliases: &[],
    summary: "operands or arguments of the wrong type",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
An operator or a function of `std` gets a value that it does not take, a text minus one for example, or the result holds a
function. Reported only where all values in play are known, and proved by running the document.

```yaml bad
# function(ctx) { id: ctx.flow.id - 1 }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBjdHguZmxvdy5pZCAtIDEgfQ==
```

```yaml good
# function(ctx) { id: ctx.flow.id + '-1' }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IGlkOiBjdHguZmxvdy5pZCArICctMScgfQ==
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::WrongType);
}
