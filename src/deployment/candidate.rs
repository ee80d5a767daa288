//! A start as the units of a project are compared with it: what its command line and its mounts lead to is found once.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{By, Here, Start, Survey, compose, sample};
use crate::disk::Disk;
use crate::text::Source;
use crate::unit::Unit;
use crate::yaml::template;

/// How surely a start serves a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// It is somewhere in the project.
    Near,
    /// It names a configuration of the name that the template gets where it is filled in.
    Rendered,
    /// It names a configuration of this name.
    Name,
    /// It sees the file of the unit.
    Sees,
    /// It is started with the file of the unit.
    Serves,
}

/// A server that may serve a unit.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) start: Arc<Start>,
    /// The file that starts it.
    from: PathBuf,
    /// The files of `-c`; `None` for those that are not known.
    files: Vec<Option<File>>,
    /// What it sees of the project, out of all links.
    seen: HashSet<PathBuf>,
    /// Whether it is used only when its file is named: `docker compose -f docker-compose-sqlite.yml`.
    pub(super) is_on_request: bool,
    /// Whether its file is no longer used, by its name: `deployment-old.yaml`, `backup/compose.yml`.
    pub(super) is_old: bool,
}

/// A file of `-c`.
#[derive(Debug)]
struct File {
    name: Option<OsString>,
    leads_to: Target,
}

impl File {
    /// Whether it leads to a path of the project where nothing is.
    fn is_missing(&self) -> bool {
        matches!(self.leads_to, Target::Path { is_there: false, .. })
    }
}

/// Whether a name on the way to a file says that it is no longer used.
fn is_no_longer_used(path: &Path) -> bool {
    const WORDS: [&str; 7] = ["old", "deprecated", "backup", "bak", "archive", "archived", "obsolete"];
    let name = path.to_string_lossy().to_ascii_lowercase();
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// Where a path of a server leads.
#[derive(Debug)]
enum Target {
    /// A path of the project, out of all links.
    Path { real: PathBuf, is_there: bool, is_sample: bool },
    /// A text in another file.
    Text(Arc<Source>),
    /// Somewhere else.
    Unknown,
}

impl Candidate {
    pub(super) fn of(start: &Arc<Start>, disk: &Disk) -> Candidate {
        let target = |path: &str| match start.resolve(path) {
            Here::Path(path) => {
                let sample = sample::standing_for(disk, &path);
                let is_sample = sample.is_some();
                let path = sample.unwrap_or(path);
                Target::Path { is_there: disk.holds(&path), is_sample, real: disk.real(&path) }
            }
            Here::Text(source) => Target::Text(source),
            Here::Nothing | Here::Unknown => Target::Unknown,
        };
        let name = |path: &str| Path::new(path).file_name().map(OsString::from);
        let file = |path: &str| File { name: name(path), leads_to: target(path) };
        let files = start.configurations().into_iter().map(|path| path.map(file)).collect();
        let mut folders: HashSet<&Path> = HashSet::new();
        for mount in start.mounts.iter() {
            if let Here::Path(path) = &mount.here {
                folders.insert(path);
            }
        }
        let seen = folders.into_iter().map(|path| disk.real(path)).collect();
        let file = disk.absolute(Path::new(start.place.source.path()));
        let root = disk.root_of(file.parent().unwrap_or(&file));
        let is_old = is_no_longer_used(file.strip_prefix(&root).unwrap_or(&file));
        let from = around(file, start.by);
        let is_on_request = start.by == By::Compose && !compose::is_default(&from);
        Candidate { start: Arc::clone(start), from, files, seen, is_on_request, is_old }
    }

    /// How surely it serves a unit; none when it has to do with something else.
    pub(super) fn rate(&self, unit: &Unit, path: &Path, real: &Path, survey: &Survey) -> Option<Match> {
        let files = || self.files.iter().flatten();
        if files().any(|file| file.leads_to.is_unit(unit, real)) {
            return Some(Match::Serves);
        }
        // What is started with another file of the project says nothing about this one.
        if files().any(|file| file.leads_to.is_elsewhere(real)) {
            return None;
        }
        let name = path.file_name();
        // What a manifest holds under a name gets that name where it is put.
        let entry = unit.at.rsplit('/').next().filter(|entry| entry.contains('.')).map(OsString::from);
        let is_entry = |file: &File| entry.is_some() && file.name == entry;
        let is_named = files().any(|file| file.name.as_deref() == name);
        // A template gets the name without its ending where it is filled in.
        let is_rendered = || {
            let rendered = name.and_then(|name| rendered(name.to_str()?)).map(OsString::from);
            rendered.is_some() && files().any(|file| file.name == rendered)
        };
        let sees = real.ancestors().any(|folder| self.seen.contains(folder));
        let is_unknown = self.files.iter().all(Option::is_none);
        let related = is_around(&self.from, path) || is_around(path, &self.from);
        let is_unique = name.is_some_and(|name| survey.is_unique(&name.to_string_lossy()));
        match (is_named, sees) {
            (true, true) => Some(Match::Serves),
            (_, true) if is_unknown => Some(Match::Sees),
            (true, _) if related || is_unique => Some(Match::Name),
            _ if related && files().any(is_entry) => Some(Match::Name),
            _ if related && is_rendered() => Some(Match::Rendered),
            // It is started with a file whose name is not known.
            _ if related && !self.files.is_empty() && is_unknown => Some(Match::Name),
            // Whoever mounts the folder is likely the server, wherever that is said.
            _ => (related || sees).then_some(Match::Near),
        }
    }

    /// Whether a file that it loads is in the folder of another file of the project.
    pub(super) fn loads_beside(&self, real: &Path) -> bool {
        let is_near = |file: &File| match &file.leads_to {
            Target::Path { real: loaded, is_there, .. } => {
                *is_there && loaded != real && loaded.parent() == real.parent()
            }
            _ => false,
        };
        self.files.iter().flatten().any(is_near)
    }

    /// The file that it surely loads from the folder of another one, where it is not.
    pub(super) fn misses(&self, real: &Path) -> Option<&Path> {
        if self.start.by != By::Compose || self.start.is_variant || !self.start.is_of_ory() {
            return None;
        }
        let folder = real.parent()?;
        let is_seen = self.seen.contains(folder);
        // One whose name begins the other's is made from it (`kratos.base.yml`), but not `kratos.yaml` from `kratos.yml`.
        let first = |path: &Path| Some(path.file_name()?.to_string_lossy().split(['.', '-', '_']).next()?.to_owned());
        let is_yaml = |path: &Path| path.extension().is_some_and(|end| end == "yml" || end == "yaml");
        let is_twin = |path: &Path| is_yaml(path) && is_yaml(real) && path.file_stem() == real.file_stem();
        // A file that is mounted alone may be made by somebody, but not beside one that has its name with another ending.
        let is_other = |path: &Path| is_twin(path) || is_seen && first(path) != first(real);
        let mut missing = self.files.iter().flatten().filter_map(|file| match &file.leads_to {
            Target::Path { real: loaded, is_there: false, .. } => Some(loaded.as_path()),
            _ => None,
        });
        missing.find(|path| path.parent() == Some(folder) && is_other(path))
    }

    /// Whether each file that it loads leads to a path of the project where nothing is: its mounts are not those of another file of
    /// the same name.
    pub(super) fn misses_all(&self) -> bool {
        !self.files.is_empty() && self.files.iter().all(|file| file.as_ref().is_some_and(File::is_missing))
    }

    /// Whether all files that it loads are known and there, the unit among them.
    pub(super) fn loads_known(&self, unit: &Unit, real: &Path) -> bool {
        let is_there = |file: &Option<File>| match file.as_ref().map(|file| &file.leads_to) {
            Some(Target::Path { is_there, is_sample, .. }) => *is_there && !is_sample,
            Some(Target::Text(_)) => true,
            Some(Target::Unknown) | None => false,
        };
        self.files.iter().all(is_there) && self.files.iter().flatten().any(|file| file.leads_to.is_unit(unit, real))
    }

    /// Whether a path of the project is one of its files.
    pub(super) fn loads(&self, path: &Path) -> bool {
        self.files.iter().flatten().any(|file| matches!(&file.leads_to, Target::Path { real, .. } if real == path))
    }

    /// Steps between the folder of the start and the unit.
    pub(super) fn distance(&self, path: &Path) -> usize {
        let folder = self.from.parent().unwrap_or(&self.from);
        let shared = folder.components().zip(path.components()).take_while(|(one, other)| one == other).count();
        folder.components().count() + path.components().count() - 2 * shared
    }
}

/// The name of a file that is made of a template: `kratos.yml` of `kratos.yml.tmpl` and of `kratos.tmpl.yml`.
fn rendered(name: &str) -> Option<String> {
    let (rest, ending) = name.rsplit_once('.')?;
    if template::ENDINGS.contains(&ending) {
        return rest.contains('.').then(|| rest.to_owned());
    }
    let (rest, mark) = rest.rsplit_once('.')?;
    template::ENDINGS.contains(&mark).then(|| format!("{rest}.{ending}"))
}

/// Whether a file is in the folder of another one, or one around it.
pub(super) fn is_around(file: &Path, path: &Path) -> bool {
    file.parent().is_some_and(|folder| path.starts_with(folder))
}

/// The file that starts a server as paths are compared with it: tasks of a role of Ansible count for all of the role.
fn around(file: PathBuf, by: By) -> PathBuf {
    let folder = file.parent().filter(|folder| by == By::Ansible && is_part_of_role(folder));
    match folder.and_then(Path::parent).zip(file.file_name()) {
        Some((role, name)) => role.join(name),
        None => file,
    }
}

fn is_part_of_role(folder: &Path) -> bool {
    ["tasks", "handlers", "playbooks"].iter().any(|name| folder.ends_with(name))
}

impl Target {
    fn is_unit(&self, unit: &Unit, unit_real: &Path) -> bool {
        match self {
            // Where a folder is named instead of a file, the file in it is meant: Kratos refuses the folder.
            Target::Path { real, .. } => {
                let is_named = real == unit_real || unit_real.parent() == Some(real);
                (unit.at.is_empty() || unit.written_to.is_some()) && is_named
            }
            Target::Text(source) => source.path() == unit.path() && source.text() == unit.source().text(),
            Target::Unknown => false,
        }
    }

    fn is_elsewhere(&self, unit_real: &Path) -> bool {
        matches!(self, Target::Path { real, is_there: true, .. } if real != unit_real && unit_real.parent() != Some(real))
    }
}
