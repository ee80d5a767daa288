//! `database-file-not-shared`: a database file that two containers do not share.

use std::path::Path;

use crate::deployment::{Deployment, neighbours};
use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "database-file-not-shared",
    aliases: &[],
    summary: "database file that the containers of Kratos do not share",
    category: "dsn",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

The migration makes the tables in one file, and Kratos opens another one: every flow fails with "no such table". A courier of
its own sees no messages. In Ory's Helm chart a file without a volume is lost when the pod ends.

## Why

The path of `sqlite://` is a path inside each container. Two containers share the file only when the same volume is mounted at
its folder in both.

## What to do

Mount one volume at the folder of the file in all services with the image of Ory, or use a database server.

## Versions

All versions.

## Source

Docker volumes; ory/kratos issue 3997; ory/k8s issue 159 and the templates of the chart.

## Examples

The rule needs a compose file that starts Kratos, or values of Ory's chart.

```yaml good
dsn: sqlite:///var/lib/sqlite/db.sqlite?_fk=true
```
"#,
    check,
};

/// Whether the pods of Ory's chart use a file, and no volume holds it.
fn is_lost(deployment: &Deployment, file: &Path) -> bool {
    const GIVEN: [&str; 2] = ["deployment.environmentSecretsName", "deployment.extraEnv"];
    const MOUNTS: &str = "deployment.extraVolumeMounts";
    let mut given = GIVEN.iter().filter_map(|path| deployment.chart_value(path));
    // The address in a Secret of the project goes over that of the configuration.
    let is_given = given.any(|node| node.as_str().is_some() || node.items().len() > 0)
        || deployment.chart_value("secret.enabled").is_some_and(|node| !node.is_true())
        || deployment.chart_may_change(&["kratos.config.dsn", "secret", MOUNTS])
        || deployment.chart_may_change(&GIVEN);
    let mounts = deployment.chart_value(MOUNTS);
    let mut targets =
        mounts.into_iter().flat_map(Node::items).map(|mount| mount.get("mountPath").and_then(Node::as_str));
    // A mount whose path is not known may be the one.
    let may_be_mounted = mounts.is_some_and(|mounts| !mounts.is_sequence() && !mounts.is_null())
        || targets.any(|target| target.is_none_or(|target| file.starts_with(target) || target.contains("{{")));
    !is_given && !may_be_mounted
}

fn check(context: &Context, out: &mut Sink) {
    let deployment = context.deployment;
    let Some(node) = context.find("dsn") else { return };
    let Some(file) = view::text(node).and_then(|dsn| dsn.strip_prefix("sqlite://")) else { return };
    let file = file.split('?').next().filter(|file| file.starts_with('/'));
    let Some(folder) = file.and_then(|file| Path::new(file).parent()) else { return };
    if deployment.values.is_some() {
        if !context.has_chart_templates() && is_lost(deployment, Path::new(file.unwrap_or_default())) {
            out.report(
                node,
                "the database is lost at restart, and the courier sees another one: its file has no volume",
            )
            .help(format!("use a database server, or mount a volume at {} in all pods", folder.display()));
        }
        return;
    }
    if !deployment.is_environment_known() {
        return;
    }
    let known = deployment.starts.iter().all(|start| start.complete.files && !start.is_variant);
    let volumes = deployment.each_service(|service| volume(service, folder));
    let Some(first) = volumes.first().filter(|_| known && volumes.len() > 1) else { return };
    if !first.is_empty() && volumes.iter().all(|volume| volume == first) {
        return;
    }
    out.report(node, "every flow fails: the services of Kratos do not share the folder of this file")
        .help(format!("mount one volume at {} in all of them", folder.display()))
        .label_start(deployment, "Kratos starts here");
}

/// What a service of Kratos has at a folder, empty without a volume; none for other services.
fn volume(service: Node<'_>, folder: &Path) -> Option<String> {
    neighbours::image_of_ory(service)?;
    let volumes = service.select("volumes[]").into_iter().filter_map(neighbours::volume);
    let from = volumes.filter(|(_, target)| folder.starts_with(target)).map(|(from, _)| from.to_owned()).next();
    Some(from.unwrap_or_default())
}
