//! The project of a run: its files, what it says of starts, and which of them serve a unit.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::agreement::{MAX_VARIABLES, agreed, merged, of_only_chart, one_release, only_image};
use super::candidate::{Candidate, Match, is_around};
use super::chart_image;
use super::chart_values::{Trees, Values};
use super::merged::Mine;
use super::releases::Releases;
use super::umbrella::Umbrellas;
use super::{
    Builder, By, Deployment, Extent, Fact, Here, Image, ImageOwner, Loading, Neighbour, Role, Start, Survey, file_kind,
    helm, sample, survey, umbrella,
};
use crate::disk::{Disk, Overlay, plain};
use crate::kratos::env;
use crate::text::{Place, Span};
use crate::unit::Unit;
use crate::yaml::Node;

/// The files of a run and what they say of deployments.
#[derive(Debug, Default)]
pub struct Project {
    disk: Disk,
    surveys: Mutex<HashMap<PathBuf, Arc<Survey>>>,
    views: Mutex<HashMap<PathBuf, Arc<View>>>,
    deployments: Mutex<HashMap<(String, String), Arc<Deployment>>>,
    trees: Arc<Trees>,
}

/// A survey as units look at it.
#[derive(Debug)]
struct View {
    survey: Arc<Survey>,
    /// The servers.
    servers: Vec<Candidate>,
    /// The releases of the chart, by the files of values that they get.
    releases: Releases,
    /// The charts that take others of the project as dependencies.
    umbrellas: Umbrellas,
    /// What servers agree on, by their indices.
    merged: Mutex<HashMap<Vec<usize>, Deployment>>,
    /// The image of all containers of Kratos in the project, else of what it downloads, when their tags name one release.
    only_image: Fact<Image>,
    /// The image of the only release of Ory's chart that the project names, else of its manifests and scripts.
    of_only_chart: Fact<Image>,
    /// `--dev` of all servers.
    dev: Fact<()>,
}

/// Files whose tasks make other files.
const TASKS: [&str; 7] =
    ["Makefile", "makefile", "GNUmakefile", "justfile", "Taskfile.yml", "Taskfile.yaml", "package.json"];

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
            in_both.iter().all(|source| source.as_ref().is_ok_and(|source| file_kind::is_silent(path, source.text())))
        };
        let is_kept = self.disk.changed(overlay).all(is_silent);
        let surveys = self.surveys.lock().unwrap_or_else(PoisonError::into_inner);
        let surveys = if is_kept { surveys.clone() } else { HashMap::new() };
        Project { disk, surveys: Mutex::new(surveys), trees: Arc::new(self.trees.again()), ..Project::default() }
    }

    /// Its files.
    #[must_use]
    pub(crate) fn disk(&self) -> &Disk {
        &self.disk
    }

    pub(super) fn survey(&self, root: &Path) -> Arc<Survey> {
        let mut surveys = self.surveys.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Arc::new(Survey::of(&self.disk, root));
        Arc::clone(surveys.entry(root.to_path_buf()).or_insert_with(made))
    }

    /// How the Kratos of a unit is started, as far as the project says.
    #[must_use]
    pub(crate) fn deployment(&self, unit: &Unit) -> Arc<Deployment> {
        // Documents of one file have containers and texts at the same pointer.
        let start = unit.start.as_ref().map_or(0, |place| place.span.start);
        let text = Place::new(unit.source(), Span::at(0)).in_file().span.start;
        let key = (unit.path().to_owned(), format!("{} {start} {text}", unit.at));
        let known = || self.deployments.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&key) {
            return Arc::clone(found);
        }
        let path = self.disk.absolute(Path::new(unit.path()));
        let view = self.view(&self.disk.root_of(path.parent().unwrap_or(&path)));
        let found = Arc::new(self.of_unit(unit, &view, &path));
        known().insert(key, Arc::clone(&found));
        found
    }

    /// Forgets what was asked for so far: a run asks for a unit only while it is at its file, and may have thousands.
    pub(crate) fn forget_deployments(&self) {
        self.deployments.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The unit in which what other charts of the project give anew is not known.
    #[must_use]
    pub(crate) fn without_replaced(&self, unit: Unit) -> Unit {
        let Some(values) = self.of_file(&unit).values else { return unit };
        let path = self.disk.absolute(Path::new(unit.path()));
        let view = self.view(&self.disk.root_of(path.parent().unwrap_or(&path)));
        let replaced = umbrella::replaced(&unit, &values, &view.umbrellas, &self.disk);
        if replaced.is_empty() { unit } else { unit.filled_in(&|node| replaced.contains(&node.pointer())) }
    }

    /// Whether the project starts servers, and none with this unit.
    #[must_use]
    pub(crate) fn starts_only_others(&self, unit: &Unit) -> bool {
        let path = self.disk.absolute(Path::new(unit.path()));
        let view = self.view(&self.disk.root_of(path.parent().unwrap_or(&path)));
        !view.servers.is_empty() && !self.deployment(unit).is_found()
    }

    /// The survey below a root, made ready once for all units.
    fn view(&self, root: &Path) -> Arc<View> {
        let survey = self.survey(root);
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let view = views.entry(root.to_path_buf()).or_insert_with(|| Arc::new(View::of(survey, &self.disk)));
        Arc::clone(view)
    }

    /// What the file of the unit itself says, when nothing around it is to be read.
    #[must_use]
    pub(crate) fn of_file(&self, unit: &Unit) -> Deployment {
        Deployment { values: Values::around(unit, &self.trees).map(Arc::new), ..Deployment::default() }
    }

    fn of_unit(&self, unit: &Unit, view: &View, path: &Path) -> Deployment {
        if let Some(place) = &unit.start {
            let start = view.survey.starts.iter().find(|start| start.place.is(place));
            let mut deployment = start.map(without_file).unwrap_or_default();
            view.add_courier(&mut deployment);
            return deployment;
        }
        let Some(values) = self.of_file(unit).values else {
            return self.of_written(unit, view, path).unwrap_or_else(|| self.of_starts(unit, view, path));
        };
        let top = view.umbrellas.top(path, &values, &self.disk);
        let (file, at) = top.as_ref().map_or((path.to_path_buf(), values.byte()), |top| (top.values(), 0));
        let given = view.releases.at(&view.survey.given, &self.disk.real(&file), at);
        let mine = Mine { values: &values, path, top: top.as_ref(), disk: &self.disk };
        let given = helm::chosen(&mine, &given);
        let given = given.or_else(|| view.releases.of_another_stage(path)).unwrap_or_default();
        match helm::start(&mine, &given, &view.survey.charts) {
            Some((start, courier, around)) => {
                let (values, around) = (Some(values), Arc::new(around));
                let image_owner = if start.image.is_unknown() { ImageOwner::Other } else { ImageOwner::Server };
                let start = Start { image: view.of_chart(start.image), ..start };
                Deployment { image_owner, courier, values, around, ..merged(&[&Arc::new(start)]) }
            }
            None => self.of_starts(unit, view, path),
        }
    }

    /// How a server is started with the file that a script writes, which is called in its folder or, as often, at the root.
    fn of_written(&self, unit: &Unit, view: &View, path: &Path) -> Option<Deployment> {
        let to = unit.written_to.as_deref().filter(|to| !to.starts_with('/'))?;
        let folder = path.parent()?;
        let folders = [folder, &self.disk.root_of(folder)];
        let serving = |path: &PathBuf| view.servers.iter().any(|server| server.loads(&self.disk.real(path)));
        let written = folders.iter().map(|folder| plain(&folder.join(to))).find(serving)?;
        Some(self.of_starts(unit, view, &written))
    }

    fn of_starts(&self, unit: &Unit, view: &View, path: &Path) -> Deployment {
        if view.survey.is_given_up {
            return Deployment {
                extent: Extent::GivenUp,
                more_variables: true,
                is_filled_in: true,
                ..Deployment::default()
            };
        }
        let real = self.disk.real(path);
        let rate = |(index, server): (usize, &Candidate)| {
            Some((server.rate(unit, path, &real, &view.survey)?, server.distance(path), index))
        };
        let rated: Vec<(Match, usize, usize)> = view.servers.iter().enumerate().filter_map(rate).collect();
        let best = rated.iter().map(|(rate, ..)| *rate).max();
        let serving = best.map_or_else(Vec::new, |best| view.best(&rated, best));
        let mut deployment = view.merged(&serving);
        name_more(&mut deployment, view.named_by_variants(&rated, &serving), unit);
        if best == Some(Match::Near) {
            // The image of the neighbourhood is likely the one; nothing else is known.
            let Deployment { image, is_untagged, .. } = deployment;
            deployment = Deployment { image, is_untagged, ..Deployment::default() };
        }
        view.forget_mounts(&mut deployment, best, &serving);
        // Only the name is the same: the file that is started may be made from this one.
        deployment.is_filled_in |= matches!(best, Some(Match::Name | Match::Rendered))
            || view.survey.filled.iter().any(|folder| path.starts_with(folder));
        if deployment.image.is_absent() || (best.is_none() && deployment.image.is_unknown()) {
            // A script that starts it may be that of the image which another file names, and a start may say nothing of a file.
            let of_template = chart_image::of_template(path, &self.disk);
            let only = view.only_image(unit);
            deployment.image = if of_template.is_known() { of_template } else { only };
        }
        deployment.image = view.with_release(deployment.image, unit);
        let builder = view.builder(&mut deployment, path);
        deployment.dev_of_all = view.dev.clone();
        self.add_layers(&mut deployment, path);
        if best == Some(Match::Serves) && !sample::is_sample(unit.path()) {
            deployment.loading = view.loading(&serving, unit, &real);
        }
        view.add_courier(&mut deployment);
        let mut programs = view.programs(path).peekable();
        if programs.peek().is_some() && best < Some(Match::Name) {
            let named = one_release(programs.flat_map(|program| &program.images));
            // The image of the neighbourhood is the likely one also here.
            let image = if named.is_known() { named } else { deployment.image };
            deployment = Deployment { image, more_variables: true, is_filled_in: true, ..Deployment::default() };
        }
        deployment.named = Arc::clone(&view.survey.named);
        deployment.builder = builder;
        if !deployment.is_found() && view.servers.iter().any(|server| server.loads_beside(&real)) {
            deployment.neighbour = Neighbour::Started;
        } else if !deployment.is_found() && sample::base_of(&self.disk, path).is_some() {
            deployment.neighbour = Neighbour::Named;
        } else if !deployment.is_found() && unit.at.is_empty() {
            deployment.misses = self.missed_beside(view, &real);
        }
        deployment
    }

    /// A server that loads a file of the folder which is not there, and which is not made on the spot.
    fn missed_beside(&self, view: &View, real: &Path) -> Option<(Arc<Start>, PathBuf)> {
        let (server, missing) = view.servers.iter().find_map(|server| Some((server, server.misses(real)?)))?;
        let is_made = self.disk.ignores(missing) || self.is_made(missing);
        (!is_made).then(|| (Arc::clone(&server.start), missing.to_path_buf()))
    }

    /// Whether a file of tasks in the folders around speaks of a file that is not there: one of them may write it.
    fn is_made(&self, missing: &Path) -> bool {
        let (Some(folder), Some(name)) = (missing.parent(), missing.file_name()) else { return false };
        let (root, name) = (self.disk.root_of(folder), name.to_string_lossy());
        let around = folder.ancestors().take_while(|folder| folder.starts_with(&root));
        let mut tasks = around.flat_map(|folder| TASKS.iter().map(|file| folder.join(file)));
        tasks.any(|path| self.disk.read(&path).is_ok_and(|source| source.text().contains(name.as_ref())))
    }

    fn add_layers(&self, deployment: &mut Deployment, unit: &Path) {
        let Some(start) = deployment.starts.first() else { return };
        let mut is_sample = false;
        let mut layers = Vec::new();
        let named = start.configurations();
        let files: Vec<&str> = named.iter().copied().flatten().collect();
        let near = Near::of(start, &files, unit);
        let unnamed = named.iter().filter(|name| name.is_none());
        let mut missing: Vec<Option<String>> = unnamed.map(|_| None).collect();
        for file in &files {
            let path = match start.resolve(file) {
                Here::Path(path) => Some(path),
                Here::Unknown => near.as_ref().and_then(|near| near.path(file)),
                Here::Text(_) | Here::Nothing => continue,
            };
            let sample = path.as_deref().and_then(|path| sample::standing_for(&self.disk, path));
            is_sample |= sample.as_deref() == Some(unit);
            let layer = sample.or_else(|| path.filter(|path| self.disk.is_file(path)));
            if layer.is_none() {
                missing.push(Some((*file).to_owned()));
            }
            layers.extend(layer);
        }
        // A single file is the unit itself, under whatever name it gets there.
        if named.len() > 1 {
            deployment.missing_layers = missing;
        }
        deployment.layers = layers;
        // Whoever copies a sample fills it in.
        deployment.is_filled_in |= is_sample;
    }
}

/// A folder of the server whose place in the project is not known but by a unit that is in it by its name.
struct Near<'d> {
    /// The folder of the server.
    there: &'d Path,
    /// The folder of the unit.
    here: &'d Path,
}

impl<'d> Near<'d> {
    /// Where one of several files of `-c` has the name of the unit and leads nowhere known, the others are beside both.
    fn of(start: &Start, files: &[&'d str], unit: &'d Path) -> Option<Near<'d>> {
        let is_named = |file: &&&str| Path::new(file).file_name() == unit.file_name();
        let mut named = files.iter().filter(is_named);
        let file = named.next().filter(|_| named.next().is_none() && files.len() > 1)?;
        let is_unknown = matches!(start.resolve(file), Here::Unknown);
        Some(Near { there: Path::new(*file).parent()?, here: unit.parent()? }).filter(|_| is_unknown)
    }

    /// The file of the project that is beside the unit as a file of the server is beside that of the unit's name.
    fn path(&self, file: &str) -> Option<PathBuf> {
        Some(self.here.join(Path::new(file).strip_prefix(self.there).ok()?))
    }
}

impl View {
    fn of(survey: Arc<Survey>, disk: &Disk) -> View {
        let of_role = |role: Role| survey.starts.iter().filter(move |start| start.role == role);
        let servers = of_role(Role::Serve).map(|start| Candidate::of(start, disk)).collect();
        let releases = Releases::of(&survey.given, disk);
        let umbrellas = Umbrellas::of(&survey.charts, disk);
        let only_image = only_image(&survey);
        // A Dockerfile without a command says nothing.
        let says_it = |start: &&Arc<Start>| start.by != By::Dockerfile || start.arguments.is_known();
        let dev = agreed(of_role(Role::Serve).filter(says_it).map(|start| start.flag("dev")));
        let dev = if dev.is_known() { dev } else { survey.says_dev.clone() };
        let of_only_chart = of_only_chart(&survey);
        View { servers, releases, umbrellas, merged: Mutex::default(), only_image, of_only_chart, dev, survey }
    }

    /// The programs that may start the server of a file: those around it. Where no file starts a server, a program that names its
    /// image does, wherever that is.
    fn programs<'v>(&'v self, path: &'v Path) -> impl Iterator<Item = &'v survey::Program> {
        let is_only = |one: &survey::Program| self.servers.is_empty() && !one.images.is_empty();
        self.survey.programs.iter().filter(move |one| is_around(&one.path, path) || is_only(one))
    }

    /// Those of the best match that serve a unit.
    fn best(&self, rated: &[(Match, usize, usize)], best: Match) -> Vec<usize> {
        let is_variant = |index: &usize| self.servers.get(*index).is_some_and(|server| server.start.is_variant);
        let of_best = rated.iter().filter(|(rate, ..)| *rate == best);
        // What is added for tests and the like says nothing where the server itself is known.
        let only_variants = of_best.clone().all(|(.., index)| is_variant(index));
        let of_best = of_best.filter(|(.., index)| only_variants || !is_variant(index));
        // What is no longer used says nothing where there is something newer.
        let is_old = |index: &usize| self.servers.get(*index).is_some_and(|server| server.is_old);
        let only_old = of_best.clone().all(|(.., index)| is_old(index));
        let of_best = of_best.filter(|(.., index)| only_old || !is_old(index));
        let nearest = of_best.clone().map(|(_, distance, _)| *distance).min();
        let of_best = of_best.filter(|(rate, distance, _)| *rate >= Match::Sees || Some(*distance) == nearest);
        let mut indices: Vec<usize> = of_best.map(|(.., index)| *index).collect();
        // Whoever builds an image says how it runs; its Dockerfile alone says only what is so by default.
        let starts = || indices.iter().filter_map(|index| self.servers.get(*index)).map(|server| &server.start);
        let built = starts().filter(|start| start.by != By::Dockerfile).filter_map(|start| start.image.place());
        let built: HashSet<String> = built.map(|place| place.source.path().to_owned()).collect();
        let is_built = |start: &Start| start.by == By::Dockerfile && built.contains(start.place.source.path());
        indices.retain(|index| self.servers.get(*index).is_none_or(|server| !is_built(&server.start)));
        // What compose starts without being asked says first what the others agree with.
        indices.sort_by_key(|index| self.servers.get(*index).is_some_and(|server| server.is_on_request));
        indices
    }

    /// Whether all of these servers surely load a unit.
    fn loading(&self, serving: &[usize], unit: &Unit, real: &Path) -> Loading {
        let mut servers = serving.iter().filter_map(|index| self.servers.get(*index));
        if servers.all(|server| server.loads_known(unit, real)) { Loading::Sure } else { Loading::Likely }
    }

    /// The mounts of a server that has the name of a unit, and loads a file that is not there, do not lead to what is beside that unit.
    fn forget_mounts(&self, deployment: &mut Deployment, best: Option<Match>, serving: &[usize]) {
        let mut servers = serving.iter().filter_map(|index| self.servers.get(*index));
        if best == Some(Match::Rendered) || (best >= Some(Match::Name) && servers.any(Candidate::misses_all)) {
            deployment.mounts = Arc::default();
            deployment.is_filled_in = true;
        }
    }

    /// The image of all containers for a unit without a start. What another file holds as an entry is for what reads that file: only
    /// an image that the file itself names says something of it.
    fn only_image(&self, unit: &Unit) -> Fact<Image> {
        if unit.at.is_empty() || unit.written_to.is_some() {
            return self.only_image.clone();
        }
        let is_own = |image: &&Fact<Image>| image.place().is_some_and(|place| place.source.path() == unit.path());
        one_release(self.survey.mentions.iter().filter(is_own))
    }

    /// The variables of variants of a server beside the servers that serve a unit: `compose.prod.yml` beside `compose.yml`.
    fn named_by_variants(&self, rated: &[(Match, usize, usize)], serving: &[usize]) -> Vec<env::Variable> {
        let Some(best) = rated.iter().map(|(rate, ..)| *rate).max() else { return Vec::new() };
        let others = rated.iter().filter(|(rate, _, index)| *rate == best && !serving.contains(index));
        let starts = others.filter_map(|(.., index)| self.servers.get(*index)).map(|server| &server.start);
        let variants = starts.filter(|start| start.is_variant);
        variants.flat_map(|start| start.variables.effective().into_iter().cloned()).take(MAX_VARIABLES).collect()
    }

    /// What servers agree on, found once for all units that they serve.
    fn merged(&self, serving: &[usize]) -> Deployment {
        let mut known = self.merged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(serving) {
            return found.clone();
        }
        let starts = serving.iter().filter_map(|index| self.servers.get(*index));
        let found = merged(&starts.map(|server| &server.start).collect::<Vec<_>>());
        known.insert(serving.to_vec(), found.clone());
        found
    }

    /// An image, or that on which the project builds it: one under a name of the project's own, without a release in its tag, and one
    /// whose name is in a variable. Where no Dockerfile is there, the project may name the image of Ory in another file.
    fn with_release(&self, image: Fact<Image>, unit: &Unit) -> Fact<Image> {
        if image.is_absent() || image.known().is_some_and(|image| image.asked.is_some() || image.is_of_ory()) {
            return image;
        }
        let is_built = |start: &&Arc<Start>| start.by == By::Dockerfile;
        let built = one_release(self.survey.starts.iter().filter(is_built).map(|start| &start.image));
        // What another file holds as an entry is for what reads that file.
        let is_own = image.is_known() || unit.at.is_empty() || unit.written_to.is_some();
        let named = || if is_own { one_release(&self.survey.mentions) } else { Fact::Unknown };
        let found = if built.is_known() { built } else { named() };
        if found.is_known() { found } else { image }
    }

    /// The image of values whose own release is not known.
    fn of_chart(&self, image: Fact<Image>) -> Fact<Image> {
        if image.is_unknown() { self.of_only_chart.clone() } else { image }
    }

    /// Who builds the server of a unit. What its own sources build under the tag that Ory left is not the last image that Ory
    /// published under it.
    fn builder(&self, deployment: &mut Deployment, path: &Path) -> Builder {
        // The sources are in a folder around the unit, or in one beside such a folder.
        let is_near = |folder: &PathBuf| path.starts_with(folder.parent().unwrap_or(folder));
        if !self.survey.sources.iter().any(is_near) {
            return Builder::Ory;
        }
        match deployment.image.known().filter(|image| image.is_of_ory()) {
            Some(image) if image.tag != super::FROZEN => Builder::Ory,
            Some(_) => {
                deployment.image = Fact::Unknown;
                Builder::Project
            }
            None => Builder::Project,
        }
    }

    /// `kratos courier watch` in the files that start the server.
    fn add_courier(&self, deployment: &mut Deployment) {
        if deployment.starts.is_empty() {
            return;
        }
        let mut couriers = self.survey.starts.iter().filter(|start| start.role == Role::Courier).peekable();
        let has_one = couriers.peek().is_some();
        let files: HashSet<&str> = deployment.starts.iter().map(|start| start.place.source.path()).collect();
        deployment.courier = match couriers.find(|courier| files.contains(courier.place.source.path())) {
            Some(courier) => Fact::Known((), courier.place.clone()),
            None if has_one => Fact::Unknown,
            None => Fact::Absent,
        };
    }
}

/// How a server without a file is started. Only a compose file names all that its server gets: manifests are patched, and an image
/// gets more where it runs.
fn without_file(start: &Arc<Start>) -> Deployment {
    let deployment = merged(&[start]);
    let more_variables = deployment.more_variables || start.by != By::Compose;
    Deployment { more_variables, ..deployment }
}

/// Adds the names of variables that a server may get, where the unit has no value of its own for them: which values they have is
/// not known.
fn name_more(deployment: &mut Deployment, more: Vec<env::Variable>, unit: &Unit) {
    if more.is_empty() {
        return;
    }
    let name = |node: Node<'_>| env::of_pointer(&node.pointer());
    let mut known: HashSet<String> = unit.root().map(Node::descendants).into_iter().flatten().map(name).collect();
    known.extend(deployment.variables.iter().map(|variable| variable.name.clone()));
    let new = more.into_iter().filter(|variable| known.insert(variable.name.clone()));
    let new: Vec<env::Variable> = new.map(|variable| env::Variable { value: None, ..variable }).collect();
    if !new.is_empty() {
        deployment.variables = deployment.variables.iter().cloned().chain(new).collect::<Vec<_>>().into();
    }
}
