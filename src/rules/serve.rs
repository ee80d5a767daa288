//! Rules about the listeners, TLS and CORS.

pub mod cors_any_origin;
pub mod cors_off;
pub mod cors_origin_never_matches;
pub mod cors_origin_too_wide;
pub mod cors_preflight_refused;
pub mod listen_host_unusable;
pub mod listener_clash;
pub mod listener_unreachable;
pub mod published_port_mismatch;
pub mod tls_base64_unusable;
pub mod tls_incomplete;
