//! `fedcm-test-provider`: a provider for tests, whose tokens everyone can forge.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "fedcm-test-provider",
    aliases: &[],
    summary: "`provider: fedcm-test` accepts forged ID tokens",
    category: "oidc",
    level: Level::Error,
    effect: Effect::Unprotected,
    versions: Versions::since(Version::V25_4),
    fixable: false,
    facts: &[],
    docs: r#"
## What happens
Anyone signs in as any user who is linked to this provider, and signs up with any e-mail address.

## Why
The provider was made for the tests of Kratos. It checks native ID tokens against a key that is written in the public source, and
checks neither expiry nor audience nor issuer. On v25.4.0 and v26.2.0 a forged token with the subject of a linked user gave a
session of that user.

## What to do
Remove the provider.

## Versions
Since v25.4.0; older releases refuse the word.

## Source
`selfservice/strategy/oidc/provider_test_fedcm.go`, seen on running servers.

## Examples
```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: fedcm
            provider: fedcm-test
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for provider in view::providers(root) {
        if let Some(node) = provider.get("provider").filter(|node| node.as_str() == Some("fedcm-test")) {
            out.report(node, "anyone can sign in as any user: ID tokens are checked against a public key")
                .help("remove this provider: it is for the tests of Kratos");
        }
    }
}
