//! What to write instead of a value that Kratos refuses: words that can be followed as they are.

use super::{Key, Limit, Shape, children};
use crate::kratos::secrets;
use crate::kratos::version::Version;
use crate::text;
use crate::text::names::one_of;
use crate::yaml::{Node, Style, Value};

/// The help, and the text to put there with whether that surely was meant.
pub(super) type Instead = (Option<String>, Option<(String, bool)>);

/// The help for a value of the wrong type.
pub(super) fn of_type(node: Node<'_>, path: &str, key: &Key) -> Instead {
    let plain = node.style() == Style::Plain;
    let text = node.as_str().unwrap_or_default();
    let what = if path.ends_with("[]") { "item" } else { "key" };
    let is_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let sure = |help: &str, text: &str| (Some(help.to_owned()), Some((text.to_owned(), true)));
    let help = |help: String| (Some(help), None);
    match (key.shape, node.value()) {
        (Shape::Object | Shape::Open, Value::Null) if key.is_required() => help("give it a map".to_owned()),
        (_, Value::Null) if key.is_required() => help("give it a value".to_owned()),
        (Shape::Object | Shape::Open, Value::Null) => help(format!("remove the {what}, or give it a map")),
        (_, Value::Null) => help(format!("remove the {what}, or give it a value")),
        (Shape::Boolean, Value::String(_)) => match text.to_ascii_lowercase().as_str() {
            "true" | "false" if matches!(text, "true" | "false") => sure("write it without quotes", text),
            "yes" | "on" | "y" if plain => {
                sure("Kratos' YAML reader reads `yes` and `on` as text: write `true`", "true")
            }
            "no" | "off" | "n" if plain => {
                sure("Kratos' YAML reader reads `no` and `off` as text: write `false`", "false")
            }
            _ => help("write true or false, without quotes".to_owned()),
        },
        (Shape::Integer | Shape::Number, Value::String(_)) if is_digits => sure("write it without quotes", text),
        (Shape::Number, Value::String(_)) if text.parse::<f64>().is_ok_and(f64::is_finite) => {
            sure("write it without quotes", text)
        }
        (Shape::Boolean, _) => help("write true or false".to_owned()),
        (Shape::Integer, _) => help("write a whole number, without quotes and unit".to_owned()),
        (Shape::Number, _) => help("write a number, without quotes and unit".to_owned()),
        (Shape::Text, _) => of_text(node, path, key),
        (Shape::List, Value::String(text)) if text.contains([',', ' ']) => {
            help("write each as an item of a list: `- …`".to_owned())
        }
        (Shape::List, Value::String(_)) => help("write it as an item of a list: `- …`".to_owned()),
        (Shape::List, Value::Mapping(_)) => help("write a list: begin each item with `- `".to_owned()),
        (Shape::List, _) => help("write a list".to_owned()),
        (Shape::Object, _) => match keys_of(path).as_slice() {
            [] => help("write keys below it: `name: value`".to_owned()),
            keys => help(format!("write keys below it: {}", keys.join(", "))),
        },
        (Shape::Open | Shape::Flags, _) => help("write keys below it: `name: value`".to_owned()),
        (Shape::Any, _) => (None, None),
    }
}

/// The help where a text must be: a number that lacks its unit or a word that is not in the list gets more than quotes.
fn of_text(node: Node<'_>, path: &str, key: &Key) -> Instead {
    let (Value::Number(_) | Value::Bool(_)) = node.value() else {
        let text = || address_help(path).unwrap_or_else(|| "write one text".to_owned());
        return (Some(text()), None);
    };
    let written = node.place();
    let written = written.source.slice(written.span);
    let number = matches!(node.value(), Value::Number(number) if number.text.bytes().all(|b| b.is_ascii_digit()));
    for limit in key.limits {
        let help = match limit {
            Limit::Words(words) if !words.contains(&written) => one_of(words),
            Limit::Duration | Limit::DurationSingle | Limit::DurationNonzero if number => {
                format!("write it with its unit, for example `{written}s` or `{written}m`")
            }
            Limit::ByteSize if number => "write it with its unit, for example `128MB`".to_owned(),
            limit => match form(node, path, *limit) {
                Some((_, help)) => help,
                None => continue,
            },
        };
        return (Some(help), None);
    }
    (Some("put it in quotes".to_owned()), Some((format!("\"{written}\""), true)))
}

/// The keys that a map can have, when they are few.
fn keys_of(path: &str) -> Vec<&'static str> {
    let keys: Vec<&str> = children(path, Version::MASTER).collect();
    if keys.len() > 6 { Vec::new() } else { keys }
}

/// What to write where Kratos loads a text by its address: the subject of a mail does not look like one.
fn address_help(path: &str) -> Option<String> {
    let is_template = path.starts_with("courier.templates.");
    is_template.then(|| "put the text into a file and write file:///path/of/it, or write it as base64://…".to_owned())
}

/// Ends of the paths of keys whose address may be that of a file.
const FILES: [&str; 5] = [".schemas[].url", ".jwks_url", ".mapper_url", ".claims_mapper_url", ".body"];

/// The address of the file whose path was written.
fn file_help(node: Node<'_>, path: &str) -> Option<String> {
    let text = node.as_str().filter(|_| FILES.iter().any(|end| path.ends_with(end)) && !secrets::is_secret(node))?;
    let ending = text.rsplit_once('.').map(|(_, ending)| ending);
    let is_file = text.starts_with(['/', '.']) || matches!(ending, Some("json" | "jsonnet"));
    let is_short = text.len() <= 80 && !text.contains([' ', '`', '\n', ':', '{']);
    (is_file && is_short).then(|| format!("write `file://{text}`"))
}

/// What is missing where the content itself was written, encoded.
fn base64_help(node: Node<'_>, path: &str) -> Option<String> {
    let is_content = address_help(path).is_some() || FILES.iter().any(|end| path.ends_with(end));
    let text = node.as_str().filter(|text| is_content && text.len() >= SURELY_ENCODED)?;
    let content = String::from_utf8(text::decode_base64(text).ok()?).ok()?;
    let is_text = content.chars().all(|c| !c.is_control() || c.is_whitespace());
    is_text.then(|| "write `base64://` before it".to_owned())
}

/// So long a word is not base64 by chance, where it decodes to text.
const SURELY_ENCODED: usize = 16;

/// What a value must be by its limit, and how to write it; none for a limit that is not about its form.
pub(super) fn form(node: Node<'_>, path: &str, limit: Limit) -> Option<(&'static str, String)> {
    let (what, help) = match limit {
        Limit::Uri | Limit::TemplateUri | Limit::Body => {
            let what = if limit == Limit::Uri { "a URL with a scheme" } else { "a URL" };
            let general = match limit {
                Limit::Uri if !FILES.iter().any(|end| path.ends_with(end)) => {
                    "write the whole URL: https://example.org/path"
                }
                _ => "write file:///path, https://host/path or base64://…",
            };
            let help = base64_help(node, path).or_else(|| address_help(path)).or_else(|| file_help(node, path));
            return Some((what, help.unwrap_or_else(|| general.to_owned())));
        }
        Limit::UriReference => ("a URL or a path", "write https://example.org/path or /path"),
        Limit::Email if path.ends_with("from_address") && node.as_str().is_some_and(|text| text.contains('<')) => {
            ("an e-mail address", "write the address alone; the name goes into `from_name`")
        }
        Limit::Email => ("an e-mail address", "write name@example.org"),
        Limit::Hostname => ("a host name", "write it without scheme, port and underscores"),
        Limit::Duration | Limit::DurationSingle => (
            "a duration such as 10m or 24h",
            "use the units ns, us, ms, s, m and h, for example `1h30m`; days and fractions are not supported",
        ),
        Limit::DurationNonzero => ("a duration above 0", "use the units ns, us, ms, s, m and h, for example `5m`"),
        Limit::ByteSize => ("a size with its unit", "write a number and a unit: 128MB"),
        Limit::SmtpUri => ("a URL that starts with smtp:// or smtps://", "write smtp://user:password@host:587/"),
        Limit::HttpUrl => ("a URL that starts with http:// or https://", "write the whole URL"),
        Limit::Origin => ("an origin", "write https://example.org, https://*.example.org with one `*`, or `*`"),
        Limit::HostPort => ("a host with a port", "write localhost:6831, without a scheme"),
        Limit::Words(_)
        | Limit::Min(_)
        | Limit::Max(_)
        | Limit::MinLength(_)
        | Limit::MaxLength(_)
        | Limit::MinItems(_)
        | Limit::Required
        | Limit::Unique
        | Limit::Nullable
        | Limit::DefaultsTo(_) => return None,
    };
    Some((what, help.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kratos::schema::KEYS;
    use crate::text::Source;
    use crate::yaml::{self, Format};

    #[test]
    fn quotes_are_offered_only_where_the_text_is_taken() {
        let mut offered = 0;
        for text in ["900", "true", "1.5"] {
            let tree = yaml::parse(&Source::new("a.yml", format!("a: {text}\n")), Format::Yaml);
            let node = tree.root().and_then(|root| root.get("a")).expect("a value");
            for key in KEYS.iter().filter(|key| key.shape == Shape::Text) {
                let (help, replacement) = of_type(node, key.path, key);
                assert!(help.is_some(), "{}: {text}", key.path);
                let Some((quoted, true)) = replacement else { continue };
                assert_eq!(quoted, format!("\"{text}\""));
                let takes = |limit: &Limit| match limit {
                    Limit::Words(words) => words.contains(&text),
                    limit => form(node, key.path, *limit).is_none(),
                };
                assert!(key.limits.iter().all(takes), "{}: {quoted}", key.path);
                offered += 1;
            }
        }
        assert!(offered > 50, "{offered}");
    }
}
