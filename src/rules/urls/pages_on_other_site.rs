//! `pages-on-other-site`: pages on another site than Kratos.

use std::net::Ipv4Addr;

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "pages-on-other-site",
    aliases: &[],
    summary: "pages on another site than Kratos",
    category: "urls",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Each form ends in a CSRF violation.

## Why

Forms on a page of `example.org` post to Kratos on `example.com`. For browsers that is a request of another site, and
they do not send cookies with `SameSite=Lax` (the default) or `Strict`. Hosts below your own domain
(`auth.example.com`, `app.example.com`) are one site. Two names below a public suffix (`a.up.railway.app`,
`b.up.railway.app`; the whole list of publicsuffix.org) are two sites.

This machine (`localhost`) and a host elsewhere are two sites too. That is said where the project shows all variables of
the server: `SERVE_PUBLIC_BASE_URL` often gives another address.

This holds for the forms of pages that a server renders and for scripts with `credentials: include`. CORS does not
change it. With `cookies.same_site: None` it depends on the browser: nothing is reported then.

## What to do

Put both below one domain: `auth.example.com` and `app.example.com`.

## Versions

All versions.

## Source

browsers (RFC 6265bis); x/nosurf.go.

## Examples

```yaml bad
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  flows:
    login:
      ui_url: https://app.example.org/login
```

```yaml good
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  flows:
    login:
      ui_url: https://app.example.com/login
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    if root.find("cookies.same_site").is_some_and(|node| !matches!(node.as_str(), Some("Lax" | "Strict"))) {
        return;
    }
    let Some((base, public)) = view::public_url(root) else { return };
    // An address of this machine may be replaced by the public one, unless all variables are known.
    let is_known = context.deployment.is_environment_known();
    let own = || this_machine(public.hostname()).filter(|_| is_known);
    let Some(site) = site(public.hostname()).or_else(own) else { return };
    let is_local = url::is_loopback(public.hostname());
    // One cause for all pages of a site.
    let mut sites: Vec<(String, Vec<Node<'_>>)> = Vec::new();
    for (node, page) in view::ui_urls(root) {
        // A typo is another rule's.
        let is_other = |other: &String| *other != site && !url::is_typo(other, &site);
        let Some(other) = self::site(page.hostname()).filter(is_other) else { continue };
        match sites.iter_mut().find(|(known, _)| *known == other) {
            Some((_, pages)) => pages.push(node),
            None => sites.push((other, vec![node])),
        }
    }
    for (other, pages) in sites {
        let mut pages = pages.into_iter();
        let Some(first) = pages.next() else { continue };
        let message = format!("forms end in a CSRF violation: `{site}` and `{other}` are two sites");
        let mut report = out.report(first, message).label(base.place(), "the public URL of Kratos is here");
        for page in pages {
            report = report.label(page.place(), "and a page");
        }
        report.help(if is_local {
            "write the same host in both"
        } else {
            "put both below one domain: auth.example.com and app.example.com"
        });
    }
}

/// The name of this machine, which is no part of another site.
fn this_machine(host: &str) -> Option<String> {
    let name = host.to_ascii_lowercase();
    ["localhost", "127.0.0.1"].contains(&name.as_str()).then_some(name)
}

/// The site of a host; an address is one of its own, unless it is that of the machine itself.
fn site(host: &str) -> Option<String> {
    let address = host.parse::<Ipv4Addr>().ok().filter(|address| !address.is_loopback() && !address.is_unspecified());
    url::site(host).or_else(|| address.map(|address| address.to_string()))
}
