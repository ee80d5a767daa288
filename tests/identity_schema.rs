//! The JSON Schema of identity schemas (`kratos-lint schema identity`) says what the program says of them.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use kratos_lint::kratos::identity::document::document;
use kratos_lint::kratos::identity::meta;
use kratos_lint::kratos::version::Version;
use kratos_lint::text::Source;
use kratos_lint::yaml;
use serde_json::Value;

fn validator(version: Version) -> Validator {
    jsonschema::draft7::options().should_validate_formats(false).build(&document(version)).expect("a schema")
}

/// The faults of a schema that a JSON Schema can say: not references, not what Go makes of patterns.
fn faults(text: &str, version: Version) -> Vec<String> {
    let tree = yaml::parse(&Source::new("identity.schema.json", text), yaml::Format::Json);
    let root = tree.root().expect("a document");
    let sayable = |fault: &meta::SchemaFault| !fault.message.contains("pattern") && !fault.message.contains("`$ref`");
    let faults = meta::faults(root, version).into_iter().filter(sayable);
    faults.map(|fault| format!("{:?}: {}", fault.when, fault.message)).collect()
}

fn compare(name: &str, text: &str) -> Option<bool> {
    let schema: Value = serde_json::from_str(text).ok()?;
    let mut accepted = true;
    for version in Version::all().filter(|version| *version >= Version::V1_0) {
        let found = faults(text, version);
        let refused: Vec<String> =
            validator(version).iter_errors(&schema).map(|error| format!("{} {error}", error.instance_path())).collect();
        assert_eq!(found.is_empty(), refused.is_empty(), "{name} {version}: {found:#?} {refused:#?}");
        accepted &= refused.is_empty();
    }
    Some(accepted)
}

#[test]
fn accepts_real_identity_schemas() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/identity-schemas/real.jsonl");
    let text = fs::read_to_string(path).expect("readable");
    let verdicts: Vec<bool> = text.lines().map(|line| compare(line, line).expect("JSON")).collect();
    let accepted = verdicts.iter().filter(|accepted| **accepted).count();
    assert!(verdicts.len() > 60 && accepted * 10 > verdicts.len() * 8, "{accepted} of {}", verdicts.len());
}

#[test]
fn refuses_what_kratos_refuses() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules");
    let mut refused = 0;
    for rule in ["identity-schema-refused", "identity-schema-unusable"] {
        for case in fs::read_dir(folder.join(rule)).expect("cases") {
            let path = case.expect("a case").path().join("identity.schema.json");
            let Ok(text) = fs::read_to_string(&path) else { continue };
            refused += usize::from(compare(&path.to_string_lossy(), &text) == Some(false));
        }
    }
    assert!(refused >= 4, "{refused}");
}

#[test]
fn each_fault_is_refused_in_its_place() {
    let good = r#"{"properties": {"traits": {"type": "object", "properties": {"email": {"type": "string", "format": "email"}}}}}"#;
    let good: Value = serde_json::from_str(good).expect("JSON");
    let newest = validator(Version::V26_2);
    assert!(newest.is_valid(&good));
    for (pointer, wrong) in [
        ("/properties/traits/properties/email/ory.sh~1kratos", r#"{"credentials": {"pasword": {}}}"#),
        ("/properties/traits/properties/email/ory.sh~1kratos", r#"{"verification": {"via": "phone"}}"#),
        ("/properties/traits/properties/email/type", r#""text""#),
        ("/properties/traits/properties", "{}"),
        ("/properties/traits/type", r#""array""#),
        ("/$schema", r#""http://json-schema.org/draft-07/schema""#),
        ("/required", r#"["email"]"#),
    ] {
        let mut schema = good.clone();
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let key = key.replace("~1", "/");
        let parent = schema.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        parent.insert(key, serde_json::from_str(wrong).expect("JSON"));
        assert!(!newest.is_valid(&schema), "{pointer} {wrong}");
        assert!(!faults(&schema.to_string(), Version::V26_2).is_empty(), "{pointer} {wrong}");
    }
}
