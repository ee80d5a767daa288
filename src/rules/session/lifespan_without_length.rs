//! `lifespan-without-length`: a lifespan of nothing.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "lifespan-without-length",
    aliases: &[],
    summary: "a lifespan of nothing",
    category: "session",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D087", "D208"],
    docs: r#"
`0s` passes the schema, and the session or flow is over at once. So does a number too large for Go's durations (63 bits
of nanoseconds, about 292 years): the pattern accepts it and the value reads as 0.

Source: koanf getters Duration; seen on v1.0.0 to master.

```yaml bad
session:
  lifespan: 0s
```

```yaml good
session:
  lifespan: 24h
```
"#,
    check,
};

const KEYS: [&str; 3] = ["session.lifespan", "selfservice.flows.*.lifespan", "selfservice.methods.*.config.lifespan"];

fn check(context: &Context, out: &mut Sink) {
    for node in KEYS.iter().flat_map(|path| context.select(path)) {
        let Some(text) = view::text(node).filter(|text| text.starts_with(|c: char| c.is_ascii_digit())) else {
            continue;
        };
        let too_long = text.len() > 12 && text.ends_with(['s', 'm', 'h']) && view::seconds(text).is_none();
        if view::seconds(text) == Some(0.0) {
            out.report(node, "it is over at once: this lifespan is zero").help("write how long it lasts, `1h` say");
        } else if too_long {
            out.report(node, "it is over at once: the number is too large for a duration of Go and reads as zero")
                .help("write a smaller number");
        }
    }
}
