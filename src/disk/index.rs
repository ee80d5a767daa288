//! The list of tracked files in `.git/index`.
//!
//! Format: `Documentation/gitformat-index` of git, versions 2 to 4. A damaged index is read as far as it can be.

use std::fs;
use std::path::{Path, PathBuf};

/// Largest index that is read, in bytes.
const MAX_INDEX: u64 = 64 << 20;

/// Most files that are read.
const MAX_ENTRIES: u32 = 1_000_000;

/// Longest path, in bytes: each may repeat that of the one before without its bytes.
const MAX_NAME: usize = 4_096;

/// Bytes of an entry before its flags.
const BEFORE_FLAGS: usize = 60;

/// Longest file `.git` that is read, in bytes.
const MAX_LINK: u64 = 8 << 10;

/// Whether git says which files it tracks below `root`.
pub(super) fn is_there(root: &Path) -> bool {
    file(root).is_some()
}

/// The files that git tracks below `root`, relative to it; none when there is no index.
pub(super) fn tracked(root: &Path) -> Vec<PathBuf> {
    let bytes = file(root).and_then(|index| fs::read(index).ok()).unwrap_or_default();
    paths(&bytes).unwrap_or_default()
}

/// The index: in `.git`, or in the folder that a file of this name leads to (linked working trees and submodules). Only names of
/// files below the root are taken from it.
fn file(root: &Path) -> Option<PathBuf> {
    let is_plain =
        |path: &Path, most: u64| fs::symlink_metadata(path).is_ok_and(|data| data.is_file() && data.len() <= most);
    let git = root.join(".git");
    let linked = is_plain(&git, MAX_LINK).then(|| fs::read_to_string(&git).ok()).flatten();
    let folder = match linked.as_deref().and_then(|text| text.lines().next()?.strip_prefix("gitdir:")) {
        Some(folder) => root.join(folder.trim()),
        None => git,
    };
    Some(folder.join("index")).filter(|index| is_plain(index, MAX_INDEX))
}

fn paths(bytes: &[u8]) -> Option<Vec<PathBuf>> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    if bytes.get(..4)? != b"DIRC" {
        return None;
    }
    let (version, count) = (number(4)?, number(8)?);
    let mut found = Vec::new();
    let (mut at, mut name) = (12, Vec::new());
    for _ in 0..count.min(MAX_ENTRIES) {
        let Some(next) = entry(bytes, at, version, &mut name) else { break };
        at = next;
        if name.len() > MAX_NAME {
            break;
        }
        // Git has no path that climbs.
        let path = PathBuf::from(String::from_utf8_lossy(&name).into_owned());
        if path.components().all(|part| matches!(part, std::path::Component::Normal(_))) {
            found.push(path);
        }
    }
    Some(found)
}

/// Reads the name of the entry at a byte, given the name before it; says where the next one begins.
fn entry(bytes: &[u8], at: usize, version: u32, name: &mut Vec<u8>) -> Option<usize> {
    let flags = u16::from_be_bytes(bytes.get(at + BEFORE_FLAGS..at + BEFORE_FLAGS + 2)?.try_into().ok()?);
    let is_extended = version >= 3 && flags & 0x4000 != 0;
    let mut start = at + BEFORE_FLAGS + if is_extended { 4 } else { 2 };
    if version == 4 {
        let (drop, length) = variable_length(bytes.get(start..)?)?;
        start += length;
        name.truncate(name.len().checked_sub(drop)?);
    } else {
        name.clear();
    }
    let end = start + bytes.get(start..)?.iter().position(|byte| *byte == 0)?;
    name.extend_from_slice(bytes.get(start..end)?);
    if version == 4 {
        return Some(end + 1);
    }
    // Entries fill up to eight bytes with at least one zero.
    let length = end - at;
    Some(at + (length / 8 + 1) * 8)
}

/// A number as git writes it in packs (`varint.c`), and how many bytes it takes.
fn variable_length(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        if index > 0 {
            value = (value + 1) << 7;
        }
        value |= usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index that holds one file.
    fn of_one_file() -> Vec<u8> {
        let mut bytes = b"DIRC\0\0\0\x02\0\0\0\x01".to_vec();
        bytes.extend([0; 60]);
        bytes.extend([0, 5]);
        bytes.extend(b"a/b.c\0\0\0\0\0");
        bytes
    }

    #[test]
    fn a_file_leads_to_the_index_of_a_linked_working_tree() {
        let folder = tempfile::tempdir().expect("a folder");
        let (tree, git) = (folder.path().join("tree"), folder.path().join("git"));
        fs::create_dir(&tree).and_then(|()| fs::create_dir(&git)).expect("folders");
        fs::write(tree.join(".git"), "gitdir: ../git\n").expect("a link");
        assert!(!is_there(&tree) && tracked(&tree).is_empty());
        fs::write(git.join("index"), of_one_file()).expect("an index");
        assert!(is_there(&tree));
        assert_eq!(tracked(&tree), [PathBuf::from("a/b.c")]);
    }

    #[test]
    fn the_index_of_this_checkout_is_read_as_far_as_it_is_there() {
        assert_eq!(paths(b"DIRC"), None);
        assert_eq!(paths(b"DIRC\0\0\0\x02\0\0\0\x05").map(|found| found.len()), Some(0));
        assert_eq!(paths(&of_one_file()), Some(vec![PathBuf::from("a/b.c")]));
    }
}
