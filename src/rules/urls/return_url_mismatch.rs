//! `return-url-mismatch`: an entry of `allowed_return_urls` that misses the application by port or scheme.

use crate::diagnostic::{Effect, Level};
use crate::kratos::returns::{self, Accepted};
use crate::kratos::url::{self, Url};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "return-url-mismatch",
    aliases: &[],
    summary: "`allowed_return_urls` misses the application by port or scheme",
    category: "urls",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D056", "D057"],
    docs: r#"
## What happens

Kratos refuses each `return_to` to the application.

## Why

Hosts are compared together with their ports, and schemes must be the same: `http://localhost` does not allow
`http://localhost:3000`, and `http://app.example.com` does not allow `https://app.example.com`. Reported when the
pages of this configuration (`ui_url`) are on the host of the entry, but under another port or scheme only, and no
other entry allows them. An entry for the scheme, host and port of `selfservice.default_browser_return_url` is not
reported.

## What to do

Write the scheme, host and port of the pages.

## Versions

All versions.

## Source

x/redir/secure_redirect.go:SecureRedirectToIsAllowedHost; seen on v1.0.0 to master.

## Examples

```yaml bad
selfservice:
  allowed_return_urls:
    - http://localhost
  flows:
    login:
      ui_url: http://localhost:3000/login
```

```yaml good
selfservice:
  allowed_return_urls:
    - http://localhost
    - http://localhost:3000
  flows:
    login:
      ui_url: http://localhost:3000/login
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let entries: Vec<(Node, Url)> = returns::written(root, context.target)
        .filter_map(|node| Some((node, url::parse(view::text(node)?).ok()?)))
        .filter(|(_, url)| url.is_web())
        .collect();
    let accepted = Accepted::of(entries.iter().map(|(_, entry)| *entry));
    let pages = view::ui_urls(root);
    let default = view::url(root, "selfservice.default_browser_return_url");
    for (node, entry) in &entries {
        // Where users are sent anyway is a place that the entry may be meant for.
        if default.as_ref().is_some_and(|(_, url)| same_origin(entry, url)) {
            continue;
        }
        let on_host = |page: &&(Node, Url)| page.1.hostname().eq_ignore_ascii_case(entry.hostname());
        let Some((page_node, page)) = pages.iter().find(on_host) else { continue };
        if pages.iter().filter(on_host).any(|(_, page)| same_origin(entry, page)) {
            continue;
        }
        if accepted.has_origin(page) {
            continue;
        }
        let message = format!(
            "this entry does not allow the pages on {}://{}: scheme and port must be the same",
            page.scheme, page.host
        );
        out.report(*node, message)
            .label(page_node.place(), "the page is here")
            .help(format!("write {}://{}", page.scheme, page.host));
    }
}

fn same_origin(entry: &Url, page: &Url) -> bool {
    let same_host = match entry.host.strip_prefix('*') {
        Some(ending) => page.host.ends_with(ending),
        None => entry.host.eq_ignore_ascii_case(page.host),
    };
    same_host && entry.scheme.eq_ignore_ascii_case(page.scheme)
}
