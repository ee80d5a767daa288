//! Rules about sessions, their lifespans and tokens.

pub mod lifespan_without_length;
pub mod privileged_session_age;
pub mod session_caching_age;
pub mod session_extend;
pub mod session_over_30_days;
pub mod tokenizer_template;
