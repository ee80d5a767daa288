//! `hidden-line-break`: a line that Kratos reads and no editor shows as one.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::FaultKind;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "hidden-line-break",
    aliases: &[],
    summary: "sign that ends a line for Kratos and not in an editor",
    category: "loading",
    level: Level::Error,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos reads what follows the sign as a line of its own. In an editor and in a pull request it is the rest of the line before:
of a comment, for example. The rest of the file is checked as Kratos reads it.

## Why

For its YAML reader the signs U+0085, U+2028 and U+2029 end a line outside of quotes. They come with text that was copied from a
document, or hide a key from whoever reads the file.

## What to do

Remove the sign. Where the line is meant, break it there.

## Versions

All versions.

## Source

gopkg.in/yaml.v3 v3.0.1, as koanf calls it; reproduced with the reader itself.

## Examples

```yaml bad
# levels: info, debug log: {level: trace}
dsn: memory
```

```yaml good
# levels: info, debug
log: {level: trace}
dsn: memory
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    super::report(context, FaultKind::HiddenBreak, out);
}
