//! Rules about social sign-in.

pub mod amazon_setting_refused;
pub mod apple_key_unusable;
pub mod callback_path_doubled;
pub mod duplicate_provider;
pub mod fedcm_test_provider;
pub mod generic_instead_of_built_in;
pub mod ignored_provider_key;
pub mod issuer_mismatch;
pub mod issuer_without_discovery;
pub mod mapper_in_error_page;
pub mod mapper_url_not_fetchable;
pub mod provider_client_incomplete;
pub mod provider_id_with_slash;
pub mod provider_scope_missing;
pub mod provider_without_issuer;
pub mod providers_off;
pub mod thin_id_token;

use crate::kratos::issuers::{self, Issuer};
use crate::kratos::url::{self, Url};
use crate::kratos::version::{Version, Versions};
use crate::kratos::view;
use crate::rule::Context;
use crate::yaml::Node;

/// Releases that take the issuer of Apple from `issuer_url`.
const APPLE_ISSUER_READ: Versions = Versions::between(Version::V0_9, Version::V0_10);

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
