//! `link-base-url-page`: links in mails that begin with the address of a page.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "link-base-url-page",
    aliases: &[],
    summary: "links in mails begin with the address of a page",
    category: "methods",
    level: Level::Info,
    effect: Effect::Advice,
    versions: changes::before("link-base-url"),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Links in mails open `https://app.example.com/reset/self-service/recovery?flow=…`, which the server of the pages does not have.

## Why

`link.config.base_url` is the address of Kratos, not that of a page: Kratos appends `/self-service/recovery` or
`/self-service/verification` to it. It then sends users on to `ui_url` itself. Nothing is wrong when that server passes
these paths to Kratos.

## What to do

Remove the key: links then begin with `serve.public.base_url`.

## Versions

Up to v1.3.1. Since v25.4.0 the key is not read.

## Source

selfservice/strategy/link/sender.go:SendRecoveryTokenTo,SendVerificationTokenTo@v1.3.1 (read); ory/kratos issue 3316.

## Examples

```yaml bad
# kratos: v1.3.1
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  methods:
    link:
      config:
        base_url: https://app.example.com/reset
  flows:
    recovery:
      enabled: true
      use: link
      ui_url: https://app.example.com/recovery
```

```yaml good
# kratos: v1.3.1
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  methods:
    link:
      config:
        base_url: https://auth.example.com/
  flows:
    recovery:
      enabled: true
      use: link
      ui_url: https://app.example.com/recovery
```
"#,
    check,
};

/// Words of paths that a server of pages passes on to Kratos.
const PASSED_ON: [&str; 4] = [".ory", "kratos", "self-service", "public"];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some((node, link)) = view::url(root, "selfservice.methods.link.config.base_url") else { return };
    let sends = ["recovery", "verification"].iter().any(|flow| {
        let uses = root.find(&format!("selfservice.flows.{flow}.use"));
        view::flow(root, flow).is_on() && uses.is_some_and(|uses| uses.as_str() == Some("link"))
    });
    let is_passed_on = PASSED_ON.iter().any(|word| link.path.contains(word));
    let is_public = view::public_url(root).is_none_or(|(_, public)| public.host.eq_ignore_ascii_case(link.host));
    if !sends || is_passed_on || is_public || link.path.trim_end_matches('/').is_empty() {
        return;
    }
    let pages = view::ui_urls(root);
    let Some((page, _)) = pages.iter().find(|(_, page)| page.host.eq_ignore_ascii_case(link.host)) else { return };
    let path = link.path.trim_end_matches('/');
    out.report(node, format!("links in mails open `{path}/self-service/…` on the server of the pages, not on Kratos"))
        .label(page.place(), "this page has the same host")
        .help("remove it: links then begin with `serve.public.base_url`");
}
