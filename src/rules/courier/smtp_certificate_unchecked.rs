//! `smtp-certificate-unchecked`: a mail server on the internet whose certificate is not checked.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "smtp-certificate-unchecked",
    aliases: &[],
    summary: "mail server on the internet whose certificate is not checked",
    category: "courier",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::since(Version::V0_8_0),
    fixable: false,
    facts: &["D173"],
    docs: r#"
## What happens

With `skip_ssl_verify=true` Kratos sends password, codes and links to whoever answers for the mail server.

## Why

The parameter is for servers in a private network whose certificate no authority signed, such as the one of the quickstart.
A server on the internet has a certificate that Kratos can check.

## What to do

Remove `skip_ssl_verify=true`. Where the server has another name in its certificate, write `server_name=` with that name.

## Versions

Since v0.8.0.

## Source

courier/smtp.go:NewSMTPClient.

## Examples

```yaml bad
courier:
  smtp:
    connection_uri: smtps://mailer:secret@smtp.sendgrid.net:465/?skip_ssl_verify=true
```

```yaml good
courier:
  smtp:
    connection_uri: smtps://mailer:secret@smtp.sendgrid.net:465/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some((node, url)) = super::mail_server(context) else { return };
    let host = url.hostname();
    let is_mail = ["smtp", "smtps"].iter().any(|scheme| url.has_scheme(scheme));
    let is_skipped = super::is_switched_on(&url, "skip_ssl_verify");
    if is_mail && is_skipped && url.userinfo.is_some() && host.contains('.') && !url::is_internal(host) {
        out.report(node, "whoever answers for the mail server gets the password: its certificate is not checked")
            .help("remove `skip_ssl_verify=true`");
    }
}
