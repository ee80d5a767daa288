//! `link-base-url`: a base URL of links that nobody reads.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "link-base-url",
    aliases: &[],
    summary: "a base URL of links that nobody reads",
    category: "methods",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::since(Version::V25_4),
    fixable: false,
    facts: &["D126"],
    docs: r#"
`selfservice.methods.link.config.base_url` is accepted and has no effect since v25.4.0: links begin with
`serve.public.base_url`.

Source: embedx/config.schema.json@v25.4.0 (read).

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
        out.report_key(node, "this has no effect: links begin with `serve.public.base_url`").help("leave it out");
    }
}
