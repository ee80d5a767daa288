//! All rules, sorted by name. A new rule: its file, two lines here, its folder in `testdata/rules`.

pub mod cookies;
pub mod courier;
pub mod dsn;
pub mod identity;
pub mod jsonnet;
pub mod log;
pub mod methods;
pub mod misc;
pub mod oidc;
pub mod schema;
pub mod secrets;
pub mod security;
pub mod serve;
pub mod session;
pub mod tracing;
pub mod urls;

use crate::rule::Rule;

/// All rules, sorted by name.
pub const ALL: &[&Rule] = &[
    &identity::address_trait_missing::RULE,
    &security::admin_port_published::RULE,
    &oidc::amazon_provider::RULE,
    &oidc::apple_provider::RULE,
    &methods::breached_password_check::RULE,
    &secrets::cipher_secret_bytes::RULE,
    &identity::code_identifier_without_via::RULE,
    &methods::code_switched_on::RULE,
    &schema::conflicting_keys::RULE,
    &cookies::cookie_domain::RULE,
    &cookies::cookie_name::RULE,
    &cookies::cookie_not_secure::RULE,
    &cookies::cookie_same_site_strict::RULE,
    &secrets::cookie_secret_pair::RULE,
    &serve::cors_any_origin::RULE,
    &serve::cors_off::RULE,
    &serve::cors_origin_never_matches::RULE,
    &serve::cors_origin_too_wide::RULE,
    &courier::courier_channel::RULE,
    &courier::courier_endpoint::RULE,
    &courier::courier_sms::RULE,
    &courier::courier_worker::RULE,
    &dsn::database_parameters::RULE,
    &identity::default_schema_unlisted::RULE,
    &identity::duplicate_identity_schema::RULE,
    &schema::duplicate_item::RULE,
    &oidc::duplicate_provider::RULE,
    &secrets::duplicate_secret::RULE,
    &security::env_not_expanded::RULE,
    &misc::feature_flags_type::RULE,
    &methods::flow_method_off::RULE,
    &methods::hasher_settings::RULE,
    &urls::http_outside_dev::RULE,
    &identity::identifier_missing::RULE,
    &identity::identifier_optional::RULE,
    &identity::identity_schema_entry_key::RULE,
    &identity::identity_schema_missing::RULE,
    &identity::identity_schema_private_address::RULE,
    &identity::identity_schema_refused::RULE,
    &identity::identity_schema_unusable::RULE,
    &oidc::ignored_provider_key::RULE,
    &identity::ignored_trait_keyword::RULE,
    &schema::invalid_value::RULE,
    &jsonnet::jsonnet_cancel::RULE,
    &jsonnet::jsonnet_file_missing::RULE,
    &jsonnet::jsonnet_filtered_header::RULE,
    &jsonnet::jsonnet_header_as_text::RULE,
    &jsonnet::jsonnet_import::RULE,
    &jsonnet::jsonnet_limit::RULE,
    &jsonnet::jsonnet_missing_field::RULE,
    &jsonnet::jsonnet_nil_id::RULE,
    &jsonnet::jsonnet_null_read::RULE,
    &jsonnet::jsonnet_optional_field::RULE,
    &jsonnet::jsonnet_parameter::RULE,
    &jsonnet::jsonnet_result::RULE,
    &jsonnet::jsonnet_secret_sent::RULE,
    &jsonnet::jsonnet_size::RULE,
    &jsonnet::jsonnet_syntax::RULE,
    &jsonnet::jsonnet_unknown_function::RULE,
    &jsonnet::jsonnet_unknown_trait::RULE,
    &jsonnet::jsonnet_unknown_variable::RULE,
    &jsonnet::jsonnet_unused_local::RULE,
    &jsonnet::jsonnet_wrong_type::RULE,
    &schema::key_too_new::RULE,
    &methods::legacy_one_step::RULE,
    &session::lifespan_without_length::RULE,
    &methods::link_base_url::RULE,
    &serve::listen_host::RULE,
    &serve::listener_clash::RULE,
    &courier::mail_server_missing::RULE,
    &schema::malformed_value::RULE,
    &oidc::mapper_url_scheme::RULE,
    &schema::misplaced_hook::RULE,
    &schema::missing_key::RULE,
    &urls::mixed_loopback_hosts::RULE,
    &methods::no_sign_in_method::RULE,
    &misc::oauth2_provider_port::RULE,
    &schema::out_of_range::RULE,
    &identity::passkey_display_name::RULE,
    &methods::password_length::RULE,
    &methods::password_migration_url::RULE,
    &urls::plain_http_endpoint::RULE,
    &secrets::plain_text_secret::RULE,
    &security::private_exception_never_matches::RULE,
    &session::privileged_session_age::RULE,
    &oidc::provider_client::RULE,
    &oidc::provider_without_issuer::RULE,
    &oidc::providers_off::RULE,
    &urls::public_url_internal::RULE,
    &urls::public_url_missing::RULE,
    &urls::public_url_without_scheme::RULE,
    &methods::registration_off::RULE,
    &methods::relying_party::RULE,
    &schema::removed_key::RULE,
    &urls::return_url_mismatch::RULE,
    &urls::return_url_never_matches::RULE,
    &urls::return_url_skipped::RULE,
    &urls::return_url_too_wide::RULE,
    &secrets::sample_secret::RULE,
    &tracing::sampling_ratio::RULE,
    &secrets::secrets_missing::RULE,
    &log::sensitive_log::RULE,
    &session::session_caching_age::RULE,
    &cookies::session_cookie_domain::RULE,
    &session::session_extend::RULE,
    &session::session_over_30_days::RULE,
    &identity::sms_channel_missing::RULE,
    &identity::sms_trait_format::RULE,
    &courier::smtp_client_certificate::RULE,
    &courier::smtp_port::RULE,
    &courier::smtp_private_address::RULE,
    &courier::smtp_uri::RULE,
    &courier::template_missing::RULE,
    &courier::template_of_other_method::RULE,
    &serve::tls_incomplete::RULE,
    &session::tokenizer_template::RULE,
    &secrets::tokens_in_clear::RULE,
    &identity::trait_contradiction::RULE,
    &schema::unknown_key::RULE,
    &misc::unread_key::RULE,
    &urls::unusable_page_url::RULE,
    &schema::wrong_type::RULE,
];

/// The rule of this name or former name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name || rule.aliases.contains(&name))
}
