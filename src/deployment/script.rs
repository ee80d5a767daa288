//! Scripts, Makefiles and recipes that start Kratos or prepare its configuration.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::composed::Composed;
use super::docker_run::{self, Container};
use super::installed::{self, Given};
use super::shell::{self, Command, Word, known_value, whole};
use super::variables::{Layer, Variables, variable};
use super::{Here, Start};
use crate::disk::plain;
use crate::kratos::env::Variable;
use crate::kratos::secrets::is_variable_name;
use crate::text::{Place, Source, Span, here_documents};

/// A text of shell commands and where it is.
pub(super) struct Script<'s> {
    /// The file.
    pub(super) source: &'s Arc<Source>,
    /// The commands; they stand verbatim in the file at `at`, or nowhere.
    pub(super) text: &'s str,
    /// First byte of the text in the file, where each command is looked for.
    pub(super) at: Option<usize>,
    /// The folder in which it runs, in the project; none inside a container.
    pub(super) folder: Option<PathBuf>,
    /// Variables that are set before.
    pub(super) variables: Variables,
    /// The variables of the file that a path of the script leads to, for `. file`.
    pub(super) env_file: &'s dyn Fn(&str) -> Option<Arc<Layer>>,
}

/// What a script does that matters to Kratos.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// Kratos itself, with its arguments.
    pub(super) runs: Vec<Run>,
    /// `docker run` and the like.
    pub(super) containers: Vec<Container>,
    /// Variables that it sets, in order.
    pub(super) variables: Variables,
    /// Whether it takes variables from files that are not there.
    pub(super) more_variables: bool,
    /// Files that it writes.
    pub(super) written: Vec<Written>,
    /// Installations of Ory's Helm chart.
    pub(super) installed: Vec<Given>,
    /// Compose files with another project folder than their own.
    pub(super) composed: Vec<Composed>,
    /// Whether it fills in files whose names are not known.
    pub(super) fills: bool,
    /// Whether it has more commands than are read.
    pub(super) is_cut: bool,
}

/// A file that a script writes.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) path: String,
    /// What it is made from.
    from: Option<String>,
    /// Whether it is filled in.
    pub(super) is_filled: bool,
    /// What the script itself holds of it.
    text: Option<Arc<Source>>,
    /// Whether the script always writes it.
    is_sure: bool,
}

impl Written {
    fn of(path: String, from: Option<&str>, is_filled: bool) -> Written {
        Written { path, from: from.map(str::to_owned), is_filled, text: None, is_sure: true }
    }

    /// Whether it is written over itself.
    pub(super) fn keeps_its_place(&self) -> bool {
        self.from.as_deref() == Some(self.path.as_str())
    }

    /// What a server then sees there.
    pub(super) fn here(&self, start: &Start) -> Here {
        match (&self.text, &self.from) {
            (Some(text), _) => Here::Text(Arc::clone(text)),
            (None, Some(from)) => start.resolve(from),
            (None, None) => Here::Unknown,
        }
    }
}

/// One call of Kratos.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) arguments: Vec<Word>,
    pub(super) place: Place,
    pub(super) folder: Option<PathBuf>,
}

/// Programs before the one that is started.
const BEFORE: [&str; 15] = [
    "exec",
    "command",
    "sudo",
    "env",
    "nohup",
    "time",
    "tini",
    "dumb-init",
    "gosu",
    "su-exec",
    "--",
    "/sbin/tini",
    "doas",
    "nice",
    "then",
];

/// Their options with a value in the next word.
const OPTIONS: [&str; 8] = ["-u", "-g", "-n", "-C", "--user", "--group", "--chdir", "--adjustment"];

/// Programs that give variables to the one after their `--`.
const GIVERS: [&str; 14] = [
    "doppler",
    "op",
    "dotenv",
    "dotenvx",
    "infisical",
    "chamber",
    "aws-vault",
    "teller",
    "vault-env",
    "mise",
    "direnv",
    "devbox",
    "env-cmd",
    "with-env",
];

/// Programs that fill a text in.
const FILLERS: [&str; 12] = [
    "envsubst",
    "gomplate",
    "confd",
    "esh",
    "dockerize",
    "sed",
    "consul-template",
    "jinja2",
    "j2",
    "envtpl",
    "minijinja-cli",
    "vals",
];

/// Reads what a script does.
pub(super) fn read(script: &Script<'_>) -> Effect {
    let sourced = sourced(script);
    let of_file = |name: &str| sourced.iter().rev().find_map(|layer| layer.get(name)?.value.as_deref());
    let of_script = |name: &str| script.variables.get(name).and_then(|variable| variable.value.as_deref());
    // Inside of a container its folder is that of the image.
    let own_folder = script.folder.as_ref().map(|_| ".");
    let lookup =
        |name: &str| if name == shell::OWN_FOLDER { own_folder } else { of_script(name).or_else(|| of_file(name)) };
    let mut effect = Effect::default();
    let mut folder = script.folder.clone();
    let mut exports_all = false;
    let likely = likely(script, &lookup);
    let patterns = patterns(script, &lookup);
    let commands = shell::commands(script.text, &lookup);
    effect.is_cut = shell::is_cut(&commands);
    for command in commands {
        let place = script.place(&command);
        let words = plain_words(&command.words);
        let first = words.first().and_then(|word| word.as_deref()).unwrap_or_default();
        match first {
            "" => effect.set(&command, &place, exports_all, script),
            "export" => effect.export(words, &place, &command, script),
            "unset" | "read" | "eval" | "readonly" => effect.change(words, &place, script),
            "set" => exports_all |= words.iter().flatten().any(|word| word == "-a" || word == "allexport"),
            "cd" => folder = moved(folder.as_deref(), words.get(1), script),
            "." | "source" => effect.source(words.get(1), script),
            _ => {
                let same = likely.get(&command.span).map_or(words, |likely| plain_words(&likely.words));
                let pattern = patterns.get(&command.span).map(|pattern| plain_words(&pattern.words));
                if let Some(folder) = folder.as_deref().filter(|_| is_helm(first)) {
                    effect.installed.extend(installed::of_words(words, same, pattern, &place, folder));
                }
                effect.command(&command, (words, same), &place, folder.as_deref(), script);
            }
        }
    }
    effect.texts(script);
    effect
}

/// Whether a command surely runs, and sets variables for those after it.
fn is_sure(command: &Command) -> bool {
    !command.is_conditional && !command.is_apart
}

/// Most files that a script takes variables from.
const MAX_SOURCED: usize = 16;

/// The files from which a script takes variables: `. ./versions.env`.
fn sourced(script: &Script<'_>) -> Vec<Arc<Layer>> {
    let path = |line: &str| {
        let rest = line.trim_start();
        let rest = rest.strip_prefix(". ").or_else(|| rest.strip_prefix("source "))?;
        let path = rest.split([';', '&', '#', '|']).next()?.trim().trim_matches(['"', '\'']).to_owned();
        let is_script = Path::new(&path).extension().is_some_and(|ending| ending == "sh");
        (!is_script && !path.contains('$')).then_some(path)
    };
    script.text.lines().filter_map(path).take(MAX_SOURCED).filter_map(|path| (script.env_file)(&path)).collect()
}

/// The commands that start a container or install a chart, by their places, as they are when no variable with a default is set.
fn likely<'s>(script: &'s Script<'_>, lookup: shell::Lookup<'s>) -> HashMap<(usize, usize), Command> {
    let has_default = script.text.contains(":-") || script.text.contains(":=");
    if !has_default || !["docker", "podman", "nerdctl", "helm"].iter().any(|program| script.text.contains(program)) {
        return HashMap::new();
    }
    shell::likely_commands(script.text, lookup).into_iter().map(|command| (command.span, command)).collect()
}

/// The commands that install a chart with files or values that a variable says in part, by their places.
fn patterns<'s>(script: &'s Script<'_>, lookup: shell::Lookup<'s>) -> HashMap<(usize, usize), Command> {
    let lines = || script.text.lines().filter(|line| line.contains('$'));
    let is_one = |line: &str| ["-f", "--values", "--set"].iter().any(|option| line.contains(option));
    if !script.text.contains("helm") || !lines().any(is_one) {
        return HashMap::new();
    }
    shell::patterns(script.text, lookup).into_iter().map(|command| (command.span, command)).collect()
}

fn is_helm(program: &str) -> bool {
    program.rsplit('/').next() == Some("helm")
}

/// The words without the programs before the real one.
fn plain_words(words: &[Word]) -> &[Word] {
    let is_before = |text: &str| BEFORE.contains(&text) || shell::assignment(text).is_some();
    let text = |at: usize| words.get(at).and_then(|word| word.as_deref());
    let mut skip = 0;
    while let Some(before) = text(skip).filter(|word| is_before(word)) {
        skip += 1;
        // `gosu ory kratos serve`
        skip += usize::from(matches!(before, "gosu" | "su-exec") && text(skip).is_some());
        while let Some(option) = text(skip).filter(|word| word.len() > 1 && word.starts_with('-') && *word != "--") {
            let has_value = OPTIONS.contains(&option) && !matches!((before, option), ("sudo", "-n"));
            skip += 1 + usize::from(has_value);
        }
    }
    let rest = words.get(skip..).unwrap_or_default();
    let is_giver = rest.first().and_then(|word| word.as_deref()).is_some_and(|word| GIVERS.contains(&word));
    match rest.iter().position(|word| word.as_deref() == Some("--")).filter(|_| is_giver) {
        Some(end) => rest.get(end + 1..).unwrap_or_default(),
        None => rest,
    }
}

/// The folder after `cd`; `$(dirname "$0")` is that of the script.
fn moved(folder: Option<&Path>, to: Option<&Word>, script: &Script<'_>) -> Option<PathBuf> {
    match to? {
        Some(to) => Some(plain(&folder?.join(to))),
        None => script.folder.clone(),
    }
}

impl Script<'_> {
    fn place(&self, command: &Command) -> Place {
        let (start, end) = command.span;
        match self.at {
            Some(at) => Place::new(self.source, Span::new(at + start, at + end)),
            None => Place::new(self.source, Span::at(0)),
        }
    }
}

impl Effect {
    /// Assignments: a variable that programs get keeps that.
    fn set(&mut self, command: &Command, place: &Place, exports_all: bool, script: &Script<'_>) {
        for (name, value) in &command.assignments {
            if exports_all || self.gives(name, script) {
                let value = value.clone().filter(|_| is_sure(command));
                self.variables.push(variable(name, value, place));
            }
        }
    }

    /// Whether programs get a variable of this name.
    fn gives(&self, name: &str, script: &Script<'_>) -> bool {
        self.variables.get(name).or_else(|| script.variables.get(name)).is_some()
    }

    fn export(&mut self, words: &[Word], place: &Place, command: &Command, script: &Script<'_>) {
        for word in words.iter().skip(1).flatten().filter(|word| !word.starts_with('-')) {
            match word.split_once('=') {
                Some((name, value)) => {
                    let value = known_value(value).filter(|_| is_sure(command));
                    self.variables.push(variable(name, value, place));
                }
                // With the value that it has.
                None if self.gives(word, script) => {}
                None => self.variables.push(variable(word, None, place)),
            }
        }
        self.more_variables |= words.iter().any(Option::is_none);
    }

    /// Commands that change variables in ways that are not read.
    fn change(&mut self, words: &[Word], place: &Place, script: &Script<'_>) {
        for word in words.iter().skip(1).flatten() {
            let name = word.split('=').next().unwrap_or_default();
            if self.gives(name, script) {
                self.variables.push(variable(name, None, place));
            }
        }
    }

    fn source(&mut self, file: Option<&Word>, script: &Script<'_>) {
        let path = file.and_then(Option::as_deref);
        // A script does more than set variables: which values they have at its end is not known.
        let is_script = path.is_some_and(|path| [".sh", ".bash", ".zsh"].iter().any(|ending| path.ends_with(ending)));
        match path.and_then(script.env_file) {
            Some(variables) if is_script => self.variables.extend(variables.without_values()),
            Some(variables) => self.variables.lay(&variables),
            None => self.more_variables = true,
        }
        self.more_variables |= is_script;
    }

    fn command(
        &mut self,
        command: &Command,
        (words, likely): (&[Word], &[Word]),
        place: &Place,
        folder: Option<&Path>,
        script: &Script<'_>,
    ) {
        let first = words.first().and_then(|word| word.as_deref()).unwrap_or_default();
        let program = first.rsplit('/').next().unwrap_or(first);
        if program == "kratos" {
            let mut variables = Vec::new();
            for word in command.words.iter().flatten().take_while(|word| *word != first) {
                variables
                    .extend(shell::assignment(word).map(|(name, value)| variable(name, known_value(value), place)));
            }
            variables.extend(command.assignments.iter().map(|(name, value)| variable(name, value.clone(), place)));
            self.variables.extend(variables);
            let arguments = words.iter().skip(1).map(whole).collect();
            self.runs.push(Run { arguments, place: place.clone(), folder: folder.map(Path::to_path_buf) });
        } else if let Some(folder) = folder.filter(|_| is_compose(program, words)) {
            self.composed.extend(Composed::of_command(words, folder));
        } else if matches!(program, "docker" | "podman" | "nerdctl") {
            self.containers.extend(docker_run::container((words, likely), place, folder, script.env_file));
        }
        self.files(command, words, program);
    }

    /// What a command writes.
    fn files(&mut self, command: &Command, words: &[Word], program: &str) {
        let known: Vec<&str> =
            words.iter().skip(1).flatten().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
        let output = command.output.as_ref().and_then(Option::as_deref);
        let input = command.input.as_ref().and_then(Option::as_deref);
        let fills = FILLERS.contains(&program);
        let before = self.written.len();
        self.fills |= fills && command.output.as_ref().is_some_and(Option::is_none);
        match (program, output) {
            ("cp" | "mv" | "install", _) => {
                if let [.., from, to] = known.as_slice() {
                    self.written.push(Written::of(copied_to(from, to), Some(from), false));
                }
            }
            ("sed", None) if words.iter().flatten().any(|word| word.starts_with("-i")) => {
                if let Some(file) = known.last() {
                    self.written.push(Written::of((*file).to_owned(), Some(file), true));
                }
            }
            (_, Some(output)) if fills => {
                self.written.push(Written::of(output.to_owned(), input.or_else(|| known.last().copied()), true));
            }
            (_, Some(output)) => self.written.push(Written::of(output.to_owned(), input, input.is_none())),
            ("tee", None) => {
                if let Some(file) = known.first().filter(|_| command.has_here_document) {
                    self.written.push(Written::of((*file).to_owned(), None, true));
                }
            }
            _ => {}
        }
        self.written.iter_mut().skip(before).for_each(|one| one.is_sure = !command.is_conditional);
    }

    /// Gives what the script writes by here-documents its texts. What is added to later is not known.
    fn texts(&mut self, script: &Script<'_>) {
        let is_whole = script.at == Some(0) && script.text == script.source.text();
        if !is_whole || !self.written.iter().any(|one| one.from.is_none()) {
            return;
        }
        let mut texts: HashMap<&str, Option<Arc<Source>>> = HashMap::new();
        for one in here_documents(script.source) {
            let Some(target) = one.target(script.source) else { continue };
            let is_new = !texts.contains_key(target);
            texts.insert(target, one.known_text(script.source).filter(|_| is_new));
        }
        let mut count: HashMap<String, usize> = HashMap::new();
        self.written.iter().for_each(|one| *count.entry(one.path.clone()).or_default() += 1);
        let is_once = |one: &&mut Written| one.is_sure && one.from.is_none() && count.get(&one.path) == Some(&1);
        for one in self.written.iter_mut().filter(is_once) {
            one.text = texts.get(one.path.as_str()).cloned().flatten();
        }
    }
}

/// The file that a copy is: one with an ending keeps its name in a folder, which has none.
fn copied_to(from: &str, to: &str) -> String {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_into_folder = to.ends_with('/') || (name(from).contains('.') && !name(to).contains('.'));
    if is_into_folder && !from.ends_with('/') {
        return format!("{}/{}", to.trim_end_matches('/'), name(from));
    }
    to.to_owned()
}

/// Whether a command is one of compose: `docker compose`, `docker-compose`.
fn is_compose(program: &str, words: &[Word]) -> bool {
    let is_part = || words.get(1).is_some_and(|word| word.as_deref() == Some("compose"));
    matches!(program, "docker-compose" | "podman-compose") || matches!(program, "docker" | "podman") && is_part()
}

/// A line of a justfile as a shell reads it: `{{name}}` as `${name}`, `{{justfile_directory()}}` as this folder. Bytes stay where
/// they are but in the word itself.
fn of_just(line: &str, variables: &Variables) -> String {
    let mut out = String::new();
    let (mut rest, mut missing) = (line, 0);
    while let Some((before, (inner, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        put(&mut out, before, &mut missing);
        let name = inner.trim();
        let written = match name {
            "justfile_directory()" | "source_directory()" | "invocation_directory()" => ".".to_owned(),
            _ if variables.get(name).is_some() => format!("${{{name}}}"),
            _ => format!("{{{{{inner}}}}}"),
        };
        missing += (inner.len() + 4).saturating_sub(written.len());
        out.push_str(&written);
        rest = after;
    }
    put(&mut out, rest, &mut missing);
    out
}

/// Adds a text, at its first space with as many more as the words before it became shorter.
fn put(out: &mut String, text: &str, missing: &mut usize) {
    let (before, after) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    out.push_str(before);
    if !after.is_empty() {
        out.push_str(&" ".repeat(std::mem::take(missing)));
    }
    out.push_str(after);
}

/// The recipes of a Makefile or justfile as one script, with its variables; bytes stay where they are.
pub(super) fn recipes(source: &Arc<Source>, file: OtherFile<'_>) -> (String, Variables) {
    let mut text = String::new();
    let mut variables = Variables::default();
    let mut continues = false;
    let is_just = source.path().to_ascii_lowercase().ends_with("justfile");
    let dot_env = Some(()).filter(|()| is_just && source.text().contains("dotenv")).and_then(|()| file(".env"));
    let dot_env: Vec<Variable> = dot_env.iter().flat_map(included).collect();
    let named = |name: &str| dot_env.iter().rev().find(|variable| variable.name == name)?.value.clone();
    let mut left = MAX_INCLUDED;
    for line in source.text().split_inclusive('\n') {
        let is_recipe = line.starts_with(['\t', ' ']);
        if !continues && !is_recipe {
            let paths = includes(line).filter(|_| !is_just).into_iter().flatten().take(left);
            for source in paths.filter_map(file) {
                left -= 1;
                variables.extend(included(&source));
            }
            if is_just {
                variables.extend(parameters(line, source));
            }
            let of_just = if is_just { of_environment(line, source, &named) } else { None };
            variables.extend(of_just.or_else(|| assignment(line, source)));
        }
        if is_recipe || continues {
            let line = if is_just { of_just(line, &variables) } else { line.replace("$(", "${").replace(')', "}") };
            text.push_str(&line);
        } else {
            // Line breaks stay, so that each recipe begins anew.
            text.extend(line.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).filter(char::is_ascii));
        }
        continues = line.trim_end_matches(['\n', '\r']).ends_with('\\');
    }
    (text, variables)
}

/// A file that a Makefile or justfile names, if it is there.
pub(super) type OtherFile<'f> = &'f dyn Fn(&str) -> Option<Arc<Source>>;

/// Most files that one takes in.
const MAX_INCLUDED: usize = 16;

/// The files of `include versions.mk` and `-include .env`.
fn includes(line: &str) -> Option<impl Iterator<Item = &str>> {
    let (word, files) = line.split_once(char::is_whitespace)?;
    let is_one = matches!(word, "include" | "-include" | "sinclude");
    is_one.then(|| files.split_whitespace().filter(|file| !file.contains('$')))
}

/// The variables of a file as a Makefile takes them.
fn included(source: &Arc<Source>) -> Vec<Variable> {
    source
        .text()
        .lines()
        .filter(|line| !line.starts_with(['\t', '#']))
        .filter_map(|line| assignment(line, source))
        .collect()
}

/// The parameters of a recipe of a justfile that have a text as their default: `kratos tag="v1.3.1":`.
fn parameters(line: &str, source: &Arc<Source>) -> Vec<Variable> {
    let header = line.split_once(':').filter(|(_, rest)| !rest.starts_with('=')).map_or("", |(header, _)| header);
    let parameter = |word: &str| {
        let (name, value) = word.trim_start_matches(['+', '*', '$']).split_once('=')?;
        let value = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))?;
        is_variable_name(name).then(|| variable(name, Some(value.to_owned()), &Place::new(source, Span::at(0))))
    };
    header.split_whitespace().skip(1).filter_map(parameter).collect()
}

/// `name := env("NAME", "default")` of a justfile: what the file `.env` says, else the default.
fn of_environment(line: &str, source: &Arc<Source>, named: &dyn Fn(&str) -> Option<String>) -> Option<Variable> {
    let (name, expression) = line.split_once(":=")?;
    let (function, arguments) = expression.trim().strip_suffix(')')?.split_once('(')?;
    if !["env", "env_var", "env_var_or_default"].contains(&function) {
        return None;
    }
    let mut texts = arguments.split(',').map(|text| text.trim().trim_matches(['"', '\'']));
    let value = named(texts.next()?).or_else(|| texts.next().map(str::to_owned));
    let name = name.trim();
    is_variable_name(name).then(|| variable(name, value, &Place::new(source, Span::at(0))))
}

/// `NAME := value`, `NAME ?= value`, `NAME = value`.
fn assignment(line: &str, source: &Arc<Source>) -> Option<Variable> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end_matches([':', '?', '+']).trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim_end_matches(':').trim();
    let value = value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\'']);
    let place = Place::new(source, Span::at(0));
    is_variable_name(name).then(|| variable(name, (!value.contains('$')).then(|| value.to_owned()), &place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_before_the_one_that_starts() {
        let first = |text: &str| {
            let words: Vec<Word> = text.split(' ').map(|word| Some(word.to_owned())).collect();
            plain_words(&words).first().cloned().flatten().unwrap_or_default()
        };
        for text in [
            "exec kratos serve",
            "sudo -E kratos serve",
            "sudo -u ory -g ory kratos serve",
            "sudo -n kratos serve",
            "nice -n 10 kratos serve",
            "env -i DSN=memory kratos serve",
            "gosu ory kratos serve",
            "su-exec ory:ory tini -- kratos serve",
            "doppler run -- kratos serve",
        ] {
            assert_eq!(first(text), "kratos", "{text}");
        }
        assert_eq!(first("sudo"), "");
        assert_eq!(first("docker run -e A=b kratos"), "docker");
    }
}
