//! The configurations of a run: the files that its paths name or hold, read some at a time, since a run may be over thousands.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::check_args::Args;
use super::terminal::note;
use super::{Failure, started};
use crate::check::UnitReport;
use crate::config::{self, Config};
use crate::deployment::Project;
use crate::discover;
use crate::disk::{Disk, Refusal, TOO_MANY, named, plain};
use crate::text::Source;
use crate::unit::Unit;

/// So many files are read and checked at a time.
const AT_ONCE: usize = 128;

/// Folders with data of tests and with documentation.
const DATA: [&str; 8] =
    ["testdata", "fixtures", "__fixtures__", "__tests__", "test-fixtures", "docs", "doc", "documentation"];

/// What files came to.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) units: Vec<Unit>,
    /// What is worth saying and no finding.
    pub(super) notes: Vec<String>,
    /// Files that seem to be configurations and cannot be read, with the reason.
    pub(super) unreadable: Vec<(String, String)>,
}

/// A file of a run.
enum Listed {
    /// It was met in a folder.
    Met(PathBuf),
    /// A path names it.
    Named(PathBuf),
    /// A path names it, and kratos-lint.toml ignores it.
    Ignored(PathBuf),
    /// Another kratos-lint.toml, below the folder of the run.
    OtherSettings(PathBuf),
}

/// The files of a run that may hold configurations.
pub(super) struct Files<'r> {
    config: &'r Config,
    project: &'r Project,
    /// The configurations that are no files of their own: standard input, layers.
    first: Vec<Unit>,
    listed: Vec<Listed>,
    /// The paths that were asked for.
    paths: HashSet<PathBuf>,
    /// Whether settings that are not used are named: when none are asked for.
    names_settings: bool,
}

impl<'r> Files<'r> {
    /// The files of the arguments, in their order.
    ///
    /// # Errors
    /// When a path leads nowhere, or outside.
    pub(super) fn of(args: &Args, config: &'r Config, project: &'r Project) -> Result<Files<'r>, Failure> {
        let disk = project.disk();
        let names_settings = args.config.is_none() && !args.no_config;
        let paths = asked(&args.paths, disk);
        let alone = |first| Files { config, project, first, listed: Vec::new(), paths: paths.clone(), names_settings };
        if !args.layers.is_empty() {
            let unit = discover::layered(&args.layers, disk).map_err(Failure)?;
            return Ok(alone(unit.into_iter().collect()));
        }
        if args.reads_stdin() {
            let text = named::text_of(io::stdin()).map_err(|why| Failure(format!("stdin: {why}")))?;
            let units = discover::named(&Source::new(args.name_of_stdin(), text));
            let others: Vec<PathBuf> = args.paths.iter().filter(|path| path.as_os_str() != "-").cloned().collect();
            let listed = if others.is_empty() { Vec::new() } else { listed(&others, config, project)? };
            return Ok(Files { listed, ..alone(units) });
        }
        Ok(Files { listed: listed(&args.paths, config, project)?, ..alone(Vec::new()) })
    }

    /// What the files hold, some files at a time.
    ///
    /// # Errors
    /// When a file that is named cannot be read.
    pub(super) fn gathered(&self) -> impl Iterator<Item = Result<Gathered, Failure>> {
        let first = Gathered { units: self.first.clone(), ..Gathered::default() };
        std::iter::once(Ok(first)).chain(self.listed.chunks(AT_ONCE).map(|files| self.read(files)))
    }

    fn read(&self, files: &[Listed]) -> Result<Gathered, Failure> {
        self.project.forget_deployments();
        let disk = self.project.disk();
        let met = |file: &Listed| match file {
            Listed::Met(path) => Some(discover::met(path, disk).map(|units| self.with_layer(path, units))),
            Listed::Named(_) | Listed::Ignored(_) | Listed::OtherSettings(_) => None,
        };
        // Named files alone are not worth the threads.
        let is_any_met = files.iter().any(|file| matches!(file, Listed::Met(_)));
        let met: Vec<Option<Result<Vec<Unit>, Refusal>>> =
            if is_any_met { files.par_iter().map(met).collect() } else { files.iter().map(|_| None).collect() };
        let mut gathered = Gathered::default();
        for (file, met) in files.iter().zip(met) {
            match (file, met) {
                (_, Some(Ok(units))) => gathered.units.extend(units),
                (Listed::Met(file), Some(Err(why))) if discover::seems_kratos(file, &why, disk) => {
                    gathered.unreadable.push((disk.shown(file), why.to_string()));
                }
                // Data in another encoding is no configuration, and nothing is to be done about it.
                (Listed::Met(_), Some(Err(Refusal::NotText(_) | Refusal::Wide))) => {}
                (Listed::Met(file), Some(Err(why))) => gathered.notes.push(format!("{}: {why}", disk.shown(file))),
                (Listed::Named(file), _) => {
                    let found = discover::file(file, disk).map_err(Failure)?;
                    gathered.units.extend(found.units);
                    gathered.notes.extend(found.notes);
                }
                (Listed::OtherSettings(file), _) => {
                    let why =
                        || disk.read(file).map_or_else(|why| why.to_string(), |_| "name its folder to use it".into());
                    let note = || format!("{} is not used: {}", disk.shown(file), why());
                    gathered.notes.extend(self.names_settings.then(note));
                }
                (Listed::Ignored(file) | Listed::Met(file), _) => {
                    gathered.notes.push(format!("{} is ignored by {}", file.display(), config::FILE_NAME));
                }
            }
        }
        let is_sample = |unit: &mut Unit| unit.is_listing && !self.project.deployment(unit).is_found();
        let why = "it lists all keys with samples, and no server is started with it: name it to check it";
        let samples = gathered.units.extract_if(.., is_sample);
        gathered.notes.extend(samples.map(|unit| format!("{}: {why}", unit.path())));
        self.leave_data(files, &mut gathered);
        Ok(gathered)
    }

    /// What a file holds; one that `layers` names is a part of a configuration, however little is in it.
    fn with_layer(&self, path: &Path, units: Vec<Unit>) -> Vec<Unit> {
        let disk = self.project.disk();
        if !units.is_empty() || self.config.layers_of(path, disk).is_none() {
            return units;
        }
        discover::file(path, disk).map(|found| found.units).unwrap_or_default()
    }

    /// Takes out data of tests and pieces of documentation where other files start the server, unless their folder was asked for.
    fn leave_data(&self, files: &[Listed], gathered: &mut Gathered) {
        let disk = self.project.disk();
        let is_data = |path: &Path| {
            let path = disk.absolute(path);
            let asked = path.ancestors().find(|folder| self.paths.contains(*folder));
            let below = asked.and_then(|asked| path.strip_prefix(asked).ok()?.parent());
            below.is_some_and(|folder| folder.iter().any(|name| DATA.iter().any(|data| name == *data)))
        };
        let met = files.iter().filter_map(|file| if let Listed::Met(path) = file { Some(path) } else { None });
        let data: HashSet<String> = met.filter(|path| is_data(path)).map(|path| disk.shown(path)).collect();
        if data.is_empty() {
            return;
        }
        let why = "it is data of tests or documentation, and no server is started with it: name it to check it";
        let is_left = |unit: &mut Unit| data.contains(unit.path()) && self.project.starts_only_others(unit);
        let left = gathered.units.extract_if(.., is_left);
        gathered.notes.extend(left.map(|unit| format!("{}: {why}", unit.path())));
    }

    /// What the walks through folders left out.
    pub(super) fn left_out(&self) -> Gathered {
        let disk = self.project.disk();
        let mut gathered = Gathered::default();
        for (path, why) in disk.left_out() {
            if why == TOO_MANY {
                gathered.unreadable.push((disk.shown(&path), why));
            } else {
                gathered.notes.push(format!("{}: {why}", disk.shown(&path)));
            }
        }
        gathered
    }

    /// The servers that get no file; `notes` are those about the files.
    pub(super) fn started(&self, args: &Args, notes: &mut Vec<String>) -> Vec<Unit> {
        let mut units = Vec::new();
        let is_alone = !args.layers.is_empty() || args.reads_stdin();
        if !args.no_config && !is_alone {
            started::add(&mut units, notes, &args.paths, self.config, self.project);
        }
        units
    }

    /// The real paths of the files that a report is about.
    pub(super) fn held_by(&self, report: &UnitReport) -> Vec<PathBuf> {
        let layers = report.laid.layers.iter().map(|layer| layer.source().path());
        layers.chain([report.file.as_str()]).map(|path| self.project.disk().real(Path::new(path))).collect()
    }

    /// What is said of files that servers are started with and that hold no configuration; `checked` are those that do.
    pub(super) fn unchecked(&self, args: &Args, checked: &HashSet<PathBuf>) -> impl Iterator<Item = String> {
        let is_alone = args.no_config || !args.layers.is_empty() || args.reads_stdin();
        let found = (!is_alone).then(|| started::unchecked(&args.paths, self.config, self.project, checked));
        found.into_iter().flatten()
    }

    /// Configurations with what the project lays over or under them; `done` are the layers of those before.
    pub(super) fn laid(&self, units: Vec<Unit>, done: &mut HashSet<Vec<PathBuf>>) -> Vec<Unit> {
        let mut units = self.config.laid_among(units, self.project, done);
        let layers = |unit: &Unit| unit.layers.iter().map(|layer| layer.source().path().to_owned()).collect::<Vec<_>>();
        let under: HashSet<String> = units.iter().flat_map(layers).collect();
        for unit in &mut units {
            unit.is_under = unit.layers.is_empty() && under.contains(unit.path());
        }
        units
    }
}

/// The paths as they are for all that compare them; none are the current folder.
fn asked(paths: &[PathBuf], disk: &Disk) -> HashSet<PathBuf> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    paths.iter().map(|path| plain(&disk.absolute(path))).collect()
}

/// The paths without those that name a file again.
fn once(paths: &[PathBuf], disk: &Disk) -> Vec<PathBuf> {
    let mut seen = HashSet::new();
    paths.iter().filter(|path| seen.insert(disk.real(path))).cloned().collect()
}

/// Says that a path is not there; a single word may be a command.
fn missing(path: &Path, disk: &Disk) -> Failure {
    let shown = path.to_string_lossy();
    if let Err(why) = disk.read(path)
        && why != Refusal::Missing
    {
        return Failure(format!("{shown}: {why}"));
    }
    let command = path.to_str().filter(|word| !word.contains(['.', '/', '\\'])).and_then(super::nearest_command);
    let command = command.filter(|command| *command != shown);
    let is_word = path.extension().is_none() && path.components().count() == 1;
    let what = if is_word {
        format!("no such file or command: `{shown}`")
    } else {
        format!("{shown}: no such file or folder")
    };
    let likely = command.map(|command| format!("`{command}`")).or_else(|| discover::likely(path, disk));
    Failure(likely.map_or_else(|| what.clone(), |likely| format!("{what}; did you mean {likely}?")))
}

/// The files of these paths, or below the current folder without any.
fn listed(paths: &[PathBuf], config: &Config, project: &Project) -> Result<Vec<Listed>, Failure> {
    let disk = project.disk();
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { here.to_vec() } else { once(paths, disk) };
    let mut listed = Vec::new();
    for path in paths {
        if disk.is_folder(&path) {
            if disk.is_outside(&path) {
                return Err(Failure(format!("{}: {}", path.display(), Refusal::Outside)));
            }
            bound_threads();
            // Kratos refuses files with other endings, whose configurations are worth a look all the more.
            let folder = disk.absolute(&path);
            let is_other = |file: &PathBuf| !discover::is_candidate(file) || Disk::is_foreign(file, &folder);
            let others: BTreeSet<PathBuf> = project.started_with(&path).into_iter().filter(is_other).collect();
            say_foreign(&path, &others, config, disk);
            let others = others.into_iter().map(|file| PathBuf::from(disk.shown(&file)));
            let files = discover::walk(&path, disk).into_iter().chain(others);
            let files = files.filter(|file| !config.is_ignored(file, disk));
            let own = config.folder().join(config::FILE_NAME);
            let is_other = |file: &Path| file.ends_with(config::FILE_NAME) && disk.real(file) != own;
            listed.extend(
                files.map(|file| if is_other(&file) { Listed::OtherSettings(file) } else { Listed::Met(file) }),
            );
        } else if config.is_ignored(&path, disk) {
            listed.push(Listed::Ignored(path));
        } else if disk.exists(&path) {
            listed.push(Listed::Named(path));
        } else {
            return Err(missing(&path, disk));
        }
    }
    Ok(listed)
}

/// Most files of installed packages that are looked through.
const MAX_FOREIGN: usize = 20_000;

/// Remembers the configurations that git tracks in folders of installed packages: they are not checked unless a server is started
/// with them, and a pull request may hide one there.
fn say_foreign(folder: &Path, started: &BTreeSet<PathBuf>, config: &Config, disk: &Disk) {
    let endings = ["yml", "yaml", "json", "toml"];
    let may_hold = |file: &PathBuf| {
        let ending = file.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        let is_one = ending.is_some_and(|ending| endings.iter().any(|known| ending == *known));
        is_one && !started.contains(file) && !config.is_ignored(file, disk)
    };
    let files: Vec<PathBuf> = disk.tracked_foreign(folder).into_iter().filter(may_hold).collect();
    if files.len() > MAX_FOREIGN {
        disk.leave_out(folder, format!("only {MAX_FOREIGN} of the files that git tracks in `node_modules` are read"));
    }
    for file in files.into_iter().take(MAX_FOREIGN) {
        if discover::met(&file, disk).is_ok_and(|units| !units.is_empty()) {
            disk.leave_out(&file, "it is not checked: it is among installed packages; name it to check it");
        }
    }
}

/// The kratos-lint.toml that is nearest above these paths, or that of the current folder or of one around it.
///
/// # Errors
/// When something is wrong in it.
pub(super) fn found_config(paths: &[PathBuf], disk: &Disk) -> Result<Config, Failure> {
    config::find(paths, disk).map_err(Failure)
}

/// All configurations of paths, or below the current folder, with their project; `say` gets the notes about the files.
///
/// # Errors
/// When a path cannot be read.
pub(super) fn units_of(
    paths: &[PathBuf],
    root: Option<&Path>,
    say: &dyn Fn(String),
) -> Result<(Vec<Unit>, Project), Failure> {
    units_with(paths, root, say, |_, _| {})
}

/// The same with the servers that get no file.
///
/// # Errors
/// When a path cannot be read.
pub(super) fn started_of(paths: &[PathBuf], root: Option<&Path>) -> Result<(Vec<Unit>, Project), Failure> {
    units_with(paths, root, &|text| note(text), |gathered, (config, project)| {
        started::add(&mut gathered.units, &mut gathered.notes, paths, config, project);
    })
}

fn units_with(
    paths: &[PathBuf],
    root: Option<&Path>,
    say: &dyn Fn(String),
    add: impl Fn(&mut Gathered, (&Config, &Project)),
) -> Result<(Vec<Unit>, Project), Failure> {
    let project = Project::of(Disk::of_run(paths, root));
    let config = found_config(paths, project.disk())?;
    let listed = listed(paths, &config, &project)?;
    let files = Files {
        config: &config,
        project: &project,
        first: Vec::new(),
        listed,
        paths: asked(paths, project.disk()),
        names_settings: false,
    };
    let mut all = Gathered::default();
    for gathered in files.gathered() {
        let gathered = gathered?;
        all.units.extend(gathered.units);
        all.notes.extend(gathered.notes);
    }
    all.notes.extend(files.left_out().notes);
    add(&mut all, (&config, &project));
    all.notes.into_iter().for_each(say);
    let units = files.laid(all.units, &mut HashSet::new());
    Ok((units, project))
}

/// Most threads that check units.
const MAX_THREADS: usize = 64;

/// One thread a core, whatever `RAYON_NUM_THREADS` says: each may have a child process for Jsonnet.
pub(super) fn bound_threads() {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    // The second call finds them there.
    // Without threads rayon works in this one, unless a pool was asked for.
    if !cfg!(target_os = "wasi") {
        _ = rayon::ThreadPoolBuilder::new().num_threads(cores.min(MAX_THREADS)).build_global();
    }
}
