//! `template-no-value`: a message template prints what is not there.

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::problem::ProblemKind;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::rules::courier::{Broken, each_problem, nearest};
use crate::text::names;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-no-value",
    aliases: &[],
    summary: "message template prints what is not there",
    category: "courier",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::since(Version::V0_8_2),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
A key that is not in the data gives no error. The plain text shows `<no value>` to users, the HTML part shows nothing.

## Why
Below `.Identity` and `.Traits` there is decoded JSON with the names of the API: `.Identity.traits.email`, not
`.Identity.Traits.Email`. A trait that the identity schema does not require is missing for users who did not fill it in.

## What to do
Correct the key. For an optional trait give a text for users without it: `{{ .Identity.traits.name | default "there" }}` or
`{{ with .Identity.traits.name }}Hello {{ . }}{{ end }}`.

## Versions
Since v0.8.2 (v0.8.1, which has it too, is checked as v0.8.0), when messages got the identity.

## Source
text/template without the option missingkey (courier/template/load_template.go); seen on v1.0.0 to v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://SGVsbG8ge3sgLklkZW50aXR5LlRyYWl0cy5lbWFpbCB9fQ==
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://SGVsbG8ge3sgLklkZW50aXR5LnRyYWl0cy5lbWFpbCB9fQ==
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    each_problem(context, |checked, problem, place| {
        let broken = Broken::of(checked, context.target);
        let (level, message, help) = match &problem.kind {
            ProblemKind::NoSuchKey { field, path, is_open, is_of_root, known } => {
                let level = if *is_open && !is_of_root { Level::Info } else { Level::Warning };
                let near = nearest(field, known.iter().map(String::as_str));
                let help = match near {
                    _ if *is_of_root => format!("write `$.{field}`: the dot is another value here"),
                    Some(name) => format!("use `.{name}`"),
                    None => names::one_of(&listed(known)),
                };
                let map = if path.is_empty() { "the dot here".to_owned() } else { format!("`{path}`") };
                (level, format!("{map} has no `{field}`: it is missing for all users"), help)
            }
            ProblemKind::PrintsNoValue { path, why } => {
                let help = format!(
                    "{why}: write `{{{{ {path} | default \"…\" }}}}`, or print it inside of `{{{{ with {path} }}}}`"
                );
                // Whoever writes the client knows what it sends.
                let level = if path.starts_with(".TransientPayload") { Level::Info } else { Level::Warning };
                (level, format!("users see `<no value>` when `{path}` is missing"), help)
            }
            ProblemKind::FieldOfNothing { field } => {
                let help = "add a dot after the name of the template that is called".to_owned();
                (Level::Warning, format!("there is no `.{field}`: the template is called without an argument"), help)
            }
            _ => return,
        };
        _ = broken.report_at(out, place, level, Effect::Advice, message).help(help);
    });
}

fn listed(known: &[String]) -> Vec<String> {
    known.iter().take(8).map(|name| format!("`.{name}`")).collect()
}
