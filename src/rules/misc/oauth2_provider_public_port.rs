//! `oauth2-provider-public-port`: the public API of Hydra in the place of the admin API.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "oauth2-provider-public-port",
    aliases: &["oauth2-provider-port"],
    summary: "public API of Hydra instead of the admin API",
    category: "misc",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D199", "D200"],
    docs: r#"
## What happens

Each sign-in for Hydra fails. Kratos does not check the address. Without `oauth2_provider.url` Kratos refuses a
request with `login_challenge`.

## Why

Kratos accepts sign-ins for Hydra through its admin API. Port 4444 is Hydra's public API by default, 4445 the admin
API.

An address without `http://` or `https://` (`hydra:4445`) cannot be called: Kratos treats `hydra` as the scheme (error).

## What to do

Use the admin API, port 4445 by default, and write the scheme.

## Versions

All versions.

## Source

hydra/hydra.go:getAdminURL (inferred), GetLoginChallengeID (seen).

## Examples

```yaml bad
oauth2_provider:
  url: http://hydra:4444
```

```yaml good
oauth2_provider:
  url: http://hydra:4445
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some((node, url)) = context.root().and_then(|root| view::url(root, "oauth2_provider.url")) else { return };
    if url.opaque && !url.is_web() {
        out.report(node, "sign-in for Hydra fails: the address has no `http://` or `https://`")
            .level(Level::Error)
            .help("write `http://` or `https://` before the host");
    } else if url.port() == Some("4444") {
        out.report(node, "sign-in for Hydra fails: 4444 is the port of its public API")
            .help("use the admin API, port 4445 by default");
    }
}
