//! The words on the command line for choices of the library, which knows no arguments.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::endpoints::types;
use crate::init::{self, backend};
use crate::output::Format;

/// A choice, its word, and what the help says of it.
type Word<T> = (T, &'static str, &'static str);

/// The choices of a table of words.
const fn choices<T: Copy, const N: usize>(words: &[Word<T>; N]) -> [T; N] {
    let mut choices = [words[0].0; N];
    let mut at = 1;
    while at < N {
        choices[at] = words[at].0;
        at += 1;
    }
    choices
}

fn shown<T: PartialEq>(words: &[Word<T>], choice: &T) -> Option<PossibleValue> {
    let (_, word, help) = words.iter().find(|(known, ..)| known == choice)?;
    Some(PossibleValue::new(*word).help(*help))
}

const FORMATS: [Word<Format>; 11] = [
    (Format::Pretty, "pretty", "For users: the lines with what is wrong in them"),
    (Format::Concise, "concise", "One line for each finding"),
    (Format::Json, "json", "The interface for programs"),
    (Format::Jsonl, "jsonl", "One JSON object on a line for each finding"),
    (Format::Sarif, "sarif", "SARIF 2.1.0, for code scanning"),
    (Format::Github, "github", "Annotations of GitHub Actions"),
    (Format::Gitlab, "gitlab", "Code quality report of GitLab"),
    (Format::Junit, "junit", "JUnit XML"),
    (Format::Checkstyle, "checkstyle", "Checkstyle XML"),
    (Format::Markdown, "markdown", "Markdown, for comments on pull requests"),
    (Format::Html, "html", "One page for a browser, with the hooks, the deployment and what endpoints may answer"),
];

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        const { &choices(&FORMATS) }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        shown(&FORMATS, self)
    }
}

const RESPONSES: [Word<init::Response>; 3] = [
    (init::Response::Ignore, "ignore", "Called in the background: its answer and its failures do not matter"),
    (init::Response::Wait, "wait", "Waited for: any failure stops the flow, the answer is not read"),
    (init::Response::Parse, "parse", "Waited for, and its answer may refuse or change the identity"),
];

impl ValueEnum for init::Response {
    fn value_variants<'a>() -> &'a [Self] {
        const { &choices(&RESPONSES) }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        shown(&RESPONSES, self)
    }
}

const AUTHS: [Word<init::Auth>; 3] = [
    (init::Auth::ApiKey, "api-key", "A key in a header"),
    (init::Auth::Basic, "basic-auth", "User and password"),
    (init::Auth::None, "none", "Nothing"),
];

impl ValueEnum for init::Auth {
    fn value_variants<'a>() -> &'a [Self] {
        const { &choices(&AUTHS) }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        shown(&AUTHS, self)
    }
}

const METHODS: [Word<init::project::whole::Method>; 5] = [
    (init::project::whole::Method::Password, "password", "A password"),
    (init::project::whole::Method::Code, "code", "A code by mail"),
    (init::project::whole::Method::Passkey, "passkey", "A passkey"),
    (init::project::whole::Method::Totp, "totp", "A second factor from an app"),
    (init::project::whole::Method::LookupSecret, "lookup_secret", "Recovery codes as a second factor"),
];

impl ValueEnum for init::project::whole::Method {
    fn value_variants<'a>() -> &'a [Self] {
        const { &choices(&METHODS) }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        shown(&METHODS, self)
    }
}

const DATABASES: [Word<init::project::whole::Database>; 3] = [
    (init::project::whole::Database::Postgres, "postgres", "Postgres"),
    (init::project::whole::Database::Mysql, "mysql", "MySQL"),
    (init::project::whole::Database::Sqlite, "sqlite", "A file"),
];

impl ValueEnum for init::project::whole::Database {
    fn value_variants<'a>() -> &'a [Self] {
        const { &choices(&DATABASES) }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        shown(&DATABASES, self)
    }
}

const BACKENDS: [Word<backend::Language>; 4] = [
    (backend::Language::Typescript, "typescript", "TypeScript on Node's http module"),
    (backend::Language::Go, "go", "Go, net/http"),
    (backend::Language::Python, "python", "Python, http.server"),
    (backend::Language::Rust, "rust", "Rust, std and serde"),
];

impl ValueEnum for backend::Language {
    fn value_variants<'a>() -> &'a [Self] {
        const { &choices(&BACKENDS) }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        shown(&BACKENDS, self)
    }
}

const LANGUAGES: [Word<types::Language>; 5] = [
    (types::Language::Typescript, "typescript", "TypeScript"),
    (types::Language::Go, "go", "Go, encoding/json"),
    (types::Language::Python, "python", "Python, TypedDict"),
    (types::Language::Rust, "rust", "Rust, serde"),
    (types::Language::Jsonschema, "jsonschema", "JSON Schema, one document with a definition for each type"),
];

impl ValueEnum for types::Language {
    fn value_variants<'a>() -> &'a [Self] {
        const { &choices(&LANGUAGES) }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        shown(&LANGUAGES, self)
    }
}
