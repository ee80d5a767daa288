//! What the providers of social sign-in send, read from `selfservice/strategy/oidc/provider_*.go` at each release and compared
//! with what mappers of real servers saw.

use crate::kratos::version::{Version, Versions};

/// Whether a mapper sees a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// In every sign-in.
    Always,
    /// In some.
    Maybe,
    /// In none: Kratos does not fill it for this provider.
    Never,
    /// Nothing is known of this provider, or of this claim.
    Unknown,
}

/// Who says whether the address of a user is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    /// The provider, by `claims.email_verified`.
    Sent,
    /// The provider, and it has no unverified addresses to speak of.
    Sure,
    /// Kratos sets the claim itself, whatever the provider knows.
    SetByKratos,
    /// No provider: the claim is never there.
    NeverSent,
    /// Nothing is known of this provider.
    Unknown,
}

/// A provider whose claims Kratos fills one by one: all that are not listed are never there.
struct OwnCode {
    provider: &'static str,
    /// Releases of the row; the provider may be older.
    versions: Versions,
    always: &'static [&'static str],
    maybe: &'static [&'static str],
}

const fn own(provider: &'static str, always: &'static [&'static str], maybe: &'static [&'static str]) -> OwnCode {
    OwnCode { provider, versions: Versions::ALL, always, maybe }
}

const OWN_CODE: &[OwnCode] = &[
    own(
        "github",
        &["iss", "sub", "nickname", "profile", "picture", "updated_at"],
        &["name", "website", "email", "email_verified"],
    ),
    own(
        "github-app",
        &["iss", "sub", "nickname", "profile", "picture", "updated_at"],
        &["name", "website", "email", "email_verified"],
    ),
    own(
        "discord",
        &["iss", "sub", "name", "nickname", "preferred_username", "picture"],
        &["email", "email_verified", "locale"],
    ),
    own(
        "slack",
        &["iss", "sub", "name", "nickname", "preferred_username", "email_verified"],
        &["picture", "email", "team"],
    ),
    own(
        "facebook",
        &["iss", "sub"],
        &[
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "picture",
            "email",
            "email_verified",
            "gender",
            "birthdate",
        ],
    ),
    own("vk", &["iss", "sub"], &["given_name", "family_name", "nickname", "picture", "email", "gender", "birthdate"]),
    own("yandex", &["iss", "sub"], &["given_name", "family_name", "picture", "email", "gender", "birthdate"]),
    own("spotify", &["iss", "sub", "profile"], &["name", "nickname", "picture", "email", "birthdate"]),
    own("dingtalk", &["iss", "sub"], &["name", "nickname", "picture", "email"]),
    own("lark", &["iss", "sub"], &["name", "nickname", "picture", "email", "phone_number"]),
    own("linkedin", &["iss", "sub"], &["given_name", "last_name", "picture", "email"]),
    own("patreon", &["iss", "sub"], &["name", "given_name", "family_name", "last_name", "picture", "email"]),
    own("x", &["iss", "sub", "preferred_username"], &["name", "picture", "website", "email"]),
    own("amazon", &["iss", "sub"], &["name", "email", "zoneinfo"]),
    own("uaepass", &["iss", "sub", "raw_claims"], &["name", "given_name", "last_name", "email"]),
];

/// A provider whose ID token or userinfo document Kratos decodes: any standard claim may be there.
struct Decoded {
    providers: &'static [&'static str],
    versions: Versions,
    raw_claims: Presence,
}

const fn decoded(providers: &'static [&'static str], versions: Versions, raw_claims: Presence) -> Decoded {
    Decoded { providers, versions, raw_claims }
}

// The first row that fits counts.
const DECODED: &[Decoded] = &[
    // Native sign-in with an ID token has none in v1.1.0 to v1.3.1.
    decoded(&["google", "apple"], Versions::between(Version::V1_1, Version::V1_3_1), Presence::Maybe),
    decoded(&["generic", "google", "apple", "microsoft"], Versions::ALL, Presence::Always),
    decoded(&["linkedin_v2"], Versions::since(Version::V1_2), Presence::Always),
    decoded(&["line", "line_v2_1", "jackson"], Versions::since(Version::V25_4), Presence::Always),
    decoded(&["netid", "fedcm-test"], Versions::since(Version::V25_4), Presence::Maybe),
    decoded(&["auth0", "gitlab", "salesforce", "netid"], Versions::ALL, Presence::Never),
];

/// Claims that come with a scope (OIDC Core 1.0, section 5.4).
const SCOPES: &[(&str, &[&str])] = &[
    ("email", &["email"]),
    ("user:email", &["email"]),
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("phone", &["phone_number"]),
    // Of Facebook, where each account has these.
    ("public_profile", &["name", "family_name", "given_name", "nickname", "picture"]),
];

/// Claims that a provider surely sends with a scope: each account there has one.
const SURE: &[(&str, &str, &str)] = &[("google", "email", "email"), ("github", "user:email", "email")];

/// Who verifies addresses, by provider.
const VERIFICATION: &[(Verification, &[&str])] = &[
    (
        Verification::Sent,
        &[
            "generic",
            "gitlab",
            "auth0",
            "salesforce",
            "netid",
            "linkedin_v2",
            "line",
            "line_v2_1",
            "jackson",
            "github",
            "github-app",
            "discord",
        ],
    ),
    (Verification::Sure, &["google", "apple"]),
    (Verification::SetByKratos, &["slack", "facebook"]),
    (
        Verification::NeverSent,
        // Microsoft's claim would be taken over, and is not sent.
        &["vk", "yandex", "spotify", "dingtalk", "lark", "linkedin", "patreon", "x", "amazon", "uaepass", "microsoft"],
    ),
];

/// Whether a mapper for `provider` sees `claim` in this release.
#[must_use]
pub(crate) fn presence(provider: &str, version: Version, claim: &str) -> Presence {
    if let Some(row) = OWN_CODE.iter().find(|row| row.provider == provider && row.versions.contains(version)) {
        return match claim {
            _ if row.always.contains(&claim) => Presence::Always,
            _ if row.maybe.contains(&claim) => Presence::Maybe,
            _ => Presence::Never,
        };
    }
    let row = DECODED.iter().find(|row| row.versions.contains(version) && row.providers.contains(&provider));
    match (row, claim) {
        (None, _) => Presence::Unknown,
        (Some(row), "raw_claims") => row.raw_claims,
        (Some(_), "iss" | "sub") => Presence::Always,
        // Microsoft takes the claim over and does not send it.
        (Some(_), _) => Presence::Maybe,
    }
}

/// Who says for `provider` whether an address is verified.
#[must_use]
pub(crate) fn verification(provider: &str) -> Verification {
    let row = VERIFICATION.iter().find(|(_, providers)| providers.contains(&provider));
    row.map_or(Verification::Unknown, |(verification, _)| *verification)
}

/// Whether it is known which claims a scope brings.
pub(crate) fn is_scope(scope: &str) -> bool {
    SCOPES.iter().any(|(known, _)| *known == scope) || SURE.iter().any(|(_, known, _)| *known == scope)
}

/// Whether each sign-in with these scopes brings the claim.
#[must_use]
pub(crate) fn surely_sets(provider: &str, scopes: &[String], claim: &str) -> bool {
    SURE.iter().any(|(name, scope, sure)| *name == provider && *sure == claim && scopes.iter().any(|s| s == scope))
}

/// Whether one of the scopes asks for the claim.
#[must_use]
pub(crate) fn is_asked_for(scopes: &[String], claim: &str) -> bool {
    SCOPES.iter().any(|(scope, claims)| claims.contains(&claim) && scopes.iter().any(|asked| asked == scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_by_provider() {
        let of = |provider, claim| presence(provider, Version::V1_3_1, claim);
        assert_eq!(of("discord", "preferred_username"), Presence::Always);
        assert_eq!(of("facebook", "hd"), Presence::Never);
        assert_eq!(of("spotify", "email_verified"), Presence::Never);
        assert_eq!(of("slack", "email_verified"), Presence::Always);
        assert_eq!(of("generic", "hd"), Presence::Maybe);
        assert_eq!(of("gitlab", "raw_claims"), Presence::Never);
        assert_eq!(of("google", "raw_claims"), Presence::Maybe);
        assert_eq!(of("own-provider", "hd"), Presence::Unknown);
    }
}
