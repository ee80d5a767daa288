//! Rules about social sign-in.

pub mod amazon_provider;
pub mod apple_provider;
pub mod duplicate_provider;
pub mod ignored_provider_key;
pub mod issuer_mismatch;
pub mod mapper_url_scheme;
pub mod provider_client;
pub mod provider_id;
pub mod provider_scope;
pub mod provider_without_issuer;
pub mod providers_off;
