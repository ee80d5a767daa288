//! A case of a file of tests: the arguments that it depends on, and what a document gives for it.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::Failure;
use super::ctx::{place, sample_inputs, version};
use crate::documents::inputs::Change;
use crate::evaluation::{Answer, Evaluator, Job};
use crate::jsonnet::standard::GoJsonnet;
use crate::kratos::ctx::environment;
use crate::kratos::ctx::sample::{self, Fill};
use crate::kratos::ctx::standard::engine;
use crate::yaml::{self, Node};

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
    pub(super) paths: Vec<PathBuf>,
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
    pub(super) init: Option<PathBuf>,
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
pub(super) fn job(args: &Args, root: Node<'_>, case: Node<'_>, text: &str) -> Result<(GoJsonnet, Job), Failure> {
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

/// A node of YAML as JSON.
pub(super) fn to_json(node: Node<'_>) -> Value {
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
