//! `file-not-in-container`: a file that nothing brings into the container of Kratos.

use std::path::Path;
use std::sync::Arc;

use crate::deployment::{By, Start};
use crate::diagnostic::{Effect, Level};
use crate::files::{FoundFile, FoundFolder, Here, Mount};
use crate::kratos::version::Versions;
use crate::kratos::view;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "file-not-in-container",
    aliases: &[],
    summary: "file that the container of Kratos does not have",
    category: "loading",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["D097"],
    docs: r#"
## What happens

Kratos does not start ("no such file or directory") when an identity schema or a certificate is missing. A mapper, the
body of a web_hook or a message template is opened when it is needed: then that request fails. Without the folder of
`courier.template_override_path` it sends its own texts.

## Why

The compose file, or the command `docker run`, starts the image of Ory and mounts the configuration at one path. This address names another path, at
which nothing is mounted.

Ory's Helm chart puts each entry of `kratos.identitySchemas` into `/etc/config` under its key. There is no folder
`/etc/config/kratos`, and a schema of another name is not there.

## What to do

Write the path at which the folder is mounted, or mount it where the address says.

Reported only for files that the project holds, and where the compose file says everything: the image of Ory as it is, no
`build`, no variables in the mounts, no second file with the same service. A relative path is a note: it is relative to the
working folder of the container, `/home/ory` in most builds. Values of the chart are checked only without
`extraVolumes`; mappers and bodies are a note there.

## Versions

All versions.

## Source

ory/x fetcher and httploader (read); seen on v1.3.1 for identity schemas; ory/docs issue 1303; ory/k8s issues 166 and 206.

## Examples

The rule needs a compose file that starts Kratos.

```yaml good
identity:
  schemas:
    - id: default
      url: file:///etc/config/kratos/identity.schema.json
```
"#,
    check,
};

/// Addresses of files, what happens without them, and whether that is at the start.
const FILES: [(&str, &str, bool); 10] = [
    ("identity.schemas[].url", "Kratos does not start", true),
    ("serve.public.tls.cert.path", "Kratos does not start", true),
    ("serve.public.tls.key.path", "Kratos does not start", true),
    ("serve.admin.tls.cert.path", "Kratos does not start", true),
    ("serve.admin.tls.key.path", "Kratos does not start", true),
    ("selfservice.methods.oidc.config.providers[].mapper_url", "each sign-in fails", false),
    ("session.whoami.tokenizer.templates.*.jwks_url", "each call fails", false),
    ("session.whoami.tokenizer.templates.*.claims_mapper_url", "each call fails", false),
    ("courier.templates", "this message fails", false),
    ("courier.template_override_path", "Kratos sends its own texts", false),
];

fn check(context: &Context, out: &mut Sink) {
    if context.deployment.values.is_some() {
        return check_chart(context, out);
    }
    let starts = &context.deployment.starts;
    let is_known = |start: &Start| start.complete.files && !start.is_variant && start.is_of_ory();
    check_configuration(context, out);
    // The start must be that of this file, as it is.
    let is_text = |start: &Start| {
        let mut files = start.configurations().into_iter().flatten();
        files.any(|file| matches!(start.resolve(file), Here::Text(source) if source.path() == context.unit.path()))
    };
    let is_whole = !context.deployment.layers.is_empty() && !context.is_filled_in();
    let is_entry = !context.deployment.is_filled_in && starts.iter().all(|start| is_text(start));
    if starts.is_empty() || !(is_whole || is_entry) {
        return;
    }
    let Some(root) = context.root().filter(|_| starts.iter().all(|start| is_known(start))) else { return };
    let named = FILES.iter().flat_map(|(path, what, is_start)| {
        let nodes = root.select(path).into_iter().flat_map(Node::descendants);
        nodes.map(move |node| (node, *what, *is_start))
    });
    let bodies = bodies(root).map(|node| (node, "each call fails", false));
    for (node, what, is_start) in named.chain(bodies) {
        let Some(text) = view::text(node).filter(|text| text.starts_with("file://") || is_path(node, text)) else {
            continue;
        };
        let lacks = |start: &Start| if is_folder(node) { start.lacks_folder(text) } else { start.lacks(text) };
        let Some(start) = starts.iter().find(|start| lacks(start)) else { continue };
        // A file that the project does not hold may be put there in a way that it does not show.
        let is_here = if is_folder(node) {
            matches!(context.files.find_folder(text), FoundFolder::Likely(_))
        } else {
            matches!(context.files.find(text), FoundFile::Text(_))
        };
        if !is_here && !is_elsewhere(start, text) {
            continue;
        }
        let effect = match (is_start, is_folder(node)) {
            (true, _) => Effect::NoBoot,
            (_, true) => Effect::NoEffect,
            _ => Effect::RequestFails,
        };
        let report = out.report(node, format!("{what}: nothing is mounted at this path in the container of Kratos"));
        let mut report = report.effect(effect).help(help(start, node));
        // Builds of the image differ in their working folder.
        if !text.trim_start_matches("file://").starts_with('/') {
            report = report.level(Level::Info).effect(Effect::Advice);
        }
        _ = report.label(start.place.clone(), "Kratos starts in a container here");
    }
}

/// The documents of calls.
fn bodies(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    view::request_configs(root).into_iter().filter_map(|config| config.get("body"))
}

/// The configuration itself, under the name that the command gives.
fn check_configuration(context: &Context, out: &mut Sink) {
    let is_plain = |start: &&Arc<Start>| start.by == By::Compose && !start.is_variant && start.is_of_ory();
    let own = context.files.disk().absolute(Path::new(context.unit.path()));
    // It is mounted, at another path.
    let sees = |start: &&Arc<Start>| {
        start.mounts.iter().any(|mount| matches!(&mount.here, Here::Path(here) if own.starts_with(here)))
    };
    for start in context.deployment.starts.iter().filter(is_plain).filter(sees) {
        let Some(path) = start.configurations().into_iter().flatten().find(|path| start.lacks(path)) else { continue };
        let (Some(place), Some(root)) = (start.place_of_command(), context.root()) else { continue };
        let name = path.rsplit('/').next().unwrap_or(path);
        out.report_at(
            place.clone(),
            Some(root.pointer()),
            "Kratos does not start: nothing is mounted at the path of `-c`",
        )
        .effect(Effect::NoBoot)
        .help(format!("mount the folder of `{name}` there, or change the path of `-c`"));
    }
}

/// Whether a file of this name is mounted in another folder.
fn is_elsewhere(start: &Start, text: &str) -> bool {
    let name = text.rsplit('/').next().unwrap_or(text);
    let is_same = |mount: &Mount| mount.there.file_name().is_some_and(|own| own == name);
    start.mounts.iter().any(|mount| is_same(mount) && !matches!(mount.here, Here::Nothing))
}

/// Files that Ory's chart does not put into its folder: it brings `kratos.identitySchemas`, each under its key.
fn check_chart(context: &Context, out: &mut Sink) {
    let is_known = |start: &Start| start.by == By::Helm && start.complete.files;
    let Some(start) = context.deployment.starts.first().filter(|start| is_known(start)) else { return };
    let documents = ["identity.schemas[].url", "selfservice.methods.oidc.config.providers[].mapper_url"];
    let bodies = context.root().into_iter().flat_map(bodies);
    for node in documents.iter().flat_map(|path| context.select(path)).chain(bodies) {
        let Some(path) = view::text(node).and_then(|text| text.strip_prefix("file:///etc/config/")) else { continue };
        if !start.lacks(&format!("/etc/config/{path}")) {
            continue;
        }
        let names = start.mounts.iter().filter_map(|mount| mount.there.file_name()?.to_str());
        let names: Vec<String> = names.take(3).map(|name| format!("`file:///etc/config/{name}`")).collect();
        let is_schema = node.key() == Some("url");
        let what = if is_schema { "Kratos does not start" } else { "each use fails" };
        let report = out
            .report(node, format!("{what}: `kratos.identitySchemas` has no file of this name"))
            .help(format!("write {}, or add the file to `kratos.identitySchemas`", names.join(" or ")));
        _ = if is_schema { report.effect(Effect::NoBoot) } else { report.level(Level::Info) };
    }
}

/// Whether a value is a path by itself, not an address.
fn is_path(node: Node<'_>, text: &str) -> bool {
    (node.key() == Some("path") || is_folder(node)) && text.starts_with('/')
}

/// Whether a value is the path of a folder.
fn is_folder(node: Node<'_>) -> bool {
    node.key() == Some("template_override_path")
}

/// What can be done, with the folder that is mounted.
fn help(start: &Start, node: Node<'_>) -> String {
    let configuration = start.configurations().into_iter().flatten().next().and_then(|path| path.rsplit_once('/'));
    let scheme = if is_folder(node) { "" } else { "file://" };
    let folder = configuration.map_or_else(String::new, |(folder, _)| format!(": `{scheme}{folder}/…`"));
    let what = if is_folder(node) { "the folder" } else { "the folder of the file" };
    format!("write the path of a mounted folder{folder}, or mount {what} there")
}
