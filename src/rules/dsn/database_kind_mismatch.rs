//! `database-kind-mismatch`: a database address of another kind than the database of the same compose file.

use crate::deployment::neighbours::base_name;
use crate::diagnostic::{Effect, Level};
use crate::kratos::url;
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "database-kind-mismatch",
    aliases: &[],
    summary: "database address of another kind than the database of the compose file",
    category: "dsn",
    level: Level::Warning,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The migrations fail, and Kratos does not start. With `cockroach://` and PostgreSQL: `type "bytes" does not exist`. With
`postgres://` and CockroachDB: `target database or schema does not exist`. With MySQL and PostgreSQL neither understands the other.

## Why

The first word of the address chooses the driver and the migrations. CockroachDB speaks as PostgreSQL does, but has migrations
of its own.

## What to do

Begin the address with the word for the database: `postgres://`, `mysql://` or `cockroach://`.

Reported only where the host of the address is a service of the compose file that starts Kratos, with an image whose kind is
known by its name.

## Versions

All versions.

## Source

persistence/sql/migrations; `cockroach://` on PostgreSQL seen on v1.3.1 and v26.2.0; ory/kratos issue 3502.

## Examples

The rule needs a compose file that starts Kratos and a database.

```yaml good
dsn: postgres://kratos:word@postgres:5432/kratos?sslmode=disable
```
"#,
    check,
};

/// A kind of database.
struct Kind {
    name: &'static str,
    /// How its addresses begin.
    schemes: &'static [&'static str],
    /// Names of images of it.
    images: &'static [&'static str],
    /// How an address is written.
    form: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind {
        name: "PostgreSQL",
        schemes: &["postgres", "postgresql", "pgx"],
        images: &["postgres", "postgresql", "postgis", "timescaledb", "timescaledb-ha", "pgvector"],
        form: "postgres://user:password@host:5432/database",
    },
    Kind {
        name: "MySQL",
        schemes: &["mysql", "mariadb"],
        images: &["mysql", "mysql-server", "mariadb", "percona", "percona-server"],
        form: "mysql://user:password@tcp(host:3306)/database",
    },
    Kind {
        name: "CockroachDB",
        schemes: &["cockroach", "cockroachdb", "crdb"],
        images: &["cockroach"],
        form: "cockroach://user:password@host:26257/database",
    },
];

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("dsn").filter(|_| context.deployment.is_environment_known()) else { return };
    let Some((scheme, rest)) = view::text(node).and_then(|dsn| dsn.split_once("://")) else { return };
    let Some(kind) = KINDS.iter().find(|kind| kind.schemes.contains(&scheme)) else { return };
    let Some(host) = host(scheme, rest) else { return };
    let image = context.deployment.image_of(&host);
    let base = image.as_deref().and_then(base_name);
    let Some(runs) = base.and_then(|base| KINDS.iter().find(|kind| kind.images.contains(&base))) else { return };
    if runs.name != kind.name {
        let message =
            format!("Kratos does not start: the database is {}, this address is for {}", runs.name, kind.name);
        out.report(node, message)
            .help(format!("write `{}`", runs.form))
            .label_start(context.deployment, "the database is a service of this file");
    }
}

/// The name of the host in what follows the scheme.
fn host(scheme: &str, rest: &str) -> Option<String> {
    if let Some((_, address)) = rest.split_once("tcp(") {
        return Some(address.split([':', ')']).next()?.to_owned());
    }
    let address = format!("{scheme}://{rest}");
    Some(url::parse(&address).ok()?.hostname().to_owned())
}
