//! Changes of configurations, as the operations of a JSON patch.

use serde_json::Value;

/// Applies one operation of a JSON patch (RFC 6902: add, replace, remove).
///
/// # Panics
/// When the path leads nowhere.
pub(crate) fn apply(document: &mut Value, operation: &str, path: &str, value: &Value) {
    if path.is_empty() {
        *document = value.clone();
        return;
    }
    let (around, token) = path.rsplit_once('/').expect("pointer");
    let key = token.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(around).expect("parent"), operation) {
        (Value::Array(items), "remove") => _ = items.remove(key.parse().expect("index")),
        (Value::Array(items), "replace") => items[key.parse::<usize>().expect("index")] = value.clone(),
        (Value::Array(items), _) if key == "-" => items.push(value.clone()),
        (Value::Array(items), _) => items.insert(key.parse().expect("index"), value.clone()),
        (Value::Object(fields), "remove") => _ = fields.shift_remove(&key),
        (Value::Object(fields), _) => _ = fields.insert(key, value.clone()),
        _ => panic!("no container at {around}"),
    }
}
