//! Releases of Ory's Helm chart and the image that each runs when its values name none.
//!
//! Source: `helm/charts/kratos/values.yaml` and `Chart.yaml` of ory/k8s at the tag of each of 163 chart releases.

/// The name of Ory's chart.
pub(crate) const NAME: &str = "kratos";

/// The host and path of its repository.
pub(crate) const HOST: &str = "k8s.ory.sh/helm";

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

/// The tag that a chart release runs by default. Of a range within one minor release (`~0.47.0`, `^0.47.0`, `0.50.x`, `0.50`) it is
/// that of all releases in it, if they run one, as of one between two bounds (`>=0.47.0 <0.49.0`); other ranges have none.
#[must_use]
pub(crate) fn default_tag(chart: &str) -> Option<&'static str> {
    if let Some((from, to)) = bounds(chart) {
        let first = default_tag(from)?;
        return (last_tag(to)? == first).then_some(first);
    }
    let chart = chart.trim().trim_start_matches('=').trim_start();
    let (range, number) = match chart.strip_prefix(['~', '^']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, chart),
    };
    let parts: Vec<&str> = number.trim_start_matches('v').split('.').collect();
    let number = |at: usize| parts.get(at)?.parse::<u16>().ok();
    let (major, minor) = (number(0)?, number(1)?);
    let is_any = |part: &str| matches!(part, "x" | "X" | "*");
    let of =
        |patch: u16| DEFAULT_TAGS.iter().rev().find(|(from, _)| *from <= (major, minor, patch)).map(|(_, tag)| *tag);
    match parts.get(2) {
        Some(patch) if !range && !is_any(patch) => of(patch.parse().ok()?),
        // `^1.2.0` leaves the minor release open.
        _ if chart.starts_with('^') && major > 0 => None,
        patch => {
            let least = patch.filter(|patch| !is_any(patch)).map_or(Some(0), |patch| patch.parse().ok())?;
            of(least).filter(|tag| of(u16::MAX) == Some(*tag))
        }
    }
}

/// The least release of a range, and the bound above it with its sign: `>=0.47.0 <0.49.0`, `>= 0.47.0, < 0.49.0`.
fn bounds(chart: &str) -> Option<(&str, &str)> {
    let (from, to) = chart.trim().strip_prefix(">=")?.split_once('<')?;
    Some((from.trim_end_matches([' ', ',', '&']).trim(), to.trim()))
}

/// The tag of the last release below a bound, which itself counts after `=`.
fn last_tag(bound: &str) -> Option<&'static str> {
    let (counts, bound) = bound.strip_prefix('=').map_or((false, bound), |bound| (true, bound));
    // `<0.49.0-0` leaves out the releases before that one too.
    let mut parts = bound.trim().trim_end_matches("-0").trim_start_matches('v').split('.').map(str::parse::<u16>);
    let (major, minor) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let patch = parts.next().map_or(Some(0), Result::ok).filter(|_| parts.next().is_none())?;
    let below = DEFAULT_TAGS
        .iter()
        .rev()
        .find(|(from, _)| if counts { *from <= (major, minor, patch) } else { *from < (major, minor, patch) });
    below.map(|(_, tag)| *tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_have_the_image_of_their_values() {
        assert_eq!(default_tag("0.52.0"), Some("v1.3.1"));
        assert_eq!(default_tag("v0.47.0"), Some("v1.2.0"));
        for range in ["~0.47", "~0.47.0", "^0.47.1", "0.47.x", "0.47.*", "0.47", "~ 0.47.0"] {
            assert_eq!(default_tag(range), Some("v1.2.0"), "{range}");
        }
        // v0.9.0-alpha.2 and v0.10.1.
        for range in ["~0.24.0", "0.24.x", "^1.2.0", ">=0.47.0", "0.47.0 - 0.49.0", "0.x", "*", "0.47.0-rc"] {
            assert_eq!(default_tag(range), None, "{range}");
        }
        assert_eq!(default_tag("~0.24.2"), Some("v0.10.1"));
        for range in [">=0.47.0 <0.49.0", ">= 0.46.0, < 0.49.0-0", ">=0.47 <=0.48.3"] {
            assert_eq!(default_tag(range), Some("v1.2.0"), "{range}");
        }
        for range in
            [">=0.47.0 <0.49.1", ">=0.45.0 <0.49.0", ">=0.47.0 <=0.49.0", ">=0.47.0 <1", ">=0.47.0 <0.49.0 || 1.0.0"]
        {
            assert_eq!(default_tag(range), None, "{range}");
        }
    }
}
