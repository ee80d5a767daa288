//! `migration-missing`: a database of its own, and nothing that makes its tables.

use crate::deployment::By;
use crate::diagnostic::{Effect, Level};
use crate::kratos::called;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "migration-missing",
    aliases: &[],
    summary: "compose file starts a database and runs no migration",
    category: "dsn",
    level: Level::Info,
    effect: Effect::Advice,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

With an empty database Kratos is never ready (`/health/ready` answers 503), and every flow fails because a table is missing.

## Why

`kratos serve` makes no tables, except with `dsn: memory`. `kratos migrate sql` makes them, before the first start and after
each update.

## What to do

Add a service that runs `migrate sql -e --yes`, and let Kratos wait for it (`depends_on` with
`condition: service_completed_successfully`).

Reported when the database is a service of the same compose file and the word `migrate` is not in that file.

## Versions

All versions.

## Source

driver/registry_default.go:Init, cmd/clidoc migrate sql; ory/kratos issue 3997.

## Examples

The rule needs a compose file that starts Kratos and a database.

```yaml good
dsn: postgres://kratos@db.example.org:5432/kratos
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let deployment = context.deployment;
    let Some(root) = context.root().filter(|_| !context.is_filled_in()) else { return };
    let migrates = |word: &'static str| deployment.starts.iter().any(|start| start.place.source.holds(word));
    let is_compose = deployment.starts.iter().all(|start| start.by == By::Compose && start.complete.services);
    if !deployment.is_found() || !is_compose || migrates("migrate") || migrates("migration") {
        return;
    }
    let Some(dsn) = called::addresses(root).into_iter().find(called::Address::is_database) else { return };
    let Some((host, _)) = dsn.host().filter(|(host, _)| deployment.database_of(host).is_some()) else { return };
    out.report(dsn.node, format!("nothing here makes the tables in `{host}`: no service runs `kratos migrate sql`"))
        .label_start(deployment, "Kratos starts here")
        .help("add a service that runs `migrate sql -e --yes`");
}
