//! `plain-text-secret`: a real secret in the file.

use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "plain-text-secret",
    aliases: &[],
    summary: "real secret in the file",
    category: "secrets",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Anyone who can read the repository has the key, also after it is removed again.

## Why

The value has the form of a key of a known service, or is a private key. kratos-lint never prints it.

## What to do

Change it at the service. Kratos reads every value from the environment too, lists by their index.

## Versions

All versions.

## Source

Forms of keys as the services document them.

## Examples

```yaml bad
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            client_secret: GOCSPX-abcdefghijklmnopqrstuvwx
```

```yaml good
selfservice:
  methods:
    oidc:
      config:
        providers:
          - id: google
            provider: google
            client_secret: from-the-environment
```
"#,
    check,
};

/// How keys of well-known services begin, how many characters they have at least, and whose they are (their documentation).
const FORMS: [(&str, usize, &str); 20] = [
    ("GOCSPX-", 20, "Google"),
    ("ghp_", 30, "GitHub"),
    ("gho_", 30, "GitHub"),
    ("github_pat_", 40, "GitHub"),
    ("glpat-", 20, "GitLab"),
    ("xoxb-", 20, "Slack"),
    ("xoxp-", 20, "Slack"),
    ("SG.", 40, "SendGrid"),
    ("sk_live_", 20, "Stripe"),
    ("AKIA", 20, "AWS"),
    ("re_", 30, "Resend"),
    ("key-", 36, "Mailgun"),
    ("ory_pat_", 24, "Ory"),
    ("ory_wak_", 24, "Ory"),
    ("ory_apikey_", 24, "Ory"),
    ("ory_st_", 24, "Ory"),
    ("ory_at_", 24, "Ory"),
    ("ory_rt_", 24, "Ory"),
    ("ory_ac_", 24, "Ory"),
    ("EAAC", 60, "Meta"),
];

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    for node in root.descendants().into_iter().filter(|node| !context.is_from_environment(*node)) {
        let Some(text) = view::text(node) else { continue };
        let secret = url::parse(text)
            .ok()
            .and_then(|url| url.userinfo)
            .and_then(|user| user.split_once(':'))
            .map_or(text, |(_, password)| password);
        let secret = secret.strip_prefix("Bearer ").unwrap_or(secret);
        let key_of = FORMS
            .iter()
            .find(|(start, length, _)| secret.starts_with(start) && secret.len() >= *length && has_entropy(secret));
        let private = text.contains("PRIVATE KEY-----") && text.len() > 100 && has_entropy(text);
        let message = match key_of {
            Some((_, _, service)) => {
                format!("anyone who can read this file has the key: it has the form of a key of {service}")
            }
            None if private => "anyone who can read this file has the private key".to_owned(),
            None => continue,
        };
        out.report(node, message).help(format!(
            "change it at the service, and set the new one as {} in the environment",
            variable(&node.pointer())
        ));
    }
}

/// Masked and sample values have few different characters.
fn has_entropy(text: &str) -> bool {
    let mut letters: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() > 12
}

/// The environment variable of a key (`oryx/configx/koanf_env.go`).
fn variable(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace(['/', '-'], "_").to_uppercase()
}
