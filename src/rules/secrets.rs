//! Rules about secrets and ciphers.

pub mod cipher_secret_bytes;
pub mod cookie_secret_pair;
pub mod duplicate_secret;
pub mod plain_text_secret;
pub mod sample_secret;
pub mod secrets_missing;
pub mod tokens_in_clear;
