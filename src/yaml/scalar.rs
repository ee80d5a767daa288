//! Plain scalars as `gopkg.in/yaml.v3` v3.0.1 resolves them (resolve.go; table in kratos/config/A-loading.md).

use super::{Number, Value};

/// What a plain scalar is.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.into()), Value::Number)
}

fn number(text: &str) -> Option<Number> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return None;
    }
    let plain = text.replace('_', "");
    if let Ok(value) = plain.parse::<i64>() {
        #[allow(clippy::cast_precision_loss)] // The loader does the same: all numbers become float64.
        return Some(Number { value: value as f64, text: value.to_string().into() });
    }
    let has_digit = plain.bytes().any(|byte| byte.is_ascii_digit());
    let allowed = plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    let value = plain.parse::<f64>().ok().filter(|_| has_digit && allowed)?;
    Some(Number { value, text: plain.into() })
}
