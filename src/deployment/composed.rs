//! What commands say of compose files: another project folder than their own (`docker compose --project-directory`), and which are
//! laid over each other (`docker compose -f compose.yml -f compose.dev.yml`).

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::Word;
use super::reading::set_once;
use crate::disk::plain;
use crate::text::Source;
use crate::yaml::{self, Format, Node};

/// Project folders of compose files (`--project-directory`); none where that is not known.
pub(super) type Moved = HashMap<PathBuf, Option<PathBuf>>;

/// The project folders that the commands of scripts give to compose files.
pub(super) fn moved(found: &[Composed]) -> Moved {
    let mut moved = Moved::new();
    for Composed { file, folder, .. } in found {
        match folder {
            Folder::Given(folder) => set_once(&mut moved, file.clone(), folder.clone(), PartialEq::eq),
            Folder::Unknown => _ = moved.insert(file.clone(), None),
            Folder::Own => {}
        }
    }
    moved
}

/// The files that commands lay over others.
pub(super) fn laid_over(found: &[Composed]) -> HashSet<PathBuf> {
    found.iter().filter(|one| one.is_over).map(|one| one.file.clone()).collect()
}

/// Whether a text may have such commands.
pub(super) fn may_say(text: &str) -> bool {
    text.contains("--project-directory")
        || text.contains("COMPOSE_FILE=")
        || (text.contains("compose") && COMMANDS.iter().any(|word| text.contains(word)))
}

/// What a text has in which a command, or a Tiltfile, names compose files.
const COMMANDS: [&str; 4] = ["-f ", "--file", "-f=", "docker_compose("];

/// Most files of one call in a Tiltfile, and most bytes of it.
const MAX_FILES: usize = 20;
const MAX_CALL: usize = 2_000;

/// `docker_compose(['compose.yml', 'compose.dev.yml'])` of a Tiltfile.
pub(super) fn of_tiltfile(text: &str, folder: &Path) -> Vec<Composed> {
    let mut found = Vec::new();
    for (at, call) in text.match_indices("docker_compose(").take(MAX_FILES) {
        let rest = text.get(at + call.len()..).unwrap_or_default();
        let end = rest.find(')').filter(|end| *end <= MAX_CALL).unwrap_or_default();
        let quoted = rest.get(..end).unwrap_or_default().split(['"', '\'']).skip(1).step_by(2).take(MAX_FILES);
        let files = quoted.map(|file| plain(&folder.join(file)));
        found.extend(files.skip(1).map(|file| Composed { file, folder: Folder::Own, is_over: true }));
    }
    found
}

/// Most variables of a script that name compose files.
const MAX_VARIABLES: usize = 20;

/// Variables of a script: `COMPOSE="docker compose -f compose.yml -f compose.dev.yml"`, `COMPOSE_FILE=compose.yml:compose.dev.yml`.
pub(super) fn of_variables(text: &str, folder: &Path) -> Vec<Composed> {
    let is_wanted = |line: &&str| line.to_ascii_lowercase().contains("compose") && line.len() <= MAX_CALL;
    let mut found = Vec::new();
    for line in text.lines().filter(is_wanted).take(MAX_VARIABLES) {
        let Some((name, value)) = line.split_once('=') else { continue };
        let (name, value) =
            (name.trim().rsplit(' ').next().unwrap_or_default(), value.trim().trim_matches(['"', '\'']));
        if name == "COMPOSE_FILE" {
            let over = value.split(':').skip(1).take(MAX_FILES).map(|file| plain(&folder.join(file)));
            found.extend(over.map(|file| Composed { file, folder: Folder::Own, is_over: true }));
        } else if value.starts_with("docker") && !name.is_empty() {
            let words: Vec<Word> = value.split_whitespace().map(|word| Some(word.to_owned())).collect();
            found.extend(Composed::of_command(&words, folder));
        }
    }
    found
}

/// The commands of a pipeline, a file of tasks or the scripts of a package that name compose files, one after the other.
pub(super) fn steps(source: &Arc<Source>) -> String {
    // Aliases bring the same text many times.
    let mut seen = HashSet::new();
    let mut found = String::new();
    for tree in yaml::documents(source).iter().map(|one| yaml::parse(one, Format::Yaml)) {
        let nodes = tree.root().map(Node::descendants).unwrap_or_default();
        for text in nodes.into_iter().filter_map(Node::as_str).filter(|text| may_say(text)) {
            if seen.insert(text.as_ptr()) {
                found += text;
                found.push('\n');
            }
        }
    }
    found
}

/// The project folder that a command gives to a compose file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Folder {
    /// None: its own counts.
    Own,
    Given(PathBuf),
    Unknown,
}

/// A compose file that a command names.
#[derive(Clone, Debug)]
pub(super) struct Composed {
    pub(super) file: PathBuf,
    folder: Folder,
    /// Whether the command lays it over another one.
    is_over: bool,
}

impl Composed {
    /// Those of a command: `docker compose --project-directory folder -f file -f file …`.
    pub(super) fn of_command(words: &[Word], folder: &Path) -> Vec<Composed> {
        let mut base = Folder::Own;
        let mut files = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let Some(word) = word.as_deref() else { continue };
            let (option, value) = match word.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (word, words.get(index + 1).and_then(Option::as_deref)),
            };
            match option {
                "--project-directory" => {
                    base = value.map_or(Folder::Unknown, |value| Folder::Given(plain(&folder.join(value))));
                }
                "-f" | "--file" => files.extend(value.map(|value| plain(&folder.join(value)))),
                _ => {}
            }
        }
        let one = |(at, file): (usize, PathBuf)| Composed { file, folder: base.clone(), is_over: at > 0 };
        files.into_iter().enumerate().map(one).filter(|one| one.is_over || base != Folder::Own).collect()
    }
}
