//! `page-url-internal`: a page that browsers cannot reach.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "page-url-internal",
    aliases: &[],
    summary: "page that browsers cannot reach",
    category: "urls",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos sends browsers to this address, and they find nothing there.

## Why

A name that exists only inside a container network or a cluster (`api`, `web.shop.svc`) does not exist for browsers. Kratos
itself never calls a page: it only sends users there. Only reported while `serve.public.base_url` is an address that
browsers can reach. With one word that is no service of the project it is an info: the machines of users may know the name.

`localhost` is the machine of each user. That is said where Kratos has a public name, runs without `--dev`, and the project
shows all its variables: they often give another address.

## What to do

Write the address that browsers use.

## Versions

All versions.

## Source

x/redir/secure_redirect.go:SecureRedirectTo and selfservice/flow/login/handler.go, all versions; blinkbitcoin/charts pull
request 3828.

## Examples

```yaml bad
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  flows:
    login:
      after:
        default_browser_return_url: http://web.shop.svc:3000/welcome
```

```yaml good
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  flows:
    login:
      after:
        default_browser_return_url: https://app.example.com/welcome
```
"#,
    check,
};

/// Keys whose address a browser is sent to.
const KEYS: [&str; 4] = [
    "selfservice.default_browser_return_url",
    "selfservice.flows.*.after.default_browser_return_url",
    "selfservice.flows.*.after.*.default_browser_return_url",
    "selfservice.flows.*.ui_url",
];

fn check(context: &Context, out: &mut Sink) {
    let public = context.root().and_then(view::public_url);
    let Some((public, base)) = public.filter(|(_, url)| !url::is_of_cluster(url.hostname())) else { return };
    let is_own = |host: &str| {
        url::is_loopback(host)
            && url::site(base.hostname()).is_some()
            && context.deployment.dev.is_absent()
            && context.deployment.is_environment_known()
    };
    let mut own = Vec::new();
    for node in KEYS.iter().flat_map(|path| context.select(path)) {
        let Some(url) = page(node) else { continue };
        let host = url.hostname();
        if is_own(host) {
            let is_off = |around: Node| around.get("enabled").and_then(Node::as_bool) == Some(false);
            if !node.ancestors().any(is_off) {
                own.push((node, url));
            }
        } else if is_internal(host) {
            let report = out
                .report(node, format!("browsers are sent to `{host}`, which exists only inside the network of Kratos"))
                .label(public.place(), "while browsers reach Kratos here")
                .help("write the address that browsers use");
            if !host.contains('.') && !context.deployment.neighbours().any(|name| name == host) {
                _ = report.level(Level::Info).effect(Effect::Advice);
            }
        }
    }
    own_machine(public, &own, out);
}

/// How many other pages a finding shows.
const MAX_OTHERS: usize = 10;

/// Reports pages on the machine of the user, which have one cause.
fn own_machine(public: Node, pages: &[(Node, Url)], out: &mut Sink) {
    let Some(((first, url), others)) = pages.split_first() else { return };
    let message = format!("browsers are sent to `{}`, which is the machine of each user", url.hostname());
    let mut report = out.report(*first, message).label(public.place(), "while browsers reach Kratos here");
    for (other, _) in others.iter().take(MAX_OTHERS) {
        report = report.label(other.place(), "and here");
    }
    report.help("write the address that browsers use");
}

/// The address of a page.
fn page(node: Node<'_>) -> Option<Url<'_>> {
    let text = view::text(node).filter(|text| !view::is_stand_in(text))?;
    url::parse(text).ok().filter(Url::is_web)
}

/// Whether a host has a name of a cluster; one that is `http` is another rule's.
fn is_internal(host: &str) -> bool {
    let is_word = host.bytes().any(|byte| byte.is_ascii_alphabetic()) && !matches!(host, "http" | "https");
    is_word && host != "placeholder" && url::is_of_cluster(host)
}
