//! `web-hook-body-encoding`: a base64 body that does not decode.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::Source;

/// The rule.
pub const RULE: Rule = Rule {
    name: "web-hook-body-encoding",
    aliases: &[],
    summary: "a base64 body that does not decode",
    category: "hooks",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-BODY-B64"],
    docs: r#"
A `base64://` body is standard base64 with padding; line breaks are allowed. The alphabet for URLs (`-` and `_`) and missing `=` fail, at each call.

All versions; seen on v1.3.1. Source: fetcher.go:FetchBytes.

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
                body: base64://ZnVuY3Rpb24oY3R4KSB7fQ
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
                body: base64://ZnVuY3Rpb24oY3R4KSB7fQ==
                response:
                  ignore: true
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for hook in context.hook_lists().iter().flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook()) {
        let Some(body) = hook.config("body") else { continue };
        let Some(encoded) = body.as_str().and_then(|text| text.strip_prefix("base64://")) else { continue };
        let compact: String = encoded.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        if let Err(why) = Source::from_base64(&body.place(), &compact) {
            out.report(body, format!("every call of this web_hook fails: {why}"))
                .help("encode it with `base64 -w0`; the alphabet is A-Z a-z 0-9 + / with padding");
        }
    }
}
