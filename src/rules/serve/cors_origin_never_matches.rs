//! `cors-origin-never-matches`: an allowed origin that no browser sends.

use std::collections::HashSet;

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cors-origin-never-matches",
    aliases: &[],
    summary: "allowed origin that no browser sends",
    category: "serve",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D071", "D072"],
    docs: r#"
## What happens

Kratos refuses the calls of that page.

## Why

A browser sends scheme, host and port, and nothing after them, as `Origin`. An entry with a final slash or a path, or
without scheme (`localhost:3000` is read as scheme `localhost`), is never equal to it. The port of the scheme (443 of
https, 80 of http) is never in `Origin`, nor is a user.

## What to do

Write scheme, host and port only.

## Versions

All versions.

## Source

oryx/corsx/check_origin.go:CheckOrigin; seen on v1.0.0 to master.

## Examples

```yaml bad
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - https://app.example.com/
        - localhost:3000
```

```yaml good
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - https://app.example.com
        - https://*.example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(cors) = context.find("serve.public.cors").filter(|cors| cors.get("enabled").is_some_and(Node::is_true))
    else {
        return;
    };
    let origins = cors.select("allowed_origins[]").into_iter();
    let origins: Vec<(Node, &str)> = origins.filter_map(|node| Some((node, view::text(node)?))).collect();
    let texts: HashSet<&str> = origins.iter().map(|(_, text)| *text).collect();
    for (node, text) in origins {
        let Ok(url) = url::parse(text) else { continue };
        if url.opaque || (url.scheme.is_empty() && text != "*" && !text.starts_with('/')) {
            let message = "this origin never matches: browsers send it with its scheme";
            out.report(node, message).help(format!("write http://{text} or https://{text}"));
        } else if url.is_web() && (!url.path.is_empty() || url.query.is_some() || url.fragment.is_some()) {
            let origin = format!("{}://{}", url.scheme, url.host);
            let message = "this origin never matches: browsers send it without a slash or path after the host";
            // A sibling without the slash does the work already.
            let harmless = texts.contains(origin.as_str()) || texts.contains("*");
            let report = out.report(node, message).help(format!("write {origin}"));
            if harmless {
                _ = report.level(Level::Info);
            }
        } else if url.is_web() && url.userinfo.is_some() {
            let message = "this origin never matches: browsers send it without a user before the host";
            out.report(node, message).help(format!("write {}://{}", url.scheme, url.host));
        } else if let Some(port) = url.port().filter(|port| is_default(&url, port)) {
            let message = format!("this origin never matches: browsers send it without the port {port} of its scheme");
            let host = url.host.strip_suffix(port).and_then(|host| host.strip_suffix(':')).unwrap_or(url.host);
            out.report(node, message).help(format!("write {}://{host}", url.scheme));
        }
    }
}

/// Whether browsers leave a port out of `Origin`.
fn is_default(url: &url::Url<'_>, port: &str) -> bool {
    (url.has_scheme("https") && port == "443") || (url.has_scheme("http") && port == "80")
}
