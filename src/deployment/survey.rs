//! All that a project says of how its Kratos servers are started.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::composed::{self, Composed};
use super::file_kind::{FileKind, is_silent, kind_of};
use super::installed::{self, Given};
use super::kustomize::{self, Kustomizations};
use super::pins::Pins;
use super::reading::Reading;
use super::script::{self, Script};
use super::variables::{Layer, Variables};
use super::{
    Fact, Image, Start, ansible, apps, bake, charts, compose, dockerfile, downloads, ecs, exports, flux, images,
};
use super::{kubernetes, names, platform, render, steps, terraform, tilt, tools};
use crate::disk::Disk;
use crate::kratos::env::godotenv;
use crate::text::{Place, Source, Span};
use crate::yaml::Format;

/// Largest file that is read, in bytes.
const MAX_FILE: usize = 512 << 10;

/// Most files of one kind that are read.
const MAX_FILES: usize = 2_000;

/// Most bytes of all files that are read.
const MAX_BYTES: usize = 16 << 20;

/// Most files of variables of playbooks without the name of Kratos, and the largest one in bytes.
const MAX_QUIET: usize = 500;
const MAX_VARIABLES: usize = 16 << 10;

/// Most charts that are read.
const MAX_CHARTS: usize = 500;

/// Most files of values of one release.
const MAX_VALUES: usize = 64;

/// The starts of all Kratos servers in a project, and the names of variables that it speaks of.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// In the order of their files.
    pub(crate) starts: Vec<Arc<Start>>,
    /// What tools set over values of the chart.
    pub(crate) given: Vec<Given>,
    /// The files `Chart.yaml`.
    pub(crate) charts: Vec<PathBuf>,
    /// How often each name of a file is there.
    names: HashMap<String, usize>,
    /// Whether a program of the project (Go, TypeScript, …) starts Kratos: nothing is known of how.
    pub(crate) programs: Vec<Program>,
    /// Releases that the project downloads for the machine itself, and those that a charm is for.
    pub(crate) downloads: Vec<Fact<Image>>,
    /// Images that files name in a form that no reader knows.
    pub(crate) mentions: Vec<Fact<Image>>,
    /// Folders with the sources of Kratos, or with a Dockerfile that builds a program of that name.
    pub(crate) sources: Vec<PathBuf>,
    /// A file of which no reader finds a start, and that speaks of one with `--dev`.
    pub(crate) says_dev: Fact<()>,
    /// Names of variables in files that belong to no known start.
    pub(crate) named: Arc<HashSet<String>>,
    /// Folders whose files Flux fills in.
    pub(crate) filled: Vec<PathBuf>,
    /// Whether there is more than any project has: nothing is known of how Kratos is started.
    pub(crate) is_given_up: bool,
    /// Which file that is, after the reason.
    busiest: String,
}

/// A program that starts Kratos.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// The images that it names.
    pub(crate) images: Vec<Fact<Image>>,
}

impl Survey {
    /// Whether only one file of the project has this name.
    pub(crate) fn is_unique(&self, name: &str) -> bool {
        self.names.get(name) == Some(&1)
    }

    /// Reads the files below a root.
    pub(crate) fn of(disk: &Disk, root: &Path) -> Survey {
        let all = disk.walk(root);
        let mut names: HashMap<String, usize> = HashMap::new();
        for name in all.iter().filter_map(|path| path.file_name()) {
            *names.entry(name.to_string_lossy().into_owned()).or_default() += 1;
        }
        let samples = names::samples(disk, &all);
        let charts = all.iter().filter(|path| path.ends_with("Chart.yaml")).take(MAX_CHARTS).cloned().collect();
        let above = Path::new(SOURCE).components().count();
        let of_source = |path: &&PathBuf| path.ends_with(SOURCE);
        let sources = all.iter().filter(of_source).filter_map(|path| path.ancestors().nth(above)).take(MAX_SOURCES);
        let sources = sources.map(Path::to_path_buf).collect();
        let files = all.into_iter().filter_map(|path| kind_of(&path).map(|kind| (path, kind))).collect();
        let mut survey = Survey { charts, names, sources, ..Survey::default() };
        let why = match speaking(disk, files) {
            Some(speaks) => {
                survey.read(disk, root, &speaks);
                let speaking = speaks.iter().map(|(.., source)| source);
                survey.named = Arc::new(names::of(speaking.chain(&samples), &survey.starts));
                survey.is_given_up.then(|| super::too_much() + &survey.busiest)
            }
            None => Some(format!("more than {MAX_FILES} files of one kind, or 16 MiB of them, may say it")),
        };
        if let Some(why) = why {
            survey.is_given_up = true;
            disk.leave_out(root, format!("how Kratos is started is not known: {why}"));
        }
        survey
    }

    /// Reads the files that speak.
    fn read(&mut self, disk: &Disk, root: &Path, speaks: &[Speaking]) {
        let of = |wanted: FileKind| speaks.iter().filter(move |(_, kind, _)| *kind == wanted);
        let composes = of(FileKind::Yaml).filter(|(path, _, source)| compose::is_one(path, source.text()));
        let composes: Vec<PathBuf> = composes.map(|(path, ..)| path.clone()).collect();
        let reading = &Reading::of(disk);
        let files = |wanted: FileKind| -> Vec<(PathBuf, Arc<Source>)> {
            of(wanted).map(|(path, _, source)| (path.clone(), Arc::clone(source))).collect()
        };
        let yamls = files(FileKind::Yaml);
        images::remember(reading, root, &yamls, &files(FileKind::Script), &files(FileKind::Makefile));
        images::remember_folders(reading, root, &files(FileKind::Dockerfile));
        remember_values(reading, root, speaks);
        // Templates of compose files name the variables of playbooks.
        let by_ansible = ansible::read(reading, &yamls);
        let commands = speaks.iter().flat_map(|(path, kind, source)| composed_by(reading, root, path, *kind, source));
        let mut starts = compose::read(reading, &composes, &commands.collect::<Vec<_>>());
        for (path, _, source) in of(FileKind::Dockerfile) {
            let folder = path.parent().unwrap_or(root);
            starts.extend(dockerfile::alone(source, reading, folder, root));
        }
        let mut hcls = files(FileKind::Hcl);
        let is_wanted = |text: &str| text.contains("kratos") || text.contains("helm_release");
        if !hcls.iter().any(|(_, source)| is_wanted(source.text())) {
            hcls.clear();
        }
        let kustomizations = Kustomizations::read(reading, &yamls, root);
        starts.extend(kubernetes::read(reading, &yamls, &kustomizations));
        starts.extend(by_ansible);
        let inputs = terraform::Inputs::of(&hcls);
        starts.extend(terraform::read(reading, &hcls, &inputs));
        starts.extend(self.of_others(reading, root, speaks));
        starts.extend(steps::of_yaml(reading, &yamls, root));
        starts.extend(render::read(reading, &yamls, root));
        starts.extend(apps::read(reading, &yamls, root));
        starts.extend(ecs::of_yaml(reading, &yamls));
        self.given.extend(terraform::releases(&hcls, &inputs));
        self.given.extend(ansible::releases(reading, &yamls));
        self.given.extend(flux::releases(reading, &yamls, &kustomizations));
        self.given.extend(installed::of_yaml(&yamls, root));
        // A map that a reader of its own has read says no less than that.
        let known: HashSet<(String, Span)> = self.given.iter().filter_map(named).collect();
        self.given
            .extend(charts::of_yaml(&yamls).into_iter().filter(|one| named(one).is_none_or(|at| !known.contains(&at))));
        self.given.extend(charts::of_task_files(reading, &yamls));
        self.find_variants(disk, root);
        let built = of(FileKind::Dockerfile).filter(|(.., source)| dockerfile::builds_kratos(source));
        self.sources.extend(built.filter_map(|(path, ..)| path.parent()).map(Path::to_path_buf).take(MAX_SOURCES));
        self.find_downloads(reading, speaks, &yamls);
        self.filled = flux::filled(reading, &yamls, &kustomizations, root);
        let pins = Pins::of(reading, root, speaks.iter().map(|(.., source)| source).collect());
        self.read_unread(speaks, &pins);
        self.given.iter_mut().for_each(|given| given.pin(&pins));
        self.says_dev = unread_dev(&starts, speaks);
        for start in &mut starts {
            dot_env(reading, start);
            pin(start, &pins);
        }
        self.keep(reading, starts);
    }

    /// Takes the programs of Kratos that files download or build.
    fn find_downloads(&mut self, reading: &Reading<'_>, speaks: &[Speaking], yamls: &[(PathBuf, Arc<Source>)]) {
        self.downloads =
            speaks.iter().flat_map(|(.., source)| downloads::of(source, &|text| reading.filled(text))).collect();
        self.downloads.extend(yamls.iter().flat_map(|(_, source)| downloads::of_charm(source)));
        self.downloads.extend(yamls.iter().filter_map(|(_, source)| downloads::of_part(source)));
        self.downloads.extend(speaks.iter().flat_map(|(path, _, source)| tools::of(path, source)));
    }

    /// Takes what is known of files of which no reader knows how they start Kratos: the images that they name, programs, charts.
    fn read_unread(&mut self, speaks: &[Speaking], pins: &Pins<'_>) {
        let of = |wanted: FileKind| speaks.iter().filter(move |(_, kind, _)| *kind == wanted);
        let others = speaks.iter().filter(|(_, kind, _)| *kind != FileKind::Program);
        let mentioned = |source| downloads::mentioned_with(source, &|tag| pins.tag(source, tag));
        self.mentions = others.flat_map(|(.., source)| mentioned(source)).collect();
        let apart = speaks.iter().filter(|(_, kind, _)| matches!(kind, FileKind::Settings | FileKind::Hcl));
        self.mentions.extend(apart.flat_map(|(.., source)| downloads::named_in_settings(source)));
        self.mentions.extend(of(FileKind::Hcl).flat_map(|(.., source)| downloads::named_in_parts(source)));
        let images = |source| Some(downloads::named(source)).filter(|named| !named.is_empty());
        let program = |path: &PathBuf, source| Program {
            path: path.clone(),
            images: images(source).unwrap_or_else(|| downloads::mentioned(source)),
        };
        let unread = of(FileKind::Settings).filter(|(path, _, source)| starts_it(path, source.text()));
        let programs = of(FileKind::Program).filter(|(.., source)| starts_image(source.text()));
        self.given.extend(of(FileKind::Program).flat_map(|(.., source)| charts::of_program(source)));
        self.programs = programs.chain(unread).map(|(path, _, source)| program(path, source)).collect();
    }

    /// Keeps the starts of a project that has no more of them than any has.
    fn keep(&mut self, reading: &Reading<'_>, starts: Vec<Start>) {
        let too_much = starts.iter().find(|start| start.is_too_much());
        self.is_given_up = reading.is_given_up() || too_much.is_some();
        let place = |start: &Start| format!(": a server in {}", start.place.source.path());
        let busiest = || reading.busiest().map(|file| format!(": most of them in {file}"));
        self.busiest = too_much.map(place).or_else(busiest).unwrap_or_default();
        if !self.is_given_up {
            self.starts = starts.into_iter().map(Arc::new).collect();
        }
    }

    /// The releases with each file of values that a variable may name, without those that have more than any project has.
    fn find_variants(&mut self, disk: &Disk, root: &Path) {
        let given = std::mem::take(&mut self.given);
        self.given = given.into_iter().flat_map(|given| installed::variants(disk, given)).collect();
        if self.given.iter().any(|given| given.files.len() > MAX_VALUES) {
            disk.leave_out(
                root,
                format!("a release of the chart with more than {MAX_VALUES} files of values is not read"),
            );
            self.given.retain(|given| given.files.len() <= MAX_VALUES);
        }
    }

    /// The starts in unit files, files of platforms, JSON, scripts and recipes.
    fn of_others(&mut self, reading: &Reading<'_>, root: &Path, speaks: &[Speaking]) -> Vec<Start> {
        let mut starts = Vec::new();
        for (path, kind, source) in speaks {
            match kind {
                FileKind::UnitFile => starts.extend(platform::unit_file(reading, path, source)),
                FileKind::Settings if source.text().contains(platform::PROGRAM) => {
                    starts.extend(platform::supervisor(reading, path, source, root));
                }
                FileKind::Settings if tools::is_of_mise(path) => {
                    starts.extend(steps::of_mise(reading, path, source));
                }
                FileKind::Toml => {
                    starts.extend(platform::settings_file(reading, path, source, Format::Toml));
                }
                FileKind::Json if path.ends_with("railway.json") => {
                    starts.extend(platform::settings_file(reading, path, source, Format::Json));
                }
                FileKind::Tiltfile => {
                    self.given.extend(tilt::releases(source, path.parent().unwrap_or(root)));
                }
                FileKind::Json => starts.extend(steps::of_json(reading, path, source)),
                _ => {
                    let (found, given) = of_script(reading, root, path, *kind, source);
                    starts.extend(found);
                    self.given.extend(given);
                }
            }
        }
        starts
    }
}

/// Remembers the values that bake files, commands and pipelines give to arguments and variables.
fn remember_values(reading: &Reading<'_>, root: &Path, speaks: &[Speaking]) {
    let mut taken = exports::Taken::new();
    for (path, _, source) in speaks {
        if bake::is_one(path) {
            bake::remember(reading, path, source);
        }
        exports::remember(reading, root, path, source, &mut taken);
    }
}

/// A file of which no reader finds a start, and that speaks of one with `--dev`.
fn unread_dev(starts: &[Start], speaks: &[Speaking]) -> Fact<()> {
    let read: HashSet<&str> = starts.iter().map(|start| start.place.source.path()).collect();
    let says_dev = |source: &Source| ["kratos", "serve", "--dev"].iter().all(|word| source.text().contains(word));
    let mut others = speaks.iter().map(|(.., source)| source).filter(|source| !read.contains(source.path()));
    let found = others.find(|source| says_dev(source));
    found.map_or(Fact::Absent, |source| Fact::Known((), Place::new(source, Span::at(0))))
}

/// Gives an image of Ory whose tag is a placeholder the release that it stands for.
fn pin(start: &mut Start, pins: &Pins<'_>) {
    let tag = start.image.known().filter(|image| image.asked.is_none() && image.is_of_ory()).map(|image| &image.tag);
    let found = tag.and_then(|tag| downloads::of_pin(pins.tag(&start.place.source, tag)?));
    start.image = found.unwrap_or_else(|| std::mem::take(&mut start.image));
}

/// Most folders with sources of Kratos.
const MAX_SOURCES: usize = 64;

/// A file that each release of Kratos has in its sources (v0.13.0 to v26.2.0).
const SOURCE: &str = "selfservice/strategy/password/strategy.go";

/// Names of images of Kratos.
const IMAGES: [&str; 2] = ["oryd/kratos", "ory/kratos"];

/// A file that speaks.
type Speaking = (PathBuf, FileKind, Arc<Source>);

/// The files that speak of Kratos, or may say how it is started without its name; none when there are more than any project has.
fn speaking(disk: &Disk, files: Vec<(PathBuf, FileKind)>) -> Option<Vec<Speaking>> {
    let mut counts = [0_usize; 12];
    let (mut found, mut left) = (Vec::new(), MAX_BYTES);
    let (mut quiet, mut has_playbook) = (Vec::new(), false);
    for (path, kind) in files {
        let Ok(source) = disk.read(&path) else { continue };
        let text = source.text();
        has_playbook |= kind == FileKind::Yaml && ansible::may_start(text);
        let is_wanted = is_wanted(&path, kind, text);
        if !is_wanted && kind == FileKind::Yaml && quiet.len() < MAX_QUIET && ansible::is_of_variables(&path) {
            quiet.push((path, kind, source));
            continue;
        }
        if !is_wanted || is_silent(&path, text) {
            continue;
        }
        if text.len() > MAX_FILE {
            if IMAGES.iter().any(|image| text.contains(image)) {
                disk.leave_out(&path, "it is larger than 512 KiB: what it says of the start of Kratos is not read");
            }
            continue;
        }
        let mut count = counts.get_mut(kind as usize);
        if let Some(count) = &mut count {
            **count += 1;
        }
        left = left.checked_sub(text.len())?;
        if count.is_some_and(|count| *count > MAX_FILES) {
            return None;
        }
        found.push((path, kind, source));
    }
    // What fills a playbook in need not have the name of Kratos.
    let is_small = |(.., source): &Speaking| source.text().len() <= MAX_VARIABLES;
    found.extend(quiet.into_iter().filter(|one| has_playbook && is_small(one)));
    Some(found)
}

/// Whether a file speaks of Kratos, or may say how it is started without its name.
fn is_wanted(path: &Path, kind: FileKind, text: &str) -> bool {
    match kind {
        _ if bake::is_one(path) => true,
        // What is built, and with which tag, need not have the name of Kratos in small letters.
        FileKind::Yaml | FileKind::Script | FileKind::Makefile | FileKind::Json
            if images::gives_arguments(text) || exports::may_say(text) =>
        {
            true
        }
        FileKind::Program => starts_image(text) || charts::may_install(text),
        FileKind::Yaml => {
            ["kratos", "configMapGenerator", "postBuild:", "argoproj.io/"].iter().any(|word| text.contains(word))
                || composed::may_say(text)
                || kustomize::is_one(path)
                || compose::is_one(path, text)
        }
        FileKind::Script if is_for_another_program(text) => false,
        FileKind::Toml => true,
        FileKind::Json if path.ends_with("railway.json") => true,
        // The release may stand in a file of its own.
        FileKind::Hcl => {
            ["kratos", "variable ", "locals ", "version", "helm_release"].iter().any(|word| text.contains(word))
        }
        FileKind::Script | FileKind::Makefile | FileKind::Json | FileKind::Tiltfile if composed::may_say(text) => true,
        _ => text.contains("kratos"),
    }
}

/// Whether a text says by its first line that it is for another program than a shell.
fn is_for_another_program(text: &str) -> bool {
    text.strip_prefix("#!")
        .and_then(|rest| rest.lines().next())
        .is_some_and(|line| !line.contains("sh") && !line.contains("openrc"))
}

/// Whether a program seems to start the server.
fn starts_image(text: &str) -> bool {
    text.contains("kratos") && text.contains("serve") && (text.contains("-c") || text.contains("--config"))
}

/// Whether a file in the language of a tool that no reader knows starts the server, as a program does.
fn starts_it(path: &Path, text: &str) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let is_known = matches!(ending, Some("nix" | "toml" | "json")) && text.contains("kratos serve");
    is_known || (tools::is_unread(&name) && tools::serves(text))
}

/// Starts in scripts, Makefiles and Procfiles, and installations of the chart.
fn of_script(
    reading: &Reading<'_>,
    root: &Path,
    path: &Path,
    kind: FileKind,
    source: &Arc<Source>,
) -> (Vec<Start>, Vec<Given>) {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let env_file = |file: &str| reading.env_file_at(&folder.join(file));
    let mut script = Script {
        source,
        text: source.text(),
        at: Some(0),
        folder: Some(folder.clone()),
        variables: Variables::default(),
        env_file: &env_file,
    };
    match kind {
        FileKind::Script => {
            let (starts, given) = steps::effect_starts(&script, reading);
            // Its caller is in its folder or, as often, at the root.
            if given.iter().all(|one| one.files.iter().all(|file| reading.read(&file.path).is_ok())) {
                return (starts, given);
            }
            script.folder = Some(root.to_path_buf());
            (starts, script::read(&script).installed)
        }
        FileKind::Makefile => {
            let (text, variables) = script::recipes(source, &|file| reading.read(&folder.join(file)).ok());
            script.variables = variables;
            script.text = &text;
            steps::effect_starts(&script, reading)
        }
        FileKind::Procfile => {
            script.variables.lay_any(env_file(".env"));
            (procfile(source, &script, reading), Vec::new())
        }
        _ => (Vec::new(), Vec::new()),
    }
}

/// The compose files that a script reads with another project folder, or over each other.
fn composed_by(reading: &Reading<'_>, root: &Path, path: &Path, kind: FileKind, source: &Arc<Source>) -> Vec<Composed> {
    let own = path.parent().unwrap_or(root);
    if !composed::may_say(source.text()) {
        return Vec::new();
    }
    let (text, variables) = match kind {
        FileKind::Makefile => script::recipes(source, &|file| reading.read(&own.join(file)).ok()),
        FileKind::Script => (source.text().to_owned(), Variables::default()),
        FileKind::Yaml | FileKind::Json => (composed::steps(source), Variables::default()),
        FileKind::Tiltfile => return composed::of_tiltfile(source.text(), own),
        _ => return Vec::new(),
    };
    let read = |folder: &Path| -> Vec<Composed> {
        let (folder, variables) = (Some(folder.to_path_buf()), variables.clone());
        let script = Script { source, text: &text, at: None, folder: folder.clone(), variables, env_file: &|_| None };
        let named = folder.map(|folder| composed::of_variables(&text, &folder)).unwrap_or_default();
        script::read(&script).composed.into_iter().chain(named).collect()
    };
    // It is called from its folder or, as often, from the root.
    let found = read(own);
    if found.iter().all(|one| reading.is_file(&one.file)) { found } else { read(root) }
}

/// `.env` in the working folder of Kratos goes over its environment: ory/pop brings gobuffalo/envy, whose `init` overloads it (ran on
/// v1.0.0 to v26.2.0).
fn dot_env(reading: &Reading<'_>, start: &mut Start) {
    const NAME: &str = ".env";
    let source = match start.resolve(NAME) {
        super::Here::Path(path) => reading.read(&path).ok(),
        super::Here::Text(source) => Some(source),
        super::Here::Nothing | super::Here::Unknown => None,
    };
    let path = start.working_folder.join(NAME);
    // Mounted, but not in the project.
    start.more_variables |= source.is_none() && start.mounts.around(&path).is_some_and(|mount| mount.there == path);
    let Some(source) = source else { return };
    if !reading.may_read(source.text().len()) {
        return reading.give_up();
    }
    let version = start.image.known().and_then(|image| image.asked).map(|asked| asked.version);
    start.variables.lay(&Arc::new(Layer::of(godotenv::variables(&source, version))));
}

/// `name: command` lines.
fn procfile(source: &Arc<Source>, script: &Script<'_>, reading: &Reading<'_>) -> Vec<Start> {
    let mut starts = Vec::new();
    for line in 0..source.line_count() {
        let span = source.line_span(line);
        let Some((name, command)) = source.slice(span).split_once(':') else { continue };
        let at = span.start + name.len() + 1;
        let one = Script {
            text: command,
            at: Some(at),
            folder: script.folder.clone(),
            variables: script.variables.clone(),
            ..*script
        };
        let (found, _) = steps::effect_starts(&one, reading);
        starts.extend(found.into_iter().map(|start| Start { name: name.trim().to_owned(), ..start }));
    }
    starts
}

/// Where a release of the chart is named.
fn named(given: &Given) -> Option<(String, Span)> {
    let place = given.version.as_ref()?.1.in_file();
    Some((place.source.path().to_owned(), place.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_configuration_of_kratos_alone_is_silent() {
        let is_silent = |name: &str, text: &str| is_silent(Path::new(name), text);
        assert!(is_silent("kratos.yml", "# a\nversion: v1.3.1\nselfservice:\n  flows: {}\n\nlog:\r\n"));
        assert!(is_silent("kratos.yml", "\u{feff}\"version\": v1.3.1\n'selfservice':\n  'flows': {}\n"));
        assert!(!is_silent("kratos.yml", "version: v1.3.1\nservices:\n  a: {}\n"));
        assert!(!is_silent("kratos.yml", "log:\n---\nkind: Deployment\n"));
        assert!(!is_silent("tasks.yml", "- hosts: all\n"));
        assert!(is_silent("body.jsonnet", "function(ctx) ctx"));
        assert!(!is_silent(".env", "DSN=memory") && !is_silent("start.sh", "kratos serve"));
    }
}
