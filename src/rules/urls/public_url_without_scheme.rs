//! `public-url-without-scheme`: an address of Kratos without `https://`.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "public-url-without-scheme",
    aliases: &[],
    summary: "public URL without `https://`",
    category: "urls",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D059", "D061"],
    docs: r#"
## What happens

Since v25.4.0 links in mails, cookie names and the redirects of social sign-in are broken; v1.x logs an error and
guesses the address (warning). `selfservice.methods.oidc.config.base_redirect_uri` without scheme has no effect:
Kratos uses the public address. A path (`/.ory/kratos/public/`) is used as it is in every version: forms work where the
pages have the same host, links in mails and the addresses for social sign-in have no host (warning).

## Why

`serve.public.base_url: auth.example.com` passes the schema. Since v25.4.0 it is treated as a path. With a port
(`localhost:4433`) the host is read as the scheme.

## What to do

Write `https://` before it.

## Versions

All versions.

## Source

driver/config/config.go:baseURL@v1.3.1, oryx/configx/provider.go:URIF@master; seen on v1.3.1, v25.4.0 and later,
the path on v1.3.1 and v26.2.0.

## Examples

```yaml bad
# kratos: v26.2.0
serve:
  public:
    base_url: auth.example.com
```

```yaml good
serve:
  public:
    base_url: https://auth.example.com/
```
"#,
    check,
};

const KEYS: [&str; 3] =
    ["serve.public.base_url", "serve.admin.base_url", "selfservice.methods.oidc.config.base_redirect_uri"];

fn check(context: &Context, out: &mut Sink) {
    for path in KEYS {
        let Some(node) = context.find(path) else { continue };
        let Some(text) = view::text(node) else { continue };
        let Ok(url) = url::parse(text) else { continue };
        if url.scheme.is_empty() && text.starts_with('/') && path == "serve.public.base_url" {
            out.report(node, "links in mails and redirects of social sign-in lead nowhere: this address has no host")
                .level(Level::Warning)
                .help("write the whole address, for example `https://auth.example.com/`");
            continue;
        }
        if !text.contains(['.', ':']) {
            continue;
        }
        let no_scheme = url.scheme.is_empty() && url.host.is_empty() && !text.starts_with('/');
        let port_only = url.opaque && url.path.starts_with(|c: char| c.is_ascii_digit());
        if !no_scheme && !port_only {
            continue;
        }
        let public = path == "serve.public.base_url";
        let message = match (public, context.target < Version::V25_4) {
            (true, true) if !port_only => "Kratos logs an error and guesses its address: this one has no scheme",
            (true, _) => "links in mails, redirects and cookies are broken: this address has no scheme",
            _ => "this address has no scheme and cannot be used",
        };
        let report = out.report(node, message).help(format!("write https://{text}"));
        if !public || (context.target < Version::V25_4 && !port_only) {
            _ = report.level(Level::Warning).effect(Effect::NoEffect);
        }
    }
}
