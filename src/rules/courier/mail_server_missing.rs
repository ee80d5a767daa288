//! `mail-server-missing`: codes and links that are never sent.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "mail-server-missing",
    aliases: &[],
    summary: "codes and links are never sent because there is no mail server",
    category: "courier",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D169", "D170", "D188"],
    docs: r#"
## What happens

Recovery or verification is on, and there is no `courier.smtp.connection_uri`: messages stay in the queue, up to
v1.3.1 without a line in the log. Without `from_address` mails come from no-reply@ory.kratos.sh, which most servers
refuse to relay.

## Why

Defaults always satisfy the rule of the schema that should prevent this (before v1.2.0 it does refuse).

## What to do

Set `courier.smtp.connection_uri`, or `COURIER_SMTP_CONNECTION_URI` in the environment.

## Versions

All versions.

## Source

courier/smtp_channel.go:Dispatch, embedx/config.schema.json; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  flows:
    recovery:
      enabled: true
```

```yaml good
selfservice:
  flows:
    recovery:
      enabled: true
courier:
  smtp:
    connection_uri: smtps://mailer@smtp.example.com:465/
    from_address: auth@example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| !context.is_unreadable()) else { return };
    if root.get("courier").is_some_and(Node::is_unknown) {
        return;
    }
    let by_http = root.find("courier.delivery_strategy").is_some_and(|node| node.as_str() != Some("smtp"));
    let smtp = root.find("courier.smtp");
    let uri = smtp.and_then(|smtp| smtp.get("connection_uri"));
    for name in ["recovery", "verification"] {
        let enabled = root.find(&format!("selfservice.flows.{name}.enabled")).filter(|node| node.is_true());
        if let Some(enabled) = enabled.filter(|_| uri.is_none() && !by_http) {
            out.report(enabled, format!("no {name} message is sent unless COURIER_SMTP_CONNECTION_URI is set"))
                .help("set `courier.smtp.connection_uri`, or the variable");
            break;
        }
    }
    let host = uri.and_then(view::text).and_then(|text| url::parse(text).ok()).map(|url| url.hostname().to_owned());
    let outside = host.as_deref().is_some_and(|host| !url::is_internal(host));
    if let Some(uri) = uri.filter(|_| outside && smtp.is_some_and(|smtp| smtp.get("from_address").is_none())) {
        let report =
            out.report_key(uri, "mails come from no-reply@ory.kratos.sh unless COURIER_SMTP_FROM_ADDRESS is set");
        let report = report.effect(Effect::Advice).help("set `courier.smtp.from_address`");
        // A real server refuses this sender in dev mode too; an inbox for tests takes everything.
        if host.as_deref().is_none_or(|host| INBOXES.iter().any(|inbox| host.contains(inbox))) {
            _ = report.development("default mail sender");
        }
    }
}

/// Words in the names of servers that keep mails for tests.
const INBOXES: [&str; 6] = ["mailtrap", "ethereal", "sandbox", "mailslurper", "example", "test"];
