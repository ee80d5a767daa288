//! Rules about protections that are off and secrets that go out.

pub(crate) mod admin_port_published;
pub(crate) mod enumeration_mitigation_idle;
pub(crate) mod env_not_expanded;
pub(crate) mod placeholder_secret;
pub(crate) mod private_address_banned;
pub(crate) mod private_exception_never_matches;
pub(crate) mod second_factor_removable;
pub(crate) mod secret_in_file;
