//! `template-of-other-method`: a message template for the method that is not used.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "template-of-other-method",
    aliases: &[],
    summary: "a message template for the method that is not used",
    category: "courier",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V0_13),
    fixable: false,
    facts: &[],
    docs: r#"
Recovery and verification by code send the templates `recovery_code` and `verification_code`; those by link send
`recovery` and `verification`. Reported when only the templates of the method that `use` does not name are there.

Source: courier/templates, selfservice/strategy/code/code_sender.go and link/sender.go (read, v0.13.0 to master).

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
    let Some(templates) = context.find("courier.templates") else { return };
    for name in ["recovery", "verification"] {
        let by_code = format!("{name}_code");
        let using = context.find(&format!("selfservice.flows.{name}.use"));
        let (used, unused) = match using.map(Node::as_str) {
            None | Some(Some("code")) => (by_code.as_str(), name),
            Some(Some("link")) => (name, by_code.as_str()),
            Some(_) => continue,
        };
        if let Some(node) = templates.get(unused).filter(|node| node.is_mapping() && templates.get(used).is_none()) {
            let report = out
                .report_key(node, format!("these templates are never sent: this {name} sends `{used}`"))
                .help(format!("rename it to `{used}`, or change `selfservice.flows.{name}.use`"));
            if let Some(using) = using {
                _ = report.label(using.place(), "chosen here");
            }
        }
    }
}
