//! `network-action-method`: a method where a flow has one list for all methods.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::unit::sent::RemarkKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-action-method",
    aliases: &[],
    summary: "auth_method of an action has no effect",
    category: "network",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The action runs for all methods of the flow, not only for the one that `auth_method` names.

## Why
Hooks before a flow, and hooks after recovery and verification, are in one list for all methods.

## What to do
Delete `auth_method`. If the endpoint needs to know the method, read `ctx.flow.active` in the body.

## Versions
Ory Network, provider ory/ory.

## Source
terraform-provider-ory, the resource of actions; not tried against the service.

## Examples
```terraform bad
resource "ory_action" "verified" {
  flow            = "verification"
  timing          = "after"
  auth_method     = "code"
  url             = "https://hooks.example.org/a"
  response_ignore = true
}
```

```terraform good
resource "ory_action" "verified" {
  flow            = "verification"
  timing          = "after"
  url             = "https://hooks.example.org/a"
  response_ignore = true
}
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for remark in context.remarks(RemarkKind::MethodIgnored) {
        let list = match remark.word.as_str() {
            "before" => "before a flow".to_owned(),
            flow => format!("after {flow}"),
        };
        let message = format!("`auth_method` has no effect: {list} all methods have the same hooks");
        out.report_at(remark.place.clone(), None, message).help("delete `auth_method`");
    }
}
