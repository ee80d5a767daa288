//! `template-call-refused`: a message template gives a function arguments that it does not take.

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::check::is_comparison;
use crate::gotemplate::problem::ProblemKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::rules::courier::{Broken, each_problem};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-call-refused",
    aliases: &["template-call"],
    summary: "message template gives a function arguments that it does not accept",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The template fails when it comes there. A subject, plain text or SMS makes the request fail; an HTML part is left out of the
mail.

## Why
Functions check number and type of their arguments when they are called. Only functions take arguments: `{{ .To "x" }}` fails.
Numbers of the identity are floats, so `eq` refuses to compare them with `1`; it takes `1.0`. `slice` is the one of sprig, for
lists only.

## What to do
Give the function what it takes. For a part of a text use `substr`, as in `{{ substr 0 3 .To }}`.

## Versions
All versions.

## Source
text/template/exec.go (evalCall, validateType); signatures of sprig v3.2.2 to v3.3.0; seen on v1.0.0, v1.3.1 and v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgdHJ1bmMgLlRvIH19
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgdHJ1bmMgOCAuVG8gfX0=
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    each_problem(context, |checked, problem, place| {
        let broken = Broken::of(checked, context.target);
        let Some((why, help)) = explained(&problem.kind) else { return };
        _ = broken.report(out, place, format!("{}: {why}", broken.consequence())).help(help);
    });
}

fn explained(problem: &ProblemKind) -> Option<(String, String)> {
    Some(match problem {
        ProblemKind::ArgumentCount { function, takes: (least, most), given } => {
            let takes = match most {
                Some(1) if *least == 1 => "1 argument".to_owned(),
                Some(most) if most == least => format!("{least} arguments"),
                Some(most) => format!("{least} to {most} arguments"),
                None => format!("{least} or more arguments"),
            };
            let why = format!("`{function}` takes {takes}, not {given}");
            (why, format!("give `{function}` {takes}; what comes through `|` is the last one"))
        }
        ProblemKind::ArgumentKind { function, needs, given } if function == "slice" && *given == "text" => {
            (format!("`{function}` takes {needs}, not {given}"), "use `substr` for a part of a text".to_owned())
        }
        ProblemKind::ArgumentKind { function, needs, given } if is_comparison(function) => {
            (format!("`{function}` cannot compare {needs} with {given}"), format!("compare it with {needs}"))
        }
        ProblemKind::ArgumentKind { function, needs, given } => {
            (format!("`{function}` needs {needs} here, not {given}"), format!("give `{function}` {needs}"))
        }
        ProblemKind::ArgumentsToValue { value } => {
            (format!("`{value}` is not a function and takes no arguments"), "remove the arguments".to_owned())
        }
        ProblemKind::NotIterable { what } => {
            (format!("`range` cannot loop over {}", what.name()), "use `with` instead of `range`".to_owned())
        }
        ProblemKind::EarlyEscaper { function } => (
            format!("`{function}` must be the last function of a pipeline in HTML"),
            format!("remove `{function}`: HTML parts are escaped anyway"),
        ),
        _ => return None,
    })
}
