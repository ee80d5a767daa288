//! Rules about sign-in methods and their settings.

pub mod breached_password_check;
pub mod code_switched_on;
pub mod flow_method_off;
pub mod hasher_settings;
pub mod legacy_one_step;
pub mod link_base_url;
pub mod no_sign_in_method;
pub mod password_length;
pub mod password_migration_url;
pub mod registration_off;
pub mod relying_party;
