//! `mapper-in-error-page`: a mapper in the configuration, which users see when it fails.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "mapper-in-error-page",
    aliases: &[],
    summary: "error pages show a mapper that is written as base64",
    category: "oidc",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
When the mapper fails, the error page shows its whole text to the user, also without `--dev`.

## Why
Kratos puts the error of Jsonnet on the page, and that error begins with the name of the file. A mapper that is written as
`base64://` has no file: its whole text is the name. Of a mapper in a file only the path is shown.

## What to do
Keep the mapper in a file and refer to it with `file://`. If it must stay in base64, keep names of
customers, internal domains and the conditions that grant access out of it.

## Versions
All versions.

## Source
`selfservice/strategy/oidc/strategy_registration.go`, seen on running servers v1.0.0 to v26.2.0.

## Examples
```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            mapper_url: base64://bG9jYWwgYyA9IHN0ZC5leHRWYXIoJ2NsYWltcycpOwp7IGlkZW50aXR5OiB7IHRyYWl0czoge30gfSB9
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            mapper_url: file:///etc/config/kratos/google.jsonnet
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for provider in view::providers(root) {
        let inline = |text: &str| text.starts_with("base64://");
        if let Some(node) = provider.get("mapper_url").filter(|node| node.as_str().is_some_and(inline)) {
            out.report(node, "when this mapper fails, the error page shows its whole text to the user")
                .help("keep the mapper in a file and refer to it with `file://`");
        }
    }
}
