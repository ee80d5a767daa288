//! `oauth2-return-refused`: the address of Hydra as `return_to`, which no entry allows.

use crate::diagnostic::{Effect, Level};
use crate::kratos::returns;
use crate::kratos::url::{self, Url};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "oauth2-return-refused",
    aliases: &[],
    summary: "`override_return_to` without Hydra in `allowed_return_urls`",
    category: "urls",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::since(Version::V1_0),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Each sign-in with a `login_challenge` answers 400: "Requested return_to URL … is not allowed".

## Why

With `oauth2_provider.override_return_to` Kratos takes the address of the request at Hydra (`https://oauth.example.com/oauth2/auth?…`)
as `return_to`, and checks it as any other. `oauth2_provider.url` is the admin address and does not count. Only reported
while each entry has the host of a page or of Kratos; nothing is wrong when Hydra has that host too.

## What to do

Add the public address of Hydra to `selfservice.allowed_return_urls`.

## Versions

Since v1.0.0.

## Source

selfservice/flow/login/handler.go:createBrowserLoginFlow, ory/kratos pull request 3212; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  allowed_return_urls:
    - https://app.example.com/
  flows:
    login:
      ui_url: https://app.example.com/login
oauth2_provider:
  url: http://hydra:4445/
  override_return_to: true
```

```yaml good
selfservice:
  allowed_return_urls:
    - https://app.example.com/
    - https://oauth.example.com/
  flows:
    login:
      ui_url: https://app.example.com/login
oauth2_provider:
  url: http://hydra:4445/
  override_return_to: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| !context.is_unreadable()) else { return };
    let Some(node) = context.find("oauth2_provider.override_return_to").filter(|node| node.is_true()) else { return };
    if context.find("oauth2_provider.url").is_none() || has_other_host(root) {
        return;
    }
    out.report(node, "sign-in for OAuth2 clients answers 400 unless `allowed_return_urls` has the address of Hydra")
        .help("add the public address of Hydra to `selfservice.allowed_return_urls`");
}

/// Whether an entry may be that of Hydra: one with a host that neither Kratos nor a page has, or one that is not known.
fn has_other_host(root: Node<'_>) -> bool {
    let fallback = view::url(root, "selfservice.default_browser_return_url");
    let known = view::public_url(root).into_iter().chain(view::ui_urls(root)).chain(fallback);
    let own: Vec<&str> = known.map(|(_, url)| url.host).collect();
    let is_other = |entry: Node<'_>| {
        let url = view::text(entry).and_then(|text| url::parse(text).ok()).filter(Url::is_web);
        url.is_none_or(|url| !own.contains(&url.host))
    };
    own.is_empty() || returns::list(root).is_some_and(|list| !list.is_sequence() || list.items().any(is_other))
}
