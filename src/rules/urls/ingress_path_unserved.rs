//! `ingress-path-unserved`: an ingress that sends on a path which Kratos does not serve.

use crate::deployment::{Deployment, traefik};
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "ingress-path-unserved",
    aliases: &[],
    summary: "ingress of the Helm chart or router of Traefik with a path that Kratos does not serve",
    category: "urls",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Every request answers `404 page not found`.

## Why

Kratos serves its endpoints at `/self-service`, `/sessions` and so on. A path in `serve.public.base_url` is only written into
links: Kratos expects that a proxy removes it. An ingress sends the path on as it is, unless an annotation rewrites it, and so
does Traefik with the labels of a compose service, unless a middleware strips it.

## What to do

Add an annotation that removes the path (`nginx.ingress.kubernetes.io/rewrite-target: /$2` with the path `/auth(/|$)(.*)`), or
use a host of its own with the path `/`. For Traefik add the middleware `stripprefix`.

Not reported: routers of Traefik with a middleware, ingresses with an annotation about rewriting, middlewares or snippets, and paths with a pattern.

## Versions

All versions.

## Source

x/router.go, driver/config/config.go:SelfPublicURL; ory/kratos issue 2573.

## Examples

The rule needs values of Ory's chart, or a compose file with labels for Traefik.

```yaml good
serve:
  public:
    base_url: https://id.example.org/
```
"#,
    check,
};

/// First parts of the paths that the public and the admin API serve.
const SERVED: [&str; 12] = [
    "",
    "self-service",
    "sessions",
    "schemas",
    "health",
    "version",
    "metrics",
    ".well-known",
    "admin",
    "identities",
    "recovery",
    "courier",
];

/// Words of annotations that may change the path.
const REWRITES: [&str; 7] = ["rewrite", "strip", "middleware", "snippet", "regex", "path", "transform"];

fn check(context: &Context, out: &mut Sink) {
    check_routers(context, out);
    for ingress in ["ingress.public", "ingress.admin"] {
        for (node, path) in paths(context.deployment, ingress) {
            let Some(first) = unserved(path) else { continue };
            let message = format!("every request answers 404: Kratos serves nothing below `/{first}`");
            out.report_at(node.place(), Some(String::new()), message)
                .help("add an annotation that removes the path, or use the path `/`");
        }
    }
}

/// The first part of a plain path that Kratos does not serve.
fn unserved(path: &str) -> Option<&str> {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let is_plain = path.starts_with('/') && !path.contains(['(', '*', '$', '[', '{']);
    (is_plain && !SERVED.contains(&first)).then_some(first)
}

/// The routers of Traefik that send a path on as it is.
fn check_routers(context: &Context, out: &mut Sink) {
    for router in traefik::routers(context.deployment) {
        let Some(prefix) = router.prefix.as_deref() else { continue };
        let Some(first) = unserved(prefix) else { continue };
        let message = format!("every request answers 404: Kratos serves nothing below `/{first}`");
        out.report_at(router.place, Some(String::new()), message).help(format!(
            "strip it: `traefik.http.middlewares.kratos-strip.stripprefix.prefixes={}`, and name `kratos-strip` in \
             `middlewares` of the router",
            prefix.trim_end_matches('/')
        ));
    }
}

/// The paths of an ingress that is on and sends them on as they are.
fn paths<'v>(deployment: &'v Deployment, ingress: &str) -> Vec<(Node<'v>, &'v str)> {
    let value = |key: &str| deployment.chart_value(&format!("{ingress}.{key}"));
    let annotations = deployment.chart_values(&format!("{ingress}.annotations"));
    let is_rewrite = |key: &str| REWRITES.iter().any(|word| key.contains(word));
    let mut rewrites = annotations.iter().flat_map(|map| map.fields()).map(|field| is_rewrite(field.key));
    if deployment.chart_may_change(&[ingress])
        || !value("enabled").is_some_and(Node::is_true)
        || rewrites.any(|rewrites| rewrites)
        || annotations.iter().any(|map| map.is_unknown())
    {
        return Vec::new();
    }
    let hosts = value("hosts").into_iter().flat_map(Node::items);
    let entries = hosts.flat_map(|host| host.select("paths[]"));
    entries
        .filter_map(|entry| entry.get("path").or(Some(entry)).and_then(|node| Some((node, node.as_str()?))))
        .collect()
}
