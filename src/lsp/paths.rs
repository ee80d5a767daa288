//! Files of the project that a key may refer to.

use std::path::{Path, PathBuf};

use super::offer::{FILE, Offer};
use super::snippet::Snippet;
use super::state::Snapshot;
use crate::disk::Disk;
use crate::init::body_file;
use crate::text::Span;
use crate::unit::Unit;

/// Most files that are offered.
const MAX_FILES: usize = 200;

/// How deep folders are searched.
const MAX_DEPTH: usize = 4;

/// The files that a key of a configuration may refer to, as it names them.
pub(super) fn files(key: &str, config: &Path, unit: &Unit, snapshot: &Snapshot) -> Vec<Offer> {
    let endings: &[&str] = match key {
        _ if matches!(key.rsplit('.').next(), Some("mapper_url" | "claims_mapper_url" | "body")) => &[".jsonnet"],
        "identity.schemas[].url" => &[".json"],
        _ if key.ends_with(".jwks_url") => &[".json"],
        _ if key.starts_with("courier.templates.") => &[".gotmpl"],
        _ => return Vec::new(),
    };
    let disk = snapshot.disk();
    let folder = config.parent().unwrap_or(Path::new("/"));
    let mut found = Vec::new();
    collect(folder, 0, endings, disk, &mut found);
    let holds = |file: &PathBuf| {
        // Many a file ends in `.json`: what is in it tells what it is.
        let holds = |key: &str| disk.read(file).is_ok_and(|text| text.text().contains(key));
        match key {
            "identity.schemas[].url" => file.to_string_lossy().ends_with(".schema.json") || holds("\"traits\""),
            _ if key.ends_with(".jwks_url") => holds("\"keys\""),
            _ => true,
        }
    };
    let offer = |file: PathBuf| {
        let shown = file.strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/");
        // As the container has it, where the identity schema tells that.
        let mounted = body_file::url(Path::new(&shown), config, unit, disk);
        let url = if mounted.starts_with("file:///") { mounted } else { format!("file://{shown}") };
        Some(Offer::word(&url, FILE))
    };
    found.into_iter().filter(holds).filter_map(offer).collect()
}

fn collect(folder: &Path, depth: usize, endings: &[&str], disk: &Disk, found: &mut Vec<PathBuf>) {
    for entry in disk.list(folder).iter().filter(|entry| !entry.name.starts_with('.') && entry.name != "node_modules") {
        if found.len() >= MAX_FILES {
            return;
        }
        let path = folder.join(&entry.name);
        if entry.is_folder && depth < MAX_DEPTH {
            collect(&path, depth + 1, endings, disk, found);
        } else if endings.iter().any(|ending| entry.name.ends_with(ending)) {
            found.push(path);
        }
    }
}

/// Offers as they are begun. Clients compare them with what is written: its quote begins none of them, and `file://./hooks` begins no
/// `file://hooks/body.jsonnet`.
pub(super) fn as_begun(offers: &mut [Offer], text: &str, replaces: Span) {
    let written = text.get(replaces.start..replaces.end).unwrap_or_default();
    let plain = written.strip_prefix(['"', '\'']).unwrap_or(written);
    let quote = written.strip_suffix(plain).unwrap_or_default();
    for offer in offers.iter_mut().filter(|offer| offer.replaces.is_none()) {
        let name = offer.label.strip_prefix("file://").filter(|name| offer.kind == FILE && !name.starts_with('/'));
        if let Some(name) = name.map(str::to_owned) {
            if plain.starts_with("file://./") {
                offer.label = format!("file://./{name}");
                offer.text = Snippet::of(offer.text.plain("").replacen("file://", "file://./", 1));
                offer.filter = None;
            } else if plain.starts_with("./") {
                offer.filter = Some(format!("./{name}"));
            }
        }
        let filter = offer.filter.take().unwrap_or_else(|| offer.label.clone());
        let is_begun = quote.is_empty() || filter.starts_with(quote);
        offer.filter = Some(if is_begun { filter } else { format!("{quote}{filter}") });
    }
}
