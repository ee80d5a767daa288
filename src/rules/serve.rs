//! Rules about the listeners, TLS and CORS.

pub mod cors_any_origin;
pub mod cors_off;
pub mod cors_origin_never_matches;
pub mod cors_origin_too_wide;
pub mod cors_preflight;
pub mod listen_host;
pub mod listener_clash;
pub mod tls_incomplete;
