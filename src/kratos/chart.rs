//! Releases of Ory's Helm chart and the image that each runs when its values name none.
//!
//! Source: `helm/charts/kratos/values.yaml` and `Chart.yaml` of ory/k8s at the tag of each of 163 chart releases.

/// The chart release (major, minor, patch) from which on a tag is the default.
const DEFAULT_TAGS: [((u16, u16, u16), &str); 19] = [
    ((0, 1, 2), "v0.5.2-alpha.1-sqlite"),
    ((0, 2, 0), "v0.1.1-alpha.1-sqlite"),
    ((0, 4, 0), "v0.4.3-alpha.1-sqlite"),
    ((0, 4, 7), "v0.5.2-alpha.1-sqlite"),
    ((0, 5, 0), "v0.5.5-alpha.1-sqlite"),
    ((0, 15, 0), "v0.6.3-alpha.1"),
    ((0, 20, 1), "v0.7.6-alpha.1"),
    ((0, 20, 2), "v0.8.0-alpha.3"),
    ((0, 23, 0), "v0.9.0-alpha.2"),
    ((0, 24, 2), "v0.10.1"),
    ((0, 27, 0), "v0.11.1"),
    ((0, 32, 0), "v0.13.0"),
    ((0, 34, 1), "v1.0.0"),
    ((0, 40, 0), "v1.1.0"),
    ((0, 46, 0), "v1.2.0"),
    ((0, 49, 0), "v1.3.0"),
    ((0, 50, 0), "v1.3.1"),
    ((0, 60, 0), "v25.4.0"),
    ((0, 61, 0), "v26.2.0"),
];

/// The tag that a chart release runs by default; none for what is no release number, such as a range.
#[must_use]
pub(crate) fn default_tag(chart: &str) -> Option<&'static str> {
    let mut parts = chart.trim().trim_start_matches(['v', '=']).split('.').map(|part| part.parse::<u16>().ok());
    let release = (parts.next()??, parts.next()??, parts.next()??);
    DEFAULT_TAGS.iter().rev().find(|(from, _)| *from <= release).map(|(_, tag)| *tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_have_the_image_of_their_values() {
        assert_eq!(default_tag("0.52.0"), Some("v1.3.1"));
        assert_eq!(default_tag("v0.47.0"), Some("v1.2.0"));
        assert_eq!(default_tag("~0.47"), None);
    }
}
