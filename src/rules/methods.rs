//! Rules about sign-in methods and their settings.

pub mod breached_passwords_accepted;
pub mod code_fallback_idle;
pub mod code_outlives_flow;
pub mod code_switched_on;
pub mod flow_method_off;
pub mod hasher_setting_ignored;
pub mod legacy_one_step_deprecated;
pub mod link_base_url_ignored;
pub mod no_sign_in_method;
pub mod password_length_unreachable;
pub mod password_migration_url_missing;
pub mod registration_off;
pub mod relying_party_refused;
