//! `oauth2-provider-public-port`: an address of Hydra that is not the one of its admin API.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "oauth2-provider-public-port",
    aliases: &["oauth2-provider-port"],
    summary: "address of Hydra that is not that of its admin API",
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

Kratos appends `/admin/oauth2/auth/requests/login` to the address (since v0.13.0). With `http://hydra:4445/admin` Hydra is
asked for `/admin/admin/…` and answers 404. A path is right only where a proxy removes it, which never listens on Hydra's own
port.

An address without `http://` or `https://` (`hydra:4445`) cannot be called: Kratos treats `hydra` as the scheme (error).

## What to do

Use the admin API, port 4445 by default, write the scheme, and no path.

## Versions

All versions.

## Source

hydra/hydra.go:getAdminURL (inferred), GetLoginChallengeID (seen); the path seen on v1.3.1 and v26.2.0, in hydra-client-go since
v2.0.3.

## Examples

```yaml bad
oauth2_provider:
  url: http://hydra:4444
```

```yaml bad
oauth2_provider:
  url: http://hydra:4445/admin
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
    } else if url.port() == Some("4445") && url.path.len() > 1 && context.target >= Version::V0_13 {
        out.report(
            node,
            format!("sign-in for Hydra fails: Kratos asks for `{}{LOGIN}`", url.path.trim_end_matches('/')),
        )
        .help("remove the path: Kratos appends `/admin` itself");
    }
}

/// What Kratos appends to the address.
const LOGIN: &str = "/admin/oauth2/auth/requests/login";
