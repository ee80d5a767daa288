//! Rules about the database.

pub mod database_parameters;
pub mod unusable_dsn;
