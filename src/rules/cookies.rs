//! Rules about cookies: name, domain, `Secure`, `SameSite`.

pub mod cookie_domain;
pub mod cookie_name;
pub mod cookie_not_secure;
pub mod cookie_same_site_strict;
pub mod session_cookie_domain;
