//! The evaluation against a second engine, jrsonnet: `tests/engines` writes the record.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;
use kratos_lint::evaluation::{Answer, Child, Evaluator, Job};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::{contexts, expressions};

/// Parts of documents for which jrsonnet differs from the records of go-jsonnet too, with how. The engines may differ there, in
/// few documents.
const DIFFERENCES: &[(&str, &str)] = &[
    ("std.map(", "evaluates an item that the function does not look at"),
    ("[ctx for x in ctx.l", "prints an object that is in a result twice as an empty one"),
];

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
#[ignore = "writes the input of tests/engines"]
fn documents_for_the_second_engine() {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number("SEED", 1).to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), random);
    for _ in 0..number("DOCUMENTS", 3000) {
        let body = expressions().new_tree(&mut runner).expect("a document").current();
        println!("{}", json!({"body": format!("function(ctx) local x = null; {body}"), "inputs": contexts()}));
    }
}

#[test]
fn agrees_with_the_second_engine() {
    let packed = std::fs::File::open("testdata/jsonnet/second-engine.jsonl.gz").expect("the record");
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).expect("UTF-8");
    let evaluator = Evaluator::of(Child::At(env!("CARGO_BIN_EXE_kratos-lint").into())).unlimited();
    let mut counts = BTreeMap::from([(true, 0), (false, 0)]);
    let (mut differ, mut tolerated) = (Vec::new(), 0);
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let body = row["body"].as_str().expect("a body");
        let (inputs, results) = (row["inputs"].as_array().expect("a list"), row["results"].as_array().expect("a list"));
        for (ctx, theirs) in inputs.iter().zip(results) {
            let ours = match evaluator.evaluate(&Job::with_ctx(body.to_owned(), ctx.clone())).expect("a child") {
                Answer::Ok(text) => Some(serde_json::from_str::<Value>(&text).expect("JSON")),
                Answer::Failed(_) => None,
            };
            *counts.entry(ours.is_some()).or_default() += 1;
            if ours.as_ref() == theirs.get("ok") {
                continue;
            }
            if DIFFERENCES.iter().any(|(part, _)| body.contains(part)) {
                tolerated += 1;
            } else {
                differ.push(format!("{body}\n  for {ctx}\n  ours {ours:?}\n  theirs {theirs}"));
            }
        }
    }
    println!("{counts:?}, {tolerated} tolerated");
    assert!(tolerated < 10, "{tolerated}");
    assert!(differ.is_empty(), "{} differ\n{}", differ.len(), differ[..differ.len().min(20)].join("\n"));
    assert!(counts.values().all(|count| *count > 1000), "{counts:?}");
}
