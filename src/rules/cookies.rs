//! Rules about cookies: name, domain, `Secure`, `SameSite`.

pub mod cookie_domain_refused;
pub mod cookie_name_invalid;
pub mod cookie_not_secure;
pub mod cookie_path_too_narrow;
pub mod cookie_same_site_strict;
pub mod same_site_ignored_in_dev;
pub mod session_cookie_domain_only;
