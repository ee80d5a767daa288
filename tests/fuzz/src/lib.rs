//! Fuzzers of kratos-lint: see README.md.

pub mod properties;

/// The text of the fuzzer's bytes, and the program that `KRATOS_LINT` names.
#[must_use]
pub fn text(data: &[u8]) -> Option<&str> {
    if let Some(program) = std::env::var_os("KRATOS_LINT") {
        properties::set_program(program);
    }
    std::str::from_utf8(data).ok()
}
