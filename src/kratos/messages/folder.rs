//! The folder of templates: what is in it, and what Kratos reads of it.

use std::path::{Path, PathBuf};

use super::{MESSAGES, Message, Part};
use crate::disk::Entry;
use crate::files::{Files, FoundFolder};
use crate::kratos::version::Version;

/// The folder that `courier.template_override_path` names.
#[derive(Debug)]
pub(crate) struct Folder {
    /// Everything below it, as far as it was read, in order.
    pub entries: Vec<Below>,
}

/// Something below the folder of templates.
#[derive(Debug)]
pub(crate) struct Below {
    /// Its path from there, with `/`.
    pub relative: String,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Most entries that are read.
pub(crate) const MAX_ENTRIES: usize = 1_000;

/// How deep folders below it are read: one level more than Kratos reads.
const MAX_DEPTH: usize = 4;

impl Folder {
    /// The folder that a value of `courier.template_override_path` means; none where it is not in this project.
    #[must_use]
    pub(crate) fn find(reference: &str, files: &Files) -> Option<Folder> {
        match files.find_folder(reference) {
            FoundFolder::Exact(path) => Some(Folder::read(&path, files)),
            // A folder that merely has the same name holds other things.
            FoundFolder::Likely(paths) => paths.iter().map(|path| Folder::read(path, files)).find(Folder::has_messages),
            FoundFolder::Missing | FoundFolder::Elsewhere => None,
        }
    }

    fn read(path: &Path, files: &Files) -> Folder {
        let mut entries = Vec::new();
        collect(path, "", 0, files, &mut entries);
        Folder { entries }
    }

    /// Whether it has more entries than are read.
    #[must_use]
    pub(crate) fn is_cut(&self) -> bool {
        self.entries.len() >= MAX_ENTRIES
    }

    fn has_messages(&self) -> bool {
        let is_known = |below: &Below| {
            MESSAGES.iter().any(|message| {
                let rest = below.relative.strip_prefix(&message.folder()).and_then(|rest| rest.strip_prefix('/'));
                rest.is_some_and(|name| Part::ALL.iter().any(|part| part.file() == name))
            })
        };
        self.entries.iter().any(is_known)
    }

    /// What is in the folder of a message and begins with these letters, in order of names.
    pub(crate) fn beginning<'f>(
        &'f self,
        message: &Message,
        letters: &'f str,
    ) -> impl Iterator<Item = (&'f str, &'f Below)> {
        let folder = format!("{}/", message.folder());
        self.entries.iter().filter_map(move |below| {
            let name = below.relative.strip_prefix(&folder)?;
            (!name.contains('/') && name.starts_with(letters)).then_some((name, below))
        })
    }

    /// The files that are parsed for a part of a message; none where the part is not there, so that Kratos takes its own.
    #[must_use]
    pub(crate) fn parsed(&self, message: &Message, part: Part, version: Version) -> Vec<(&str, &Below)> {
        let files =
            |letters| self.beginning(message, letters).filter(|(_, below)| !below.is_folder).collect::<Vec<_>>();
        let exact = files(part.file()).into_iter().filter(|(name, _)| *name == part.file()).collect::<Vec<_>>();
        if exact.is_empty() {
            return Vec::new();
        }
        // The pattern is new in v0.8.1.
        if version < Version::V0_8_2 { exact } else { files(part.beginning()) }
    }
}

fn collect(folder: &Path, relative: &str, depth: usize, files: &Files, found: &mut Vec<Below>) {
    for Entry { name, is_folder } in files.list(folder).iter() {
        if found.len() >= MAX_ENTRIES {
            return;
        }
        let path = folder.join(name);
        let relative = if relative.is_empty() { name.clone() } else { format!("{relative}/{name}") };
        found.push(Below { relative: relative.clone(), path: path.clone(), is_folder: *is_folder });
        if *is_folder && depth + 1 < MAX_DEPTH {
            collect(&path, &relative, depth + 1, files, found);
        }
    }
}
