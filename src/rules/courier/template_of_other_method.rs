//! `template-of-other-method`: a message template for a message that is never sent.

use crate::diagnostic::{Effect, Level};
use crate::kratos::messages::sending::{Sending, sending};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::templates::given::Origin;
use crate::text::{Place, Span};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "template-of-other-method",
    aliases: &[],
    summary: "message template for a message that is never sent",
    category: "courier",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_11_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The template is never used, and Kratos sends its own text.

## Why
Recovery and verification by code (the default) send `recovery_code` and `verification_code`; those by link send `recovery` and
`verification`. `login_code` and `registration_code` are sent only when users can sign in with a code. Since v0.13.0 the
`invalid` templates, for addresses that no user has, are sent only with `notify_unknown_recipients: true` of the flow (info).

Reported when only the templates of the method that `use` does not name are there.

## What to do
Rename the folder or key, or change `use`.

## Versions
Since v0.11.0.

## Source
selfservice/strategy/code/code_sender.go and link/sender.go (read, v0.11.0 to master; ran on v1.0.0 to v26.2.0).

## Examples

```yaml bad
selfservice:
  flows:
    recovery:
      enabled: true
      use: code
courier:
  templates:
    recovery:
      valid:
        email:
          subject: base64://UmVjb3Zlcg==
```

```yaml bad
courier:
  templates:
    recovery_code:
      invalid:
        email:
          subject: base64://Tm8gYWNjb3VudA==
```

```yaml good
selfservice:
  flows:
    recovery:
      enabled: true
      use: code
courier:
  templates:
    recovery_code:
      valid:
        email:
          subject: base64://UmVjb3Zlcg==
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let mut told: Vec<&str> = Vec::new();
    for template in &context.given_templates().templates {
        let message = template.message;
        if told.contains(&message.name) {
            continue;
        }
        let (level, text, help, chosen) = match sending(root, context.target, message) {
            Sending::Instead { other, .. } if has(context, other) => continue,
            Sending::Instead { other, chosen } => {
                let (flow, _) = other.split_once('_').unwrap_or((other, ""));
                let text = format!("these templates are never sent: this {flow} sends `{other}`");
                let help = format!("rename it to `{other}`, or change `selfservice.flows.{flow}.use`");
                (Level::Warning, text, help, chosen)
            }
            Sending::Off { key, written } => {
                // Whoever turns off mails to strangers does so on purpose, and may keep their texts.
                let is_doubtful = written.is_none() || message.variant == Some("invalid");
                let level = if is_doubtful { Level::Info } else { Level::Warning };
                let text = format!("this message is never sent unless `{key}` is on");
                (level, text, format!("set `{key}` to true, or remove the template"), written)
            }
            _ => continue,
        };
        told.push(message.name);
        let report = match (template.origin, root.find(&format!("courier.templates.{}", message.name))) {
            (Origin::Key, Some(node)) => out.report_key(node, text),
            _ => {
                let source = template.sources.get(template.main).map(|(_, source)| source);
                let place = source.map_or_else(|| template.reference.clone(), |source| Place::new(source, Span::at(0)));
                out.report_in(place, &template.pointer, &template.reference, text)
            }
        };
        let report = report.level(level).help(help);
        if let Some(chosen) = chosen {
            _ = report.label(chosen.place(), "chosen here");
        }
    }
}

/// Whether templates for a message are given.
fn has(context: &Context, name: &str) -> bool {
    let is_key = context.find("courier.templates").is_some_and(|templates| templates.get(name).is_some());
    is_key || context.given_templates().templates.iter().any(|template| template.message.name == name)
}
