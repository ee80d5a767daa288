//! Rules about secrets and ciphers.

pub(crate) mod cipher_secret_not_ascii;
pub(crate) mod cookie_secret_pair_unusable;
pub(crate) mod duplicate_secret;
pub(crate) mod plain_text_secret;
pub(crate) mod sample_secret;
pub(crate) mod secrets_missing;
pub(crate) mod tokens_in_clear;
