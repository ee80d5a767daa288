//! `jsonnet-file-missing`: a Jsonnet file of this project that is not there.

use crate::diagnostic::{Effect, Level};
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};

/// The rule.
pub const RULE: Rule = Rule {
    name: "jsonnet-file-missing",
    aliases: &[],
    summary: "a Jsonnet file of this project that is not there",
    category: "jsonnet",
    level: Level::Warning,
    effect: Effect::RequestFails,
    versions: Versions::ALL,
    fixable: false,
    facts: &["H-BODY-FILE-MISSING"],
    docs: r#"
Kratos opens the file at each use, relative to its working directory (not to the configuration), and fails when it is not there:
the flow ends with an error. It does not look at boot.

Reported only when the path is relative and the folder that it names lies in this project and holds other Jsonnet files: anything
else may well exist where Kratos runs.

Source: oryx/fetcher/fetcher.go:fetchFile (all versions); ran on all versions.
"#,
    check,
};

fn check(context: &Context, out: &mut Sink) {
    for document in context.documents() {
        // A file that is there but cannot be read is another matter.
        let Some(path) = document.missing.as_ref().filter(|path| !path.exists()) else { continue };
        let inside = |folder: &std::path::PathBuf| folder.starts_with(context.files.root());
        let folder = path.parent().and_then(|folder| std::fs::canonicalize(folder).ok()).filter(inside);
        let beside = folder.and_then(|folder| std::fs::read_dir(folder).ok());
        let is_jsonnet = |path: &std::path::Path| path.extension().is_some_and(|end| end == "jsonnet");
        if !beside.is_some_and(|entries| entries.flatten().any(|entry| is_jsonnet(&entry.path()))) {
            continue;
        }
        for reference in &document.references {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let message = format!("the file {name} is not there: each evaluation fails");
            _ = out.report(reference.node, message).help("mend the path, or add the file");
        }
    }
}
