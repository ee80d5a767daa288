//! Rules about the database.

pub mod database_file_not_shared;
pub mod database_kind_mismatch;
pub mod database_login_mismatch;
pub mod database_parameter_ignored;
pub mod migration_fails;
pub mod migration_missing;
pub mod unusable_dsn;
