//! What a command line in a container comes to: Kratos itself, a shell, or a script of the project that starts it.

use std::sync::Arc;

use super::arguments::{Word, set_arguments};
use super::reading::Reading;
use super::script::{self, Effect, Script};
use super::{Fact, Here, Loopback, Mount, Start};
use crate::text::{Place, Source};

/// Deepest chain of scripts.
const MAX_DEPTH: usize = 4;

/// Sets the command line of a start: `entrypoint` and `command` as the container gets them. Without an entrypoint that of the image
/// counts, which is Kratos.
pub(super) fn set_command(
    start: &mut Start,
    reading: &Reading<'_>,
    entrypoint: Option<Vec<Word>>,
    command: Vec<Word>,
    place: &Place,
) {
    let is_of_image = entrypoint.is_none();
    match entrypoint.filter(|words| !words.is_empty()) {
        Some(mut words) => {
            words.extend(command);
            run(start, reading, &words, place, 0);
        }
        None => {
            let first = command.first().and_then(|word| word.as_deref()).unwrap_or_default();
            let is_shell = matches!(first, "sh" | "/bin/sh" | "bash" | "/bin/bash");
            let is_program = is_shell || first.rsplit('/').next() == Some("kratos");
            // An empty entrypoint takes that of the image away.
            start.doubled = (is_of_image && is_program).then(|| first.to_owned());
            if is_shell {
                return run(start, reading, &command, place, 0);
            }
            let command = if is_program { command.into_iter().skip(1).collect() } else { command };
            if !command.is_empty() && command.iter().all(Option::is_none) {
                return unknown(start);
            }
            set_arguments(start, command, place);
        }
    }
}

/// Runs a command line as far as it can be read.
fn run(start: &mut Start, reading: &Reading<'_>, words: &[Word], place: &Place, depth: usize) {
    let Some(first) = words.first().and_then(|word| word.as_deref()) else { return unknown(start) };
    let program = first.rsplit('/').next().unwrap_or(first);
    match program {
        "kratos" => set_arguments(start, words.get(1..).unwrap_or_default().to_vec(), place),
        "sh" | "bash" | "ash" | "zsh" => {
            let rest = words.get(1..).unwrap_or_default();
            let is_text =
                |word: &Word| word.as_deref().is_some_and(|word| word.starts_with('-') && word.ends_with('c'));
            match rest.iter().position(is_text) {
                Some(at) => match rest.get(at + 1) {
                    Some(Some(text)) => script_text(start, reading, &place.source, text, place, depth),
                    _ => unknown(start),
                },
                None => run(start, reading, rest, place, depth + 1),
            }
        }
        // Meant as the arguments of the image, which has its program as its entrypoint.
        "serve" if depth == 0 => set_arguments(start, words.to_vec(), place),
        "exec" | "tini" | "dumb-init" | "--" | "env" | "gosu" | "su-exec" if depth < MAX_DEPTH => {
            run(start, reading, words.get(1..).unwrap_or_default(), place, depth + 1);
        }
        _ => match find(start, first) {
            Here::Path(path) if depth < MAX_DEPTH => match reading.read(&path) {
                Ok(source) => script_file(start, reading, &source, words, depth),
                Err(_) => unknown(start),
            },
            _ => unknown(start),
        },
    }
}

/// The file of the project that a program's name means: one without a folder is looked for in those of `PATH`.
fn find(start: &Start, program: &str) -> Here {
    const PATH: &[&str] = &["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    if program.contains('/') {
        return start.resolve(program);
    }
    let places = PATH.iter().map(|folder| start.resolve(&format!("{folder}/{program}")));
    places.into_iter().find(|here| matches!(here, Here::Path(_) | Here::Text(_))).unwrap_or(Here::Unknown)
}

fn unknown(start: &mut Start) {
    start.arguments = Fact::Unknown;
    start.more_variables = true;
    start.is_filled_in = true;
}

fn script_file(start: &mut Start, reading: &Reading<'_>, source: &Arc<Source>, words: &[Word], depth: usize) {
    let place = Place::new(source, crate::text::Span::at(0));
    let before = start.arguments.is_known();
    if runs_in_background(source.text()) {
        start.loopback = Loopback::Shared;
    }
    let effect = effect(start, reading, source, source.text(), Some(0));
    // `exec "$@"` or `exec $@` at the end: the arguments are the command, whatever the script runs before (`kratos migrate sql`).
    let hands_on = source.text().contains("$@");
    if effect.runs.is_empty() || (hands_on && !effect.runs.iter().any(serves)) {
        apply(start, &effect);
        let rest = words.get(1..).unwrap_or_default();
        // `exec kratos -c kratos.yml "$@"`: the command is the last arguments of Kratos itself.
        let handed = |run: &script::Run| {
            let (last, own) = run.arguments.split_last()?;
            let is_all = source.slice(run.place.span).contains("$@");
            (last.is_none() && is_all && own.iter().all(Option::is_some)).then(|| own.to_vec())
        };
        if let Some(own) = effect.runs.iter().find_map(handed).filter(|_| hands_on && !rest.is_empty()) {
            set_arguments(start, [own.as_slice(), rest].concat(), &place);
        } else if hands_on && depth < MAX_DEPTH && !rest.is_empty() {
            run(start, reading, rest, &place, depth + 1);
        } else if !before {
            start.arguments = Fact::Unknown;
        }
        return;
    }
    take(start, effect);
}

fn script_text(
    start: &mut Start,
    reading: &Reading<'_>,
    source: &Arc<Source>,
    text: &str,
    place: &Place,
    _depth: usize,
) {
    if runs_in_background(text) {
        start.loopback = Loopback::Shared;
    }
    let at = source.slice(place.span).find(text).map(|at| place.span.start + at);
    let mut effect = effect(start, reading, source, text, at);
    if at.is_none() {
        effect.runs.iter_mut().for_each(|run| run.place = place.clone());
    }
    if effect.runs.is_empty() {
        apply(start, &effect);
        unknown(start);
    } else {
        take(start, effect);
    }
}

/// Whether a script goes on while a program runs: `program &`.
fn runs_in_background(text: &str) -> bool {
    let is_plain = |line: &&str| !line.trim_start().starts_with('#');
    let lines = text.lines().filter(is_plain);
    let ends = |part: &str| part.trim_end().ends_with('&') && !part.trim_end().ends_with("&&");
    lines.flat_map(|line| line.split_inclusive("& ")).any(ends)
}

fn effect(start: &Start, reading: &Reading<'_>, source: &Arc<Source>, text: &str, at: Option<usize>) -> Effect {
    if !reading.may_read(text.len()) {
        reading.give_up();
        return Effect::default();
    }
    let env_file = |file: &str| match start.resolve(file) {
        Here::Path(path) => reading.env_file_at(&path),
        Here::Text(source) => Some(reading.env_file(&source)),
        Here::Nothing | Here::Unknown => None,
    };
    let (folder, variables) = (start.at_home.clone(), start.variables.clone());
    let effect = script::read(&Script { source, text, at, folder, variables, env_file: &env_file });
    if effect.is_cut {
        reading.give_up();
    }
    effect
}

/// What a script does before it starts Kratos.
fn apply(start: &mut Start, effect: &Effect) {
    start.variables.lay_all(&effect.variables);
    start.more_variables |= effect.more_variables;
    start.is_filled_in |= effect.fills;
    for one in &effect.written {
        // A file written over itself keeps its place.
        if !one.keeps_its_place() {
            let there = crate::disk::plain(&start.working_folder.join(&one.path));
            start.mounts.push(Mount { there, here: one.here(start), place: start.place.clone() });
        }
        start.is_filled_in |= one.is_filled;
    }
}

/// Takes the server that a script starts, else the last thing that it runs.
fn take(start: &mut Start, mut effect: Effect) {
    apply(start, &effect);
    let at = effect.runs.iter().position(serves).unwrap_or(effect.runs.len().saturating_sub(1));
    if at < effect.runs.len() {
        let others: Vec<&[Word]> =
            effect.runs.iter().filter(|run| serves(run)).map(|run| run.arguments.as_slice()).collect();
        let arguments = effect.runs.get(at).map(|run| common(&run.arguments, &others)).unwrap_or_default();
        let run = effect.runs.swap_remove(at);
        set_arguments(start, arguments, &run.place);
    }
}

/// The arguments that all calls of a script have: which of them is made may depend on the arguments of the script.
fn common(arguments: &[Word], all: &[&[Word]]) -> Vec<Word> {
    if all.iter().all(|other| *other == arguments) {
        return arguments.to_vec();
    }
    let is_option = |word: Option<&Word>| matches!(word.and_then(Option::as_deref), Some("-c" | "--config"));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        // An option and its value belong together.
        let length = if is_option(Some(word)) { 2 } else { 1 };
        let part = arguments.get(at..at + length).unwrap_or_default();
        let is_in = |other: &&[Word]| other.windows(length).any(|window| window == part);
        if !part.is_empty() && all.iter().all(is_in) {
            found.extend_from_slice(part);
        }
        at += length;
    }
    found.push(None);
    found
}

fn serves(run: &script::Run) -> bool {
    run.arguments.iter().flatten().any(|word| word == "serve")
}
