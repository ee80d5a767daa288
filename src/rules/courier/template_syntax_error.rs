//! `template-syntax-error`: a message template that Go cannot parse.

use crate::diagnostic::{Effect, Level};
use crate::gotemplate::FaultKind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::rules::courier::{Broken, each_text};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-syntax-error",
    aliases: &["template-syntax"],
    summary: "message template that Go cannot parse",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Kratos reads templates when it sends a message, not at start. A subject, plain text or SMS that cannot be parsed makes the
request fail: API clients get status 400, browsers the error page, and no message is sent. After registration with a password
the account is already stored. An HTML part that cannot be parsed is left out: the mail is sent with its plain text alone, and
only the log of the courier tells it.

## Why
Templates are those of Go's `text/template`; the HTML part is one of `html/template`. All files that begin with the name of the
part are parsed together, so a fault in `email.body.plaintext.gotmpl` also removes the HTML part.

## What to do
Correct the place that is shown. Comments are `{{/* … */}}` without blanks before `/*`; texts have double quotes; conditions end
with `{{ end }}`.

## Versions
All versions.

## Source
courier/template/load_template.go; text/template/parse of Go 1.26; seen on v1.0.0, v1.1.0, v1.3.1, v25.4.0 and v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgaWYgLlRvIH19WW91ciBjb2RlIGlzIHt7IC5SZWNvdmVyeUNvZGUgfX0=
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgaWYgLlRvIH19WW91ciBjb2RlIGlzIHt7IC5SZWNvdmVyeUNvZGUgfX17eyBlbmQgfX0=
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for text in each_text(context) {
        let Some(fault) = text.parsed.fault.as_ref().filter(|fault| fault.kind == FaultKind::Syntax) else { continue };
        let broken = Broken::of(text.checked, context.target);
        let message = format!("{}: {}", broken.consequence(), fault.why);
        let report = broken.report(out, text.place(fault.span), message);
        let report = match fault.opened.filter(|opened| *opened != fault.span) {
            Some(opened) => report.label(text.place(opened), "it begins here"),
            None => report,
        };
        _ = report.help(help(&fault.why, text.written(fault.span)));
    }
}

/// What to do about a fault.
fn help(why: &str, written: &str) -> String {
    let help = if why.contains("`{{ end }}`") {
        "add `{{ end }}` where the block ends"
    } else if why.contains("`}}`") && why.contains("comment") {
        "write the comment as `{{/* text */}}`"
    } else if why.contains("not closed by `}}`") {
        "close the action with `}}` on the same line"
    } else if written.starts_with('/') {
        "write the comment as `{{/* text */}}`, without a blank before `/*`"
    } else if why.contains("double quotes") {
        "put the text into double quotes"
    } else if why.contains("no variable") {
        "declare it before with `:=`; what is declared in a block or outside of a `define` is not known here"
    } else if written.starts_with('#') {
        "use Go's syntax: `{{ if .Field }}`, `{{ range .List }}`, each closed by `{{ end }}`"
    } else if written.starts_with('-') {
        "read a key with a hyphen by `index .Map \"key-name\"`"
    } else {
        "correct it as Go's text/template expects it"
    };
    help.to_owned()
}
