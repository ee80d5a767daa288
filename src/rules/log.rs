//! Rules about the log.

pub(crate) mod sensitive_log;
