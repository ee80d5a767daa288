//! `placeholder-secret`: what stands for the secret of an endpoint is sent as the secret.

use crate::diagnostic::{Effect, Level};
use crate::kratos::network::Edition;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "placeholder-secret",
    aliases: &[],
    summary: "secret of an endpoint that is still a placeholder",
    category: "security",
    level: Level::Error,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos sends the placeholder as the key or password. An endpoint with a real secret refuses every call; an endpoint with
the same placeholder lets everyone in.

## Why

Kratos does not fill in `<the secret>`, `CHANGE_ME` and the like: it reads them as text. A word such as `CHANGE_ME` or `your-secret-here` is a
warning: a server for development may well use it as its secret.

## What to do

Remove the line and set the value in the environment, by the index of the hook. Kratos also needs a variable for every
earlier list entry (`…_HOOKS_0_HOOK`, `…_HOOKS_1_CONFIG_AUTH_CONFIG_VALUE`). Put the names of the variables into `given`
of `kratos-lint.toml`.

## Versions

All versions.

## Source

request/auth.go, oryx/configx/koanf_env.go:Read.

## Examples

```yaml bad
courier:
  http:
    request_config:
      url: https://mail.example.com/send
      auth:
        type: api_key
        config:
          name: X-Api-Key
          in: header
          value: <the secret>
```

```yaml good
courier:
  http:
    request_config:
      url: https://mail.example.com/send
      auth:
        type: api_key
        config:
          name: X-Api-Key
          in: header
          value: correct-horse-battery
```
"#,
    check,
};

/// Whole texts, in lower case, letters and digits only, that no secret is.
const WORDS: [&str; 12] = [
    "changeme",
    "pleasechangeme",
    "changethis",
    "replaceme",
    "replacethis",
    "yoursecret",
    "yoursecrethere",
    "yourapikey",
    "yourapikeyhere",
    "yourpassword",
    "thesecret",
    "placeholder",
];

fn check(context: &Context, out: &mut Sink) {
    // An export of Ory Network is no file that a server reads.
    if context.is_filled_in() || context.edition == Edition::Network {
        return;
    }
    let Some(root) = context.root() else { return };
    for config in view::request_configs(root) {
        for key in ["auth.config.value", "auth.config.password"] {
            let Some(node) = config.find(key).filter(|node| !context.is_from_environment(*node)) else { continue };
            let Some(written) = view::written(node) else { continue };
            // Development may well use such a word as its secret.
            let level = match (is_marked(written), is_word(written)) {
                (true, _) => Level::Error,
                (false, true) => Level::Warning,
                (false, false) => continue,
            };
            out.report(node, "Kratos sends this placeholder as the secret: nothing fills it in")
                .help("remove the line and set the value in the environment")
                .level(level);
        }
    }
}

/// Whether a text in angle brackets says what belongs there.
fn is_marked(text: &str) -> bool {
    let inner = text.trim().strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    let is_plain = |chr: char| chr.is_ascii_alphabetic() || " _-".contains(chr);
    inner.is_some_and(|inner| !inner.trim().is_empty() && inner.chars().all(is_plain))
}

/// Beginnings of texts that name the secret that belongs there: `your-webhook-secret-here`.
const BEGINNINGS: [&str; 5] = ["your", "replacewith", "changeme", "changethis", "insertyour"];

/// Ends of such texts.
const ENDS: [&str; 4] = ["secret", "key", "token", "password"];

/// Longest text of this kind, in letters and digits.
const LONGEST: usize = 40;

/// Whether a text only says that a secret belongs there.
fn is_word(text: &str) -> bool {
    let plain: String = text.to_lowercase().chars().filter(|chr| chr.is_alphanumeric()).collect();
    let named = plain.strip_suffix("here").unwrap_or(&plain);
    let is_named = plain.len() <= LONGEST
        && BEGINNINGS.iter().any(|word| plain.starts_with(word))
        && ENDS.iter().any(|word| named.ends_with(word));
    WORDS.contains(&plain.as_str()) || is_named
}
