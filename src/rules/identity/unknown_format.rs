//! `unknown-format`: a format that Kratos does not know checks nothing.

use crate::diagnostic::{Effect, Level};
use crate::kratos::identity;
use crate::kratos::version::Versions;
use crate::rule::{Context, Rule, Sink};
use crate::yaml::Node;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unknown-format",
    aliases: &[],
    summary: "format of a trait that Kratos does not know",
    category: "identity",
    level: Level::Info,
    effect: Effect::NoEffect,
    versions: Versions::ALL,
    fixable: false,
    facts: &[],
    docs: r#"
## What happens

Every value of the trait is accepted, and the form shows a plain text field. An address or a number that is wrong is stored
as it is.

## Why

JSON Schema ignores formats that a program does not know. Kratos knows `email`, `tel`, `uri`, `date`, `date-time`, `time`,
`hostname`, `ipv4`, `ipv6`, `regex` and a few more; `no-validate` says that nothing is meant to be checked.

## What to do

Write the name that Kratos knows, or use `pattern`.

## Versions

All versions.

## Source

github.com/ory/jsonschema/v3/formats.go (v3.0.3 to v3.0.9), identity/extension_verification.go, ui/node/attributes_input.go.
"#,
    check,
};

/// All that ory/jsonschema checks, and what Kratos adds.
const KNOWN: [&str; 19] = [
    "date",
    "date-time",
    "email",
    "hostname",
    "ip-address",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "no-validate",
    "regex",
    "relative-json-pointer",
    "tel",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uriref",
];

/// Other words for what Kratos knows.
const MEANT: [(&str, &str); 12] = [
    ("cellphone", "tel"),
    ("datetime", "date-time"),
    ("e-mail", "email"),
    ("ip", "ipv4"),
    ("link", "uri"),
    ("mail", "email"),
    ("mobile", "tel"),
    ("phone", "tel"),
    ("phone-number", "tel"),
    ("telephone", "tel"),
    ("timestamp", "date-time"),
    ("url", "uri"),
];

/// Longest text that is compared with what is known.
const LONGEST: usize = 32;

fn check(context: &Context, out: &mut Sink) {
    for schema in context.identity_schemas() {
        let Some(root) = schema.root() else { continue };
        for part in identity::traits(root) {
            let items = part.schema.get("items").filter(|items| items.is_mapping());
            for format in [Some(part.schema), items].into_iter().flatten().filter_map(|node| node.get("format")) {
                let Some(name) = unknown(format) else { continue };
                let help = match meant(name) {
                    Some(known) => format!("write \"{known}\""),
                    None => "remove it, or use `pattern`".to_owned(),
                };
                let message = format!("this checks nothing: Kratos knows no format `{name}`");
                out.report_in(format.place(), &schema.pointer, &schema.url_place, message).help(help);
            }
        }
    }
}

/// The format, if Kratos does not know it. Forms hide what is typed into a `password`, and others say more of it.
fn unknown(format: Node<'_>) -> Option<&str> {
    format.as_str().filter(|name| !KNOWN.contains(name) && !["", "password"].contains(name) && name.len() <= LONGEST)
}

/// What is meant by a word.
fn meant(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase().replace(['_', ' '], "-");
    let other = MEANT.iter().find(|(word, _)| *word == name).map(|(_, known)| *known);
    other.or_else(|| KNOWN.into_iter().find(|known| known.len() > 2 && strsim::osa_distance(known, &name) <= 1))
}
