//! `sample-secret`: a secret that everyone knows.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "sample-secret",
    aliases: &[],
    summary: "secret from the documentation",
    category: "secrets",
    level: Level::Warning,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Anyone who knows the cookie secret can forge the cookies of sessions and flows; the cipher secret opens stored
provider tokens.

## Why

These secrets are in the quickstarts and the documentation of Ory. An info while all addresses of the configuration
are on this machine, and where Kratos is started with `--dev`.

## What to do

Generate your own (`openssl rand -hex 16`).

## Versions

All versions.

## Source

Quickstarts and documentation of Ory.

## Examples

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

/// Marks of samples, in lower case, letters and digits only: quickstarts of Kratos, Hydra and the charts, and the words users
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
    let local = context.is_local() || context.likely_runs_in_dev_mode();
    for node in context.select("secrets.*[]") {
        let Some(text) = view::written(node).filter(|text| !text.contains(['$', '{', '<'])) else { continue };
        let plain: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        if MARKS.iter().any(|mark| plain.contains(mark)) || is_monotonous(text) {
            let report = out.report(node, "anyone can guess this secret: it is a sample").help(
                "generate one (`openssl rand -hex 16`) and set it as SECRETS_COOKIE, \
                    SECRETS_CIPHER or SECRETS_DEFAULT",
            );
            if local {
                _ = report.level(Level::Info).development("sample secrets");
            }
        }
    }
}

/// Whether a text of some length has fewer than four different characters. Masks of sanitised files (all `x`) do not count.
fn is_monotonous(text: &str) -> bool {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() < 4 && text.chars().count() >= 8 && !letters.iter().all(|c| "x0-_=".contains(*c))
}
