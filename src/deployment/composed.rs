//! Compose files that a command reads with another project folder than their own: `docker compose --project-directory`.

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
pub(super) fn moved(found: impl Iterator<Item = Vec<Composed>>) -> Moved {
    let mut moved = Moved::new();
    for Composed { file, folder } in found.flatten() {
        match folder {
            Some(folder) => set_once(&mut moved, file, folder, PartialEq::eq),
            None => _ = moved.insert(file, None),
        }
    }
    moved
}

/// The commands of a pipeline or a file of tasks that name a project folder, one after the other.
pub(super) fn steps(source: &Arc<Source>) -> String {
    // Aliases bring the same text many times.
    let mut seen = HashSet::new();
    let mut found = String::new();
    for tree in yaml::documents(source).iter().map(|one| yaml::parse(one, Format::Yaml)) {
        let nodes = tree.root().map(Node::descendants).unwrap_or_default();
        for text in nodes.into_iter().filter_map(Node::as_str).filter(|text| text.contains("--project-directory")) {
            if seen.insert(text.as_ptr()) {
                found += text;
                found.push('\n');
            }
        }
    }
    found
}

/// A compose file and the project folder that a command gives to it; none where that is not known.
#[derive(Clone, Debug)]
pub(super) struct Composed {
    pub(super) file: PathBuf,
    pub(super) folder: Option<PathBuf>,
}

impl Composed {
    /// Those of a command: `docker compose --project-directory folder -f file …`.
    pub(super) fn of_command(words: &[Word], folder: &Path) -> Vec<Composed> {
        let mut base = None;
        let mut files = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let Some(word) = word.as_deref() else { continue };
            let (option, value) = match word.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (word, words.get(index + 1).and_then(Option::as_deref)),
            };
            match option {
                "--project-directory" => base = Some(value.map(|value| plain(&folder.join(value)))),
                "-f" | "--file" => files.extend(value.map(|value| plain(&folder.join(value)))),
                _ => {}
            }
        }
        let Some(base) = base else { return Vec::new() };
        files.into_iter().map(|file| Composed { file, folder: base.clone() }).collect()
    }
}
