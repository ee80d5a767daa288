//! Types in Python.

use std::fmt::Write as _;

use super::{Kind, Model};

pub(super) fn write(model: &Model) -> String {
    let mut text = "# Types of the web hooks of Ory Kratos. Written by kratos-lint.\n\
                    from typing import Any, Literal, NotRequired, TypedDict, Union\n"
        .to_owned();
    // Each object stands before what holds it.
    for (name, kind) in model.types.iter().filter(|(_, kind)| matches!(kind, Kind::Object(_))) {
        let Kind::Object(fields) = kind else { continue };
        let _ = writeln!(text, "\n{name} = TypedDict({name:?}, {{");
        for field in fields {
            super::comment(&mut text, "    ", "#", field.description.as_ref());
            let kind = quoted(&field.kind);
            let kind = if field.required { kind } else { format!("NotRequired[{kind}]") };
            let _ = writeln!(text, "    {}: {kind},", serde_json::Value::from(field.key.as_str()));
        }
        text.push_str("})\n");
    }
    for (name, kind) in model.types.iter().filter(|(_, kind)| !matches!(kind, Kind::Object(_))) {
        let _ = writeln!(text, "\n{name} = {}", shown(kind));
    }
    text
}

/// The type as a text, so that it may name what stands below.
fn quoted(kind: &Kind) -> String {
    format!("\"{}\"", shown(kind).replace('"', "'"))
}

fn shown(kind: &Kind) -> String {
    match kind {
        Kind::Any | Kind::Object(_) => "Any".to_owned(),
        Kind::Text => "str".to_owned(),
        Kind::Integer => "int".to_owned(),
        Kind::Number => "float".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Null => "None".to_owned(),
        Kind::Words(words) => {
            let words: Vec<String> =
                words.iter().map(|word| serde_json::Value::from(word.as_str()).to_string()).collect();
            format!("Literal[{}]", words.join(", "))
        }
        Kind::List(item) => format!("list[{}]", shown(item)),
        Kind::Map(value) => format!("dict[str, {}]", shown(value)),
        Kind::Named(name) => name.clone(),
        Kind::Optional(inner) => format!("Union[{}, None]", shown(inner)),
        Kind::Union(kinds) => format!("Union[{}]", kinds.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}
