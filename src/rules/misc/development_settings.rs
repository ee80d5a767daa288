//! `development-settings`: settings that are usual on a development machine, in one line.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::Rule;

/// The rule. Its finding takes the place of several infos, see `check`.
pub(crate) const RULE: Rule = Rule {
    name: "development-settings",
    aliases: &[],
    summary: "settings of a development machine",
    category: "misc",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The configuration has sample secrets, plain http, a database in memory or other settings that are not for real users. This
one line takes the place of an info for each of them.

## Why

Kratos runs with `--dev` here, or all addresses of the configuration are on this machine.

## What to do

Change them before real users sign in. `kratos-lint --only sample-secret` and the names of the other rules show each of
them: `admin-port-published`, `breached-passwords-accepted`, `database-parameter-ignored`, `hasher-setting-ignored`,
`http-outside-dev`, `mail-server-missing`, `public-url-missing`, `secrets-missing`, `sensitive-log`, `tokens-in-clear`,
`web-hook-unauthenticated`.

## Versions

All versions.

## Source

The pages of these rules.
"#,
    check: |_, _| {},
};
