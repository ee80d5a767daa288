//! Message templates: the parser against verdicts of Go's `text/template/parse`, the rules against those of real servers.

use std::fs;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use kratos_lint::deployment::Deployment;
use kratos_lint::diagnostic::{Diagnostic, Level};
use kratos_lint::disk::Disk;
use kratos_lint::files::Files;
use kratos_lint::gotemplate::problem::Set;
use kratos_lint::gotemplate::{self, functions::Origin};
use kratos_lint::kratos::messages::{MESSAGES, Part};
use kratos_lint::kratos::version::{Age, Version};
use kratos_lint::rule::{Context, Rule, Sink};
use kratos_lint::rules;
use kratos_lint::settings::Settings;
use kratos_lint::text::Source;
use kratos_lint::unit::Unit;
use kratos_lint::yaml;
use serde_json::{Value, json};

/// Lines of JSON.
fn lines(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// A function that gives the same for the same arguments.
fn is_hermetic(name: &str) -> bool {
    gotemplate::functions::signature(name).is_some_and(|function| function.origin != Origin::Full)
}

/// Templates that Go 1.26 judged: `{"text", "ok", "error"}`. `GO_TEMPLATES` names a longer list.
#[test]
fn parses_what_go_parses() {
    let path = std::env::var("GO_TEMPLATES").unwrap_or_else(|_| "testdata/templates/syntax.jsonl".to_owned());
    let mut wrong = Vec::new();
    let cases = lines(&path);
    for case in &cases {
        let text = case["text"].as_str().expect("a text");
        let parsed = gotemplate::parse("main", text, &is_hermetic);
        if parsed.is_accepted() != case["ok"].as_bool().expect("a verdict") {
            wrong.push(format!(
                "{text:?}: Go says {}, we {:?}",
                case["error"],
                (parsed.fault, parsed.unknown_functions)
            ));
        }
    }
    assert!(cases.len() > 500, "only {} templates", cases.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong[..wrong.len().min(20)].join("\n"));
}

/// Templates that `html/template` of Go 1.21, 1.23, 1.25 and 1.26 judged: `{"text", "refused"}`, with nothing where they differ.
/// What is refused here is refused there; what is refused there may be left out, but seldom. `GO_HTML` names a longer list.
#[test]
fn refuses_what_html_template_refuses() {
    let path = std::env::var("GO_HTML").unwrap_or_else(|_| "testdata/templates/html.jsonl".to_owned());
    let (mut wrong, mut missed, mut refused) = (Vec::new(), Vec::new(), 0);
    for case in lines(&path) {
        let text = case["text"].as_str().expect("a text");
        let parsed = gotemplate::parse("main", text, &is_hermetic);
        assert!(parsed.is_accepted(), "{text:?}: {:?}", parsed.fault);
        let set = Set::new(vec![("main", &parsed)], 0, true);
        let found = gotemplate::html::refused(&set, &[text]);
        refused += usize::from(case["refused"] == true);
        match (case["refused"].as_bool(), found) {
            (Some(true), None) => missed.push(text.to_owned()),
            (Some(false) | None, Some(problem)) => wrong.push(format!("{text:?}: {problem:?}")),
            _ => {}
        }
    }
    assert!(refused > 500, "only {refused} refused");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    let first = missed[..missed.len().min(20)].join("\n");
    assert!(missed.len() * 50 < refused, "{} of {refused} missed:\n{first}", missed.len());
}

/// The identity schema of the servers that judged the templates; `optional` traits are not required.
fn schema(optional: bool) -> String {
    let required = if optional { r#"["email"]"# } else { r#"["email","name","tier","phone"]"# };
    format!(
        r#"{{"$id":"https://example.org/s.json","type":"object","properties":{{"traits":{{"type":"object","required":{required},
        "properties":{{"email":{{"type":"string","ory.sh/kratos":{{"recovery":{{"via":"email"}},"verification":{{"via":"email"}}}}}},
        "name":{{"type":"string"}},"tier":{{"type":"string"}},"phone":{{"type":"string"}},"lang":{{"type":"string"}}}}}}}}}}"#
    )
}

/// What is merged into the configuration of all cases: everything is sent.
fn configuration(case: &Value, schema: &str) -> Value {
    let kind = case["type"].as_str().unwrap_or_default();
    let method =
        if kind.starts_with("recovery_code") || kind.starts_with("verification_code") { "code" } else { "link" };
    let flow = json!({"enabled": true, "use": method, "notify_unknown_recipients": case["id"] != "invalid-off"});
    let mut configuration = json!({
        "identity": {"schemas": [{"id": "default", "url": format!("base64://{}", BASE64_STANDARD.encode(schema))}]},
        "courier": {"template_override_path": "./templates"},
        "selfservice": {
            "methods": {"code": {"passwordless_enabled": true, "mfa_enabled": true}},
            "flows": {"recovery": flow, "verification": flow},
        },
    });
    merge(&mut configuration, &case["config"]);
    if let Some(path) = case.get("template_override_path") {
        configuration["courier"]["template_override_path"] = path.clone();
    }
    configuration
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (_, Value::Null) => {}
        (into, from) => *into = from.clone(),
    }
}

/// Writes the files of a case below a folder.
fn write_files(folder: &Path, case: &Value) {
    let part = case["part"].as_str().unwrap_or_default();
    let mut files: Vec<(String, String)> = Vec::new();
    let named = Part::ALL.into_iter().find(|one| format!("{one:?}").eq_ignore_ascii_case(part));
    if let (Some(part), Some(text), Some(kind)) = (named, case["text"].as_str(), case["type"].as_str()) {
        let message = MESSAGES.iter().find(|message| message.type_name() == kind && message.channel == part.channel());
        files.push((format!("{}/{}", message.expect("a message").folder(), part.file()), text.to_owned()));
    }
    let listed = |key: &str| case[key].as_object().cloned().into_iter().flatten();
    files.extend(listed("files").map(|(path, text)| (path, text.as_str().unwrap_or_default().to_owned())));
    let files = files.into_iter().map(|(path, text)| (folder.join("templates").join(path), text));
    let extra = listed("extra").map(|(path, text)| (folder.join(path), text.as_str().unwrap_or_default().to_owned()));
    for (path, text) in files.chain(extra) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }
}

/// The findings of a case in a release.
fn findings(case: &Value, version: Version) -> Vec<Diagnostic> {
    let folder = tempfile::tempdir().expect("a folder");
    write_files(folder.path(), case);
    let mut schema = schema(case.get("traits").is_some());
    if case["identity_schema"] == "email trait without recovery" {
        schema = schema.replace(r#""recovery":{"via":"email"},"#, "");
    }
    let text = serde_json::to_string(&configuration(case, &schema)).expect("JSON");
    let path = folder.path().join("kratos.json");
    let source = Source::new(path.to_string_lossy(), text);
    let unit = Unit::plain(yaml::parse(&source, yaml::Format::Json));
    let settings = Settings::default();
    let deployment = Deployment::default();
    let disk = Disk::of_run(&[], Some(folder.path()));
    let files = Files::beside(&disk, &path);
    let context = Context::new(&unit, version, &settings, &files, &deployment, Age::Known);
    let rules = rules::ALL.iter().filter(|rule| rule.name.starts_with("template-") && rule.versions.contains(version));
    let of_rule = |rule: &&'static Rule| {
        let mut sink = Sink::new(rule);
        (rule.check)(&context, &mut sink);
        sink.into_diagnostics()
    };
    rules.flat_map(of_rule).filter(|found| found.level >= Level::Warning).collect()
}

/// Cases that are judged in another way than the server did, and why.
const APART: &[(&str, &str)] = &[
    ("traits-upper-html", "HTML shows nothing in place of a key that is never there"),
    ("template-no-arg-html", "HTML shows nothing in place of a key that is never there"),
    ("else-with", "asks for a key that is never there"),
    ("with-else-dot", "asks for a key that is never there"),
    ("metadata-public", "sent because this identity has metadata"),
    ("index-range", "how many addresses an identity has is not known"),
    ("fail-func", "what functions do with values is not followed"),
    ("printf-d", "what functions do with values is not followed"),
    ("remote-http-404", "the network is not asked"),
    ("transient-missing", "clients may always send it"),
    ("transient-version", "clients may always send it"),
    ("define-cross-files", "sent, with the text in place of the HTML"),
    ("wrong-folder", "sent, with the text of Kratos"),
    ("no-base-only-locale", "sent, with the text of Kratos"),
    ("override-file-uri", "sent, with the text of Kratos"),
    ("remote-same-url", "sent, without escaping"),
];

/// Verdicts of real servers: what they refuse is found, what they send is not complained of.
#[test]
fn finds_what_real_servers_refuse() {
    let mut wrong = Vec::new();
    let mut judged = 0;
    for case in lines("testdata/templates/verdicts.jsonl") {
        let id = case["id"].as_str().expect("an id");
        for result in case["result"].as_array().expect("results") {
            // What the schema of the configuration refuses is the business of other rules.
            if result["stage"] == "boot" {
                continue;
            }
            for version in result["versions"].as_array().expect("versions").iter().filter_map(Value::as_str) {
                judged += 1;
                let found = findings(&case, Version::named(version).expect("a release"));
                let said: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
                let is_fine = result["ok"] == true && result.get("silent").is_none();
                let is_apart = APART.iter().any(|(apart, _)| *apart == id);
                if (is_fine != found.is_empty()) && !is_apart {
                    wrong.push(format!("{id} {version}: {result} {said:?}"));
                }
            }
        }
    }
    assert!(judged > 400, "only {judged} verdicts");
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Templates that Go 1.26 executed with the model of `recovery_code` of v26.2.0, with all traits of the identity and with the
/// required ones only: `{"html", "text", "fails"}`, without those that fail with one of the two. A template that was sent may be
/// complained of only in a part that never runs; one that fails may be left out, but seldom: what metadata and payloads hold is not known.
#[test]
fn finds_what_fails_when_go_executes_it() {
    let (mut wrong, mut missed, mut fails, mut sent) = (Vec::new(), Vec::new(), 0, 0);
    for case in lines("testdata/templates/executed.jsonl") {
        let text = case["text"].as_str().expect("a text");
        let part = if case["html"] == true { "html" } else { "plaintext" };
        let body = json!({part: format!("base64://{}", BASE64_STANDARD.encode(text))});
        let templates = json!({"recovery_code": {"valid": {"email": {"body": body}}}});
        let case = json!({"type": "recovery_code_valid", "traits": {}, "config": {"courier": {"templates": templates}}, "fails": case["fails"]});
        let is_found = findings(&case, Version::V26_2).iter().any(|found| found.level == Level::Error);
        let (all, others) = if case["fails"] == true { (&mut fails, &mut missed) } else { (&mut sent, &mut wrong) };
        *all += 1;
        if (case["fails"] == true) != is_found {
            others.push(text.to_owned());
        }
    }
    assert!(fails > 200 && sent > 200, "{fails} fail, {sent} are sent");
    assert!(wrong.len() * 25 < sent, "{} of {sent} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(missed.len() * 15 < fails, "{} of {fails} missed:\n{}", missed.len(), missed.join("\n"));
}
