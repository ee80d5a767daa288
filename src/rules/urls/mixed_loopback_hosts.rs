//! `mixed-loopback-hosts`: Kratos and its pages on different names of this machine.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url::Url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "mixed-loopback-hosts",
    aliases: &[],
    summary: "Kratos and its pages use different names of this machine",
    category: "urls",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The page never gets the CSRF cookie, and each form ends in a CSRF violation; a page to return to does not get the
session.

## Why

For browsers `localhost`, `127.0.0.1` and `[::1]` are different hosts, each with its own cookies.

## What to do

Use one name everywhere. If the pages forward the calls of browsers to Kratos, write their address into
`serve.public.base_url`.

## Versions

All versions.

## Source

x/nosurf.go (host-only cookies, all versions); ory/kratos issue 250.

## Examples

```yaml bad
serve:
  public:
    base_url: http://127.0.0.1:4433/
selfservice:
  flows:
    login:
      ui_url: http://localhost:4455/login
```

```yaml good
serve:
  public:
    base_url: http://localhost:4433/
selfservice:
  flows:
    login:
      ui_url: http://localhost:4455/login
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some((base, public)) = view::public_url(root).filter(|(_, url)| is_name(url)) else { return };
    let differs = |url: &Url| is_name(url) && !url.hostname().eq_ignore_ascii_case(public.hostname());
    let mut report = |node: Node, url: &Url, what: &str, level: Level| {
        let message = format!("{what}: Kratos is on `{}`, this page on `{}`", public.hostname(), url.hostname());
        out.report(node, message).level(level).label(base.place(), "the public URL of Kratos is here").help(format!(
            "use one name everywhere: {}; where the pages forward calls to Kratos, the public URL is theirs",
            public.hostname()
        ));
    };
    for (node, url) in view::ui_urls(root) {
        if differs(&url) {
            report(node, &url, "each form ends in a CSRF violation", Level::Error);
        }
    }
    let returns = "selfservice.default_browser_return_url";
    if let Some((node, url)) = view::url(root, returns).filter(|(_, url)| url.is_web() && differs(url)) {
        report(node, &url, "users arrive here without a session", Level::Warning);
    }
}

/// Names of this machine that mean the same to users and not to browsers.
fn is_name(url: &Url) -> bool {
    ["localhost", "127.0.0.1", "::1"].contains(&url.hostname().to_ascii_lowercase().as_str())
}
