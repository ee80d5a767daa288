//! Rules about secrets and ciphers.

pub mod cipher_secret_not_ascii;
pub mod cookie_secret_pair_unusable;
pub mod duplicate_secret;
pub mod plain_text_secret;
pub mod sample_secret;
pub mod secrets_missing;
pub mod tokens_in_clear;
