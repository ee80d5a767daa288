//! `network-template-address`: a message template of Terraform that is an address.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::unit::sent::RemarkKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-template-address",
    aliases: &[],
    summary: "text of a message template is an address or base64",
    category: "network",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Users get mails whose text is the address, or base64.

## Why
`subject`, `body_html` and `body_plaintext` of `ory_email_template` are the text itself. The provider encodes it: nothing opens
a `file://` address, and nothing decodes what `filebase64` returns.

## What to do
Read the file with `file("${path.module}/…")`.

## Versions
Ory Network, provider ory/ory.

## Source
terraform-provider-ory, the resource of templates; not tried against the service.

## Examples
```terraform bad
resource "ory_email_template" "code" {
  template_type  = "recovery_code_valid"
  subject        = "Your code"
  body_html      = base64encode("<p>{{ .RecoveryCode }}</p>")
  body_plaintext = "{{ .RecoveryCode }}"
}
```

```terraform good
resource "ory_email_template" "code" {
  template_type  = "recovery_code_valid"
  subject        = "Your code"
  body_html      = "<p>{{ .RecoveryCode }}</p>"
  body_plaintext = "{{ .RecoveryCode }}"
}
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for remark in context.remarks(RemarkKind::AddressAsText) {
        let what = if remark.word == "base64" { "base64" } else { "the address of a file" };
        out.report_at(remark.place.clone(), None, format!("users get {what} as text: this is the text of the mail"))
            .help("set it to the text itself, for example with `file(\"${path.module}/recovery.html\")`");
    }
}
