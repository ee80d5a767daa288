//! `web-hook-method-refused`: a `web_hook` method that endpoints do not take.

use crate::diagnostic::Edit;
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::{Node, Style};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-method-refused",
    aliases: &["web-hook-method"],
    summary: "web_hook method that endpoints refuse",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: true,
    facts: &["H-METHOD-CASE", "H-METHOD-TOKEN", "H-HEAD-PARSE", "D133"],
    docs: r#"
## What happens

`post` is sent in lower case, which strict servers answer with 405 or 501. With blanks or other characters that HTTP
does not allow, every call fails (error). An answer to `HEAD` has no body to parse (error). An empty
method is sent as `GET`.

## Why

Kratos sends the method as it is written.

## What to do

Write the method in capitals: `POST`.

## Versions

All versions.

## Source

request/builder.go:NewBuilder, BuildRequest; seen on v1.3.1, the empty method on v1.3.1 and v26.2.0.

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
                method: post
                body: file:///etc/kratos/a.jsonnet
                response:
                  ignore: true
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
                response:
                  ignore: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let mut empty = Vec::new();
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        let Some(node) = hook.config("method") else { continue };
        let Some(method) = view::text(node) else { continue };
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if method.is_empty() {
            empty.push(node);
        } else if !method.bytes().all(is_token) {
            out.report(node, "every call of this web_hook fails: this is not an HTTP method")
                .level(Level::Error)
                .help("write POST");
        } else if method == "HEAD" && hook.parse().is_some() {
            let message = "every call of this web_hook fails: the answer to HEAD has no body to parse";
            out.report(node, message).level(Level::Error).help("write POST");
        } else if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
            let upper = method.to_ascii_uppercase();
            let mut report = out
                .report(node, format!("Kratos sends the method as `{method}`, which strict endpoints refuse"))
                .help(format!("write {upper}"));
            if node.style() == Style::Plain && !node.is_aliased() {
                report = report.fix(format!("write {upper}"), true, vec![Edit { place: node.place(), text: upper }]);
            }
            _ = report;
        }
    }
    report_empty(&empty, out);
}

/// Listings of all keys have many: they are one finding.
fn report_empty(methods: &[Node<'_>], out: &mut Sink) {
    let Some((first, others)) = methods.split_first() else { return };
    let more = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
    let mut report = out.report(*first, format!("Kratos sends GET: the method is empty{more}")).help("write POST");
    for other in others {
        report = report.label(other.place(), "here too");
    }
    _ = report;
}
