//! All rules, sorted by name. A new rule: its file, two lines here, its folder in `testdata/rules`.

use crate::rule::Rule;

/// All rules, sorted by name.
pub const ALL: &[&Rule] = &[];

/// The rule of this name or former name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name || rule.aliases.contains(&name))
}
