//! `template-nested-field`: a message template reads a field of a value that has none.

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::kinds::What;
use crate::gotemplate::problem::ProblemKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::rules::courier::{Broken, each_problem};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-nested-field",
    aliases: &[],
    summary: "message template reads a field of a value that has none",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The template fails when it comes there: texts, numbers and lists have no fields. A subject, plain text or SMS makes the request
fail; an HTML part is left out of the mail.

## Why
`.To` is a text, `.Identity.recovery_addresses` is a list, and a trait is what the identity schema says.

## What to do
Remove the field. Read an item of a list with `range` or `index`: `{{ (index .Identity.verifiable_addresses 0).value }}`.
Inside of `with` and `range` the dot is another value: read fields of the message with `$`, as in `{{ $.To }}`.

## Versions
All versions.

## Source
text/template/exec.go (evalField); seen on v1.0.0, v1.3.1 and v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgLklkZW50aXR5LnJlY292ZXJ5X2FkZHJlc3Nlcy52YWx1ZSB9fQ==
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgcmFuZ2UgLklkZW50aXR5LnJlY292ZXJ5X2FkZHJlc3NlcyB9fXt7IC52YWx1ZSB9fXt7IGVuZCB9fQ==
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    each_problem(context, |checked, problem, place| {
        let ProblemKind::FieldOf { field, path, what } = &problem.kind else { return };
        let broken = Broken::of(checked, context.target);
        let path = if path.starts_with('.') { format!("`{path}`") } else { path.clone() };
        let message = format!("{}: {path} is {}, it has no `.{field}`", broken.consequence(), what.name());
        let is_of_message = checked.template.message.has_since(field).is_some();
        let help = match what {
            _ if is_of_message => format!("write `$.{field}`: the dot is another value here"),
            What::List => "read its items with `range`, or one of them with `index`".to_owned(),
            _ => format!("remove `.{field}`"),
        };
        _ = broken.report(out, place, message).help(help);
    });
}
