//! `page-scheme-mismatch`: pages by http and Kratos by https, or the other way round.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "page-scheme-mismatch",
    aliases: &["page-scheme"],
    summary: "pages by http and Kratos by https, or the reverse",
    category: "urls",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Forms and calls of these pages fail.

## Why

Browsers treat `http` and `https` of one name as two sites, and send no cookies in calls between them. From an `https`
page they do not call an `http` address at all (mixed content). Names inside a network and of this machine are not
checked.

## What to do

Use https for both.

## Versions

All versions.

## Source

browsers (schemeful same-site, mixed content).

## Examples

```yaml bad
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  flows:
    login:
      ui_url: http://app.example.com/login
```

```yaml good
serve:
  public:
    base_url: https://auth.example.com/
selfservice:
  flows:
    login:
      ui_url: https://app.example.com/login
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let Some((base, public)) = view::public_url(root).filter(|(_, url)| url::site(url.hostname()).is_some()) else {
        return;
    };
    for (node, page) in view::ui_urls(root) {
        if page.scheme.eq_ignore_ascii_case(public.scheme) || url::site(page.hostname()).is_none() {
            continue;
        }
        let message = if page.has_scheme("http") {
            "browsers send no cookies with forms and calls of this page: it uses http, Kratos https"
        } else {
            "browsers block forms and calls of this page: it uses https, Kratos http"
        };
        out.report(node, message).label(base.place(), "the public URL of Kratos is here").help("use https for both");
    }
}
