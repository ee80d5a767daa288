//! `link-base-url-ignored`: a base URL of links that is never read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "link-base-url-ignored",
    aliases: &["link-base-url"],
    summary: "`link.config.base_url` is no longer read",
    category: "methods",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: changes::versions("link-base-url"),
    fixable: false,
    facts: &["D126"],
    docs: r#"
## What happens

`selfservice.methods.link.config.base_url` has no effect.

## Why

Since v25.4.0 links begin with `serve.public.base_url`.

## What to do

Remove the key, and set `serve.public.base_url`.

## Versions

Since v25.4.0.

## Source

embedx/config.schema.json@v25.4.0 (read).

## Examples

```yaml bad
# kratos: v26.2.0
selfservice:
  methods:
    link:
      config:
        base_url: https://links.example.com/
```

```yaml good
# kratos: v26.2.0
serve:
  public:
    base_url: https://auth.example.com/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    if let Some(node) = context.find("selfservice.methods.link.config.base_url") {
        out.report_key(
            node,
            "`selfservice.methods.link.config.base_url` has no effect: links begin with `serve.public.base_url`",
        )
        .help("remove it");
    }
}
