//! Unit files of systemd and podman, programs of supervisor, and the files of platforms that run containers.

use std::path::Path;
use std::sync::Arc;

use super::arguments::{self, Word};
use super::mounts::{self, there};
use super::process;
use super::reading::Reading;
use super::script::{self, Script};
use super::variables::{Layer, Variables, variable};
use super::{By, Fact, Here, Image, Mount, Role, Start, dockerfile, steps};
use crate::disk::plain;
use crate::text::{Place, Source, Span};
use crate::yaml::{self, Format, Node};

/// A line `Key=value` of a unit file.
struct Setting<'t> {
    section: &'t str,
    key: &'t str,
    value: String,
    place: Place,
}

/// Most files that are laid over a unit file.
const MAX_DROP_INS: usize = 50;

/// How a value of a file goes on in the next line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GoesOn {
    /// After a line that ends with a backslash: systemd and podman.
    AfterBackslash,
    /// In an indented line: supervisor, where a comment may also end a line.
    Indented,
}

fn settings(source: &Arc<Source>, goes_on: GoesOn) -> Vec<Setting<'_>> {
    let (mut section, mut found, mut is_open) = ("", Vec::<Setting<'_>>::new(), false);
    for span in (0..source.line_count()).map(|line| source.line_span(line)) {
        let line = source.slice(span);
        let is_indented = goes_on == GoesOn::Indented && line.starts_with([' ', '\t']);
        let text = if goes_on == GoesOn::Indented { line.split(" ;").next().unwrap_or_default() } else { line }.trim();
        if text.is_empty() || text.starts_with(['#', ';']) {
            is_open &= !text.is_empty();
            continue;
        }
        let end = span.start + line.trim_end().len();
        if let Some(before) = found.last_mut().filter(|_| is_open || is_indented) {
            before.value.push(' ');
            before.value.push_str(text);
            before.place.span.end = end;
        } else if let Some(name) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            section = name;
            continue;
        } else if let Some((key, value)) = text.split_once('=') {
            let place = Place::new(source, Span::new(span.start, end));
            found.push(Setting { section, key: key.trim(), value: value.trim().to_owned(), place });
        } else {
            continue;
        }
        let last = found.last_mut().filter(|last| goes_on == GoesOn::AfterBackslash && last.value.ends_with('\\'));
        is_open = last.map(|last| last.value.pop()).is_some();
    }
    found
}

/// The files that are laid over a unit file: `kratos.service.d/*.conf`, by their names.
fn drop_ins(reading: &Reading<'_>, path: &Path) -> Vec<Arc<Source>> {
    let Some(name) = path.file_name() else { return Vec::new() };
    let folder = path.with_file_name(format!("{}.d", name.to_string_lossy()));
    let entries = reading.list(&folder);
    let mut names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    names.retain(|name| Path::new(name).extension().is_some_and(|ending| ending == "conf"));
    names.sort_unstable();
    names.into_iter().take(MAX_DROP_INS).filter_map(|name| reading.read(&folder.join(name)).ok()).collect()
}

/// Settings without those that an empty one of the same key takes back.
fn in_force(settings: Vec<Setting<'_>>) -> Vec<Setting<'_>> {
    let mut found: Vec<Setting<'_>> = Vec::new();
    for one in settings {
        if one.value.is_empty() {
            found.retain(|before| (before.section, before.key) != (one.section, one.key));
        } else {
            found.push(one);
        }
    }
    found
}

/// `.container` of podman quadlet and `.service` of systemd.
pub(super) fn unit_file(reading: &Reading<'_>, path: &Path, source: &Arc<Source>) -> Vec<Start> {
    let sources: Vec<Arc<Source>> = [Arc::clone(source)].into_iter().chain(drop_ins(reading, path)).collect();
    let mut settings = in_force(sources.iter().flat_map(|source| settings(source, GoesOn::AfterBackslash)).collect());
    for one in settings.iter_mut().filter(|one| one.value.contains("{{")) {
        one.value = reading.filled(&one.value).unwrap_or_else(|| std::mem::take(&mut one.value));
    }
    let of = |section: &str, key: &str| {
        settings.iter().filter(move |one| one.section == section && one.key == key).collect::<Vec<_>>()
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    if let Some(image) = of("Container", "Image").first() {
        let unit = of_unit(reading, folder, &image.value);
        let named = unit.as_deref().unwrap_or(&image.value);
        let Some(parsed) = Image::parse(named).filter(|_| reading.may_start(source)) else { return Vec::new() };
        let mut start = Start::new(By::Platform, image.place.clone());
        start.image = Fact::Known(parsed, image.place.clone());
        variables(&settings, reading, folder, &mut start);
        for secret in of("Container", "Secret") {
            let target = secret.value.split(',').find_map(|part| part.strip_prefix("target="));
            start.variables.extend(target.map(|name| variable(name, None, &secret.place)));
        }
        for volume in of("Container", "Volume") {
            if let Some((from, target)) = mounts::volume(&volume.value) {
                let here = if from.starts_with('.') { Here::Path(plain(&folder.join(from))) } else { Here::Unknown };
                start.mounts.push(Mount { there: there(target), here, place: volume.place.clone() });
            }
        }
        let exec = of("Container", "Exec");
        let place = exec.first().map_or_else(|| image.place.clone(), |exec| exec.place.clone());
        let words = exec.first().map(|exec| arguments::split(&exec.value)).unwrap_or_default();
        process::set_command(&mut start, reading, None, words, &place);
        return vec![start];
    }
    let Some(exec) = of("Service", "ExecStart").first().copied() else { return Vec::new() };
    let words = arguments::split(exec.value.trim_start_matches(['-', '@', '+', '!']));
    let program =
        words.first().and_then(|word| word.as_deref()).and_then(|word| word.rsplit('/').next()).unwrap_or_default();
    if matches!(program, "docker" | "podman" | "nerdctl") {
        return containers(reading, folder, exec);
    }
    if program != "kratos" || !reading.may_start(source) {
        return Vec::new();
    }
    let mut start = Start::new(By::Platform, exec.place.clone());
    start.image = Fact::Absent;
    variables(&settings, reading, folder, &mut start);
    if let Some(folder) = of("Service", "WorkingDirectory").first() {
        start.working_folder = there(&folder.value);
    }
    arguments::set_arguments(&mut start, words.into_iter().skip(1).collect(), &exec.place);
    vec![start]
}

/// The image of a unit of its own, which `Image=kratos.image` or `Image=kratos.build` names.
fn of_unit(reading: &Reading<'_>, folder: &Path, name: &str) -> Option<String> {
    let (section, key) = match name.rsplit_once('.')?.1 {
        "image" => ("Image", "Image"),
        "build" => ("Build", "ImageTag"),
        _ => return None,
    };
    let source = reading.read(&folder.join(name)).ok()?;
    let settings = settings(&source, GoesOn::AfterBackslash);
    settings.iter().find(|one| one.section == section && one.key == key).map(|one| one.value.clone())
}

/// `ExecStart=docker run …`.
fn containers(reading: &Reading<'_>, folder: &Path, exec: &Setting<'_>) -> Vec<Start> {
    let Place { source, span } = &exec.place;
    let at = source.slice(*span).find(&exec.value).map(|at| span.start + at);
    let script = Script {
        source,
        text: &exec.value,
        at,
        // The paths of the machine are not those of the project.
        folder: None,
        variables: Variables::default(),
        env_file: &|file| reading.env_file_at(&folder.join(file)),
    };
    let containers = script::read(&script).containers.into_iter();
    let found = containers
        .filter_map(|container| steps::contained(reading, container))
        .filter(|start| start.role != Role::Other);
    let found = found.filter(|_| reading.may_start(source));
    found.map(|start| Start { by: By::Platform, place: exec.place.clone(), ..start }).collect()
}

fn variables(settings: &[Setting<'_>], reading: &Reading<'_>, folder: &Path, start: &mut Start) {
    for one in settings {
        match one.key {
            "EnvironmentFile" => match env_file(reading, folder, Path::new(one.value.trim_start_matches('-'))) {
                Some(variables) => start.variables.lay(&variables),
                None => start.more_variables = true,
            },
            "Environment" => {
                let pairs = arguments::pairs(&one.value);
                start.variables.extend(pairs.into_iter().map(|(name, value)| variable(&name, value, &one.place)));
            }
            "PassEnvironment" => start.more_variables = true,
            _ => {}
        }
    }
}

/// A file of variables beside the unit file or, where that has the path of the machine, the file of the project that is copied there:
/// `/etc/kratos/kratos.env` is `etc/kratos/kratos.env` or `kratos/kratos.env` at the root.
fn env_file(reading: &Reading<'_>, folder: &Path, path: &Path) -> Option<Arc<Layer>> {
    if let Ok(inner) = path.strip_prefix("/") {
        let root = reading.root_of(folder);
        let mut parts = inner.components();
        while parts.as_path().parent().is_some_and(|around| around != Path::new("")) {
            let found = reading.env_file_at(&root.join(parts.as_path()));
            if found.is_some() {
                return found;
            }
            parts.next();
        }
    }
    reading.env_file_at(&folder.join(path))
}

/// What begins a program in a file of supervisor.
pub(super) const PROGRAM: &str = "[program:";

/// `[program:name]` of supervisor: a command on the machine itself, its folder and its variables.
pub(super) fn supervisor(reading: &Reading<'_>, path: &Path, source: &Arc<Source>, root: &Path) -> Vec<Start> {
    let settings = settings(source, GoesOn::Indented);
    let own = path.parent().unwrap_or(root);
    let mut starts = Vec::new();
    for command in settings.iter().filter(|one| one.key == "command" && one.value.contains("kratos")) {
        let Some(name) = command.section.strip_prefix("program:") else { continue };
        let of = |key: &str| settings.iter().find(|one| one.section == command.section && one.key == key);
        let moved = |folder: &Path| of("directory").map_or(folder.to_path_buf(), |to| plain(&folder.join(&to.value)));
        // What it fills in itself is not known.
        let text = command.value.replace("%(", "$(");
        let script = Script {
            source,
            text: &text,
            at: None,
            folder: Some(moved(own)),
            variables: Variables::default(),
            env_file: &|_| None,
        };
        for mut start in steps::effect_starts(&script, reading).0 {
            start = at_root(start, &moved(root), reading);
            start.by = By::Platform;
            name.clone_into(&mut start.name);
            start.place = command.place.clone();
            for place in [start.arguments.place_mut(), start.image.place_mut()].into_iter().flatten() {
                *place = command.place.clone();
            }
            let environment = of("environment");
            let pairs =
                environment.map(|one| arguments::pairs(&spaced(&one.value)).into_iter().map(|pair| (pair, &one.place)));
            for ((name, value), place) in pairs.into_iter().flatten() {
                start.variables.push(variable(&name, value.filter(|value| !value.contains('%')), place));
            }
            starts.push(start);
        }
    }
    starts
}

/// A start that is called in its folder or, as often, at the root: there when only that has its configuration.
fn at_root(start: Start, root: &Path, reading: &Reading<'_>) -> Start {
    let loads = |start: &Start| {
        let mut files = start.configurations().into_iter().flatten().map(|file| start.resolve(file));
        files.any(|here| matches!(here, Here::Path(path) if reading.is_file(&path)))
    };
    if start.at_home.is_none() || loads(&start) {
        return start;
    }
    let moved = Start { at_home: Some(root.to_path_buf()), ..start.clone() };
    if loads(&moved) { moved } else { start }
}

/// Pairs with spaces between them instead of commas.
fn spaced(pairs: &str) -> String {
    let mut quote = None;
    let space = |c: char| {
        match quote {
            Some(open) if open == c => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == ',' => return ' ',
            _ => {}
        }
        c
    };
    pairs.chars().map(space).collect()
}

/// The words of a command, which is a text or a list.
fn words(node: Node<'_>) -> Vec<Word> {
    match node.as_str() {
        Some(text) => arguments::split(text),
        None => node.items().map(|item| item.as_str().map(str::to_owned)).collect(),
    }
}

/// `railway.toml`, `railway.json` and `fly.toml`: the Dockerfile or image, the command, the variables, the files.
pub(super) fn settings_file(reading: &Reading<'_>, path: &Path, source: &Arc<Source>, format: Format) -> Vec<Start> {
    let tree = yaml::parse(source, format);
    let Some(root) = tree.root() else { return Vec::new() };
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let text = |path: &str| root.find(path).and_then(Node::as_str);
    let mut given = Variables::default();
    for field in root.find("build.args").into_iter().flat_map(Node::fields) {
        given.push(variable(field.key, field.value.as_str().map(str::to_owned), &field.value.key_place()));
    }
    let file = text("build.dockerfilePath").or_else(|| text("build.dockerfile")).unwrap_or("Dockerfile");
    let built = reading
        .read(&folder.join(file))
        .ok()
        .and_then(|source| dockerfile::read(reading, &source, &folder, &given, None));
    let image = root.find("build.image").and_then(|node| Some((Image::parse(node.as_str()?)?, node.place())));
    let mut start = match (built, image) {
        (Some(built), _) => built.started(reading, None, None),
        (None, Some((image, place))) => {
            let mut start = Start::new(By::Platform, place.clone());
            start.image = Fact::Known(image, place.clone());
            arguments::set_arguments(&mut start, Vec::new(), &place);
            start
        }
        (None, None) => return Vec::new(),
    };
    start.by = By::Platform;
    start.place = root.place();
    // Platforms keep variables in their own settings too.
    start.more_variables = true;
    for field in root.get("env").into_iter().flat_map(Node::fields) {
        start.variables.push(variable(field.key, field.value.as_str().map(str::to_owned), &field.value.key_place()));
    }
    // Fly brings files of the project into the machine.
    for file in root.select("files[]") {
        let text = |key: &str| file.get(key).and_then(Node::as_str);
        let Some((to, from)) = text("guest_path").zip(text("local_path")) else { continue };
        start.mounts.push(Mount { there: there(to), here: Here::Path(plain(&folder.join(from))), place: file.place() });
    }
    // Fly takes lists here.
    let entrypoint = root.find("experimental.entrypoint");
    let mut commands: Vec<Node<'_>> = match root.get("processes") {
        Some(processes) => processes.fields().map(|field| field.value).collect(),
        None => ["deploy.startCommand", "experimental.cmd"].iter().find_map(|at| root.find(at)).into_iter().collect(),
    };
    // An entrypoint alone is the whole command.
    commands.extend(entrypoint.map(|_| root).filter(|_| commands.is_empty()));
    let with_command = |node: &Node<'_>| {
        let mut start = start.clone();
        process::set_command(&mut start, reading, entrypoint.map(words), words(*node), &node.place());
        if commands.len() > 1 {
            start.place = node.place();
        }
        start
    };
    let starts = if commands.is_empty() { vec![start.clone()] } else { commands.iter().map(with_command).collect() };
    starts.into_iter().filter(|start| start.role != Role::Other && reading.may_start(source)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_go_on_in_the_next_line() {
        let read = |text: &str, goes_on| -> Vec<(String, String)> {
            let source = Source::new("kratos.service", text);
            let found = settings(&source, goes_on);
            found
                .iter()
                .map(|one| (one.key.to_owned(), one.value.split_whitespace().collect::<Vec<_>>().join(" ")))
                .collect()
        };
        let all = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let unit = "[Service]\r\nExecStart=kratos serve \\\r\n# --dev\r\n  -c a.yml\r\nUser=kratos\r\n";
        assert_eq!(
            read(unit, GoesOn::AfterBackslash),
            all(&[("ExecStart", "kratos serve -c a.yml"), ("User", "kratos")])
        );
        assert_eq!(read("[a]\nA=b \\\n\nC=d\n", GoesOn::AfterBackslash), all(&[("A", "b"), ("C", "d")]));
        let programs = "[program:a]\ncommand=kratos serve ; the server\n  -c a.yml\nuser=kratos\\\nx=y\n";
        assert_eq!(
            read(programs, GoesOn::Indented),
            all(&[("command", "kratos serve -c a.yml"), ("user", "kratos\\"), ("x", "y")])
        );
    }
}
