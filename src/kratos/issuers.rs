//! Known issuers of `OpenID` Connect that `provider: generic` names: how they spell themselves, whether Kratos can discover them, and
//! what their ID tokens lack. From discovery documents, ory/docs, and issues of ory/kratos and of the providers.

use super::version::Version;

/// An issuer, told by its address.
#[derive(Debug)]
pub(crate) struct Issuer {
    /// Whose it is.
    pub name: &'static str,
    /// Its host; `*.` stands for anything before a dot.
    host: &'static str,
    /// Its path without slashes at either end; `*` stands for one part, `…` for any.
    path: &'static str,
    /// What Kratos finds there.
    pub state: State,
    /// The provider that is built into Kratos, and the first release with it.
    pub built_in: Option<(&'static str, Version)>,
    /// What the ID token lacks without `claims_source: userinfo`.
    pub thin: Option<&'static str>,
}

/// What Kratos finds at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// A document that names the same address, which has no slash at the end.
    WithoutSlash,
    /// A document that names the same address, which has a slash at the end.
    WithSlash,
    /// A document that names the same address; nothing is known of slashes.
    Found,
    /// A document that never names this address: why, and what to do.
    OtherIssuer(&'static str, &'static str),
    /// No document, or one that Kratos cannot use: why, and what to do.
    Unusable(&'static str, &'static str),
    /// An endpoint of the issuer and not its address: what it is, and what to do.
    Endpoint(&'static str, &'static str),
}

const fn issuer(name: &'static str, host: &'static str, path: &'static str, state: State) -> Issuer {
    Issuer { name, host, path, state, built_in: None, thin: None }
}

impl Issuer {
    const fn built_in(self, provider: &'static str, since: Version) -> Issuer {
        Issuer { built_in: Some((provider, since)), ..self }
    }

    const fn thin(self, lacks: &'static str) -> Issuer {
        Issuer { thin: Some(lacks), ..self }
    }
}

const TENANTS: State = State::OtherIssuer(
    "Microsoft names the tenant of each user as issuer, never this address",
    "use `provider: microsoft` with `microsoft_tenant`, or the id of your tenant",
);
const FACEBOOK: &str = "use `provider: facebook`, without `issuer_url`";
const NO_OIDC: &str = "no discovery document exists";

const KEYCLOAK_ENDPOINT: State = State::Endpoint(
    "this is the path of endpoints of Keycloak and not the issuer",
    "write the address that ends with the name of the realm: https://…/realms/<realm>",
);

// The first row that fits counts.
const ISSUERS: &[Issuer] = &[
    issuer("Google", "accounts.google.com", "", State::WithoutSlash).built_in("google", Version::V1_0),
    issuer("GitLab", "gitlab.com", "", State::WithoutSlash).built_in("gitlab", Version::V1_0).thin("profile claims"),
    issuer("Okta", "*.okta.com", "", State::WithoutSlash).thin("name and email"),
    issuer("Okta", "*.oktapreview.com", "", State::WithoutSlash).thin("name and email"),
    issuer("Microsoft", "login.microsoftonline.com", "common/…", TENANTS).built_in("microsoft", Version::V1_0),
    issuer("Microsoft", "login.microsoftonline.com", "organizations/…", TENANTS).built_in("microsoft", Version::V1_0),
    issuer("Microsoft", "login.microsoftonline.com", "consumers/…", TENANTS).built_in("microsoft", Version::V1_0),
    issuer(
        "Microsoft",
        "login.microsoftonline.com",
        "*.*/…",
        State::OtherIssuer(
            "Microsoft names the tenant by its id, not by its domain",
            "write https://login.microsoftonline.com/<tenant id>/v2.0, or use `provider: microsoft`",
        ),
    )
    .built_in("microsoft", Version::V1_0),
    issuer("Microsoft", "login.microsoftonline.com", "*/v2.0", State::WithoutSlash),
    issuer(
        "Microsoft",
        "login.microsoftonline.com",
        "…",
        State::OtherIssuer(
            "Microsoft's issuer ends in /v2.0 here",
            "write https://login.microsoftonline.com/<tenant id>/v2.0",
        ),
    ),
    // With `AuthorityWithTfp` the policy is in the issuer too; whether Kratos accepts it then is not recorded.
    issuer("Azure AD B2C", "*.b2clogin.com", "tfp/…", State::Found),
    issuer(
        "Azure AD B2C",
        "*.b2clogin.com",
        "…",
        State::OtherIssuer(
            "the policy is in the address of Azure AD B2C and not in its issuer",
            "put another identity provider or a proxy in front: no key of Kratos helps",
        ),
    ),
    issuer("Auth0", "*.auth0.com", "", State::WithSlash).built_in("auth0", Version::V1_0),
    issuer("Facebook", "www.facebook.com", "", State::Found).built_in("facebook", Version::V1_0),
    issuer("Facebook", "facebook.com", "…", State::Unusable(NO_OIDC, FACEBOOK)).built_in("facebook", Version::V1_0),
    issuer("Facebook", "graph.facebook.com", "…", State::Unusable(NO_OIDC, FACEBOOK))
        .built_in("facebook", Version::V1_0),
    issuer("Apple", "appleid.apple.com", "", State::Found).built_in("apple", Version::V1_0),
    issuer(
        "AWS Cognito",
        "*.amazoncognito.com",
        "…",
        State::Unusable(
            NO_OIDC,
            "write https://cognito-idp.<region>.amazonaws.com/<pool id>, the issuer of the user pool",
        ),
    ),
    issuer("Zitadel", "*.zitadel.cloud", "", State::WithoutSlash).thin("name and email"),
    issuer("GitHub", "github.com", "…", State::Unusable(NO_OIDC, "use `provider: github` with the scope user:email"))
        .built_in("github", Version::V1_0),
    issuer("X", "x.com", "…", State::Unusable(NO_OIDC, "use `provider: x`")).built_in("x", Version::V1_2),
    issuer("X", "api.x.com", "…", State::Unusable(NO_OIDC, "use `provider: x`")).built_in("x", Version::V1_2),
    issuer("X", "twitter.com", "…", State::Unusable(NO_OIDC, "use `provider: x`")).built_in("x", Version::V1_2),
    issuer("X", "api.twitter.com", "…", State::Unusable(NO_OIDC, "use `provider: x`")).built_in("x", Version::V1_2),
    issuer("LinkedIn", "www.linkedin.com", "oauth", State::WithoutSlash)
        .built_in("linkedin_v2", Version::V1_2)
        .thin("name and email"),
    issuer(
        "LinkedIn",
        "www.linkedin.com",
        "",
        State::OtherIssuer(
            "LinkedIn names https://www.linkedin.com/oauth as issuer since April 2024",
            "use `provider: linkedin_v2`, or write https://www.linkedin.com/oauth with `claims_source: userinfo`",
        ),
    )
    .built_in("linkedin_v2", Version::V1_2),
    issuer(
        "LINE",
        "access.line.me",
        "…",
        State::Unusable(
            "LINE signs ID tokens of web sign-ins with HS256, which it does not publish",
            "use `provider: line`, without `issuer_url`",
        ),
    )
    .built_in("line", Version::V25_4),
    issuer("Twitch", "id.twitch.tv", "oauth2", State::WithoutSlash).thin("email"),
    issuer("UAE PASS", "id.uaepass.ae", "…", State::Unusable(NO_OIDC, "use `provider: uaepass`"))
        .built_in("uaepass", Version::V26_2),
    issuer(
        "Steam",
        "steamcommunity.com",
        "…",
        State::Unusable("Steam has OpenID 2.0 only", "put an identity provider that knows Steam in front"),
    ),
    issuer("Discord", "discord.com", "…", State::Found).built_in("discord", Version::V1_0),
    issuer("Slack", "slack.com", "", State::Found).built_in("slack", Version::V1_0),
    issuer("Salesforce", "login.salesforce.com", "", State::Found).built_in("salesforce", Version::V1_3_0),
    issuer("Salesforce", "test.salesforce.com", "", State::Found).built_in("salesforce", Version::V1_3_0),
    issuer("Salesforce", "*.my.salesforce.com", "", State::Found).built_in("salesforce", Version::V1_3_0),
    issuer("Spotify", "accounts.spotify.com", "…", State::Found).built_in("spotify", Version::V1_0),
    issuer("Yandex", "oauth.yandex.ru", "…", State::Found).built_in("yandex", Version::V1_0),
    issuer("Yandex", "oauth.yandex.com", "…", State::Found).built_in("yandex", Version::V1_0),
    issuer("VK", "oauth.vk.com", "…", State::Found).built_in("vk", Version::V1_0),
    issuer("VK", "id.vk.com", "…", State::Found).built_in("vk", Version::V1_0),
    issuer("Patreon", "www.patreon.com", "…", State::Found).built_in("patreon", Version::V1_0),
    issuer("Amazon", "www.amazon.com", "…", State::Found).built_in("amazon", Version::V25_4),
    issuer("Amazon", "api.amazon.com", "…", State::Found).built_in("amazon", Version::V25_4),
    issuer("netID", "broker.netid.de", "", State::WithSlash).built_in("netid", Version::V1_0),
    issuer("Keycloak", "*", "realms/*/protocol/openid-connect/…", KEYCLOAK_ENDPOINT),
    issuer("Keycloak", "*", "auth/realms/*/protocol/openid-connect/…", KEYCLOAK_ENDPOINT),
    issuer("Keycloak", "*", "realms/*", State::WithoutSlash),
    issuer("Keycloak", "*", "auth/realms/*", State::WithoutSlash),
    issuer("authentik", "*", "application/o/*", State::WithSlash),
];

/// The issuer of an address.
#[must_use]
pub(crate) fn known(host: &str, path: &str) -> Option<&'static Issuer> {
    let host = host.to_ascii_lowercase();
    let path = path.trim_matches('/');
    ISSUERS.iter().find(|issuer| is_host(issuer.host, &host) && is_path(issuer.path, path))
}

fn is_host(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some("") => true,
        Some(end) => host.len() > end.len() && host.ends_with(end),
        None => pattern == host,
    }
}

fn is_path(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    for wanted in pattern.split('/').filter(|part| !part.is_empty()) {
        match (wanted, parts.next()) {
            ("…", _) => return true,
            ("*", Some(_)) => {}
            // A domain name.
            ("*.*", Some(part)) if part.contains('.') => {}
            (wanted, Some(part)) if wanted == part => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_told_by_their_address() {
        let name = |host, path| known(host, path).map(|issuer| issuer.name);
        assert_eq!(name("accounts.google.com", "/"), Some("Google"));
        assert_eq!(name("accounts.google.com", "/other"), None);
        assert_eq!(name("dev-1.okta.com", ""), Some("Okta"));
        assert_eq!(name("dev-1.okta.com", "/oauth2/default"), None);
        assert_eq!(name("id.example.com", "/realms/main/"), Some("Keycloak"));
        assert_eq!(name("id.example.com", "/realms"), None);
        assert_eq!(name("okta.com", ""), None);
        let microsoft = |path| known("login.microsoftonline.com", path).map(|issuer| issuer.state);
        assert_eq!(microsoft("/common/v2.0"), Some(TENANTS));
        assert_eq!(microsoft("/9b2d0000-0000-4000-8000-000000000001/v2.0"), Some(State::WithoutSlash));
        assert!(matches!(microsoft("/contoso.onmicrosoft.com/v2.0"), Some(State::OtherIssuer(..))));
    }
}
