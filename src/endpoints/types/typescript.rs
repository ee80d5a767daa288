//! Types in TypeScript.

use std::fmt::Write as _;

use super::{Kind, Model};

pub(super) fn write(model: &Model) -> String {
    let mut text = "// Types of the web hooks of Ory Kratos. Written by kratos-lint.\n".to_owned();
    for (name, kind) in &model.types {
        let _ = writeln!(text);
        if let Kind::Object(fields) = kind {
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

fn shown(kind: &Kind) -> String {
    match kind {
        Kind::Any | Kind::Object(_) => "unknown".to_owned(),
        Kind::Text => "string".to_owned(),
        Kind::Integer | Kind::Number => "number".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Words(words) => {
            let words: Vec<String> =
                words.iter().map(|word| serde_json::Value::from(word.as_str()).to_string()).collect();
            words.join(" | ")
        }
        Kind::List(item) => format!("Array<{}>", shown(item)),
        Kind::Map(value) => format!("Record<string, {}>", shown(value)),
        Kind::Named(name) => name.clone(),
        Kind::Optional(inner) => format!("{} | null", shown(inner)),
        Kind::Union(kinds) => kinds.iter().map(shown).collect::<Vec<_>>().join(" | "),
    }
}
