//! `jsonnet-verification-idle`: a mapper looks at `email_verified`, and unverified addresses pass anyway.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-verification-idle",
    aliases: &[],
    summary: "mapper tests `email_verified`, and unverified addresses pass anyway",
    category: "jsonnet",
    level: Level::Error,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens
A user who signs up at the provider with the address of another user gets an identity with that address. The test that should prevent it has no effect.

## Why
Kratos leaves a false claim out: `claims.email_verified` is true or missing, never false. A default of `true` (an object with
`email_verified: true` to which the claims are added, `std.get(claims, 'email_verified', true)`) turns every missing claim into
true. In `claims.raw_claims` the key is there with the value false, so a test for the key alone passes.

For Slack and Facebook Kratos sets the claim itself: a look at it guards nothing (info).

## What to do
Test for the key in `claims`: `[if 'email' in claims && 'email_verified' in claims then 'email']: claims.email`.

## Versions
All versions. `verified_addresses` exists since v1.1.0.

## Source
`selfservice/strategy/oidc/provider.go:Claims`, `provider_*.go`; 118 sign-ins on five running servers. Reported only when the
mapper was run as for a user whose address is not verified, and used the address.

## Examples
```yaml bad
# local c = { email_verified: true } + std.extVar('claims'); { identity: { traits: { [if c.email_verified then 'email']: c.email } } }
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - id: corp
            provider: auth0
            client_id: client
            issuer_url: https://example.eu.auth0.com/
            scope: [openid, email]
            mapper_url: base64://bG9jYWwgYyA9IHsgZW1haWxfdmVyaWZpZWQ6IHRydWUgfSArIHN0ZC5leHRWYXIoJ2NsYWltcycpOyB7IGlkZW50aXR5OiB7IHRyYWl0czogeyBbaWYgYy5lbWFpbF92ZXJpZmllZCB0aGVuICdlbWFpbCddOiBjLmVtYWlsIH0gfSB9
identity:
  default_schema_id: people
  schemas:
    - id: people
      url: base64://eyJ0eXBlIjoib2JqZWN0IiwicHJvcGVydGllcyI6eyJ0cmFpdHMiOnsidHlwZSI6Im9iamVjdCIsInByb3BlcnRpZXMiOnsiZW1haWwiOnsidHlwZSI6InN0cmluZyIsImZvcm1hdCI6ImVtYWlsIiwib3J5LnNoL2tyYXRvcyI6eyJjcmVkZW50aWFscyI6eyJwYXNzd29yZCI6eyJpZGVudGlmaWVyIjp0cnVlfX19fX19fX0=
```

```yaml good
# local c = std.extVar('claims'); { identity: { traits: { [if 'email' in c && 'email_verified' in c then 'email']: c.email } } }
selfservice:
  methods:
    oidc:
      enabled: true
      config:
        providers:
          - id: corp
            provider: auth0
            client_id: client
            issuer_url: https://example.eu.auth0.com/
            scope: [openid, email]
            mapper_url: base64://bG9jYWwgYyA9IHN0ZC5leHRWYXIoJ2NsYWltcycpOyB7IGlkZW50aXR5OiB7IHRyYWl0czogeyBbaWYgJ2VtYWlsJyBpbiBjICYmICdlbWFpbF92ZXJpZmllZCcgaW4gYyB0aGVuICdlbWFpbCddOiBjLmVtYWlsIH0gfSB9
identity:
  default_schema_id: people
  schemas:
    - id: people
      url: base64://eyJ0eXBlIjoib2JqZWN0IiwicHJvcGVydGllcyI6eyJ0cmFpdHMiOnsidHlwZSI6Im9iamVjdCIsInByb3BlcnRpZXMiOnsiZW1haWwiOnsidHlwZSI6InN0cmluZyIsImZvcm1hdCI6ImVtYWlsIiwib3J5LnNoL2tyYXRvcyI6eyJjcmVkZW50aWFscyI6eyJwYXNzd29yZCI6eyJpZGVudGlmaWVyIjp0cnVlfX19fX19fX0=
```
"##,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, out, Kind::VerificationIdle);
}
