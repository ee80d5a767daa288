//! Types in Go.

use std::fmt::Write as _;

use super::{Model, TypeKind, pascal};

pub(super) fn write(model: &Model) -> String {
    let mut text =
        "// Package hooks holds the types of the web hooks of Ory Kratos. Written by kratos-lint.\npackage hooks\n"
            .to_owned();
    for (name, kind) in &model.types {
        let _ = writeln!(text);
        if let TypeKind::Object(fields) = kind {
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
fn optional(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Any
        | TypeKind::List(_)
        | TypeKind::Map(_)
        | TypeKind::Optional(_)
        | TypeKind::Union(_)
        | TypeKind::Null => shown(kind),
        _ => format!("*{}", shown(kind)),
    }
}

fn shown(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Any | TypeKind::Union(_) | TypeKind::Null | TypeKind::Object(_) => "any".to_owned(),
        TypeKind::Text | TypeKind::Words(_) => "string".to_owned(),
        TypeKind::Integer => "int64".to_owned(),
        TypeKind::Number => "float64".to_owned(),
        TypeKind::Boolean => "bool".to_owned(),
        TypeKind::List(item) => format!("[]{}", shown(item)),
        TypeKind::Map(value) => format!("map[string]{}", shown(value)),
        TypeKind::Named(name) => name.clone(),
        TypeKind::Optional(inner) => optional(inner),
    }
}
