//! Actions at the cursor: guards, new hooks, repeated hooks; and hovers of rules.

use kratos_lint::kratos::schema::HOOK_PLACES;
use kratos_lint::kratos::version::Version;
use serde_json::{Value, json};

use crate::client::{Editor, modern};
use crate::completion::{BASE, errors};

/// The text after edits of the protocol, in UTF-8.
fn applied(text: &str, edits: &Value) -> String {
    let byte = |position: &Value| {
        let number = |key: &str| usize::try_from(position[key].as_u64().expect("a number")).expect("small");
        let start: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
        start + number("character")
    };
    let mut all: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("edits")
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (byte(&range["start"]), byte(&range["end"]), edit["newText"].as_str().expect("a text"))
        })
        .collect();
    all.sort_unstable();
    let mut out = text.to_owned();
    for (start, end, new) in all.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}

/// The actions of some kinds at the start of a word.
fn offered(editor: &mut Editor, name: &str, text: &str, word: &str, only: &[&str]) -> Vec<Value> {
    let at = text.find(word).unwrap_or_else(|| panic!("{word} in {text}"));
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let at = json!({"line": text[..at].matches('\n').count(), "character": at - start});
    let uri = editor.uri(name);
    let context = json!({"diagnostics": [], "only": only});
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": context});
    editor.ask("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().filter_map(|action| action["title"].as_str()).collect()
}

/// What an editor can do that makes no files and asks for nothing later.
fn plain() -> Value {
    json!({"general": {"positionEncodings": ["utf-8"]}, "workspace": {"workspaceEdit": {"documentChanges": true}}})
}

const SCHEMA: &str = r#"{"type": "object", "properties": {"traits": {"type": "object", "required": ["email"], "properties":
    {"email": {"type": "string"}, "name": {"type": "string"}}}}}"#;

fn with_hooks(lists: &str) -> String {
    let base = BASE.replace("https://example.org/s.json", "file://s.schema.json");
    format!("{base}  methods:\n    password:\n      enabled: true\n  flows:\n    registration:\n      after:\n{lists}")
}

const HOOK: &str = "- hook: web_hook\n            config:\n              url: https://hooks.example.org/a # ü 🦀\n              \
                    method: POST\n              body: file://b.jsonnet\n              response:\n                ignore: true\n";

#[test]
fn a_field_that_may_be_missing_is_guarded() {
    let config = with_hooks(&format!("        hooks:\n          {HOOK}"));
    let mut editor = Editor::open_folder(&[("kratos.yml", &config), ("s.schema.json", SCHEMA)]);
    let text = "function(ctx) { a: 'ü🦀', name: ctx.identity.traits.name, email: ctx.identity.traits.email }\n";
    editor.open("b.jsonnet", text);
    let found = editor.findings("b.jsonnet", 1);
    assert!(found.iter().any(|found| found["code"] == "jsonnet-optional-field"), "{found:#?}");
    let actions = offered(&mut editor, "b.jsonnet", text, "name,", &["refactor"]);
    let wanted = [
        "Guard `name`: leave `name` out when it is missing",
        "Guard `name`: null when it is missing",
        "Guard `name`: `''` when it is missing",
    ];
    assert_eq!(titles(&actions), wanted);
    for (version, action) in (2..).zip(&actions) {
        let after = applied(text, &action["edit"]["documentChanges"][0]["edits"]);
        editor.edit("b.jsonnet", version, &after);
        let found = editor.findings("b.jsonnet", version);
        assert!(found.is_empty(), "{after}: {found:#?}");
    }
    editor.edit("b.jsonnet", 9, text);
    // What is always there needs no guard.
    assert!(offered(&mut editor, "b.jsonnet", text, "email }", &["refactor"]).is_empty());
    let goes_on = "function(ctx) { a: ctx.identity.traits.name[0] }\n";
    editor.edit("b.jsonnet", 10, goes_on);
    assert!(offered(&mut editor, "b.jsonnet", goes_on, "name[", &["refactor"]).is_empty());
}

#[test]
fn shadowed_hooks_are_repeated() {
    let second = HOOK.replace("/a", "/b");
    let lists = format!(
        "        hooks:\n          # why\n          {HOOK}          {second}        password:\n          hooks:\n            - hook: session\n"
    );
    let text = with_hooks(&lists);
    let mut editor =
        Editor::with(&[("b.jsonnet", "function(ctx) {}"), ("s.schema.json", SCHEMA)], plain(), Value::Null);
    editor.open("kratos.yml", &text);
    assert_eq!(shadowed(&mut editor, 1), 2);
    let one = offered(&mut editor, "kratos.yml", &text, "url: https://hooks.example.org/b", &["quickfix"]);
    let one: Vec<&Value> = one
        .iter()
        .filter(|action| action["title"] == "Repeat this hook in registration.after.password.hooks")
        .collect();
    assert_eq!(one.len(), 1);
    editor.edit("kratos.yml", 2, &applied(&text, &one[0]["edit"]["documentChanges"][0]["edits"]));
    assert_eq!(shadowed(&mut editor, 2), 1);
    editor.edit("kratos.yml", 3, &text);
    let all = offered(&mut editor, "kratos.yml", &text, "- hook: session", &["quickfix"]);
    let title = "Repeat the 2 hooks of registration.after.hooks in registration.after.password.hooks";
    let all = all.iter().find(|action| action["title"] == title).expect("an action");
    let after = applied(&text, &all["edit"]["documentChanges"][0]["edits"]);
    editor.edit("kratos.yml", 4, &after);
    assert_eq!(shadowed(&mut editor, 4), 0, "{after}");
    // Before the hook that ends the flow, with the comments.
    assert!(after.find("/b # ü",).is_some() && after.rfind("# why") < after.rfind("- hook: session"), "{after}");
    // Nothing is left to repeat.
    let left = offered(&mut editor, "kratos.yml", &after, "- hook: session", &["quickfix"]);
    assert!(!titles(&left).iter().any(|title| title.starts_with("Repeat")), "{left:#?}");
}

fn shadowed(editor: &mut Editor, version: i64) -> usize {
    let found = editor.findings("kratos.yml", version);
    found.iter().filter(|found| found["code"] == "shadowed-hook").count()
}

#[test]
fn a_hook_is_added_with_its_body() {
    let text = with_hooks("        password:\n          hooks:\n            - hook: session\n");
    let mut able = modern();
    able["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    let mut editor = Editor::with(&[("s.schema.json", SCHEMA)], able, Value::Null);
    editor.open("kratos.yml", &text);
    let found = offered(&mut editor, "kratos.yml", &text, "- hook: session", &["refactor.rewrite"]);
    let title = "Add a web_hook to registration.after.password.hooks: its answer can stop the flow";
    let action = found.iter().find(|action| action["title"] == title).unwrap_or_else(|| panic!("{found:#?}"));
    assert!(action.get("edit").is_none());
    assert!(!titles(&found).iter().any(|title| title.contains("session")), "{found:#?}");
    let action = editor.ask("codeAction/resolve", action.clone());
    let [create, body, config] = &action["edit"]["documentChanges"].as_array().expect("changes")[..] else {
        panic!("{action:#}")
    };
    let name = "hooks/registration-password.jsonnet";
    assert_eq!(create["uri"], editor.uri(name).as_str());
    let body = body["edits"][0]["newText"].as_str().expect("a body").to_owned();
    assert!(body.contains("email: ctx.identity.traits.email"), "{body}");
    let after = applied(&text, &config["edits"]);
    assert!(after.find("parse: true") < after.find("- hook: session"), "{after}");
    editor.write(name, &body);
    editor.open(name, &body);
    editor.edit("kratos.yml", 2, &after);
    // The schema of this test has no identifier; that a key is missing is an info.
    let is_about_the_hook = |found: &Value| found["severity"] != 3 && found["code"] != "identifier-missing";
    let found: Vec<Value> = editor.findings("kratos.yml", 2).into_iter().filter(is_about_the_hook).collect();
    assert!(found.is_empty(), "{found:#?}\n{after}");
}

#[test]
fn a_hook_is_offered_where_it_runs_and_once() {
    let lists = |login: &str| {
        format!("{BASE}  flows:\n    login:\n      after:\n        default_browser_return_url: /\n{login}")
    };
    let mut editor = Editor::with(&[], plain(), Value::Null);
    let own = lists("        password:\n          hooks:\n            - hook: require_verified_address\n");
    let all = lists("        password: {}\n        hooks:\n          - hook: require_verified_address\n");
    for (name, text, word, hook, is_offered) in [
        // All methods that are on have lists of their own.
        ("a.yml", &own, "after:", "revoke_active_sessions", false),
        ("b.yml", &own, "password:", "revoke_active_sessions", true),
        // What runs for the method already is repeated in a new list of it.
        ("c.yml", &all, "password: {}", "require_verified_address", false),
        ("d.yml", &all, "password: {}", "revoke_active_sessions", true),
    ] {
        editor.open(name, text);
        let found = offered(&mut editor, name, text, word, &["refactor.rewrite"]);
        assert_eq!(titles(&found).iter().any(|title| title.contains(hook)), is_offered, "{name}: {found:#?}");
    }
}

#[test]
fn no_hook_that_is_offered_is_refused() {
    let mut editor = Editor::with(&[], plain(), Value::Null);
    let places =
        HOOK_PLACES.iter().filter(|place| place.hooks.iter().any(|(_, spans)| spans.contains(Version::NEWEST)));
    let mut count = 0;
    for (index, place) in places.enumerate() {
        let keys = place.path.strip_prefix("selfservice.").expect("below it").split('.');
        let lines = keys.enumerate().map(|(depth, key)| format!("{}{key}:\n", "  ".repeat(depth + 1)));
        let text = format!("{BASE}{}", lines.collect::<String>());
        let name = format!("f{index}/kratos.yml");
        editor.open(&name, &text);
        let before = errors(&text);
        for action in offered(&mut editor, &name, &text, "hooks:", &["refactor.rewrite"]) {
            count += 1;
            let after = applied(&text, &action["edit"]["documentChanges"][0]["edits"]);
            let new: Vec<_> = errors(&after).into_iter().filter(|found| !before.contains(found)).collect();
            assert!(new.is_empty(), "{}: {new:?}\n{after}", action["title"]);
        }
        let uri = editor.uri(&name);
        editor.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    assert!(count > 40, "only {count} offers");
}

#[test]
fn a_rule_is_explained_where_it_is_named() {
    let mut editor = Editor::open_folder(&[]);
    editor.open("kratos.yml", "# kratos-lint: ignore[shadowed-hook] why\nlog: {} # shadowed-hook\n");
    let hover = editor.at("hover", "kratos.yml", 0, 30);
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(
        text.contains("hook never runs because the method has its own list") && text.contains("### What to do"),
        "{text}"
    );
    assert!(!text.contains("### Source") && !text.contains("```yaml bad"), "{text}");
    assert_eq!(hover["range"]["start"]["character"], 22);
    assert_eq!(editor.at("hover", "kratos.yml", 1, 14), Value::Null);
    assert_eq!(editor.at("hover", "kratos.yml", 0, 5), Value::Null);
    editor.open("kratos-lint.toml", "[rules]\nshadowed-hook = \"off\"\n");
    assert!(editor.at("hover", "kratos-lint.toml", 1, 3).is_object());
}

/// Registration by code that skips a hook which decides: the action repeats the hook, and the finding is gone.
#[test]
fn a_hook_that_registration_by_code_skips_is_repeated() {
    let read = |name: &str| {
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules/code-registration-unchecked/bad");
        std::fs::read_to_string(folder.join(name)).expect("readable")
    };
    let schema = read("identity.schema.json");
    // Complete, and without the anchor.
    let config = format!("dsn: postgres://db/kratos\n{}", read("kratos.yml"))
        .replace("- &risk\n              hook", "- hook")
        .replace("  methods:", "  default_browser_return_url: https://example.org/\n  methods:");
    let files = [("kratos.yml", config.as_str()), ("identity.schema.json", &schema)];
    let mut editor = Editor::with(&files, plain(), json!({"kratos": "1.3.1"}));
    editor.open("kratos.yml", &config);
    let is_it = |found: &&Value| found["code"] == "code-registration-unchecked";
    assert_eq!(editor.findings("kratos.yml", 1).iter().filter(is_it).count(), 1);
    let actions = offered(&mut editor, "kratos.yml", &config, "hook: web_hook", &["quickfix"]);
    let action = actions.iter().find(|action| action["title"] == "Repeat this hook in registration.after.code.hooks");
    let action = action.unwrap_or_else(|| panic!("{:?}", titles(&actions)));
    let after = applied(&config, &action["edit"]["documentChanges"][0]["edits"]);
    editor.edit("kratos.yml", 2, &after);
    let found = editor.findings("kratos.yml", 2);
    assert!(!found.iter().any(|found| found["severity"] == 1), "{found:#?}\n{after}");
}

/// JSON has no comments: a row of the settings says that a finding is meant.
#[test]
fn a_finding_in_json_is_silenced_in_the_settings() {
    let text = r#"{"version": "v1.3.1", "dsn": "memory", "log": {"level": "wrong"}}"#;
    let mut able = plain();
    for (settings, is_there) in [("kratos = \"1.3.1\"\n", true), ("", false)] {
        able["workspace"]["workspaceEdit"]["resourceOperations"] = json!(["create"]);
        let files = if is_there { vec![("kratos-lint.toml", settings)] } else { Vec::new() };
        let mut editor = Editor::with(&files, able.clone(), Value::Null);
        editor.open("kratos.json", text);
        let found = editor.findings("kratos.json", 1);
        assert!(found.iter().any(|found| found["code"] == "invalid-value"), "{found:#?}");
        let actions = offered(&mut editor, "kratos.json", text, "wrong", &["quickfix"]);
        let action = actions.iter().find(|action| action["title"] == "Ignore invalid-value here, in kratos-lint.toml");
        let changes = action.unwrap_or_else(|| panic!("{:?}", titles(&actions)))["edit"]["documentChanges"].clone();
        assert_eq!(changes[0]["kind"] == "create", !is_there, "{changes}");
        let edits = &changes[usize::from(!is_there)]["edits"];
        let written = applied(settings, edits);
        assert!(written.starts_with(settings) && written.contains("[[ignore]]\nfile = \"kratos.json\"\n"), "{written}");
        assert!(written.contains("key = \"log.level\"\nreason = \"reason\"\n"), "{written}");
        editor.write("kratos-lint.toml", &written);
        editor.notify("textDocument/didSave", json!({"textDocument": {"uri": editor.uri("kratos.json")}}));
        editor.edit("kratos.json", 2, &format!("{text}\n"));
        let left = editor.findings("kratos.json", 2);
        assert!(!left.iter().any(|found| found["code"] == "invalid-value"), "{left:#?}");
    }
    // A list of files of that name leaves no room for a table.
    let mut editor = Editor::with(&[("kratos-lint.toml", "ignore = [\"x.yml\"]\n")], able, Value::Null);
    editor.open("kratos.json", text);
    editor.findings("kratos.json", 1);
    let actions = offered(&mut editor, "kratos.json", text, "wrong", &["quickfix"]);
    assert!(!titles(&actions).iter().any(|title| title.starts_with("Ignore")), "{:?}", titles(&actions));
}
