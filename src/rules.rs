//! All rules, sorted by name. A new rule: its file, two lines here, its folder in `testdata/rules`.

pub mod cookies;
pub mod courier;
pub mod dsn;
pub mod env;
pub mod hooks;
pub mod identity;
pub mod jsonnet;
pub mod loading;
pub mod log;
pub mod methods;
pub mod misc;
pub mod network;
pub mod oidc;
pub mod schema;
pub mod secrets;
pub mod security;
pub mod serve;
pub mod session;
pub mod suppressions;
pub mod tracing;
pub mod urls;

use crate::kratos::schema::nearest as nearest_of;
use crate::rule::Rule;

/// All rules, sorted by name.
pub const ALL: &[&Rule] = &[
    &identity::address_trait_missing::RULE,
    &security::admin_port_published::RULE,
    &oidc::amazon_setting_refused::RULE,
    &oidc::apple_key_unusable::RULE,
    &misc::base64_undecodable::RULE,
    &hooks::before_hook_runs_elsewhere::RULE,
    &hooks::blocking_notification::RULE,
    &methods::breached_passwords_accepted::RULE,
    &secrets::cipher_secret_not_ascii::RULE,
    &identity::code_identifier_without_via::RULE,
    &identity::code_registration_crashes_on_list::RULE,
    &hooks::code_registration_unchecked::RULE,
    &methods::code_switched_on::RULE,
    &hooks::commercial_hook::RULE,
    &schema::conflicting_keys::RULE,
    &cookies::cookie_domain_refused::RULE,
    &cookies::cookie_name_invalid::RULE,
    &cookies::cookie_not_secure::RULE,
    &cookies::cookie_path_too_narrow::RULE,
    &cookies::cookie_same_site_strict::RULE,
    &secrets::cookie_secret_pair_unusable::RULE,
    &serve::cors_any_origin::RULE,
    &serve::cors_off::RULE,
    &serve::cors_origin_never_matches::RULE,
    &serve::cors_origin_too_wide::RULE,
    &serve::cors_preflight_refused::RULE,
    &courier::courier_channel_unusable::RULE,
    &courier::courier_endpoint_not_called::RULE,
    &courier::courier_not_running::RULE,
    &courier::courier_sms_ignored::RULE,
    &courier::courier_worker_stuck::RULE,
    &dsn::database_parameter_ignored::RULE,
    &identity::default_schema_unlisted::RULE,
    &misc::development_settings::RULE,
    &loading::dropped_text::RULE,
    &identity::duplicate_identity_schema::RULE,
    &schema::duplicate_item::RULE,
    &loading::duplicate_json_key::RULE,
    &loading::duplicate_key::RULE,
    &oidc::duplicate_provider::RULE,
    &secrets::duplicate_secret::RULE,
    &hooks::empty_hook_list::RULE,
    &urls::endless_page_redirect::RULE,
    &security::env_not_expanded::RULE,
    &misc::feature_flags_not_a_map::RULE,
    &oidc::fedcm_test_provider::RULE,
    &loading::file_ending_unknown::RULE,
    &loading::file_never_loaded::RULE,
    &loading::file_too_large::RULE,
    &methods::flow_method_off::RULE,
    &oidc::generic_instead_of_built_in::RULE,
    &hooks::global_blocking_hook::RULE,
    &methods::hasher_setting_ignored::RULE,
    &hooks::hook_after_session::RULE,
    &hooks::hook_order_wrong::RULE,
    &urls::http_outside_dev::RULE,
    &identity::identifier_missing::RULE,
    &identity::identifier_optional::RULE,
    &hooks::identity_change_lost::RULE,
    &identity::identity_schema_entry_key_ignored::RULE,
    &identity::identity_schema_missing::RULE,
    &identity::identity_schema_private_address::RULE,
    &identity::identity_schema_refused::RULE,
    &identity::identity_schema_unusable::RULE,
    &misc::ignored_key::RULE,
    &oidc::ignored_provider_key::RULE,
    &identity::ignored_trait_keyword::RULE,
    &hooks::interrupting_before_hook::RULE,
    &schema::invalid_value::RULE,
    &oidc::issuer_mismatch::RULE,
    &oidc::issuer_without_discovery::RULE,
    &schema::item_key_missing::RULE,
    &tracing::jaeger_agent_missing::RULE,
    &jsonnet::jsonnet_cancel_ignored::RULE,
    &jsonnet::jsonnet_claim_never_sent::RULE,
    &jsonnet::jsonnet_file_missing::RULE,
    &jsonnet::jsonnet_filtered_header::RULE,
    &jsonnet::jsonnet_header_as_text::RULE,
    &jsonnet::jsonnet_import_refused::RULE,
    &jsonnet::jsonnet_limit_exceeded::RULE,
    &jsonnet::jsonnet_missing_field::RULE,
    &jsonnet::jsonnet_nil_id::RULE,
    &jsonnet::jsonnet_null_read::RULE,
    &jsonnet::jsonnet_optional_field::RULE,
    &jsonnet::jsonnet_parameter_mismatch::RULE,
    &jsonnet::jsonnet_result_wrong_shape::RULE,
    &jsonnet::jsonnet_secret_sent::RULE,
    &jsonnet::jsonnet_syntax_error::RULE,
    &jsonnet::jsonnet_too_large::RULE,
    &jsonnet::jsonnet_unknown_function::RULE,
    &jsonnet::jsonnet_unknown_trait::RULE,
    &jsonnet::jsonnet_unknown_variable::RULE,
    &jsonnet::jsonnet_unused_local::RULE,
    &jsonnet::jsonnet_unverified_address::RULE,
    &jsonnet::jsonnet_verification_idle::RULE,
    &jsonnet::jsonnet_wrong_type::RULE,
    &schema::key_too_new::RULE,
    &loading::layered_list_replaced::RULE,
    &methods::legacy_one_step_deprecated::RULE,
    &session::lifespan_without_length::RULE,
    &methods::link_base_url_ignored::RULE,
    &serve::listen_host_unusable::RULE,
    &serve::listener_clash::RULE,
    &hooks::login_hook_per_factor::RULE,
    &hooks::loopback_in_container::RULE,
    &courier::mail_server_missing::RULE,
    &urls::malformed_host::RULE,
    &schema::malformed_value::RULE,
    &oidc::mapper_in_error_page::RULE,
    &oidc::mapper_url_not_fetchable::RULE,
    &misc::misplaced_chart_key::RULE,
    &schema::misplaced_hook::RULE,
    &schema::missing_key::RULE,
    &urls::mistyped_host::RULE,
    &urls::mixed_loopback_hosts::RULE,
    &network::network_action_body::RULE,
    &network::network_action_method::RULE,
    &network::network_action_order::RULE,
    &network::network_default_schema::RULE,
    &network::network_dropped_hooks::RULE,
    &network::network_file_reference::RULE,
    &network::network_foreign_content::RULE,
    &network::network_ignored_key::RULE,
    &network::network_private_endpoint::RULE,
    &network::network_schema_reference::RULE,
    &network::network_services_order::RULE,
    &network::network_template_address::RULE,
    &methods::no_sign_in_method::RULE,
    &loading::not_a_mapping::RULE,
    &misc::oauth2_provider_public_port::RULE,
    &identity::object_trait_always_required::RULE,
    &hooks::oidc_list_skipped::RULE,
    &schema::out_of_range::RULE,
    &misc::overridden_key::RULE,
    &urls::page_missing::RULE,
    &urls::page_scheme_mismatch::RULE,
    &urls::pages_on_other_site::RULE,
    &identity::passkey_display_name_missing::RULE,
    &methods::password_length_unreachable::RULE,
    &methods::password_migration_url_missing::RULE,
    &security::placeholder_secret::RULE,
    &urls::plain_http_endpoint::RULE,
    &secrets::plain_text_secret::RULE,
    &security::private_address_banned::RULE,
    &security::private_exception_never_matches::RULE,
    &session::privileged_session_age_unreachable::RULE,
    &oidc::provider_client_incomplete::RULE,
    &oidc::provider_id_with_slash::RULE,
    &oidc::provider_scope_missing::RULE,
    &oidc::provider_without_issuer::RULE,
    &oidc::providers_off::RULE,
    &urls::public_url_internal::RULE,
    &urls::public_url_missing::RULE,
    &urls::public_url_without_scheme::RULE,
    &urls::recovery_return_url_delayed::RULE,
    &hooks::recovery_unchecked::RULE,
    &methods::registration_off::RULE,
    &methods::relying_party_refused::RULE,
    &schema::removed_key::RULE,
    &hooks::require_verified_address_gap::RULE,
    &urls::return_url_final_slash::RULE,
    &urls::return_url_mismatch::RULE,
    &urls::return_url_never_matches::RULE,
    &urls::return_url_skipped::RULE,
    &urls::return_url_too_wide::RULE,
    &cookies::same_site_ignored_in_dev::RULE,
    &secrets::sample_secret::RULE,
    &tracing::sampling_ratio_out_of_range::RULE,
    &security::secret_in_file::RULE,
    &secrets::secrets_missing::RULE,
    &log::sensitive_log::RULE,
    &session::session_caching_age_ignored::RULE,
    &cookies::session_cookie_domain_only::RULE,
    &session::session_extend_unlimited::RULE,
    &hooks::session_hook_missing::RULE,
    &hooks::session_not_last::RULE,
    &session::session_over_30_days::RULE,
    &hooks::settings_parse_too_late::RULE,
    &urls::settings_return_refused::RULE,
    &hooks::shadowed_hook::RULE,
    &identity::sms_channel_missing::RULE,
    &identity::sms_trait_format_missing::RULE,
    &courier::smtp_client_certificate_incomplete::RULE,
    &courier::smtp_port_scheme_mismatch::RULE,
    &courier::smtp_private_address_refused::RULE,
    &courier::smtp_uri_unusable::RULE,
    &loading::tab_indentation::RULE,
    &courier::template_call_refused::RULE,
    &courier::template_define_clash::RULE,
    &courier::template_file_unread::RULE,
    &courier::template_folder_missing::RULE,
    &courier::template_html_refused::RULE,
    &courier::template_missing::RULE,
    &courier::template_nested_field::RULE,
    &courier::template_no_value::RULE,
    &courier::template_of_other_method::RULE,
    &courier::template_optional_value::RULE,
    &courier::template_part_missing::RULE,
    &courier::template_path_unset::RULE,
    &courier::template_reveals_accounts::RULE,
    &courier::template_shared_address::RULE,
    &courier::template_stray_file::RULE,
    &courier::template_syntax_error::RULE,
    &courier::template_undefined::RULE,
    &courier::template_unknown_field::RULE,
    &courier::template_unknown_function::RULE,
    &oidc::thin_id_token::RULE,
    &serve::tls_incomplete::RULE,
    &session::tokenizer_template_unusable::RULE,
    &secrets::tokens_in_clear::RULE,
    &identity::trait_contradiction::RULE,
    &loading::unknown_alias::RULE,
    &schema::unknown_key::RULE,
    &misc::unknown_serve_flag::RULE,
    &suppressions::unknown_suppression::RULE,
    &env::unknown_variable::RULE,
    &hooks::unreachable_hook::RULE,
    &misc::unread_key::RULE,
    &loading::unreadable_file::RULE,
    &loading::unreadable_yaml::RULE,
    &hooks::unsendable_header::RULE,
    &dsn::unusable_dsn::RULE,
    &urls::unusable_page_url::RULE,
    &suppressions::unused_suppression::RULE,
    &urls::url_final_space::RULE,
    &hooks::url_placeholder::RULE,
    &env::variable_value_misread::RULE,
    &hooks::verification_hook_idle::RULE,
    &hooks::verification_off::RULE,
    &hooks::veto_too_late::RULE,
    &hooks::web_hook_blocked_address::RULE,
    &hooks::web_hook_body_missing::RULE,
    &hooks::web_hook_body_not_a_url::RULE,
    &hooks::web_hook_content_type_refused::RULE,
    &hooks::web_hook_endpoint_not_allowed::RULE,
    &hooks::web_hook_header_ignored::RULE,
    &hooks::web_hook_method_refused::RULE,
    &hooks::web_hook_request_id_missing::RULE,
    &hooks::web_hook_template_cached::RULE,
    &hooks::web_hook_unauthenticated::RULE,
    &hooks::web_hook_url_unusable::RULE,
    &schema::wrong_type::RULE,
    &loading::yaml_syntax_error::RULE,
];

/// The rule of this name or former name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name || rule.aliases.contains(&name))
}

/// Most characters of a name that is compared with those of rules.
const LONGEST: usize = 80;

/// The name, or former name, of a rule that is likely meant.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let names: Vec<&'static str> =
        ALL.iter().flat_map(|rule| rule.aliases.iter().copied().chain([rule.name])).collect();
    if name.len() > LONGEST { None } else { nearest_of(name, &names).map(|(meant, _)| meant) }
}

/// The name of a rule, old names resolved.
///
/// # Errors
/// Says that there is no such rule, with the nearest one.
pub fn known(name: &str) -> Result<String, String> {
    if let Some(rule) = named(name) {
        return Ok(rule.name.to_owned());
    }
    let meant = nearest(name)
        .map_or_else(|| "`kratos-lint rules` lists them".to_owned(), |meant| format!("did you mean {meant}?"));
    Err(format!("there is no rule {name}; {meant}"))
}
