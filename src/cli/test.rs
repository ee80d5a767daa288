//! `kratos-lint test DIR`: unit tests of Jsonnet documents. `name.test.yml` beside `name.jsonnet` holds the cases.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::Value;

use super::ctx::unit;
use super::evaluate::excerpt;
use super::test_case::{Args, job, to_json};
use super::{CLEAN, FINDINGS, Failure, Outcome, read, test_init};
use crate::disk::Refusal;
use crate::evaluation::{Answer, Evaluator};
use crate::kratos::ctx::sample;
use crate::kratos::secrets;
use crate::output::Printer;
use crate::text::difference;
use crate::yaml::Node;

/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 32;

/// Runs all tests and prints what differs.
///
/// # Errors
/// When there is no test, or one cannot be read.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    if let Some(document) = &args.init {
        return test_init::run(args, document, out);
    }
    let mut files = Vec::new();
    for path in &args.paths {
        find(path, 0, &mut files)?;
    }
    if files.is_empty() {
        return Err(Failure("no file *.test.yml was found: `kratos-lint test --init DOCUMENT` writes one".to_owned()));
    }
    files.sort();
    let evaluator = Evaluator::default().unlimited();
    let (mut passed, mut failed) = (0, 0);
    for file in &files {
        for (name, difference) in run_file(args, file, &evaluator)? {
            match difference {
                None => passed += 1,
                Some(difference) => {
                    failed += 1;
                    out.line(format!("{}: {}", file.display(), secrets::name(&name)))?;
                    out.block(&difference)?;
                }
            }
        }
    }
    out.line(format!("{passed} passed, {failed} failed"))?;
    Ok(if failed == 0 { CLEAN } else { FINDINGS })
}

fn find(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let data = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure(format!("{}: {}", path.display(), Refusal::Missing)),
        _ => Failure(format!("{}: {error}", path.display())),
    })?;
    if data.is_file() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(".test.yml") || name.ends_with(".test.yaml") || depth == 0 {
            files.push(path.to_path_buf());
        }
    } else if data.is_dir() && depth < MAX_DEPTH {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if !entry.file_type()?.is_symlink() {
                find(&entry.path(), depth + 1, files)?;
            }
        }
    }
    Ok(())
}

/// The cases of a file: their names, and what differs.
fn run_file(args: &Args, file: &Path, evaluator: &Evaluator) -> Result<Vec<(String, Option<String>)>, Failure> {
    let wrong = |why: &str| Failure(format!("{}: {}", file.display(), secrets::name(why)));
    let tests = unit(file)?;
    let root = tests.root().ok_or_else(|| wrong("it is empty"))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.trim_end_matches(".yaml").trim_end_matches(".yml").trim_end_matches(".test");
    let document = file.with_file_name(format!("{stem}.jsonnet"));
    let text = read(&document)?.text().to_owned();
    let cases = root.get("cases").filter(|cases| cases.is_sequence());
    let cases = cases.ok_or_else(|| wrong("it has no list `cases`"))?;
    only(root, &FILE_KEYS).map_err(|why| wrong(&why))?;
    if cases.items().len() == 0 {
        return Err(wrong("`cases` is empty: nothing is tested"));
    }
    let mut results = Vec::new();
    for (index, case) in cases.items().enumerate() {
        let name = case.get("name").and_then(Node::as_str).map_or_else(|| format!("case {}", index + 1), str::to_owned);
        only(case, &CASE_KEYS).map_err(|why| wrong(&format!("{name}: {why}")))?;
        let (go_jsonnet, job) =
            job(args, root, case, &text).map_err(|Failure(why)| wrong(&format!("{name}: {why}")))?;
        let answer =
            evaluator.evaluate_as(go_jsonnet, &job).ok_or_else(|| wrong("the child process cannot be started"))?;
        results.push((name, difference(case, &answer, &document.to_string_lossy(), &text)));
    }
    Ok(results)
}

/// The keys of a file of tests.
const FILE_KEYS: [&str; 5] = ["point", "method", "kratos", "traits", "cases"];

/// The keys of a case.
const CASE_KEYS: [&str; 9] = ["name", "point", "method", "kratos", "traits", "ctx", "ext", "output", "error"];

/// Refuses keys that are not read: with a misspelt `output` each case would pass.
fn only(node: Node<'_>, known: &[&str]) -> Result<(), String> {
    let Some(other) = node.fields().find(|field| !known.contains(&field.key)) else { return Ok(()) };
    Err(format!("there is no key `{}`: write {}", other.key, known.join(", ")))
}

/// What differs between a case and what came of it.
fn difference(case: Node<'_>, answer: &Answer, path: &str, document: &str) -> Option<String> {
    let error = case.get("error").and_then(Node::as_str);
    match (answer, error, case.get("output")) {
        (Answer::Failed(failure), Some(part), _) if failure.message.contains(part) => None,
        (Answer::Failed(failure), Some(part), _) => {
            Some(secrets::name(&format!("  expected an error with {part:?}, got: {}", failure.message)))
        }
        (Answer::Failed(failure), None, _) => Some(format!("  failed: {}", excerpt(path, document, failure))),
        (Answer::Ok(_), Some(part), _) => {
            Some(secrets::name(&format!("  expected an error with {part:?}, got a result")))
        }
        (Answer::Ok(json), None, Some(output)) => {
            let actual: Value = serde_json::from_str(json).unwrap_or(Value::Null);
            let expected = to_json(output);
            (!same(&expected, &actual)).then(|| lines(&expected, &actual))
        }
        (Answer::Ok(_), None, None) => None,
    }
}

/// Whether two values are equal, `1` and `1.0` included.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}

/// The lines that differ, `-` expected and `+` got. Texts that read like secrets are not shown.
fn lines(expected: &Value, actual: &Value) -> String {
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let (expected, actual) = (text(expected), text(actual));
    let (expected, actual) = (difference::lines(&expected), difference::lines(&actual));
    let steps = difference::steps(&expected, &actual);
    let changes = steps.iter().flat_map(|step| step.iter_changes(&expected[..], &actual[..]));
    let lines = changes.map(|change| format!("  {}{}", change.tag(), shown(change.value().trim_end())));
    lines.collect::<Vec<_>>().join("\n")
}

/// A line of indented JSON without texts that no person wrote; those of samples stay.
fn shown(line: &str) -> String {
    let texts =
        line.split('"').map(|text| if sample::is_made_up(text) { text.to_owned() } else { secrets::name(text) });
    texts.collect::<Vec<_>>().join("\"")
}
