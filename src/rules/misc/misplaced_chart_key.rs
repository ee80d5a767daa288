//! `misplaced-chart-key`: a key of Kratos beside `kratos.config` in the values of Ory's chart.

use crate::deployment::helm;
use crate::diagnostic::{Effect, Level};
use crate::kratos::schema;
use crate::kratos::version::{Version, Versions};
use crate::rule::{Context, Rule, Sink};
use crate::yaml::{self, Node};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "misplaced-chart-key",
    aliases: &[],
    summary: "key of Kratos outside `kratos.config` in values of the Helm chart",
    category: "misc",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Ory's Helm chart gives Kratos what is below `kratos.config` in its values and nothing else. A key such as `session` or
`selfservice` at the top of the values, or directly below `kratos`, has no effect: no template of the chart reads it, and Helm prints nothing.
Schemas and templates in `identitySchemas` and `emailTemplates` at the top of the values become no file.
Of `kratos.config.secrets` the chart takes `default`, `cookie` and `cipher`, and drops every other key.

## Why

The chart has its own keys at these places (`image`, `service`, `deployment`, `courier.enabled`).

## What to do

Move the key into `kratos.config`. Where `Chart.yaml` beside the values has Ory's chart as a dependency, all of its values belong
below the name of the dependency: `kratos.kratos.config`, or `ALIAS.kratos.config`. Charts with their own templates beside the values are not checked.

## Versions

All releases of the chart.

## Source

helm/charts/kratos/templates of ory/k8s, v0.2.0 to v0.62.1: `_helpers.tpl`, `kratos.configmap` reads `.Values.kratos.config` without `secrets`; the
Secret of the chart gets the three lists.

## Examples

Right is `kratos: {config: {session: {lifespan: 1h}}}`; `session: {lifespan: 1h}` beside `kratos` has no effect.
"#,
    check,
};

/// Keys of Kratos that the chart does not have at the top or below `kratos`.
const KEYS: [&str; 11] = [
    "serve",
    "secrets",
    "session",
    "selfservice",
    "identity",
    "cookies",
    "courier",
    "hashers",
    "ciphers",
    "log",
    "oauth2_provider",
];

fn check(context: &Context, out: &mut Sink) {
    if context.has_chart_templates() {
        return;
    }
    let Some(values) = &context.deployment.values else { return check_beside(context, out) };
    let disk = context.files.disk();
    if let Some(name) = values.dependency(disk)
        && let Some(config) = values.find("kratos.config")
        && values.find(&format!("{name}.kratos")).is_none()
    {
        let message =
            format!("`kratos.config` has no effect here: the chart is the dependency `{name}` of another one");
        let help = format!("move it to `{name}.kratos.config`");
        out.report_at(config.key_place(), Some(String::new()), message).help(help);
    }
    let secrets = values.find("kratos.config.secrets").into_iter().flat_map(Node::fields);
    let secrets = secrets.map(|field| (field, format!("/secrets/{}", field.key)));
    for (field, pointer) in secrets.filter(|(_, pointer)| helm::is_dropped(pointer)) {
        let message =
            format!("`secrets.{}` has no effect: the chart takes only `default`, `cookie` and `cipher`", field.key);
        let help = "move it out of `secrets`, or give it as a variable in `deployment.extraEnv`";
        out.report_at(field.value.key_place(), Some(pointer), message).help(help);
    }
    let below = values.find("kratos").into_iter().flat_map(Node::fields).filter(|field| field.key != "config");
    for field in values.root().into_iter().flat_map(Node::fields).filter(|field| OWN.contains(&field.key)) {
        let message = format!("`{0}` has no effect here: the chart reads `kratos.{0}`", field.key);
        out.report_at(field.value.key_place(), Some(String::new()), message).help("move it below `kratos`");
    }
    for field in values.root().into_iter().flat_map(Node::fields).chain(below) {
        if !is_of_kratos(field.key, field.value, context.target) {
            continue;
        }
        let message =
            format!("`{}` has no effect here: the chart gives Kratos only what is in `kratos.config`", field.key);
        let help = if field.key == "config" { "move what is in it" } else { "move it" };
        out.report_at(field.value.key_place(), Some(String::new()), message)
            .help(format!("{help} into `kratos.config`"));
    }
}

/// Keys that only Ory's chart has, below `kratos`.
const OWN: [&str; 2] = ["identitySchemas", "emailTemplates"];

/// Keys of Ory's chart below `kratos` that no other chart has together with a configuration beside it.
const BELOW: [&str; 3] = ["automigration", "identitySchemas", "emailTemplates"];

/// The whole configuration at the top of the values, whose `kratos` has other keys of the chart.
fn check_beside(context: &Context, out: &mut Sink) {
    let Some(config) = context.root().filter(|_| context.unit.at == "/config") else { return };
    let whole = yaml::whole(&config.place().source);
    let Some(root) = whole.root() else { return };
    let has = |key: &str| root.find(&format!("kratos.{key}")).is_some();
    if !BELOW.iter().any(|key| has(key)) || has("config") {
        return;
    }
    let Some(own) = root.get("config") else { return };
    let message = "`config` has no effect here: the chart gives Kratos only what is in `kratos.config`";
    out.report_at(own.key_place(), Some(String::new()), message).help("move what is in it into `kratos.config`");
}

/// Whether an entry beside `kratos.config` is meant for Kratos.
fn is_of_kratos(key: &str, value: Node<'_>, target: Version) -> bool {
    let has = |path: String| schema::lookup(&path, target).is_some();
    match key {
        "dsn" => value.as_str().is_some_and(|dsn| dsn.contains("://") || dsn == "memory"),
        "config" => value.fields().any(|inner| KEYS.contains(&inner.key) && inner.value.is_mapping()),
        _ => KEYS.contains(&key) && value.fields().any(|inner| has(format!("{key}.{}", inner.key))),
    }
}
