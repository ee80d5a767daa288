//! What is said about a configuration: messages, help, labels. They quote keys and values; what reads like a secret there is
//! shown as `…`, whoever wrote the message.

use std::collections::HashSet;

use super::words::{is_known, is_plain};
use super::{MASK, Secrets, url};

impl Secrets {
    /// A text without the values at secret places, and without anything that no person wrote. `is_public` says of a word that the
    /// program says it of itself.
    #[must_use]
    pub(crate) fn sentence(&self, text: &str, is_public: &dyn Fn(&str) -> bool) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = if is_of_name(first) {
                let name = leading(rest, is_of_name);
                if let Some(length) = address(rest, name) {
                    shown.push_str(&address_shown(rest.get(..length).unwrap_or_default()));
                    length
                } else {
                    shown.push_str(if self.may_show(name, is_public) { name } else { MASK });
                    name.len()
                }
            } else {
                shown.push(first);
                first.len_utf8()
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        shown
    }

    /// Whether nothing in a text had to be hidden.
    #[must_use]
    pub(crate) fn is_clean(&self, text: &str, is_public: &dyn Fn(&str) -> bool) -> bool {
        let mut names = text.split(|c: char| !is_of_name(c)).filter(|name| !name.is_empty());
        names.all(|name| self.may_show(name, is_public)) && !text.contains("base64://")
    }

    fn may_show(&self, name: &str, is_public: &dyn Fn(&str) -> bool) -> bool {
        let is_secret = self.words.contains(name);
        (!is_secret && is_plain(name)) || is_known(name) || is_public(name)
    }
}

/// The names in a text.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_of_name(c)).filter(|name| !name.is_empty())
}

/// All names of a text that the program says of itself.
#[must_use]
pub(crate) fn names_of<'t>(texts: impl Iterator<Item = &'t str>) -> HashSet<&'t str> {
    texts.flat_map(names).collect()
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn leading(text: &str, is_part: impl Fn(char) -> bool) -> &str {
    text.get(..text.find(|c: char| !is_part(c)).unwrap_or(text.len())).unwrap_or_default()
}

/// Credentials of our own examples.
const EXAMPLE: &str = "://user:password@";

/// A URL in a sentence; our own examples keep their credentials, and switches such as `?disable_starttls=true` are no secret.
fn address_shown(text: &str) -> String {
    let shown = match text.split_once(EXAMPLE) {
        Some((scheme, rest)) => url(&format!("{scheme}://{rest}")).replacen("://", EXAMPLE, 1),
        None => url(text),
    };
    let query = text.split_once('?').map(|(_, query)| query).filter(|query| query.split('&').all(is_switch));
    query.map_or(shown.clone(), |query| format!("{shown}?{query}"))
}

/// `name=true` or `name=false`.
fn is_switch(pair: &str) -> bool {
    pair.split_once('=').is_some_and(|(name, value)| matches!(value, "true" | "false") && is_plain(name))
}

/// How many bytes the URL takes that begins with this name.
fn address(text: &str, scheme: &str) -> Option<usize> {
    let rest = text.get(scheme.len()..)?.strip_prefix("://")?;
    let ends = |c: char| c.is_whitespace() || "\"'`<>|,;)…".contains(c);
    let length = rest.find(ends).unwrap_or(rest.len());
    // A full stop or colon after it belongs to the sentence.
    let inner = rest.get(..length)?.trim_end_matches(['.', ':']);
    (!inner.is_empty()).then_some(scheme.len() + "://".len() + inner.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_keeps_its_words() {
        let secrets = Secrets { words: ["correcthorse".to_owned()].into(), ..Secrets::default() };
        for (said, shown) in [
            ("`session.lifespan` wants a duration: `1d` is none", "`session.lifespan` wants a duration: `1d` is none"),
            ("`log.level` has no `s3cr3t-0123456`", "`log.level` has no `…`"),
            ("the string \"correcthorse\"", "the string \"…\""),
            ("see https://u:p@h.example.org/a?b=c: it ends", "see https://h.example.org/a: it ends"),
            ("`smtp://mailhog:1025/?disable_starttls=true`", "`smtp://mailhog:1025/?disable_starttls=true`"),
            ("see https://h.example.org/?a=true&key=zQ7bGNXi7PmZ", "see https://h.example.org/"),
            ("write smtp:// or smtps://", "write smtp:// or smtps://"),
            ("`mysql://user:password@tcp(host:3306)/database`", "`mysql://user:password@tcp(host:3306)/database`"),
            ("mysql://u:p@tcp(zQ7bGNXi7PmZNMy9x:3306)/kratos", "mysql://tcp(…:3306)/kratos"),
            ("the digest sha256abcd", "the digest …"),
        ] {
            assert_eq!(secrets.sentence(said, &|_| false), shown);
        }
        assert_eq!(secrets.sentence("a 0123456789ab", &|name| name == "0123456789ab"), "a 0123456789ab");
    }
}
