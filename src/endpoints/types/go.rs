//! Types in Go.

use std::fmt::Write as _;

use super::{Field, Model, TypeKind, named_fields, pascal};

pub(super) fn write(model: &Model) -> String {
    let mut text =
        "// Package hooks holds the types of the web hooks of Ory Kratos. Written by kratos-lint.\npackage hooks\n"
            .to_owned();
    for (name, kind) in &model.types {
        let _ = writeln!(text);
        if let TypeKind::Object(fields) = kind {
            let _ = writeln!(text, "// {name} is an object.\ntype {name} struct {{");
            text.push_str(&rows(fields));
            text.push_str("}\n");
        } else {
            let _ = writeln!(text, "// {name} is one of several.\ntype {name} = {}", shown(kind));
        }
    }
    text
}

/// The fields in columns, as gofmt puts them: a comment begins new ones.
fn rows(fields: &[Field]) -> String {
    let mut text = String::new();
    let mut columns: Vec<[String; 3]> = Vec::new();
    for (name, field) in named_fields(fields, field_name) {
        let mut comments = String::new();
        super::comment(&mut comments, "\t", "//", field.description.as_ref());
        if !is_tag(&field.key) {
            _ = writeln!(comments, "\t// encoding/json has no way to name the key {:?}.", field.key);
        }
        if !comments.is_empty() {
            write_columns(&mut text, &mut columns);
            text.push_str(&comments);
        }
        if is_tag(&field.key) {
            let (mark, kind) =
                if field.required { ("", shown(&field.kind)) } else { (",omitempty", optional(&field.kind)) };
            // A lone `-` would leave the field out.
            let mark = if field.key == "-" && mark.is_empty() { "," } else { mark };
            columns.push([name, kind, format!("`json:\"{}{mark}\"`", field.key)]);
        }
    }
    write_columns(&mut text, &mut columns);
    text
}

fn write_columns(text: &mut String, rows: &mut Vec<[String; 3]>) {
    let width = |column: fn(&[String; 3]) -> &String| rows.iter().map(column).map(String::len).max().unwrap_or(0);
    let (first, second) = (width(|[name, ..]| name), width(|[_, kind, _]| kind));
    for [name, kind, tag] in rows.drain(..) {
        _ = writeln!(text, "\t{name:first$} {kind:second$} {tag}");
    }
}

/// The name of a field: exported, so it begins with a large letter.
fn field_name(key: &str) -> String {
    let name = pascal(key);
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("Field{name}") }
}

/// Whether encoding/json reads a key from a tag (`isValidTag`); another one is ignored, and the name of the field counts.
fn is_tag(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "!#$%&()*+-./:;<=>?@[]^_{|}~ ".contains(c))
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
