//! `template-part-missing`: an HTML part or a plain text is not replaced together with the other.

use crate::diagnostic::{Effect, Level};
use crate::kratos::messages::Part;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::templates::given::Origin;
use crate::text::Span;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-part-missing",
    aliases: &[],
    summary: "HTML part or plain text is not replaced together with the other",
    category: "courier",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Each part of a mail is looked for alone, and for a missing one Kratos takes its own. A mail with your plain text and without an
HTML template has Ory's English HTML, which most mail programs show. The other way round, Ory's text is in the plain part.

## Why
All mails have both parts.

## What to do
Give both parts: `email.body.gotmpl` and `email.body.plaintext.gotmpl`, or `body.html` and `body.plaintext`.

## Versions
All versions.

## Source
courier/template/load_template.go; courier/smtp.go; seen on v1.0.0 to v26.2.0.

## Examples

```yaml bad
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://WW91ciBjb2RlIGlzIHt7IC5SZWNvdmVyeUNvZGUgfX0=
```

```yaml good
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://WW91ciBjb2RlIGlzIHt7IC5SZWNvdmVyeUNvZGUgfX0=
            html: base64://PHA+WW91ciBjb2RlIGlzIHt7IC5SZWNvdmVyeUNvZGUgfX08L3A+
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for checked in context.templates() {
        let template = &checked.template;
        let (other, message) = match template.part {
            Part::Plaintext => {
                (Part::Html, "mail programs show Ory's HTML instead of this text: the HTML part is missing")
            }
            Part::Html => (
                Part::Plaintext,
                "mail programs show Ory's plain text beside this HTML: the plain text part is missing",
            ),
            _ => continue,
        };
        let is_there =
            context.given_templates().templates.iter().any(|one| one.message == template.message && one.part == other);
        if is_there || !checked.sending.is_possible() {
            continue;
        }
        let Some(place) = checked.place(template.main, Span::at(0)) else { continue };
        let help = match template.origin {
            Origin::Folder => format!("add `{}/{}`", template.message.folder(), other.file()),
            Origin::Key => format!("add `{}`", other.key()),
            Origin::Chart if other == Part::Html => "add `body`".to_owned(),
            Origin::Chart => "add `plainBody`".to_owned(),
        };
        _ = out.report_in(place, &template.pointer, &template.reference, message).help(help);
    }
}
