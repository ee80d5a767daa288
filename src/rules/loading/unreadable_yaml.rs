//! `unreadable-yaml`: YAML that Kratos does not take.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub const RULE: Rule = Rule {
    name: "unreadable-yaml",
    aliases: &[],
    summary: "YAML that Kratos does not take",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D004", "D008"],
    docs: r#"
Some things are YAML and Kratos' reader refuses them all the same: `%YAML 1.2` at the top, a list or map as key (often a template without quotes: `{{ .Values.x }}`), a colon without a key, a merge key `<<` on what is no map, tags that do not fit (`!!int abc`), control characters, infinite numbers.

All versions. Source: gopkg.in/yaml.v3 v3.0.1 and encoding/json, as koanf calls them; reproduced with the readers themselves.

```yaml bad
dsn: {{ .Values.dsn }}
```

```yaml good
dsn: "{{ .Values.dsn }}"
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::Refused, out);
}
