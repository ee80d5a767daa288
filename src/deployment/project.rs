//! The project of a run: its files, what it says of starts, and which of them serve a unit.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::installed::Given;
use super::{By, Deployment, Fact, Here, Image, Role, Start, Survey, helm, survey};
use crate::disk::{Disk, Overlay};
use crate::kratos::env;
use crate::unit::Unit;

/// The files of a run and what they say of deployments.
#[derive(Debug, Default)]
pub struct Project {
    disk: Disk,
    surveys: Mutex<HashMap<PathBuf, Arc<Survey>>>,
    deployments: Mutex<HashMap<(String, String), Arc<Deployment>>>,
    trees: Arc<helm::Trees>,
}

/// How surely a start serves a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    /// It is somewhere in the project.
    Near,
    /// It names a configuration of this name.
    Name,
    /// It sees the file of the unit.
    Sees,
    /// It is started with the file of the unit.
    Serves,
}

impl Project {
    /// The project that these files make up.
    #[must_use]
    pub fn of(disk: Disk) -> Project {
        Project { disk, ..Project::default() }
    }

    /// The same with texts that are not written yet. What is known of starts is kept where no text that says something of them
    /// differs: an editor asks after each key that is pressed.
    #[must_use]
    pub fn with_overlay(&self, overlay: &Overlay) -> Project {
        let disk = self.disk.with_overlay(overlay);
        let is_silent = |path: &PathBuf| {
            let in_both = [&self.disk, &disk].map(|disk| disk.read(path));
            in_both.iter().all(|source| source.as_ref().is_ok_and(|source| survey::is_silent(path, source.text())))
        };
        let is_kept = self.disk.changed(overlay).all(is_silent);
        let surveys = self.surveys.lock().unwrap_or_else(PoisonError::into_inner);
        let surveys = if is_kept { surveys.clone() } else { HashMap::new() };
        Project { disk, surveys: Mutex::new(surveys), trees: Arc::clone(&self.trees), ..Project::default() }
    }

    /// Its files.
    #[must_use]
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    fn survey(&self, root: &Path) -> Arc<Survey> {
        let mut surveys = self.surveys.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Arc::new(Survey::of(&self.disk, root));
        Arc::clone(surveys.entry(root.to_path_buf()).or_insert_with(made))
    }

    /// How the Kratos of a unit is started, as far as the project says.
    #[must_use]
    pub fn deployment(&self, unit: &Unit) -> Arc<Deployment> {
        let key = (unit.path().to_owned(), unit.at.clone());
        let known = || self.deployments.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&key) {
            return Arc::clone(found);
        }
        let path = self.disk.absolute(Path::new(unit.path()));
        let survey = self.survey(&self.disk.root_of(path.parent().unwrap_or(&path)));
        let found = Arc::new(self.of_unit(unit, &survey, &path));
        known().insert(key, Arc::clone(&found));
        found
    }

    /// What the file of the unit itself says, when nothing around it is to be looked at.
    #[must_use]
    pub fn of_file(&self, unit: &Unit) -> Deployment {
        Deployment { values: helm::Values::around(unit, &self.trees).map(Arc::new), ..Deployment::default() }
    }

    fn of_unit(&self, unit: &Unit, survey: &Survey, path: &Path) -> Deployment {
        let Some(values) = self.of_file(unit).values else { return self.of_starts(unit, survey, path) };
        let real = self.disk.real(path);
        let uses = |given: &&Given| given.files.iter().any(|file| self.disk.real(file) == real);
        let given = survey.given.iter().find(uses).cloned().unwrap_or_default();
        match helm::start(&values, unit, &self.disk, &given) {
            Some((start, courier)) => Deployment { courier, values: Some(values), ..merged(&[&Arc::new(start)]) },
            None => self.of_starts(unit, survey, path),
        }
    }

    fn of_starts(&self, unit: &Unit, survey: &Survey, path: &Path) -> Deployment {
        let real = self.disk.real(path);
        let rated: Vec<(Match, usize, &Arc<Start>)> = survey
            .starts
            .iter()
            .filter(|start| start.role == Role::Serve)
            .filter_map(|start| Some((self.rate(start, unit, path, &real, survey)?, self.distance(start, path), start)))
            .collect();
        let best = rated.iter().map(|(rate, ..)| *rate).max();
        let serving: Vec<&Arc<Start>> = match best {
            None => Vec::new(),
            Some(best) => {
                let of_best = rated.iter().filter(|(rate, ..)| *rate == best);
                // What is added for tests and the like says nothing where the server itself is known.
                let only_variants = of_best.clone().all(|(.., start)| start.is_variant);
                let of_best = of_best.filter(|(.., start)| only_variants || !start.is_variant);
                let nearest = of_best.clone().map(|(_, distance, _)| *distance).min();
                of_best
                    .filter(|(rate, distance, _)| *rate >= Match::Sees || Some(*distance) == nearest)
                    .map(|(.., start)| *start)
                    .collect()
            }
        };
        let mut deployment = merged(&serving);
        if best == Some(Match::Near) {
            // The image of the neighbourhood is likely the one; nothing else is known.
            let Deployment { image, is_untagged, .. } = deployment;
            deployment = Deployment { image, is_untagged, ..Deployment::default() };
        }
        // Only the name is the same: the file that is started may be made from this one.
        deployment.is_filled_in |= best == Some(Match::Name);
        self.add_layers(&mut deployment);
        Project::add_courier(&mut deployment, survey);
        let is_program = survey.programs.iter().any(|program| is_around(program, path));
        if is_program && best < Some(Match::Name) {
            deployment = Deployment { more_variables: true, is_filled_in: true, ..Deployment::default() };
        }
        deployment
    }

    /// Whether a file of `-c` is in the project, and not the unit.
    fn is_elsewhere(&self, start: &Start, file: &str, real: &Path) -> bool {
        matches!(start.resolve(file), Here::Path(path) if self.disk.exists(&path) && self.disk.real(&path) != real)
    }

    /// None when the start has to do with something else.
    fn rate(&self, start: &Start, unit: &Unit, path: &Path, real: &Path, survey: &Survey) -> Option<Match> {
        let configurations = start.configurations();
        let is_unit = |file: &str| match start.resolve(file) {
            Here::Path(found) => unit.at.is_empty() && self.disk.real(&found) == real,
            Here::Text(source) => source.path() == unit.path() && source.text() == unit.source().text(),
            _ => false,
        };
        if configurations.iter().flatten().any(|file| is_unit(file)) {
            return Some(Match::Serves);
        }
        let name = path.file_name();
        let named = configurations.iter().flatten().any(|file| Path::new(file).file_name() == name);
        let sees = start.mounts.iter().any(|mount| match &mount.here {
            Here::Path(here) => real.starts_with(self.disk.real(here)),
            _ => false,
        });
        // What is started with another file of the project says nothing about this one.
        if configurations.iter().flatten().any(|file| self.is_elsewhere(start, file, real)) {
            return None;
        }
        let from = self.disk.absolute(Path::new(start.place.source.path()));
        let related = is_around(&from, path) || is_around(path, &from);
        let is_unique = name.is_some_and(|name| survey.is_unique(&name.to_string_lossy()));
        match (named, sees) {
            (true, true) => Some(Match::Serves),
            (_, true) if configurations.iter().all(Option::is_none) => Some(Match::Sees),
            (true, _) if related || is_unique => Some(Match::Name),
            // It is started with a file whose name is not known.
            _ if related && !configurations.is_empty() && configurations.iter().all(Option::is_none) => {
                Some(Match::Name)
            }
            _ => related.then_some(Match::Near),
        }
    }

    /// Steps between the folder of a start and the unit.
    fn distance(&self, start: &Start, path: &Path) -> usize {
        let from = self.disk.absolute(Path::new(start.place.source.path()));
        let folder = from.parent().unwrap_or(&from);
        let shared = folder.components().zip(path.components()).take_while(|(one, other)| one == other).count();
        folder.components().count() + path.components().count() - 2 * shared
    }

    fn add_layers(&self, deployment: &mut Deployment) {
        let Some(start) = deployment.starts.first() else { return };
        let resolved = |file: &&str| match start.resolve(file) {
            Here::Path(path) if self.disk.is_file(&path) => Some(path),
            _ => None,
        };
        deployment.layers = start.configurations().iter().flatten().filter_map(resolved).collect();
    }

    /// `kratos courier watch` in the files that start the server.
    fn add_courier(deployment: &mut Deployment, survey: &Survey) {
        if deployment.starts.is_empty() {
            return;
        }
        let couriers = || survey.starts.iter().filter(|start| start.role == Role::Courier);
        let beside = |courier: &&Arc<Start>| {
            deployment.starts.iter().any(|start| start.place.source.path() == courier.place.source.path())
        };
        deployment.courier = match couriers().find(beside) {
            Some(courier) => Fact::Known((), courier.place.clone()),
            None if couriers().next().is_some() => Fact::Unknown,
            None => Fact::Absent,
        };
    }
}

/// Whether a file is in the folder of another one, or one around it.
fn is_around(file: &Path, path: &Path) -> bool {
    file.parent().is_some_and(|folder| path.starts_with(folder))
}

/// What all starts agree on.
fn merged(starts: &[&Arc<Start>]) -> Deployment {
    let mut deployment =
        Deployment { starts: starts.iter().map(|start| Arc::clone(start)).collect(), ..Deployment::default() };
    let Some(first) = starts.first() else { return deployment };
    deployment.image = image(starts);
    deployment.is_untagged = deployment.image.known().is_some_and(|image| super::is_unpinned(&image.tag));
    let flag = |name: &str| agreed(starts.iter().map(|start| start.flag(name)));
    deployment.dev = flag("dev");
    deployment.watch_courier = flag("watch-courier");
    deployment.sqa_opt_out = flag("sqa-opt-out");
    deployment.config = first.configurations().into_iter().flatten().map(str::to_owned).collect();
    deployment.variables = env::effective(variables(starts));
    // A Dockerfile says what is built; whoever runs the image gives it variables.
    let is_only_built = starts.iter().all(|start| start.by == By::Dockerfile);
    deployment.more_variables = is_only_built || starts.iter().any(|start| start.more_variables);
    deployment.mounts.clone_from(&first.mounts);
    deployment.is_filled_in = starts.iter().any(|start| start.is_filled_in);
    deployment.container = agreed(starts.iter().map(|start| match &start.image {
        Fact::Absent => Fact::Absent,
        _ => Fact::Known((), start.place.clone()),
    }));
    deployment.ports = starts.iter().flat_map(|start| start.ports.iter().cloned()).collect();
    deployment.neighbours.clone_from(&first.neighbours);
    deployment
}

/// The image of the first start that names a release; unknown when the first has an image of unknown tag.
fn image(starts: &[&Arc<Start>]) -> Fact<Image> {
    let named =
        starts.iter().map(|start| &start.image).find(|image| image.known().is_some_and(|image| image.asked.is_some()));
    named.or_else(|| starts.first().map(|start| &start.image)).cloned().unwrap_or_default()
}

/// The fact when all say the same, else unknown.
fn agreed(mut facts: impl Iterator<Item = Fact<()>>) -> Fact<()> {
    let Some(first) = facts.next() else { return Fact::Unknown };
    let same = facts.all(|fact| fact.state() == first.state());
    if same { first } else { Fact::Unknown }
}

/// The variables of all starts; a value on which they differ is not known.
fn variables(starts: &[&Arc<Start>]) -> Vec<env::Variable> {
    let each: Vec<Vec<env::Variable>> = starts.iter().map(|start| env::effective(start.variables.clone())).collect();
    let mut found: Vec<env::Variable> = Vec::new();
    for variable in each.iter().flatten() {
        if found.iter().any(|known| known.name == variable.name) {
            continue;
        }
        let same = |others: &Vec<env::Variable>| {
            others.iter().any(|other| other.name == variable.name && other.value == variable.value)
        };
        let value = variable.value.clone().filter(|_| each.iter().all(same));
        found.push(env::Variable { value, ..variable.clone() });
    }
    found
}
