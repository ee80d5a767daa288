//! Rules about identity schemas and the traits that methods and flows need.

pub(crate) mod address_trait_missing;
pub(crate) mod code_identifier_without_via;
pub(crate) mod code_registration_crashes_on_list;
pub(crate) mod default_schema_unlisted;
pub(crate) mod duplicate_identity_schema;
pub(crate) mod identifier_may_be_empty;
pub(crate) mod identifier_missing;
pub(crate) mod identifier_optional;
pub(crate) mod identity_schema_entry_key_ignored;
pub(crate) mod identity_schema_missing;
pub(crate) mod identity_schema_private_address;
pub(crate) mod identity_schema_refused;
pub(crate) mod identity_schema_unusable;
pub(crate) mod ignored_trait_keyword;
pub(crate) mod list_trait_partly_checked;
pub(crate) mod object_trait_always_required;
pub(crate) mod passkey_display_name_missing;
pub(crate) mod password_trait;
pub(crate) mod second_factor_by_recovery_address;
pub(crate) mod second_factor_skipped;
pub(crate) mod second_factor_unreachable;
pub(crate) mod sms_channel_missing;
pub(crate) mod sms_trait_format_missing;
pub(crate) mod trait_channel_mismatch;
pub(crate) mod trait_contradiction;
pub(crate) mod trait_name_with_dot;
