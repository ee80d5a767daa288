//! `database-parameters`: database parameters that do something else.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "database-parameters",
    aliases: &[],
    summary: "database parameters that do something else",
    category: "dsn",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D030", "D032", "D033", "D034"],
    docs: r#"
- `max_conns`, `max_idle_conns`, `max_conn_lifetime` and `max_conn_idle_time` that cannot be read: the default is used,
  with a warning in the log.
- `pool_min_conns` since v26.2.0: the open build refuses to start, whatever the database (sqlite seen).
- `memory`: SQLite in memory, made anew at each start; all identities are lost when the process ends (info).
- mysql: `multiStatements` and `parseTime` are added by Kratos, there is no need to write them.

Source: oryx/sqlcon/parse_opts.go, driver/registry_default.go:Init; seen on v1.0.0 to master.

```yaml bad
dsn: postgres://kratos@db:5432/kratos?max_conns=many
```

```yaml good
dsn: postgres://kratos@db:5432/kratos?max_conns=20&max_conn_lifetime=10m
```
"#,
    check,
};

/// Parameters that Kratos takes out of the DSN, and whether they are durations.
const PARAMETERS: [(&str, bool); 4] =
    [("max_conns", false), ("max_idle_conns", false), ("max_conn_lifetime", true), ("max_conn_idle_time", true)];

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("dsn") else { return };
    let Some(dsn) = view::text(node) else { return };
    if dsn == "memory" && !context.root().is_some_and(view::is_local) {
        out.report(node, "all identities are lost when the process ends: the database lies in memory")
            .level(Level::Info)
            .effect(Effect::Advice)
            .help("give a database by DSN in the environment");
    }
    let query = dsn.split_once('?').map_or("", |(_, query)| query);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let known = PARAMETERS.iter().find(|(known, _)| *known == name);
        let readable = known.is_none_or(|(_, is_duration)| {
            if *is_duration {
                view::seconds(value.trim_start_matches('-')).is_some()
            } else {
                value.parse::<i64>().is_ok()
            }
        });
        if !readable {
            out.report(node, format!("the default is used: `{name}` cannot be read")).help(format!(
                "write a {}",
                if known.is_some_and(|known| known.1) { "duration, `10m` say" } else { "number" }
            ));
        }
        if name == "pool_min_conns" && context.target >= Version::V26_2 && dsn.starts_with("sqlite") {
            out.report(node, "Kratos does not start: the open build refuses `pool_min_conns`")
                .level(Level::Error)
                .effect(Effect::NoBoot)
                .help("leave it out");
        }
    }
}
