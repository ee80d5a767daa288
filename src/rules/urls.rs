//! Rules about the URLs that Kratos sends users to, and the ones it lets others send them to.

pub(crate) mod endless_page_redirect;
pub(crate) mod http_outside_dev;
pub(crate) mod ingress_path_unserved;
pub(crate) mod malformed_host;
pub(crate) mod mistyped_host;
pub(crate) mod mistyped_scheme;
pub(crate) mod mixed_loopback_hosts;
pub(crate) mod oauth2_return_refused;
pub(crate) mod page_missing;
pub(crate) mod page_scheme_mismatch;
pub(crate) mod page_server_loopback;
pub(crate) mod page_url_internal;
pub(crate) mod pages_on_other_site;
pub(crate) mod plain_http_endpoint;
pub(crate) mod public_url_internal;
pub(crate) mod public_url_missing;
pub(crate) mod public_url_without_scheme;
pub(crate) mod recovery_return_url_delayed;
pub(crate) mod return_url_final_slash;
pub(crate) mod return_url_mismatch;
pub(crate) mod return_url_never_matches;
pub(crate) mod return_url_skipped;
pub(crate) mod return_url_too_wide;
pub(crate) mod settings_return_refused;
pub(crate) mod unusable_page_url;
pub(crate) mod url_final_space;
