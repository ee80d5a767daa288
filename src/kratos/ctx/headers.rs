//! Which request headers Jsonnet sees (`selfservice/hook/web_hook.go:RemoveDisallowedHeaders`; samples of servers).

use crate::kratos::version::{Version, Versions};

/// The headers that are let through unless the configuration lists others (`web_hook.go:429@v1.3.1`,
/// `embedx/config.schema.json:2985@v25.4.0`).
pub(crate) const DEFAULT_ALLOWLIST: &[&str] = &[
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Content-Length",
    "Content-Type",
    "Origin",
    "Priority",
    "Referer",
    "Sec-Ch-Ua",
    "Sec-Ch-Ua-Mobile",
    "Sec-Ch-Ua-Platform",
    "Sec-Fetch-Dest",
    "Sec-Fetch-Mode",
    "Sec-Fetch-Site",
    "Sec-Fetch-User",
    "True-Client-Ip",
    "User-Agent",
];

/// Headers that Go's HTTP server takes out before Kratos sees the request.
pub(crate) const TAKEN_OUT: &[&str] = &["Host", "Trailer", "Transfer-Encoding"];

/// Releases that let through a fixed list.
const FIXED_LIST: Versions = Versions::between(Version::V1_3_0, Version::V1_3_1);
/// Releases that read `clients.web_hook.header_allowlist`.
pub(crate) const CONFIGURED_LIST: Versions = Versions::since(Version::V25_4);
/// Releases in which a header is named as the configuration spells it; later ones name it canonically.
const AS_SPELLED: Versions = Versions::between(Version::V25_4, Version::V25_4);

/// What happens to the headers of a request before Jsonnet sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All are forwarded.
    None,
    /// Only these, named so.
    Only(Vec<String>),
}

impl Filter {
    /// The filter of a release; `configured` is `clients.web_hook.header_allowlist`.
    #[must_use]
    pub(crate) fn new(version: Version, configured: Option<&[String]>) -> Filter {
        let default = || DEFAULT_ALLOWLIST.iter().map(|name| (*name).to_owned()).collect();
        if FIXED_LIST.contains(version) {
            return Filter::Only(default());
        }
        if !CONFIGURED_LIST.contains(version) {
            return Filter::None;
        }
        let Some(names) = configured else { return Filter::Only(default()) };
        let spelled = |name: &String| if AS_SPELLED.contains(version) { name.clone() } else { canonical(name) };
        Filter::Only(names.iter().map(spelled).filter(|name| !TAKEN_OUT.contains(&canonical(name).as_str())).collect())
    }
}

/// The spelling of a header name in Go's `net/textproto`: `x-real-ip` becomes `X-Real-Ip`.
#[must_use]
pub(crate) fn canonical(name: &str) -> String {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if !name.chars().all(is_token) {
        return name.to_owned();
    }
    let mut upper = true;
    name.chars()
        .map(|c| {
            let spelled = if upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
            upper = c == '-';
            spelled
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_as_go_spells_it() {
        for (written, spelled) in [("cf-ipcountry", "Cf-Ipcountry"), ("X-REAL-IP", "X-Real-Ip"), ("a b", "a b")] {
            assert_eq!(canonical(written), spelled);
        }
    }

    #[test]
    fn lists_by_version() {
        let configured = vec!["x-real-ip".to_owned()];
        assert_eq!(Filter::new(Version::V1_2, Some(&configured)), Filter::None);
        let Filter::Only(fixed) = Filter::new(Version::V1_3_1, Some(&configured)) else { panic!("a fixed list") };
        assert_eq!(fixed.len(), 17);
        assert_eq!(Filter::new(Version::V25_4, Some(&configured)), Filter::Only(configured.clone()));
        assert_eq!(Filter::new(Version::V26_2, Some(&configured)), Filter::Only(vec!["X-Real-Ip".to_owned()]));
    }
}
