//! `database-parameter-ignored`: database parameters that do something else.

use crate::deployment::neighbours;
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::text::Place;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "database-parameter-ignored",
    aliases: &["database-parameters"],
    summary: "database parameters that Kratos ignores or refuses",
    category: "dsn",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D030", "D032", "D033", "D034"],
    docs: r#"
## What happens

- `max_conns`, `max_idle_conns`, `max_conn_lifetime` and `max_conn_idle_time` that cannot be read: Kratos uses the
  default, with a warning in the log.
- `pool_min_conns` since v26.2.0: the open source build does not start, whatever the database (seen with sqlite).
- `memory`: SQLite in memory. All identities are lost at restart (info). Before v0.10 each connection has a database of
  its own. In Ory's Helm chart the courier runs in another pod and sees none of the messages (warning). With
  more than one replica (`replicaCount`, `deploy.replicas`, `scale`) each one has its own users and sessions, and requests fail
  whenever they reach another one (warning).

## Why

Kratos takes these parameters out of the address before it connects. It adds `multiStatements` and `parseTime` for
MySQL itself.

## What to do

Correct the parameter, or remove it. Give a real database by `DSN` in the environment.

## Versions

All versions.

## Source

oryx/sqlcon/parse_opts.go, driver/registry_default.go:Init; seen on v1.0.0 to master.

## Examples

```yaml bad
dsn: postgres://kratos@db:5432/kratos?max_conns=many
```

```yaml good
dsn: postgres://kratos@db:5432/kratos?max_conns=20&max_conn_lifetime=10m
```
"#,
    check,
};

/// Whether Ory's chart runs the courier in a pod of its own, and there are messages to send.
fn is_apart(context: &Context) -> bool {
    const SENDERS: [&str; 3] = [
        "selfservice.flows.recovery.enabled",
        "selfservice.flows.verification.enabled",
        "selfservice.methods.code.passwordless_enabled",
    ];
    let deployment = context.deployment;
    deployment.values.is_some()
        && deployment.courier.is_known()
        && deployment.watch_courier.is_absent()
        && SENDERS.iter().any(|path| context.find(path).is_some_and(Node::is_true))
}

/// Where more than one Kratos is started.
fn replicas(context: &Context) -> Option<Place> {
    let many = |node: Node<'_>| node.as_f64().is_some_and(|count| count > 1.0).then(|| node.place());
    let deployment = context.deployment;
    if deployment.values.is_some() {
        if deployment.chart_may_change(&["autoscaling", "replicaCount"]) {
            return None;
        }
        let scaled = deployment.chart_value("autoscaling.enabled").filter(|node| node.is_true()).map(Node::place);
        return deployment.chart_value("replicaCount").and_then(many).or(scaled);
    }
    let places = deployment.each_service(|service| {
        neighbours::image_of_ory(service)?;
        ["deploy.replicas", "scale"].iter().find_map(|path| service.find(path)).and_then(many)
    });
    places.into_iter().next()
}

/// Parameters that Kratos takes out of the DSN, and whether they are durations.
const PARAMETERS: [(&str, bool); 4] =
    [("max_conns", false), ("max_idle_conns", false), ("max_conn_lifetime", true), ("max_conn_idle_time", true)];

fn check(context: &Context, out: &mut Sink) {
    let Some(node) = context.find("dsn") else { return };
    let Some(dsn) = view::text(node) else { return };
    if dsn == "memory" && context.target < Version::V0_10 {
        out.report(node, "each connection has a database of its own: with `memory` only one sees the tables")
            .level(Level::Info)
            .effect(Effect::RequestFails)
            .help("write `sqlite://file::memory:?_fk=true&cache=shared`");
    } else if dsn == "memory" && is_apart(context) {
        out.report(node, "no mail is sent: with `memory` the courier has a database of its own in another pod")
            .effect(Effect::RequestFails)
            .help("give a database by DSN in the environment");
    } else if let Some(place) = replicas(context).filter(|_| dsn == "memory") {
        out.report(node, "requests fail at random: with `memory` each replica has a database of its own")
            .effect(Effect::RequestFails)
            .label(place, "more than one replica is set here")
            .help("give a database by DSN in the environment");
    } else if dsn == "memory" && !context.is_local() {
        out.report(node, "all identities are lost at restart: `dsn` is `memory`")
            .level(Level::Info)
            .effect(Effect::Advice)
            .help("give a database by DSN in the environment")
            .development("database in memory");
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
            out.report(node, format!("Kratos uses the default: it cannot read `{name}`")).help(format!(
                "write a {}",
                if known.is_some_and(|known| known.1) { "duration, for example `10m`" } else { "number" }
            ));
        }
        if name == "pool_min_conns" && context.target >= Version::V26_2 && dsn.starts_with("sqlite") {
            out.report(node, "Kratos does not start: the open source build refuses `pool_min_conns`")
                .level(Level::Error)
                .effect(Effect::NoBoot)
                .help("remove it");
        }
    }
}
