//! What a key, a hook or a type is, in Markdown for hovers and completion.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::position::Lines;
use crate::jsonnet::types::{Field, JsonType, Object, Text};
use crate::kratos::ctx::sample::{self, Fill};
use crate::kratos::hooks;
use crate::kratos::version::Version;
use crate::output::text::{Shown, text};
use crate::rule::Rule;
use crate::text::Span;

/// A hook, and where it acts in a release.
pub(super) fn hook(name: &str, version: Version) -> Option<String> {
    let mut out = format!("**`{name}`** (hook)\n\n{}\n", hooks::about(name)?);
    let acts = hooks::acts(name, version);
    if !acts.is_empty() {
        _ = write!(out, "\nRuns in: {}\n", acts.join(", "));
    }
    Some(out)
}

/// A rule: what it finds, how bad that is, and the first parts of its page.
pub(super) fn rule(rule: &Rule) -> String {
    let mut out = format!("**`{}`** ({}, rule of kratos-lint)\n\n{}\n", rule.name, rule.level.name(), rule.summary);
    let parts = rule.docs.split("\n## ").map(|part| part.trim().trim_start_matches("## "));
    for part in parts.filter(|part| part.starts_with("What happens") || part.starts_with("What to do")) {
        _ = write!(out, "\n### {part}\n");
    }
    _ = write!(out, "\n[The whole page]({})\n", rule.url());
    out
}

/// Longest example, in bytes.
const LONGEST_EXAMPLE: usize = 400;

/// A value such as a field of this name may have; none where nothing is known, or the type says all.
pub(super) fn example(name: &str, kind: &JsonType) -> Option<String> {
    let says_all = matches!(kind, JsonType::Any | JsonType::Null | JsonType::Bool(_) | JsonType::Text(Text::Is(_)));
    let is_any = |field: &Field| field.kind == JsonType::Any;
    let is_unknown = match kind {
        JsonType::Object(object) => !object.fields.is_empty() && object.fields.values().all(is_any),
        JsonType::List(item) => **item == JsonType::Any,
        _ => false,
    };
    if says_all || is_unknown || matches!(kind, JsonType::Union(kinds) if kinds.is_empty()) {
        return None;
    }
    // Samples depend on the name of a field.
    let field = Field { kind: kind.clone(), missing_when: None };
    let around = Object { fields: [(name.to_owned(), field)].into(), ..Object::default() };
    let value = sample::of(&JsonType::Object(around), Fill::Maximal).get(name).cloned()?;
    let text = serde_json::to_string_pretty(&value).ok()?;
    (text.len() <= LONGEST_EXAMPLE && !value.is_null()).then_some(text)
}

/// What was found, as clients take it.
pub(super) fn shown(found: Option<(Span, String)>, lines: &Lines<'_>) -> Value {
    let Some((span, said)) = found else { return Value::Null };
    // It may hold names and expressions of the document.
    let said: Vec<_> = said.lines().map(text).collect();
    let said = said.iter().map(Shown::as_str).collect::<Vec<_>>().join("\n");
    json!({"contents": {"kind": "markdown", "value": said}, "range": lines.range(span)})
}
