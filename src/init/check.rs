//! What `init` is told, checked before anything is written.

use std::path::{Component, Path};

use crate::kratos::url;

/// HTTP methods with which a body reaches the endpoint.
pub(crate) const HTTP_METHODS: [&str; 5] = ["POST", "PUT", "PATCH", "DELETE", "GET"];

/// Checks the URL of an endpoint.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn url(text: &str) -> Result<(), String> {
    let shown = "write an absolute URL such as https://hooks.example.org/kratos";
    if text.contains(char::is_whitespace) || text.contains(['<', '>', '{', '}', '"', '\'', '`', '\\', '$']) {
        return Err(format!("a character in it is not allowed in a URL: {shown}"));
    }
    let url = url::parse(text).map_err(|_| format!("this cannot be read as a URL: {shown}"))?;
    if !url.is_web() || url.hostname().is_empty() {
        return Err(format!("it must begin with http:// or https:// and a host: {shown}"));
    }
    if let Some(fault) = url::host_fault(url.hostname()) {
        return Err(format!("the host cannot be reached: {fault}"));
    }
    if url.userinfo.is_some() {
        return Err("it holds a user or password: use --auth basic_auth".to_owned());
    }
    Ok(())
}

/// Checks the name of a file for a body.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn body(path: &Path) -> Result<(), String> {
    let text = path.to_string_lossy();
    if text.contains("://") {
        return Err("name a file, not a URL".to_owned());
    }
    if path.extension().is_none_or(|ending| !matches!(ending.to_str(), Some("jsonnet" | "libsonnet"))) {
        return Err("its name must end in .jsonnet".to_owned());
    }
    if text.contains(|c: char| c.is_control() || "%?#\"".contains(c)) {
        return Err("its name must be without control characters, %, ?, # and quotes".to_owned());
    }
    if path.components().any(|part| part == Component::ParentDir) {
        return Err("name a file beside the configuration or below".to_owned());
    }
    Ok(())
}
