//! `network-action-body`: an action of Terraform whose body is an address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::unit::sent::RemarkKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-action-body",
    aliases: &[],
    summary: "body of an action is an address instead of Jsonnet",
    category: "network",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Each call of the action fails: the address itself is evaluated as Jsonnet.

## Why
`body` of `ory_action` is Jsonnet as it is. The provider encodes every text that does not begin with `base64://`, addresses
included: nothing opens them.

## What to do
Set `body` to the Jsonnet, or read the file with `file("${path.module}/…")`.

## Versions
Ory Network, provider ory/ory.

## Source
terraform-provider-ory, the resource of actions; not tried against the service.

## Examples
```terraform bad
resource "ory_action" "signup" {
  flow            = "registration"
  timing          = "after"
  url             = "https://hooks.example.org/a"
  response_ignore = true
  body            = "file://signup.jsonnet"
}
```

```terraform good
resource "ory_action" "signup" {
  flow            = "registration"
  timing          = "after"
  url             = "https://hooks.example.org/a"
  response_ignore = true
  body            = "function(ctx) { flow: ctx.flow.id }"
}
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for remark in context.remarks(RemarkKind::AddressAsBody) {
        let why = match remark.word.as_str() {
            "base64" => "base64 without `base64://` is not decoded".to_owned(),
            scheme => format!("`{scheme}` is not opened here"),
        };
        out.report_at(remark.place.clone(), None, format!("every call fails: `body` must be Jsonnet, {why}"))
            .help("set `body` to the Jsonnet itself, for example with `file(\"${path.module}/body.jsonnet\")`");
    }
}
