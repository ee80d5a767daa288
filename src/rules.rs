//! All rules, sorted by name. A new rule: its file, two lines here, its folder in `testdata/rules`.

pub mod identity;

use crate::rule::Rule;

/// All rules, sorted by name.
pub const ALL: &[&Rule] = &[
    &identity::address_trait_missing::RULE,
    &identity::code_identifier_without_via::RULE,
    &identity::default_schema_unlisted::RULE,
    &identity::duplicate_identity_schema::RULE,
    &identity::identifier_missing::RULE,
    &identity::identifier_optional::RULE,
    &identity::identity_schema_entry_key::RULE,
    &identity::identity_schema_missing::RULE,
    &identity::identity_schema_private_address::RULE,
    &identity::identity_schema_refused::RULE,
    &identity::identity_schema_unusable::RULE,
    &identity::ignored_trait_keyword::RULE,
    &identity::passkey_display_name::RULE,
    &identity::sms_channel_missing::RULE,
    &identity::sms_trait_format::RULE,
    &identity::trait_contradiction::RULE,
];

/// The rule of this name or former name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name || rule.aliases.contains(&name))
}
