//! `kratos-lint deployment [PATH…]`: how the project starts the Kratos of each configuration.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{CLEAN, Failure, Outcome, TextFormat, gather};
use crate::deployment::{Deployment, Fact};
use crate::disk::Disk;
use crate::kratos::secrets;
use crate::output::Printer;
use crate::output::deployment::{config, from, here, plain, there};
use crate::target::line_of;
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
    let (units, project) = gather::started_of(&args.paths, args.root.as_deref())?;
    let disk = project.disk();
    match args.format {
        TextFormat::Json => {
            let units: Vec<Value> = units.iter().map(|unit| json_of(unit, &project.deployment(unit), disk)).collect();
            out.json(&json!({"version": 1, "units": units}))?;
        }
        TextFormat::Text => {
            for unit in &units {
                let name = format!("{}{}", unit.path(), secrets::pointer(&unit.at));
                out.block(&plain(&name, &project.deployment(unit), disk))?;
            }
        }
    }
    if units.is_empty() {
        return Err(Failure("no Kratos configuration found".to_owned()));
    }
    Ok(CLEAN)
}

fn json_of(unit: &Unit, deployment: &Deployment, disk: &Disk) -> Value {
    let flag = |fact: &Fact<()>| json!({"state": fact.state(), "from": from(fact)});
    let image = deployment.image.known();
    let version = image.and_then(|image| image.asked).map(|asked| asked.version.name());
    let names = |known: bool| -> Vec<&str> {
        let variables = deployment.variables.iter().filter(|variable| variable.value.is_some() == known);
        variables.map(|variable| secrets::variable(&variable.name)).collect()
    };
    let mounts: Vec<Value> = deployment
        .mounts
        .iter()
        .map(|mount| json!({"here": here(mount, disk), "there": there(mount), "from": line_of(&mount.place)}))
        .collect();
    let layers: Vec<String> = deployment.layers.iter().map(|path| disk.shown(path)).collect();
    json!({
        "file": unit.path(),
        "at": secrets::pointer(&unit.at),
        "image": {
            "version": version,
            "name": image.map(|image| secrets::image(&image.name)),
            "tag": image.map(|image| secrets::tag(&image.tag)),
            "state": deployment.image.state(),
            "from": from(&deployment.image),
        },
        "flags": {
            "dev": flag(&deployment.dev),
            "watch-courier": flag(&deployment.watch_courier),
            "sqa-opt-out": flag(&deployment.sqa_opt_out),
        },
        "courier": flag(&deployment.courier),
        "config": config(deployment),
        "environment": {"known": names(true), "named": names(false), "more": deployment.more_variables || !deployment.is_found()},
        "mounts": mounts,
        "layers": layers,
        "filled_in": deployment.is_filled_in,
        "starts": deployment.starts.iter().map(|start| line_of(&start.place)).collect::<Vec<_>>(),
    })
}
