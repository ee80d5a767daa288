//! `smtp-private-address-refused`: a mail server at a private address, which Kratos refuses.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "smtp-private-address-refused",
    aliases: &["smtp-private-address"],
    summary: "private addresses are not allowed, and the mail server has one",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::AFTER_V26_2),
    fixable: false,
    facts: &["D189"],
    docs: r#"
## What happens

Each message fails.

## Why

`clients.smtp.disallow_private_ip_ranges` also forbids a mail server in your own network.

## What to do

Remove the key, or use a mail server with a public address.

## Versions

After v26.2.0.

## Source

courier/smtp.go:NewSMTPClient@master (read).

## Examples

```yaml bad
# kratos: master
clients:
  smtp:
    disallow_private_ip_ranges: true
courier:
  smtp:
    connection_uri: smtp://10.0.0.5:587/
```

```yaml good
# kratos: master
clients:
  smtp:
    disallow_private_ip_ranges: true
courier:
  smtp:
    connection_uri: smtps://smtp.example.com:465/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(ban) = context.find("clients.smtp.disallow_private_ip_ranges").filter(|node| node.is_true()) else {
        return;
    };
    let Some((node, url)) = super::mail_server(context) else { return };
    if url::is_private_address(url.hostname()) || url::is_loopback(url.hostname()) {
        out.report(node, "no mail is sent: private addresses are not allowed")
            .label(ban.place(), "not allowed here")
            .help("remove `clients.smtp.disallow_private_ip_ranges`, or use a mail server with a public address");
    }
}
