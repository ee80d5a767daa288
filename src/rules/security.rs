//! Rules about protections that are off and secrets that go out.

pub mod admin_port_published;
pub mod enumeration_mitigation_idle;
pub mod env_not_expanded;
pub mod placeholder_secret;
pub mod private_address_banned;
pub mod private_exception_never_matches;
pub mod secret_in_file;
