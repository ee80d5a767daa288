//! `page-scheme`: pages by http and Kratos by https, or the other way round.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "page-scheme",
    aliases: &[],
    summary: "pages by http and Kratos by https, or the other way round",
    category: "urls",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
Browsers count `http` and `https` of one name as two sites, and keep cookies away from calls between them. From an
`https` page they do not call an `http` address at all (mixed content). So forms and calls of these pages fail. Names
inside a network and of this machine are not looked at.

Source: browsers (schemeful same-site, mixed content).

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
            "browsers keep cookies away from forms and calls of this page: it comes by http, Kratos by https"
        } else {
            "browsers block forms and calls of this page: it comes by https, Kratos by http"
        };
        out.report(node, message).label(base.place(), "Kratos is reached here").help("use https for both");
    }
}
