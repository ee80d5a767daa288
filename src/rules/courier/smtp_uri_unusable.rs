//! `smtp-uri-unusable`: an address of the mail server that cannot be used.

use crate::diagnostic::{Effect, Level};
use crate::kratos::boolean;
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "smtp-uri-unusable",
    aliases: &["smtp-uri"],
    summary: "address of the mail server that cannot be used",
    category: "courier",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D171", "D172", "D175"],
    docs: r#"
## What happens

- Without a port Kratos dials port 0, and each message fails.
- `#`, `/` or a bad `%` escape in user name or password: v1.0.0 to v1.3.1 do not start with `--watch-courier`; without
  it, and in other versions, each message fails.
- `skip_ssl_verify` and `disable_starttls` with a word that Go's `ParseBool` does not know count as false (warning);
  other parameters have no effect (info).

## Why

The value is a URL.

## What to do

Escape user name and password: `#` as `%23`, `/` as `%2F`, `%` as `%25`, `@` as `%40`. Write the port.

## Versions

All versions. v0.7 reads `skip_ssl_verify` and `legacy_ssl` only.

## Source

courier/smtp.go:NewSMTPClient; seen on v1.0.0 to master.

## Examples

```yaml bad
courier:
  smtp:
    connection_uri: smtps://mailer:s3cr3t@smtp.example.com
```

```yaml good
courier:
  smtp:
    connection_uri: smtps://mailer:s3cr%23t@smtp.example.com:465/?skip_ssl_verify=true
```
"#,
    check,
};

/// The parameters that Kratos reads, and those that v0.7 reads.
const PARAMETERS: [&str; 3] = ["skip_ssl_verify", "disable_starttls", "server_name"];
const OLDEST_PARAMETERS: [&str; 2] = ["skip_ssl_verify", "legacy_ssl"];

/// Whether all that sends mails is off in a whole configuration: the schema demands an address anyway.
fn sends_nothing(context: &Context) -> bool {
    const SENDERS: [&str; 4] = [
        "selfservice.flows.recovery.enabled",
        "selfservice.flows.verification.enabled",
        "selfservice.methods.code.passwordless_enabled",
        "selfservice.methods.code.mfa_enabled",
    ];
    let is_off = |path: &&str| context.find(path).is_none_or(|node| node.as_bool() == Some(false));
    context.find("selfservice.flows").is_some() && SENDERS.iter().all(is_off)
}

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("courier.smtp.connection_uri") else { return };
    let Some(text) = view::text(node).filter(|text| text.starts_with("smtp")) else { return };
    let escape = "escape user name and password: `#` as %23, `/` as %2F, `%` as %25, `@` as %40";
    let cut = text.split_once("://").is_some_and(|(_, rest)| match (rest.find(['/', '#', '?']), rest.rfind('@')) {
        (Some(cut), Some(at)) => cut < at && !rest.get(cut..at).is_some_and(|between| between.contains('?')),
        _ => false,
    });
    match url::parse(text) {
        Err(why) => {
            if super::ends_at_start(context) {
                let message = format!("Kratos does not start with `--watch-courier`: this address {why}");
                out.report(node, message).effect(Effect::NoBoot).help(escape);
            } else {
                out.report(node, format!("no mail is sent: Kratos cannot read this address; it {why}")).help(escape);
            }
            return;
        }
        Ok(_) if cut => {
            out.report(node, "no mail is sent: a `#` or `/` in the password ends the address there").help(escape);
            return;
        }
        Ok(url) if url.port().is_none() && !url.host.is_empty() => {
            let report = out
                .report(node, "no mail is sent: the address has no port, and Kratos dials port 0")
                .help("add the port: 465 for `smtps://`, 587 or 25 for `smtp://`");
            // Without a user it is often only there to please the schema, and the environment gives another.
            if sends_nothing(context) {
                _ = report.level(Level::Info);
            } else if url.userinfo.is_none() {
                _ = report.level(Level::Warning);
            }
        }
        Ok(_) => {}
    }
    check_parameters(context, node, text, out);
}

/// What Kratos reads of the query of an address.
fn parameters(context: &Context, text: &str) -> &'static [&'static str] {
    match context.target {
        // v0.6 verifies what `smtp://` finds with STARTTLS in any case.
        target if target < Version::V0_7_1 && text.starts_with("smtps:") => &["skip_ssl_verify"],
        target if target < Version::V0_7_1 => &[],
        target if target < Version::V0_8_0 => &OLDEST_PARAMETERS,
        _ => &PARAMETERS,
    }
}

fn check_parameters(context: &Context, node: Node<'_>, text: &str, out: &mut Sink) {
    let parameters = parameters(context, text);
    // With an `@` after the `?` it is part of a password.
    let query = text.split_once('?').map_or("", |(_, query)| query);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')).filter(|_| !query.contains('@')) {
        if !parameters.contains(&name) {
            out.report(node, format!("the parameter `{name}` has no effect"))
                .level(Level::Info)
                .effect(Effect::NoEffect)
                .help(if parameters.is_empty() {
                    "remove it; with `smtp://` Kratos reads none".to_owned()
                } else {
                    format!("remove it; Kratos reads {}", parameters.join(", "))
                });
        } else if name != "server_name" && boolean::parse(value).is_none() {
            out.report(node, format!("`{name}` counts as false: its value is not a boolean of Go"))
                .level(Level::Warning)
                .effect(Effect::NoEffect)
                .help("write `true` or `false`");
        }
    }
}
