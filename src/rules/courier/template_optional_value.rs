//! `template-optional-value`: a message template fails for users without an optional value.

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::problem::ProblemKind;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::rules::courier::{Broken, each_problem};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-optional-value",
    aliases: &[],
    summary: "message template fails for users without an optional value",
    category: "courier",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_8_2),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The template works for users who have the value and fails for those who do not: their request fails and they get no message. In
an HTML part their mail is sent without HTML.

## Why
`upper`, `trunc`, `trim` and most functions of sprig take a text, and Go refuses a missing value ("invalid value; expected
string"). A field below null fails too ("nil pointer evaluating interface {}"): `.Identity.metadata_public` is null until it is
set.

## What to do
Put `default` before the function: `{{ .Identity.traits.name | default "there" | upper }}`, or use the value inside of
`{{ with … }}`.

## Versions
Since v0.8.2 (v0.8.1, which has it too, is checked as v0.8.0).

## Source
text/template/exec.go (validateType); seen on v1.0.0, v1.3.1 and v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgLklkZW50aXR5Lm1ldGFkYXRhX3B1YmxpYy5wbGFuIH19
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgd2l0aCAuSWRlbnRpdHkubWV0YWRhdGFfcHVibGljIH19e3sgLnBsYW4gfX17eyBlbmQgfX0=
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    each_problem(context, |checked, problem, place| {
        let broken = Broken::of(checked, context.target);
        let fails = broken.consequence();
        let (message, help) = match &problem.kind {
            ProblemKind::MissingArgument { function, path, why } => {
                let message = format!("{fails} when `{path}` is missing: `{function}` needs it");
                (message, format!("{why}: write `({path} | default \"…\")` in place of `{path}`"))
            }
            ProblemKind::FieldOfNull { field, path } => {
                let message = format!("{fails} when `{path}` is null: it has no `.{field}` then");
                (message, format!("read it inside of `{{{{ with {path} }}}}` as `.{field}`"))
            }
            _ => return,
        };
        _ = broken.report_at(out, place, Level::Warning, Effect::RequestFails, message).help(help);
    });
}
