//! `chart-pod-lacks-variable`: a pod of the Helm chart without the database or the mail server.

use crate::deployment::Deployment;
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "chart-pod-lacks-variable",
    aliases: &[],
    summary: "pod of the Helm chart that gets no database or mail server",
    category: "misc",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

- The courier or the migration starts without `DSN`, or the courier without `COURIER_SMTP_CONNECTION_URI`, although
  `deployment.extraEnv` has it.
- A Secret of your own holds `smtpConnectionURI`, and no pod gets it: no mail is sent.

## Why

`statefulSet.extraEnv` (the courier), `job.extraEnv` and `deployment.automigration.extraEnv` (migrations) are used instead of
`deployment.extraEnv` as soon as they have an item: the lists are not merged. The chart hands `smtpConnectionURI` of a Secret to
Kratos only if `kratos.config.courier.smtp.connection_uri` holds a text.

## What to do

Repeat the variable in the list of the pod, or give it to all pods by `deployment.environmentSecretsName`. With a Secret of your
own write a stand-in such as `smtps://in-the-secret:465/` as `kratos.config.courier.smtp.connection_uri`.

## Versions

All versions.

## Source

helm/charts/kratos of ory/k8s: templates of the deployment, the courier and the job, v0.31.0 to v0.62.1, rendered.

## Examples

The rule needs values of Ory's chart.

```yaml good
selfservice:
  default_browser_return_url: https://app.example.org/
```
"#,
    check,
};

/// The courier's list of variables.
const COURIER: &str = "statefulSet.extraEnv";

/// Lists of variables that are used instead of that of the deployment, with the pod that has them.
const PODS: [(&str, &str); 3] = [
    (COURIER, "the courier"),
    ("job.extraEnv", "the migration"),
    ("deployment.automigration.extraEnv", "the migration"),
];

/// Whether the chart starts the pod of a list.
fn is_there(deployment: &Deployment, list: &str) -> bool {
    match list {
        COURIER => has_courier(deployment),
        "job.extraEnv" => migrates(deployment, "job"),
        _ => migrates(deployment, "initContainer"),
    }
}

fn has_courier(deployment: &Deployment) -> bool {
    deployment.chart_value("courier.enabled").is_none_or(Node::is_true)
}

/// Whether the chart runs migrations in this way; a job is its default.
fn migrates(deployment: &Deployment, way: &str) -> bool {
    let kind = deployment.chart_value("kratos.automigration.type").and_then(Node::as_str).unwrap_or("job");
    deployment.chart_value("kratos.automigration.enabled").is_some_and(Node::is_true) && kind == way
}

/// Whether a file of values gives the chart something at one of these paths.
fn is_set(deployment: &Deployment, paths: &[&str]) -> bool {
    paths.iter().any(|path| deployment.chart_values(path).iter().any(|node| !node.is_null()))
}

fn check(context: &Context, out: &mut Sink) {
    let deployment = context.deployment;
    let by_secret = ["deployment.environmentSecretsName", "statefulSet.environmentSecretsName"];
    if deployment.values.is_none() || context.has_chart_templates() || is_set(deployment, &by_secret) {
        return;
    }
    // What a command sets replaces what the files say.
    let told = ["deployment", "statefulSet", "job", "courier", "secret", "kratos.automigration"];
    let has_open = ["kratos.config.dsn", "kratos.config.courier"];
    if deployment.chart_may_change(&told) || deployment.chart_may_change(&has_open) {
        return;
    }
    let own_secret = deployment.chart_value("secret.enabled").filter(|node| node.as_bool() == Some(false));
    let has_address = is_set(deployment, &["kratos.config.courier.smtp.connection_uri"]);
    // The chart gives these to each pod itself.
    let has_dsn = is_set(deployment, &["kratos.config.dsn"])
        || (own_secret.is_some() && is_set(deployment, &["secret.nameOverride"]));
    let given = variables(deployment, "deployment.extraEnv");
    for (variable, _) in [("DSN", has_dsn), ("COURIER_SMTP_CONNECTION_URI", has_address)].iter().filter(|row| !row.1) {
        let Some(first) = named(&given, variable) else { continue };
        for (list, pod) in PODS {
            let own = variables(deployment, list);
            let needs = (*variable == "DSN" || list == COURIER) && is_there(deployment, list);
            let is_known = own.iter().all(|item| name_of(*item).is_some_and(|name| !name.contains("{{")));
            let lacks = needs && is_known && named(&own, variable).is_none();
            let Some(item) = own.first().filter(|_| lacks) else { continue };
            let place = item.parent().map_or_else(|| item.place(), Node::key_place);
            out.report_at(
                place,
                Some(String::new()),
                format!("{pod} starts without {variable}: this list replaces the other"),
            )
            .label(first.place(), "the deployment gets it here")
            .help(format!("repeat `{variable}` in `{list}`"));
        }
    }
    if let Some(switch) = own_secret.filter(|_| !has_address && has_courier(deployment) && sends(context)) {
        let lists = [COURIER, "deployment.extraEnv"].map(|list| variables(deployment, list));
        if lists.iter().all(|list| named(list, "COURIER_SMTP_CONNECTION_URI").is_none()) {
            let message = "no mail is sent: the chart gives no pod `smtpConnectionURI` of your Secret";
            out.report_at(switch.place(), Some(String::new()), message).help(
                "write a stand-in such as `smtps://in-the-secret:465/` as `kratos.config.courier.smtp.connection_uri`",
            );
        }
    }
}

/// Whether a flow is on that sends mails to a mail server.
fn sends(context: &Context) -> bool {
    let by_http = context.find("courier.delivery_strategy").is_some_and(|node| node.as_str() != Some("smtp"));
    let flows = ["selfservice.flows.recovery.enabled", "selfservice.flows.verification.enabled"];
    !by_http && flows.iter().any(|path| context.find(path).is_some_and(Node::is_true))
}

/// The items of a list of variables.
fn variables<'d>(deployment: &'d Deployment, list: &str) -> Vec<Node<'d>> {
    deployment.chart_value(list).into_iter().flat_map(Node::items).collect()
}

fn named<'v>(items: &[Node<'v>], variable: &str) -> Option<Node<'v>> {
    items.iter().copied().find(|item| name_of(*item) == Some(variable))
}

fn name_of(item: Node<'_>) -> Option<&str> {
    item.get("name").and_then(Node::as_str)
}
