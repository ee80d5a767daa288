//! `smtp-password-without-tls`: a password for a mail server that Kratos never sends.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "smtp-password-without-tls",
    aliases: &[],
    summary: "password for a mail server without TLS",
    category: "courier",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_8_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

No mail is sent ("unencrypted connection"), and Kratos tries again.

## Why

With `smtp://` and `disable_starttls=true` Kratos uses TLS only if the server offers it. When the address has a user, and the
server offers `AUTH PLAIN` without TLS, Kratos refuses to send the password, except to `localhost`, `127.0.0.1` and `::1`.
MailHog always offers it, and accepts mails without a password. For other hosts of your own network it is an info, because only
the server knows what it offers.

## What to do

Remove user and password from the address, or use a server with TLS.

## Versions

Since v0.8.0.

## Source

courier/smtp.go:NewSMTPClient, ory/mail smtp.go:Dial, Go net/smtp:PlainAuth, MailHog-Server smtp/session.go:Accept; seen on
v1.3.1 and v26.2.0.

## Examples

```yaml bad
courier:
  smtp:
    connection_uri: smtp://test:test@mailhog:1025/?disable_starttls=true
```

```yaml good
courier:
  smtp:
    connection_uri: smtp://mailhog:1025/?disable_starttls=true
```
"#,
    check,
};

/// Servers for tests that offer AUTH without TLS.
const OFFER_AUTH: [&str; 1] = ["mailhog"];

/// Those that offer it only when they are told to: mails arrive without it.
const OFFER_NONE: [&str; 4] = ["mailpit", "mailcrab", "mailcatcher", "maildev"];

/// What Go takes for this machine (`net/smtp:isLocalhost`).
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

fn check(context: &Context, out: &mut Sink) {
    let Some((node, url)) = super::mail_server(context) else { return };
    let host = url.hostname();
    let has_user = url.userinfo.is_some_and(|user| !user.split(':').next().unwrap_or_default().is_empty());
    let is_plain = super::is_switched_on(&url, "disable_starttls");
    if !url.has_scheme("smtp") || !has_user || !is_plain || host.is_empty() || LOCAL.contains(&host) {
        return;
    }
    if super::is_server_of(&OFFER_AUTH, context.deployment, host) {
        let message = format!("no mail is sent: Kratos sends no password without TLS, and `{host}` asks for one");
        out.report(node, message).help("remove user and password from the address");
    } else if url::is_internal(host) && !super::is_server_of(&OFFER_NONE, context.deployment, host) {
        let message = format!("no mail is sent if `{host}` asks for the password without TLS: Kratos does not send it");
        out.report(node, message)
            .level(Level::Info)
            .help("remove user and password unless the server needs them, or use a server with TLS");
    }
}
