//! What the user configured: `kratos-lint.toml` and the command line.

mod ignores;
mod schema;

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;

use crate::deployment::{Deployment, Project};
use crate::diagnostic::Level;
use crate::discover;
use crate::disk::Disk;
use crate::kratos::env::Variable;
use crate::kratos::secrets;
use crate::rules;
use crate::settings::{Ignores, Settings, matches};
use crate::target::{self, Target, TargetSource};
use crate::text::{Place, Source, Span};
use crate::unit::Unit;
pub use schema::schema;

/// The name of the file.
pub(crate) const FILE_NAME: &str = "kratos-lint.toml";

/// The file as it is written. Unknown keys are refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Written {
    kratos: Option<String>,
    rules: std::collections::BTreeMap<String, String>,
    exclude: Vec<String>,
    ignore: Vec<toml::Spanned<toml::Value>>,
    secret_keys: Vec<String>,
    critical_hooks: Vec<String>,
    allowed_endpoints: Vec<String>,
    path_maps: std::collections::BTreeMap<String, String>,
    given: Vec<toml::Spanned<String>>,
    root: Option<PathBuf>,
    baseline: Option<PathBuf>,
    layers: Vec<Vec<String>>,
    overrides: Vec<Override>,
}

/// What differs for some paths.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Override {
    paths: Vec<String>,
    kratos: Option<String>,
    rules: std::collections::BTreeMap<String, String>,
}

/// Paths, and the target and levels that hold for them.
type OfPaths = (Gitignore, Option<Target>, Vec<(String, Option<Level>)>);

/// A configuration as the chart gives it to Kratos, when one does.
fn in_chart(unit: Unit, deployment: &Deployment, project: &Project) -> Unit {
    if !deployment.is_of_chart() {
        return unit;
    }
    let around = deployment.around.of_configuration();
    let unit = if around.under.is_none() { project.without_replaced(unit) } else { unit };
    unit.in_chart(around)
}

/// `kratos-lint.toml`, checked.
#[derive(Clone, Debug, Default)]
pub struct Config {
    settings: Settings,
    target: Option<Target>,
    /// Whether the patterns of files are written as `ignore`.
    ignores_files: bool,
    ignored: Option<Gitignore>,
    overrides: Vec<OfPaths>,
    /// Files that Kratos gets together with `-c`, each list in its order; later entries may be patterns.
    layers: Vec<Vec<(String, Gitignore)>>,
    /// All of their patterns as one: most files of a project are in no list.
    layered: Option<Gitignore>,
    /// The file with known findings.
    baseline: Option<PathBuf>,
    /// The file as it is shown; none when there is none.
    name: Option<String>,
    /// The folder of the file, out of all links: patterns are relative to it.
    folder: PathBuf,
}

impl Config {
    /// Refuses what a file that was found, not named, must not do: lead out of its project.
    fn narrow(&mut self, disk: &Disk) -> Result<(), String> {
        let root = disk.root_of(&self.folder);
        let leaves = |path: &Path| !disk.real(path).starts_with(&root);
        let folders = self.settings.root.iter().chain(self.settings.path_maps.iter().map(|(_, here)| here));
        match folders.chain(&self.baseline).find(|path| leaves(path)) {
            Some(path) => Err(format!(
                "`{}` is outside of the project; name the file with --config, or the folder with --root, to allow it",
                secrets::path(&path.to_string_lossy())
            )),
            None => Ok(()),
        }
    }

    /// The units with what the project lays over or under them: files of later `-c` on their base, values over those of the
    /// chart's folder.
    #[must_use]
    pub(crate) fn laid(&self, units: Vec<Unit>, project: &Project) -> Vec<Unit> {
        self.laid_among(units, project, &mut HashSet::new())
    }

    /// The same for some of the units of a run, with the lists of layers that are done.
    #[must_use]
    pub(crate) fn laid_among(
        &self,
        units: Vec<Unit>,
        project: &Project,
        done: &mut HashSet<Vec<PathBuf>>,
    ) -> Vec<Unit> {
        let disk = project.disk();
        let real = |unit: &Unit| disk.real(Path::new(unit.path()));
        let text_of = |path: &Path| discover::read(Path::new(&disk.shown(path)), disk).ok();
        let mut found = Vec::new();
        for unit in units {
            let deployment = project.deployment(&unit);
            let written = self.layers_of(Path::new(unit.path()), disk);
            let layers = written.unwrap_or_else(|| deployment.layers.iter().map(|path| disk.real(path)).collect());
            let own = real(&unit);
            if layers.len() < 2 || !layers.contains(&own) || !unit.at.is_empty() {
                if let Some((names, texts)) = deployment.texts_over(&unit, &text_of) {
                    if done.insert(names) {
                        found.push(discover::layered_texts(&texts, &unit.at).unwrap_or(unit));
                    }
                    continue;
                }
                found.push(in_chart(unit, &deployment, project));
                continue;
            }
            // Several files may be laid over one base, each in a server of its own.
            if done.contains(&layers) {
                continue;
            }
            let shown: Vec<PathBuf> = layers.iter().map(|path| PathBuf::from(disk.shown(path))).collect();
            done.insert(layers);
            found.push(discover::layered(&shown, disk).ok().flatten().unwrap_or(unit));
        }
        found
    }

    /// The files that a file is laid over or under, in their order, when `layers` names it; absolute.
    #[must_use]
    pub(crate) fn layers_of(&self, path: &Path, disk: &Disk) -> Option<Vec<PathBuf>> {
        if !self.layered.as_ref().is_some_and(|all| self.matches(all, path, disk)) {
            return None;
        }
        let real = disk.real(path);
        self.layers.iter().find_map(|list| {
            let own = list.iter().position(|(_, globs)| self.matches(globs, path, disk))?;
            let file = |(index, (name, _)): (usize, &(String, Gitignore))| {
                let named = || disk.real(&self.folder.join(name));
                // Patterns name alternatives: only the one at hand is meant.
                if index == own { Some(real.clone()) } else { (!is_pattern(name)).then(named) }
            };
            let files: Vec<PathBuf> =
                list.iter().enumerate().filter_map(file).filter(|file| disk.holds_file(file)).collect();
            (files.len() > 1).then_some(files)
        })
    }

    /// What `layers` names and what is not there, as notes.
    #[must_use]
    pub(crate) fn missing_layers(&self, disk: &Disk) -> Vec<String> {
        let names = self.layers.iter().flatten().map(|(name, _)| name);
        let is_missing = |name: &&String| !is_pattern(name) && !disk.holds_file(&self.folder.join(name));
        let missing: std::collections::BTreeSet<&String> = names.filter(is_missing).collect();
        let note = |name: &String| format!("{FILE_NAME}: `layers` names {}, which is not there", secrets::path(name));
        missing.into_iter().map(note).collect()
    }

    /// How many patterns of files are left out.
    #[must_use]
    pub(crate) fn ignored_patterns(&self) -> u64 {
        self.ignored.as_ref().map_or(0, Gitignore::num_ignores)
    }

    /// The settings that hold everywhere.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings.clone()
    }

    /// The levels that the file gives to rules, for all files and for some.
    pub(crate) fn levels(&self) -> impl Iterator<Item = &(String, Option<Level>)> {
        self.settings.levels.iter().chain(self.overrides.iter().flat_map(|(_, _, levels)| levels))
    }

    /// The file with known findings, when the file names one.
    #[must_use]
    pub(crate) fn baseline(&self) -> Option<&Path> {
        self.baseline.as_deref()
    }

    /// The file as it is shown.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(FILE_NAME)
    }

    /// Whether there is a file.
    #[must_use]
    pub(crate) fn is_read(&self) -> bool {
        self.name.is_some()
    }

    /// The folder below which files may be read, when the file names one.
    pub(crate) fn root(&self) -> Option<&Path> {
        self.settings.root.as_deref()
    }

    /// Whether the file is to be left out.
    #[must_use]
    pub(crate) fn is_ignored(&self, path: &Path, disk: &Disk) -> bool {
        self.ignored.as_ref().is_some_and(|globs| self.matches(globs, path, disk))
    }

    /// Whether the patterns of files are written as `ignore = […]`, beside which no table `[[ignore]]` can be.
    #[must_use]
    pub(crate) fn ignores_files(&self) -> bool {
        self.ignores_files
    }

    /// The folder of the file.
    #[must_use]
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn matches(&self, globs: &Gitignore, path: &Path, disk: &Disk) -> bool {
        matches(&self.folder, globs, path, disk)
    }

    /// The settings for one unit: those of `overrides` that match its path come last.
    #[must_use]
    pub fn for_unit(&self, unit: &Unit, settings: &Settings) -> Settings {
        let mut settings = settings.clone();
        let of_path = self
            .overrides
            .iter()
            .filter(|(globs, ..)| self.matches(globs, Path::new(unit.path()), settings.project.disk()));
        let own: Vec<_> = of_path.flat_map(|(_, _, levels)| levels.clone()).collect();
        // The command line yields to both.
        settings.levels.splice(0..0, own);
        settings
    }

    /// The target of a unit: an override, the file's own, else what its surroundings say, unless it is to be seen alone.
    #[must_use]
    pub(crate) fn target_of(&self, unit: &Unit, project: &Project, is_alone: bool) -> Target {
        let is_meant = |globs: &Gitignore| self.matches(globs, Path::new(unit.path()), project.disk());
        let mut of_path = self.overrides.iter().rev().filter(|(globs, ..)| is_meant(globs));
        let own = of_path.find_map(|(_, target, _)| target.clone()).or_else(|| self.target.clone());
        let from = self.name.clone().filter(|name| name != FILE_NAME);
        own.map_or_else(|| target::detect(unit, project, is_alone), |own| Target { from, ..own })
    }
}

/// The nearest file above all of these paths, up to the root of their project; without paths, or where there is none, that in the
/// current folder or the nearest around it.
///
/// # Errors
/// Says what is wrong in the file and where.
pub fn find(paths: &[PathBuf], disk: &Disk) -> Result<Config, String> {
    let here = disk.real(Path::new("."));
    let around = || here.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| disk.is_file(path));
    let Some(path) = above(paths, disk).or_else(around) else { return Ok(Config::default()) };
    let mut config = read(&path, disk)?;
    config.narrow(disk).map_err(|why| format!("{}: {why}", disk.shown(&path)))?;
    Ok(config)
}

/// The nearest file above a folder that an editor opened, up to the root of its project.
///
/// # Errors
/// Those of [`find`].
pub(crate) fn of_folder(folder: &Path, disk: &Disk) -> Result<Config, String> {
    if above(&[folder.to_path_buf()], disk).is_none() {
        return Ok(Config::default());
    }
    find(&[folder.to_path_buf()], disk)
}

/// The nearest file above all of these paths, up to the root of their project.
#[must_use]
pub(crate) fn above(paths: &[PathBuf], disk: &Disk) -> Option<PathBuf> {
    let folder_of = |path: &PathBuf| {
        let real = disk.real(path);
        if disk.is_folder(&real) { real } else { real.parent().map(Path::to_path_buf).unwrap_or_default() }
    };
    let mut folders = paths.iter().map(folder_of);
    let first = folders.next()?;
    let shared = folders.fold(first, |shared, folder| {
        shared.ancestors().find(|around| folder.starts_with(around)).map(Path::to_path_buf).unwrap_or_default()
    });
    let root = disk.root_of(&shared);
    let around = shared.ancestors().take_while(|folder| folder.starts_with(&root));
    around.map(|folder| folder.join(FILE_NAME)).find(|path| disk.is_file(path))
}

/// Reads the file.
///
/// # Errors
/// Says what is wrong in the file and where.
pub(crate) fn read(path: &Path, disk: &Disk) -> Result<Config, String> {
    let source = discover::read_named(path, disk)?;
    let path = Path::new(source.path());
    let fail = |span: Option<Range<usize>>, why: &str| {
        let at = source.position(span.map_or(0, |span| span.start));
        format!("{}:{}:{}: {}", path.display(), at.line, at.column, secrets::name(why))
    };
    if source.text().len() > MAX_TEXT {
        return Err(fail(None, &format!("this file is larger than {MAX_TEXT} bytes")));
    }
    let written: Written = toml::from_str(source.text()).map_err(|error| {
        let (span, why) = ignores::refusal(source.text(), &error);
        fail(span, &why)
    })?;
    // The words of a wrong name or version say where it is.
    let place = |word: &str| source.text().find(word).map(|at| at..at + word.len());
    bounded(&written).map_err(|why| fail(None, &why))?;
    if let Some((word, why)) = idle(&written) {
        return Err(fail(place(word), &why));
    }
    let (mut ignored, known) =
        ignores::read(&source, &written.ignore, &|patterns| globs(patterns).map_err(|(_, why)| why))
            .map_err(|(span, why)| fail(span, &why))?;
    let ignores_files = !ignored.is_empty();
    ignored.extend(written.exclude.iter().cloned());
    let mut config = checked(&written, &ignored).map_err(|(word, why)| fail(place(&word), &why))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    config.folder = disk.real(folder);
    if let Some(root) = written.root.as_ref().filter(|root| !disk.is_folder(&disk.real(&folder.join(root)))) {
        let root = root.to_string_lossy();
        return Err(fail(place(&root), &format!("no such folder: {root}")));
    }
    config.ignores_files = ignores_files;
    config.baseline = written.baseline.as_ref().map(|file| folder.join(file));
    config.name = Some(path.display().to_string());
    config.settings.ignores = Arc::new(Ignores { rows: known, folder: config.folder.clone() });
    config.settings.root = written.root.as_ref().map(|root| folder.join(root));
    let maps = written.path_maps.iter().map(|(there, here)| (PathBuf::from(there), folder.join(here)));
    config.settings.path_maps = maps.collect();
    config.settings.given = written.given.iter().map(|name| given(&source, name)).collect();
    Ok(config)
}

/// Most patterns of files: each file of the project may be compared with each.
const MAX_PATTERNS: usize = 2_000;

/// Largest file, in bytes: its tables take thirty times as much memory.
const MAX_TEXT: usize = 2 << 20;

/// Most entries of any other list, which may be compared with each finding, hook or key.
const MAX_ENTRIES: usize = 5_000;

/// Refuses lists that are too long to be compared with all that is found.
fn bounded(written: &Written) -> Result<(), String> {
    let patterns = written.ignore.len()
        + written.exclude.len()
        + written.overrides.iter().map(|row| row.paths.len()).sum::<usize>()
        + written.layers.iter().map(Vec::len).sum::<usize>();
    let lists = [
        ("patterns and rows in `ignore`, `exclude`, `overrides` and `layers`", patterns, MAX_PATTERNS),
        ("overrides", written.overrides.len(), MAX_PATTERNS),
        ("entries in `given`", written.given.len(), MAX_ENTRIES),
        ("entries in `secret-keys`", written.secret_keys.len(), MAX_PATTERNS),
        ("entries in `critical-hooks`", written.critical_hooks.len(), MAX_PATTERNS),
        ("entries in `allowed-endpoints`", written.allowed_endpoints.len(), MAX_PATTERNS),
        ("entries in `path-maps`", written.path_maps.len(), MAX_PATTERNS),
        (
            "rules",
            written.rules.len() + written.overrides.iter().map(|row| row.rules.len()).sum::<usize>(),
            MAX_ENTRIES,
        ),
    ];
    match lists.iter().find(|(_, count, most)| count > most) {
        Some((what, _, most)) => Err(format!("there are more than {most} {what}")),
        None => Ok(()),
    }
}

/// What has no effect as it is written, with its word.
fn idle(written: &Written) -> Option<(&str, String)> {
    if written.overrides.iter().any(|row| row.paths.is_empty()) {
        return Some(("overrides", "`overrides` has no `paths`: name the files that it is for".to_owned()));
    }
    let address = written.allowed_endpoints.iter().find(|entry| entry.contains('/'))?;
    Some((address, "`allowed-endpoints` has hosts: write the host alone, without scheme and path".to_owned()))
}

/// A variable whose value is not known.
fn given(source: &Arc<Source>, name: &toml::Spanned<String>) -> Variable {
    let span = Span::new(name.span().start, name.span().end);
    let name_place = Place::new(source, span);
    Variable { name: name.get_ref().clone(), name_place, value: None, value_span: span }
}

/// Checks names, levels, versions and patterns; an error names the word that is wrong.
fn checked(written: &Written, ignored: &[String]) -> Result<Config, (String, String)> {
    let levels = |rules: &std::collections::BTreeMap<String, String>| {
        rules
            .iter()
            .map(|(name, word)| {
                let name = rules::known(name).map_err(|why| (name.clone(), why))?;
                Ok((name, level(word).map_err(|why| (word.clone(), why))?))
            })
            .collect::<Result<Vec<_>, (String, String)>>()
    };
    let target = |text: &Option<String>| {
        text.as_deref()
            .map(|text| Target::parse(text, TargetSource::Config).map_err(|why| (text.to_owned(), why)))
            .transpose()
    };
    let layers = written
        .layers
        .iter()
        .map(|list| list.iter().map(|name| layer(name)).collect())
        .collect::<Result<Vec<Vec<_>>, (String, String)>>()?;
    // What a list must not hold is no pattern of it; in all of them at once it would take others back.
    let names = layers.iter().flatten().map(|(name, _)| name).filter(|name| !name.starts_with('!'));
    let names: Vec<String> = names.cloned().collect();
    let layered = if names.is_empty() { None } else { Some(globs(&names)?) };
    let overrides = written
        .overrides
        .iter()
        .map(|row| Ok((globs(&row.paths)?, target(&row.kratos)?, levels(&row.rules)?)))
        .collect::<Result<Vec<_>, (String, String)>>()?;
    let settings = Settings {
        levels: levels(&written.rules)?,
        critical_hooks: written.critical_hooks.clone(),
        secret_keys: written.secret_keys.clone(),
        allowed_endpoints: written.allowed_endpoints.clone(),
        ..Settings::default()
    };
    let ignored = if ignored.is_empty() { None } else { Some(globs(ignored)?) };
    let target = target(&written.kratos)?;
    Ok(Config { settings, target, ignored, overrides, layers, layered, ..Config::default() })
}

/// Whether the name of a file in `layers` stands for several.
fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

/// The pattern of a file in `layers`, which may be written as a shell takes it: `./name`.
fn layer(name: &str) -> Result<(String, Gitignore), (String, String)> {
    let bare = name.trim_start_matches("./");
    Ok((bare.to_owned(), globs(&[bare.to_owned()]).map_err(|(_, why)| (name.to_owned(), why))?))
}

/// Patterns as in `.gitignore`; an error names the pattern.
fn globs(patterns: &[String]) -> Result<Gitignore, (String, String)> {
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        builder.add_line(None, pattern).map_err(|error| (pattern.clone(), error.to_string()))?;
    }
    builder.build().map_err(|error| (String::new(), error.to_string()))
}

/// A level by its word; `off` is no level.
///
/// # Errors
/// Says which words there are.
pub(crate) fn level(word: &str) -> Result<Option<Level>, String> {
    match word {
        "off" => Ok(None),
        _ => Level::named(word)
            .map(Some)
            .ok_or_else(|| format!("{word} is not a level: write error, warning, info or off")),
    }
}
