//! Identity schemas: completion and hover of the keyword `ory.sh/kratos`.

use serde_json::{Value, json};

use crate::client::Editor;

const CONFIG: &str = "version: v1.3.1\ndsn: postgres://db/kratos\nidentity:\n  default_schema_id: default\n  schemas:\n    - id: default\n      \
                      url: file://customer.json\nselfservice:\n  default_browser_return_url: https://example.org/\n";

/// A client without snippets, with the configuration and an identity schema open.
fn ready(config: &str) -> Editor {
    let mut editor = Editor::with(
        &[("kratos.yml", config), ("customer.json", "{}")],
        json!({"general": {"positionEncodings": ["utf-8"]}}),
        Value::Null,
    );
    editor.open("customer.json", "{}");
    editor.findings("customer.json", 1);
    editor
}

/// The schema of a trait, with the cursor in it.
fn with_trait(body: &str) -> String {
    format!(
        "{{\n  \"type\": \"object\",\n  \"properties\": {{\n    \"traits\": {{\n      \"type\": \"object\",\n      \"properties\": {{\n        \
         \"email\": {{\n          {body}\n        }}\n      }}\n    }}\n  }}\n}}\n"
    )
}

fn byte(text: &str, position: &Value) -> usize {
    let number = |key: &str| usize::try_from(position[key].as_u64().expect("a number")).expect("small");
    text.split_inclusive('\n').take(number("line")).map(str::len).sum::<usize>() + number("character")
}

fn errors(findings: &[Value]) -> Vec<String> {
    let errors = findings.iter().filter(|found| found["severity"] == 1);
    errors.map(|found| format!("{}: {}", found["code"], found["message"])).collect()
}

/// What is offered at the cursor, after the text became the one of the buffer.
fn offered(editor: &mut Editor, version: i64, text: &str) -> (Vec<Value>, Vec<String>) {
    let at = text.find('|').expect("a cursor");
    let (line, start) = (text[..at].matches('\n').count(), text[..at].rfind('\n').map_or(0, |at| at + 1));
    editor.edit("customer.json", version, &text.replacen('|', "", 1));
    let before = errors(&editor.findings("customer.json", version));
    let answer = editor.at("completion", "customer.json", line, at - start);
    (answer["items"].as_array().cloned().unwrap_or_default(), before)
}

/// In a trait.
const IN_TRAIT: &[&str] = &[
    "|",
    "\"type\": \"string\", |",
    "\"type\": |",
    "\"|\"",
    "\"type\": \"string\", \"format\": \"|\", \"ory.sh/kratos\": {\"verification\": {\"via\": \"email\"}}",
    "\"type\": \"string\", \"ory.sh/kratos\": {|}",
    "\"type\": \"string\", \"ory.sh/kratos\": {| \"recovery\": {\"via\": \"email\"}}",
    "\"type\": \"string\", \"ory.sh/kratos\": {\"credentials\": {|}}",
    "\"type\": \"string\", \"ory.sh/kratos\": {\"credentials\": {\"code\": {\"identifier\": true, |}}}",
    "\"type\": \"string\", \"ory.sh/kratos\": {\"credentials\": {\"code\": {\"identifier\": true, \"via\": |}}}",
    "\"type\": \"string\", \"ory.sh/kratos\": {\"credentials\": {\"password\": {\"identifier\": |}}}",
    "\"type\": \"string\", \"ory.sh/kratos\": {\"verification\": {\"via\": \"|\"}}",
    "\"type\": \"object\", \"properties\": {\"work\": {|}}",
    "\"type\": \"object\", \"properties\": {|}",
    "\"type\": \"object\", \"required\": [|], \"properties\": {\"work\": {\"type\": \"string\"}}",
    "\"type\": \"object\", \"additionalProperties\": |",
    "\"type\": \"array\", |",
    "\"type\": \"array\", \"items\": {|}",
    "\"type\": \"integer\", |",
    "\"type\": \"string\", \"minLength\": |",
    "\"type\": \"string\", \"enum\": |",
];
/// In a schema.
const IN_SCHEMA: &[&str] = &[
    "{|}",
    "{\"type\": |, \"properties\": {\"traits\": {\"properties\": {\"a\": {}}}}}",
    "{\"$schema\": |, \"properties\": {\"traits\": {\"properties\": {\"a\": {}}}}}",
    "{\"type\": \"object\", \"properties\": {|}}",
    "{\"type\": \"object\", \"properties\": {\"traits\": {|}}}",
    "{\"type\": \"object\", \"properties\": {\"traits\": {\"type\": \"object\", \"properties\": {|}}}}",
    "{\"type\": \"object\", \"properties\": {\"traits\": {\"properties\": {\"a\": {\"type\": \"string\"}}, \"required\": [|]}}}",
];

#[test]
fn nothing_that_is_offered_in_a_schema_is_refused() {
    let places = IN_TRAIT.iter().map(|body| with_trait(body)).chain(IN_SCHEMA.iter().map(|text| (*text).to_owned()));
    let places: Vec<String> = places.collect();
    for release in ["v1.0.0", "v1.3.1", "v26.2.0"] {
        let mut editor = ready(&CONFIG.replace("v1.3.1", release));
        let (mut version, mut count) = (1, 0);
        for text in &places {
            version += 1;
            let (items, before) = offered(&mut editor, version, text);
            // The oldest release has no sign-in by code.
            assert!(!items.is_empty() || text.contains("\"code\""), "{release}: nothing at {text}");
            for item in items {
                count += 1;
                version += 1;
                let plain = text.replacen('|', "", 1);
                let (start, end) = (
                    byte(&plain, &item["textEdit"]["range"]["start"]),
                    byte(&plain, &item["textEdit"]["range"]["end"]),
                );
                let new = item["textEdit"]["newText"].as_str().expect("a text");
                let taken = format!("{}{new}{}", &plain[..start], &plain[end..]);
                assert!(serde_json::from_str::<Value>(&taken).is_ok(), "{release} {text} + {}: {taken}", item["label"]);
                editor.edit("customer.json", version, &taken);
                let mut found = errors(&editor.findings("customer.json", version));
                found.retain(|error| !before.contains(error));
                assert!(found.is_empty(), "{release} {text} + {}: {found:?}", item["label"]);
                // Whoever reads the list learns what each keyword is.
                if item["kind"] == 10 {
                    assert!(item["documentation"]["value"].as_str().is_some_and(|about| about.len() > 12), "{item}");
                }
            }
        }
        assert!(count > 120, "{release}: only {count} offers");
    }
}

#[test]
fn a_schema_is_offered_what_its_release_knows() {
    let text = with_trait("\"type\": \"string\", \"ory.sh/kratos\": {\"credentials\": {|}}");
    for (release, has_code, has_passkey) in [("v1.0.0", false, false), ("v1.1.0", true, false), ("v26.2.0", true, true)]
    {
        let mut editor = ready(&CONFIG.replace("v1.3.1", release));
        let (items, _) = offered(&mut editor, 2, &text);
        let has = |name: &str| items.iter().any(|item| item["label"] == name);
        assert_eq!((has("password"), has("code"), has("passkey")), (true, has_code, has_passkey), "{release}");
    }
    // Each item of a list of addresses is one (tried on v26.2.0: two addresses, two identifiers).
    let mut editor = ready(CONFIG);
    let (items, _) = offered(&mut editor, 2, &with_trait("\"type\": \"array\", \"items\": {\"type\": \"string\", |}"));
    assert!(items.iter().any(|item| item["label"] == "ory.sh/kratos"), "{items:?}");
    // Neither a file that no configuration names nor a place that Kratos does not read.
    let mut editor = ready(CONFIG);
    let (items, _) = offered(&mut editor, 2, "{\"properties\": {\"other\": {|}}}");
    assert!(items.is_empty(), "{items:?}");
    editor.open("package.json", "{\"properties\": {\"traits\": {\"properties\": {\"a\": {}}}}}");
    let answer = editor.at("completion", "package.json", 0, 49);
    assert!(answer["items"].as_array().is_none_or(Vec::is_empty), "{answer}");
}

#[test]
fn a_hover_says_what_the_keyword_does() {
    let mut editor = ready(CONFIG);
    let text = "{\"properties\": {\"traits\": {\"properties\": {\"e\": {\"type\": \"string\",\n\"ory.sh/kratos\": {\"credentials\": \
                {\"code\": {\"identifier\": true}}}}}}}}";
    editor.edit("customer.json", 2, text);
    editor.findings("customer.json", 2);
    let at = text.lines().nth(1).and_then(|line| line.find("code")).expect("a key");
    let hover = editor.at("hover", "customer.json", 1, at);
    let said = hover["contents"]["value"].as_str().expect("a text");
    assert!(said.contains("Sign-in by a code") && said.contains("Since v1.1.0"), "{said}");
    assert_eq!(editor.at("hover", "customer.json", 0, 3), Value::Null);
    let text = "{\"$id\": \"https://e.org/s\",\n\"properties\": {\"traits\": {\"properties\": {\"e\": {\"type\": \"string\"}}}}}";
    editor.edit("customer.json", 3, text);
    editor.findings("customer.json", 3);
    for (line, column, about) in [(0, 3, "Kratos does not load it"), (1, 18, "have and can change")] {
        let hover = editor.at("hover", "customer.json", line, column);
        assert!(hover["contents"]["value"].as_str().is_some_and(|said| said.contains(about)), "{hover}");
    }
}

/// The comma that is missing after the entry before is written too.
#[test]
fn a_key_after_an_entry_without_a_comma_brings_it() {
    let mut editor = ready(CONFIG);
    let text = with_trait("\"type\": \"string\"\n          |");
    let (items, _) = offered(&mut editor, 2, &text);
    let title = items.iter().find(|item| item["label"] == "title").unwrap_or_else(|| panic!("{items:?}"));
    let plain = text.replacen('|', "", 1);
    let comma = &title["additionalTextEdits"][0];
    let (start, end) = (byte(&plain, &title["textEdit"]["range"]["start"]), byte(&plain, &comma["range"]["start"]));
    let new = title["textEdit"]["newText"].as_str().expect("a text");
    let after = format!(
        "{}{}{}{new}{}",
        &plain[..end],
        comma["newText"].as_str().expect("a text"),
        &plain[end..start],
        &plain[start..]
    );
    let read: Value = serde_json::from_str(&after).unwrap_or_else(|why| panic!("{why}: {after}"));
    assert_eq!(read["properties"]["traits"]["properties"]["email"]["title"], "Title", "{after}");
}
