//! `kratos-lint test DIR`: unit tests of Jsonnet documents. `name.test.yml` beside `name.jsonnet` holds the cases.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::ValueEnum;
use serde_json::{Map, Value, json};
use similar::TextDiff;

use super::ctx::{place, sample_inputs, unit, version};
use super::evaluate::excerpt;
use super::{CLEAN, FINDINGS, Failure, Outcome, read};
use crate::disk::Refusal;
use crate::documents::inputs::Change;
use crate::evaluation::{Answer, Evaluator, Job};
use crate::jsonnet::standard::GoJsonnet;
use crate::kratos::ctx::environment;
use crate::kratos::ctx::sample::{self, Fill};
use crate::kratos::ctx::standard::engine;
use crate::kratos::secrets;
use crate::output::Printer;
use crate::yaml::{self, Node};

/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 32;

/// What a file of tests holds.
const FILE_FORMAT: &str = "\
A file of tests names the point where Kratos runs the document, and lists cases:

    point: registration.after.post_persist  # `kratos-lint ctx --help` lists them
    method: password                        # only where the point has methods
    cases:
      - name: without a nick
        # in a sample of that point; `ctx` or `ext` instead give the whole input
        traits: {email: bo@example.org}
        output: {mail: bo@example.org}      # or `error`: a part of the message";

/// Run the tests of Jsonnet documents: `name.test.yml` beside `name.jsonnet`.
#[derive(Debug, clap::Args)]
#[command(after_help = FILE_FORMAT)]
pub struct Args {
    /// Folders to look through, or single files with tests
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Kratos version for files that name none (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    pub(super) kratos: Option<String>,
    /// Configuration of Kratos: its identity schemas type the samples
    #[arg(long, value_name = "FILE")]
    pub(super) kratos_config: Option<PathBuf>,
    /// How much of the input is made up where a case gives none
    #[arg(long, value_enum, default_value = "full")]
    sample: SampleSize,
    /// Write a first file of tests for this document, beside it
    #[arg(long, value_name = "DOCUMENT")]
    init: Option<PathBuf>,
    /// Where Kratos runs the document of --init [default: where a configuration refers to it, else by what it reads]
    #[arg(long, requires = "init")]
    pub(super) point: Option<String>,
    /// The method that ends the flow of --init (password, oidc, code, …)
    #[arg(long, requires = "init")]
    pub(super) method: Option<String>,
    /// JSON file with ctx for the case of --init; a sample without it
    #[arg(long, value_name = "FILE", requires = "init", conflicts_with = "ext")]
    pub(super) ctx: Option<PathBuf>,
    /// JSON file with an external variable for the case of --init; samples of claims and session without it
    #[arg(long, value_name = "NAME=FILE", requires = "init")]
    pub(super) ext: Vec<String>,
    /// Overwrite the file of tests that --init writes, when it is there already
    #[arg(long, requires = "init")]
    pub(super) force: bool,
}

/// How much a made-up input holds.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum SampleSize {
    /// All known keys
    Full,
    /// Only what is always there
    Least,
}

/// Runs all tests and prints what differs.
///
/// # Errors
/// When there is no test, or one cannot be read.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    if let Some(document) = &args.init {
        return super::test_init::run(args, document, out);
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

/// What a document gives for a case.
pub(super) fn answer(args: &Args, root: Node<'_>, case: Node<'_>, text: &str) -> Result<Answer, Failure> {
    let (go_jsonnet, job) = job(args, root, case, text)?;
    let answer = Evaluator::default().unlimited().evaluate_as(go_jsonnet, &job);
    answer.ok_or_else(|| Failure("the child process cannot be started".to_owned()))
}

/// The value of a key of the case, else of the file.
fn setting<'t>(root: Node<'t>, case: Node<'t>, key: &str) -> Option<Node<'t>> {
    case.get(key).or_else(|| root.get(key))
}

/// The input of a case: its own `ctx` or `ext`, or a sample of the point with its `traits`.
fn job(args: &Args, root: Node<'_>, case: Node<'_>, text: &str) -> Result<(GoJsonnet, Job), Failure> {
    let word = |key: &str| setting(root, case, key).and_then(Node::as_str);
    let release = version(word("kratos").or(args.kratos.as_deref()))?;
    let id = word("point").ok_or_else(|| Failure("it names no `point` (login.after, oidc.mapper, …)".to_owned()))?;
    let place = place(id, word("method"), release)?;
    let given = sample_inputs(&place, args.kratos_config.as_deref())?;
    let found = environment(&place, &given);
    let found = found.ok_or_else(|| Failure(format!("Kratos {release} runs no Jsonnet at {id}")))?;
    let is_ctx = found.ctx.is_some();
    let fill = match args.sample {
        SampleSize::Full => Fill::Maximal,
        SampleSize::Least => Fill::Minimal,
    };
    let mut input = sample::of(&found.into_type(), fill);
    if let Some(traits) = setting(root, case, "traits") {
        let traits = to_json(traits);
        for path in ["identity.traits", "session.identity.traits", "flow.identity.traits"] {
            let around = path.trim_end_matches(".traits").replace('.', "/");
            if input.pointer(&format!("/{around}")).is_some_and(Value::is_object) {
                input = Change::Is(path.to_owned(), traits.clone()).apply(&input);
            }
        }
    }
    if let Some(ctx) = case.get("ctx") {
        input = to_json(ctx);
    }
    let mut variables = Map::new();
    if !is_ctx {
        variables = input.as_object().cloned().unwrap_or_default();
        variables
            .extend(case.get("ext").into_iter().flat_map(Node::fields).map(|f| (f.key.to_owned(), to_json(f.value))));
    }
    let ctx = is_ctx.then_some(input);
    let variables = variables.into_iter().collect();
    let job = Job { text: text.to_owned(), ctx, variables, ..Job::default() };
    Ok((engine(release), job))
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
    let diff = TextDiff::from_lines(&expected, &actual);
    let lines = diff.iter_all_changes().map(|change| format!("  {}{}", change.tag(), shown(change.value().trim_end())));
    lines.collect::<Vec<_>>().join("\n")
}

/// A line of indented JSON without texts that no person wrote; those of samples stay.
fn shown(line: &str) -> String {
    let texts =
        line.split('"').map(|text| if sample::is_made_up(text) { text.to_owned() } else { secrets::name(text) });
    texts.collect::<Vec<_>>().join("\"")
}

/// A node of YAML as JSON.
fn to_json(node: Node<'_>) -> Value {
    match node.value() {
        yaml::Value::Null | yaml::Value::Unknown => Value::Null,
        yaml::Value::Bool(value) => json!(value),
        yaml::Value::Number(number) => serde_json::from_str(&number.text).unwrap_or_else(|_| json!(number.value)),
        yaml::Value::String(text) => json!(**text),
        yaml::Value::Sequence(_) => Value::Array(node.items().map(to_json).collect()),
        yaml::Value::Mapping(_) => {
            Value::Object(node.fields().map(|field| (field.key.to_owned(), to_json(field.value))).collect())
        }
    }
}
