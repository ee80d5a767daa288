//! How a project starts Kratos, for users.

use crate::deployment::{Deployment, Extent, Fact, Image};
use crate::disk::Disk;
use crate::files::{Here, Mount};
use crate::kratos::secrets;
use crate::target::line_of;
use crate::text::Place;

/// Where a fact is written.
pub(crate) fn from<T>(fact: &Fact<T>) -> Option<String> {
    fact.place().map(line_of)
}

/// What of the project is mounted.
pub(crate) fn here(mount: &Mount, disk: &Disk) -> Option<String> {
    match &mount.here {
        // What is there has the name of a file; what is not may be anything.
        Here::Path(path) if disk.holds(path) => Some(disk.shown(path)),
        Here::Path(path) => Some(secrets::path(&disk.shown(path))),
        Here::Text(source) => Some(source.path().to_owned()),
        Here::Nothing | Here::Unknown => None,
    }
}

/// Where the server sees it.
pub(crate) fn there(mount: &Mount) -> String {
    secrets::path(&mount.there.to_string_lossy())
}

/// The files of `-c` as the command line names them.
pub(crate) fn config(deployment: &Deployment) -> Vec<String> {
    deployment.config.iter().map(|path| secrets::path(path)).collect()
}

fn image_shown(image: &Image) -> String {
    let mark = if image.is_by_digest() { '@' } else { ':' };
    format!("{}{mark}{}", secrets::image(&image.name), secrets::tag(&image.tag))
}

/// The facts of a deployment in lines: names of variables, never their values.
pub(crate) fn plain(name: &str, deployment: &Deployment, disk: &Disk) -> String {
    let mut text = format!("{name}\n");
    let mut line = |name: &str, value: &str, from: Option<String>| {
        let from = from.map(|from| format!("  ({from})")).unwrap_or_default();
        text.push_str(&format!("  {name:<15} {value}{from}\n"));
    };
    let starts: Vec<String> = deployment.starts.iter().map(|start| line_of(&start.place)).collect();
    let started = if deployment.extent == Extent::GivenUp {
        format!("unknown: {}", crate::deployment::too_much())
    } else if starts.is_empty() {
        "not found in this project".to_owned()
    } else {
        starts.join(", ")
    };
    line("started by", &started, None);
    match deployment.image.known() {
        Some(image) => line("image", &image_shown(image), from(&deployment.image)),
        None => line("image", deployment.image.state(), None),
    }
    for (name, fact) in [
        ("--dev", &deployment.dev),
        ("--watch-courier", &deployment.watch_courier),
        ("courier watch", &deployment.courier),
    ] {
        line(
            name,
            if fact.is_known() {
                "yes"
            } else if fact.is_absent() {
                "no"
            } else {
                "unknown"
            },
            from(fact),
        );
    }
    let without = deployment.starts.first().is_some_and(|start| start.is_without_file());
    let files = match deployment.config.as_slice() {
        [] if without => "none: variables are all of the configuration".to_owned(),
        [] => "unknown".to_owned(),
        _ => config(deployment).join(", "),
    };
    line("files", &files, None);
    for variable in deployment.variables.iter() {
        let value = if variable.value.is_some() { "set" } else { "set, value unknown" };
        let place = Place::new(&variable.name_place.source, variable.name_place.span);
        line("variable", &format!("{} ({value})", secrets::variable(&variable.name)), Some(line_of(&place)));
    }
    if deployment.more_variables || !deployment.is_found() {
        line("variables", "more may be set that this project does not show", None);
    }
    for mount in deployment.mounts.iter() {
        let here = here(mount, disk).unwrap_or_else(|| "unknown".to_owned());
        line("mount", &format!("{here} at {}", there(mount)), Some(line_of(&mount.place)));
    }
    text
}
