//! Rules about the listeners, TLS and CORS.

pub(crate) mod cors_any_origin;
pub(crate) mod cors_off;
pub(crate) mod cors_origin_never_matches;
pub(crate) mod cors_origin_too_wide;
pub(crate) mod cors_preflight_refused;
pub(crate) mod listen_host_unusable;
pub(crate) mod listener_clash;
pub(crate) mod listener_unreachable;
pub(crate) mod published_port_mismatch;
pub(crate) mod tls_base64_unusable;
pub(crate) mod tls_incomplete;
