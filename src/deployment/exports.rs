//! Values that scripts, Makefiles, pipelines and Flux give to the variable that an image is tagged with: `export
//! KRATOS_VERSION=v1.3.1` before `docker compose up`, `KRATOS_TAG: v1.3.1` in a `substitute` of Flux.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::reading::Reading;
use super::release;
use super::variables::Layer;
use crate::text::{Place, Source, Span};

/// What the name of such a variable has in it.
const NAME: &str = "KRATOS";

/// Longest line that is read, in bytes.
const MAX_LINE: usize = 1_000;

/// Whether a text may give a value to such a variable.
pub(super) fn may_say(text: &str) -> bool {
    text.contains(NAME) || (text.contains("--env-file") && text.contains("compose"))
}

/// The env files whose values are remembered, by their addresses: thousands of commands may name one.
pub(super) type Taken = HashSet<*const Layer>;

/// Remembers the values in a file; commands run in its folder or, as often, at the root.
pub(super) fn remember(reading: &Reading<'_>, root: &Path, path: &Path, source: &Arc<Source>, taken: &mut Taken) {
    if !may_say(source.text()) {
        return;
    }
    let mut files: BTreeSet<&str> = BTreeSet::new();
    for line in 0..source.line_count() {
        let span = source.line_span(line);
        let text = source.slice(span);
        if text.len() > MAX_LINE || text.trim_start().starts_with('#') {
            continue;
        }
        if let Some((name, value)) = text.contains(NAME).then(|| assignment(text)).flatten() {
            let start = span.start + text.find(value).unwrap_or_default();
            let place = Place::new(source, Span::new(start, start + value.len()));
            reading.set_export(name, value, &place);
        }
        files.extend(env_file(text));
    }
    let folders = [path.parent().unwrap_or(root), root];
    for file in files {
        let layer = folders.iter().find_map(|folder| reading.env_file_at(&folder.join(file)));
        let layer = layer.filter(|layer| taken.insert(Arc::as_ptr(layer)));
        for variable in layer.iter().flat_map(|layer| layer.all()).filter(|one| one.name.contains(NAME)) {
            let place = Place::new(&variable.name_place.source, variable.value_span);
            if let Some(value) = variable.value.as_deref().filter(|value| is_release(value)) {
                reading.set_export(&variable.name, value, &place);
            }
        }
    }
}

/// The name and the release of `export NAME=v1.3.1`, `NAME ?= v1.3.1`, `NAME: v1.3.1` or `NAME=v1.3.1 docker compose up`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start().trim_start_matches(['@', '-']).trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start().trim_start_matches(['"', '\'']);
    let end = line.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))?;
    let (name, rest) = line.split_at(end);
    let rest = rest.trim_start_matches(['"', '\'']).trim_start();
    let rest = [":=", "?=", "=", ":"].iter().find_map(|sign| rest.strip_prefix(sign))?.trim_start();
    let rest = rest.trim_start_matches(['"', '\'']);
    let value = rest.get(..rest.find(|c: char| c.is_whitespace() || "\"'#,;".contains(c)).unwrap_or(rest.len()))?;
    (name.contains(NAME) && is_release(value)).then_some((name, value))
}

fn is_release(value: &str) -> bool {
    value.contains('.') && release(value).is_some()
}

/// The file of `docker compose --env-file FILE`.
fn env_file(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once("--env-file")?;
    let file = rest.trim_start_matches(['=', ' ']).split([' ', '"', '\'', ',']).next()?;
    (before.contains("compose") && !file.is_empty() && !file.contains(['$', '{'])).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_of_releases() {
        for line in [
            "export KRATOS_VERSION=v1.2.0",
            "KRATOS_VERSION := v1.2.0 # pinned",
            "  KRATOS_VERSION: \"v1.2.0\"",
            "\tKRATOS_VERSION=v1.2.0 docker compose up -d",
            "export KRATOS_VERSION := v1.2.0",
            "  \"KRATOS_VERSION\": \"v1.2.0\",",
        ] {
            assert_eq!(assignment(line), Some(("KRATOS_VERSION", "v1.2.0")), "{line}");
        }
        for line in
            ["KRATOS_URL=http://kratos:4433", "KRATOS_VERSION=$1", "HYDRA_VERSION=v2.2.0", "KRATOS_VERSION=latest"]
        {
            assert_eq!(assignment(line), None, "{line}");
        }
    }

    #[test]
    fn env_files_of_compose() {
        assert_eq!(env_file("\tdocker compose --env-file versions.env up"), Some("versions.env"));
        assert_eq!(env_file("  \"up\": \"docker-compose --env-file=config/dev.env up\""), Some("config/dev.env"));
        assert_eq!(env_file("docker run --env-file .env oryd/kratos"), None);
    }
}
