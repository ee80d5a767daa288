//! All rules, sorted by name. A new rule: its file, two lines here, its folder in `testdata/rules`.

pub mod identity;
pub mod schema;

use crate::rule::Rule;

/// All rules, sorted by name.
pub const ALL: &[&Rule] = &[
    &identity::address_trait_missing::RULE,
    &identity::code_identifier_without_via::RULE,
    &schema::conflicting_keys::RULE,
    &identity::default_schema_unlisted::RULE,
    &identity::duplicate_identity_schema::RULE,
    &schema::duplicate_item::RULE,
    &identity::identifier_missing::RULE,
    &identity::identifier_optional::RULE,
    &identity::identity_schema_entry_key::RULE,
    &identity::identity_schema_missing::RULE,
    &identity::identity_schema_private_address::RULE,
    &identity::identity_schema_refused::RULE,
    &identity::identity_schema_unusable::RULE,
    &identity::ignored_trait_keyword::RULE,
    &schema::invalid_value::RULE,
    &schema::key_too_new::RULE,
    &schema::malformed_value::RULE,
    &schema::misplaced_hook::RULE,
    &schema::missing_key::RULE,
    &schema::out_of_range::RULE,
    &identity::passkey_display_name::RULE,
    &schema::removed_key::RULE,
    &identity::sms_channel_missing::RULE,
    &identity::sms_trait_format::RULE,
    &identity::trait_contradiction::RULE,
    &schema::unknown_key::RULE,
    &schema::wrong_type::RULE,
];

/// The rule of this name or former name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name || rule.aliases.contains(&name))
}
