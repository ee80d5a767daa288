//! `mistyped-host`: an address whose site differs by one letter from that of the others.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "mistyped-host",
    aliases: &[],
    summary: "host that looks like a typo of the host of other addresses",
    category: "urls",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Users are sent to a site that is not yours: its name differs by one letter from the one that the other addresses have. The
browser finds no such host, or someone else's. For a page of Kratos it is an error, because forms also end in a CSRF
violation there.

## Why

Kratos accepts any host. The fault shows only when a user comes to this address.

## What to do

Correct the name. If both sites are yours, ignore the rule for this line.

Compared are `serve.public.base_url`, the pages, all return URLs and the CORS origins. Not reported: names with digits,
names that differ by a final `s`, short names, other endings that exist (`example.co` and `example.com`), and hosts below
names that many users share (`app-a.vercel.app`).

## Versions

All versions.

## Source

Addresses of public configurations; the public suffix list.

## Examples

```yaml bad
serve:
  public:
    base_url: https://id.example.org/
selfservice:
  default_browser_return_url: https://app.exmaple.org/
  allowed_return_urls:
    - https://app.example.org/
```

```yaml good
serve:
  public:
    base_url: https://id.example.org/
selfservice:
  default_browser_return_url: https://app.example.org/
  allowed_return_urls:
    - https://app.example.org/
```
"#,
    check,
};

/// So many other addresses are surer than the public URL.
const SURE: usize = 3;

/// So many sites are not mistypings of each other; an installation has fewer.
const MAX_MEANT: usize = 64;

/// Longest name of a host that browsers look up.
const MAX_HOST: usize = 253;

/// Addresses of the parts of one installation.
const KEYS: [&str; 7] = [
    "serve.public.base_url",
    "serve.public.cors.allowed_origins[]",
    "selfservice.default_browser_return_url",
    "selfservice.allowed_return_urls[]",
    "selfservice.flows.*.after.default_browser_return_url",
    "selfservice.flows.*.after.*.default_browser_return_url",
    "selfservice.flows.*.ui_url",
];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let public = view::public_url(root).and_then(|(_, url)| url::site(url.hostname()));
    let cookies = context.find("cookies.domain").and_then(view::text);
    let cookies = cookies.and_then(|domain| url::site(domain.trim_start_matches('.')));
    let sites: Vec<(Node<'_>, String)> =
        KEYS.iter().flat_map(|path| context.select(path)).filter_map(|node| Some((node, site(node)?))).collect();
    let mut uses: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
    for (node, site) in &sites {
        uses.entry(site).or_default().push(*node);
    }
    if let Some((first, _)) = sites.first().filter(|_| uses.len() > MAX_MEANT) {
        let all = uses.len();
        out.left_out(
            *first,
            format!("addresses are compared with {MAX_MEANT} of {all} sites: other typos are not found"),
        );
    }
    // What is meant is used more often than most.
    let mut often: Vec<_> = uses.iter().collect();
    often.sort_by_key(|(site, nodes)| (Reverse(nodes.len()), public.as_deref() != Some(site)));
    often.truncate(MAX_MEANT);
    often.sort_unstable_by_key(|(site, _)| **site);
    let pages: HashSet<_> = view::ui_urls(root).iter().map(|(page, _)| page.id()).collect();
    for (node, site) in &sites {
        let votes = |of: &str| uses.get(of).map_or(0, Vec::len) + usize::from(cookies.as_deref() == Some(of));
        // The public URL is what the pages are compared with, unless all of them say something else.
        let is_meant = |(other, _): &&(&&str, &Vec<Node<'_>>)| {
            let (own, others) = (votes(site), votes(other));
            let is_surer = match public.as_deref() {
                Some(public) if public == site.as_str() => own == 1 && others >= SURE,
                Some(public) if public == **other => others > 1 || own < SURE,
                _ => others > own,
            };
            is_surer && url::is_typo(site, other)
        };
        let Some((meant, nodes)) = often.iter().find(is_meant) else { continue };
        let is_page = pages.contains(&node.id());
        let is_public = public.as_deref() == Some(site.as_str());
        let is_error = is_public || (is_page && public.as_deref() == Some(**meant));
        let level = if is_error { Level::Error } else { Level::Warning };
        let mut report = out.report(*node, format!("users are sent to `{site}`: is it a typo of `{meant}`?"));
        report = report.level(level).help(format!("write `{meant}` in place of `{site}`"));
        if let Some(first) = nodes.first() {
            report = report.label(first.place(), format!("`{meant}` is used here"));
        }
        _ = report;
    }
}

/// The site of an address; none where its name has a `*`, which other rules report.
fn site(node: Node<'_>) -> Option<String> {
    let url = url::parse(view::text(node)?).ok().filter(url::Url::is_web)?;
    url::site(url.hostname()).filter(|site| site.len() <= MAX_HOST && !site.contains('*'))
}
