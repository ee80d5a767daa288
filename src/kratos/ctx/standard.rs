//! The go-jsonnet inside each Kratos, and with it the standard library (go.mod at each tag).

use crate::jsonnet::standard::{self, GoJsonnet, functions};
use crate::kratos::schema;
use crate::kratos::version::Version;

/// The go-jsonnet of each release, from a release on.
const ENGINES: &[(Version, GoJsonnet)] =
    &[(Version::V25_4, (0, 21)), (Version::V1_1, (0, 20)), (Version::V0_11_0, (0, 19))];

/// The go-jsonnet inside a release; that of v0.11.0 before.
#[must_use]
pub fn engine(version: Version) -> GoJsonnet {
    ENGINES.iter().find(|(from, _)| *from <= version).map_or((0, 19), |(_, engine)| *engine)
}

/// The first release (from v0.11.0 on) whose `std` has this name; `None` for no release.
#[must_use]
pub(crate) fn since(name: &str) -> Option<Version> {
    let first = standard::since(name)?;
    ENGINES.iter().rev().find(|(_, engine)| *engine >= first).map(|(from, _)| *from)
}

/// Whether `std` of a release has this name.
#[must_use]
pub(crate) fn has(name: &str, version: Version) -> bool {
    since(name).is_some_and(|from| from <= version)
}

/// Names that other languages and libraries have for a function of `std`, in lower case.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("asciiLower", &["lower", "lowercase", "tolower", "tolowercase", "downcase"]),
    ("asciiUpper", &["upper", "uppercase", "toupper", "touppercase", "upcase"]),
    ("findSubstr", &["indexof", "search"]),
    ("length", &["len", "size"]),
    ("member", &["has", "includes"]),
    ("objectFields", &["fields", "keys"]),
    ("objectHas", &["hasfield", "haskey", "objectcontains"]),
    ("objectValues", &["values"]),
    ("parseJson", &["fromjson", "jsonparse"]),
    ("strReplace", &["replace", "replaceall", "stringreplace"]),
    ("substr", &["substring"]),
    ("toString", &["str", "string"]),
];

/// The name in `std` of a release that was surely meant by one that it lacks.
#[must_use]
pub(crate) fn meant(name: &str, version: Version) -> Option<&'static str> {
    let word = name.to_ascii_lowercase();
    let elsewhere = ELSEWHERE.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(known, _)| *known);
    let names: Vec<&'static str> =
        functions().map(|function| function.name).filter(|name| has(name, version)).collect();
    elsewhere.or_else(|| schema::nearest(name, &names).map(|(known, _)| known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_with_their_engine() {
        assert_eq!(since("extVar"), Some(Version::V0_11_0));
        assert_eq!(since("isEmpty"), Some(Version::V1_1));
        assert_eq!(since("trim"), Some(Version::V25_4));
        assert_eq!(since("isNull"), None);
        assert!(has("pi", Version::AFTER_V26_2) && !has("pi", Version::V1_3_1));
    }

    #[test]
    fn other_names_lead_to_those_of_this_release() {
        for (known, names) in ELSEWHERE {
            assert!(has(known, Version::V0_11_0), "{known}");
            assert!(names.iter().all(|name| *name == name.to_ascii_lowercase() && since(name).is_none()), "{known}");
        }
        assert_eq!(meant("toLower", Version::V1_3_1), Some("asciiLower"));
        assert_eq!(meant("parseJSON", Version::V1_3_1), Some("parseJson"));
        assert_eq!(meant("objectHass", Version::V1_3_1), Some("objectHas"));
        assert_eq!(meant("sendMail", Version::V1_3_1), None);
    }
}
