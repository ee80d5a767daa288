//! `yaml-syntax`: a text that Kratos cannot read.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub const RULE: Rule = Rule {
    name: "yaml-syntax",
    aliases: &[],
    summary: "a text that Kratos cannot read",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D007"],
    docs: r#"
Kratos cannot read the file and does not start. The rest of the file is checked all the same: the entry with the error is left out.

JSON is read strictly: no comments, no comma behind the last entry, no byte order mark.

All versions. Source: gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.

```yaml bad
log:
  level: "info

```

```yaml good
log:
  level: "info"

```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Syntax, out);
}
