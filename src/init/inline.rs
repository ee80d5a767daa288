//! Values on one line, as the text around them is written.

use serde_json::Value as Json;

use super::quoted;
use crate::yaml::Node;

/// What ends a plain text between brackets.
pub(crate) const SPECIAL: [char; 5] = [',', '[', ']', '{', '}'];

/// Bytes of a JSON text that tell whether it has blanks.
const ENOUGH: usize = 4 << 10;

/// How values are written on one line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inline {
    /// Whether keys and texts are in quotes.
    is_json: bool,
    /// What is inside of braces, at both ends.
    pad: &'static str,
    comma: &'static str,
    colon: &'static str,
}

impl Inline {
    /// As most write YAML.
    pub(crate) const YAML: Inline = Inline { is_json: false, pad: " ", comma: ", ", colon: ": " };

    /// As a map or a list is written.
    pub(crate) fn of(node: Node<'_>) -> Inline {
        let source = node.source();
        let written = source.slice(node.origin().span);
        let keys = node.descendants().into_iter().filter(|below| below.id() != node.id() && below.key().is_some());
        let is_quoted = keys.map(|below| source.slice(below.key_place().span)).next();
        let is_json = source.text().trim_start().starts_with('{') || is_quoted.is_some_and(|key| key.starts_with('"'));
        let is_dense = is_json && !source.text().chars().take(ENOUGH).collect::<String>().contains("\": ");
        Inline {
            is_json,
            pad: if written.starts_with("{ ") { " " } else { "" },
            comma: if is_dense { "," } else { ", " },
            colon: if is_dense { ":" } else { ": " },
        }
    }

    /// A key with its value.
    pub(crate) fn entry(self, key: &str, value: &Json) -> String {
        format!("{}{}{}", self.text(key), self.colon, self.value(value))
    }

    /// Several values.
    pub(crate) fn items(self, items: &[Json]) -> String {
        items.iter().map(|item| self.value(item)).collect::<Vec<_>>().join(self.comma)
    }

    /// What is between two values.
    pub(crate) fn comma(self) -> &'static str {
        self.comma
    }

    /// A value.
    pub(crate) fn value(self, value: &Json) -> String {
        match value {
            Json::Object(fields) if !fields.is_empty() => {
                let fields: Vec<String> = fields.iter().map(|(name, value)| self.entry(name, value)).collect();
                format!("{{{0}{1}{0}}}", self.pad, fields.join(self.comma))
            }
            Json::Array(items) => format!("[{}]", self.items(items)),
            Json::String(text) => self.text(text),
            other => other.to_string(),
        }
    }

    fn text(self, text: &str) -> String {
        let written = quoted(text);
        let is_quoted = written.starts_with(['"', '\'']);
        if is_quoted || !self.is_json && !written.contains(SPECIAL) { written } else { Json::from(text).to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;
    use crate::yaml::{Format, parse};

    #[test]
    fn a_value_is_written_as_its_neighbours() {
        let new =
            serde_json::json!({"hook": "web_hook", "config": {"url": "https://a.example/{x}", "list": [true, "a,b"]}});
        for (text, wanted) in [
            ("a: {b: 1}", r#"{hook: web_hook, config: {url: "https://a.example/{x}", list: [true, "a,b"]}}"#),
            ("a: { b: 1 }", r#"{ hook: web_hook, config: { url: "https://a.example/{x}", list: [true, "a,b"] } }"#),
            (
                "a: {\"b\": 1}",
                r#"{"hook": "web_hook", "config": {"url": "https://a.example/{x}", "list": [true, "a,b"]}}"#,
            ),
            (
                "{\"a\":{\"b\":1}}",
                r#"{"hook":"web_hook","config":{"url":"https://a.example/{x}","list":[true,"a,b"]}}"#,
            ),
        ] {
            let tree = parse(&Source::new("a.yml", text), Format::Yaml);
            let node = tree.root().and_then(|root| root.get("a")).expect("a map");
            assert_eq!(Inline::of(node).value(&new), wanted, "{text}");
        }
    }
}
