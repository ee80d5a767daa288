//! `kratos-lint test --init DOCUMENT`: writes a first file of tests beside a document.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{CLEAN, Failure, Outcome, test};
use crate::disk::Disk;
use crate::evaluation::Answer;
use crate::fix::write;
use crate::init::body::ctx;
use crate::kratos::ctx::inputs::unconfigured;
use crate::kratos::ctx::{Environment, Place, environment};
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::text::Source;
use crate::{discover, yaml};

/// Writes the file; its only case expects what the document gives today.
///
/// # Errors
/// When the document cannot be read, there is no such point, or the file is there already.
pub(super) fn run(args: &test::Args, document: &Path, point: Option<&str>, out: &mut Printer<'_>) -> Outcome {
    if document.extension().is_none_or(|ending| ending != "jsonnet" && ending != "libsonnet") {
        return Err(Failure(format!(
            "--init {}: name a Jsonnet document, such as hooks/body.jsonnet",
            document.display()
        )));
    }
    let source = discover::read_named(document, &Disk::default()).map_err(Failure)?;
    let point = point.unwrap_or_else(|| likely_point(source.text()));
    let name = document.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let method = if point.contains(".after.") { "# method: password\n" } else { "" };
    let head = format!("# Tests of {name}: `kratos-lint test` runs them.\npoint: {point}\n{method}cases:\n");
    let traits = if has_identity(point) { "    # traits: {email: bo@example.org}\n" } else { "" };
    let case = format!("  - name: everything is there\n{traits}");
    let text = format!("{head}{case}");
    let tests = yaml::parse(&Source::new("tests.yml", text.clone()), yaml::Format::Yaml);
    let root = tests.root().ok_or_else(|| Failure("there is no test".to_owned()))?;
    let first = root.at("/cases/0").ok_or_else(|| Failure("there is no test".to_owned()))?;
    let answer = test::answer(args, root, first, source.text())?;
    let expected = match answer {
        Answer::Ok(json) => {
            let value: Value = serde_json::from_str(&json)?;
            format!("    output: {}\n", indented(&value))
        }
        Answer::Failed(failure) => format!("    error: {}\n", Value::String(failure.message)),
    };
    let file = beside(document);
    write::all(&[(file.clone(), text + &expected)], false).map_err(Failure)?;
    out.line(format!("{} written: run `kratos-lint test {}`", file.display(), file.display()))?;
    Ok(CLEAN)
}

/// Whether there are traits at a point.
fn has_identity(point: &str) -> bool {
    let place = Place::new(point, Version::NEWEST);
    let kind = environment(&place, &unconfigured(Version::NEWEST)).map(Environment::into_type);
    kind.as_ref().is_none_or(|kind| ctx(kind).as_object().is_none_or(|ctx| ctx.fields.contains_key("identity")))
}

/// `hooks/body.test.yml` for `hooks/body.jsonnet`.
fn beside(document: &Path) -> PathBuf {
    document.with_extension("test.yml")
}

/// Where Kratos likely runs a document, by what it reads.
fn likely_point(text: &str) -> &'static str {
    let reads =
        |name: &str| text.contains(&format!("extVar('{name}')")) || text.contains(&format!("extVar(\"{name}\")"));
    if reads("claims") {
        "oidc.mapper"
    } else if reads("session") {
        "session.tokenizer"
    } else {
        "registration.after.post_persist"
    }
}

/// JSON, which YAML reads, below a key of a case.
fn indented(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default().replace('\n', "\n    ")
}
