//! `migration-fails`: a migration of the compose file that ends without doing anything, or is of another release.

use crate::deployment::neighbours::image_of_ory;
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::text::Place;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "migration-fails",
    aliases: &[],
    summary: "migration of the compose file that fails, or is of another release",
    category: "dsn",
    level: Level::Error,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

- Without `-e` and without an address the command prints how it is used and ends: no tables are made.
- Without `--yes` it asks, and a container without a terminal cannot answer (warning).
- With another tag than the server the tables are those of another release (warning).

## Why

`kratos migrate sql` takes the address of the database as its argument, or from `DSN` or the configuration with
`--read-from-env` (`-e`). Each release has migrations of its own.

## What to do

Write `migrate sql -e --yes -c …` with the image of the server.

## Versions

All versions.

## Source

cmd/cliclient/migrate.go:MigrateSQL (v1.3.1), MigrateSQLUp (v26.2.0), cmd/migrate/sql.go.

## Examples

The rule needs a compose file that starts Kratos.

```yaml good
dsn: postgres://kratos@db:5432/kratos
```
"#,
    check,
};

/// What is wrong with a migration.
struct Fault {
    place: Place,
    level: Level,
    message: &'static str,
    help: &'static str,
}

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let server = context.deployment.starts.first().and_then(|start| start.image.known());
    let is_pinned = !context.deployment.is_untagged;
    let server = server.filter(|_| is_pinned).and_then(|image| image.asked.as_ref()).map(|asked| asked.version);
    for fault in context.deployment.each_service(|service| faults(service, server)).into_iter().flatten() {
        out.report_at(fault.place, Some(root.pointer()), fault.message).level(fault.level).help(fault.help);
    }
}

/// The faults of a service, if it runs a migration.
fn faults(service: Node<'_>, server: Option<Version>) -> Option<Vec<Fault>> {
    let image = service.get("image")?;
    let own = image_of_ory(service)?;
    let command = service.get("command").filter(|_| service.get("entrypoint").is_none())?;
    let words: Vec<&str> = match command.as_str() {
        Some(text) => text.split_whitespace().collect(),
        None => command.items().filter_map(Node::as_str).collect(),
    };
    let is_migration = words.windows(2).any(|pair| pair == ["migrate", "sql"]);
    let is_other = ["status", "down", "sh"].iter().any(|word| words.contains(word));
    if !is_migration || is_other || words.iter().any(|word| word.contains('$')) {
        return None;
    }
    let has = |long: &str, short: char| {
        let is_short = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.contains(short);
        words.iter().any(|word| word.starts_with(long) || is_short(word))
    };
    let fault = |node: Node<'_>, level, message, help| Fault { place: node.place(), level, message, help };
    let mut found = Vec::new();
    if !has("--read-from-env", 'e') && !words.iter().any(|word| word.contains("://") || *word == "memory") {
        let message = "no tables are made: `migrate sql` has neither `-e` nor the address of a database";
        found.push(fault(command, Level::Error, message, "add `-e`"));
    } else if !has("--yes", 'y') && ["tty", "stdin_open"].iter().all(|key| service.get(key).is_none()) {
        let message = "no tables are made: `migrate sql` asks first, and this container has no terminal";
        found.push(fault(command, Level::Warning, message, "add `--yes`"));
    }
    let is_other = server.zip(own.asked.as_ref()).is_some_and(|(server, own)| own.version != server);
    if is_other {
        let message = "the tables are those of another release than the server";
        found.push(fault(image, Level::Warning, message, "use the image of the server"));
    }
    Some(found)
}
