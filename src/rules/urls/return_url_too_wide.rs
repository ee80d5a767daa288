//! `return-url-too-wide`: an entry of `allowed_return_urls` that lets strangers in.

use crate::diagnostic::{Effect, Level};
use crate::kratos::returns;
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "return-url-too-wide",
    aliases: &[],
    summary: "entry of `allowed_return_urls` that allows other sites",
    category: "urls",
    level: Level::Error,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D054", "D055"],
    docs: r#"
## What happens

An attacker can have Kratos send users to another site after they signed in: `https://*example.com` also allows
`https://evilexample.com`. The same holds below endings where anyone gets a name (`https://*.github.io`).

## Why

A `*` at the start of the host compares only the ending. The path is compared without boundary too: `/app` allows
`/application`. Releases after v26.2.0 drop such entries where your own name does not remain after the `*` (unless
`feature_flags.legacy_allow_insecure_origins`), but keep `https://*foo.example.net`.

## What to do

Put a dot after the `*`, or list the hosts.

## Versions

All versions.

## Source

driver/config/config.go:SelfServiceBrowserAllowedReturnToDomains, oryx/corsx/check_origin.go:ClassifyOrigin@master;
seen on v1.0.0 to master.

## Examples

```yaml bad kratos=v26.2.0
selfservice:
  allowed_return_urls:
    - https://*example.com
    - https://*.github.io
```

```yaml good
selfservice:
  allowed_return_urls:
    - https://*.example.com
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let legacy = context.find("feature_flags.legacy_allow_insecure_origins").is_some_and(Node::is_true);
    // A `*` is compared as a letter before v0.8.1.
    let root = context.root().filter(|_| context.target >= Version::V0_8_2);
    for entry in root.into_iter().flat_map(|root| returns::written(root, context.target)) {
        let Some(url) = view::text(entry).and_then(|text| url::parse(text).ok()).filter(url::Url::is_web) else {
            continue;
        };
        let Some(rest) = url.hostname().strip_prefix('*').filter(|rest| !rest.contains('*')) else { continue };
        let is_dropped = context.target >= Version::AFTER_V26_2
            && !legacy
            && !rest.split_once('.').is_some_and(|(_, base)| url::has_owner(base));
        if is_dropped {
            continue;
        }
        if let Some(name) = rest.strip_prefix('.') {
            if url::is_shared(name) {
                let message =
                    format!("anyone can redirect users after sign-in: everyone can get a name below `{name}`");
                out.report(entry, message).help("list your own hosts");
            }
        } else if rest.contains('.') {
            let message = format!("this also allows `evil{rest}`: a `*` compares only the ending");
            out.report(entry, message).help(format!("write https://*.{rest}, and https://{rest} for the name itself"));
        }
    }
}
