//! Types in Go.

use std::fmt::Write as _;

use super::{Kind, Model, pascal};

pub(super) fn write(model: &Model) -> String {
    let mut text =
        "// Package hooks holds the types of the web hooks of Ory Kratos. Written by kratos-lint.\npackage hooks\n"
            .to_owned();
    for (name, kind) in &model.types {
        let _ = writeln!(text);
        if let Kind::Object(fields) = kind {
            let _ = writeln!(text, "// {name} is an object.\ntype {name} struct {{");
            for field in fields {
                super::comment(&mut text, "\t", "//", field.description.as_ref());
                let (mark, kind) =
                    if field.required { ("", shown(&field.kind)) } else { (",omitempty", optional(&field.kind)) };
                let key = field.key.replace(['"', '`', ','], "_");
                let _ = writeln!(text, "\t{} {kind} `json:\"{key}{mark}\"`", pascal(&field.key));
            }
            text.push_str("}\n");
        } else {
            let _ = writeln!(text, "// {name} is one of several.\ntype {name} = {}", shown(kind));
        }
    }
    text
}

/// A field that may be missing.
fn optional(kind: &Kind) -> String {
    match kind {
        Kind::Any | Kind::List(_) | Kind::Map(_) | Kind::Optional(_) | Kind::Union(_) | Kind::Null => shown(kind),
        _ => format!("*{}", shown(kind)),
    }
}

fn shown(kind: &Kind) -> String {
    match kind {
        Kind::Any | Kind::Union(_) | Kind::Null | Kind::Object(_) => "any".to_owned(),
        Kind::Text | Kind::Words(_) => "string".to_owned(),
        Kind::Integer => "int64".to_owned(),
        Kind::Number => "float64".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::List(item) => format!("[]{}", shown(item)),
        Kind::Map(value) => format!("map[string]{}", shown(value)),
        Kind::Named(name) => name.clone(),
        Kind::Optional(inner) => optional(inner),
    }
}
