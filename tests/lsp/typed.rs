//! What an editor offers while each line is typed: with what an offer needs, and as what is written begins.

use serde_json::Value;

use crate::begun::{BASE, HOOKS, all_taken, plain_editor};
use crate::client::Editor;
use crate::completion::{labels, offered, place, taken};

fn item(editor: &mut Editor, name: &str, text: &str, label: &str) -> Value {
    let items = offered(editor, name, text);
    let found = items.iter().find(|item| item["label"] == label).cloned();
    found.unwrap_or_else(|| panic!("{label} is not offered at\n{text}\n{:?}", labels(&items)))
}

#[test]
fn what_would_be_refused_alone_brings_what_it_needs() {
    let mut editor = plain_editor(&[]);
    let hook = "  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: web_hook\n              \
                config:\n                method: POST\n                |\n";
    let text = format!("{BASE}{hook}");
    let after = taken(&text, &item(&mut editor, "kratos.yml", &text, "url"));
    assert!(
        after.contains("                url: https://hooks.example.org/\n                body: base64://"),
        "{after}"
    );
    all_taken(&mut editor, "kratos.yml", &text);
    for method in ["passkey", "webauthn", "oidc"] {
        let text = format!("{BASE}  methods:\n    {method}:\n      enabled: |\n");
        let after = taken(&text, &item(&mut editor, "kratos.yml", &text, "true"));
        assert!(after.contains("      enabled: true\n"), "{after}");
        assert_eq!(after.contains("      config:\n"), method != "oidc", "{after}");
        all_taken(&mut editor, "kratos.yml", &text);
    }
    let text = "version: v1.3.1\ndsn: memory\nidentity:\n  default_schema_id: |\nselfservice:\n  default_browser_return_url: \
                https://example.org/\n";
    let after = taken(text, &item(&mut editor, "kratos.yml", text, "default"));
    assert!(
        after.contains("  default_schema_id: default\n  schemas:\n    - id: default\n      url: file://"),
        "{after}"
    );
    all_taken(&mut editor, "kratos.yml", text);
    let text = "version: v1.3.1\ndsn: memory\nidentity:\n  schemas:\n    - i|\nselfservice:\n  default_browser_return_url: \
                https://example.org/\n";
    let after = taken(text, &item(&mut editor, "kratos.yml", text, "id"));
    assert!(after.contains("    - id: default\n      url: file://"), "{after}");
}

#[test]
fn a_path_is_offered_as_it_begins() {
    let files = [("hooks/a.jsonnet", "function(ctx) {}"), ("s.schema.json", "{}")];
    let mut editor = plain_editor(&files);
    let base = BASE.replace("https://example.org/s.json", "file://./s|");
    let found = item(&mut editor, "kratos.yml", &base, "file://./s.schema.json");
    assert_eq!(found["filterText"], "file://./s.schema.json");
    assert!(taken(&base, &found).contains("url: file://./s.schema.json\n"), "{found}");
    let names = offered(&mut editor, "kratos.yml", &BASE.replace("https://example.org/s.json", "|"));
    // The same file is offered once.
    assert_eq!(labels(&names), ["file://s.schema.json"]);
    for (written, filter) in [("./h|", "./hooks/a.jsonnet"), ("\"file://./h|\"", "\"file://./hooks/a.jsonnet")] {
        let text = format!("{BASE}{HOOKS}").replace("base64://ZnVuY3Rpb24oY3R4KSB7fQ==", written);
        let items = offered(&mut editor, "kratos.yml", &text);
        assert!(items.iter().any(|item| item["filterText"] == filter), "{written}: {items:?}");
    }
    // Clients compare with what is written, its quote included.
    let items = offered(&mut editor, "kratos.yml", &format!("{BASE}log:\n  level: \"de|\"\n"));
    assert!(items.iter().any(|item| item["filterText"] == "\"debug"), "{items:?}");
}

#[test]
fn releases_are_offered_although_a_key_is_still_missing() {
    let mut editor = plain_editor(&[]);
    let items = offered(&mut editor, "kratos.yml", &BASE.replace("v1.3.1", "v|").replace("memory", "postgres://db/k"));
    let names = labels(&items);
    assert!(names.contains(&"v1.1.0") && names.contains(&"v0.13.0"), "{names:?}");
}

#[test]
fn databases_of_each_kind_are_offered() {
    let mut editor = plain_editor(&[]);
    let names = all_taken(&mut editor, "kratos.yml", &BASE.replace("postgres://db/kratos", "|"));
    for kind in ["memory", "postgres://", "mysql://", "cockroach://", "sqlite://"] {
        assert!(names.iter().any(|name| name.starts_with(kind)), "{kind}: {names:?}");
    }
}

/// The first hook of a method repeats those that its list switches off, also between brackets.
#[test]
fn hooks_are_repeated_between_brackets() {
    let mut editor = plain_editor(&[]);
    let text = |hooks: &str| format!("{BASE}{HOOKS}        password:\n          hooks: {hooks}\n");
    for (written, label) in [("[{hook: |}]", "session"), ("[|]", "hook: session"), ("[{hook: |", "session")] {
        let text = text(written);
        let after = taken(&text, &item(&mut editor, "kratos.yml", &text, label));
        let list = after.lines().last().unwrap_or_default();
        assert!(list.starts_with("          hooks: [{") && list.contains("hook: web_hook, config: { url: "), "{list}");
        assert!(list.contains("}, { hook: session"), "{list}");
        if !written.ends_with('|') {
            let names = all_taken(&mut editor, "kratos.yml", &text);
            assert!(names.iter().any(|name| name.contains("web_hook")), "{names:?}");
        }
    }
    let value: Value = serde_yaml::from_str(&text("[{hook: CURSOR}]")).expect("YAML");
    let json = serde_json::to_string_pretty(&value).expect("JSON");
    for (written, label) in [("|", "session"), ("\"|\"", "session")] {
        let text = json.replace("\"CURSOR\"", written);
        let after = taken(&text, &item(&mut editor, "kratos.json", &text, label));
        let after: Value = serde_json::from_str(&after).unwrap_or_else(|why| panic!("{why}: {after}"));
        let hooks = &after["selfservice"]["flows"]["registration"]["after"]["password"]["hooks"];
        assert_eq!((&hooks[0]["hook"], &hooks[1]["hook"]), (&"web_hook".into(), &"session".into()), "{hooks}");
    }
}

#[test]
fn an_example_says_what_belongs_there() {
    let mut editor = plain_editor(&[]);
    let templates = "courier:\n  templates:\n    recovery_code:\n      valid:\n        email:\n          ";
    for (keys, wanted) in [
        ("serve:\n  public:\n    socket:\n      |\n", "group: kratos"),
        ("serve:\n  public:\n    tls:\n      key:\n        |\n", "by the environment"),
        ("log:\n  |\n", "[redacted]"),
        ("tracing:\n  |\n", "service_name: kratos"),
        (&format!("{templates}|\n"), "subject: base64://"),
        (&format!("{templates}body:\n            plaintext: |\n"), "base64://"),
    ] {
        let text = format!("{BASE}{keys}").replace("v1.3.1", "v26.2.0");
        let items = offered(&mut editor, "kratos.yml", &text);
        let new: Vec<&str> = items.iter().filter_map(|item| item["textEdit"]["newText"].as_str()).collect();
        assert!(new.iter().any(|new| new.contains(wanted)), "{wanted}: {new:?}");
        assert!(new.iter().all(|new| !new.ends_with(": text") && *new != "text"), "{new:?}");
        for item in &items {
            assert!(taken(&text, item).len() > text.len() - 2, "{item}");
        }
    }
}

/// Of what follows an entry without a comma nothing can be read: the comma is written too.
#[test]
fn an_entry_without_a_comma_gets_it() {
    let mut editor = plain_editor(&[]);
    let json = "{\"version\": \"v1.3.1\", \"dsn\": \"memory\", \"log\": {\n  \"level\": \"info\"\n  KEY\n}}";
    let flow = "version: v1.3.1\ndsn: memory\nlog: {\n  level: info\n  KEY\n}\n";
    for (name, base, key) in [
        ("kratos.json", json, "|"),
        ("kratos.json", json, "\"fo|\""),
        ("kratos.json", json, "\"|"),
        ("kratos.yml", flow, "|"),
        ("kratos.yml", flow, "fo|"),
    ] {
        let text = base.replace("KEY", key);
        let found = item(&mut editor, name, &text, "format");
        let comma = &found["additionalTextEdits"][0];
        assert_eq!(
            (&comma["newText"], &comma["range"]["start"]["character"]),
            (&",".into(), &(if name.ends_with('n') { 17 } else { 13 }).into())
        );
        let after = taken(&text, &found).replacen("info\"\n", "info\",\n", 1).replacen("info\n", "info,\n", 1);
        let value: Value = serde_yaml::from_str(&after).unwrap_or_else(|why| panic!("{why}: {after}"));
        assert!(value["log"]["format"].is_string() && value["log"]["level"] == "info", "{after}");
    }
    // What is complete needs none.
    let text = json.replace("\"info\"", "\"info\",").replace("KEY", "|");
    assert!(item(&mut editor, "kratos.json", &text, "format")["additionalTextEdits"].is_null());
    let items = offered(&mut editor, "kratos.json", &json.replace("\"info\"", "").replace("KEY", "|"));
    assert!(items.iter().all(|item| item["additionalTextEdits"].is_null()), "{items:?}");
}

/// So little is written that nothing but the name of the place tells that it is a configuration.
#[test]
fn a_configuration_inside_of_another_file_begins() {
    let mut editor = plain_editor(&[]);
    // The bar of a text in several lines is no cursor.
    let mut names = |name: &str, text: &str| {
        let (line, column) = place(text, text.find('^').expect("a cursor"));
        editor.open(name, &text.replacen('^', "", 1));
        let answer = editor.at("completion", name, line, column);
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        labels(&items).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  kratos.yml: |\n";
    for (name, text, label) in [
        ("values.yaml", "kratos:\n  config:\n    ^".to_owned(), "selfservice"),
        ("values.yaml", "auth:\n  kratos:\n    config:\n      log:\n        ^".to_owned(), "level"),
        ("map.yaml", format!("{map}    ^\n"), "selfservice"),
        ("map.yaml", format!("{map}    dsn: memory\n    selfservice:\n      ^\n"), "flows"),
        ("kratos/config.yml", "^".to_owned(), "a new configuration"),
    ] {
        let names = names(name, &text);
        assert!(names.iter().any(|name| name == label), "{label} is not offered at\n{text}\n{names:?}");
    }
    for (name, text) in [
        ("values.yaml", "app:\n  config:\n    ^".to_owned()),
        ("kratos/compose.yml", "^".to_owned()),
        ("map.yaml", format!("{}    ^\n", map.replace("kratos.yml", "other.yml"))),
    ] {
        let names = names(name, &text);
        assert!(names.is_empty(), "{name}: {names:?}");
    }
}

#[test]
fn items_of_lists_are_offered_once_each() {
    let mut editor = plain_editor(&[]);
    let provider = |name: &str| {
        format!(
            "{BASE}  methods:\n    oidc:\n      enabled: true\n      config:\n        providers:\n          - id: mine\n            provider: {name}\n            \
             client_id: a\n            client_secret: b\n            mapper_url: base64://eyBpZGVudGl0eTogeyB0cmFpdHM6IHt9IH0gfQ==\n            \
             scope:\n              - email\n              - |\n"
        )
    };
    for (name, wanted) in [("google", "profile"), ("github", "user:email"), ("facebook", "public_profile")] {
        let names = all_taken(&mut editor, "kratos.yml", &provider(name));
        assert!(names.iter().any(|name| name == wanted) && !names.iter().any(|name| name == "email"), "{names:?}");
    }
    let cors =
        format!("{BASE}serve:\n  public:\n    cors:\n      enabled: true\n      allowed_headers:\n        - |\n");
    assert!(all_taken(&mut editor, "kratos.yml", &cors).iter().any(|name| name == "Authorization"));
    let urls = format!("{BASE}  allowed_return_urls:\n    - |\n");
    assert_eq!(all_taken(&mut editor, "kratos.yml", &urls), ["https://example.org/"]);
}

#[test]
fn a_configuration_is_written_in_toml() {
    let mut editor = plain_editor(&[]);
    let begun = taken("|", &item(&mut editor, "kratos.toml", "|", "a new configuration"));
    assert!(begun.contains("[selfservice.flows.login]\nui_url = \"https://"), "{begun}");
    for (written, label, wanted) in [
        ("[selfservice.methods.|]", "code", "[selfservice.methods.code]\nenabled = true"),
        ("[selfservice.methods.code]\n|", "passwordless_enabled", "passwordless_enabled = true"),
        ("[selfservice.methods.code]\nconfig.|", "lifespan", "config.lifespan = \"1h\""),
        ("[log]\nlevel = |", "debug", "level = \"debug\""),
        (
            "[[selfservice.flows.recovery.after.|]]",
            "hooks",
            "[[selfservice.flows.recovery.after.hooks]]\nhook = \"web_hook\"",
        ),
        (
            "[[selfservice.flows.login.after.hooks]]\n|",
            "hook: require_verified_address",
            "hook = \"require_verified_address\"",
        ),
        ("[courier]\ndelivery_strategy = |", "http", "\"http\"\n[courier.http.request_config]\nurl = "),
    ] {
        let text = format!("{begun}\n{written}");
        let after = taken(&text, &item(&mut editor, "kratos.toml", &text, label));
        assert!(after.contains(wanted), "{written}: {after}");
        all_taken(&mut editor, "kratos.toml", &text);
    }
    // Tables that are there lead to others.
    let text = format!("{begun}\n[selfservice.|]");
    assert!(labels(&offered(&mut editor, "kratos.toml", &text)).contains(&"flows."));
}
