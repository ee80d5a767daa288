//! What Jsonnet sees, against the records of running servers and against itself.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use jsonschema::Validator;
use kratos_lint::kratos::ctx::inputs::unconfigured;
use kratos_lint::kratos::ctx::json_type::{Field, JsonType, Object};
use kratos_lint::kratos::ctx::sample::{self, Fill};
use kratos_lint::kratos::ctx::{Environment, Inputs, Place, environment, json_schema, traits};
use kratos_lint::kratos::version::Version;
use serde_json::{Value, json};

const RECORDED: [&str; 3] = ["v1.1.0", "v1.3.1", "v26.2.0"];

fn records(version: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/oracle/ctx/{version}.jsonl.gz"));
    let mut text = String::new();
    GzDecoder::new(File::open(path).expect("a record")).read_to_string(&mut text).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn recorded_traits() -> JsonType {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/oracle/ctx/identity.schema.json");
    let text = std::fs::read_to_string(path).expect("the identity schema");
    traits::of_schema(&serde_json::from_str(&text).expect("JSON"))
}

/// The type of all that is seen at a place.
fn seen(place: &Place, inputs: &Inputs) -> JsonType {
    let Environment { ctx, variables } = environment(place, inputs).expect("a place with Jsonnet");
    ctx.unwrap_or_else(|| {
        let fields = variables.into_iter().map(|v| (v.name.to_owned(), Field::always(v.kind))).collect();
        JsonType::Object(Object { fields, ..Object::default() })
    })
}

fn validator(kind: &JsonType) -> Validator {
    let schema = json_schema::document(kind, "test");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

/// The method in the name of a recorded point: `login.after.password refresh`.
fn method(point: &str) -> Option<&str> {
    point.split_once(".after.").and_then(|(_, rest)| rest.split(' ').next())
}

#[test]
fn recorded_payloads_fit_the_types() {
    let mut checked = 0;
    for name in RECORDED {
        let version = Version::named(name).expect("a release");
        for record in records(name) {
            let Some(id) = record["point_id"].as_str() else { continue };
            let id = id.trim_start_matches("webhook.");
            let point = record["point"].as_str().expect("a point");
            let methods = method(point).map(|method| vec![method.to_owned()]).unwrap_or_default();
            let inputs = Inputs { traits: recorded_traits(), ..unconfigured(version) };
            // Some records were made with a phone number in the traits, which the kept schema lacks.
            let inputs = if point.contains("phone") || point.contains("sms") { unconfigured(version) } else { inputs };
            let kind = seen(&Place::new(id, version).by(methods), &inputs);
            let faults: Vec<String> = validator(&kind)
                .iter_errors(&record["payload"])
                .map(|error| format!("{} {error}", error.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{name} {point}: {faults:#?}");
            checked += 1;
        }
    }
    assert_eq!(checked, 348);
}

/// All places of all releases, for any method and for each method.
fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for version in Version::all().filter(|version| *version >= Version::V1_0) {
        for id in Place::all_ids() {
            let any = Place::new(id, version);
            if !any.exists() {
                continue;
            }
            places.extend(any.possible_methods().iter().map(|m| any.clone().by(vec![(*m).to_owned()])));
            places.push(any);
        }
    }
    places
}

#[test]
fn samples_fit_their_schema() {
    let places = places();
    assert!(places.len() > 200);
    for place in places {
        let kind = seen(&place, &unconfigured(place.version()));
        let validator = validator(&kind);
        for fill in [Fill::Minimal, Fill::Maximal] {
            let sample = sample::of(&kind, fill);
            let faults: Vec<String> = validator.iter_errors(&sample).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{place:?} {fill:?}: {faults:?}");
        }
    }
}

#[test]
fn a_wrong_payload_is_refused() {
    let place = Place::new("login.after", Version::V1_3_1);
    let kind = seen(&place, &unconfigured(Version::V1_3_1));
    let good = sample::of(&kind, Fill::Maximal);
    let validator = validator(&kind);
    assert!(validator.is_valid(&good));
    for (pointer, value) in [
        ("/identity/state", json!("frozen")),
        ("/request_headers/User-Agent", json!("Mozilla")),
        ("/flow/expires_at", Value::Null),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect("there") = value;
        assert!(!validator.is_valid(&bad), "{pointer}");
    }
    let mut missing = good.clone();
    missing["identity"].as_object_mut().expect("an object").remove("metadata_public");
    assert!(!validator.is_valid(&missing));
}
