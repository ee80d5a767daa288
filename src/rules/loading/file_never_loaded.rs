//! `file-never-loaded`: a configuration that the server sees and that its command line does not name.

use std::path::Path;

use crate::deployment::{By, Start};
use crate::diagnostic::{Effect, Level};
use crate::files::{Here, Mount};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::text::Place;
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "file-never-loaded",
    aliases: &[],
    summary: "mounted configuration that no `-c` names",
    category: "loading",
    level: Level::Warning,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Kratos starts without the file: it knows its variables and its defaults, and nothing that the file says.

## Why

There is no default path. The command of the image is `serve` alone, and a file is loaded only when `-c` (`--config`)
names it. A mount does not name it.

When `-c` names another file of the mounted folder, and the project has no file of that name, Kratos does not start:
unless something makes that file, it ends with "no such file or directory".

## What to do

Name the file: `command: serve -c /etc/config/kratos/kratos.yml`, with its path in the container.

## Versions

All versions.

## Source

.docker/Dockerfile-alpine and its siblings (`ENTRYPOINT ["kratos"]`, `CMD ["serve"]`), configx/helpers.go:
RegisterConfigFlags (no default), v0.7.0 to v26.2.0; ory/kratos issue 1619. Only services of compose files with the image
of Ory are checked, whose whole command is known, and only when no other start of the project loads the file. A Dockerfile
that copies the file and has no `CMD` is an info: who runs the image may give the command.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    let Some(root) = context.root().filter(|_| context.unit.at.is_empty() && context.unit.layers.is_empty()) else {
        return;
    };
    if let Some((start, missing)) = &context.deployment.misses {
        return report_missing(context, out, start, missing);
    }
    let starts = &context.deployment.starts;
    if !starts.iter().all(|start| start.by == By::Compose && start.is_without_file() || is_bare_image(start)) {
        return;
    }
    let Some((start, path)) = starts.iter().find_map(|start| Some((start, seen_at(context, start)?))) else { return };
    if start.by == By::Dockerfile {
        out.report_at(
            first_of(context, root),
            Some(root.pointer()),
            "Kratos never loads this file unless the command of the container has `-c`",
        )
        .level(Level::Info)
        .effect(Effect::Advice)
        .label(start.place.clone(), "this image is started without `-c`")
        .help(format!("add `CMD [\"serve\", \"-c\", \"{path}\"]` to the Dockerfile"));
        return;
    }
    out.report_at(
        first_of(context, root),
        Some(root.pointer()),
        "Kratos never loads this file: the server starts without `-c`",
    )
    .label(start.place.clone(), "this service is started without `-c`")
    .help(format!("add `-c {path}` to its command"));
}

/// The first key that is written in the file.
fn first_of(context: &Context, root: Node<'_>) -> Place {
    let mut written = root.fields().filter(|field| !context.is_from_environment(field.value));
    written.next().map_or_else(|| root.place(), |field| field.value.key_place())
}

/// The server sees the folder of this file, and loads another one that is not there.
fn report_missing(context: &Context, out: &mut Sink, start: &Start, missing: &Path) {
    let Some(root) = context.root() else { return };
    // What is filled in is made into another file.
    if root.descendants().into_iter().any(Node::is_unknown) {
        return;
    }
    let name = missing.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let own = context.unit.path().rsplit('/').next().unwrap_or_default();
    let place = start.place_of_command().unwrap_or(&start.place).clone();
    out.report_at(
        first_of(context, root),
        Some(root.pointer()),
        format!("Kratos does not start unless `{name}` exists: `-c` names it, not this file"),
    )
    .effect(Effect::Advice)
    .label(place, "this command names a file that the mounted folder does not have")
    .help(format!("name `{own}` in the command, or rename the file"));
}

/// Where a server sees the file of the unit, when that itself or its folder is mounted.
fn seen_at(context: &Context, start: &Start) -> Option<String> {
    let disk = context.settings.project.disk();
    let own = disk.real(Path::new(context.unit.path()));
    let there = |mount: &Mount| match &mount.here {
        Here::Path(here) if disk.real(here) == own => Some(mount.there.clone()),
        Here::Path(here) if Some(disk.real(here).as_path()) == own.parent() => Some(mount.there.join(own.file_name()?)),
        _ => None,
    };
    start.mounts.iter().find_map(there).map(|path| path.to_string_lossy().into_owned())
}

/// Whether it is built on the image of Ory without a command of its own in the Dockerfile, and then has `serve` alone. An image
/// that only takes the program is started in another way.
fn is_bare_image(start: &Start) -> bool {
    let is_command = |line: &str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        ["CMD", "ENTRYPOINT"].iter().any(|name| word.eq_ignore_ascii_case(name))
    };
    let lines = || start.place.source.text().lines();
    let is_from = |line: &&str| line.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("FROM"));
    let is_on_it = || lines().rfind(is_from).is_some_and(|line| line.contains("oryd/kratos"));
    let is_image = start.by == By::Dockerfile && start.is_of_ory() && !start.arguments.is_known();
    is_image && is_on_it() && !lines().any(is_command)
}
