//! Types in Python.

use std::fmt::Write as _;

use super::{Model, TypeKind};

pub(super) fn write(model: &Model) -> String {
    let mut text = "# Types of the web hooks of Ory Kratos. Written by kratos-lint.\n\
                    from typing import Any, Literal, NotRequired, TypedDict, Union\n"
        .to_owned();
    // Each object is before what holds it.
    for (name, kind) in model.types.iter().filter(|(_, kind)| matches!(kind, TypeKind::Object(_))) {
        let TypeKind::Object(fields) = kind else { continue };
        let _ = writeln!(text, "\n{name} = TypedDict({name:?}, {{");
        for field in fields {
            super::comment(&mut text, "    ", "#", field.description.as_ref());
            let kind = quoted(&field.kind);
            let kind = if field.required { kind } else { format!("NotRequired[{kind}]") };
            let _ = writeln!(text, "    {}: {kind},", serde_json::Value::from(field.key.as_str()));
        }
        text.push_str("})\n");
    }
    for (name, kind) in model.types.iter().filter(|(_, kind)| !matches!(kind, TypeKind::Object(_))) {
        let _ = writeln!(text, "\n{name} = {}", shown(kind));
    }
    text
}

/// The type as a text, so that it may name what is below.
fn quoted(kind: &TypeKind) -> String {
    serde_json::Value::from(shown(kind)).to_string()
}

fn literal(word: &str) -> String {
    // Single quotes need no escape in the text around it.
    let is_plain = !word.chars().any(|c| c.is_control() || "'\\".contains(c));
    if is_plain { format!("'{word}'") } else { serde_json::Value::from(word).to_string() }
}

fn shown(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Any | TypeKind::Object(_) => "Any".to_owned(),
        TypeKind::Text => "str".to_owned(),
        TypeKind::Integer => "int".to_owned(),
        TypeKind::Number => "float".to_owned(),
        TypeKind::Boolean => "bool".to_owned(),
        TypeKind::Null => "None".to_owned(),
        TypeKind::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
            format!("Literal[{}]", words.join(", "))
        }
        TypeKind::List(item) => format!("list[{}]", shown(item)),
        TypeKind::Map(value) => format!("dict[str, {}]", shown(value)),
        TypeKind::Named(name) => name.clone(),
        TypeKind::Optional(inner) => format!("Union[{}, None]", shown(inner)),
        TypeKind::Union(kinds) => format!("Union[{}]", kinds.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}
