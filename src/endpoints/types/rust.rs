//! Types in Rust.

use std::fmt::Write as _;

use super::{Kind, Model, identifier};

/// Words that are no names of fields.
const KEYWORDS: [&str; 12] =
    ["type", "self", "ref", "match", "move", "use", "mod", "in", "as", "where", "async", "crate"];

pub(super) fn write(model: &Model) -> String {
    let mut text =
        "// Types of the web hooks of Ory Kratos. Written by kratos-lint. Needs serde (derive) and serde_json.\n\
                    use serde::{Deserialize, Serialize};\n"
            .to_owned();
    for (name, kind) in &model.types {
        let _ = writeln!(text);
        if let Kind::Object(fields) = kind {
            let _ = writeln!(text, "#[derive(Clone, Debug, Serialize, Deserialize)]\npub struct {name} {{");
            for field in fields {
                super::comment(&mut text, "    ", "///", field.description.as_ref());
                let plain = identifier(&field.key).to_ascii_lowercase();
                let plain = if KEYWORDS.contains(&plain.as_str()) { format!("{plain}_") } else { plain };
                if plain != field.key {
                    let _ = writeln!(text, "    #[serde(rename = {:?})]", field.key);
                }
                let kind = if field.required || matches!(field.kind, Kind::Optional(_)) {
                    shown(&field.kind)
                } else {
                    format!("Option<{}>", shown(&field.kind))
                };
                if !field.required {
                    text.push_str("    #[serde(default, skip_serializing_if = \"Option::is_none\")]\n");
                }
                let _ = writeln!(text, "    pub {plain}: {kind},");
            }
            text.push_str("}\n");
        } else {
            let _ = writeln!(text, "pub type {name} = {};", shown(kind));
        }
    }
    text
}

fn shown(kind: &Kind) -> String {
    match kind {
        Kind::Any | Kind::Union(_) | Kind::Object(_) => "serde_json::Value".to_owned(),
        Kind::Text | Kind::Words(_) => "String".to_owned(),
        Kind::Integer => "i64".to_owned(),
        Kind::Number => "f64".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Null => "()".to_owned(),
        Kind::List(item) => format!("Vec<{}>", shown(item)),
        Kind::Map(value) => format!("std::collections::BTreeMap<String, {}>", shown(value)),
        Kind::Named(name) => name.clone(),
        Kind::Optional(inner) => format!("Option<{}>", shown(inner)),
    }
}
