//! Rules about keys that nobody reads.

pub mod base64_encoding;
pub mod feature_flags_type;
pub mod ignored_key;
pub mod misplaced_chart_key;
pub mod oauth2_provider_port;
pub mod overridden_key;
pub mod unread_key;
