//! `provider-scope`: a mapper that reads an address which is never asked for.

use crate::diagnostic::{Effect, Level};
use crate::files::Found;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::Source;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "provider-scope",
    aliases: &[],
    summary: "a mapper that reads an address which is never asked for",
    category: "oidc",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
The provider hands out the mail address only when it is among the scopes; without it `claims.email` is missing or empty,
and a mapper that needs it makes every sign-up fail. Reported when the mapper, in `base64://` or a file of this project,
reads `claims.email` without a test, and the scopes do not ask for it.

Source: documentation of the providers; selfservice/strategy/oidc/provider_*.go (read).

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            mapper_url: base64://bG9jYWwgY2xhaW1zID0gc3RkLmV4dFZhcignY2xhaW1zJyk7IHsgaWRlbnRpdHk6IHsgdHJhaXRzOiB7IGVtYWlsOiBjbGFpbXMuZW1haWwgfSB9IH0=
            scope:
              - profile
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            mapper_url: base64://bG9jYWwgY2xhaW1zID0gc3RkLmV4dFZhcignY2xhaW1zJyk7IHsgaWRlbnRpdHk6IHsgdHJhaXRzOiB7IGVtYWlsOiBjbGFpbXMuZW1haWwgfSB9IH0=
            scope:
              - email
```
"#,
    check,
};

/// Kinds of providers, and the scopes of which one gives the address.
const SCOPES: [(&str, &[&str]); 5] = [
    ("google", &["email", "https://www.googleapis.com/auth/userinfo.email"]),
    ("facebook", &["email"]),
    ("github", &["user:email", "user"]),
    ("discord", &["email"]),
    ("slack", &["identity.email"]),
];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for provider in view::providers(root) {
        let Some((_, scopes)) = SCOPES.iter().find(|(kind, _)| Some(*kind) == view::provider_kind(provider)) else {
            continue;
        };
        let scope = provider.get("scope");
        let asked: Vec<Node> = scope.into_iter().flat_map(Node::items).collect();
        let unknown =
            scope.is_some_and(|node| !node.is_sequence()) || asked.iter().any(|item| view::text(*item).is_none());
        if unknown || asked.iter().any(|item| item.as_str().is_some_and(|word| scopes.contains(&word))) {
            continue;
        }
        let Some(mapper) = provider.get("mapper_url").filter(|node| needs_address(context, *node)) else { continue };
        out.report_key(
            scope.unwrap_or(mapper),
            "sign-up with this provider fails: the mapper reads `claims.email`, which the scopes do not ask for",
        )
        .label(mapper.place(), "the mapper")
        .help(format!("add `{}` to `scope`", scopes.first().copied().unwrap_or("email")));
    }
}

/// Whether a mapper reads the address without a test for it.
fn needs_address(context: &Context, node: Node) -> bool {
    let Some(text) = view::text(node) else { return false };
    let source = if let Some(encoded) = text.strip_prefix("base64://") {
        Source::from_base64(&node.place(), encoded).ok()
    } else if let (true, Found::Text(source)) = (text.starts_with("file://"), context.files.find(text)) {
        Some(source)
    } else {
        None
    };
    let tests = ["'email' in", "\"email\" in", "objectHas", "std.get"];
    source.is_some_and(|source| {
        let mapper = source.text();
        mapper.contains("claims.email") && !tests.iter().any(|test| mapper.contains(test))
    })
}
