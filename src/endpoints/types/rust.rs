//! Types in Rust.

use std::fmt::Write as _;

use super::{Model, TypeKind, identifier};

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
        if let TypeKind::Object(fields) = kind {
            let _ = writeln!(text, "#[derive(Clone, Debug, Serialize, Deserialize)]\npub struct {name} {{");
            for field in fields {
                super::comment(&mut text, "    ", "///", field.description.as_ref());
                let plain = identifier(&field.key).to_ascii_lowercase();
                let plain = if KEYWORDS.contains(&plain.as_str()) { format!("{plain}_") } else { plain };
                if plain != field.key {
                    let _ = writeln!(text, "    #[serde(rename = {:?})]", field.key);
                }
                let kind = if field.required || matches!(field.kind, TypeKind::Optional(_)) {
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

fn shown(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Any | TypeKind::Union(_) | TypeKind::Object(_) => "serde_json::Value".to_owned(),
        TypeKind::Text | TypeKind::Words(_) => "String".to_owned(),
        TypeKind::Integer => "i64".to_owned(),
        TypeKind::Number => "f64".to_owned(),
        TypeKind::Boolean => "bool".to_owned(),
        TypeKind::Null => "()".to_owned(),
        TypeKind::List(item) => format!("Vec<{}>", shown(item)),
        TypeKind::Map(value) => format!("std::collections::BTreeMap<String, {}>", shown(value)),
        TypeKind::Named(name) => name.clone(),
        TypeKind::Optional(inner) => format!("Option<{}>", shown(inner)),
    }
}
