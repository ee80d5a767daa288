//! `cors-preflight-refused`: CORS that refuses the calls of the pages.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cors-preflight-refused",
    aliases: &["cors-preflight"],
    summary: "CORS refuses the calls of the pages",
    category: "serve",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

A page on another origin that submits a flow as JSON sends `POST` with `Content-Type: application/json`. The browser
first asks with a preflight. When `allowed_methods` has no `POST`, or `allowed_headers` has no `Content-Type`, the answer
has no CORS headers, and the browser does not send the call.

Silent when `allowed_origins` has only the origin of `serve.public.base_url`, or values that are filled in.

With `allow_credentials: false` the browser does not use cookies: calls are sent, but users are not signed in (info).

## Why

A list in the file replaces the default of Kratos. The defaults have both. An empty list is replaced by the default of
the CORS library, which has both too.

## What to do

Add `POST` or `Content-Type` to the list, or remove the key.

## Versions

All versions.

## Source

rs/cors:handlePreflight; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - https://app.example.com
      allowed_methods:
        - GET
      allowed_headers:
        - Authorization
```

```yaml good
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - https://app.example.com
      allowed_methods:
        - GET
        - POST
      allowed_headers:
        - Content-Type
```
"#,
    check,
};

/// Whether an origin is surely allowed that is not the one of Kratos itself: calls from there are not asked about.
fn allows_others(context: &Context, cors: Node<'_>) -> bool {
    let base = context.find("serve.public.base_url").and_then(Node::as_str).unwrap_or_default();
    let is_own = |origin: &str| {
        base.strip_prefix(origin.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_other = |node: Node<'_>| node.as_str().is_some_and(|origin| !origin.contains(['{', '$']) && !is_own(origin));
    // The default is every origin.
    let origins = cors.get("allowed_origins").filter(|list| list.items().len() > 0);
    origins.is_none_or(|list| list.items().any(is_other))
}

fn check(context: &Context, out: &mut Sink) {
    let Some(cors) = context.find("serve.public.cors").filter(|cors| cors.get("enabled").is_some_and(Node::is_true))
    else {
        return;
    };
    if !allows_others(context, cors) {
        return;
    }
    for (key, needed, call) in
        [("allowed_methods", "POST", "every submit"), ("allowed_headers", "Content-Type", "every call with JSON")]
    {
        let Some(list) = cors.get(key).filter(|list| list.is_sequence() && list.items().len() > 0) else { continue };
        let texts: Option<Vec<&str>> = list.items().map(Node::as_str).collect();
        let has = |text: &&str| text.eq_ignore_ascii_case(needed) || *text == "*";
        if texts.is_some_and(|texts| !texts.iter().any(has) && !texts.iter().any(|text| text.contains(['{', '$']))) {
            out.report(list, format!("browsers block {call} from other origins: `{key}` has no `{needed}`"))
                .help(format!("add `{needed}`, or remove `{key}`"));
        }
    }
    if let Some(node) = cors.get("allow_credentials").filter(|node| node.as_bool() == Some(false)) {
        out.report(node, "calls from other origins come without cookies: users are not signed in there")
            .level(Level::Info)
            .effect(Effect::Advice)
            .help("remove `allow_credentials`: it is true by default");
    }
}
