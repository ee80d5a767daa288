//! `cookie-secret-pair-unusable`: a second cookie secret of the wrong length.

use crate::diagnostic::{Effect, Level};
use crate::kratos::changes;
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "cookie-secret-pair-unusable",
    aliases: &["cookie-secret-pair"],
    summary: "no pair of cookie secrets works",
    category: "secrets",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: changes::before("continuity-cookie").from(Version::V0_13),
    fixable: false,
    facts: &["D038", "D039"],
    docs: r#"
## What happens

Kratos cannot write the cookie, and social sign-in and re-authentication in the settings answer 500.

## Why

Up to v26.2.0 the store of continuity cookies uses cookie secrets in pairs: the first signs, the second encrypts and
must be 16, 24 or 32 bytes long. The first pair that works writes the cookie; a last secret without a second one works
too. The same is true for `secrets.default` while `secrets.cookie` is not set. (A second secret also shifts the pairs,
so that Kratos cannot read cookies from before.)

## What to do

Make the second secret 32 bytes long, or add a third one.

## Versions

v0.13.0 to v26.2.0.

## Source

driver/registry_default.go:ContinuityCookieManager@v1.3.1,@v26.2.0; gorilla/securecookie:EncodeMulti; seen on v1.0.0,
v1.3.1, v26.2.0; fixed @master.

## Examples

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
    - a-second-secret-of-33-characters!
    - Qm7Zt2Lx8Wc4Vn6Bk1Hj3Gf5Ds9Pa0Rq
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let list = context.find("secrets.cookie").or_else(|| context.find("secrets.default"));
    let secrets: Vec<Node> = list.into_iter().flat_map(Node::items).collect();
    let faults: Vec<Option<(Node, usize)>> = secrets.chunks(2).map(fault).collect();
    if faults.iter().any(Option::is_none) {
        return;
    }
    for (node, length) in faults.into_iter().flatten() {
        let message = format!(
            "social sign-in answers 500: a second cookie secret must have 16, 24 or 32 bytes, this one {length}"
        );
        out.report(node, message).help("make it 32 bytes long (`openssl rand -hex 16`), or add a third secret");
    }
}

/// The second secret of a pair that does not work, and its length in bytes. A pair without a second secret signs only, and
/// works. What is filled in later may have the right length.
fn fault<'t>(pair: &[Node<'t>]) -> Option<(Node<'t>, usize)> {
    let [_, second] = pair else { return None };
    let length = view::text(*second)?.len();
    (![16, 24, 32].contains(&length)).then_some((*second, length))
}
