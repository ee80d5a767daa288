//! `template-undefined`: a message template calls a template, or reads a variable, that is not defined.

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::problem::ProblemKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::rules::courier::{Broken, each_problem};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-undefined",
    aliases: &[],
    summary: "message template uses a template or variable that is not defined",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The template fails when it comes there, an HTML part also when it never would. A subject, plain text or SMS makes the request
fail; an HTML part is left out of the mail.

## Why
Kratos parses a file together with those beside it whose names begin alike (`email.body*`, `email.subject*`). Files with other
names (`partials.gotmpl`) and other folders are not read, and a template from `courier.templates` has only its own `define`s.

A variable is there after `{{ $name := … }}`. `{{ $name = … }}` alone sets none, and its own declaration cannot read it.

## What to do
Define the template in the same file, or in a file beside it whose name begins with that of the part
(`email.body.plaintext.footer.gotmpl`).

## Versions
All versions.

## Source
courier/template/load_template.go (loadTemplate); seen on v1.0.0 to v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgdGVtcGxhdGUgImZvb3RlciIgLiB9fQ==
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgZGVmaW5lICJmb290ZXIiIH19Qnlle3sgZW5kIH19e3sgdGVtcGxhdGUgImZvb3RlciIgLiB9fQ==
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    each_problem(context, |checked, problem, place| {
        let broken = Broken::of(checked, context.target);
        if let ProblemKind::UndeclaredVariable { name } = &problem.kind {
            let message = format!("{}: `{name}` has no value here", broken.consequence());
            _ = broken.report(out, place, message).help(format!("declare it before: `{{{{ {name} := … }}}}`"));
            return;
        }
        let ProblemKind::UndefinedTemplate { name } = &problem.kind else { return };
        let message = format!("{}: there is no template `{name}`", broken.consequence());
        let beginning = checked.template.part.beginning();
        let help = format!("define `{name}` in this file, or in one beside it whose name begins with `{beginning}`");
        _ = broken.report(out, place, message).help(help);
    });
}
