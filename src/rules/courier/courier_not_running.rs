//! `courier-not-running`: no process sends the messages.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "courier-not-running",
    aliases: &[],
    summary: "no process sends the messages",
    category: "courier",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D185"],
    docs: r#"
## What happens

Messages of recovery and verification stay in the queue: the project starts Kratos without a courier.

## Why

`kratos serve` only queues mails and SMS. It sends them with `--watch-courier` (only a flag; there is no key and no
variable), or another process, `kratos courier watch`, sends them.

The rule is silent where no identity schema marks an address for these flows: nothing is queued there.

## What to do

Add `--watch-courier`, or a service that runs `kratos courier watch`.

## Versions

All versions.

## Source

cmd/daemon/serve.go:courierTask; seen on v1.0.0 to master.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let sends = |flow: &&str| {
        let is_on = |key: &str| root.find(&format!("selfservice.flows.{flow}.{key}")).filter(|node| node.is_true());
        is_on("enabled").filter(|_| has_addresses(context, flow) || is_on("notify_unknown_recipients").is_some())
    };
    let Some(enabled) = ["recovery", "verification"].iter().find_map(sends) else { return };
    let deployment = context.deployment;
    if !deployment.sends_messages().is_absent() {
        return;
    }
    if let Some(switch) = deployment.chart_value("courier.enabled") {
        let message = "messages of recovery and verification stay in the queue: the chart starts no courier";
        out.report_at(switch.place(), Some(enabled.pointer()), message)
            .label(enabled.place(), "switched on here")
            .help("set `courier.enabled: true` in the values of the chart, or add `--watch-courier` to `deployment.extraArgs`");
        return;
    }
    let Some(place) = deployment.starts.iter().find_map(|start| start.place_of_command()) else { return };
    let message = "messages of recovery and verification stay in the queue: Kratos runs without `--watch-courier`";
    out.report_at(place.clone(), Some(enabled.pointer()), message)
        .label(enabled.place(), "switched on here")
        .help("add `--watch-courier`, or a service that runs `kratos courier watch`");
}

/// Whether a trait may hold an address of a flow: without one it sends nothing.
fn has_addresses(context: &Context, flow: &str) -> bool {
    let Some(schemas) = context.identity_schema_roots() else { return true };
    schemas.iter().any(|schema| !identity::words(*schema, &format!("{flow}.via")).is_empty())
}
