//! Addresses of the client and paths of the system.

use std::path::{Path, PathBuf};

use crate::kratos::url;
use crate::output::text::uri_path;

/// The path of a `file:` address; none for other schemes, and for what no file of a project is called.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let start = rest.find('/')?;
    let (host, path) = rest.split_at(start);
    let path = decoded(path.split(['?', '#']).next().unwrap_or_default());
    if path.contains(['\0', char::REPLACEMENT_CHARACTER]) {
        return None;
    }
    let bytes = path.as_bytes();
    // file:///c:/folder
    let is_drive = bytes.get(1).is_some_and(u8::is_ascii_alphabetic) && bytes.get(2) == Some(&b':');
    Some(match (is_drive, host) {
        (true, _) => PathBuf::from(path.get(1..).unwrap_or_default()),
        (false, "" | "localhost") => PathBuf::from(path),
        (false, host) => PathBuf::from(format!("//{host}{path}")),
    })
}

/// The text with `%41` and the like decoded; what is no UTF-8 then becomes a replacement character.
pub(super) fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&url::unescaped(text).0).into_owned()
}

/// The `file:` address of an absolute path.
pub(super) fn of(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = if text.starts_with('/') { "file://".to_owned() } else { "file:///".to_owned() };
    uri.push_str(&uri_path(&text));
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths() {
        assert_eq!(path("file:///a/b%20c/%C3%BC.yml"), Some(PathBuf::from("/a/b c/ü.yml")));
        assert_eq!(path("file:///c%3A/x.yml"), Some(PathBuf::from("c:/x.yml")));
        assert_eq!(path("file://localhost/x%zz%4"), Some(PathBuf::from("/x%zz%4")));
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("file://"), None);
        assert_eq!(of(Path::new("/a/b c/ü.yml")), "file:///a/b%20c/%C3%BC.yml");
        assert_eq!(path(&of(Path::new("/a/%41?#"))), Some(PathBuf::from("/a/%41?#")));
    }
}
