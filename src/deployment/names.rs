//! Names of variables of Kratos in files of which no reader knows whose server they are for: samples of environments, pipelines,
//! programs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Here, Start};
use crate::disk::Disk;
use crate::text::Source;

/// Begins of names that hardly another program has.
const TELLING: [&str; 3] = ["SELFSERVICE_", "COURIER_SMTP_", "IDENTITY_SCHEMAS"];

/// Begins of names.
const BEGINS: [&str; 13] = [
    "CIPHERS_",
    "COOKIES_",
    "COURIER_",
    "DSN",
    "HASHERS_",
    "IDENTITY_",
    "LOG_",
    "OAUTH2_PROVIDER_",
    "SECRETS_",
    "SELFSERVICE_",
    "SERVE_",
    "SESSION_",
    "TRACING_",
];

/// Most files that are read beside those that speak of Kratos, and most bytes of one.
const MAX_SAMPLES: usize = 200;
const MAX_SAMPLE: usize = 64 << 10;

/// Samples of environments among the files of a project: `.env.example`, `env.sample`.
pub(super) fn samples(disk: &Disk, all: &[PathBuf]) -> Vec<Arc<Source>> {
    let is_sample = |path: &&PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        name.starts_with("env.") || name.contains(".env")
    };
    let read = all.iter().filter(is_sample).take(MAX_SAMPLES).filter_map(|path| disk.read(path).ok());
    read.filter(|source| source.text().len() <= MAX_SAMPLE).collect()
}

/// Whether a start names no configuration, or one that is somewhere in the project: another one may be that of any server.
fn leads_here(start: &Start) -> bool {
    let files = start.configurations();
    (files.is_empty() && start.arguments.is_known())
        || files.iter().flatten().any(|file| !matches!(start.resolve(file), Here::Unknown))
}

/// The names in texts that no known start reads.
pub(super) fn of<'s>(texts: impl Iterator<Item = &'s Arc<Source>>, starts: &[Arc<Start>]) -> HashSet<String> {
    let mut read: HashSet<&Path> = HashSet::new();
    for start in starts.iter().filter(|start| leads_here(start)) {
        read.insert(Path::new(start.place.source.path()));
        let places = start.variables.effective().into_iter().map(|variable| variable.name_place.source.path());
        read.extend(places.map(Path::new));
    }
    let mut found = HashSet::new();
    for source in texts.filter(|source| !read.contains(Path::new(source.path()))) {
        let text = source.text();
        if TELLING.iter().any(|begin| text.contains(begin)) {
            let is_other = |c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
            let words = text.split(is_other).filter(|word| BEGINS.iter().any(|begin| word.starts_with(begin)));
            found.extend(words.map(str::to_owned));
        }
    }
    found
}
