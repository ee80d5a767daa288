//! Ways between places, virtual documents, and hints.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use crate::client::{Editor, modern};

const SCHEMA: &str = "{\"properties\": {\"traits\": {\"type\": \"object\", \"properties\": {\n  \"email\": {\"type\": \"string\"},\n  \
                      \"name\": {\"type\": \"object\", \"properties\": {\"first\": {\"type\": \"string\"}}}}}}}";
const BODY: &str = "function(ctx) { first: ctx.identity.traits.name.first }";
const COMPOSE: &str = "services:\n  kratos:\n    image: oryd/kratos:v1.3.1\n    command: serve -c /etc/kratos/kratos.yml\n    \
                       volumes:\n      - ./:/etc/kratos\n    environment:\n      - SESSION_LIFESPAN=2h\n      - \
                       SELFSERVICE_METHODS_OIDC_CONFIG_PROVIDERS_0_CLIENT_SECRET=${CLIENT_SECRET}\n";
const ENV: &str = "# secrets\nCLIENT_SECRET=x\n";

fn config() -> String {
    let mapper = BASE64_STANDARD.encode("local claims = std.extVar('claims');\n{ identity: { traits: {} } }\n");
    format!(
        "dsn: postgres://db/kratos\nidentity:\n  default_schema_id: person\n  schemas:\n    - id: person\n      \
         url: file://s.schema.json\nsession:\n  cookie:\n    same_site: Lax\nselfservice:\n  default_browser_return_url: https://example.org/\n  \
         methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n          - id: corp\n            provider: generic\n            \
         client_id: a\n            issuer_url: https://corp.example.org/\n            mapper_url: base64://{mapper}\n  flows:\n    recovery:\n      \
         enabled: true\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: web_hook\n              \
         config:\n                url: https://example.org/\n                method: POST\n                body: file://b.jsonnet\n                \
         response:\n                  ignore: true\n"
    )
}

fn ready() -> Editor {
    let mut able = modern();
    able["experimental"] = json!({"kratosLint": {"textDocumentContent": true}});
    let files = [("s.schema.json", SCHEMA), ("b.jsonnet", BODY), ("compose.yml", COMPOSE), (".env", ENV)];
    let mut editor = Editor::with(&files, able, Value::Null);
    editor.open("kratos.yml", &config());
    editor.findings("kratos.yml", 1);
    editor
}

/// Asks about the place of a word: line and character at its beginning, plus `more`.
fn at(editor: &mut Editor, method: &str, name: &str, text: &str, word: &str, more: usize) -> Value {
    let byte = text.find(word).unwrap_or_else(|| panic!("{word} is not written")) + more;
    let line = text[..byte].matches('\n').count();
    let character = byte - text[..byte].rfind('\n').map_or(0, |at| at + 1);
    editor.at(method, name, line, character)
}

/// What locations cover, as file and text.
fn covered(found: &Value, texts: &[(&str, &str)]) -> Vec<String> {
    let one = |location: &Value| {
        let uri = location["uri"].as_str().expect("an address");
        let (name, text) = texts.iter().find(|(name, _)| uri.ends_with(&format!("/{name}"))).expect("a file of ours");
        let number = |pointer: &str| {
            usize::try_from(location["range"].pointer(pointer).and_then(Value::as_u64).expect("a number"))
                .expect("small")
        };
        let line = text.lines().nth(number("/start/line")).expect("a line");
        format!("{name}: {}", &line[number("/start/character")..number("/end/character")])
    };
    found.as_array().expect("a list").iter().map(one).collect()
}

#[test]
fn embedded_content_is_a_document_for_clients_that_read_it() {
    let mut editor = ready();
    let config = config();
    let found = at(&mut editor, "definition", "kratos.yml", &config, "base64://", 12);
    let address = found[0]["uri"].as_str().expect("an address").to_owned();
    assert!(address.starts_with("kratos-lint:/mapper-corp.jsonnet?"), "{address}");
    for method in ["kratos-lint/textDocumentContent", "workspace/textDocumentContent"] {
        let content = editor.ask(method, json!({"uri": address}));
        assert_eq!(content["text"], "local claims = std.extVar('claims');\n{ identity: { traits: {} } }\n");
    }
    let uri = editor.uri("kratos.yml");
    let links = editor.ask("textDocument/documentLink", json!({"textDocument": {"uri": uri}}));
    assert!(links.as_array().expect("a list").iter().any(|link| link["target"] == address.as_str()), "{links:#}");
    for broken in [
        "kratos-lint:/x",
        "kratos-lint:/x?!",
        "kratos-lint:/x?W10",
        "file:///etc/passwd",
        "",
        &address[..address.len() - 4],
    ] {
        assert_eq!(editor.ask("kratos-lint/textDocumentContent", json!({"uri": broken})), Value::Null, "{broken}");
    }
    // For others nothing is there.
    let mut editor = Editor::open_folder(&[("s.schema.json", SCHEMA)]);
    editor.open("kratos.yml", &config);
    editor.findings("kratos.yml", 1);
    assert_eq!(at(&mut editor, "definition", "kratos.yml", &config, "base64://", 12), Value::Null);
}

#[test]
fn hints_name_embedded_content_and_defaults() {
    let mut editor = ready();
    let uri = editor.uri("kratos.yml");
    let all = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let hints = editor.ask("textDocument/inlayHint", json!({"textDocument": {"uri": uri}, "range": all}));
    let config = config();
    let lines: Vec<&str> = config.lines().collect();
    let shown = hints.as_array().expect("a list").iter().map(|hint| {
        let line = usize::try_from(hint["position"]["line"].as_u64().expect("a number")).expect("small");
        format!(
            "{} ~ {}",
            lines[line].trim().split("://").next().expect("a part"),
            hint["label"].as_str().expect("a text")
        )
    });
    let shown: Vec<String> = shown.collect();
    for wanted in [
        "mapper_url: base64 ~ mapper-corp.jsonnet · 2 lines",
        "- hook: web_hook ~ 1 · after saving · in the background",
        "cookie: ~ default persistent: true",
        "recovery: ~ default use: code, lifespan: 1h",
        "registration: ~ default enabled: true, lifespan: 1h",
    ] {
        assert!(shown.iter().any(|hint| hint == wanted), "{wanted} is not among {shown:#?}");
    }
    // The environment sets it.
    assert!(!shown.iter().any(|hint| hint.starts_with("session: ~")), "{shown:#?}");
    // Only what is asked for.
    let none = json!({"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}});
    assert_eq!(editor.ask("textDocument/inlayHint", json!({"textDocument": {"uri": uri}, "range": none})), json!([]));
}

#[test]
fn providers_schemas_traits_and_variables_lead_to_each_other() {
    let mut editor = ready();
    let config = config();
    let texts = [
        ("kratos.yml", config.as_str()),
        ("compose.yml", COMPOSE),
        (".env", ENV),
        ("s.schema.json", SCHEMA),
        ("b.jsonnet", BODY),
    ];
    let secret = "compose.yml: SELFSERVICE_METHODS_OIDC_CONFIG_PROVIDERS_0_CLIENT_SECRET";
    let found = at(&mut editor, "definition", "kratos.yml", &config, "id: corp", 5);
    assert!(found[0]["uri"].as_str().is_some_and(|uri| uri.starts_with("kratos-lint:/mapper-corp.jsonnet")), "{found}");
    assert_eq!(covered(&json!([found[1]]), &texts), [secret]);
    let found = at(&mut editor, "references", "kratos.yml", &config, "id: corp", 5);
    assert_eq!(covered(&found, &texts), [secret]);
    let found = at(&mut editor, "references", "kratos.yml", &config, "id: person", 5);
    assert_eq!(covered(&found, &texts), ["kratos.yml: person", "kratos.yml: person"]);
    let found = at(&mut editor, "references", "kratos.yml", &config, "file://b", 9);
    assert_eq!(covered(&found, &texts), ["kratos.yml: file://b.jsonnet"]);
    let found = at(&mut editor, "definition", "b.jsonnet", BODY, "name.first", 6);
    assert_eq!(covered(&found, &texts), ["s.schema.json: \"first\""]);
    let found = at(&mut editor, "definition", "b.jsonnet", BODY, "name.first", 1);
    assert_eq!(covered(&found, &texts), ["s.schema.json: \"name\""]);
    let found = at(&mut editor, "definition", "compose.yml", COMPOSE, "${CLIENT", 4);
    assert_eq!(covered(&found, &texts), [".env: CLIENT_SECRET"]);
    let found = at(&mut editor, "references", ".env", ENV, "CLIENT_SECRET", 2);
    assert_eq!(covered(&found, &texts), [".env: CLIENT_SECRET", "compose.yml: CLIENT_SECRET"]);
    // The variable of a provider leads to its entry.
    let found = at(&mut editor, "definition", "compose.yml", COMPOSE, "SELFSERVICE", 4);
    assert_eq!(
        found[0]["range"]["start"]["line"],
        config.lines().position(|line| line.contains("- id: corp")).expect("written")
    );
}

#[test]
fn the_places_of_a_body_are_told() {
    let mut editor = ready();
    let config = config();
    let uri = editor.uri("kratos.yml");
    let place = json!({"title": "registration.after.post_persist", "uri": uri,
        "pointer": "/selfservice/flows/registration/after/password/hooks/0/config/body"});
    let mut ask = |name: &str, line: usize| {
        let uri = editor.uri(name);
        editor.ask(
            "kratos-lint/bodies",
            json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": 0}}),
        )
    };
    assert_eq!(ask("b.jsonnet", 0), json!([place]));
    let line = |word: &str| config.lines().position(|line| line.contains(word)).expect("written");
    assert_eq!(ask("kratos.yml", line("method: POST")), json!([place]));
    assert_eq!(ask("kratos.yml", line("provider: generic"))[0]["title"], "oidc.mapper");
    assert_eq!(ask("kratos.yml", 0), json!([]));
}

/// The chart mounts what its values hold.
#[test]
fn a_text_between_the_lines_is_found_both_ways() {
    let values = "image: {repository: oryd/kratos, tag: v1.3.1}\nkratos:\n  identitySchemas:\n    identity.default.schema.json: |\n      \
                  {\"properties\": {\"traits\": {\"type\": \"object\"}}}\n  config:\n    dsn: postgres://db/kratos\n    \
                  selfservice: {default_browser_return_url: \"https://id.example.org/\"}\n    identity:\n      schemas:\n        - id: \
                  default\n          url: file:///etc/config/identity.default.schema.json\n";
    let mut editor = Editor::with(&[], modern(), Value::Null);
    editor.open("values.yaml", values);
    editor.findings("values.yaml", 1);
    let found = at(&mut editor, "definition", "values.yaml", values, "file:///etc", 9);
    assert_eq!(found[0]["range"]["start"], json!({"line": 4, "character": 6}), "{found}");
    for (word, more) in [("file:///etc", 9), ("{\"properties", 3)] {
        let found = at(&mut editor, "references", "values.yaml", values, word, more);
        let texts = [("values.yaml", values)];
        assert_eq!(covered(&found, &texts), ["values.yaml: file:///etc/config/identity.default.schema.json"], "{word}");
    }
}

#[test]
fn a_hover_shows_what_a_value_embeds() {
    let mut editor = ready();
    let config = config();
    let said = at(&mut editor, "hover", "kratos.yml", &config, "base64://", 3);
    let said = said["contents"]["value"].as_str().unwrap_or_default();
    let shown =
        "`mapper-corp.jsonnet`:\n\n```jsonnet\nlocal claims = std.extVar('claims');\n{ identity: { traits: {} } }\n```";
    assert!(said.contains(shown), "{said}");
    // Long content is cut.
    let long = BASE64_STANDARD.encode(format!("{}{{}}\n", "// a\n".repeat(30)));
    let start = config.find("base64://").expect("written") + "base64://".len();
    let end = start + config[start..].find('\n').expect("a line");
    let text = format!("{}{long}{}", &config[..start], &config[end..]);
    editor.edit("kratos.yml", 2, &text);
    let said = at(&mut editor, "hover", "kratos.yml", &text, "base64://", 3);
    assert!(said["contents"]["value"].as_str().is_some_and(|text| text.contains("\n… 11 more lines\n```")), "{said}");
}
