//! Rules about the database.

pub(crate) mod database_file_not_shared;
pub(crate) mod database_kind_mismatch;
pub(crate) mod database_login_mismatch;
pub(crate) mod database_parameter_ignored;
pub(crate) mod migration_fails;
pub(crate) mod migration_missing;
pub(crate) mod unusable_dsn;
