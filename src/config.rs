//! What the user configured: `kratos-lint.toml` and the command line.

use std::path::PathBuf;

use crate::diagnostic::Level;

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
}
