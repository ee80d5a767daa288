//! `template-html-refused`: an HTML part that Go's `html/template` refuses.

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::problem::ProblemKind;
use crate::gotemplate::problem::Refusal;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::rules::courier::{Broken, each_problem};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-html-refused",
    aliases: &[],
    summary: "HTML part whose tags, quotes or scripts Go's html/template refuses",
    category: "courier",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Mails are sent with the plain text only. The flow looks fine, and the log of the courier says "Unable to get email body from
template."

## Why
HTML parts are rendered by Go's html/template, which escapes each value for its place: text, tag, attribute, URL, script or style.
So it must know what kind of place each action is, on each way through `if`, `with` and `range`, also on those that never run. A way
that opens a quote or a tag and another that does not, a tag, script or comment that is not closed at the end, and quotes in
attribute values without quotes are refused.

## What to do
Close what is opened in the same branch, write attribute values in quotes, and close the last tag.

Not followed: template literals of scripts, in which Go's releases differ, and templates that call themselves.

## Versions
All versions.

## Source
html/template of Go (escape.go, transition.go); seen on v1.0.0, v1.1.0, v1.3.1, v25.4.0 and v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            html: base64://PGEge3sgaWYgLlRvIH19aHJlZj0iaHR0cHM6Ly94Lm9yZ3t7IGVuZCB9fT57eyAuUmVjb3ZlcnlDb2RlIH19PC9hPg==
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            html: base64://PGEge3sgaWYgLlRvIH19aHJlZj0iaHR0cHM6Ly94Lm9yZyJ7eyBlbmQgfX0+e3sgLlJlY292ZXJ5Q29kZSB9fTwvYT4=
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    each_problem(context, |checked, problem, place| {
        let ProblemKind::Refused(refusal) = problem.kind else { return };
        let broken = Broken::of(checked, context.target);
        let (why, help) = explained(refusal);
        _ = broken.report(out, place, format!("{}: {why}", broken.consequence())).help(help);
    });
}

fn explained(refusal: Refusal) -> (String, &'static str) {
    const SAME: &str = "open and close the same tags, quotes and comments on each way";
    const QUOTES: &str = "write the value in quotes";
    match refusal {
        Refusal::Branches { keyword, ends: (first, second) } if first == second => {
            (format!("the ways through `{keyword}` end at different places of {first}"), SAME)
        }
        Refusal::Branches { keyword, ends: (first, second) } => {
            (format!("`{keyword}` ends in {first} or in {second}"), SAME)
        }
        Refusal::Loop { begins: (first, second) } if first == second => {
            (format!("a run of `range` ends at another place of {first}"), "end each run where it begins")
        }
        Refusal::Loop { begins: (first, second) } => {
            (format!("a run of `range` begins in {first} and ends in {second}"), "end each run where it begins")
        }
        Refusal::Open(inside) => (format!("it ends in {inside} that is not closed"), "close what begins here"),
        Refusal::Unquoted(wrong) => (format!("`{wrong}` in an attribute value without quotes"), QUOTES),
        Refusal::AttributeName(wrong) => {
            (format!("`{wrong}` in the name of an attribute"), "close the attribute or the tag before it")
        }
        Refusal::NoAttributeName => ("`=` without the name of an attribute".to_owned(), "write the name before `=`"),
        Refusal::UrlPart => (
            "it is in the path of the URL on one way, in the query on another".to_owned(),
            "write the whole URL on each way",
        ),
        Refusal::Slash => (
            "this `/` divides on one way and begins a pattern on another".to_owned(),
            "end each way with the same kind of token",
        ),
        Refusal::Escape => ("a backslash before `{{` or at the end".to_owned(), "remove the backslash"),
        Refusal::Charset => ("`[` of this pattern is not closed".to_owned(), "close it with `]` before the action"),
        Refusal::Escaper => ("`html` in an attribute value without quotes".to_owned(), QUOTES),
    }
}
