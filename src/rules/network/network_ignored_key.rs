//! `network-ignored-key`: a key that Ory Network ignores.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::Edition;
use crate::kratos::network::keys::{self, Status};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "network-ignored-key",
    aliases: &[],
    summary: "key that Ory Network ignores",
    category: "network",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
The key has no effect. The API answers 200 with a warning, which the Ory CLI prints to stderr.

## Why
Ory runs database, listeners, logs and traces itself: `dsn`, `log`, `tracing` and most of `serve` are its own. An export has
`serve.public.base_url` and a few other keys of `serve`: those are not reported.

## What to do
Delete the key.

## Versions
Ory Network.

## Source
docs, configuration with the CLI; API description, setProject.

## Examples
```yaml bad
# kratos: network
dsn: memory
selfservice:
  default_browser_return_url: /ui/welcome
```

```yaml good
# kratos: network
selfservice:
  default_browser_return_url: /ui/welcome
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| context.edition == Edition::Network) else { return };
    for (node, status) in keys::stated(root) {
        if status == Status::Ignored && !node.is_null() {
            let path = view::dotted(node);
            out.report_key(node, format!("`{path}` has no effect: Ory Network ignores it")).help("delete the key");
        }
    }
}
