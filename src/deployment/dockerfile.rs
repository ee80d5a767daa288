//! Dockerfiles: the image that they build on, what they copy, their variables and their command.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{self, Word};
use super::image::key;
use super::process;
use super::reading::{Known, Reading};
use super::variables::Variables;
use super::{By, Fact, Here, Image, Mount, Start, downloads, interpolate};
use crate::disk::plain;
use crate::kratos::env::Variable;
use crate::text::{HereDocument, Place, Source, Span, here_documents};

/// A built image.
#[derive(Clone, Debug)]
pub(super) struct Built {
    /// Whether it is an image of Kratos, or has the program of one.
    has_kratos: bool,
    /// Whether it is built on an image of Kratos, whose program gets the command.
    runs_kratos: bool,
    /// What a container of it would be, without a command of its own.
    pub(super) start: Start,
    pub(super) entrypoint: Option<Vec<Word>>,
    pub(super) command: Vec<Word>,
}

/// Most stages of a Dockerfile; real ones have a dozen.
const MAX_STAGES: usize = 64;

/// One instruction with its place.
struct Instruction {
    name: String,
    rest: String,
    place: Place,
    /// Its here-documents.
    texts: Vec<HereDocument>,
}

/// Reads a Dockerfile. `context` is the folder that `COPY` copies from, `arguments` go over the defaults of `ARG`.
pub(super) fn read(
    reading: &Reading<'_>,
    source: &Arc<Source>,
    context: &Path,
    arguments: &Variables,
    target: Option<&str>,
) -> Option<Built> {
    read_at(reading, source, context, (arguments, target), 0)
}

fn read_at(
    reading: &Reading<'_>,
    source: &Arc<Source>,
    context: &Path,
    (arguments, target): (&Variables, Option<&str>),
    depth: usize,
) -> Option<Built> {
    if !reading.may_read(source.text().len()) {
        reading.give_up();
        return None;
    }
    let mut known = reading.known(Variables::default());
    let mut stages: Vec<(String, Built)> = Vec::new();
    // The stage has no variables yet but those that it is built on.
    let mut is_new = false;
    for instruction in instructions(source) {
        let Instruction { name, rest, place, .. } = &instruction;
        let filled = interpolate::compose(rest, &known);
        match name.as_str() {
            "ARG" => {
                let argument = argument(reading, rest, arguments, place);
                // `ENV` wins over it.
                let is_set = |(_, built): &(String, Built)| built.start.variables.get(&argument.name).is_some();
                if !stages.last().is_some_and(is_set) {
                    known.variables.push(argument);
                }
            }
            "FROM" if stages.len() >= MAX_STAGES => {
                reading.give_up();
                return None;
            }
            "FROM" => {
                stages.push(from(reading, rest, &stages, (&known, place), depth));
                is_new = true;
            }
            _ => {
                let taken =
                    (name == "COPY").then(|| program_of(filled.as_deref().unwrap_or(rest), &stages, place)).flatten();
                let Some((_, built)) = stages.last_mut() else { continue };
                if let Some(image) = taken {
                    built.has_kratos = true;
                    built.start.image = image;
                }
                if name == "ENV" {
                    let set = set(rest, filled.as_deref(), place);
                    if std::mem::take(&mut is_new) {
                        known.variables.lay_all(&built.start.variables);
                    }
                    built.start.variables.extend(set.iter().cloned());
                    known.variables.extend(set);
                }
                built.apply(&instruction, filled.as_deref(), context);
            }
        }
    }
    let wanted = target.and_then(|target| stages.iter().position(|(name, _)| name == target));
    let last = stages.len().checked_sub(1)?;
    let (_, built) = stages.into_iter().nth(wanted.unwrap_or(last))?;
    built.has_kratos.then_some(built)
}

/// The stage that `FROM` begins, by the name that it gets, built on another one where it names one.
fn from(
    reading: &Reading<'_>,
    rest: &str,
    stages: &[(String, Built)],
    (known, place): (&Known, &Place),
    depth: usize,
) -> (String, Built) {
    let mut words = rest.split_whitespace().filter(|word| !word.starts_with("--"));
    let image = words.next().unwrap_or_default();
    let alias = words.nth(1).unwrap_or_default().to_owned();
    let base = stages.iter().find(|(stage, _)| stage == image).map(|(_, built)| built.clone());
    let base = base.or_else(|| of_project(reading, image, depth));
    (alias, base.unwrap_or_else(|| stage(image, known, place)))
}

/// Most Dockerfiles of the project that build on each other.
const MAX_BASES: usize = 3;

/// An image that another Dockerfile of the project builds under this name.
fn of_project(reading: &Reading<'_>, reference: &str, depth: usize) -> Option<Built> {
    let build = reading.build(key(reference)?).filter(|_| depth < MAX_BASES)?;
    let source = reading.read(&build.dockerfile).ok()?;
    read_at(reading, &source, &build.context, (&Variables::default(), None), depth + 1)
}

/// The image of Kratos whose program `COPY --from=… …/kratos …` takes: that of another stage, or one named there.
fn program_of(rest: &str, stages: &[(String, Built)], place: &Place) -> Option<Fact<Image>> {
    let Copied { from, sources, .. } = Copied::read(rest)?;
    let from = from.as_deref().filter(|from| !from.is_empty())?;
    if !sources.iter().any(|path| Path::new(path.as_str()).file_name().is_some_and(|name| name == "kratos")) {
        return None;
    }
    let by_number = from.parse::<usize>().ok().and_then(|number| stages.get(number));
    match by_number.or_else(|| stages.iter().find(|(stage, _)| stage == from)) {
        Some((_, built)) => built.has_kratos.then(|| built.start.image.clone()),
        None => Some(Fact::Known(Image::parse(from)?, place.clone())),
    }
}

/// An argument with the value that its builder gives it, or its default.
fn argument(reading: &Reading<'_>, rest: &str, arguments: &Variables, place: &Place) -> Variable {
    let (name, default) = rest.split_once('=').map_or((rest.trim(), None), |(name, value)| (name.trim(), Some(value)));
    let given = || reading.argument(Path::new(place.source.path()), name).map(Some);
    let known = arguments.get(name).map(|variable| variable.value.clone()).or_else(given);
    let value = known.unwrap_or_else(|| default.map(|text| text.trim().trim_matches(['"', '\'']).to_owned()));
    super::variables::variable(name, value, place)
}

/// A stage that begins with an image.
fn stage(image: &str, known: &Known, place: &Place) -> Built {
    let mut start = Start::new(By::Dockerfile, place.clone());
    let has_kratos = match interpolate::compose(image, known) {
        Some(reference) => match Image::parse(&reference) {
            Some(image) => {
                start.image = Fact::Known(image, place.clone());
                true
            }
            None => false,
        },
        // The tag is not known, the name is.
        None => image.split(':').next().and_then(Image::parse).is_some(),
    };
    if !has_kratos {
        start.working_folder = PathBuf::from("/");
    }
    Built { has_kratos, runs_kratos: has_kratos, start, entrypoint: None, command: Vec::new() }
}

impl Built {
    fn apply(&mut self, instruction: &Instruction, filled: Option<&str>, context: &Path) {
        let Instruction { name, rest, place, texts } = instruction;
        match name.as_str() {
            _ if !texts.is_empty() => self.write(texts, place),
            "COPY" | "ADD" => self.copy(filled.unwrap_or(rest), context, place),
            "RUN" if !self.has_kratos => {
                if let Some(image) = downloads::of_command(filled.unwrap_or(rest), place) {
                    self.has_kratos = true;
                    self.start.image = image;
                }
            }
            "WORKDIR" => {
                let folder = filled.map_or_else(PathBuf::new, PathBuf::from);
                self.start.working_folder = plain(&self.start.working_folder.join(folder));
            }
            "CMD" => self.command = words(rest),
            "ENTRYPOINT" => {
                self.entrypoint = Some(words(rest));
                self.command = Vec::new();
            }
            _ => {}
        }
    }

    /// What `COPY <<EOF FILE` and `RUN cat > FILE <<EOF` write.
    fn write(&mut self, texts: &[HereDocument], place: &Place) {
        for one in texts {
            let Some(target) = one.target(&place.source) else { continue };
            let there = plain(&self.start.working_folder.join(target));
            let here = one.known_text(&place.source).map_or(Here::Unknown, Here::Text);
            self.start.mounts.push(Mount { there, here, place: place.clone() });
        }
    }

    fn copy(&mut self, rest: &str, context: &Path, place: &Place) {
        let Some(Copied { from: stage, sources, target }) = Copied::read(rest) else { return };
        let target_path = plain(&self.start.working_folder.join(&target));
        for from in &sources {
            let here = plain(&context.join(from.trim_start_matches('/')));
            let name = Path::new(from.as_str()).file_name();
            // A file copied into a folder keeps its name; a folder's content goes into it.
            let into_folder = target.ends_with('/') || sources.len() > 1 || target == ".";
            let is_file = name.is_some_and(|name| name.to_string_lossy().contains('.'))
                && from.as_str() != "."
                && !from.ends_with('/');
            let there = match name {
                Some(name) if into_folder && is_file => target_path.join(name),
                _ => target_path.clone(),
            };
            let here = if stage.is_some() || from.contains(['*', '$', ':']) { Here::Unknown } else { Here::Path(here) };
            self.start.mounts.push(Mount { there, here, place: place.clone() });
        }
    }

    /// The container of this image with the command of the image, or another one.
    pub(super) fn started(
        mut self,
        reading: &Reading<'_>,
        entrypoint: Option<Vec<Word>>,
        command: Option<Vec<Word>>,
    ) -> Start {
        // An entrypoint given from outside drops the command of the image.
        let own_command = if entrypoint.is_some() { Vec::new() } else { std::mem::take(&mut self.command) };
        let place = self.start.place.clone();
        let entrypoint = entrypoint.or(self.entrypoint);
        let mut command = command.unwrap_or(own_command);
        // The command of another image is the program itself.
        let is_program = entrypoint.is_none() && !self.runs_kratos && !command.is_empty();
        let entrypoint = if is_program { Some(std::mem::take(&mut command)) } else { entrypoint };
        process::set_command(&mut self.start, reading, entrypoint, command, &place);
        self.start
    }
}

/// A container with the variables and mounts of `start`: of an image that the project builds, or of one that it takes.
pub(super) fn container(
    built: Option<Built>,
    mut start: Start,
    reading: &Reading<'_>,
    (entrypoint, command): (Option<Vec<Word>>, Option<Vec<Word>>),
    place: &Place,
) -> Start {
    if let Some(built) = built {
        return Built { start, ..built }.started(reading, entrypoint, command);
    }
    process::set_command(&mut start, reading, entrypoint, command.unwrap_or_default(), place);
    start
}

/// `ENV NAME=value …` and `ENV NAME value`.
fn set(rest: &str, filled: Option<&str>, place: &Place) -> Vec<Variable> {
    let is_pairs = rest.split_whitespace().next().is_some_and(|word| word.contains('='));
    if is_pairs {
        let pairs = arguments::pairs(filled.unwrap_or(rest)).into_iter();
        let known = |value: Word| value.filter(|_| filled.is_some());
        return pairs
            .map(|(name, value)| at_its_name(super::variables::variable(&name, known(value), place)))
            .collect();
    }
    let Some((name, _)) = rest.split_once(' ') else { return Vec::new() };
    let value = filled.and_then(|text| Some(text.split_once(' ')?.1.trim().to_owned()));
    vec![super::variables::variable(name, value, place)]
}

/// A variable of an instruction at its own bytes there, when they can be told.
fn at_its_name(variable: Variable) -> Variable {
    let Place { source, span } = &variable.name_place;
    let text = source.slice(*span);
    let begins = |at: usize| text.get(..at).is_some_and(|before| before.ends_with(char::is_whitespace));
    let assignment = format!("{}=", variable.name);
    let Some((at, _)) = text.match_indices(&assignment).find(|(at, _)| begins(*at)) else { return variable };
    let start = at + assignment.len();
    let rest = text.get(start..).unwrap_or_default();
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    let length = match quote {
        Some(quote) => rest.get(1..).and_then(|inner| inner.find(quote)).map_or(rest.len(), |end| end + 2),
        None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
    };
    let name_place = Place::new(source, Span::new(span.start + at, span.start + start - 1));
    let value_span = Span::new(span.start + start, span.start + start + length);
    Variable { name_place, value_span, ..variable }
}

/// A command in the form of a list, or a text that the shell gets.
fn words(rest: &str) -> Vec<Word> {
    if rest.trim_start().starts_with('[')
        && let Ok(words) = serde_json::from_str::<Vec<String>>(rest)
    {
        return words.into_iter().map(Some).collect();
    }
    vec![Some("sh".to_owned()), Some("-c".to_owned()), Some(rest.to_owned())]
}

/// `COPY [--from=stage] source… target`.
struct Copied {
    from: Option<String>,
    sources: Vec<String>,
    target: String,
}

impl Copied {
    fn read(rest: &str) -> Option<Copied> {
        let listed = || serde_json::from_str::<Vec<String>>(rest).ok();
        let words = rest.trim_start().starts_with('[').then(listed).flatten();
        let words = words.unwrap_or_else(|| rest.split_whitespace().map(str::to_owned).collect());
        let (flags, mut sources): (Vec<String>, Vec<String>) =
            words.into_iter().partition(|word| word.starts_with("--"));
        let from = flags.iter().find_map(|flag| flag.strip_prefix("--from")).map(|from| from.trim_start_matches('='));
        let target = sources.pop()?;
        Some(Copied { from: from.map(str::to_owned), sources, target })
    }
}

/// The instructions of a Dockerfile with their lines joined, without the lines of here-documents.
fn instructions(source: &Arc<Source>) -> Vec<Instruction> {
    let mut found = Vec::new();
    let (mut joined, mut start) = (String::new(), 0);
    let mut texts = here_documents(source).into_iter().peekable();
    let mut line = 0;
    while line < source.line_count() {
        let span = source.line_span(line);
        line += 1;
        let text = source.slice(span).trim();
        if text.starts_with('#') || (text.is_empty() && joined.is_empty()) {
            continue;
        }
        if joined.is_empty() {
            start = span.start;
        }
        if let Some(text) = text.strip_suffix('\\') {
            joined.push_str(text);
            joined.push(' ');
            continue;
        }
        joined.push_str(text);
        let own: Vec<HereDocument> = std::iter::from_fn(|| texts.next_if(|one| one.head.start <= span.start)).collect();
        // Their last line is the word that ends them.
        line = own.last().map_or(line, |last| source.line_of(last.body.end) + 1);
        let whole = std::mem::take(&mut joined);
        let (name, rest) = whole.split_once(char::is_whitespace).unwrap_or((&whole, ""));
        let place = Place::new(source, Span::new(start, span.start + source.slice(span).trim_end().len()));
        found.push(Instruction { name: name.to_ascii_uppercase(), rest: rest.trim().to_owned(), place, texts: own });
    }
    found
}

/// Whether a Dockerfile builds a program `kratos` from sources that are not those of Ory: `go build -o /usr/bin/kratos`.
pub(super) fn builds_kratos(source: &Arc<Source>) -> bool {
    let is_kratos = |word: &str| word.trim_matches(['"', '\'']).rsplit('/').next() == Some("kratos");
    let builds = |rest: &str| {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let has_output = words.windows(2).any(|pair| matches!(pair, ["-o", to] if is_kratos(to)));
        rest.contains("go build") && has_output
    };
    let from_ory = source.text().contains("github.com/ory/kratos");
    !from_ory && instructions(source).iter().any(|one| one.name == "RUN" && builds(&one.rest))
}

/// The folder that a Dockerfile copies from, where no command says it: its own, or the root where that has more of what it copies.
pub(super) fn context(reading: &Reading<'_>, source: &Arc<Source>, folder: &Path, root: &Path) -> PathBuf {
    let count = |context: &Path| {
        let built = read(reading, source, context, &Variables::default(), None);
        built.map_or(0, |built| copied(reading, &built))
    };
    if count(folder) >= count(root) { folder.to_path_buf() } else { root.to_path_buf() }
}

/// A Dockerfile that no other file builds: it copies from its own folder, or from the root where only that has what it copies.
pub(super) fn alone(source: &Arc<Source>, reading: &Reading<'_>, folder: &Path, root: &Path) -> Vec<Start> {
    let given = given(reading, source, root);
    let read = |context: &Path| read(reading, source, context, &given, None);
    let built = |context: &Path| read(context).map(|built| (copied(reading, &built), built));
    let own = built(folder);
    let around = if folder == root { None } else { built(root) };
    let is_own = own.as_ref().map(|(count, _)| *count) >= around.as_ref().map(|(count, _)| *count);
    let chosen = match (own, around) {
        (_, Some(around)) if !is_own => vec![around],
        (Some(own), Some(around)) if holds_nothing_else(reading, folder) => vec![own, around],
        (own, _) => Vec::from_iter(own),
    };
    let chosen = chosen.into_iter().filter(|_| reading.may_start(source));
    let started = |built: Built| {
        // Whoever runs an image without a command of its own gives it one: Kratos alone would find no configuration.
        let says_nothing = built.entrypoint.is_none() && built.command.is_empty();
        let mut start = built.started(reading, None, None);
        if says_nothing {
            start.arguments = Fact::Unknown;
        }
        start
    };
    chosen.map(|(_, built)| started(built)).collect()
}

/// What gets the arguments of a Dockerfile that have no default: who builds it passes what `.env` says, as a rule.
pub(super) fn given(reading: &Reading<'_>, source: &Arc<Source>, folder: &Path) -> Variables {
    let mut given = Variables::default();
    given.lay_any(reading.env_file_at(&folder.join(".env")).filter(|_| has_bare_argument(source)));
    given
}

/// Whether all arguments of a Dockerfile are without a default.
fn has_bare_argument(source: &Arc<Source>) -> bool {
    let instructions = instructions(source);
    let mut arguments = instructions.iter().filter(|instruction| instruction.name == "ARG").peekable();
    arguments.peek().is_some() && arguments.all(|argument| !argument.rest.contains('='))
}

/// How many things that the image copies are there.
fn copied(reading: &Reading<'_>, built: &Built) -> usize {
    let is_there = |mount: &&Mount| matches!(&mount.here, Here::Path(path) if reading.exists(path));
    built.start.mounts.iter().filter(is_there).count()
}

/// Whether a folder has nothing to copy beside Dockerfiles: then they are built from another one.
fn holds_nothing_else(reading: &Reading<'_>, folder: &Path) -> bool {
    reading.list(folder).iter().all(|entry| entry.name.to_ascii_lowercase().contains("docker"))
}
