//! What the providers of social sign-in send (`types.json` `oidc_provider_claims`; `selfservice/strategy/oidc/provider_*.go`).

use crate::kratos::version::{Version, Versions};

/// Whether a provider fills `claims.raw_claims`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawClaims {
    /// In every sign-in.
    Always,
    /// In some kinds of sign-in.
    Sometimes,
    /// Never.
    Never,
    /// Unknown provider.
    Unknown,
}

struct RawRow {
    providers: &'static [&'static str],
    versions: Versions,
    raw: RawClaims,
}

const fn raw(providers: &'static [&'static str], versions: Versions, raw: RawClaims) -> RawRow {
    RawRow { providers, versions, raw }
}

// The first row that fits counts.
const RAW_CLAIMS: &[RawRow] = &[
    // Native sign-in with an ID token has none in v1.1.0 to v1.3.1.
    raw(&["google", "apple"], Versions::between(Version::V1_1, Version::V1_3_1), RawClaims::Sometimes),
    raw(&["generic", "google", "apple", "microsoft"], Versions::ALL, RawClaims::Always),
    raw(&["linkedin_v2"], Versions::since(Version::V1_2), RawClaims::Always),
    raw(&["line_v2_1", "jackson"], Versions::since(Version::V25_4), RawClaims::Always),
    raw(&["uaepass"], Versions::since(Version::V26_2), RawClaims::Always),
    raw(&["netid"], Versions::since(Version::V25_4), RawClaims::Sometimes),
    raw(
        &[
            "auth0",
            "gitlab",
            "salesforce",
            "github",
            "github-app",
            "discord",
            "slack",
            "facebook",
            "spotify",
            "yandex",
            "vk",
            "dingtalk",
            "patreon",
            "linkedin",
            "lark",
            "x",
            "amazon",
            "netid",
        ],
        Versions::ALL,
        RawClaims::Never,
    ),
];

/// Claims that providers with code of their own set; all others never come from them. The rest decode the ID token or the
/// userinfo document into the whole list.
const OWN_CODE: &[(&str, &[&str])] = &[
    (
        "github",
        &["sub", "iss", "name", "nickname", "website", "picture", "profile", "updated_at", "email", "email_verified"],
    ),
    ("slack", &["iss", "sub", "name", "preferred_username", "nickname", "email", "email_verified", "picture", "team"]),
    (
        "discord",
        &["iss", "sub", "name", "nickname", "preferred_username", "picture", "email", "email_verified", "locale"],
    ),
    (
        "facebook",
        &[
            "iss",
            "sub",
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
    ("spotify", &["sub", "iss", "name", "nickname", "email", "picture", "profile", "birthdate"]),
    ("linkedin", &["sub", "iss", "email", "given_name", "last_name", "picture"]),
    ("patreon", &["iss", "sub", "name", "email", "given_name", "family_name", "last_name", "picture"]),
    ("vk", &["iss", "sub", "given_name", "family_name", "nickname", "picture", "email", "gender", "birthdate"]),
    ("yandex", &["iss", "sub", "given_name", "family_name", "picture", "email", "gender", "birthdate"]),
    ("dingtalk", &["iss", "sub", "nickname", "name", "picture", "email"]),
    ("lark", &["iss", "sub", "name", "nickname", "picture", "email", "phone_number"]),
    ("x", &["iss", "sub", "name", "picture", "email", "preferred_username", "website"]),
    ("amazon", &["iss", "sub", "name", "email", "zoneinfo"]),
];

/// Claims that come with a scope (OIDC Core 1.0, section 5.4).
const SCOPES: &[(&str, &[&str])] = &[
    ("email", &["email", "email_verified"]),
    ("user:email", &["email", "email_verified"]),
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
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// Claims that a provider surely sends with a scope: each account there has one.
const SURE: &[(&str, &str, &str)] = &[("google", "email", "email"), ("github", "user:email", "email")];

/// Whether `provider` fills `raw_claims` in this release.
#[must_use]
pub fn raw_claims(provider: &str, version: Version) -> RawClaims {
    let row = RAW_CLAIMS.iter().find(|row| row.versions.contains(version) && row.providers.contains(&provider));
    row.map_or(RawClaims::Unknown, |row| row.raw)
}

/// Whether the code for `provider` sets `claim` at all; true for providers whose claims come from a document.
#[must_use]
pub fn may_set(provider: &str, claim: &str) -> bool {
    OWN_CODE.iter().find(|(name, _)| *name == provider).is_none_or(|(_, claims)| claims.contains(&claim))
}

/// Whether each sign-in with these scopes brings the claim.
#[must_use]
pub fn surely_sets(provider: &str, scopes: &[String], claim: &str) -> bool {
    SURE.iter().any(|(name, scope, sure)| *name == provider && *sure == claim && scopes.iter().any(|s| s == scope))
}

/// Whether one of the scopes asks for the claim.
#[must_use]
pub fn is_asked_for(scopes: &[String], claim: &str) -> bool {
    SCOPES.iter().any(|(scope, claims)| claims.contains(&claim) && scopes.iter().any(|asked| asked == scope))
}
