//! `unknown-suppression`: a suppression of a rule that does not exist. Found where suppressions are applied, see [`crate::suppress`].

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::suppress;

/// The rule.
pub const RULE: Rule = Rule {
    name: suppress::UNKNOWN,
    aliases: &[],
    summary: "a suppression of a rule that does not exist",
    category: "suppressions",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
The name in the brackets of `# kratos-lint: ignore[…]` is no rule, so nothing is silenced. `kratos-lint rules` lists the names; former names are understood.
"#,
    check,
};

/// Which suppressions are used is known only after all rules ran.
fn check(_: &Context, _: &mut Sink) {}
