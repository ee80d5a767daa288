//! `duplicate-secret`: one secret twice.

use std::collections::HashMap;

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "duplicate-secret",
    aliases: &[],
    summary: "secret that is used twice",
    category: "secrets",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Twice in one list, the second has no effect. In two lists, the same text signs cookies and encrypts tokens: anyone who
learns it in one way has all of them.

## Why

Each list has its own purpose.

## What to do

Generate a secret for each purpose.

## Versions

All versions.

## Source

embedx/config.schema.json; driver/config/config.go:SecretsSession.

## Examples

```yaml bad
secrets:
  cookie:
    - sgb1bS0lqaEoDh8xw3Dc6ZpT5yKv9aRf
  cipher:
    - sgb1bS0lqaEoDh8xw3Dc6ZpT5yKv9aRf
```

```yaml good
secrets:
  cookie:
    - sgb1bS0lqaEoDh8xw3Dc6ZpT5yKv9aRf
  cipher:
    - Qm7Zt2Lx8Wc4Vn6Bk1Hj3Gf5Ds9Pa0Rq
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let mut known: HashMap<&str, Node> = HashMap::new();
    for node in context.select("secrets.*[]") {
        let Some(text) = view::text(node) else { continue };
        let first = *known.entry(text).or_insert(node);
        if first.id() == node.id() {
            continue;
        }
        let same_list = first.parent().map(Node::id) == node.parent().map(Node::id);
        let message = if same_list {
            "this secret has no effect: the list already contains it"
        } else {
            "one leak opens two things: this secret has two purposes"
        };
        out.report(node, message).label(first.place(), "the same secret").help("generate a secret for each purpose");
    }
}
