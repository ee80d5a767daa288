//! Rules about the environment that the server gets.

pub(crate) mod unknown_variable;
pub(crate) mod variable_value_misread;
