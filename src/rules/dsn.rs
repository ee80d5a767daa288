//! Rules about the database.

pub mod database_parameters;
