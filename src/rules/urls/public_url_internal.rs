//! `public-url-internal`: a public address that browsers cannot reach.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
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

`selfservice.methods.link.config.base_url` is where links in mails begin, up to v1.3.1. A name of this machine or of the
cluster there, left from development, does not lead users to the public URL.

## What to do

Write the address that browsers use.

## Versions

All versions.

## Source

driver/config/config.go:SelfPublicURL and SelfServiceLinkMethodBaseURL, all versions.

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
    check_links(context, out);
    let Some(root) = context.root() else { return };
    let Some((node, url)) = view::public_url(root).filter(|(_, url)| url::is_of_cluster(url.hostname())) else {
        return;
    };
    if let Some((page, _)) = view::ui_urls(root).into_iter().find(|(_, url)| !url::is_of_cluster(url.hostname())) {
        let host = url.hostname();
        let may_be_set = may_be_set(context);
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

/// Which address browsers use is often said where the server is started.
fn may_be_set(context: &Context) -> bool {
    !context.settings.no_config && !context.deployment.is_environment_known()
}

/// Links in mails that lead to this machine while Kratos is elsewhere.
fn check_links(context: &Context, out: &mut Sink) {
    if changes::versions("link-base-url").contains(context.target) {
        return;
    }
    let is_out_of_reach = |host: &str| url::is_of_cluster(host) || url::is_loopback(host);
    let link = context.root().and_then(|root| view::url(root, "selfservice.methods.link.config.base_url"));
    let Some((node, link)) = link.filter(|(_, url)| is_out_of_reach(url.hostname())) else { return };
    let public = context.root().and_then(view::public_url);
    let Some((public, _)) = public.filter(|(_, url)| !is_out_of_reach(url.hostname())) else { return };
    let host = link.hostname();
    let may_be_set = may_be_set(context);
    let message = if may_be_set {
        format!("unless SELFSERVICE_METHODS_LINK_CONFIG_BASE_URL is set, links in mails lead users to `{host}`")
    } else {
        format!("links in mails go to `{host}`, which users cannot reach")
    };
    let report = out.report(node, message).label(public.place(), "while users reach Kratos here");
    let report = report.help("remove it: links begin with `serve.public.base_url` then");
    if may_be_set {
        _ = report.level(Level::Info).effect(Effect::Advice);
    }
}
