//! `jsonnet-unverified-address`: a mapper takes addresses over without a look at `email_verified`.

use crate::diagnostic::{Effect, Level};
use crate::documents::finding::Kind;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "jsonnet-unverified-address",
    aliases: &[],
    summary: "mapper uses addresses without a test of `email_verified`",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r##"
## What happens
A user who signs up at the provider with the address of another user gets an identity with that address: as identifier it locks the owner out, in `verified_addresses` it counts as verified (error).

## Why
Most providers let users sign in before they have verified their address, and report it in `email_verified`. Google and Apple
have no such addresses. Some providers never report it: for them only `verified_addresses` is reported.

## What to do
Test for the key in `claims`: `[if 'email' in claims && 'email_verified' in claims then 'email']: claims.email`. Users without it
get the registration form and verify the address there.

## Versions
All versions. `verified_addresses` exists since v1.1.0.

## Source
`selfservice/strategy/oidc/provider.go:Claims`, `provider_*.go`; 118 sign-ins on five running servers. Reported only when the
mapper was run as for a user whose address is not verified, and used the address.

## Examples
```yaml bad
# local c = std.extVar('claims'); { identity: { traits: { [if 'email' in c then 'email']: c.email } } }
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
            mapper_url: base64://bG9jYWwgYyA9IHN0ZC5leHRWYXIoJ2NsYWltcycpOyB7IGlkZW50aXR5OiB7IHRyYWl0czogeyBbaWYgJ2VtYWlsJyBpbiBjIHRoZW4gJ2VtYWlsJ106IGMuZW1haWwgfSB9IH0=
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
    super::report(context, out, Kind::UnverifiedAddress);
}
