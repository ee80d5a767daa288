//! `unsendable-header`: a header that Go refuses to send.

use crate::diagnostic::{Edit, Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::{Place, Span};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unsendable-header",
    aliases: &[],
    summary: "header that cannot be sent",
    category: "hooks",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: true,
    facts: &[],
    docs: r#"
## What happens

Kratos does not send a request with such a header: `net/http: invalid header field value`. Every call fails, with
`response.ignore` only in the log.

- The value has a line break. A YAML block with `|` or `>` always ends with one; `|-` and `>-` do not.
- The name has a space, a colon or another character that is not allowed in a token.

This holds for `headers` and for `auth` of the type `api_key` in web_hooks, the courier and the password migration hook.
A value under `in: cookie` is cleaned by Go and is not reported.

## Why

Line breaks separate headers: Go refuses them so that a value cannot add headers.

## What to do

Write the value on one line, or with `|-`. The fix adds the `-`. For a name, use letters, digits and `-`.

## Versions

All versions. The `headers` of a web_hook exist since v1.2.0.

## Source

Go net/http Transport.RoundTrip, golang.org/x/net/http/httpguts; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                headers:
                  "X Tenant": one
                auth:
                  type: api_key
                  config:
                    name: X-Key
                    in: header
                    value: |
                      ${WEB_HOOK_KEY}
```

```yaml good
selfservice:
  flows:
    login:
      after:
        password:
          hooks:
            - hook: web_hook
              config:
                url: https://hooks.example.org/a
                method: POST
                body: file:///etc/kratos/a.jsonnet
                headers:
                  X-Tenant: one
                auth:
                  type: api_key
                  config:
                    name: X-Key
                    in: header
                    value: |-
                      ${WEB_HOOK_KEY}
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for config in view::request_configs(root) {
        for field in config.get("headers").into_iter().flat_map(Node::fields) {
            check_name(out, field.value, field.key, true);
            check_value(out, field.value, field.key);
        }
        let auth = config.get("auth").filter(|auth| auth.get("type").and_then(Node::as_str) == Some("api_key"));
        let Some(auth) = auth.and_then(|auth| auth.get("config")) else { continue };
        if auth.get("in").and_then(Node::as_str) == Some("cookie") {
            continue;
        }
        let name = auth.get("name").and_then(|node| Some((node, view::text(node)?)));
        if let Some((node, name)) = name {
            check_name(out, node, name, false);
        }
        if let Some(value) = auth.get("value") {
            check_value(out, value, name.map_or("the key", |(_, name)| name));
        }
    }
}

fn check_name(out: &mut Sink, node: Node<'_>, name: &str, at_key: bool) {
    if !name.is_empty() && name.bytes().all(is_token) || view::is_placeholder(name) {
        return;
    }
    let message = if name.is_empty() {
        "every call fails: this header has no name"
    } else {
        "every call fails: the name of this header has a character that header names cannot have"
    };
    let report = if at_key { out.report_key(node, message) } else { out.report(node, message) };
    _ = report.help("use letters, digits and `-`");
}

fn check_value(out: &mut Sink, node: Node<'_>, name: &str) {
    let Some(text) = node.as_str().filter(|text| text.bytes().any(is_control)) else { return };
    let name = if name.bytes().all(is_token) { format!("`{name}`") } else { "this header".to_owned() };
    let at_end = !text.trim_end_matches(['\n', '\r']).bytes().any(is_control);
    let what = if at_end { "ends with a line break" } else { "has a line break or another control character" };
    let mut report = out.report(node, format!("every call fails: the value of {name} {what}")).help(if at_end {
        "write the value on one line, or after `|-`"
    } else {
        "write the value on one line"
    });
    if let Some(edit) = chomped(node).filter(|_| at_end) {
        report = report.fix("drop the final line break (`|-`)", true, vec![edit]);
    }
    _ = report;
}

/// What makes a block keep its final line break to itself.
fn chomped(node: Node<'_>) -> Option<Edit> {
    let place = node.origin();
    let text = place.source.slice(place.span);
    let mark = text.strip_prefix(['|', '>'])?;
    let indicators = mark.lines().next()?.split('#').next()?.trim();
    let at = Span::at(place.span.start + 1);
    (indicators.is_empty() && !node.is_aliased())
        .then(|| Edit { place: Place::new(&place.source, at), text: "-".to_owned() })
}

/// A character of a token (RFC 9110, 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// What Go refuses in a value (httpguts.ValidHeaderFieldValue).
fn is_control(byte: u8) -> bool {
    byte < b' ' && byte != b'\t' || byte == 0x7f
}
