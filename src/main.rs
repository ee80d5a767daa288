//! The program `kratos-lint`: all that it does is in [`kratos_lint`].

fn main() {}
