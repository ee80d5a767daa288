//! `provider-scope-missing`: a mapper that reads an address which is never asked for.

use crate::diagnostic::{Effect, Level};
use crate::files::FoundFile;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::Source;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "provider-scope-missing",
    aliases: &["provider-scope"],
    summary: "scopes that do not ask for what Kratos or the mapper reads",
    category: "oidc",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

`claims.email` is missing or empty. A mapper that needs it makes every sign-up fail; one that tests for it never sets
the address.

With `subject_source: me` of Microsoft every sign-in fails: Kratos reads the user from Microsoft Graph, which refuses.

## Why

The provider sends the e-mail address only when it is in the scopes. GitHub sends addresses that users show publicly
in any case. Reported when the mapper, in `base64://` or a file of this project, reads `claims.email`, and the scopes
do not ask for it. Graph answers at `/me` only tokens with a scope like `https://graph.microsoft.com/User.Read`.

## What to do

Add the scope.

## Versions

All versions.

## Source

documentation of the providers; selfservice/strategy/oidc/provider_*.go (read).

## Examples

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
const SCOPES: [(&str, &[&str]); 10] = [
    ("google", &["email", "https://www.googleapis.com/auth/userinfo.email"]),
    ("facebook", &["email"]),
    ("github", &["user:email", "user"]),
    ("discord", &["email"]),
    ("slack", &["identity.email"]),
    ("spotify", &["user-read-email"]),
    ("patreon", &["identity[email]"]),
    ("linkedin_v2", &["email"]),
    ("line", &["email"]),
    ("yandex", &["login:email"]),
];

/// Providers that take what the application was registered with when nothing is asked for.
const REGISTERED: [&str; 1] = ["yandex"];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for provider in view::providers(root) {
        check_graph(provider, out);
        let Some((kind, scopes)) = SCOPES.iter().find(|(kind, _)| Some(*kind) == view::provider_kind(provider)) else {
            continue;
        };
        let scope = provider.get("scope");
        let asked: Vec<Node> = scope.into_iter().flat_map(Node::items).collect();
        let unknown =
            scope.is_some_and(|node| !node.is_sequence()) || asked.iter().any(|item| view::text(*item).is_none());
        if unknown || (asked.is_empty() && REGISTERED.contains(kind)) {
            continue;
        }
        if asked.iter().any(|item| item.as_str().is_some_and(|word| scopes.contains(&word))) {
            continue;
        }
        let Some(mapper) = provider.get("mapper_url") else { continue };
        let Some(reading) = reading(context, mapper) else { continue };
        let is_github = *kind == "github";
        let message = match (reading, is_github) {
            (Reading::Bare, false) => {
                "sign-up with this provider fails: the mapper reads `claims.email`, the scopes do not ask for it"
            }
            (Reading::Bare, true) => {
                "sign-up fails for users who hide their address: the mapper reads `claims.email`, not in the scopes"
            }
            (Reading::Tested, false) => "the mapper never gets `claims.email`: the scopes do not ask for it",
            (Reading::Tested, true) => {
                "the mapper gets `claims.email` only of users who show it publicly: the scopes do not ask for it"
            }
        };
        let report = out
            .report_key(scope.unwrap_or(mapper), message)
            .label(mapper.place(), "the mapper")
            .help(format!("add `{}` to `scope`", scopes.first().copied().unwrap_or("email")));
        if matches!(reading, Reading::Tested) {
            _ = report.effect(Effect::NoEffect);
        }
    }
}

/// Words in scopes with which Microsoft Graph shows the user (Graph permissions reference: user resource).
const GRAPH: [&str; 4] = ["user.read", "user.export", "directory.", ".default"];

/// `subject_source: me` reads the user from Microsoft Graph (`provider_microsoft.go:updateSubject`).
fn check_graph(provider: Node, out: &mut Sink) {
    let source = provider.get("subject_source").filter(|node| node.as_str() == Some("me"));
    let Some(source) = source.filter(|_| view::provider_kind(provider) == Some("microsoft")) else { return };
    let scope = provider.get("scope");
    if scope.is_some_and(|node| !node.is_sequence()) {
        return;
    }
    let mut asked = scope.into_iter().flat_map(Node::items);
    let is_enough = |item: Node| {
        view::text(item).is_none_or(|text| {
            let text = text.to_ascii_lowercase();
            GRAPH.iter().any(|word| text.contains(word))
        })
    };
    if !asked.any(is_enough) {
        out.report_key(
            scope.unwrap_or(source),
            "every sign-in fails: Microsoft Graph shows the user only with a scope for it",
        )
        .label(source.place(), "the user is read from Graph")
        .help("add `https://graph.microsoft.com/User.Read` to `scope`");
    }
}

/// How a mapper reads the address.
#[derive(Clone, Copy)]
enum Reading {
    /// Without a test whether it is there.
    Bare,
    /// With one.
    Tested,
}

/// How the mapper that a URL names reads the address; `None` when it does not, or cannot be read.
fn reading(context: &Context, node: Node) -> Option<Reading> {
    let text = view::text(node)?;
    let source = if let Some(encoded) = text.strip_prefix("base64://") {
        Source::from_base64(&node.place(), encoded).ok()?
    } else if let (true, FoundFile::Text(source)) = (text.starts_with("file://"), context.files.find(text)) {
        source
    } else {
        return None;
    };
    let mapper = source.text();
    let tests = ["'email' in", "\"email\" in", "objectHas", "std.get"];
    let is_tested = tests.iter().any(|test| mapper.contains(test));
    mapper.contains("claims.email").then_some(if is_tested { Reading::Tested } else { Reading::Bare })
}
