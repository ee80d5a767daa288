//! The words on the command line for choices of the library, which knows no arguments.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::endpoints::types;
use crate::init::{self, backend};
use crate::output::Format;

/// The words of an enumeration, and what the help says of each.
macro_rules! words {
    ($kind:ty, $($variant:ident $word:literal $help:literal),+ $(,)?) => {
        impl ValueEnum for $kind {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(<$kind>::$variant),+]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(match self {
                    $(<$kind>::$variant => PossibleValue::new($word).help($help),)+
                })
            }
        }
    };
}

words! {
    Format,
    Pretty "pretty" "For users: the lines with what is wrong in them",
    Concise "concise" "One line for each finding",
    Json "json" "The interface for programs",
    Jsonl "jsonl" "One JSON object on a line for each finding",
    Sarif "sarif" "SARIF 2.1.0, for code scanning",
    Github "github" "Annotations of GitHub Actions",
    Gitlab "gitlab" "Code quality report of GitLab",
    Junit "junit" "JUnit XML",
    Checkstyle "checkstyle" "Checkstyle XML",
    Markdown "markdown" "Markdown, for comments on pull requests",
    Html "html" "One page for a browser, with the hooks, the deployment and what endpoints may answer",
}

words! {
    init::Response,
    Ignore "ignore" "Called in the background: its answer and its failures do not matter",
    Wait "wait" "Waited for: any failure stops the flow, the answer is not read",
    Parse "parse" "Waited for, and its answer may refuse or change the identity",
}

words! {
    init::Auth,
    ApiKey "api-key" "A key in a header",
    BasicAuth "basic-auth" "User and password",
    None "none" "Nothing",
}

words! {
    init::project::whole::Method,
    Password "password" "A password",
    Code "code" "A code by mail",
    Passkey "passkey" "A passkey",
    Totp "totp" "A second factor from an app",
    LookupSecret "lookup_secret" "Recovery codes as a second factor",
}

words! {
    init::project::whole::Database,
    Postgres "postgres" "Postgres",
    Mysql "mysql" "MySQL",
    Sqlite "sqlite" "A file",
}

words! {
    backend::Language,
    Typescript "typescript" "TypeScript on Node's http module",
    Go "go" "Go, net/http",
    Python "python" "Python, http.server",
    Rust "rust" "Rust, std and serde",
}

words! {
    types::Language,
    Typescript "typescript" "TypeScript",
    Go "go" "Go, encoding/json",
    Python "python" "Python, TypedDict",
    Rust "rust" "Rust, serde",
    Jsonschema "jsonschema" "JSON Schema, one document with a definition for each type",
}
