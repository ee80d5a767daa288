//! Types in TypeScript.

use std::fmt::Write as _;

use super::{Model, TypeKind};

pub(super) fn write(model: &Model) -> String {
    let mut text = "// Types of the web hooks of Ory Kratos. Written by kratos-lint.\n".to_owned();
    for (name, kind) in &model.types {
        let _ = writeln!(text);
        if let TypeKind::Object(fields) = kind {
            let _ = writeln!(text, "export interface {name} {{");
            for field in fields {
                if let Some(description) = &field.description {
                    let _ = writeln!(text, "  /** {} */", description.replace("*/", "* /").replace('\n', " "));
                }
                let mark = if field.required { "" } else { "?" };
                let key = serde_json::Value::String(field.key.clone());
                let _ = writeln!(text, "  {key}{mark}: {};", shown(&field.kind));
            }
            text.push_str("}\n");
        } else {
            let _ = writeln!(text, "export type {name} = {};", shown(kind));
        }
    }
    text
}

fn shown(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Any | TypeKind::Object(_) => "unknown".to_owned(),
        TypeKind::Text => "string".to_owned(),
        TypeKind::Integer | TypeKind::Number => "number".to_owned(),
        TypeKind::Boolean => "boolean".to_owned(),
        TypeKind::Null => "null".to_owned(),
        TypeKind::Words(words) => {
            let words: Vec<String> =
                words.iter().map(|word| serde_json::Value::from(word.as_str()).to_string()).collect();
            words.join(" | ")
        }
        TypeKind::List(item) => format!("Array<{}>", shown(item)),
        TypeKind::Map(value) => format!("Record<string, {}>", shown(value)),
        TypeKind::Named(name) => name.clone(),
        TypeKind::Optional(inner) => format!("{} | null", shown(inner)),
        TypeKind::Union(kinds) => kinds.iter().map(shown).collect::<Vec<_>>().join(" | "),
    }
}
