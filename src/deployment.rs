//! How the Kratos of a unit is started: image, command line, environment, mounts, layers. Each fact is known, known to be absent,
//! or unknown, and has a place. Rules ask here and never read compose files or variables themselves; unknown means silent.
//!
//! The readers below turn the files of a project into [`Start`]s; [`Project`] finds the ones that serve a unit.

mod agreement;
mod alone;
mod ansible;
mod app_template;
mod apps;
mod arguments;
mod bake;
mod candidate;
mod chart_image;
pub(crate) mod chart_values;
mod charts;
mod compose;
mod composed;
mod config_maps;
mod docker_run;
mod dockerfile;
mod downloads;
mod ecs;
mod exports;
mod file_kind;
mod flux;
mod folders;
pub(crate) mod helm;
mod image;
mod images;
mod installed;
mod interpolate;
mod kubernetes;
mod kustomize;
mod layer;
mod lock;
pub(crate) mod merged;
mod mounts;
mod names;
pub(crate) mod neighbours;
mod pins;
mod platform;
mod process;
mod project;
mod reading;
#[cfg(test)]
#[path = "../tests/readers/recorded.rs"]
mod recorded;
#[cfg(test)]
#[path = "../tests/readers/released.rs"]
mod released;
mod releases;
mod render;
mod sample;
mod script;
mod set_values;
mod shell;
mod steps;
mod survey;
mod system;
mod terraform;
mod tilt;
mod tools;
pub(crate) mod traefik;
mod umbrella;
mod variables;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files::{Here, Mount};
use crate::kratos::env::Variable;
use crate::kratos::{boolean, secrets};
use crate::text::{Place, Source};
use crate::unit::Unit;
use crate::yaml::Node;

pub(crate) use image::Image;
pub(crate) use image::{FROZEN, is_unpinned, release};
pub(crate) use mounts::Mounts;
pub(crate) use neighbours::{Database, Published};
pub use project::Project;
use reading::{MAX_STARTS, MAX_STARTS_OF_FILE};
pub(crate) use sample::is_sample;
pub(crate) use survey::Survey;
pub(crate) use variables::Variables;

/// What is known of a thing.
#[derive(Clone, Debug, Default)]
pub enum Fact<T> {
    /// It is so, and here it says so.
    Known(T, Place),
    /// It is surely not so.
    Absent,
    /// Nothing is known.
    #[default]
    Unknown,
}

impl<T> Fact<T> {
    /// The value, if it is known.
    pub(crate) fn known(&self) -> Option<&T> {
        match self {
            Fact::Known(value, _) => Some(value),
            _ => None,
        }
    }

    /// Where it says so, if it is known.
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Fact::Known(_, place) => Some(place),
            _ => None,
        }
    }

    /// The same, to change it.
    pub(crate) fn place_mut(&mut self) -> Option<&mut Place> {
        match self {
            Fact::Known(_, place) => Some(place),
            _ => None,
        }
    }

    /// Whether it is known.
    pub(crate) fn is_known(&self) -> bool {
        matches!(self, Fact::Known(..))
    }

    /// Whether it is known not to be so.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Fact::Absent)
    }

    /// Whether nothing is known.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Fact::Unknown)
    }

    /// `known`, `absent` or `unknown`.
    pub(crate) fn state(&self) -> &'static str {
        match self {
            Fact::Known(..) => "known",
            Fact::Absent => "absent",
            Fact::Unknown => "unknown",
        }
    }
}

/// Which kind of file says how Kratos is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// A compose file.
    Compose,
    /// Values of a Helm chart.
    Helm,
    /// A manifest of Kubernetes.
    Kubernetes,
    /// A Dockerfile on its own.
    Dockerfile,
    /// Terraform.
    Terraform,
    /// Ansible.
    Ansible,
    /// A script, Makefile or CI file.
    Script,
    /// A unit file or the file of a platform.
    Platform,
}

/// Whether a start runs the server, the courier, or something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `kratos serve`.
    Serve,
    /// `kratos courier watch`.
    Courier,
    /// A migration or another command that ends.
    Other,
}

/// Whose the loopback address of a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loopback {
    /// Only that of Kratos.
    Own,
    /// Other programs run, or may run, under the same address.
    Shared,
}

/// One process of Kratos that the project starts.
#[derive(Clone, Debug)]
pub struct Start {
    /// Which kind of file says so.
    pub by: By,
    /// The service, container or line that starts it.
    pub place: Place,
    /// Its name among its neighbours, if it has one.
    pub name: String,
    /// Its JSON pointer in its file; empty where that has none.
    pub at: String,
    /// What it runs.
    pub role: Role,
    /// The image; absent when the program runs without a container.
    pub image: Fact<Image>,
    /// The arguments of `kratos`; `None` for those that are not known.
    pub arguments: Fact<Vec<Option<String>>>,
    /// The program that the command begins with although the image runs Kratos by itself: `kratos kratos serve`.
    pub(crate) doubled: Option<String>,
    /// The variables; their values may be unknown.
    pub variables: Variables,
    /// Whether variables may come that the project does not name.
    pub more_variables: bool,
    /// What the server sees at which path.
    pub mounts: Mounts,
    /// Its working folder, as the server sees it.
    pub working_folder: PathBuf,
    /// The folder of the project that is its working folder, when it runs without a container.
    pub at_home: Option<PathBuf>,
    /// Whether a program fills the configuration in before the start (`envsubst`, `sed`, a template).
    pub is_filled_in: bool,
    /// The published ports.
    pub ports: Vec<Place>,
    /// Names of the services of its file, under which it and its neighbours are reached.
    pub services: Arc<[String]>,
    /// Names of the services that files change which are laid over its own, or may be.
    pub(crate) laid_over: Vec<Arc<[String]>>,
    /// Whose its loopback address is.
    pub loopback: Loopback,
    /// Base file and override of compose, or the like, that are not surely used together.
    pub is_variant: bool,
    /// What the project says in full.
    pub complete: Complete,
}

/// Of what a project says everything that there is at a start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Complete {
    /// The files beside those of the image: at other paths there is nothing.
    pub files: bool,
    /// The services that the server reaches by name.
    pub services: bool,
}

/// Most files of `-c`.
const MAX_CONFIGURATIONS: usize = 64;

/// The working folder of the official image (`.docker/Dockerfile-alpine`, v1.3.1 and v26.2.0).
pub(crate) const IMAGE_FOLDER: &str = "/home/ory";

impl Start {
    /// One of which nothing is known yet.
    pub(crate) fn new(by: By, place: Place) -> Start {
        Start {
            by,
            place,
            name: String::new(),
            at: String::new(),
            role: Role::Serve,
            image: Fact::Unknown,
            arguments: Fact::Unknown,
            doubled: None,
            variables: Variables::default(),
            more_variables: false,
            mounts: Mounts::default(),
            working_folder: PathBuf::from(IMAGE_FOLDER),
            at_home: None,
            is_filled_in: false,
            ports: Vec::new(),
            services: Arc::default(),
            laid_over: Vec::new(),
            loopback: Loopback::Own,
            is_variant: false,
            complete: Complete::default(),
        }
    }

    /// Whether a path of the server surely holds nothing: the image of Ory has no files there, and nothing is mounted.
    #[must_use]
    pub(crate) fn lacks(&self, path: &str) -> bool {
        let path = Path::new(path.strip_prefix("file://").unwrap_or(path));
        let path = crate::disk::plain(&self.working_folder.join(path));
        self.complete.files && system::is_empty(&path) && self.mounts.around(&path).is_none()
    }

    /// The same for a folder, in which things may be mounted.
    #[must_use]
    pub(crate) fn lacks_folder(&self, path: &str) -> bool {
        self.lacks(path) && !self.mounts.is_any_below(&crate::disk::plain(&self.working_folder.join(path)))
    }

    /// Whether its arguments are flags without a command: no `serve`.
    #[must_use]
    pub(crate) fn has_flags_alone(&self) -> bool {
        self.arguments.known().is_some_and(|words| arguments::flags_alone(words))
    }

    /// Whether a flag of the command line is given.
    pub(crate) fn flag(&self, name: &str) -> Fact<()> {
        // The environment goes over flags; other flags have no variable of their name.
        let by_name = match name {
            "dev" => self.variables.get("DEV"),
            "sqa-opt-out" => self.variables.get("SQA_OPT_OUT"),
            _ => None,
        };
        match by_name.map(|variable| (variable.value.as_deref(), variable)) {
            Some((Some(text), variable)) if boolean::parse(text) == Some(true) => {
                return Fact::Known((), variable.name_place.clone());
            }
            Some((Some(_), _)) if name == "dev" => return Fact::Absent,
            Some((None, _)) => return Fact::Unknown,
            _ => {}
        }
        let Fact::Known(words, place) = &self.arguments else { return Fact::Unknown };
        let long = format!("--{name}");
        for word in words.iter().flatten() {
            match word.strip_prefix(&long) {
                Some("" | "=true" | "=1") => return Fact::Known((), place.clone()),
                Some("=false" | "=0") => return Fact::Absent,
                _ => {}
            }
        }
        if words.iter().any(Option::is_none) { Fact::Unknown } else { Fact::Absent }
    }

    /// The files of `-c` and `--config` in their order; `None` for those that are not known.
    pub(crate) fn configurations(&self) -> Vec<Option<&str>> {
        let Some(words) = self.arguments.known() else { return Vec::new() };
        let mut found = Vec::new();
        for (index, word) in words.iter().enumerate() {
            match word.as_deref() {
                Some("-c" | "--config") => found.push(words.get(index + 1).and_then(Option::as_deref)),
                Some(word) => {
                    let value = word.strip_prefix("--config=").or_else(|| word.strip_prefix("-c="));
                    found.extend(value.map(Some));
                }
                None => {}
            }
        }
        // `-c a,b` names two files (pflag's StringSlice).
        let words = found.into_iter();
        let named = words.flat_map(|word| word.map_or(vec![None], |word| word.split(',').map(Some).collect()));
        named.take(MAX_CONFIGURATIONS + 1).collect()
    }

    /// Whether there is more to it than a server has.
    fn is_too_much(&self) -> bool {
        let has_too_many = self.variables.are_too_many() || self.mounts.are_too_many();
        has_too_many || self.ports.len() > compose::MAX_PORTS || self.configurations().len() > MAX_CONFIGURATIONS
    }

    /// What a path of the server leads to in the project.
    pub(crate) fn resolve(&self, path: &str) -> Here {
        let path = PathBuf::from(path.strip_prefix("file://").unwrap_or(path));
        if let Some(home) = self.at_home.as_ref().filter(|_| path.is_relative()) {
            return Here::Path(crate::disk::plain(&home.join(path)));
        }
        let path = crate::disk::plain(&self.working_folder.join(path));
        let Some(mount) = self.mounts.around(&path) else { return Here::Unknown };
        let rest = path.strip_prefix(&mount.there).map(PathBuf::from).unwrap_or_default();
        match &mount.here {
            Here::Path(here) if rest.as_os_str().is_empty() => Here::Path(here.clone()),
            Here::Path(here) => Here::Path(here.join(rest)),
            Here::Text(source) if rest.as_os_str().is_empty() => Here::Text(Arc::clone(source)),
            Here::Nothing => Here::Nothing,
            _ => Here::Unknown,
        }
    }
}

/// Why a project is not read to its end.
pub(crate) fn too_much() -> String {
    format!("more than {MAX_STARTS} servers, {MAX_STARTS_OF_FILE} in one file, or a server or file with too much to it")
}

/// How far a project was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// As far as the readers go.
    #[default]
    Whole,
    /// It starts Kratos more often than is read, or a start has more to it: then nothing is known.
    GivenUp,
}

/// Who may have built a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Builder {
    /// Ory, as far as the project says.
    #[default]
    Ory,
    /// The project, from sources of its own, and nothing says that the unit is for the image of Ory.
    Project,
}

/// Whose image the image of a unit is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ImageOwner {
    /// That of its server.
    #[default]
    Server,
    /// That of something else in the project: a job, a script, another release of the chart.
    Other,
}

/// Whether the servers of a unit load it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Loading {
    /// They may.
    #[default]
    Likely,
    /// They do, and all files that they load are known.
    Sure,
}

/// What a file that no start of the project names is beside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Neighbour {
    /// No file that is started.
    #[default]
    None,
    /// A file that is started: this one may be a part that is laid over it.
    Started,
    /// A file whose name it adds a word to (`kratos.prod.yml` beside `kratos.yml`): it may be a part too.
    Named,
}

/// How the Kratos of a unit is started.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// Its image and release.
    pub image: Fact<Image>,
    /// Whose the image is.
    pub(crate) image_owner: ImageOwner,
    /// Whether no tag is pinned: the image is the latest at the time.
    pub is_untagged: bool,
    /// `--dev`.
    pub dev: Fact<()>,
    /// `--dev` of all servers of the project, or of one that no reader knows.
    pub dev_of_all: Fact<()>,
    /// `--watch-courier`.
    pub watch_courier: Fact<()>,
    /// `--sqa-opt-out`.
    pub sqa_opt_out: Fact<()>,
    /// `kratos courier watch` beside the server.
    pub courier: Fact<()>,
    /// The files of `-c` in their order, as the command line names them.
    pub config: Vec<String>,
    /// The files of `-c` in their order, in the project.
    pub layers: Vec<PathBuf>,
    /// The files of `-c` that the server also loads and the project lacks, as the command line names them, where it does: what
    /// they set is not known.
    pub(crate) missing_layers: Vec<Option<String>>,
    /// The variables that the server gets; those of unknown value have none.
    pub variables: Arc<[Variable]>,
    /// Whether more variables may come than the project names: then what is missing may be there.
    pub more_variables: bool,
    /// What the server sees at which path.
    pub mounts: Arc<[Mount]>,
    /// Whether a program fills the file in before the start.
    pub is_filled_in: bool,
    /// Names of variables that the project sets for a server of which it does not show how it is started.
    pub(crate) named: Arc<HashSet<String>>,
    /// Whether it runs in a container.
    pub container: Fact<()>,
    /// The published ports, with the start that publishes them.
    pub ports: Vec<Place>,
    /// Values of Ory's chart around the unit, when it is in them.
    pub(crate) values: Option<Arc<chart_values::Values>>,
    /// The values that the project lays under and over them.
    pub(crate) around: Arc<merged::Around>,
    /// How far the project was read.
    pub extent: Extent,
    /// The starts that serve the unit; none when the project does not show one.
    pub starts: Vec<Arc<Start>>,
    /// Whether its servers load the unit.
    pub(crate) loading: Loading,
    /// Whether the project starts another file of the same folder.
    pub(crate) neighbour: Neighbour,
    /// A start that sees the folder of the unit, and the file that it loads there and that is not there.
    pub(crate) misses: Option<(Arc<Start>, PathBuf)>,
    /// Who may have built the server.
    pub(crate) builder: Builder,
}

impl Deployment {
    /// Whether the project shows how the unit is started.
    #[must_use]
    pub(crate) fn is_found(&self) -> bool {
        !self.starts.is_empty()
    }

    /// Whether Ory's chart starts its Kratos: flags are switches in the values then.
    pub(crate) fn is_of_chart(&self) -> bool {
        self.values.is_some()
    }

    /// What switches dev mode on.
    pub(crate) fn dev_switch(&self) -> &'static str {
        if self.is_of_chart() { "`kratos.development: true`" } else { "`--dev`" }
    }

    /// What the files of values give Ory's chart at a path of keys joined by dots: the one that wins is the first.
    pub(crate) fn chart_values(&self, path: &str) -> Vec<Node<'_>> {
        self.values.as_ref().map(|own| self.around.all(own, path).collect()).unwrap_or_default()
    }

    /// The one of them that wins.
    pub(crate) fn chart_value(&self, path: &str) -> Option<Node<'_>> {
        self.around.find(self.values.as_ref()?, path)
    }

    /// Whether the command that installs Ory's chart may change one of these values, or what is not known is laid over them.
    pub(crate) fn chart_may_change(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| self.around.may_change(path))
    }

    /// Whether all of it is unknown although the project was read.
    #[must_use]
    pub(crate) fn is_unseen(&self) -> bool {
        let is_empty = self.config.is_empty() && self.variables.is_empty() && self.mounts.is_empty();
        self.extent != Extent::GivenUp && !self.is_found() && self.image.known().is_none() && is_empty
    }

    /// Whether the variables of the server are all known: what is missing is missing.
    #[must_use]
    pub(crate) fn is_environment_known(&self) -> bool {
        self.is_found() && !self.more_variables
    }

    /// Whether the configuration and the variables of the server are known in full, so that it lacks what is in neither.
    pub(crate) fn is_all_known(&self) -> bool {
        let is_plain = |start: &Arc<Start>| start.complete.files && start.is_of_ory() && !start.is_variant;
        self.is_environment_known()
            && self.loading == Loading::Sure
            && !self.is_filled_in
            && self.starts.iter().all(is_plain)
    }

    /// Says that the server also loads a file that is not in the project.
    pub(crate) fn note_on_layers(&self) -> Option<String> {
        let name = secrets::path(self.missing_layers.iter().flatten().next()?);
        Some(format!("the server also loads {name}, which is not in the project: what that sets is not known"))
    }

    /// Whether a variable of this name may replace a value, for the project speaks of it and does not show the start.
    pub(crate) fn may_set(&self, name: &str) -> bool {
        !self.is_found() && self.named.contains(name)
    }

    /// Texts inside other files that the server lays over each other or over a file, one of which is the unit, with names that tell
    /// them from others. `read` reads a file of the project.
    pub(crate) fn texts_over(
        &self,
        unit: &Unit,
        read: &dyn Fn(&Path) -> Option<Arc<Source>>,
    ) -> Option<(Vec<PathBuf>, Vec<Arc<Source>>)> {
        let start = self.starts.first()?;
        let from = Path::new(start.place.source.path());
        let files = start.configurations().into_iter().flatten();
        let found: Vec<(&str, Here)> = files.map(|file| (file, start.resolve(file))).collect();
        if !found.iter().any(|(_, here)| matches!(here, Here::Text(_))) {
            return None;
        }
        let text = |(file, here)| match here {
            Here::Text(text) => Some((from.join(str::trim_start_matches(file, '/')), text)),
            Here::Path(path) => Some((from.join(str::trim_start_matches(file, '/')), read(&path)?)),
            Here::Nothing | Here::Unknown => None,
        };
        let (names, texts): (Vec<_>, Vec<_>) = found.into_iter().filter_map(text).unzip();
        let own = unit.source();
        let is_own = |text: &Arc<Source>| text.path() == own.path() && text.text() == own.text();
        // A text over a file is checked with the file.
        let is_one = if unit.at.is_empty() { texts.first().is_some_and(is_own) } else { texts.iter().any(is_own) };
        (texts.len() > 1 && is_one).then_some((names, texts))
    }

    /// Whether messages are sent by a process: by `--watch-courier` or one of its own.
    #[must_use]
    pub(crate) fn sends_messages(&self) -> Fact<()> {
        match (&self.watch_courier, &self.courier) {
            (Fact::Known(..), _) => self.watch_courier.clone(),
            (_, Fact::Known(..)) => self.courier.clone(),
            (Fact::Absent, Fact::Absent) => Fact::Absent,
            _ => Fact::Unknown,
        }
    }
}
