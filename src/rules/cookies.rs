//! Rules about cookies: name, domain, `Secure`, `SameSite`.

pub mod cookie_domain;
pub mod cookie_name;
pub mod cookie_not_secure;
pub mod cookie_path;
pub mod cookie_same_site_strict;
pub mod same_site_in_dev;
pub mod session_cookie_domain;
