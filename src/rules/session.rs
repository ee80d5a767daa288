//! Rules about sessions, their lifespans and tokens.

pub(crate) mod lifespan_without_length;
pub(crate) mod privileged_session_age_unreachable;
pub(crate) mod session_caching_age_ignored;
pub(crate) mod session_extend_too_late;
pub(crate) mod session_extend_unlimited;
pub(crate) mod session_over_30_days;
pub(crate) mod tokenizer_template_unusable;
