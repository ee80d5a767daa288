//! `web-hook-endpoint-not-allowed`: a `web_hook` to a host that the policy does not list.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
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
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        let Some(node) = hook.config("url") else { continue };
        let Some(url) = view::text(node).and_then(|text| url::parse(text).ok()).filter(Url::is_web) else { continue };
        if !allowed.iter().any(|pattern| matches(pattern, &url)) {
            out.report(node, format!("the policy does not allow the host {}", url.hostname()))
                .help("call a host of `allowed-endpoints` in kratos-lint.toml, or add this one there");
        }
    }
}

fn matches(pattern: &str, url: &Url<'_>) -> bool {
    let (host, port) = match pattern.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (pattern, None),
    };
    let name = url.hostname().to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    let same = match host.strip_prefix('*') {
        Some(domain) if domain.starts_with('.') => name.len() > domain.len() && name.ends_with(domain),
        _ => name == host,
    };
    same && port.is_none_or(|port| url.port() == Some(port))
}
