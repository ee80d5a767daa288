//! `page-missing`: a page of Ory where the configuration names none.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "page-missing",
    aliases: &[],
    summary: "users see a page of Ory or none: a `ui_url` is not set, or leads to Kratos",
    category: "urls",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Each `ui_url` that is not set has a default: `https://www.ory.sh/kratos/docs/fallback/<page>`. It is a placeholder page
of Ory. Users who meet an error, or start a flow without a page, are sent there. Flows that are switched off are not checked.

A `ui_url` at the port that a compose file publishes for Kratos itself leads to its public API: that has no pages and answers
404. A `ui_url` at an endpoint of Kratos (`/self-service/login`, `/self-service/login/api`, `/self-service/errors`) shows JSON, or
redirects to itself until the browser stops: no user can complete the flow (error). `/self-service/…/browser` has a rule of
its own, `endless-page-redirect`.

## Why

Without `selfservice.flows.error.ui_url` this shows only when something fails: tests do not show it.

## What to do

Set the `ui_url` of each page. Nothing is reported while the configuration names no page at all: an API without browsers
needs none.

## Versions

All versions.

## Source

embedx/config.schema.json (defaults of `ui_url`), selfservice/flow/*/handler.go (routes); seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      ui_url: https://app.example.com/login
    registration:
      ui_url: https://app.example.com/registration
    settings:
      ui_url: https://app.example.com/settings
```

```yaml good
selfservice:
  flows:
    login:
      ui_url: https://app.example.com/login
    registration:
      ui_url: https://app.example.com/registration
    settings:
      ui_url: https://app.example.com/settings
    error:
      ui_url: https://app.example.com/error
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| !context.is_unreadable()) else { return };
    let Some(flows) = root.find("selfservice.flows") else { return };
    if !view::UI_URLS.iter().any(|path| root.find(path).is_some()) {
        return;
    }
    served_by_kratos(context, root, out);
    endpoints(root, out);
    let is_missing = |path: &&str| {
        let flow = path.rsplit('.').nth(1).unwrap_or_default();
        root.find(path).is_none() && view::flow(root, flow).is_on()
    };
    let missing: Vec<&str> = view::UI_URLS.iter().copied().filter(is_missing).collect();
    // What a template writes there may be the rest.
    let Some(first) = missing.first().filter(|_| !context.is_partial()) else { return };
    let more = and_more(missing.len());
    out.report_key(flows, format!("users are sent to a page of Ory: `{first}` is not set{more}"))
        .help(format!("set {}", missing.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")));
}

/// Reports pages at the port of the machine at which a compose file publishes the public API.
fn served_by_kratos(context: &Context, root: Node<'_>, out: &mut Sink) {
    let Some(port) = own_port(context, root) else { return };
    let is_own = |url: &Url| url::is_loopback(url.hostname()) && url.port() == Some(port.as_str());
    let pages: Vec<Node<'_>> =
        view::ui_urls(root).into_iter().filter(|(_, url)| is_own(url)).map(|(node, _)| node).collect();
    let Some(first) = pages.first() else { return };
    let more = and_more(pages.len());
    out.report(*first, format!("users get a 404: Kratos itself answers at port {port}, and it has no pages{more}"))
        .help("write the address of the application that shows the forms");
}

/// Reports pages that are endpoints of Kratos: their path begins with that of the public URL, or they have no host.
fn endpoints(root: Node<'_>, out: &mut Sink) {
    let public = view::public_url(root).map(|(_, url)| url);
    for path in view::UI_URLS {
        let Some(node) = root.find(path) else { continue };
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()) else { continue };
        let is_relative = url.host.is_empty() && url.scheme.is_empty();
        let is_same =
            |public: &Url| public.hostname().eq_ignore_ascii_case(url.hostname()) && public.port() == url.port();
        let base = match &public {
            Some(public) if is_same(public) => public.path.trim_end_matches('/'),
            _ if is_relative => "",
            _ => continue,
        };
        let Some(rest) = url.path.strip_prefix(base).map(|rest| rest.trim_end_matches('/')) else { continue };
        let is_endpoint = rest.starts_with("/self-service/") && !rest.ends_with("/browser");
        if is_endpoint || rest == "/sessions/whoami" {
            let report = out.report(node, format!("users see no form: `{rest}` is an endpoint of Kratos, not a page"));
            let report = report.help("write the address of the page of your application");
            if !path.contains(".error.") {
                _ = report.level(Level::Error).effect(Effect::RequestFails);
            }
        }
    }
}

/// Says that a finding stands for further ones.
fn and_more(count: usize) -> String {
    if count == 1 { String::new() } else { format!(" (and {} more)", count - 1) }
}

/// The port of the machine that leads to the public API.
fn own_port(context: &Context, root: Node<'_>) -> Option<String> {
    let start = context.deployment.starts.first().filter(|start| start.is_of_ory())?;
    let listens = view::port(root, "public")?;
    let published = context.deployment.published_by(&start.name)?;
    published.into_iter().find(|entry| entry.container == listens).map(|entry| entry.machine)
}
