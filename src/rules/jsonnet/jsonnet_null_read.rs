//! `jsonnet-null-read`: something is read from null.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-null-read",
    aliases: &[],
    summary: "Jsonnet reads from null",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens

The evaluation fails. So do `'x' in null` and `std.get(null, 'x')`.

## Why

`metadata_public` is null until something is stored, the nodes of a form are null in the before hooks of settings, and
some ids are null until they are set.

## What to do

Test the value first: `value != null`.

## Versions

All versions.

## Source

identity/identity.go:52@v1.3.1, ui/container/container.go:41; payloads of running servers; proved by running the
document.

## Examples

```yaml bad
# function(ctx) { role: ctx.identity.metadata_public.role }
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7IHJvbGU6IGN0eC5pZGVudGl0eS5tZXRhZGF0YV9wdWJsaWMucm9sZSB9
```

```yaml good
# function(ctx) local m = ctx.identity.metadata_public; { role: if m != null then std.get(m, 'role') else null }
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
                body: base64://ZnVuY3Rpb24oY3R4KSBsb2NhbCBtID0gY3R4LmlkZW50aXR5Lm1ldGFkYXRhX3B1YmxpYzsgeyByb2xlOiBpZiBtICE9IG51bGwgdGhlbiBzdGQuZ2V0KG0sICdyb2xlJykgZWxzZSBudWxsIH0=
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::NullRead);
}
