//! The flat names of `ory_project_config`: a path of the configuration with `_` for each dot.

use crate::kratos::schema;
use crate::kratos::version::Version;

/// Names of nested values, and where they are.
const NESTED: [(&str, &[&str]); 7] = [
    ("session_tokenizer_templates", &["session", "whoami", "tokenizer", "templates"]),
    ("courier_channels", &["courier", "channels"]),
    ("courier_http_request_config", &["courier", "http", "request_config"]),
    ("smtp_connection_uri", &["courier", "smtp", "connection_uri"]),
    ("smtp_from_address", &["courier", "smtp", "from_address"]),
    ("smtp_from_name", &["courier", "smtp", "from_name"]),
    ("smtp_headers", &["courier", "smtp", "headers"]),
];

/// The path of a flat name; none when no key or more than one key may be meant.
#[must_use]
pub(super) fn path(name: &str) -> Option<Vec<String>> {
    if let Some((_, path)) = NESTED.iter().find(|(nested, _)| *nested == name) {
        return Some(path.iter().map(|&part| part.to_owned()).collect());
    }
    let mut found = Vec::new();
    search("", name, &mut Vec::new(), &mut found);
    let mut found = found.into_iter();
    found.next().filter(|_| found.next().is_none())
}

fn search(path: &str, rest: &str, parts: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let mut names: Vec<&str> = schema::children(path, Version::MASTER).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let Some(after) = rest.strip_prefix(name) else { continue };
        parts.push(name.to_owned());
        if after.is_empty() {
            found.push(parts.clone());
        } else if let Some(after) = after.strip_prefix('_') {
            let below = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            search(&below, after, parts, found);
        }
        parts.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_paths() {
        let of = |name| path(name).map(|parts| parts.join("."));
        let known = [
            ("session_lifespan", "session.lifespan"),
            ("selfservice_flows_settings_required_aal", "selfservice.flows.settings.required_aal"),
            (
                "selfservice_methods_password_config_min_password_length",
                "selfservice.methods.password.config.min_password_length",
            ),
            ("courier_channels", "courier.channels"),
            ("smtp_connection_uri", "courier.smtp.connection_uri"),
        ];
        for (name, path) in known {
            assert_eq!(of(name).as_deref(), Some(path));
        }
        assert_eq!(of("cors_enabled"), None);
        assert_eq!(of("session"), Some("session".to_owned()));
    }
}
