//! `chart-value-refused`: a value of Ory's chart that Helm or Kubernetes refuses, or that means the reverse.

use crate::deployment::{Deployment, chart_values::Values};
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::{Node, Value};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "chart-value-refused",
    aliases: &[],
    summary: "value of the Helm chart that is refused, or means something else",
    category: "misc",
    level: Level::Error,
    effect: Effect::NoBoot,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

- `extraContainers` and `extraInitContainers` as a list: Helm ends with an error of the template.
- `extraEnv` as a map, and a value of `kratos.identitySchemas` that is a map instead of a text: Helm ends with an error of
  the template. So does `kratos.automigration: true`.
- `extraEnv` with a number or a boolean as `value`: Kubernetes refuses the manifest.
- `"false"` in quotes at a switch such as `kratos.development`: it is on.
- A secret with a comma or a double quote: the chart joins the list into one variable with commas, and Kratos splits it there.
- `{{ .Values… }}` in `dsn`, the secrets or `courier.smtp.connection_uri`: the chart does not fill in these three, and Kratos gets
  the braces.
- `secret.nameOverride` of a Secret of your own without `secret.enabled: false`: the chart makes a Secret of this name, without
  the database (warning).
- `kratos.autoMigrate` and other spellings: no migration runs, and Kratos is never ready in an empty database (warning).

## Why

The chart puts the first two keys through `tpl`, which takes text. A variable of a container is a text. For a template a text
is true unless it is empty. Since 0.24.0 the chart reads `kratos.automigration.enabled`.

## What to do

Write the containers and each identity schema as a block text (`|`), `extraEnv` as a list of `name` and `value`, quote the values of variables, write switches without quotes, and set
`kratos.automigration.enabled`.

## Versions

All versions. `autoMigrate` since v0.11.0, whose charts are newer than 0.24.0.

## Source

helm/charts/kratos of ory/k8s, v0.2.0 to v0.62.1, rendered; ory/k8s issues 320, 424, 432 and 475.

## Examples

The rule needs values of Ory's chart.

```yaml good
selfservice:
  default_browser_return_url: https://app.example.org/
```
"#,
    check,
};

/// Parts of the chart that start a container.
const PARTS: [&str; 4] = ["deployment", "statefulSet", "job", "cronjob.cleanup"];

/// Switches of the chart.
const SWITCHES: [&str; 8] = [
    "kratos.development",
    "kratos.automigration.enabled",
    "courier.enabled",
    "secret.enabled",
    "autoscaling.enabled",
    "ingress.public.enabled",
    "ingress.admin.enabled",
    "cleanup.enabled",
];

/// Spellings of the switch of migrations that the chart does not read.
const MIGRATIONS: [&str; 5] = ["autoMigrate", "automigrate", "autoMigration", "autoMigrations", "auto_migrate"];

/// Whether the chart runs migrations.
const MIGRATION: &str = "kratos.automigration.enabled";

fn check(context: &Context, out: &mut Sink) {
    let Some(values) = &context.deployment.values else { return };
    if context.has_chart_templates() {
        return;
    }
    for part in PARTS {
        containers(values, part, out);
    }
    for node in SWITCHES.iter().filter_map(|path| values.find(path)) {
        if matches!(node.as_str(), Some("false" | "no" | "off" | "0")) {
            let message = "this switch is on: the chart treats every text as true, also \"false\"";
            out.report_at(node.place(), Some(String::new()), message).effect(Effect::Advice).help("remove the quotes");
        }
    }
    shapes(values, out);
    moved(values, out);
    replaced_secret(context.deployment, out);
    let runs = context.deployment.chart_value(MIGRATION).is_some() || context.deployment.chart_may_change(&[MIGRATION]);
    let written = MIGRATIONS.iter().find_map(|key| values.find(&format!("kratos.{key}")));
    // Older charts read it: which one this is must be known.
    let is_known = context.deployment.image.is_known();
    if let Some(node) = written.filter(|node| is_known && node.is_true() && !runs && context.target >= Version::V0_11_0)
    {
        let message = "no migration runs: the chart reads `kratos.automigration.enabled`";
        out.report_at(node.key_place(), Some(String::new()), message)
            .level(Level::Warning)
            .effect(Effect::NoEffect)
            .help("write `automigration: {enabled: true}`");
    }
}

/// What a part of the chart starts beside Kratos, and its variables.
fn containers(values: &Values, part: &str, out: &mut Sink) {
    for key in ["extraContainers", "extraInitContainers"] {
        let list = values.find(&format!("{part}.{key}")).filter(|node| node.is_sequence() && node.items().len() > 0);
        if let Some(list) = list {
            let message = format!("Helm fails: the chart takes `{key}` as a text, this is a list");
            out.report_at(list.key_place(), Some(String::new()), message)
                .help(format!("write `{key}: |` and indent the list below it"));
        }
    }
    if let Some(map) =
        values.find(&format!("{part}.extraEnv")).filter(|node| node.is_mapping() && node.fields().next().is_some())
    {
        out.report_at(
            map.key_place(),
            Some(String::new()),
            "Helm fails: the chart takes `extraEnv` as a list, this is a map",
        )
        .help("write `- name: NAME` and `value: \"…\"` for each variable");
    }
    let variables = values.find(&format!("{part}.extraEnv")).into_iter().flat_map(Node::items);
    for value in variables.filter_map(|item| item.get("value")) {
        if matches!(value.value(), Value::Number(_) | Value::Bool(_)) {
            let message = "Kubernetes refuses this: the value of a variable must be a text";
            out.report_at(value.place(), Some(String::new()), message).help("put it in quotes");
        }
    }
}

/// Maps and switches where the chart takes a text or a map.
fn shapes(values: &Values, out: &mut Sink) {
    for schema in values.find("kratos.identitySchemas").into_iter().flat_map(Node::fields) {
        if schema.value.is_mapping() {
            let message = "Helm fails: the chart takes an identity schema as a text, this is a map";
            out.report_at(schema.value.key_place(), Some(String::new()), message)
                .help("write `|` after the name, and indent the JSON below it");
        }
    }
    if let Some(node) = values.find("kratos.automigration").filter(|node| matches!(node.value(), Value::Bool(_))) {
        out.report_at(node.place(), Some(String::new()), "Helm fails: `automigration` is a map in the chart")
            .help("write `automigration: {enabled: true}`");
    }
}

/// What the chart takes out of the configuration and gives to Kratos as variables.
fn moved(values: &Values, out: &mut Sink) {
    let lists =
        ["default", "cookie", "cipher"].iter().filter_map(|name| values.find(&format!("kratos.config.secrets.{name}")));
    let secrets: Vec<Node> = lists.flat_map(Node::items).collect();
    for secret in &secrets {
        let is_split = |text: &str| text.contains([',', '"']) && !text.contains("{{");
        if secret.as_str().is_some_and(is_split) {
            let message = "Kratos gets other secrets: the chart joins them with commas, and this has one or a quote";
            out.report_at(secret.place(), Some(String::new()), message).help("use letters and digits");
        }
    }
    let texts =
        ["kratos.config.dsn", "kratos.config.courier.smtp.connection_uri"].iter().filter_map(|path| values.find(path));
    for node in texts.chain(secrets.iter().copied()) {
        let is_template =
            |text: &str| [".Values", ".Release", ".Chart"].iter().any(|name| text.contains(&format!("{{{{ {name}")));
        if view::written(node).is_some_and(is_template) {
            let message = "Kratos gets these braces: the chart does not fill in `dsn`, secrets and `connection_uri`";
            out.report_at(node.place(), Some(String::new()), message)
                .level(Level::Warning)
                .help("write the value, or give it as a variable by `deployment.extraEnv`");
        }
    }
}

/// A Secret of the project that the chart makes anew: whoever keeps the database in values has none there.
fn replaced_secret(deployment: &Deployment, out: &mut Sink) {
    let Some(name) =
        deployment.chart_value("secret.nameOverride").filter(|node| node.as_str().is_some_and(|name| !name.is_empty()))
    else {
        return;
    };
    let others = ["secret", "kratos.config.dsn", "deployment.environmentSecretsName", "deployment.extraEnv"];
    if deployment.chart_may_change(&others) {
        return;
    }
    let is_made = deployment.chart_value("secret.enabled").is_none_or(Node::is_true);
    let gives = |path: &str| deployment.chart_values(path).iter().any(|node| !node.is_null());
    let by_list = deployment.chart_value("deployment.extraEnv").into_iter().flat_map(Node::items);
    let mut names = by_list.filter_map(|item| item.get("name").and_then(Node::as_str));
    let has_dsn = gives("kratos.config.dsn")
        || gives("deployment.environmentSecretsName")
        || names.any(|variable| variable == "DSN");
    if is_made && !has_dsn {
        let message = "the chart replaces the Secret of this name: it makes one unless `secret.enabled` is false";
        out.report_at(name.place(), Some(String::new()), message)
            .level(Level::Warning)
            .help("set `secret.enabled: false` to use a Secret of your own");
    }
}
