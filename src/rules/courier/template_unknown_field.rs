//! `template-unknown-field`: a message template reads a field that its message does not have.

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::problem::ProblemKind;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::rules::courier::{Broken, each_problem, nearest};
use crate::text::names;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-unknown-field",
    aliases: &["template-variable"],
    summary: "message template reads a field that its message does not have",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The template fails when it is executed. A subject, plain text or SMS: the request fails and no message is sent (after
registration with a password the account is already stored, so that the user cannot try again). An HTML part: the mail is sent
without HTML.

## Why
Each message has a closed list of fields, spelled exactly: a message with a link has `.RecoveryURL`, the one with a code has
`.RecoveryCode`. The names in lower case of `ctx.template_data` do not work in templates.

## What to do
Use a field that the message has in the version that you run, or upgrade first.

## Versions
All versions. `.Identity` since v0.8.1, `.RequestURL` since v1.1.0, `.TransientPayload` since v1.2.0, `.ExpiresInMinutes` since v25.4.0,
`.UserRequestHeaders` since v26.2.0. Messages for unknown addresses (`invalid`) have no `.Identity`; `registration_code` by e-mail
has `.Traits` instead.

## Source
courier/template/email/*.go and sms/*.go at the tags v0.7.1 to master; seen on v1.0.0, v1.1.0, v1.3.1, v25.4.0 and v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://T3BlbiB7eyAuUmVjb3ZlcnlVUkwgfX0=
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://WW91ciBjb2RlIGlzIHt7IC5SZWNvdmVyeUNvZGUgfX0=
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    each_problem(context, |checked, problem, place| {
        let ProblemKind::UnknownField { field, of, known } = &problem.kind else { return };
        let broken = Broken::of(checked, context.target);
        let since = checked.template.message.has_since(field).filter(|since| *since > context.target);
        let consequence = broken.consequence();
        let message = match since {
            Some(since) => format!("{consequence}: `{of}` has `.{field}` only since {since}"),
            None => format!("{consequence}: `{of}` has no `.{field}`"),
        };
        let report = broken.report(out, place, message);
        _ = report.help(help(field, known, since));
    });
}

fn help(field: &str, known: &[&'static str], since: Option<Version>) -> String {
    let all: Vec<String> = known.iter().map(|name| format!("`.{name}`")).collect();
    if let Some(since) = since {
        return format!("remove it, or upgrade Kratos to {since}; this version has {}", names::all_of(&all));
    }
    let ending = |name: &&&'static str| name.ends_with("Code") && field.ends_with("Code");
    let likely = nearest(field, known.iter().copied()).or_else(|| known.iter().find(ending).copied());
    match likely {
        Some(name) => format!("use `.{name}`"),
        None => names::one_of(&all),
    }
}
