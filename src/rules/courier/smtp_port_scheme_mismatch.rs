//! `smtp-port-scheme-mismatch`: a mail port that speaks otherwise.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "smtp-port-scheme-mismatch",
    aliases: &["smtp-port"],
    summary: "mail port does not fit the scheme",
    category: "courier",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D173", "D174"],
    docs: r#"
## What happens

No mail is sent ("first record does not look like a TLS handshake").

## Why

- `smtps://` begins with TLS. Servers on port 587 or 25, and mail services on port 2525, begin in clear text and expect STARTTLS.
- `smtp://` on port 465 is the reverse.
- With `smtp://` STARTTLS is required unless `disable_starttls=true`, which makes it optional: test servers without
  TLS (mailhog, mailpit, mailslurper, maildev) fail.
- The port of the page on which a test server shows its mails (8025, 1080) takes no mail.

## What to do

Use `smtp://` with port 587 or 25, `smtps://` with port 465, and `?disable_starttls=true` for a test server without
TLS.

## Versions

All versions. In v0.7 `smtps://` means STARTTLS and TLS needs `?legacy_ssl=true`; in v0.6 and v0.7 `smtp://` does not need
STARTTLS.

## Source

courier/smtp.go:NewSMTPClient, in v0.6 and v0.7 courier/courier.go:NewSMTP; seen on v1.0.0 to master; ory/kratos issue 781.

## Examples

```yaml bad
courier:
  smtp:
    connection_uri: smtps://mailer:mailer@smtp.example.com:587/
```

```yaml good
courier:
  smtp:
    connection_uri: smtp://mailer:mailer@smtp.example.com:587/
```
"#,
    check,
};

/// Names of containers and images of test servers that know no TLS. Mailslurper's image knows TLS on 1025 (quickstarts of Kratos).
const TEST_SERVERS: [&str; 5] = ["mailhog", "mailpit", "maildev", "mailcatcher", "mailtrap-local"];

/// The port of the page of a test server, as its image has it. All take mail at 1025.
const PAGES: [(&str, &str); 4] =
    [("mailhog", "8025"), ("mailpit", "8025"), ("maildev", "1080"), ("mailcatcher", "1080")];

/// Mail services whose port 2525 begins in clear text.
const SERVICES: [&str; 8] = [
    "mailgun.org",
    "sendgrid.net",
    "postmarkapp.com",
    "smtp2go.com",
    "mailtrap.io",
    "brevo.com",
    "sendinblue.com",
    "elasticemail.com",
];

fn check(context: &Context, out: &mut Sink) {
    let Some((node, url)) = super::mail_server(context) else { return };
    if context.target < Version::V0_7_1 {
        return check_v0_6(node, &url, out);
    }
    if context.target < Version::V0_8_0 {
        return check_v0_7(node, &url, out);
    }
    let port = url.port();
    // Port 2525 is that of mail services for networks which close 25. Other servers may begin with TLS there.
    let is_service = port == Some("2525") && is_service(url.hostname());
    if url.has_scheme("smtps") && (matches!(port, Some("587" | "25")) || is_service) {
        let message = format!(
            "no mail is sent: servers on port {} begin without TLS, `smtps://` begins with it",
            port.unwrap_or_default()
        );
        out.report(node, message).help("write `smtp://` (STARTTLS), or use port 465");
    } else if url.has_scheme("smtp") && port == Some("465") {
        out.report(node, "no mail is sent: servers on port 465 begin with TLS, `smtp://` begins without it")
            .help("write `smtps://`, or use port 587");
    }
    if port.is_some_and(|port| is_page(context, url.hostname(), port)) {
        let message =
            format!("no mail is sent: port {} of `{}` is its web page", port.unwrap_or_default(), url.hostname());
        out.report(node, message).help("write port 1025");
    }
    let known = super::is_server_of(&TEST_SERVERS, context.deployment, url.hostname());
    // MailHog offers AUTH, and Kratos sends no password without TLS.
    let plain = format!("write `smtp://{}/?disable_starttls=true`, without user and password", url.host);
    let optional = url.query.is_some_and(|query| query.contains("disable_starttls="));
    if url.has_scheme("smtp") && known && !optional {
        out.report(
            node,
            format!("no mail is sent: `smtp://` needs STARTTLS, which `{}` does not support", url.hostname()),
        )
        .help(if url.userinfo.is_some() { plain } else { "add `?disable_starttls=true`".to_owned() });
    } else if url.has_scheme("smtps") && known {
        out.report(
            node,
            format!(
                "no mail is sent: `smtps://` begins with TLS, which `{}` does not support by default",
                url.hostname()
            ),
        )
        .level(Level::Info)
        .help(format!("{plain}; ignore this if the server has a certificate"));
    }
}

fn is_service(host: &str) -> bool {
    SERVICES.iter().any(|name| url::is_within(host, name))
}

/// Whether a port is that of the page of a test server in the same compose file, which listens where its image does.
fn is_page(context: &Context, host: &str, port: &str) -> bool {
    let is_plain = |service: Node<'_>| {
        ["command", "entrypoint", "environment", "env_file"].iter().all(|key| service.get(key).is_none())
    };
    let image = context
        .deployment
        .look(host, |service| service.get("image").filter(|_| is_plain(service))?.as_str().map(str::to_owned));
    let is_of =
        |name: &str| image.as_deref().is_some_and(|image| image.split(['/', ':', '@']).any(|part| part == name));
    PAGES.iter().any(|(name, page)| *page == port && is_of(name))
}

/// v0.6: `smtps://` means TLS, and `smtp://` takes STARTTLS where the server has it (courier/courier.go:NewSMTP). Read, not seen on a
/// server: a note.
fn check_v0_6(node: Node<'_>, url: &Url<'_>, out: &mut Sink) {
    let (message, help) = match (url.has_scheme("smtps"), url.port()) {
        (true, Some("587" | "25")) => {
            ("no mail is sent: servers on this port begin without TLS, `smtps://` begins with it", "write `smtp://`")
        }
        (false, Some("465")) => {
            ("no mail is sent: servers on port 465 begin with TLS, `smtp://` begins without it", "write `smtps://`")
        }
        _ => return,
    };
    out.report(node, message).level(Level::Info).help(help);
}

/// v0.7: `smtps://` means STARTTLS, or TLS with `legacy_ssl`; `smtp://` needs neither (courier/courier.go:NewSMTP). Read, not
/// seen on a server: a note.
fn check_v0_7(node: Node<'_>, url: &Url<'_>, out: &mut Sink) {
    let is_tls = url.has_scheme("smtps") && url.query.is_some_and(|query| query.contains("legacy_ssl=true"));
    match url.port() {
        Some("465") if !is_tls => {
            out.report(node, "no mail is sent: servers on port 465 begin with TLS, and this address does not")
                .level(Level::Info)
                .help("write `smtps://` with `?legacy_ssl=true`, or use port 587");
        }
        Some("587" | "25") if is_tls => {
            out.report(node, "no mail is sent: with `legacy_ssl` Kratos begins with TLS, servers on this port do not")
                .level(Level::Info)
                .help("remove `legacy_ssl=true`, or use port 465");
        }
        _ => {}
    }
}
