//! `smtp-name-refused`: a name with which Kratos greets a mail server that refuses it.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "smtp-name-refused",
    aliases: &[],
    summary: "mail server that refuses the name with which Kratos greets it",
    category: "courier",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_10),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

No mail is sent: the server ends the connection ("EOF"), and Kratos tries again.

## Why

Kratos greets mail servers with `courier.smtp.local_name`, which is `localhost` unless it is set. The relay of Google
Workspace accepts only the name of a domain.

## What to do

Set `courier.smtp.local_name` to a name of your own domain.

## Versions

Since v0.10.1: earlier releases have no such key.

## Source

courier/smtp.go:NewSMTPClient; ory/kratos issue 2425.

## Examples

```yaml bad
courier:
  smtp:
    connection_uri: smtps://mailer:mailer@smtp-relay.gmail.com:465/
```

```yaml good
courier:
  smtp:
    connection_uri: smtps://mailer:mailer@smtp-relay.gmail.com:465/
    local_name: id.example.org
```
"#,
    check,
};

/// Servers that refuse `localhost`.
const STRICT: [&str; 1] = ["smtp-relay.gmail.com"];

fn check(context: &Context, out: &mut Sink) {
    let Some((node, url)) = super::mail_server(context) else { return };
    let name = context.find("courier.smtp.local_name");
    let is_default = name.is_none_or(|name| matches!(name.as_str(), Some("localhost" | "")));
    if is_default && STRICT.contains(&url.hostname()) {
        let place = name.unwrap_or(node);
        out.report(place, "no mail is sent: this server refuses the greeting of `localhost`")
            .help("set `courier.smtp.local_name` to a name of your own domain");
    }
}
