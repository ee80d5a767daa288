//! Reads `{"body": …, "inputs": […]}` lines and writes them with `"results"`: the JSON of each input, or null where jrsonnet fails.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::panic;

use jrsonnet_evaluator::manifest::JsonFormat;
use jrsonnet_evaluator::tla::{TlaArg, apply_tla};
use jrsonnet_evaluator::trace::PathResolver;
use jrsonnet_evaluator::{IStr, Result, State};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    // A panic of the engine is a failure of the document.
    panic::set_hook(Box::new(|_| {}));
    for line in io::stdin().lock().lines() {
        let mut row: Value = serde_json::from_str(&line?)?;
        let body = row["body"].as_str().unwrap_or_default().to_owned();
        let inputs = row["inputs"].as_array().cloned().unwrap_or_default();
        let results = inputs.iter().map(|ctx| result(&body, &ctx.to_string()));
        row["results"] = json!(results.collect::<Vec<_>>());
        println!("{row}");
    }
    Ok(())
}

/// What jrsonnet makes of a document for one `ctx`.
fn result(body: &str, ctx: &str) -> Value {
    let text = panic::catch_unwind(|| evaluated(body, ctx).ok()).ok().flatten();
    text.and_then(|text| serde_json::from_str(&text).ok()).map_or(Value::Null, |value: Value| json!({ "ok": value }))
}

fn evaluated(body: &str, ctx: &str) -> Result<String> {
    let mut builder = State::builder();
    builder.context_initializer(jrsonnet_stdlib::ContextInitializer::new(PathResolver::Absolute));
    let state = builder.build();
    let _entered = state.enter();
    let ctx = state.evaluate_snippet("ctx", ctx)?;
    let arguments: HashMap<IStr, TlaArg> = HashMap::from([("ctx".into(), TlaArg::Val(ctx))]);
    let body = state.evaluate_snippet("body", body)?;
    apply_tla(&arguments, body)?.manifest(JsonFormat::cli(3))
}
