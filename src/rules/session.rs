//! Rules about sessions, their lifespans and tokens.

pub mod lifespan_without_length;
pub mod privileged_session_age_unreachable;
pub mod session_caching_age_ignored;
pub mod session_extend_too_late;
pub mod session_extend_unlimited;
pub mod session_over_30_days;
pub mod tokenizer_template_unusable;
