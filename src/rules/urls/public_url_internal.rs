//! `public-url-internal`: a public address that browsers cannot reach.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "public-url-internal",
    aliases: &[],
    summary: "public URL that browsers cannot reach",
    category: "urls",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Forms, links in mails and redirects lead browsers nowhere.

## Why

`serve.public.base_url` is the address that browsers use. A name that exists only inside a container network or a
cluster (`kratos`, `kratos-public.auth.svc`) does not exist for them, while the pages of this configuration are
elsewhere. This key is not for other services that call Kratos.

## What to do

Write the address that browsers use.

## Versions

All versions.

## Source

driver/config/config.go:SelfPublicURL, all versions.

## Examples

```yaml bad
serve:
  public:
    base_url: http://kratos:4433/
selfservice:
  flows:
    login:
      ui_url: https://app.example.com/login
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
    let Some((node, url)) = view::public_url(root).filter(|(_, url)| url::is_of_cluster(url.hostname())) else {
        return;
    };
    if let Some((page, _)) = view::ui_urls(root).into_iter().find(|(_, url)| !url::is_of_cluster(url.hostname())) {
        let host = url.hostname();
        // Which address browsers use is often said where the server is started.
        let may_be_set = !context.settings.no_config && !context.deployment.is_environment_known();
        let message = if may_be_set {
            format!("unless SERVE_PUBLIC_BASE_URL is set, forms and links go to `{host}`, which browsers cannot reach")
        } else {
            format!("forms, links in mails and redirects go to `{host}`, which browsers cannot reach")
        };
        let report = out.report(node, message);
        let report =
            report.label(page.place(), "but this page is elsewhere").help("write the address that browsers use");
        if may_be_set {
            _ = report.level(Level::Info).effect(Effect::Advice);
        }
    }
}
