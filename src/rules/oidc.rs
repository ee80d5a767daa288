//! Rules about social sign-in.

pub(crate) mod amazon_setting_refused;
pub(crate) mod apple_key_unusable;
pub(crate) mod callback_path_doubled;
pub(crate) mod client_of_another_provider;
pub(crate) mod duplicate_provider;
pub(crate) mod fedcm_test_provider;
pub(crate) mod generic_instead_of_built_in;
pub(crate) mod ignored_provider_key;
pub(crate) mod issuer_mismatch;
pub(crate) mod issuer_without_discovery;
pub(crate) mod linkedin_scope_withdrawn;
pub(crate) mod mapper_in_error_page;
pub(crate) mod mapper_url_not_fetchable;
pub(crate) mod organization_provider_unusable;
pub(crate) mod provider_client_incomplete;
pub(crate) mod provider_id_with_slash;
pub(crate) mod provider_scope_missing;
pub(crate) mod provider_without_issuer;
pub(crate) mod providers_off;
pub(crate) mod thin_id_token;

use crate::kratos::issuers::{self, Issuer};
use crate::kratos::url::{self, Url};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::Context;
use crate::yaml::Node;

/// Releases that take the issuer of Apple from `issuer_url`.
const APPLE_ISSUER_READ: Versions = Versions::between(Version::V0_9, Version::V0_10);

/// Keys of a provider, each with the only kind that reads it (`provider_microsoft.go`, `provider_apple.go`, `provider_netid.go`).
const ONLY_READ_BY: [(&str, &str); 6] = [
    ("microsoft_tenant", "microsoft"),
    ("subject_source", "microsoft"),
    ("net_id_token_origin_header", "netid"),
    ("apple_team_id", "apple"),
    ("apple_private_key_id", "apple"),
    ("apple_private_key", "apple"),
];

/// Whether a kind of provider surely does not need a key: it is for others, or nothing reads it.
pub(crate) fn is_for_others(key: &str, kind: &str, target: Version) -> bool {
    match key {
        "auth_url" | "token_url" => true,
        "claims_source" => kind != "generic",
        "issuer_url" => {
            has_fixed_issuer(kind, target)
                || !["", "generic", "auth0", "gitlab", "salesforce", "uaepass"].contains(&kind)
        }
        _ => ONLY_READ_BY.iter().any(|(own, reader)| *own == key && *reader != kind),
    }
}

/// Whether Kratos sets the issuer of this kind of provider itself.
fn has_fixed_issuer(kind: &str, target: Version) -> bool {
    match kind {
        "apple" => !APPLE_ISSUER_READ.contains(target),
        _ => ["google", "facebook", "netid", "linkedin_v2", "line", "amazon"].contains(&kind),
    }
}

/// The known issuers that `provider: generic` names: the node of `issuer_url`, its address, and what is known.
fn generic_issuers<'a>(context: &Context<'a>) -> Vec<(Node<'a>, Url<'a>, &'static Issuer)> {
    let providers = context.root().map(view::providers).unwrap_or_default().into_iter();
    let generic = providers.filter(|node| view::provider_kind(*node) == Some("generic"));
    let known = generic.filter_map(|provider| {
        let node = provider.get("issuer_url")?;
        let url = url::parse(view::text(node)?).ok().filter(Url::is_web)?;
        let issuer = issuers::known(url.hostname(), url.path)?;
        Some((node, url, issuer))
    });
    known.collect()
}
