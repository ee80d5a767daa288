//! All files below a folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Disk, Refusal, index, lock, plain_words};

/// Most files of a project that are read.
const MAX_FILES: usize = 200_000;

/// Said of a folder with more.
pub(crate) const TOO_MANY: &str = "only 200,000 of its files are read";

/// Most patterns of all `.gitignore` files of a walk; each file of the project is compared with those around it.
const MAX_PATTERNS: usize = 5_000;

/// Longest pattern, in bytes.
const MAX_PATTERN: usize = 1_000;

/// Folders that hold what others wrote.
const FOREIGN: [&str; 2] = [".git", "node_modules"];

/// What is below a folder.
#[derive(Debug)]
pub(super) struct Walked {
    files: BTreeSet<PathBuf>,
    /// What git tracks where others' files are.
    foreign: Vec<PathBuf>,
}

fn has_foreign_part(path: &Path) -> bool {
    path.iter().any(|part| FOREIGN.iter().any(|name| part == *name))
}

/// The `.gitignore` of a folder, and those around it.
struct Rules {
    own: Option<Gitignore>,
    /// Whether the folder is a repository: what is around it holds no more.
    is_repository: bool,
    around: Option<Rc<Rules>>,
}

impl Rules {
    fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        let mut rules = Some(self);
        while let Some(here) = rules {
            match here.own.as_ref().map_or(Match::None, |own| own.matched(path, is_folder)) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => rules = here.around.as_deref().filter(|_| !here.is_repository),
            }
        }
        false
    }
}

impl Disk {
    /// All files below a folder, absolute, sorted. The `.gitignore` files of the project are honoured, those of the machine are
    /// not; what git tracks is never left out, and no file where git does not say what it tracks.
    #[must_use]
    pub(crate) fn walk(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = self.absolute(folder);
        let mut files = self.walked(&folder).files.clone();
        files.extend(self.overlay.keys().filter(|file| file.starts_with(&folder)).cloned());
        files.into_iter().collect()
    }

    fn walked(&self, folder: &Path) -> Arc<Walked> {
        let known = lock(&self.walks).get(folder).cloned();
        known.unwrap_or_else(|| {
            let walked = Arc::new(match &self.memory {
                Some(memory) => {
                    let files = memory.all().filter(|file| file.starts_with(folder)).cloned().collect();
                    Walked { files, foreign: Vec::new() }
                }
                None => self.walk_now(folder),
            });
            lock(&self.walks).insert(folder.to_path_buf(), Arc::clone(&walked));
            walked
        })
    }

    /// What this run left out, as a path and why, sorted.
    #[must_use]
    pub(crate) fn left_out(&self) -> Vec<(PathBuf, String)> {
        lock(&self.left_out).iter().cloned().collect()
    }

    /// Remembers what a bound keeps from being read; a run says it once.
    pub(crate) fn leave_out(&self, path: &Path, why: impl Into<String>) {
        lock(&self.left_out).insert((path.to_path_buf(), why.into()));
    }

    /// Whether the project keeps a path out of git: the path or a folder around it, by the `.gitignore` files from the root on.
    pub(crate) fn ignores(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        let Some(folder) = path.parent() else { return false };
        let root = self.root_of(folder);
        let below: Vec<&Path> = path.ancestors().take_while(|one| one.starts_with(&root) && *one != root).collect();
        let mut left = Some(MAX_PATTERNS);
        let mut rules = Rc::new(self.rules(&root, None, &mut left));
        for one in below.into_iter().rev() {
            let is_folder = one != path;
            if rules.ignore(one, is_folder) {
                return true;
            }
            if is_folder {
                rules = Rc::new(self.rules(one, Some(rules), &mut left));
            }
        }
        false
    }

    fn walk_now(&self, folder: &Path) -> Walked {
        let root = self.root_of(folder);
        // Where git does not say what it tracks, patterns keep folders out (what is built, what is downloaded), not files: many
        // repositories track a `kratos.yml` that their patterns name.
        let is_listed = index::is_there(&root);
        let mut left = Some(MAX_PATTERNS);
        let outer: Vec<&Path> = folder.ancestors().skip(1).take_while(|dir| dir.starts_with(&root)).collect();
        let outer = outer.into_iter().rev().fold(None, |around, dir| Some(Rc::new(self.rules(dir, around, &mut left))));
        let (mut files, mut nested, mut unknown) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        // The named folder itself is always meant.
        let mut open = vec![(folder.to_path_buf(), outer)];
        'walk: while let Some((dir, around)) = open.pop() {
            let entries = match std::fs::read_dir(&dir) {
                Ok(entries) => entries,
                Err(error) => {
                    self.leave_out(&dir, plain_words(&error));
                    continue;
                }
            };
            let rules = Rc::new(self.rules(&dir, around, &mut left));
            if rules.is_repository && self.real(&dir) != root {
                nested.push(dir.clone());
            }
            for entry in entries.filter_map(Result::ok) {
                let (Ok(kind), path) = (entry.file_type(), entry.path()) else { continue };
                let is_foreign = FOREIGN.iter().any(|name| entry.file_name() == *name);
                if is_foreign || ((is_listed || kind.is_dir()) && rules.ignore(&path, kind.is_dir())) {
                    unknown.extend((!is_listed && !is_foreign).then_some(path));
                    continue;
                }
                if kind.is_dir() {
                    open.push((path, Some(Rc::clone(&rules))));
                } else if files.len() < MAX_FILES {
                    files.insert(path);
                } else {
                    self.leave_out(folder, TOO_MANY);
                    break 'walk;
                }
            }
        }
        if let Some(first) = unknown.first() {
            let others = match unknown.len() - 1 {
                0 => String::new(),
                more => format!(", nor {more} more {}", if more == 1 { "folder" } else { "folders" }),
            };
            self.leave_out(
                first,
                format!("not read{others}: `.gitignore` says so, and git does not say what it tracks"),
            );
        }
        let foreign = self.add_tracked(folder, &root, &mut files);
        // Submodules say themselves what they track.
        for dir in nested {
            self.add_tracked(&dir, &self.real(&dir), &mut files);
        }
        Walked { files, foreign }
    }

    /// Whether a file is in a folder below this one that holds what others wrote.
    pub(crate) fn is_foreign(file: &Path, folder: &Path) -> bool {
        has_foreign_part(file.strip_prefix(folder).unwrap_or(file))
    }

    /// The files below a folder that git tracks although they are where others' files are.
    pub(crate) fn tracked_foreign(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = self.absolute(folder);
        let walked = self.walked(&folder);
        walked.foreign.iter().filter(|file| Disk::is_foreign(file, &folder)).cloned().collect()
    }

    /// Adds what git tracks below a folder, and returns what of it is where others' files are.
    fn add_tracked(&self, folder: &Path, root: &Path, files: &mut BTreeSet<PathBuf>) -> Vec<PathBuf> {
        let real = self.real(folder);
        let mut foreign = Vec::new();
        for tracked in index::tracked(root) {
            let Ok(shown) = root.join(&tracked).strip_prefix(&real).map(|rest| folder.join(rest)) else { continue };
            if has_foreign_part(&tracked) {
                foreign.push(shown);
            } else if !files.contains(&shown) && std::fs::symlink_metadata(&shown).is_ok_and(|data| !data.is_dir()) {
                files.insert(shown);
            }
        }
        foreign
    }

    /// The rules of a folder; of `left` patterns of all folders, none once there were more.
    fn rules(&self, folder: &Path, around: Option<Rc<Rules>>, left: &mut Option<usize>) -> Rules {
        let file = folder.join(".gitignore");
        let own = self.patterns(&file, folder, left).unwrap_or_else(|why| {
            self.leave_out(&file, format!("its patterns are not used: {why}"));
            None
        });
        Rules { own, is_repository: folder.join(".git").exists(), around }
    }

    fn patterns(&self, file: &Path, folder: &Path, left: &mut Option<usize>) -> Result<Option<Gitignore>, String> {
        if self.memory.is_none() && std::fs::symlink_metadata(file).is_err() {
            return Ok(None);
        }
        let bytes = match &self.memory {
            Some(files) => files.get(file).map(|text| text.as_bytes().to_vec()).ok_or(Refusal::Missing),
            None => self.bytes(&self.real(file), file),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(Refusal::Missing) => return Ok(None),
            Err(why) => return Err(why.to_string()),
        };
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let patterns = || text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        if patterns().any(|line| line.len() > MAX_PATTERN) {
            return Err(format!("a pattern has more than {MAX_PATTERN} bytes"));
        }
        // Said once, not of each file that comes later.
        let Some(room) = *left else { return Ok(None) };
        *left = room.checked_sub(patterns().count());
        if left.is_none() {
            return Err(format!(
                "with it the project has more than {MAX_PATTERNS} patterns; later files are not used either"
            ));
        }
        let mut builder = GitignoreBuilder::new(folder);
        let is_listed = self.memory.is_none() && index::is_there(&self.root_of(folder));
        for line in patterns() {
            // Where git does not say what it tracks, the name of the program is no folder of configurations.
            if !is_listed && matches!(line.trim_end(), "kratos" | "/kratos") {
                continue;
            }
            // What is no pattern is passed by, as git does.
            _ = builder.add_line(None, line);
        }
        builder.build().map(Some).map_err(|error| error.to_string())
    }
}
