//! Rules about keys that are never read.

pub(crate) mod base64_undecodable;
pub(crate) mod chart_pod_lacks_variable;
pub(crate) mod chart_value_refused;
pub(crate) mod development_settings;
pub(crate) mod feature_flags_not_a_map;
pub(crate) mod ignored_key;
pub(crate) mod misplaced_chart_key;
pub(crate) mod oauth2_provider_public_port;
pub(crate) mod overridden_key;
pub(crate) mod serve_command_missing;
pub(crate) mod unknown_serve_flag;
pub(crate) mod unread_key;
