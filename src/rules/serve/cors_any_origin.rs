//! `cors-any-origin`: CORS that lets every site in, or none.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "cors-any-origin",
    aliases: &[],
    summary: "CORS that lets every site in, or none",
    category: "serve",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D069", "D070"],
    docs: r#"
With `cors.enabled` and `allowed_origins` left at its default or at `["*"]`, and `allow_credentials` left at true, the answer up to v26.2.0
carries a literal `*`, which browsers refuse for requests with cookies: calls from pages fail (warning). master mirrors any origin together with
credentials: each site that people visit can act with their session (error). Where the list is left out and calls from elsewhere may
never come it is an info up to v26.2.0. An empty list allows every origin, too.

Source: oryx/configx/cors.go:CORS@v26.2.0,@master, oryx/corsx/check_origin.go:CheckOrigin; seen on v1.0.0 to master.

```yaml bad
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - "*"
```

```yaml good
serve:
  public:
    cors:
      enabled: true
      allowed_origins:
        - https://app.example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(cors) = context.find("serve.public.cors").filter(|cors| cors.get("enabled").is_some_and(Node::is_true))
    else {
        return;
    };
    let origins = cors.get("allowed_origins");
    let credentials = cors.get("allow_credentials").is_none_or(Node::is_true);
    let help = "list the origins of your pages: https://app.example.com";
    let star = origins.and_then(|list| list.items().find(|item| item.as_str() == Some("*")));
    let empty = origins.filter(|list| list.is_sequence() && list.items().len() == 0);
    if let Some(list) = empty {
        out.report(list, "every site may call: an empty list allows all origins")
            .effect(Effect::Unprotected)
            .help(help);
    } else if credentials && (star.is_some() || origins.is_none()) {
        let place = star.map_or_else(|| cors.key_place(), Node::place);
        let pointer = star.unwrap_or(cors).pointer();
        if context.target == Version::MASTER {
            let message = "every site that people visit can act with their session: all origins, with credentials";
            out.report_at(place, Some(pointer), message).level(Level::Error).effect(Effect::Unprotected).help(help);
        } else {
            let message = "browsers refuse the answer to calls with cookies: all origins (`*`), with credentials";
            let report = out.report_at(place, Some(pointer), message).help(help);
            // Who wrote the `*` wants calls from elsewhere; the default may never be met by one.
            if star.is_none() {
                _ = report.level(Level::Info);
            }
        }
    }
}
