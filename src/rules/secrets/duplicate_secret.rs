//! `duplicate-secret`: one secret twice.

use std::collections::HashMap;

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    name: "duplicate-secret",
    aliases: &[],
    summary: "one secret twice",
    category: "secrets",
    level: Level::Info,
    effect: Effect::Unprotected,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
Twice in one list the second does nothing. In two lists the same text signs cookies, seals tokens and so on: who learns
it by one way has all of them.

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
            "this secret does nothing: it stands in the list already"
        } else {
            "one secret for two purposes"
        };
        out.report(node, message).label(first.place(), "the same secret").help("make a secret for each purpose");
    }
}
