//! Stubs of the endpoint that a hook calls. A stub checks the secret, decides or works, and remembers what is done.
//!
//! The texts are those of `stubs/`: a line `//@if WORD` (`#@if` in Python), `//@else`, `//@end` chooses by what the hook asks for.

use serde_json::json;

use super::{Auth, Response, Wanted};
use crate::endpoints::types::{self, Language as Types};
use crate::endpoints::{self, Endpoint, TRIGGER_ID, examples};
use crate::evaluation::Evaluator;
use crate::files::Files;
use crate::kratos::identity::IdentitySchema;
use crate::kratos::version::Version;
use crate::text::Source;
use crate::yaml::{self, Format};

/// A language that stubs are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// TypeScript on Node's http module
    Typescript,
    /// Go, net/http
    Go,
    /// Python, http.server
    Python,
    /// Rust, std and serde
    Rust,
}

impl Language {
    const fn text(self) -> &'static str {
        match self {
            Language::Typescript => include_str!("stubs/hook.ts"),
            Language::Go => include_str!("stubs/hook.go"),
            Language::Python => include_str!("stubs/hook.py"),
            Language::Rust => include_str!("stubs/hook.rs"),
        }
    }

    const fn types(self) -> Types {
        match self {
            Language::Typescript => Types::Typescript,
            Language::Go => Types::Go,
            Language::Python => Types::Python,
            Language::Rust => Types::Rust,
        }
    }

    const fn comment(self) -> &'static str {
        match self {
            Language::Python => "#",
            _ => "//",
        }
    }
}

/// The stub of the endpoint of a hook; `endpoint` is what the hook makes of it.
#[must_use]
pub(crate) fn stub(language: Language, wanted: &Wanted, endpoint: &Endpoint) -> String {
    let words = words(wanted, endpoint);
    let mut text = chosen(language.text(), &words);
    let header = if wanted.auth == Auth::Basic { "authorization" } else { "x-webhook-key" };
    let python_names = if language == Language::Python { "Authorization" } else { header };
    let header = if header == "authorization" { python_names } else { header };
    let field = examples::field(endpoint);
    let pointer = |shape: &str| {
        if endpoint.point.saves() {
            shape.replace("POINTER", &serde_json::json!(field).to_string())
        } else {
            String::new()
        }
    };
    let values = [
        ("@POINT@", point(wanted)),
        ("@VERSION@", endpoint.version().to_string()),
        ("@METHOD@", wanted.http_method.clone()),
        ("@HEADER@", header.to_owned()),
        ("@POINTER_JS@", pointer("instance_ptr: POINTER, ")),
        ("@POINTER_GO@", pointer("\"instance_ptr\": POINTER, ")),
        ("@POINTER_PY@", pointer("\"instance_ptr\": POINTER, ")),
        ("@POINTER_RS@", pointer("\"instance_ptr\": POINTER, ")),
        ("@CHANGE_HINT@", change_hint(language, endpoint)),
        ("@MEMORY_NOTE@", memory_note(language, wanted, endpoint)),
        // Last: it holds names of users.
        ("@TYPES@", inner_types(language, endpoint)),
    ];
    for (mark, value) in values {
        text = text.replace(mark, &value);
    }
    text
}

/// The endpoint that a hook calls from the list at `path` (keys joined by dots), as if it were alone there.
#[must_use]
pub(crate) fn endpoint(
    wanted: &Wanted,
    path: &str,
    version: Version,
    schemas: (&[IdentitySchema], &str),
    files: &Files,
    evaluator: Evaluator,
) -> Option<Endpoint> {
    let alone = Wanted { body_url: None, ..wanted.clone() };
    let hook = alone.item(path, &[]).value;
    let list = path.rsplit('.').fold(json!([hook]), |inner, key| json!({key: inner}));
    let mut whole = json!({"identity": {"default_schema_id": schemas.1}});
    whole.as_object_mut()?.extend(list.as_object()?.clone());
    let tree = yaml::parse(&Source::new("kratos.json", whole.to_string()), Format::Json);
    endpoints::of(tree.root()?, version, schemas.0, files, evaluator).into_iter().next()
}

/// What a stub chooses by.
fn words(wanted: &Wanted, endpoint: &Endpoint) -> Vec<&'static str> {
    let mut words = match wanted.auth {
        Auth::ApiKey => vec!["api_key", "keyed"],
        Auth::Basic => vec!["basic", "keyed"],
        Auth::None => vec!["none"],
    };
    words.push(match wanted.response {
        Response::Ignore => "ignore",
        Response::Wait => "wait",
        Response::Parse => "parse",
    });
    // An identity is registered once, so it names the call where nothing else does. What decides is never named so.
    if endpoint.place.id() == "registration.after.post_persist" {
        words.push("by_identity");
    }
    words
}

/// The lines of a text that its conditions choose.
fn chosen(text: &str, words: &[&str]) -> String {
    let mut kept = String::new();
    let mut open: Vec<bool> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        let Some(directive) = trimmed.strip_prefix("//@").or_else(|| trimmed.strip_prefix("#@")) else {
            if open.iter().all(|is_on| *is_on) {
                kept.push_str(line);
                kept.push('\n');
            }
            continue;
        };
        match directive.split_once(' ') {
            Some((_, word)) => open.push(words.contains(&word)),
            None if directive == "else" => open.last_mut().into_iter().for_each(|is_on| *is_on = !*is_on),
            None => _ = open.pop(),
        }
    }
    kept
}

fn point(wanted: &Wanted) -> String {
    let method = wanted.method.as_ref().map(|method| format!(".{method}")).unwrap_or_default();
    format!("{}.{}{method}", wanted.flow, wanted.trigger)
}

/// What a stub that decides may answer more.
fn change_hint(language: Language, endpoint: &Endpoint) -> String {
    if !endpoint.point.saves() {
        return String::new();
    }
    let indent =
        if language == Language::Go { "\t" } else { &"    "[..if language == Language::Typescript { 2 } else { 4 }] };
    format!(
        "\n{indent}{} {{\"identity\": {{\"metadata_public\": {{\"plan\": \"free\"}}}}}} changes the identity: see HookChange.",
        language.comment()
    )
}

/// What is remembered by what.
fn memory_note(language: Language, wanted: &Wanted, endpoint: &Endpoint) -> String {
    let version = endpoint.version();
    let lines: &[String] = if TRIGGER_ID.contains(version) {
        &[
            "Answers of calls that are done, by Ory-Webhook-Trigger-ID: a call that comes again gets the same answer."
                .to_owned(),
            "If more than one process runs, keep them in a database.".to_owned(),
        ]
    } else {
        let so = match wanted.response {
            Response::Parse => "each call is decided anew",
            _ if endpoint.place.id() == "registration.after.post_persist" => "the identity names a registration",
            _ => "a call that comes again is done again: the work must be idempotent",
        };
        &[
            format!("Answers of calls that are done. Kratos {version} sends nothing that names a call, so {so}."),
            "From v25.4.0 on, Ory-Webhook-Trigger-ID names it. The id of the flow does not: each submit of a form has the same.".to_owned(),
        ]
    };
    let lines: Vec<String> = lines.iter().map(|line| format!("{} {line}", language.comment())).collect();
    lines.join("\n")
}

/// The types of what is sent and answered, without the head of a file of types.
fn inner_types(language: Language, endpoint: &Endpoint) -> String {
    let named = Endpoint { name: "hook".to_owned(), ..endpoint.clone() };
    let text = types::of(std::slice::from_ref(&named), language.types());
    let is_head = |line: &str| {
        let own = language.comment().len();
        line.get(..own) == Some(language.comment()) && line.contains("ritten by kratos-lint")
            || line.starts_with("package ")
            || line.starts_with("use serde")
    };
    let lines: Vec<&str> = text.lines().skip_while(|line| is_head(line) || line.is_empty()).collect();
    let text = lines.join("\n") + "\n";
    if language != Language::Rust {
        return text;
    }
    // A body that lacks a field is still a call, as in the other languages.
    text.replace(
        "#[derive(Clone, Debug, Serialize, Deserialize)]\n",
        "#[derive(Clone, Debug, Default, Serialize, Deserialize)]\n#[serde(default)]\n",
    )
}
