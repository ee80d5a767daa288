//! `cookie-secret-pair`: a second cookie secret of the wrong length.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "cookie-secret-pair",
    aliases: &[],
    summary: "a second cookie secret of the wrong length",
    category: "secrets",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::between(Version::V0_13, Version::V26_2),
    fixable: false,
    facts: &["D038", "D039"],
    docs: r#"
Up to v26.2.0 the store of continuity cookies takes cookie secrets in pairs: the first signs, the second encrypts and
must be 16, 24 or 32 bytes long. Of another length, the cookie cannot be written, and social sign-in and
re-authentication in the settings answer 500. The same goes for `secrets.default` while `secrets.cookie` is not set.
(Adding a second secret also shifts the pairs, so that cookies made before are not readable.)

Source: driver/registry_default.go:ContinuityCookieManager@v1.3.1,@v26.2.0; seen on v1.0.0, v1.3.1, v26.2.0; mended on
master.

```yaml bad
# kratos: v1.3.1
secrets:
  cookie:
    - sgb1bS0lqaEoDh8xw3Dc6ZpT5yKv9aRf
    - a-second-secret-of-33-characters!
```

```yaml good
# kratos: v1.3.1
secrets:
  cookie:
    - sgb1bS0lqaEoDh8xw3Dc6ZpT5yKv9aRf
    - Qm7Zt2Lx8Wc4Vn6Bk1Hj3Gf5Ds9Pa0Rq
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let list = context.find("secrets.cookie").or_else(|| context.find("secrets.default"));
    for node in list.into_iter().flat_map(Node::items).skip(1).step_by(2) {
        let Some(text) = view::text(node) else { continue };
        if ![16, 24, 32].contains(&text.len()) {
            let message = format!(
                "social sign-in and re-authentication answer 500: each second secret must be 16, 24 or 32 bytes long, and this one has {}",
                text.len()
            );
            out.report(node, message).help("make it 32 bytes long (openssl rand -hex 16)");
        }
    }
}
