//! `database-login-mismatch`: a database address that does not fit the database of the same compose file.

use std::sync::Arc;

use crate::deployment::{Database, Start};
use crate::diagnostic::{Effect, Level};
use crate::kratos::url::{self, Url};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "database-login-mismatch",
    aliases: &[],
    summary: "database address that the database of the compose file refuses",
    category: "dsn",
    level: Level::Warning,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos does not start: it tries to connect for up to five minutes ("password authentication failed", "database does not
exist", "server refused TLS connection").

## Why

At its first start the image of the database makes one user and one database, those of its variables (`POSTGRES_USER`,
`POSTGRES_PASSWORD`, `POSTGRES_DB`). The address names others. The image of PostgreSQL has no TLS unless it is configured.

## What to do

Write the same names and the same password in both places, and `sslmode=disable` for a database without TLS.

Reported only for the images `postgres`, `mysql` and `mariadb` whose variables are in the compose file, without scripts in
`/docker-entrypoint-initdb.d` and without a command of their own.

## Versions

All versions.

## Source

docker-library/postgres and docker-library/mysql, `docker-entrypoint.sh`.

## Examples

The rule needs a compose file that starts Kratos and a database.

```yaml good
dsn: postgres://kratos:word@postgres:5432/kratos?sslmode=disable
```
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("dsn").filter(|_| context.deployment.is_environment_known()) else { return };
    let Some(url) = view::text(node).filter(|dsn| dsn.starts_with("postgres")).and_then(|dsn| url::parse(dsn).ok())
    else {
        return;
    };
    let is_made_later =
        |start: &Arc<Start>| ["createdb", "CREATE DATABASE"].iter().any(|word| start.place.source.holds(word));
    let Some(database) = context.deployment.database_of(url.hostname()) else { return };
    // Another service with these variables makes more in it.
    let users = |start: &Arc<Start>| start.place.source.text().matches("POSTGRES_USER").count();
    if context.deployment.starts.iter().any(|start| is_made_later(start) || users(start) > 1) {
        return;
    }
    let Some((what, help)) = mismatch(&url, &database) else { return };
    out.report(node, format!("Kratos does not start: {what}"))
        .help(help)
        .label_start(context.deployment, "the database is a service of this file");
}

/// What does not fit, and what to do.
fn mismatch(url: &Url<'_>, database: &Database) -> Option<(&'static str, &'static str)> {
    let (user, password) = match url.userinfo {
        Some(userinfo) => userinfo.split_once(':').map_or((userinfo, None), |(user, word)| (user, Some(word))),
        None => ("", None),
    };
    let plain = |text: &str| !text.contains('%');
    let made = database.user.as_deref().unwrap_or("postgres");
    let is_user = user == made;
    let name = url.path.trim_start_matches('/');
    let own = database.name.as_deref().unwrap_or(made);
    if !is_user && plain(user) && !user.is_empty() && user != "postgres" {
        return Some(("the database has no user of this name", "write the user of `POSTGRES_USER`"));
    }
    let word = database.password.as_deref().filter(|word| is_user && plain(word));
    if word.zip(password).is_some_and(|(word, given)| plain(given) && word != given) {
        return Some(("the database has another password", "write the password of `POSTGRES_PASSWORD`"));
    }
    if plain(name) && !name.is_empty() && name != own && !matches!(name, "postgres" | "template1") {
        return Some(("there is no database of this name", "write the name of `POSTGRES_DB`"));
    }
    let modes = ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"];
    let has_mode = url.query.is_some_and(|query| query.split('&').any(|pair| modes.contains(&pair)));
    has_mode.then_some(("the image of the database has no TLS", "write `sslmode=disable`"))
}
