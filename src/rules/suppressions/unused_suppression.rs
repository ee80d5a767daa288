//! `unused-suppression`: a suppression that silences nothing. Found where suppressions are applied, see [`crate::suppress`].

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::suppress;

/// The rule.
pub const RULE: Rule = Rule {
    name: suppress::UNUSED,
    aliases: &[],
    summary: "a suppression that silences nothing",
    category: "suppressions",
    level: Level::Warning,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
A comment `# kratos-lint: ignore[rule] reason` silences a rule on its line, or, alone on a line, in the whole value of the key below it;
`ignore-file[rule]` does so in the whole file. In a Jsonnet file `// kratos-lint: ignore[rule] reason` silences a rule on its line, or,
alone on a line, on the next one; `ignore-file[rule]` in the whole document. When nothing is found there any more, the comment is stale and may hide the next real finding.

Only said when all rules ran against one version.
"#,
    check,
};

/// Which suppressions are used is known only after all rules ran.
fn check(_: &Context, _: &mut Sink) {}
