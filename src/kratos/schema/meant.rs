//! Which name was meant: by its spelling, by its words, by another word for the same thing, by its place.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{KEYS, Key, Shape, join, last, lookup};
use crate::kratos::version::Version;
use crate::yaml::Node;

/// Words that users write for keys that have another name: `schema: file://…` for the `url` of an identity schema.
const OTHER_WORDS: [(&str, &[&str]); 8] = [
    ("url", &["schema", "schema_url", "uri", "href", "path", "file", "location", "endpoint", "address"]),
    ("id", &["name", "schema_id", "key"]),
    ("hook", &["name", "type", "kind"]),
    ("provider", &["type", "kind"]),
    ("method", &["verb", "http_method"]),
    ("mapper_url", &["mapper", "mapper_uri", "mapper_path", "jsonnet", "jsonnet_url"]),
    ("connection_uri", &["uri", "url", "connection_url", "smtp_url"]),
    (
        "default_browser_return_url",
        &["return_url", "redirect_url", "redirect_to", "default_return_url", "default_redirect_url"],
    ),
];

/// The key that is known under another word, which no one wrote beside it.
pub(super) fn under_another_word<'n>(written: &str, names: &[&'n str]) -> Option<&'n str> {
    let is_meant = |name: &str| OTHER_WORDS.iter().any(|(key, words)| *key == name && words.contains(&written));
    names.iter().copied().find(|name| is_meant(name))
}

/// The only sibling whose words hold these words in this order: `client_secret` for `secret`, `min_password_length` for
/// `min_length`. A single word must begin or end the name.
pub(super) fn among_words(key: &str, siblings: &[&'static str]) -> Option<&'static str> {
    let parts: Vec<&str> = key.split(['_', '-']).filter(|part| !part.is_empty()).collect();
    let holds = |name: &&&str| {
        let mut rest = name.split('_');
        let edges = [name.split('_').next(), name.rsplit('_').next()];
        match parts.as_slice() {
            [] => false,
            [only] => edges.contains(&Some(*only)),
            parts => parts.iter().all(|part| rest.any(|word| word == *part)),
        }
    };
    let mut holding = siblings.iter().filter(holds);
    holding.next().copied().filter(|_| holding.next().is_none())
}

/// The word of a list that was meant. Words that only digits tell apart are different things, not different spellings.
pub(super) fn word<'n>(written: &str, words: &[&'n str]) -> Option<(&'n str, bool)> {
    let letters = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let is_other = |word: &str| letters(written) == letters(word);
    match nearest(written, words) {
        Some((meant, false)) if is_other(meant) => None,
        Some(meant) => Some(meant),
        None => {
            let begins = |word: &&&str| written.len() >= 4 && word.starts_with(written);
            let mut begun = words.iter().filter(begins);
            begun.next().filter(|_| begun.next().is_none()).map(|word| (*word, false))
        }
    }
}

/// Where a misplaced key would belong: one level deeper, below one of the keys beside it.
pub(super) fn deeper<'n>(
    path: &str,
    beside: impl Iterator<Item = &'n &'static str>,
    key: &str,
    version: Version,
) -> Option<String> {
    let mut paths = beside.map(|child| join(path, child));
    let deeper = paths.find(|child| lookup(&join(child, key), version).is_some())?;
    Some(format!("`{}`, one level deeper", last(&deeper)))
}

/// Whether a value can be that of a key, by its kind.
fn can_hold(key: &Key, value: Node<'_>) -> bool {
    match key.shape {
        Shape::Object | Shape::Open | Shape::Flags => value.is_mapping() || value.is_null(),
        Shape::List => value.is_sequence() || value.is_null(),
        Shape::Text | Shape::Boolean | Shape::Integer | Shape::Number => !value.is_mapping() && !value.is_sequence(),
        Shape::Any => true,
    }
}

/// Where a misplaced key would belong: one level higher, or at the only other place of this name that can hold the value.
pub(super) fn elsewhere(node: Node<'_>, path: &str, key: &str, version: Version) -> Option<String> {
    let (around, _) = path.rsplit_once('.').unwrap_or(("", path));
    let known = |around: &str| lookup(&join(around, key), version).filter(|row| can_hold(row, node));
    if !path.is_empty() && !around.ends_with("[]") && known(around).is_some() {
        return Some(if around.is_empty() {
            "the top level".to_owned()
        } else {
            format!("`{}`, one level higher", last(around))
        });
    }
    let mut rows = BY_NAME.get(key).into_iter().flatten().filter(|row| row.versions.contains(version));
    let only = rows.next().filter(|row| rows.next().is_none() && can_hold(row, node))?;
    Some(format!("`{}`", only.path))
}

/// Where a key belongs that the object around it does not have: below one of the known keys, one level higher, or elsewhere.
pub(crate) fn place_of(
    node: Node<'_>,
    path: &str,
    known: &[&'static str],
    key: &str,
    version: Version,
) -> Option<String> {
    deeper(path, known.iter(), key, version).or_else(|| elsewhere(node, path, key, version))
}

/// All keys but those of hooks by their last name.
static BY_NAME: LazyLock<HashMap<&'static str, Vec<&'static Key>>> = LazyLock::new(|| {
    let mut rows: HashMap<&str, Vec<&Key>> = HashMap::new();
    for row in KEYS.iter().filter(|row| !row.path.starts_with('#')) {
        rows.entry(last(row.path)).or_default().push(row);
    }
    rows
});

/// The name that was surely (same letters) or likely (few edits) meant.
#[must_use]
pub(crate) fn nearest<'n>(written: &str, names: &[&'n str]) -> Option<(&'n str, bool)> {
    let letters =
        |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let wanted = letters(written);
    if let Some(name) = names.iter().find(|name| letters(name) == wanted) {
        return Some((name, true));
    }
    let length = written.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    // The distance is at least that of the lengths, and costs their product.
    let alike = names.iter().filter(|name| name.chars().count().abs_diff(length) <= allowed);
    let best = alike.map(|name| (strsim::osa_distance(written, name), *name)).min()?;
    (best.0 <= allowed).then_some((best.1, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_digits_tell_apart_are_not_taken_for_each_other() {
        let levels = ["aal1", "highest_available"];
        assert_eq!(word("aal2", &levels), None);
        assert_eq!(word("highest", &levels), Some(("highest_available", false)));
        assert_eq!(word("AAL1", &levels), Some(("aal1", true)));
        assert_eq!(word("argon2id", &["argon2", "bcrypt"]), Some(("argon2", false)));
        assert_eq!(word("warn", &["trace", "warning"]), Some(("warning", false)));
        assert_eq!(word("link", &["linkedin", "linkedin_v2"]), None);
    }

    #[test]
    fn a_sibling_is_meant_by_its_words_when_no_other_has_them() {
        let keys = ["issuer_url", "auth_url", "client_id", "client_secret", "min_password_length"];
        for (written, meant) in [
            ("issuer", Some("issuer_url")),
            ("secret", Some("client_secret")),
            ("min_length", Some("min_password_length")),
            ("length_min", None),
            ("url", None),
            ("client", None),
            ("password", None),
            ("_", None),
        ] {
            assert_eq!(among_words(written, &keys), meant, "{written}");
        }
    }
}
