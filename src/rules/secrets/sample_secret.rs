//! `sample-secret`: a secret that everyone knows.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "sample-secret",
    aliases: &[],
    summary: "a secret that everyone knows",
    category: "secrets",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
These secrets stand in the quickstarts and the documentation of Ory. Whoever knows the secret for cookies can forge
sessions' cookies and continuity cookies; the one for ciphers opens stored provider tokens. An info while all addresses
of the configuration lie on this machine.

```yaml bad
serve:
  public:
    base_url: https://auth.example.com/
secrets:
  cookie:
    - PLEASE-CHANGE-ME-I-AM-VERY-INSECURE
```

```yaml good
serve:
  public:
    base_url: http://127.0.0.1:4433/
secrets:
  cookie:
    - lW3mq0Vd2mYx7b1pTnQz
```
"#,
    check,
};

/// Marks of samples, in lower case, letters and digits only: quickstarts of Kratos, Hydra and the charts, and the words people
/// put in their place.
const MARKS: [&str; 12] = [
    "pleasechangeme",
    "changeme",
    "iamveryinsecure",
    "notsecureatall",
    "32longsecret",
    "youreallyneedtochangethis",
    "changethis",
    "replacethis",
    "replaceme",
    "insecuresecret",
    "supersecret",
    "yoursecret",
];

fn check(context: &Context, out: &mut Sink) {
    let local = context.root().is_some_and(view::is_local);
    for node in context.select("secrets.*[]") {
        let Some(text) = view::written(node).filter(|text| !text.contains(['$', '{', '<'])) else { continue };
        let plain: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        if MARKS.iter().any(|mark| plain.contains(mark)) || is_monotonous(text) {
            let report = out
                .report(node, "everyone can guess this secret: it is a sample")
                .help("make one of your own (openssl rand -hex 16) and give it by SECRETS_COOKIE, SECRETS_CIPHER or SECRETS_DEFAULT");
            if local {
                _ = report.level(Level::Info);
            }
        }
    }
}

/// Whether a text of some length has fewer than four different characters. Masks of sanitised files (all `x`) are none of ours.
fn is_monotonous(text: &str) -> bool {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() < 4 && text.chars().count() >= 8 && !letters.iter().all(|c| "x0-_=".contains(*c))
}
