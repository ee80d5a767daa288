//! `url-final-space`: an address that ends with a space.

use crate::diagnostic::{Edit, Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::{Place, Span};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "url-final-space",
    aliases: &[],
    summary: "URL that ends with a space",
    category: "urls",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: true,
    facts: &[],
    docs: r#"
## What happens

Kratos does not trim addresses. The space is a part of the path, and goes out as `%20`: `https://app.example.com/login `
becomes `https://app.example.com/login%20`. The page or the endpoint is not found, and an entry of
`allowed_return_urls` matches nothing.

## Why

Only quotes keep a space at the end: YAML drops it from text without quotes. The schema accepts it.

## What to do

Remove the space. The fix does this.

## Versions

All versions.

## Source

Go net/url; seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
selfservice:
  flows:
    login:
      ui_url: "https://app.example.com/login "
```

```yaml good
selfservice:
  flows:
    login:
      ui_url: "https://app.example.com/login"
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for node in context.root().into_iter().flat_map(Node::descendants) {
        let Some(text) = node.as_str().filter(|text| text.ends_with(' ')) else { continue };
        let bare = text.trim_end_matches(' ');
        let is_address = bare.starts_with("http://") || bare.starts_with("https://");
        if !is_address || bare.contains([' ', '\n']) || view::is_placeholder(text) {
            continue;
        }
        let report = out
            .report(node, "this address is never found: it ends with a space, which is sent as `%20`")
            .help("remove the space");
        if let Some(edit) = trimmed(node) {
            _ = report.fix("remove the space", true, vec![edit]);
        }
    }
}

/// Takes the spaces before the closing quote away.
fn trimmed(node: Node<'_>) -> Option<Edit> {
    let place = node.origin();
    let written = place.source.slice(place.span);
    let inner = written.strip_suffix(['"', '\''])?;
    let bare = inner.trim_end_matches(' ');
    let span = Span::new(place.span.start + bare.len(), place.span.start + inner.len());
    (!node.is_aliased() && !span.is_empty())
        .then(|| Edit { place: Place::new(&place.source, span), text: String::new() })
}
