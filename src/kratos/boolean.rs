//! Texts that stand for true and false.

/// What Go's `strconv.ParseBool` reads; none for what it refuses.
#[must_use]
pub(crate) fn parse(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
