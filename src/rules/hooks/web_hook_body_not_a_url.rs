//! `web-hook-body-not-a-url`: a body that cannot be a URL.

use crate::diagnostic::Edit;
use crate::diagnostic::{Effect, Level};
use crate::kratos::formats;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Style;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "web-hook-body-not-a-url",
    aliases: &["web-hook-body-scheme"],
    summary: "web_hook body is not a URL",
    category: "hooks",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: true,
    facts: &["H-BODY-INLINE", "D130"],
    docs: r#"
## What happens

Anything else than a URL is opened as a file of that name, relative to the working directory of the server, with a
warning at each call. Jsonnet in the value itself, `file:/x` and other schemes end as "no such file": every call fails
(error).

## Why

`body` is a URL: `file://`, `base64://`, `http://` or `https://`. The schema lets other texts pass by a deprecated
branch.

## What to do

Put the Jsonnet into a file and write `file:///…`, or encode it as `base64://…`.

## Versions

All versions.

## Source

request/builder.go:readTemplate; seen on v1.0.0 to master.

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
                body: ./hooks/a.jsonnet
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
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        let Some(body) = hook.config("body") else { continue };
        let Some(text) = body.as_str().filter(|text| !text.is_empty() && !formats::has_template_scheme(text)) else {
            continue;
        };
        if text.contains("function") || text.contains(['{', '\n', '(']) {
            out.report(body, "every call of this web_hook fails: Kratos treats this Jsonnet as the name of a file")
                .level(Level::Error)
                .effect(Effect::RequestFails)
                .help("put it into a file and write `body: file:///…`, or encode it: `body: base64://…`");
        } else if text.contains(":/") {
            out.report(body, "every call of this web_hook fails: Kratos treats this as the name of a file")
                .level(Level::Error)
                .effect(Effect::RequestFails)
                .help("use `file://`, `base64://`, `http://` or `https://`, in lower case");
        } else {
            let edit = Edit { place: body.place(), text: format!("file://{text}") };
            let plain = body.style() == Style::Plain && !body.is_aliased();
            let report = out
                .report(
                    body,
                    "a body without a scheme is deprecated: Kratos opens it as a file, with a warning at each call",
                )
                .help(format!("write `file://{text}`"));
            if plain {
                _ = report.fix("add the scheme", true, vec![edit]);
            }
        }
    }
}
