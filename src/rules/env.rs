//! Rules about the environment that the server gets.

pub mod unknown_variable;
pub mod variable_value_misread;
