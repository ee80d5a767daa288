//! `misplaced-chart-key`: a key of Kratos beside `kratos.config` in the values of Ory's chart.

use std::path::Path;

use crate::deployment::helm;
use crate::diagnostic::{Effect, Level};
use crate::kratos::schema;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
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
const KEYS: [&str; 9] =
    ["serve", "secrets", "session", "selfservice", "identity", "cookies", "hashers", "ciphers", "oauth2_provider"];

fn check(context: &Context, out: &mut Sink) {
    let Some(values) = &context.deployment.values else { return };
    let beside = Path::new(context.unit.path()).with_file_name("templates");
    let disk = context.files.disk();
    if !disk.list(&disk.absolute(&beside)).is_empty() {
        return;
    }
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
    let tops = [values.root(), values.find("kratos")];
    for field in tops.into_iter().flatten().flat_map(Node::fields) {
        let of_kratos = |inner: &str| schema::lookup(&format!("{}.{inner}", field.key), context.target).is_some();
        if !KEYS.contains(&field.key) || !field.value.fields().any(|inner| of_kratos(inner.key)) {
            continue;
        }
        let message =
            format!("`{}` has no effect here: the chart gives Kratos only what is in `kratos.config`", field.key);
        out.report_at(field.value.key_place(), Some(String::new()), message).help("move it into `kratos.config`");
    }
}
