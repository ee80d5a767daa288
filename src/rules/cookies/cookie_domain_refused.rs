//! `cookie-domain-refused`: a cookie domain that browsers or Kratos drop.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cookie-domain-refused",
    aliases: &["cookie-domain"],
    summary: "cookie domain that browsers refuse or Kratos leaves out",
    category: "cookies",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D080", "D082"],
    docs: r#"
## What happens

- With a scheme, a port or a space in it, the domain is left out, and the cookie is valid only for the host of Kratos
  (warning).
- A domain that does not cover the host of `serve.public.base_url` makes browsers drop the cookie: users cannot sign
  in.
- So does a public suffix, below which everyone can get a name (`com`, `co.il`, `pages.dev`, `up.railway.app`; the
  whole list of publicsuffix.org).

## Why

Go's cookie writer accepts plain names only. Browsers accept only the host itself or a parent of it.

## What to do

Write the host of Kratos, or a parent of it that all pages share.

## Versions

All versions.

## Source

Go net/http Cookie.String (seen); RFC 6265 section 5.3 for browsers.

## Examples

```yaml bad
serve:
  public:
    base_url: https://auth.example.com/
cookies:
  domain: example.org
session:
  cookie:
    domain: https://example.com
```

```yaml good
serve:
  public:
    base_url: https://auth.example.com/
cookies:
  domain: .example.com
```

A host of the cluster is not the one that browsers ask, so nothing is said of it.

```yaml good
serve:
  public:
    base_url: http://kratos-public.auth.svc.cluster.local/
cookies:
  domain: example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let public = context.root().and_then(view::public_url);
    for path in ["cookies.domain", "session.cookie.domain"] {
        let Some(node) = context.find(path) else { continue };
        let Some(domain) = view::text(node).filter(|domain| !domain.is_empty()) else { continue };
        if domain.contains([':', '/', ' ', '*', '@']) {
            out.report(node, "Kratos leaves this domain out of the cookie: it is not a plain name")
                .level(Level::Warning)
                .effect(Effect::NoEffect)
                .help("write the name alone: `example.com`");
            continue;
        }
        let name = domain.trim_start_matches('.').to_ascii_lowercase();
        let is_own = public.as_ref().is_some_and(|(_, url)| url.hostname().eq_ignore_ascii_case(&name));
        if !is_own && (url::is_public_suffix(&name) || url::is_shared(&name)) {
            out.report(node, format!("browsers drop the cookie: `{name}` is a public suffix, not your own domain"))
                .help("use your own domain below it, or remove the key");
            continue;
        }
        let Some((base, url)) = &public else { continue };
        let host = url.hostname().to_ascii_lowercase();
        // Browsers come by another host, which nothing here names.
        if url::is_of_cluster(&host) || (host.contains(':') && !url::is_loopback(&host)) {
            continue;
        }
        let covers = url::is_within(&host, &name);
        // The mistyped host is reported itself.
        let is_meant = || {
            let (Some(site), Some(host)) = (url::site(&name), url::site(&host)) else { return false };
            let pages = context.root().map(view::ui_urls).unwrap_or_default();
            let same = pages.iter().filter(|(_, page)| url::site(page.hostname()).as_ref() == Some(&site)).count();
            url::is_typo(&host, &site) && same > 1
        };
        if !covers && !is_meant() {
            out.report(node, format!("browsers drop the cookie: `{name}` does not cover `{host}`"))
                .label(base.place(), "the public URL of Kratos is here")
                .help("write the host of Kratos, or a parent of it that all pages share");
        }
    }
}
