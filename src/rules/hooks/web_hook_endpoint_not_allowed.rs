//! `web-hook-endpoint-not-allowed`: a `web_hook` to a host that the policy does not list.

use std::collections::HashMap;

use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-endpoint-not-allowed",
    aliases: &["web-hook-endpoint"],
    summary: "web_hook calls a host that the policy does not list",
    category: "hooks",
    level: Level::Error,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

A web hook sends identities out of the system. This one calls a host that is not listed.

## Why

When `allowed-endpoints` in kratos-lint.toml lists hosts, each `web_hook` must call one of them. Without the list this
rule is silent.

## What to do

Call a listed host, or add this one: `*.` matches any name below a domain; a port, when written, must be the same.

## Versions

All versions.

## Source

Policy of the project: `allowed-endpoints` in kratos-lint.toml.

## Examples

```toml
allowed-endpoints = ["crm.example.org", "*.hooks.example.org", "127.0.0.1:8080"]
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let allowed = &context.settings.allowed_endpoints;
    if allowed.is_empty() {
        return;
    }
    let patterns = || allowed.iter().map(|pattern| Pattern::of(pattern));
    let domains: Vec<Pattern> = patterns().filter(|pattern| pattern.is_domain).collect();
    let mut hosts: HashMap<String, Vec<Option<&str>>> = HashMap::new();
    for pattern in patterns().filter(|pattern| !pattern.is_domain) {
        hosts.entry(pattern.host).or_default().push(pattern.port);
    }
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        let Some(node) = hook.config("url") else { continue };
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()).filter(Url::is_web) else { continue };
        let name = url.hostname().to_ascii_lowercase();
        let is_port = |port: Option<&str>| port.is_none_or(|port| url.port() == Some(port));
        let is_host = hosts.get(&name).is_some_and(|ports| ports.iter().any(|port| is_port(*port)));
        let is_below = |domain: &Pattern| name.len() > domain.host.len() && name.ends_with(&domain.host);
        if !is_host && !domains.iter().any(|domain| is_below(domain) && is_port(domain.port)) {
            out.report(node, format!("the policy does not allow the host {}", url.hostname()))
                .help("call a host of `allowed-endpoints` in kratos-lint.toml, or add this one there");
        }
    }
}

/// What `allowed-endpoints` names.
struct Pattern<'s> {
    /// The host in lower case; what it ends in for a domain.
    host: String,
    port: Option<&'s str>,
    /// Whether all hosts below the domain are meant.
    is_domain: bool,
}

impl<'s> Pattern<'s> {
    fn of(pattern: &'s str) -> Pattern<'s> {
        let (host, port) = match pattern.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
            _ => (pattern, None),
        };
        let domain = host.strip_prefix('*').filter(|domain| domain.starts_with('.'));
        Pattern { host: domain.unwrap_or(host).to_ascii_lowercase(), port, is_domain: domain.is_some() }
    }
}
