//! `courier-not-running`: nobody who sends the messages.

use crate::diagnostic::{Effect, Level};
use crate::files::Found;
use crate::kratos::env::COMPOSE;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::{self, Format, Node};

/// The rule.
pub const RULE: Rule = Rule {
    name: "courier-not-running",
    aliases: &[],
    summary: "nobody who sends the messages",
    category: "courier",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D185"],
    docs: r#"
`kratos serve` only queues mails and SMS. They are sent by it with `--watch-courier` (the flag alone: neither file nor
environment can say so), or by a process of its own, `kratos courier watch`. A compose file beside the configuration
starts Kratos without either, while recovery or verification is on.

Source: cmd/daemon/serve.go:courierTask; seen on v1.0.0 to master.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root() else { return };
    let switches = ["recovery", "verification"].map(|name| root.find(&format!("selfservice.flows.{name}.enabled")));
    let Some(enabled) = switches.into_iter().flatten().find(|node| node.is_true()) else { return };
    for source in COMPOSE.iter().filter_map(|name| match context.files.find(name) {
        Found::Text(source) => Some(source),
        _ => None,
    }) {
        // Whoever sends may be started elsewhere in the file, in any way.
        if source.text().contains("watch-courier")
            || source.text().contains("courier") && source.text().contains("watch")
        {
            continue;
        }
        let tree = yaml::parse(&source, Format::Yaml);
        let Some(services) = tree.root().and_then(|root| root.get("services")) else { continue };
        for service in services.fields().map(|field| field.value) {
            let image = service.get("image").and_then(Node::as_str).unwrap_or_default();
            let Some(command) = service.get("command").filter(|_| image.contains("oryd/kratos:")) else { continue };
            if serves(command) {
                let message =
                    "messages of recovery and verification stay queued: Kratos is started without --watch-courier";
                out.report_at(command.place(), Some(enabled.pointer()), message)
                    .label(enabled.place(), "switched on here")
                    .help("add --watch-courier, or a service that runs `kratos courier watch`");
            }
        }
    }
}

/// Whether a command, as text or as list, is `serve`.
fn serves(command: Node) -> bool {
    let is_serve = |text: &str| text.split_whitespace().any(|word| word == "serve");
    command.as_str().is_some_and(is_serve) || command.items().any(|item| item.as_str().is_some_and(is_serve))
}
