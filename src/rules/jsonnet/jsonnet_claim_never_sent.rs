//! `jsonnet-claim-never-sent`: a test for a claim that the provider never sends.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-claim-never-sent",
    aliases: &[],
    summary: "mapper tests for a claim that Kratos never fills for this provider",
    category: "jsonnet",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens
The test is always false, so a trait that depends on it is never filled. With a required trait each user ends at the form of the
registration page.

## Why
For GitHub, Discord, Slack, Facebook, Spotify, X and others Kratos fills each claim with code of its own. What that code does not
fill is never in `claims`, whatever the provider sends. Ten of them never fill `email_verified`.

## What to do
Remove what depends on the claim, or fill the trait from another claim. `kratos-lint ctx oidc.mapper` prints what a mapper
sees.

## Versions
All versions.

## Source
`selfservice/strategy/oidc/provider_*.go` of each release; the claims that mappers of running servers saw.

## Examples
```yaml bad
# { identity: { traits: { [if 'hd' in std.extVar('claims') then 'domain']: std.extVar('claims').hd } } }
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - id: facebook
            provider: facebook
            client_id: client
            mapper_url: base64://eyBpZGVudGl0eTogeyB0cmFpdHM6IHsgW2lmICdoZCcgaW4gc3RkLmV4dFZhcignY2xhaW1zJykgdGhlbiAnZG9tYWluJ106IHN0ZC5leHRWYXIoJ2NsYWltcycpLmhkIH0gfSB9
```

```yaml good
# { identity: { traits: { [if 'name' in std.extVar('claims') then 'name']: std.extVar('claims').name } } }
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - id: facebook
            provider: facebook
            client_id: client
            mapper_url: base64://eyBpZGVudGl0eTogeyB0cmFpdHM6IHsgW2lmICduYW1lJyBpbiBzdGQuZXh0VmFyKCdjbGFpbXMnKSB0aGVuICduYW1lJ106IHN0ZC5leHRWYXIoJ2NsYWltcycpLm5hbWUgfSB9IH0=
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::ClaimNeverSent);
}
