//! `kratos-lint deployment [PATH…]`: how the project starts the Kratos of each configuration.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{CLEAN, Failure, Outcome, TextFormat, check};
use crate::deployment::{Deployment, Fact, Here, Mount};
use crate::disk::Disk;
use crate::kratos::target::line_of;
use crate::output::Printer;
use crate::text::Place;
use crate::unit::Unit;

/// Show how the project starts the Kratos of each configuration, and where it says so.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configurations and folders; without any, all below the current folder
    paths: Vec<PathBuf>,
    /// Files are read only below this folder
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
    /// How to print it
    #[arg(short, long, value_enum, default_value = "text")]
    format: TextFormat,
}

/// Prints what was found for each configuration: image, flags, files, variables (names only), mounts, each with its place.
///
/// # Errors
/// When a path cannot be read.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let (units, project) = check::units_of(&args.paths, args.root.as_deref())?;
    let disk = project.disk();
    match args.format {
        TextFormat::Json => {
            let units: Vec<Value> = units.iter().map(|unit| json_of(unit, &project.deployment(unit), disk)).collect();
            out.json(&json!({"version": 1, "units": units}))?;
        }
        TextFormat::Text => {
            for unit in &units {
                out.block(&text_of(unit, &project.deployment(unit), disk))?;
            }
        }
    }
    if units.is_empty() {
        return Err(Failure("no Kratos configuration found".to_owned()));
    }
    Ok(CLEAN)
}

fn from<T>(fact: &Fact<T>) -> Option<String> {
    fact.place().map(line_of)
}

fn here(mount: &Mount, disk: &Disk) -> Option<String> {
    match &mount.here {
        Here::Path(path) => Some(disk.shown(path)),
        Here::Text(source) => Some(source.path().to_owned()),
        Here::Nothing | Here::Unknown => None,
    }
}

fn json_of(unit: &Unit, deployment: &Deployment, disk: &Disk) -> Value {
    let flag = |fact: &Fact<()>| json!({"state": fact.state(), "from": from(fact)});
    let image = deployment.image.known();
    let version = image.and_then(|image| image.asked).map(|asked| asked.version.name());
    let names = |known: bool| -> Vec<&str> {
        let variables = deployment.variables.iter().filter(|variable| variable.value.is_some() == known);
        variables.map(|variable| variable.name.as_str()).collect()
    };
    let mounts: Vec<Value> = deployment
        .mounts
        .iter()
        .map(|mount| json!({"here": here(mount, disk), "there": mount.there.to_string_lossy(), "from": line_of(&mount.place)}))
        .collect();
    let layers: Vec<String> = deployment.layers.iter().map(|path| disk.shown(path)).collect();
    json!({
        "file": unit.path(),
        "at": unit.at,
        "image": {
            "version": version,
            "name": image.map(|image| &image.name),
            "tag": image.map(|image| &image.tag),
            "state": deployment.image.state(),
            "from": from(&deployment.image),
        },
        "flags": {
            "dev": flag(&deployment.dev),
            "watch-courier": flag(&deployment.watch_courier),
            "sqa-opt-out": flag(&deployment.sqa_opt_out),
        },
        "courier": flag(&deployment.courier),
        "config": deployment.config,
        "environment": {"known": names(true), "named": names(false), "more": deployment.more_variables || !deployment.is_found()},
        "mounts": mounts,
        "layers": layers,
        "filled_in": deployment.is_filled_in,
        "starts": deployment.starts.iter().map(|start| line_of(&start.place)).collect::<Vec<_>>(),
    })
}

fn text_of(unit: &Unit, deployment: &Deployment, disk: &Disk) -> String {
    let mut text = format!("{}{}\n", unit.path(), unit.at);
    let mut line = |name: &str, value: &str, from: Option<String>| {
        let from = from.map(|from| format!("  ({from})")).unwrap_or_default();
        text.push_str(&format!("  {name:<12} {value}{from}\n"));
    };
    let starts: Vec<String> = deployment.starts.iter().map(|start| line_of(&start.place)).collect();
    line(
        "started by",
        &if starts.is_empty() { "not found in this project".to_owned() } else { starts.join(", ") },
        None,
    );
    match deployment.image.known() {
        Some(image) => line("image", &format!("{}:{}", image.name, image.tag), from(&deployment.image)),
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
    line(
        "files",
        &if deployment.config.is_empty() { "unknown".to_owned() } else { deployment.config.join(", ") },
        None,
    );
    for variable in &deployment.variables {
        let value = if variable.value.is_some() { "set" } else { "set, value unknown" };
        let place = Place::new(&variable.name_place.source, variable.name_place.span);
        line("variable", &format!("{} ({value})", variable.name), Some(line_of(&place)));
    }
    if deployment.more_variables || !deployment.is_found() {
        line("variables", "more may be set that this project does not show", None);
    }
    for mount in &deployment.mounts {
        let here = here(mount, disk).unwrap_or_else(|| "unknown".to_owned());
        line("mount", &format!("{here} at {}", mount.there.display()), Some(line_of(&mount.place)));
    }
    text
}
