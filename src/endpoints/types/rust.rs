//! Types in Rust.

use std::fmt::Write as _;

use super::{Model, TypeKind, named_fields};

/// Words that are no names of fields, those that are reserved included.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

pub(super) fn write(model: &Model) -> String {
    let mut text =
        "// Types of the web hooks of Ory Kratos. Written by kratos-lint. Needs serde (derive) and serde_json.\n\
                    use serde::{Deserialize, Serialize};\n"
            .to_owned();
    for (name, kind) in &model.types {
        let _ = writeln!(text);
        if let TypeKind::Object(fields) = kind {
            let _ = writeln!(text, "#[derive(Clone, Debug, Serialize, Deserialize)]\npub struct {name} {{");
            for (plain, field) in named_fields(fields, field_name) {
                super::comment(&mut text, "    ", "///", field.description.as_ref());
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

/// The key as the name of a field: small letters, digits and `_`.
fn field_name(key: &str) -> String {
    let words = key.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let plain = words.collect::<Vec<_>>().join("_").to_ascii_lowercase();
    let is_name = plain.starts_with(|c: char| c.is_ascii_lowercase());
    let plain = if is_name { plain } else { format!("field_{plain}").trim_end_matches('_').to_owned() };
    if KEYWORDS.contains(&plain.as_str()) { format!("{plain}_") } else { plain }
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
