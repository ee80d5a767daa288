//! Rules about the URLs that Kratos sends users to, and the ones it lets others send them to.

pub mod endless_page_redirect;
pub mod http_outside_dev;
pub mod ingress_path_unserved;
pub mod malformed_host;
pub mod mistyped_host;
pub mod mixed_loopback_hosts;
pub mod page_missing;
pub mod page_scheme_mismatch;
pub mod page_server_loopback;
pub mod pages_on_other_site;
pub mod plain_http_endpoint;
pub mod public_url_internal;
pub mod public_url_missing;
pub mod public_url_without_scheme;
pub mod recovery_return_url_delayed;
pub mod return_url_final_slash;
pub mod return_url_mismatch;
pub mod return_url_never_matches;
pub mod return_url_skipped;
pub mod return_url_too_wide;
pub mod settings_return_refused;
pub mod unusable_page_url;
pub mod url_final_space;
