//! `network-action-order`: actions of one list in an order that nothing fixes.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::unit::sent::RemarkKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-action-order",
    aliases: &[],
    summary: "order of actions in a list is not fixed",
    category: "network",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The hooks run in the order in which Terraform created the actions, which may differ from project to project.

## Why
The provider adds each action at the end of its list, and Terraform creates resources at the same time unless one depends on the
other. The order matters when the flow waits for one of them. The rule is silent when all of them have `response_ignore = true`.

## What to do
Add `depends_on` to the action that must run later.

## Versions
Ory Network, provider ory/ory.

## Source
terraform-provider-ory, the resource of actions and its issue 189; not tried against the service.

## Examples
```terraform bad
resource "ory_action" "check" {
  flow           = "registration"
  timing         = "after"
  url            = "https://hooks.example.org/check"
  response_parse = true
}

resource "ory_action" "tell" {
  flow            = "registration"
  timing          = "after"
  url             = "https://hooks.example.org/tell"
  response_ignore = true
}
```

```terraform good
resource "ory_action" "check" {
  flow           = "registration"
  timing         = "after"
  url            = "https://hooks.example.org/check"
  response_parse = true
}

resource "ory_action" "tell" {
  flow            = "registration"
  timing          = "after"
  url             = "https://hooks.example.org/tell"
  response_ignore = true
  depends_on      = [ory_action.check]
}
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for remark in context.remarks(RemarkKind::OrderOpen) {
        let message = "this action may run before or after the other one of its list: no `depends_on` fixes the order";
        let help = format!("add `depends_on = [ory_action.{}]`, or the reverse to the other action", remark.word);
        let report = out.report_at(remark.place.clone(), None, message).help(help);
        if let Some(other) = &remark.other {
            report.label(other.clone(), "this action is in the same list");
        }
    }
}
