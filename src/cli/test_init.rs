//! `kratos-lint test --init DOCUMENT`: writes a first file of tests beside a document.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ctx::version;
use super::test_case::{self, Args};
use super::{CLEAN, Failure, Outcome, owner, render};
use crate::disk::Disk;
use crate::evaluation::Answer;
use crate::fix::write;
use crate::init::body::ctx;
use crate::kratos::ctx::inputs::unconfigured;
use crate::kratos::ctx::sample::{self, Fill};
use crate::kratos::ctx::{Environment, Place, environment};
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::text::Source;
use crate::{discover, yaml};

/// Writes the file; its only case expects what the document gives today.
///
/// # Errors
/// When the document cannot be read, there is no such point, or the file is there already.
pub(super) fn run(args: &Args, document: &Path, out: &mut Printer<'_>) -> Outcome {
    if document.extension().is_none_or(|ending| ending != "jsonnet" && ending != "libsonnet") {
        return Err(Failure(format!(
            "--init {}: name a Jsonnet document, such as hooks/body.jsonnet",
            document.display()
        )));
    }
    let source = discover::read_named(document, &Disk::default()).map_err(Failure)?;
    let head = head(args, document, source.text())?;
    let tests = yaml::parse(&Source::new("tests.yml", head.clone()), yaml::Format::Yaml);
    let root = tests.root().ok_or_else(|| Failure("there is no test".to_owned()))?;
    let first = root.at("/cases/0").ok_or_else(|| Failure("there is no test".to_owned()))?;
    let answer = test_case::answer(args, root, first, source.text())?;
    let expected = match answer {
        Answer::Ok(json) => {
            let value: Value = serde_json::from_str(&json)?;
            format!("    output: {}\n", indented(&value))
        }
        Answer::Failed(failure) => format!("    error: {}\n", Value::String(failure.message)),
    };
    let file = beside(document);
    write::all(&[(file.clone(), head + &expected)], args.force).map_err(Failure)?;
    out.line(format!("{} written: run `kratos-lint test {}`", file.display(), file.display()))?;
    Ok(CLEAN)
}

/// The file up to what its case expects: the point that is asked for, else that of a configuration that refers to the document,
/// else a likely one.
fn head(args: &Args, document: &Path, text: &str) -> Result<String, Failure> {
    let name = document.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let known = if args.point.is_none() { of_owner(document, version(args.kratos.as_deref())?) } else { None };
    let point = args.point.as_deref().or(known.as_ref().map(|known| known.point.as_str()));
    let point = point.unwrap_or_else(|| likely_point(text));
    let own = known.as_ref().and_then(|known| known.method.clone());
    let method = match args.method.clone().or(own) {
        Some(method) => format!("method: {method}\n"),
        None if point.contains(".after.") => "# method: password\n".to_owned(),
        None => String::new(),
    };
    let input = if args.ctx.is_some() || !args.ext.is_empty() {
        given(args, text)?
    } else {
        match known.as_ref().and_then(|known| known.traits.as_ref()) {
            Some(traits) => format!("    traits: {traits}\n"),
            None if has_identity(point) => "    # traits: {email: bo@example.org}\n".to_owned(),
            None => String::new(),
        }
    };
    Ok(format!(
        "# Tests of {name}: `kratos-lint test` runs them.\npoint: {point}\n{method}cases:\n  - name: everything is there\n{input}"
    ))
}

/// The input of the files that the user names, as keys of a case.
fn given(args: &Args, text: &str) -> Result<String, Failure> {
    if let Some(path) = &args.ctx {
        return Ok(format!("    ctx: {}\n", indented(&render::json(path)?)));
    }
    let variables = render::variables(&args.ext, text)?;
    Ok(format!("    ext: {}\n", indented(&serde_json::to_value(variables)?)))
}

/// Where a configuration of the project runs a document.
struct Known {
    point: String,
    method: Option<String>,
    /// Sample traits of its identity schema, as JSON.
    traits: Option<Value>,
}

fn of_owner(document: &Path, release: Version) -> Option<Known> {
    let owner = owner::of(document, release)?;
    let references = owner.references(document, release);
    let reference = references.first()?;
    let input = sample::of(&owner.given(reference)?.into_type(), Fill::Maximal);
    let traits = ["/identity/traits", "/session/identity/traits", "/flow/identity/traits"];
    let traits = traits.iter().find_map(|path| input.pointer(path)).filter(|traits| traits.is_object()).cloned();
    let method = match reference.point.methods() {
        [only] => Some(only.clone()),
        _ => None,
    };
    owner.say(reference, "");
    Some(Known { point: reference.point.id().to_owned(), method, traits })
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
