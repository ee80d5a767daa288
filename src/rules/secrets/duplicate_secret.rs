//! `duplicate-secret`: one secret twice.

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
    let secrets: Vec<(Node, &str)> =
        context.select("secrets.*[]").into_iter().filter_map(|node| Some((node, view::text(node)?))).collect();
    for (index, (node, text)) in secrets.iter().enumerate() {
        let Some((first, _)) = secrets.iter().take(index).find(|(_, other)| other == text) else { continue };
        let same_list = first.parent().map(Node::id) == node.parent().map(Node::id);
        let message = if same_list {
            "this secret does nothing: it stands in the list already"
        } else {
            "one secret for two purposes"
        };
        out.report(*node, message).label(first.place(), "the same secret").help("make a secret for each purpose");
    }
}
