//! Images of Kratos: what a reference names, and which release its tag means.

use super::shell::UNKNOWN;
use crate::kratos::version::{Asked, Version};

/// An image of Kratos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its name without tag (`oryd/kratos`).
    pub name: String,
    /// Its tag as written, or its digest where it has no tag; empty when none is.
    pub tag: String,
    /// The release that the tag names.
    pub asked: Option<Asked>,
}

impl Image {
    /// The image of a reference such as `ghcr.io/org/kratos:v1.3.1-distroless@sha256:…`; none when it is no image of the Kratos
    /// server.
    #[must_use]
    pub(crate) fn parse(reference: &str) -> Option<Image> {
        let reference = reference.trim();
        let (without_digest, digest) = reference.split_once('@').unwrap_or((reference, ""));
        let (folder, last) =
            without_digest.rsplit_once('/').map_or(("", without_digest), |(folder, last)| (folder, last));
        let (base, tag) = last.split_once(':').unwrap_or((last, digest));
        // An image that is built for a project has its name before that of the program: `acme-kratos`.
        let is_named = base.strip_suffix("kratos").is_some_and(|before| before.ends_with(['-', '_']));
        // Of a mirror the releases are those of Ory.
        let is_mirror = base == "ory-kratos" && tag.starts_with('v');
        if base != "kratos" && base != ENTERPRISE && !is_named {
            return None;
        }
        let name = if folder.is_empty() { base.to_owned() } else { format!("{folder}/{base}") };
        let is_of_ory = matches!(folder.rsplit('/').next(), Some("oryd" | "ory"));
        let asked = match base {
            ENTERPRISE => Version::parse("master"),
            // The tags of such an image are those of the project, and the last image of another owner may be of any release.
            _ if (is_named && !is_mirror) || (!is_of_ory && is_unpinned(tag)) => None,
            _ => release(tag),
        };
        Some(Image { name, tag: tag.to_owned(), asked })
    }

    /// Whether only a digest names its build, which does not say the release.
    #[must_use]
    pub(crate) fn is_by_digest(&self) -> bool {
        self.tag.contains(':')
    }

    /// Whether it is the image that Ory publishes: programs of that name in others may do other things.
    #[must_use]
    pub(crate) fn is_of_ory(&self) -> bool {
        self.name == "oryd/kratos" || self.name.ends_with("/oryd/kratos")
    }

    /// Whether it is the server of the Ory Enterprise License, whose builds are newer than every release.
    #[must_use]
    pub(crate) fn is_enterprise(&self) -> bool {
        self.name.ends_with(ENTERPRISE)
    }
}

/// The last part of the name of an image, without its tag; none for the images of Ory and for what is not known.
pub(super) fn key(reference: &str) -> Option<&str> {
    let without_digest = reference.split('@').next()?;
    let (folder, last) = without_digest.rsplit_once('/').unwrap_or(("", without_digest));
    let name = last.split(':').next()?;
    let is_known = !name.is_empty() && !name.contains(['$', '{', '}', ' ']) && !name.contains(UNKNOWN);
    let is_ory = folder.rsplit('/').next().is_some_and(|folder| folder == "oryd" || folder == "ory");
    (is_known && !is_ory).then_some(name)
}

/// The name of the image of the Ory Enterprise License.
const ENTERPRISE: &str = "kratos-oel";

/// The release that a tag names: `v1.3.1`, `25.4.0`, `v1.3.1-distroless`; `latest` and nothing are the newest.
pub(crate) fn release(tag: &str) -> Option<Asked> {
    if tag == FROZEN {
        return Version::parse(Version::V0_8_0.name());
    }
    if is_unpinned(tag) {
        return Version::parse(Version::NEWEST.name());
    }
    let tag = without_build(tag);
    Version::parse(tag).or_else(|| last_of(tag))
}

/// The last release of a tag that moves with a major version: `v1`, `v0`.
fn last_of(tag: &str) -> Option<Asked> {
    let major: u16 = tag.trim_start_matches('v').parse().ok()?;
    let last = Version::parse(&format!("{major}.{}", u16::MAX))?.version;
    let is_of = last.name().trim_start_matches('v').split('.').next() == Some(major.to_string().as_str());
    if is_of { Version::parse(last.name()) } else { None }
}

/// Whether a tag names no release: the image is the latest at the time.
pub(crate) fn is_unpinned(tag: &str) -> bool {
    matches!(without_build(tag), "" | "latest") && tag != FROZEN
}

/// A tag that no release moves any more: images with `SQLite` of their own ended with v0.8 (CHANGELOG of v0.8.2-alpha.1).
pub(crate) const FROZEN: &str = "latest-sqlite";

/// A tag without the name of a build of that release.
fn without_build(tag: &str) -> &str {
    const BUILDS: &[&str] = &["-distroless", "-alpine", "-sqlite", "-amd64", "-arm64", "-arm"];
    // Values of charts hold the digest in the tag.
    let tag = tag.split('@').next().unwrap_or(tag);
    BUILDS.iter().fold(tag, |tag, build| tag.strip_suffix(build).unwrap_or(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_a_major_version_are_its_last_release() {
        let name = |tag: &str| release(tag).map(|asked| asked.version.name());
        assert_eq!(name("v1"), Some("v1.3.1"));
        assert_eq!(name("v0"), Some("v0.13.0"));
        assert_eq!(name("v1.2"), Some("v1.2.0"));
        assert_eq!(name("v1.2.0@sha256:00"), Some("v1.2.0"));
        assert_eq!((name("2"), name("20240101"), name("main")), (None, None, None));
    }

    #[test]
    fn only_images_of_ory_are_the_latest_release_without_a_tag() {
        let of = |reference: &str| Image::parse(reference).map(|image| image.asked.map(|asked| asked.version));
        for reference in ["oryd/kratos", "docker.io/oryd/kratos:latest", "mirror.example.org/ory/kratos"] {
            assert_eq!(of(reference), Some(Some(Version::NEWEST)), "{reference}");
        }
        for reference in ["kratos", "kratos:latest", "registry.example.org/acme/kratos"] {
            assert_eq!(of(reference), Some(None), "{reference}");
        }
        let release = |tag: &str| Version::parse(tag).map(|asked| asked.version);
        assert_eq!(of("ghcr.io/canonical/kratos:25.4.0"), Some(release("v25.4.0")));
        assert_eq!(of("registry.example.org/mirror/ory-kratos:v1.1.0"), Some(release("v1.1.0")));
    }

    #[test]
    fn images_are_named_after_their_project() {
        for reference in
            ["ghcr.io/acme/ory-kratos:1.1.0", "ghcr.io/acme/acme-kratos:1.0.0", "$REGISTRY/shop_kratos:latest"]
        {
            assert!(Image::parse(reference).is_some_and(|image| image.asked.is_none()), "{reference}");
        }
        for other in ["oryd/kratos-selfservice-ui-node:v1.3.1", "acme/kratos-ui", "acme/gokratos:1.0.0"] {
            assert!(Image::parse(other).is_none(), "{other}");
        }
        assert!(Image::parse("oryd/kratos-oel:v26.1.1").is_some_and(|image| image.is_enterprise()));
    }
}
