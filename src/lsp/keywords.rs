//! The keywords of JSON Schema that identity schemas have, with what they do and what is written for them first.

use super::snippet::Snippet;
use crate::init::project;
use crate::yaml::Node;

/// A keyword.
pub(super) struct Keyword {
    pub(super) name: &'static str,
    /// The types of values that it is for; empty for all.
    types: &'static [&'static str],
    /// What it does.
    pub(super) about: &'static str,
    /// What is written first, in JSON; `~` marks what is to be filled in.
    value: &'static str,
}

const fn keyword(
    name: &'static str,
    types: &'static [&'static str],
    about: &'static str,
    value: &'static str,
) -> Keyword {
    Keyword { name, types, about, value }
}

/// Those of a trait, beside `type`, `format`, `required` and that of Kratos.
pub(super) const KEYWORDS: &[Keyword] = &[
    keyword("title", &[], "The label of the field in forms.", "\"~Title~\""),
    keyword("description", &[], "What the trait is for, for those who read the schema.", "\"~Description~\""),
    keyword("enum", &["string"], "The values that are allowed; all others are refused.", "[\"~one~\", \"~two~\"]"),
    keyword("minLength", &["string"], "The least number of characters. Without it an empty text is accepted.", "~1~"),
    keyword("maxLength", &["string"], "The largest number of characters.", "~320~"),
    keyword(
        "pattern",
        &["string"],
        "A regular expression (RE2, as in Go) that the text must match.",
        "\"~^[a-z0-9_]+$~\"",
    ),
    keyword("minimum", &["number", "integer"], "The least number that is accepted.", "~0~"),
    keyword("maximum", &["number", "integer"], "The largest number that is accepted.", "~100~"),
    keyword(
        "items",
        &["array"],
        "What each item of the list must be. The keyword of Kratos in it holds for each of them.",
        "{\"type\": \"~string~\"}",
    ),
    keyword("minItems", &["array"], "The least number of items.", "~1~"),
    keyword("maxItems", &["array"], "The largest number of items.", "~10~"),
    keyword("uniqueItems", &["array"], "Whether equal items are refused.", "true"),
    keyword(
        "properties",
        &["object"],
        "The traits, or the parts of a trait, by name.",
        "{\n  \"~name~\": {\"type\": \"~string~\"}\n}",
    ),
    keyword(
        "additionalProperties",
        &["object"],
        "`false` refuses what `properties` does not name. Without it clients can store anything in traits.",
        "false",
    ),
];

/// What the keywords do that are written by other means.
const OTHERS: [(&str, &str); 5] = [
    ("type", "The type of the value. Forms show a switch for a boolean and a number field for numbers."),
    ("format", "What the text must look like. It also tells Kratos which messages can go to the address."),
    ("required", "The names that must be there: registration and settings refuse an identity without them."),
    ("$schema", "The dialect of JSON Schema in which this file is written."),
    ("$id", "The address that names this schema. Kratos does not load it."),
];

/// The dialect that Kratos reads.
pub(super) const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// What formats demand.
pub(super) const FORMATS: [(&str, &str); 7] = [
    ("email", "An email address, to which codes and links can be sent."),
    ("tel", "A phone number in international form such as +4915112345678, to which codes can be sent."),
    ("date", "A day such as 2030-12-31."),
    ("date-time", "A time with its zone such as 2030-12-31T23:59:59Z."),
    ("time", "A time of day with its zone."),
    ("no-validate", "Kratos verifies the address by its channel, but does not check what it looks like."),
    ("uri", "An address such as https://example.org/."),
];

/// What types are.
pub(super) const TYPES: [(&str, &str); 7] = [
    ("string", "A text. Identifiers and addresses are texts."),
    ("number", "A number, whole or not."),
    ("integer", "A whole number."),
    ("boolean", "true or false, for example the consent to terms."),
    ("object", "Several named parts, for example a first and a last name."),
    ("array", "A list. The keyword of Kratos belongs into its `items`."),
    ("null", "Nothing."),
];

/// What a keyword does.
pub(super) fn about(name: &str) -> Option<&'static str> {
    let own = KEYWORDS.iter().find(|keyword| keyword.name == name).map(|keyword| keyword.about);
    own.or_else(|| OTHERS.iter().find(|(other, _)| *other == name).map(|(_, about)| *about))
}

impl Keyword {
    /// Whether it is for values of a type; of a type that is not written yet all are offered.
    pub(super) fn fits(&self, kind: Option<&str>) -> bool {
        self.types.is_empty() || kind.is_none_or(|kind| self.types.contains(&kind))
    }

    /// What is written for it first.
    pub(super) fn value(&self) -> Snippet {
        filled(self.value)
    }
}

/// A text in which every second part between `~` is to be filled in.
fn filled(text: &str) -> Snippet {
    let mut out = Snippet::default();
    for (index, part) in text.split('~').enumerate() {
        if index % 2 == 0 { out.text(part) } else { out.place(part) }
    }
    out
}

/// Traits that most projects have, with their values.
pub(super) fn traits() -> [(&'static str, &'static str, Snippet); 4] {
    let email = sample("        \"email\": ", "\n        },").unwrap_or_default();
    [
        ("email", "An address that users sign in with, that is verified and recovers the account.", Snippet::of(email)),
        (
            "username",
            "A name that users sign in with.",
            filled(
                "{\n  \"type\": \"string\",\n  \"title\": \"~User name~\",\n  \"minLength\": ~3~,\n  \"maxLength\": ~64~,\n  \"ory.sh/kratos\": {\n    \
                 \"credentials\": { \"password\": { \"identifier\": true } }\n  }\n}",
            ),
        ),
        (
            "phone",
            "A phone number. For codes by SMS it needs the keyword `ory.sh/kratos`, and the courier a channel `sms`.",
            filled("{\n  \"type\": \"string\",\n  \"format\": \"tel\",\n  \"title\": \"~Phone~\"\n}"),
        ),
        (
            "name",
            "A first and a last name.",
            filled(
                "{\n  \"type\": \"object\",\n  \"properties\": {\n    \"first\": { \"type\": \"string\", \"title\": \"~First name~\" },\n    \
                 \"last\": { \"type\": \"string\", \"title\": \"~Last name~\" }\n  }\n}",
            ),
        ),
    ]
}

/// A trait of which nothing is known.
pub(super) fn new_trait() -> Snippet {
    filled("{\n  \"type\": \"~string~\",\n  \"title\": \"~Title~\"\n}")
}

/// The traits of a schema that has none yet.
pub(super) fn all_traits() -> Snippet {
    Snippet::of(sample("    \"traits\": ", "\n    }").unwrap_or_default())
}

/// A part of the sample: what follows a key, up to where it ends, as if it began a line.
fn sample(key: &str, end: &str) -> Option<String> {
    let (before, rest) = project::SCHEMA.split_once(key)?;
    let depth = key.len() - key.trim_start().len();
    let closing = end.trim_end_matches(',');
    let length = rest.find(&format!("{closing}\n")).or_else(|| rest.find(&format!("{closing},")))?;
    let written = rest.get(..length + closing.len()).filter(|_| before.ends_with('\n'))?;
    let lines = written.lines().enumerate();
    let lines: Vec<&str> =
        lines.map(|(index, line)| if index == 0 { line } else { line.get(depth..).unwrap_or_default() }).collect();
    Some(lines.join("\n"))
}

/// The names that a node has below `properties`, and those that `required` has already.
pub(super) fn names(node: Node<'_>) -> (Vec<&str>, Vec<&str>) {
    let known = node.get("properties").into_iter().flat_map(Node::fields).map(|field| field.key).collect();
    let taken = node.get("required").into_iter().flat_map(Node::items).filter_map(Node::as_str).collect();
    (known, taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_first_is_json() {
        let all = KEYWORDS.iter().map(Keyword::value).chain(traits().map(|(.., value)| value));
        for value in all.chain([new_trait(), all_traits()]) {
            let text = value.plain("");
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        }
        assert!(all_traits().plain("").contains("\n    \"email\": {\n"), "{}", all_traits().plain(""));
        assert!(KEYWORDS.iter().all(|keyword| about(keyword.name).is_some_and(|about| about.len() > 20)));
    }
}
