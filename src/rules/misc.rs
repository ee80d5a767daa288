//! Rules about keys that are never read.

pub mod base64_undecodable;
pub mod chart_pod_lacks_variable;
pub mod chart_value_refused;
pub mod development_settings;
pub mod feature_flags_not_a_map;
pub mod ignored_key;
pub mod misplaced_chart_key;
pub mod oauth2_provider_public_port;
pub mod overridden_key;
pub mod serve_command_missing;
pub mod unknown_serve_flag;
pub mod unread_key;
