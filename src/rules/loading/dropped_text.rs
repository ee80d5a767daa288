//! `dropped-text`: text that Kratos silently does not read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub const RULE: Rule = Rule {
    name: "dropped-text",
    aliases: &[],
    summary: "text that Kratos silently does not read",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D002", "D003"],
    docs: r#"
Kratos' YAML reader takes the first document of a file and nothing else: what stands behind a second `---` or behind `...` is never read. When the first key of a file is indented and a later one is not, everything from there on is dropped too, without any error. `---` twice at the top makes an empty configuration.

All versions. Source: gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.

```yaml bad
 log:
   level: info
dsn: memory
```

```yaml good
log:
  level: info
dsn: memory
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Dropped, out);
}
