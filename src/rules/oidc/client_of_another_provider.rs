//! `client-of-another-provider`: two providers of different companies with the same client id.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "client-of-another-provider",
    aliases: &[],
    summary: "client id that another provider has issued",
    category: "oidc",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Sign-in with one of the two providers fails: it does not know the client.

## Why

Each provider issues its own client ids. The entry was copied from the one of the other provider, and the id was left as it was.

Compared are providers that are built into Kratos and of different companies. A variable counts when its name contains the name of
one of the two providers. Placeholders do not count.

## What to do

Write the client id that this provider has issued, and its secret.

## Versions

All versions.

## Source

RFC 6749, section 2.2; public configurations.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: github
            provider: github
            client_id: ${GITHUB_CLIENT_ID}
          - id: google
            provider: google
            client_id: ${GITHUB_CLIENT_ID}
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: github
            provider: github
            client_id: ${GITHUB_CLIENT_ID}
          - id: google
            provider: google
            client_id: ${GOOGLE_CLIENT_ID}
```
"#,
    check,
};

/// Kinds that do not tell whose a provider is.
const OPEN: [&str; 3] = ["", "generic", "fedcm-test"];

/// Ids with fewer different letters and digits are samples, or masked.
const SHORTEST: usize = 6;

/// So much of an id tells whether it is one.
const LONGEST: usize = 64;

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let mut first: HashMap<&str, (Node<'_>, &str)> = HashMap::new();
    for provider in view::providers(root) {
        let Some(kind) = view::provider_kind(provider).filter(|kind| !OPEN.contains(kind)) else { continue };
        let Some(node) = provider.get("client_id") else { continue };
        let Some(id) = view::written(node) else { continue };
        let (other, whose) = *first.entry(id).or_insert((node, kind));
        if company(whose) != company(kind) && is_id(id, kind, whose) {
            out.report(node, format!("sign-in with {kind} or {whose} fails: both have the same client id"))
                .label(other.place(), format!("the one of {whose}"))
                .help(format!("write the client id that {kind} has issued"));
        }
    }
}

/// The company of a kind: that of `linkedin_v2` is that of `linkedin`, and an app of GitHub may be both `github` and `github-app`.
fn company(kind: &str) -> &str {
    kind.split(['_', '-']).next().unwrap_or(kind)
}

/// Whether a text is the id of one client and not a sample.
fn is_id(id: &str, kind: &str, whose: &str) -> bool {
    let name = id.to_ascii_lowercase();
    let names_one = [kind, whose].iter().any(|provider| name.contains(company(provider)));
    if view::is_placeholder(id) {
        return names_one && id.contains('$');
    }
    let different: HashSet<u8> = id.bytes().take(LONGEST).collect();
    id.bytes().any(|byte| byte.is_ascii_digit()) && different.len() >= SHORTEST && !view::is_stand_in(id)
}
