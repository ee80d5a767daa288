//! The settings of a run, wherever they come from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;

use crate::deployment::Project;
use crate::diagnostic::{Diagnostic, Level};
use crate::disk::Disk;
use crate::evaluation::{Budget, Child};
use crate::key;
use crate::kratos::env::Variable;
use crate::text::Place;
use crate::unit::Unit;
use crate::yaml::Node;

/// The settings of a run.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Reads no `kratos-lint.toml` and looks at no file around the unit for its target version.
    pub no_config: bool,
    /// Rules with another level than their own; `None` switches one off.
    pub levels: Vec<(String, Option<Level>)>,
    /// When not empty: only these rules.
    pub only: Vec<String>,
    /// Files with the environment that Kratos gets.
    pub env_files: Vec<PathBuf>,
    /// The folder below which referred files may be read; found when not given.
    pub root: Option<PathBuf>,
    /// `id` or `url` of hooks that are meant to block the flow (`blocking-notification` is silent about them).
    pub critical_hooks: Vec<String>,
    /// Whether reports hold what comments silence, too: a server does not read them.
    pub keeps_silenced: bool,
    /// Findings that are known.
    pub ignores: Arc<Ignores>,
    /// Keys whose values are masked in reports, beside the known ones.
    pub secret_keys: Vec<String>,
    /// Hosts that web hooks may call; any when empty.
    pub allowed_endpoints: Vec<String>,
    /// Folders where Kratos runs, and the folders of this project that lie there.
    pub path_maps: Vec<(PathBuf, PathBuf)>,
    /// Variables that the server gets from elsewhere: their values are not known.
    pub given: Vec<Variable>,
    /// Whether reports keep what they are about, for formats that draw it: it takes memory for each configuration.
    pub keeps_subjects: bool,
    /// The files of the run, and how they start Kratos.
    pub project: Arc<Project>,
    /// The executable in whose process Jsonnet is evaluated. No file can name another.
    pub child: Child,
    /// The time for evaluations that all units of a run share.
    pub trials: Arc<Budget>,
}

/// Findings that are known, with the folder that their patterns are relative to.
#[derive(Clone, Debug, Default)]
pub struct Ignores {
    pub(crate) rows: Vec<Ignore>,
    pub(crate) folder: PathBuf,
}

impl Ignores {
    /// How many rows there are.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        self.rows.len()
    }

    /// The rows, by their index, that a finding of a configuration is known by: a row about its file is also about what it refers
    /// to.
    #[must_use]
    pub(crate) fn holding(&self, found: &Diagnostic, unit: &Unit, disk: &Disk) -> Vec<usize> {
        let place = found.place.in_file();
        let holds = |row: &Ignore| {
            let is_meant = |globs: &Gitignore| {
                [unit.path(), place.source.path()]
                    .iter()
                    .any(|path| matches(&self.folder, globs, Path::new(path), disk))
            };
            !found.is_final && row.is_about(found, unit.root()) && row.files.as_ref().is_none_or(is_meant)
        };
        self.rows.iter().enumerate().filter(|(_, row)| holds(row)).map(|(index, _)| index).collect()
    }

    /// The places of the rows that none of these took a finding out with.
    pub(crate) fn unused<'a>(&'a self, used: &'a BTreeSet<usize>) -> impl Iterator<Item = &'a Place> {
        self.rows.iter().enumerate().filter(|(index, _)| !used.contains(index)).map(|(_, row)| &row.place)
    }
}

impl Settings {
    /// Whether a level is written for a rule.
    #[must_use]
    pub(crate) fn names(&self, rule: &str) -> bool {
        self.levels.iter().any(|(name, _)| name == rule)
    }

    /// The level of a finding of a rule; none when the rule is off.
    #[must_use]
    pub(crate) fn level(&self, rule: &str, own: Level) -> Option<Level> {
        self.levels.iter().rfind(|(name, _)| name == rule).map_or(Some(own), |(_, level)| *level)
    }
}

/// Findings of a rule that are known.
#[derive(Clone, Debug)]
pub(crate) struct Ignore {
    /// The name of the rule.
    pub(crate) rule: String,
    /// The files; all when none.
    pub(crate) files: Option<Gitignore>,
    /// The key at or below which they stand; everywhere when none.
    pub(crate) key: Option<Vec<String>>,
    /// Where the row is.
    pub(crate) place: Place,
}

impl Ignore {
    /// Whether it is about a finding of a configuration (its root), as far as rule and key go.
    pub(crate) fn is_about(&self, found: &Diagnostic, root: Option<Node<'_>>) -> bool {
        let pointer = || found.pointer.as_deref().unwrap_or_default();
        self.rule == found.rule && self.key.as_ref().is_none_or(|own| key::covers(own, pointer(), root))
    }
}

/// Whether patterns that are relative to a folder mean a file.
pub(crate) fn matches(folder: &Path, globs: &Gitignore, path: &Path, disk: &Disk) -> bool {
    let real = disk.real(path);
    let path = real.strip_prefix(folder).unwrap_or(path.strip_prefix("./").unwrap_or(path));
    // Patterns are about files of this project: nothing outside is meant.
    path.is_relative() && globs.matched_path_or_any_parents(path, false).is_ignore()
}
