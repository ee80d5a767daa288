//! Rules about the log.

pub mod sensitive_log;
