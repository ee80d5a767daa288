//! One configuration, for the commands that take one: a file, layers, or the only one below the current folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use super::gather::{found_config, units_of};
use crate::deployment::Project;
use crate::discover;
use crate::disk::Disk;
use crate::kratos::env;
use crate::kratos::version::Version;
use crate::settings::Settings;
use crate::target::{Target, TargetSource};
use crate::unit::Unit;
use crate::yaml::FaultKind;

/// What commands about one configuration take: a file, or layers, and the environment.
#[derive(Debug, clap::Args)]
pub(super) struct One {
    /// The configuration; without it the only one below the current folder
    file: Option<PathBuf>,
    /// Files that Kratos gets with `-c`; each replaces keys of the files before it
    #[arg(short = 'c', long = "layer", value_name = "FILE", value_delimiter = ',', conflicts_with = "file")]
    layers: Vec<PathBuf>,
    /// File with the environment of Kratos (lines NAME=value)
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
}

impl One {
    /// The file that is named.
    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// One file alone.
    pub(super) fn of_file(file: &Path) -> One {
        One { file: Some(file.to_path_buf()), layers: Vec::new(), env_file: Vec::new() }
    }

    /// The configuration as the files have it.
    ///
    /// # Errors
    /// When a file cannot be read or holds none.
    pub(super) fn unit(&self) -> Result<Unit, Failure> {
        match &self.file {
            Some(file) => read(file),
            None if self.layers.is_empty() => only_unit(),
            None => discover::layered(&self.layers, &Disk::of_run(&self.layers, None))
                .map_err(Failure)?
                .ok_or_else(|| Failure("name a file or --layer".to_owned())),
        }
    }

    /// The same; where no file holds a configuration, the variables of the only server that gets none.
    ///
    /// # Errors
    /// When a file cannot be read, or there is neither.
    pub(super) fn server(&self) -> Result<Unit, Failure> {
        let found = self.unit();
        if found.is_ok() || !self.layers.is_empty() {
            return found;
        }
        let path = self.file.clone().unwrap_or_else(|| PathBuf::from("."));
        let project = Project::of(Disk::of_run(std::slice::from_ref(&path), None));
        let mut servers = project.by_environment(&path).into_iter();
        match (servers.next(), servers.next()) {
            (Some(only), None) => Ok(only),
            _ => found,
        }
    }

    /// The settings of a run over it.
    ///
    /// # Errors
    /// When the own configuration is wrong.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let named: Vec<PathBuf> = self.file.iter().chain(&self.layers).cloned().collect();
        self.settings_over(&named)
    }

    /// The settings of a run over other files. What kratos-lint.toml and comments silence is shown: a server does not read them.
    ///
    /// # Errors
    /// When the own configuration is wrong.
    pub(super) fn settings_over(&self, named: &[PathBuf]) -> Result<Settings, Failure> {
        let disk = Disk::of_run(named, None);
        let own = found_config(named, &disk)?.settings();
        let Settings { path_maps, given, secret_keys, .. } = own;
        let project = Arc::new(Project::of(disk));
        let env_files = self.env_file.clone();
        let keeps_silenced = true;
        Ok(Settings { env_files, keeps_silenced, secret_keys, path_maps, given, project, ..Settings::default() })
    }

    /// The configuration as a version sees it with the environment.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn seen(&self, unit: Unit, version: Version) -> Result<Unit, Failure> {
        let mut variables = Vec::new();
        for file in &self.env_file {
            variables.extend(env::of_env_file(&discover::read_named(file, &Disk::default()).map_err(Failure)?));
        }
        let variables = env::effective(variables);
        Ok(if variables.is_empty() { unit } else { unit.with_environment(&variables, version) })
    }
}

/// The only configuration below the current folder.
///
/// # Errors
/// When there is none, or more than one.
pub(super) fn only_unit() -> Result<Unit, Failure> {
    let (units, _) = units_of(&[], None, &|text| super::note(text))?;
    let names: Vec<String> = units.iter().map(|unit| unit.path().to_owned()).collect();
    let mut units = units.into_iter();
    match (units.next(), names.as_slice()) {
        (Some(only), [_]) => Ok(only),
        (None, _) => Err(Failure("no Kratos configuration found: name the file".to_owned())),
        (Some(_), names) => {
            Err(Failure(format!("there is more than one configuration, name one of {}", names.join(", "))))
        }
    }
}

/// Refuses a part of a configuration, for commands that are about a server.
///
/// # Errors
/// When the rest of it is in a project of Ory Network.
pub(super) fn whole(unit: Unit) -> Result<Unit, Failure> {
    if !unit.is_part() {
        return Ok(unit);
    }
    let what = "holds parts of a project of Ory Network, which has no releases to choose from";
    Err(Failure(format!("{} {what}: name a configuration", unit.path())))
}

/// Refuses a text of which parts are lost, for commands that are about all of it.
///
/// # Errors
/// Says what is wrong in the text, and where.
pub(super) fn readable(unit: &Unit) -> Result<(), Failure> {
    let is_lost = |kind| matches!(kind, FaultKind::Syntax | FaultKind::TabIndentation | FaultKind::Refused);
    let Some(fault) = unit.tree.faults().iter().find(|fault| is_lost(fault.kind)) else { return Ok(()) };
    let place = fault.place.in_file();
    let at = place.source.position(place.span.start);
    Err(Failure(format!("{}:{}:{}: {}", place.source.path(), at.line, at.column, fault.message)))
}

/// The first configuration of a file, for commands that take one.
///
/// # Errors
/// When the file cannot be read or holds none.
pub(super) fn read(path: &Path) -> Result<Unit, Failure> {
    let disk = Disk::of_run(&[path.to_path_buf()], None);
    let found = discover::file(path, &disk).map_err(Failure)?;
    found.units.into_iter().next().ok_or_else(|| Failure(discover::without(path)))
}

/// The target that a flag names; what is not known of it is noted.
///
/// # Errors
/// When it is no version.
pub(super) fn asked_for(text: &str) -> Result<Target, Failure> {
    let target = Target::parse(text, TargetSource::Flag).map_err(Failure)?;
    for note in &target.notes {
        super::terminal::note(note);
    }
    Ok(target)
}

/// The target of a flag that names one release, `network` or `oel`.
///
/// # Errors
/// When it is no version, or a range.
pub(super) fn one_release(text: &str) -> Result<Target, Failure> {
    let target = asked_for(text)?;
    match target.versions.as_slice() {
        [_] => Ok(target),
        _ => Err(Failure(format!("{text} is a range: give one release"))),
    }
}

/// The target of a command that takes one file: what was asked for, else what the file and its surroundings say.
///
/// # Errors
/// When what was asked for is no version.
pub(super) fn target_of(unit: &Unit, asked: Option<&str>) -> Result<Target, Failure> {
    match asked {
        Some(text) => asked_for(text),
        None => {
            let path = [PathBuf::from(unit.path())];
            let disk = Disk::of_run(&path, None);
            let own = found_config(&path, &disk)?;
            Ok(own.target_of(unit, &Project::of(disk), false))
        }
    }
}
