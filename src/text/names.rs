//! Several names in a sentence.

/// What may be used: `use a`, or `use one of a, b, c`.
#[must_use]
pub(crate) fn one_of(names: &[impl AsRef<str>]) -> String {
    match names {
        [only] => format!("use `{}`", only.as_ref().trim_matches('`')),
        _ => format!("use one of {}", joined(names, ", ")),
    }
}

/// All of them: `a, b and c`.
#[must_use]
pub(crate) fn all_of(names: &[impl AsRef<str>]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {}", joined(first, ", "), last.as_ref()),
        _ => joined(names, ""),
    }
}

fn joined(names: &[impl AsRef<str>], between: &str) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_named_alone() {
        assert_eq!(one_of(&["http"]), "use `http`");
        assert_eq!(one_of(&["`.To`"]), "use `.To`");
        assert_eq!(one_of(&["http", "smtp"]), "use one of http, smtp");
        assert_eq!(all_of(&["code"]), "code");
        assert_eq!(all_of(&["code", "oidc", "passkey"]), "code, oidc and passkey");
        assert_eq!(all_of(&[""; 0]), "");
    }
}
