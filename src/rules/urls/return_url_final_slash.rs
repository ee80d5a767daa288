//! `return-url-final-slash`: an entry of `allowed_return_urls` that does not allow its own path without the slash.

use crate::diagnostic::{Effect, Level};
use crate::kratos::returns;
use crate::kratos::url::Url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "return-url-final-slash",
    aliases: &["return-url-slash"],
    summary: "entry of `allowed_return_urls` with a final slash, and an address without it",
    category: "urls",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The path of a `return_to` must begin with the path of an entry. `https://app.example.com/ui/` does not allow
`https://app.example.com/ui`: this `return_to` is refused with 400.

## Why

Paths are compared as text. Only an empty path counts as `/`.

## What to do

Write the entry without the final slash. It then also allows each path that begins with it, such as `/ui-old`.

## Versions

All versions.

## Source

x/redir/secure_redirect.go:SecureRedirectTo; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  allowed_return_urls:
    - https://app.example.com/ui/
```

```yaml good
selfservice:
  allowed_return_urls:
    - https://app.example.com/
    - https://app.example.com/ui/
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let entries = returns::entries(root);
    let accepted = returns::Accepted::of(entries.iter().map(|(_, entry)| *entry));
    for (node, entry) in entries.iter().filter(|(_, entry)| entry.is_web() && !entry.host.starts_with('*')) {
        let Some(path) = entry.path.strip_suffix('/').filter(|path| !path.is_empty()) else { continue };
        let bare = Url { path, ..*entry };
        if accepted.covers(&bare) || view::text(*node).is_none() {
            continue;
        }
        out.report(
            *node,
            format!("this entry does not allow `{path}` without the final slash: paths are compared as text"),
        )
        .help("remove the final slash");
    }
}
