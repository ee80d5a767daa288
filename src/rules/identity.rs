//! Rules about identity schemas and the traits that methods and flows need.

pub mod address_trait_missing;
pub mod code_identifier_without_via;
pub mod code_registration_crashes_on_list;
pub mod default_schema_unlisted;
pub mod duplicate_identity_schema;
pub mod identifier_missing;
pub mod identifier_optional;
pub mod identity_schema_entry_key_ignored;
pub mod identity_schema_missing;
pub mod identity_schema_private_address;
pub mod identity_schema_refused;
pub mod identity_schema_unusable;
pub mod ignored_trait_keyword;
pub mod list_trait_partly_checked;
pub mod object_trait_always_required;
pub mod passkey_display_name_missing;
pub mod password_trait;
pub mod second_factor_by_recovery_address;
pub mod second_factor_unreachable;
pub mod sms_channel_missing;
pub mod sms_trait_format_missing;
pub mod trait_channel_mismatch;
pub mod trait_contradiction;
