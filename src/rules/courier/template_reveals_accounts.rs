//! `template-reveals-accounts`: a message fails for known addresses only, or for unknown ones only.

use crate::diagnostic::{Effect, Level};
use crate::kratos::messages::Part;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::templates::Checked;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-reveals-accounts",
    aliases: &[],
    summary: "message fails for known addresses only, or for unknown ones only",
    category: "courier",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::since(Version::V1_1),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Recovery and verification answer alike for addresses with and without an account. When the message to one of the two kinds fails,
the answers differ: status 400 with an error here, 200 there. Anyone can find out which addresses have an account.

## Why
The templates `valid` are for known addresses, `invalid` for unknown ones. They are executed while the request waits.

## What to do
Correct the template that fails.

## Versions
Since v1.1.0.

## Source
selfservice/strategy/code/code_sender.go, link/sender.go; courier/smtp.go (QueueEmail); seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  flows:
    recovery:
      enabled: true
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgLkNvZGUgfX0=
```

```yaml good
selfservice:
  flows:
    recovery:
      enabled: true
courier:
  templates:
    recovery_code:
      valid:
        email:
          body:
            plaintext: base64://e3sgLlJlY292ZXJ5Q29kZSB9fQ==
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let is_broken = |checked: &&Checked| checked.template.part != Part::Html && checked.is_broken();
    let templates = context.templates();
    let mut known: Vec<&str> = Vec::new();
    for checked in templates.iter().filter(is_broken) {
        let message = checked.template.message;
        let flow = if message.name.starts_with("recovery") { "recovery" } else { "verification" };
        let is_on = context.root().is_some_and(|root| view::flow(root, flow).is_on());
        let (Some(variant), true) = (message.variant, is_on && message.name.starts_with(flow)) else { continue };
        let others = templates.iter().filter(|other| other.template.message.name == message.name);
        let mut others = others.filter(|other| other.template.message.variant != Some(variant));
        if !checked.sending.is_possible() || others.any(|other| is_broken(&other)) || known.contains(&message.name) {
            continue;
        }
        known.push(message.name);
        let whom = if variant == "valid" { "with" } else { "without" };
        let text = format!("anyone can find out who has an account: this fails only for addresses {whom} one");
        let Some(place) = checked.failure() else { continue };
        let template = &checked.template;
        _ = out
            .report_in(place, &template.pointer, &template.reference, text)
            .help("correct this template: the other finding here says what fails");
    }
}
