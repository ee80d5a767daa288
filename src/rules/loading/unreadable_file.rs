//! `unreadable-file`: a configuration that cannot be read as a file.

use crate::diagnostic::{Diagnostic, Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::{Place, Source, Span};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unreadable-file",
    aliases: &[],
    summary: "configuration that cannot be read",
    category: "loading",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

A file below a folder that is checked seems to be a configuration of Kratos and cannot be read: its bytes are not UTF-8, it is
larger than 16 MiB, the system refuses it, it is a pipe or a device, or a symbolic link leads out of the project. The same holds
for Terraform with resources of Ory that is larger than 1 MiB or no HCL. Nothing in it is checked. Named on the command line,
such a file is exit status 2.

Its name or any of its bytes make it seem so: `kratos` in its name, `selfservice` in it.

## Why

A gate that skips what it cannot read is open.

## What to do

Save the file as UTF-8, correct its permissions, or list it under `ignore` in kratos-lint.toml.

## Versions

All versions.

## Source

The readers of Kratos refuse such bytes too (gopkg.in/yaml.v3 v3.0.1, encoding/json).

## Examples

A file `kratos.yml` in Latin-1 with an umlaut.
"#,
    check,
};

/// It is found before there is a configuration that a rule could look at.
fn check(_: &Context, _: &mut Sink) {}

/// The finding for a file, with the reason.
#[must_use]
pub(crate) fn finding(path: &str, why: &str) -> Diagnostic {
    let source = Source::new(path, "");
    let message = format!("this configuration cannot be read: {why}");
    let help = "save it as UTF-8 below 16 MiB, or list it under `ignore` in kratos-lint.toml".to_owned();
    let finding = Diagnostic::new(RULE.name, (RULE.level, RULE.effect), Place::new(&source, Span::at(0)), message);
    Diagnostic { pointer: Some(String::new()), help: Some(help), ..finding }
}
