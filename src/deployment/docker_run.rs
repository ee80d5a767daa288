//! `docker run` and the like: how a command starts a container.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::shell::{Word, known_value, whole};
use super::variables::{Layer, variable};
use super::{By, Fact, Here, Image, Mount, Start, arguments, mounts};
use crate::disk::plain;
use crate::text::Place;

/// Options that take no value. Those of one letter can be in one word, the last of them with a value: `-itv a:b`.
const SWITCHES: [&str; 13] = [
    "--detach",
    "--init",
    "--interactive",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--privileged",
    "--publish-all",
    "--quiet",
    "--read-only",
    "--replace",
    "--rm",
    "--sig-proxy",
    "--tty",
];
const SHORT_SWITCHES: &str = "ditPq";

/// Options that bring files which the command does not name.
const MORE_FILES: [&str; 2] = ["--volumes-from", "--volume-driver"];

/// The variables of the file that a path leads to.
type EnvFile<'f> = &'f dyn Fn(&str) -> Option<Arc<Layer>>;

/// An option with its value; none as the value where it is not known.
enum Flag<'w> {
    Switch,
    Value(&'w str, Word),
}

/// `docker run [OPTIONS] IMAGE [ARGUMENTS]`.
pub(super) fn container(
    (words, likely): (&[Word], &[Word]),
    place: &Place,
    folder: Option<&Path>,
    env_file: EnvFile<'_>,
) -> Option<Container> {
    let run = words.iter().position(|word| word.as_deref().is_some_and(|word| word == "run" || word == "create"))?;
    let mut start = Start::new(By::Script, place.clone());
    // `docker cp` puts files into a container, and what an option is that is not known may be a mount.
    start.complete.files = !place.source.holds(" cp ");
    let mut at = run + 1;
    // A variable of the command counts more than one of a file, wherever they are.
    let mut own = Vec::new();
    while let Some(word) = words.get(at) {
        // A word that is not known is the image.
        let Some(text) = word.as_deref().filter(|text| text.starts_with('-')) else { break };
        at += 1;
        let Flag::Value(option, value) = flag(text, words.get(at), &mut at) else { continue };
        start.complete.files &= value.is_some() && !MORE_FILES.contains(&option);
        // Another program than the image's own gets the arguments.
        if option == "--entrypoint" && !value.as_ref().is_some_and(|value| value.ends_with("kratos")) {
            return None;
        }
        match (option, value) {
            ("-e" | "--env", Some(value)) => {
                let (name, value) =
                    value.split_once('=').map_or((value.as_str(), None), |(name, value)| (name, known_value(value)));
                own.push(variable(name, value, place));
            }
            (option, value) => of_option(&mut start, (option, value), place, folder, env_file),
        }
    }
    start.variables.extend(own);
    start.complete.files &= words.get(at).is_some_and(Option::is_some);
    // `docker run "${options[@]}" oryd/kratos:v1.3.1`: options that are not known come before the image.
    let is_image = |word: &Word| word.as_deref().and_then(Image::parse).is_some();
    if likely.get(at)?.is_none() {
        at += likely.get(at..)?.iter().position(is_image)?;
        start.more_variables = true;
        start.is_filled_in = true;
    }
    // A word that is wholly known is the same in both.
    let reference = likely.get(at)?.as_deref()?;
    let arguments: Vec<Word> = words.iter().skip(at + 1).map(whole).collect();
    let Some(image) = Image::parse(reference) else {
        return Some(Container { start, own: Some((reference.to_owned(), arguments)) });
    };
    start.image = Fact::Known(image, place.clone());
    arguments::set_arguments(&mut start, arguments, place);
    Some(Container { start, own: None })
}

/// A container that a command starts.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) start: Start,
    /// An image of another name, which the project may build with Kratos in it, and the words after it.
    pub(super) own: Option<(String, Vec<Word>)>,
}

/// The option that a word is; the next word is its value unless it has one itself.
fn flag<'w>(text: &'w str, next: Option<&Word>, at: &mut usize) -> Flag<'w> {
    let mut following = || {
        *at += 1;
        next.cloned().flatten()
    };
    if text.starts_with("--") {
        return match text.split_once('=') {
            Some((option, value)) => Flag::Value(option, Some(value.to_owned())),
            None if SWITCHES.contains(&text) => Flag::Switch,
            None => Flag::Value(text, following()),
        };
    }
    let letters = text.trim_start_matches('-').trim_start_matches(|letter| SHORT_SWITCHES.contains(letter));
    let Some(letter) = letters.chars().next().filter(|letter| *letter != '=') else { return Flag::Switch };
    let rest = letters.get(letter.len_utf8()..).unwrap_or_default();
    let option = match letter {
        'e' => "--env",
        'v' => "--volume",
        'w' => "--workdir",
        _ => "-",
    };
    let value = if rest.is_empty() { following() } else { Some(rest.strip_prefix('=').unwrap_or(rest).to_owned()) };
    Flag::Value(option, value)
}

fn of_option(
    start: &mut Start,
    (option, value): (&str, Word),
    place: &Place,
    folder: Option<&Path>,
    env_file: EnvFile<'_>,
) {
    match (option, value) {
        ("--env-file", Some(file)) => match env_file(&file) {
            Some(variables) if is_of_docker(place) => start.variables.lay(&variables.verbatim()),
            Some(variables) => start.variables.lay(&variables),
            None => start.more_variables = true,
        },
        ("--env" | "--env-file", None) => start.more_variables = true,
        ("--volume", Some(value)) => start.mounts.extend(bind(&value, place, folder)),
        ("--mount", Some(value)) => start.mounts.extend(mount(&value, place, folder)),
        ("--workdir", Some(value)) => start.working_folder = PathBuf::from(value),
        ("--name", Some(value)) => start.name = value,
        _ => {}
    }
}

/// Whether a command is `docker run` or `docker create`: podman reads files of variables in its own way.
fn is_of_docker(place: &Place) -> bool {
    !place.source.holds("podman")
}

/// `source:target[:options]` of `docker run`; a source that is not known, or a named volume, is something unknown.
fn bind(value: &str, place: &Place, folder: Option<&Path>) -> Option<Mount> {
    let (from, there) = mounts::volume(value)?;
    let is_path = from.starts_with(['.', '/', '~']);
    let here = match folder {
        Some(folder) if is_path => Here::Path(plain(&folder.join(from.trim_start_matches("./")))),
        _ => Here::Unknown,
    };
    Some(Mount { there: PathBuf::from(there), here, place: place.clone() })
}

/// `type=bind,source=…,target=…[,readonly]` of `docker run --mount`.
fn mount(value: &str, place: &Place, folder: Option<&Path>) -> Option<Mount> {
    let part = |names: &[&str]| {
        let mut parts = value.split(',').filter_map(|part| part.split_once('='));
        parts.find(|(name, _)| names.contains(name)).map(|(_, value)| value)
    };
    let there = part(&["target", "dst", "destination"])?;
    let from = part(&["source", "src"]).filter(|_| part(&["type"]) == Some("bind")).unwrap_or_default();
    bind(&format!("{from}:{there}"), place, folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_with_and_without_a_value() {
        let read = |text: &str| {
            let (next, mut at) = (Some("next".to_owned()), 0);
            let flag = flag(text, Some(&next), &mut at);
            match flag {
                Flag::Switch => format!("switch {at}"),
                Flag::Value(option, value) => format!("{option} {} {at}", value.unwrap_or_default()),
            }
        };
        for (text, wanted) in [
            ("--rm", "switch 0"),
            ("--rm=false", "--rm false 0"),
            ("--name", "--name next 1"),
            ("--volume=a:b", "--volume a:b 0"),
            ("-v", "--volume next 1"),
            ("-va:b", "--volume a:b 0"),
            ("-v=a:b", "--volume a:b 0"),
            ("-tdi", "switch 0"),
            ("-t=true", "switch 0"),
            ("-itv", "--volume next 1"),
            ("-eA=b", "--env A=b 0"),
            ("-p4433:4433", "- 4433:4433 0"),
            ("-", "switch 0"),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }
}
