//! `smtp-certificate-unknown`: a mail server whose certificate is not checked with success.

use crate::deployment::Deployment;
use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "smtp-certificate-unknown",
    aliases: &[],
    summary: "mail server whose certificate Kratos does not accept",
    category: "courier",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::since(Version::V0_8_0),
    fixable: false,
    facts: &["D173"],
    docs: r#"
## What happens

No mail is sent ("x509: certificate is not valid", or "MandatoryStartTLS required, but SMTP server does not support
STARTTLS").

## Why

Kratos uses TLS with `smtps://`, and demands STARTTLS with `smtp://`. It checks the certificate of the server. No authority
issues one for `localhost` or for a loopback address, and that of the image `oryd/mailslurper` is signed by itself. Servers on
this machine often have no TLS at all.

## What to do

For a server on this machine without TLS write `smtp://…/?disable_starttls=true`; for one with a certificate of its own add
`?skip_ssl_verify=true`, or `?server_name=` with the name in its certificate.

## Versions

Since v0.8.0.

## Source

courier/smtp.go:NewSMTPClient; ory/kratos issues 1048 and 1387.

## Examples

```yaml bad
courier:
  smtp:
    connection_uri: smtp://localhost:25/
```

```yaml good
courier:
  smtp:
    connection_uri: smtp://localhost:25/?disable_starttls=true
```
"#,
    check,
};

/// Parameters with which such a server works.
const PARAMETERS: [&str; 3] = ["skip_ssl_verify=", "disable_starttls=", "server_name="];

fn check(context: &Context, out: &mut Sink) {
    let Some((node, url)) = super::mail_server(context) else { return };
    let query = url.query.unwrap_or_default();
    let is_plain = ["smtp", "smtps"].iter().any(|scheme| url.has_scheme(scheme));
    if !is_plain
        || matches!(url.port(), None | Some("0"))
        || PARAMETERS.iter().any(|parameter| query.contains(parameter))
    {
        return;
    }
    let host = url.hostname();
    if url::is_loopback(host) {
        // In a container of its own no server listens there.
        if context.deployment.has_own_network() {
            return;
        }
        out.report(node, format!("no mail is sent unless the server has a trusted certificate for `{host}`"))
            .help("add `?disable_starttls=true` with `smtp://`, or `?skip_ssl_verify=true`");
    } else if url.has_scheme("smtps") && is_mailslurper(&url, context.deployment) {
        out.report(node, format!("no mail is sent: the certificate of `{host}` is signed by itself"))
            .help("add `?skip_ssl_verify=true`");
    }
}

/// Whether a host is the mail server of Ory's quickstarts.
fn is_mailslurper(url: &Url<'_>, deployment: &Deployment) -> bool {
    let image = deployment.image_of(url.hostname());
    image.map_or(url.hostname() == "mailslurper", |image| image.contains("oryd/mailslurper"))
}
