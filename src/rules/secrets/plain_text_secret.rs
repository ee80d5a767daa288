//! `plain-text-secret`: a real secret in the file.

use crate::diagnostic::{Effect, Level};
use crate::kratos::env;
use crate::kratos::network::Edition;
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::{Place, Span};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
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

The value has the form of a key of a known service, or is a private key. kratos-lint never prints it. Keys of services are found
in the Jsonnet of hooks and mappers too: Ory Network stores that content where anyone with its address can read it. An export of
Ory Network has no client secrets and no password of a mail server, so a generated one in a file for it was written there.

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

/// The length of the shortest secret that is told from a word.
const SHORTEST: usize = 16;

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
    in_documents(context, out);
    let Some(root) = context.root() else { return };
    for node in root.descendants().into_iter().filter(|node| !context.is_from_environment(*node)) {
        // Few texts are this long: to ask whether they are placeholders takes longer.
        if node.as_str().is_none_or(|text| text.len() < SHORTEST) {
            continue;
        }
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
        let of_export = (context.edition == Edition::Network).then(|| of_export(node, secret)).flatten();
        let message = match key_of {
            Some((_, _, service)) => {
                format!("anyone who can read this file has the key: it has the form of a key of {service}")
            }
            None if private => "anyone who can read this file has the private key".to_owned(),
            None => {
                if let Some((what, whose)) = of_export {
                    out.report(node, format!("anyone who can read this file has the {what}: it is in plain text"))
                        .help(format!("change it at the {whose}, and let the pipeline that sends the file fill it in"));
                }
                continue;
            }
        };
        out.report(node, message).help(format!(
            "change it at the service, and set the new one as {} in the environment",
            env::of_pointer(&node.pointer())
        ));
    }
}

/// What Ory Network masks in an export or leaves out, and who gave it: it was written into the file.
fn of_export(node: Node<'_>, secret: &str) -> Option<(&'static str, &'static str)> {
    let (least, what, whose) = match node.key()? {
        "client_secret" => (24, "client secret", "provider"),
        "connection_uri" => (16, "password of the mail server", "mail server"),
        _ => return None,
    };
    // A password in a URL is percent-encoded.
    is_generated(&secret.replace('%', "-"), least).then_some((what, whose))
}

/// Beginnings of keys that names in a program may have too.
const AMBIGUOUS: [&str; 2] = ["re_", "key-"];

/// Most keys of one document that are reported.
const MAX_OF_DOCUMENT: usize = 20;

/// Keys of services in the Jsonnet of hooks and mappers.
fn in_documents(context: &Context, out: &mut Sink) {
    let stored = if context.edition == Edition::Network {
        "anyone with its address can read what Ory Network stores"
    } else {
        "anyone who can read this file has it"
    };
    for document in context.documents() {
        let (Some(source), Some(reference)) = (&document.source, document.references.first()) else { continue };
        let keys = keys_in(source.text());
        if keys.len() > MAX_OF_DOCUMENT {
            let message = format!("this document holds {} keys of services: {MAX_OF_DOCUMENT} are shown", keys.len());
            out.left_out(reference.node, message);
        }
        for (span, service) in keys.into_iter().take(MAX_OF_DOCUMENT) {
            let message = format!("this text has the form of a key of {service}: {stored}");
            let (pointer, at) = (reference.node.pointer(), reference.node.place());
            out.report_in(Place::new(source, span), &pointer, &at, message)
                .help("change the key at the service, and send the new one by `auth` of the web_hook");
        }
    }
}

/// The keys of services in a text, each after a quote or a space.
fn keys_in(text: &str) -> Vec<(Span, &'static str)> {
    let mut found = Vec::new();
    for (start, length, service) in FORMS.into_iter().filter(|(start, ..)| !AMBIGUOUS.contains(start)) {
        for (at, _) in text.match_indices(start) {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let rest = text.get(at..).unwrap_or_default();
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(rest.len());
            let key = rest.get(..end).unwrap_or_default();
            let is_alone = before.is_some_and(|c| "'\"` ".contains(c));
            let is_random = key.bytes().any(|byte| byte.is_ascii_digit()) && has_entropy(key);
            if is_alone && key.len() >= length && is_random {
                found.push((Span::new(at, at + end), service));
            }
        }
    }
    found.sort();
    found
}

/// Words of values that stand for a secret.
const SAMPLE_WORDS: [&str; 11] =
    ["change", "client", "dummy", "example", "mask", "placeholder", "redact", "replace", "secret", "test", "your"];

/// Whether a secret was surely made by a program: at least so long, with digits and letters, and no word of a sample in it.
fn is_generated(text: &str, least: usize) -> bool {
    let lower = text.to_ascii_lowercase();
    text.len() >= least
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte))
        && text.bytes().filter(u8::is_ascii_digit).count() >= 3
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !SAMPLE_WORDS.iter().any(|word| lower.contains(word))
        && !view::is_placeholder(text)
        && !view::is_stand_in(text)
        && has_entropy(text)
}

/// Masked and sample values have few different characters.
fn has_entropy(text: &str) -> bool {
    let mut letters: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() > 12
}
