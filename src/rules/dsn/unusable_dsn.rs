//! `unusable-dsn`: a database address that Kratos cannot use.

use std::path::Path;

use crate::diagnostic::{Effect, Level};
use crate::kratos::env::Surprise;
use crate::kratos::url;
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unusable-dsn",
    aliases: &[],
    summary: "database address that Kratos cannot use",
    category: "dsn",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D029", "D031"],
    docs: r#"
## What happens

- Empty, or not an address at all: Kratos does not start, unless `DSN` in the environment replaces it (info). An
  empty `DSN` in a file of variables of the project is an info too: it is there to be filled in.
- An unknown scheme, or none (`host=db dbname=kratos`, `kratos@tcp(db:3306)/kratos`): v1.0.0 to v1.3.1 exit at once ("dsn value requested an unknown driver"); since v25.4.0
  Kratos warns and tries again for up to five minutes ("unsupported dialect") before it exits.
- `mariadb://` before v25.4.0, and `pgx://` in all releases, are such schemes.
- `mysql://user@host:3306/db`: the driver treats the address as the name of a kind of network.
- `sslmode=disabled` and other modes that PostgreSQL does not have: Kratos tries for five minutes, then exits.
- Parameters that begin with `&` instead of `?` (`/kratos&sslmode=disable`) are part of the name of the database, which does
  not exist.
- A password with `#`, `/`, `?` or `%` that is not escaped: the address ends at that character or cannot be parsed.

## Why

Kratos supports PostgreSQL, MySQL, CockroachDB and SQLite. The address of a MySQL server is in `tcp(…)`. The addresses of
PostgreSQL and CockroachDB are URLs: in user name and password such characters are escaped. MySQL takes them as they are.

## What to do

Write `sslmode=disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`.

Use `postgres://`, `mysql://`, `cockroach://` or `sqlite://`. For MySQL write
`mysql://user:password@tcp(host:3306)/database`. Write `#` as `%23`, `/` as `%2F`, `?` as `%3F` and `%` as `%25`.

## Versions

All versions. `sslmode`: since v0.10.1.

## Source

driver/config/config.go:DSN, driver/registry_default.go:Init, ory/pop connection_details.go:withURL,
dialect_postgresql.go:urlParserPostgreSQL, go-sql-driver/mysql dsn.go:ParseDSN; seen on v1.0.0 to master (MySQL and
passwords read). Parameters after `&`: pgconn ParseConfig and go-sql-driver ParseDSN, ran. `sslmode`: pgconn config.go:configTLS, seen on v1.3.1 and v26.2.0.

## Examples

```yaml bad
dsn: postgres://kratos@db:5432/kratos&sslmode=disable
```

```yaml bad
dsn: postgressql://kratos@db:5432/kratos
```

```yaml good
dsn: postgres://kratos@db:5432/kratos
```
"#,
    check,
};

/// Schemes that Kratos knows (ory/pop dialects, `registry_default.go`, `CanHandle`), all versions.
const SCHEMES: [&str; 8] = ["postgres", "postgresql", "mysql", "sqlite", "sqlite3", "cockroach", "cockroachdb", "crdb"];

/// What to write instead.
const SUPPORTED: &str = "use postgres://, mysql://, cockroach:// or sqlite://";

/// Whether Kratos opens a database by this scheme. Since v25.4.0 it asks ory/pop, which takes mariadb for mysql.
fn is_known(scheme: &str, target: Version) -> bool {
    SCHEMES.contains(&scheme) || (scheme == "mariadb" && target >= Version::V25_4)
}

/// Whether the server surely gets this value: nothing replaces what a variable says.
fn is_given(context: &Context, node: Node) -> bool {
    context.is_from_environment(node) && !is_form(context, node)
}

/// Whether a database driver would take this text, which has no scheme: `host=db dbname=kratos` (libpq) or
/// `kratos@tcp(db:3306)/kratos` (go-sql-driver). That is no placeholder.
fn is_of_driver(dsn: &str) -> bool {
    let has = |key: &str| dsn.split_whitespace().any(|word| word.strip_prefix(key).is_some_and(|rest| rest.len() > 1));
    dsn.contains("@tcp(") || (has("host=") && (has("dbname=") || has("user=")))
}

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("dsn") else { return };
    if node.as_str() == Some("") {
        if is_given(context, node) {
            out.report(node, "Kratos does not start: DSN is empty");
        } else {
            out.report(node, "Kratos does not start unless DSN is set: this is empty")
                .level(Level::Info)
                .effect(Effect::Advice)
                .help("set DSN in the environment");
        }
        return;
    }
    // Quotes that are part of a variable are what `variable-value-misread` reports.
    let hit = context.unit.environment.hit_at(&node.place());
    if hit.is_some_and(|hit| matches!(hit.surprise, Some(Surprise::Quoted))) {
        return;
    }
    let Some(dsn) = view::text(node).filter(|dsn| *dsn != "memory") else { return };
    match dsn.split_once("://") {
        Some(("mysql", rest)) if is_bare_mysql_address(rest) => {
            out.report(node, "Kratos does not start: the address of a MySQL server must be in `tcp(…)`")
                .help("write `mysql://user:password@tcp(host:3306)/database`");
        }
        Some((scheme, rest)) if is_known(scheme, context.target) => {
            if let Some(database) = swallowed_parameters(scheme, rest) {
                out.report(node, format!("Kratos does not start: it looks for a database named `{database}`"))
                    .help("write `?` before the first parameter");
            } else if let Some(why) = unreadable(scheme, dsn) {
                out.report(node, format!("Kratos does not start: it cannot read this address; {why}"))
                    .help("escape user name and password: `#` as %23, `/` as %2F, `?` as %3F, `%` as %25");
            } else if context.target >= Version::V0_10 && has_unknown_tls_mode(scheme, dsn) {
                out.report(node, "Kratos does not start: PostgreSQL has no such `sslmode`")
                    .help("write `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`");
            }
        }
        // An address with a host is meant; anything else is there for the environment to replace.
        Some((scheme, rest)) if rest.contains(['@', ':', '/']) => {
            let help = if scheme == "mariadb" { "write `mysql://`" } else { SUPPORTED };
            out.report(node, format!("Kratos does not start: it does not support the database `{scheme}`")).help(help);
        }
        _ => no_address(context, node, dsn, out),
    }
}

/// Reports a text that is no address.
fn no_address(context: &Context, node: Node, dsn: &str, out: &mut Sink) {
    if is_of_driver(dsn) || is_given(context, node) && !view::is_stand_in(dsn) {
        let help = if dsn.contains("@tcp(") { "write `mysql://` before it" } else { SUPPORTED };
        out.report(node, "Kratos does not start: this is not the address of a database").help(help);
    } else {
        out.report(node, "Kratos does not start unless DSN is set: this is not the address of a database")
            .level(Level::Info)
            .effect(Effect::Advice)
            .help(SUPPORTED);
    }
}

/// Why an address cannot be read that pop and pgx parse as a URL. Those of `MySQL` and `SQLite` have other forms.
fn unreadable(scheme: &str, dsn: &str) -> Option<String> {
    let is_url = matches!(scheme, "postgres" | "postgresql" | "cockroach" | "cockroachdb" | "crdb");
    let (_, rest) = dsn.split_once("://").filter(|_| is_url)?;
    let ends = rest.find(['/', '#', '?']).zip(rest.rfind('@')).filter(|(end, at)| end < at);
    match url::parse(dsn) {
        // The query of an address can hold an `@`.
        Ok(_) => ends
            .filter(|(end, at)| rest.get(*end..*at).is_some_and(|between| !between.contains('?')))
            .map(|_| "a `#` or `/` in the password ends it there".to_owned()),
        Err(_) if ends.is_some() => Some("a `#`, `/` or `?` in the password ends it there".to_owned()),
        Err(why) => Some(format!("it {why}")),
    }
}

/// Whether an address of `PostgreSQL` has one `sslmode`, and that is a word that pgx refuses. It takes an empty one.
fn has_unknown_tls_mode(scheme: &str, dsn: &str) -> bool {
    let is_read = matches!(scheme, "postgres" | "postgresql" | "cockroach");
    let query = dsn.split_once('?').map_or("", |(_, query)| query);
    let mut modes = query.split('&').filter_map(|pair| pair.strip_prefix("sslmode="));
    let (Some(mode), None) = (modes.next().filter(|_| is_read && !query.contains('@')), modes.next()) else {
        return false;
    };
    let is_word = !mode.is_empty() && mode.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    is_word && !["disable", "allow", "prefer", "require", "verify-ca", "verify-full"].contains(&mode)
}

/// Whether a value is in a file of variables that the project holds: what is empty there is filled in by whoever starts the
/// server. A file that is given as the environment is complete.
fn is_form(context: &Context, node: Node<'_>) -> bool {
    let place = node.place();
    let path = place.source.path();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_given = context.settings.env_files.iter().any(|file| Path::new(path).ends_with(file));
    let is_of_variables = matches!(name.rsplit_once('.'), Some((_, "env"))) || name.starts_with(".env");
    is_of_variables && !is_given
}

/// `user:password@host:3306/database`: the driver reads what is between the last `@` and the last `/` as
/// `network(address)`.
fn is_bare_mysql_address(rest: &str) -> bool {
    let Some((before, _)) = rest.split('?').next().and_then(|address| address.rsplit_once('/')) else { return false };
    let network = before.rsplit_once('@').map_or(before, |(_, network)| network);
    !network.is_empty() && !network.contains('(') && !matches!(network, "tcp" | "unix" | "tcp6" | "tcp4")
}

/// The name of a database that holds parameters, because they begin with `&` instead of `?`.
fn swallowed_parameters<'t>(scheme: &str, rest: &'t str) -> Option<&'t str> {
    const PARAMETERS: [&str; 6] =
        ["sslmode=", "parseTime=", "max_conns=", "max_idle_conns=", "max_conn_lifetime=", "sslrootcert="];
    let is_file = scheme.starts_with("sqlite");
    let (_, database) = rest.rsplit_once('/').filter(|_| !is_file && !rest.contains('?'))?;
    let (_, parameters) = database.split_once('&')?;
    PARAMETERS.iter().any(|name| parameters.starts_with(name)).then_some(database)
}
