//! Rules about sign-in methods and their settings.

pub(crate) mod breached_passwords_accepted;
pub(crate) mod code_fallback_idle;
pub(crate) mod code_outlives_flow;
pub(crate) mod code_switched_on;
pub(crate) mod flow_method_off;
pub(crate) mod hasher_setting_ignored;
pub(crate) mod legacy_one_step_deprecated;
pub(crate) mod link_base_url_ignored;
pub(crate) mod link_base_url_page;
pub(crate) mod no_sign_in_method;
pub(crate) mod password_length_unreachable;
pub(crate) mod password_migration_url_missing;
pub(crate) mod registration_off;
pub(crate) mod relying_party_refused;
