//! Rules about cookies: name, domain, `Secure`, `SameSite`.

pub(crate) mod continuity_cookie_lax;
pub(crate) mod cookie_domain_refused;
pub(crate) mod cookie_name_invalid;
pub(crate) mod cookie_not_secure;
pub(crate) mod cookie_path_too_narrow;
pub(crate) mod cookie_same_site_strict;
pub(crate) mod same_site_ignored_in_dev;
pub(crate) mod session_cookie_domain_only;
