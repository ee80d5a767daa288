//! Texts of the repository that are shown by themselves: names of hooks, variables, images, mounted paths, headers. Each has a
//! kind, and each kind says which texts are ordinary; all else is `…`.

use super::MASK;
use super::paths::{is_segment, is_word};
use super::url::host;
use super::words::{is_known, is_label};

/// Longest name of a hook or a header.
const LONGEST_NAME: usize = 64;
/// Longest name of a variable.
const LONGEST_VARIABLE: usize = 96;
/// Longest tag of an image, as registries have it.
const LONGEST_TAG: usize = 128;

/// The name of a hook, also a misspelt one.
#[must_use]
pub(crate) fn hook(name: &str) -> &str {
    let is_shown = name.len() <= LONGEST_NAME && name.split(['.', ' ']).all(is_word);
    if is_shown || is_known(name) { name } else { MASK }
}

/// The name of a variable of the environment.
#[must_use]
pub(crate) fn variable(name: &str) -> &str {
    let is_shown = name.len() <= LONGEST_VARIABLE && is_variable(name) && name.split(['.', '-']).all(is_label);
    if is_shown { name } else { MASK }
}

/// Whether a shell, Docker or Kubernetes takes this as the name of a variable: letters, digits, `_`, `-` and `.`. Every reader
/// of variables asks here.
#[must_use]
pub(crate) fn is_variable(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    name.bytes().all(is_part) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit() && first != b'-')
}

/// The name of an HTTP header or a cookie.
#[must_use]
pub(crate) fn header(name: &str) -> &str {
    let is_shown = name.len() <= LONGEST_NAME && name.split('.').all(is_word);
    if is_shown { name } else { MASK }
}

/// The name of an image without its tag: `registry.example.org:5000/team/kratos`.
#[must_use]
pub(crate) fn image(name: &str) -> String {
    let shown = name.split('/').enumerate().map(|(number, segment)| match number {
        // A registry has a dot or a port, or is localhost.
        0 if segment.contains(['.', ':']) && name.contains('/') => host(segment),
        _ if is_segment(segment) => segment.to_owned(),
        _ => MASK.to_owned(),
    });
    shown.collect::<Vec<_>>().join("/")
}

/// The tag of an image: a version, words, or the commit that it was built from.
#[must_use]
pub(crate) fn tag(tag: &str) -> &str {
    let is_hash = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let (name, digest) = tag.split_once('@').map_or((tag, None), |(name, digest)| (name, Some(digest)));
    let is_digest = digest.is_none_or(|digest| digest.strip_prefix("sha256:").is_some_and(|hash| is_hash(hash, &[64])));
    let is_commit = |part: &str| is_hash(part, &[7, 8, 9, 10, 11, 12, 40]);
    let last = name.rsplit(['-', '.', '_']).next().unwrap_or_default();
    let rest = if is_commit(last) { name.strip_suffix(last).unwrap_or(name) } else { name };
    let is_shown = tag.len() <= LONGEST_TAG + "@sha256:".len() + 64 && is_digest && is_segment(rest);
    if is_shown { tag } else { MASK }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kratos::secrets::paths::{path, pointer};

    #[test]
    fn ordinary_names_are_shown() {
        for name in ["web_hook", "webhook", "web-hok", "Web_Hook", "web hook", "require_verified_address", "hook2"] {
            assert_eq!(hook(name), name);
        }
        for name in [
            "DSN",
            "SELFSERVICE_FLOWS_REGISTRATION_AFTER_PASSWORD_HOOKS_0_CONFIG_AUTH_CONFIG_VALUE",
            "OAUTH2_CLIENT_ID",
            "S3_BUCKET",
            "HTTPS_PROXY",
            "http_proxy",
            "_JAVA_OPTIONS",
            "AWS_REGION",
            "K8S_NODE",
            "KRATOS_V2_DSN",
            "SHA256",
            "PGHOST",
            "spring.profiles",
        ] {
            assert_eq!(variable(name), name);
        }
        for name in ["X-Api-Key", "Authorization", "X-KRATOS-SECRET", "apikey", "x_request_id", "X-B3-TraceId", "DPoP"]
        {
            assert_eq!(header(name), name);
        }
        for name in [
            "oryd/kratos",
            "registry.example.org/team/kratos",
            "localhost:5000/kratos",
            "ghcr.io/my-org/ory/kratos",
            "123456789012.dkr.ecr.eu-central-1.amazonaws.com/kratos",
        ] {
            assert_eq!(image(name), name);
        }
        let digest = format!("v1.3.1@sha256:{}", "0123456789abcdef".repeat(4));
        for name in
            ["v1.3.1-distroless", "25.4.0", "", "latest-sqlite", "v0.8.0-alpha.3.pre.7", "main-3f2a1bc", &digest]
        {
            assert_eq!(tag(name), name);
        }
        for name in [
            "./contrib/config",
            "/etc/config/kratos",
            "../identity.schema.v2.json",
            "/home/ory/Konfiguration/über.json",
            "deploy/k8s-2/prod1/app01.yaml",
            "C:\\Users\\me",
            "${PWD}/kratos",
            "",
        ] {
            assert_eq!(path(name), name);
        }
        assert_eq!(pointer("/data/kratos.yml/kratos/0"), "/data/kratos.yml/kratos/0");
    }

    #[test]
    fn what_no_person_wrote_is_hidden() {
        const MADE: &str = "zQ7bGNXi7PmZNMy9x";
        for (shown, wanted) in [
            (hook(&format!("web_hook?k={MADE}")), MASK),
            (hook(MADE), MASK),
            (variable("MARK\nSECRETS_DEFAULT"), MASK),
            (variable(&format!("SECRETS_{MADE}")), MASK),
            (variable("2FA"), MASK),
            (header(MADE), MASK),
            (header("X-Key: hunter"), MASK),
            (tag(MADE), MASK),
            (tag("v1.3.1?token=hunter"), MASK),
            (tag("0123456789abcdef0123456789abcdef"), MASK),
            (&*image(&format!("oryd/{MADE}")), "oryd/…"),
            (&*image("user:hunter@example.org/kratos"), "example.org/kratos"),
            (&*path(&format!("./a/{MADE}/b")), "./a/…/b"),
            (&*path("a?b"), MASK),
            (&*path("a\nb"), MASK),
        ] {
            assert_eq!(shown, wanted);
        }
    }
}
