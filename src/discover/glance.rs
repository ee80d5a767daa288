//! Looks at a file that cost next to nothing: whether it may hold a configuration at all.

use std::path::Path;

use crate::disk::{Disk, Refusal};
use crate::hcl;
use crate::kratos::network::IN_PROJECT;
use crate::sent::patch;
use crate::yaml::{FaultKind, Node, Tree};

/// Whether a text may hold a configuration.
pub(super) fn is_worth_parsing(text: &str) -> bool {
    text.contains("selfservice")
        || (text.contains("kratos") && text.contains("config"))
        || (text.contains("identity") && text.contains("schema"))
        || text.contains("a3JhdG9z")
        || text.contains("kind: Secret")
        || text.contains(IN_PROJECT)
        || patch::is_worth_reading(text)
        || may_spell_keys(text)
}

/// Whether keys may be written so that their letters are not in the text: by escapes (`"\x73elfservice"`), over two lines, or as
/// base64.
fn may_spell_keys(text: &str) -> bool {
    let mut breaks_lines = false;
    for (at, _) in text.match_indices('\\') {
        let rest = text.get(at + 1..).unwrap_or_default();
        if escaped(rest).is_some_and(|letter| letter.is_ascii_lowercase() || letter == '_') {
            return true;
        }
        breaks_lines |= rest.starts_with(['\n', '\r']);
    }
    // Only a key that is marked as one may go on in the next line.
    let has_marked_key = || text.contains("? \"") || text.contains("?\t\"");
    (breaks_lines && has_marked_key()) || text.contains("!!binary")
}

/// The character of an escape in YAML, JSON or TOML, by what follows its backslash.
fn escaped(rest: &str) -> Option<char> {
    let digits = match rest.as_bytes().first()? {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => return None,
    };
    char::from_u32(u32::from_str_radix(rest.get(1..=digits)?, 16).ok()?)
}

/// What other programs begin their parts of a text with.
const TEMPLATES: [&str; 3] = ["{{", "{%", "<%"];

/// Keys beside `selfservice`.
const BESIDE: [&str; 10] =
    ["ciphers", "cookies", "courier", "dsn", "hashers", "identity", "secrets", "serve", "session", "version"];

/// Whether a text that no parser takes, so that its keys are not known, was meant as a configuration: `selfservice` begins a line,
/// and another key of Kratos does, or the file has its name. What another program fills in is not judged.
pub(super) fn is_broken_configuration(path: &str, tree: &Tree) -> bool {
    let is_kept = |kind| matches!(kind, FaultKind::Dropped | FaultKind::DuplicateKey | FaultKind::DuplicateKeyLastWins);
    let text = tree.source().text();
    let is_read = tree.root().is_some_and(Node::is_mapping) && tree.faults().iter().all(|fault| is_kept(fault.kind));
    if is_read || TEMPLATES.iter().any(|mark| text.contains(mark)) {
        return false;
    }
    let (mut is_own, mut is_any_beside) = (false, has_its_name(path));
    for key in text.lines().filter_map(first_key) {
        is_own |= key == "selfservice";
        is_any_beside |= BESIDE.contains(&key);
    }
    is_own && is_any_beside
}

/// Whether a file has the name of Kratos.
pub(super) fn has_its_name(path: &str) -> bool {
    path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase().contains("kratos")
}

/// Whether a text inside another file is documentation that shows parts of configurations, by the ending of its name or by the fences
/// of Markdown, with which no value of YAML begins.
pub(super) fn is_documentation(name: &str, text: Node<'_>) -> bool {
    const ENDINGS: [&str; 6] = [".md", ".mdx", ".markdown", ".rst", ".adoc", ".html"];
    let name = name.to_ascii_lowercase();
    let has_fence = |text: &str| text.lines().any(|line| line.trim_start().starts_with("```"));
    ENDINGS.iter().any(|ending| name.ends_with(ending)) || text.as_str().is_some_and(has_fence)
}

/// The key that a line of the outermost map begins with: `dsn:`, `"dsn":` of JSON, `[selfservice.flows]` and `dsn =` of TOML.
fn first_key(line: &str) -> Option<&str> {
    let is_of_json = line.trim_start().trim_start_matches(['{', ' ']).starts_with('"');
    let line = if is_of_json { line.trim_start_matches(['{', ' ', '\t']) } else { line };
    let name = line.trim_start_matches(['[', '"']);
    let end = name.find(|c: char| !c.is_ascii_lowercase())?;
    let is_key = name.get(end..)?.trim_start_matches('"').trim_start().starts_with([':', '=', '.', ']']);
    name.get(..end).filter(|key| is_key && !key.is_empty())
}

/// Whether a file that was met in a folder and cannot be read is one that must not be skipped: its name or its bytes say that
/// it is a configuration of Kratos.
#[must_use]
pub(crate) fn seems_kratos(path: &Path, why: &Refusal, disk: &Disk) -> bool {
    // Of a Terraform file only one with resources of Ory is read further than its bytes.
    if hcl::is_terraform(&path.to_string_lossy()) {
        return matches!(why, Refusal::NotText(_) | Refusal::Wide)
            || disk.seems_to_hold(path, &["ory_", "orynetwork_"]);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    name.contains("kratos") || disk.seems_to_hold(path, &["selfservice"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_whose_letters_are_escaped_are_looked_at() {
        for text in [
            "\"\\x73elfservice\": {}",
            "{\"self\\u0073ervice\": {}}",
            "\"\\U00000073elfservice\" = 1",
            "? \"self\\\n  service\"\n: {}",
            "!!binary c2VsZnNlcnZpY2U=: {}",
        ] {
            assert!(is_worth_parsing(text), "{text}");
        }
        for text in [
            "{\"html\": \"\\u003cb\\u003e\"}",
            "run: |\n  cargo \\\n    test",
            "path: C:\\user\\x",
            "{\"a\": \"\\u00e9\"}",
        ] {
            assert!(!is_worth_parsing(text), "{text}");
        }
    }
}
