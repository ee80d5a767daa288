//! What completion offers, and that the linter takes all of it.

use std::collections::BTreeSet;

use kratos_lint::check::{self, Target};
use kratos_lint::diagnostic::Level;
use kratos_lint::discover;
use kratos_lint::kratos::schema::{HOOK_PLACES, KEYS, Shape};
use kratos_lint::kratos::version::Version;
use kratos_lint::settings::Settings;
use kratos_lint::target::TargetSource;
use kratos_lint::text::Source;
use serde_json::{Value, json};

use crate::client::Editor;

pub(crate) const BASE: &str = "dsn: postgres://db/kratos\nidentity:\n  schemas:\n    - id: default\n      url: https://example.org/s.json\n\
                    selfservice:\n  default_browser_return_url: https://example.org/\n";

/// A text in which `|` is the cursor, opened as `name`; what is offered there.
pub(crate) fn offered(editor: &mut Editor, name: &str, text: &str) -> Vec<Value> {
    let at = text.find('|').expect("a cursor");
    let (line, column) = place(text, at);
    editor.open(name, &text.replacen('|', "", 1));
    let answer = editor.at("completion", name, line, column);
    answer["items"].as_array().cloned().unwrap_or_default()
}

pub(crate) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    (before.matches('\n').count(), at - before.rfind('\n').map_or(0, |at| at + 1))
}

pub(crate) fn labels(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["label"].as_str()).collect()
}

/// The text after an offer is taken, as a client without snippets does it.
pub(crate) fn taken(text: &str, item: &Value) -> String {
    let text = text.replacen('|', "", 1);
    let byte = |end: &str| {
        let number = |key: &str| {
            let number = item["textEdit"]["range"][end][key].as_u64().expect("a number");
            usize::try_from(number).expect("a number of this machine")
        };
        let start: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
        start + number("character")
    };
    let (start, end) = (byte("start"), byte("end"));
    format!("{}{}{}", &text[..start], item["textEdit"]["newText"].as_str().expect("a text"), &text[end..])
}

/// Errors as rule, pointer and message.
pub(crate) fn errors(text: &str) -> BTreeSet<(String, String, String)> {
    errors_in("kratos.yml", text, Version::NEWEST)
}

/// The same for a release.
pub(crate) fn errors_in(name: &str, text: &str, version: Version) -> BTreeSet<(String, String, String)> {
    let source = Source::new(name, text);
    let settings = Settings { no_config: true, ..Settings::default() };
    let target = Target::one(version, TargetSource::Flag);
    let units = discover::named(&source);
    assert_eq!(units.len(), 1, "{text}");
    let reports = units.iter().map(|unit| check::unit(unit, &target, &settings));
    let found = reports.flat_map(|report| report.diagnostics).filter(|found| found.level == Level::Error);
    found.map(|found| (found.rule.to_owned(), found.pointer.clone().unwrap_or_default(), found.message)).collect()
}

/// A configuration with the cursor in the mapping or list at a path of the table.
fn with_cursor(path: &str, in_list: bool) -> (String, String) {
    let (mut lines, mut pointer, mut indent) = (String::new(), String::new(), 0);
    let mut lead = String::new();
    for part in path.split('.') {
        let (name, depth) = (part.trim_end_matches("[]"), part.matches("[]").count());
        let name = if name == "*" { "name" } else { name };
        lines.push_str(&format!("{}{lead}{name}:\n", " ".repeat(indent - lead.len())));
        pointer.push_str(&format!("/{name}"));
        indent += 2;
        lead.clear();
        if depth > 0 {
            pointer.push_str("/0");
            "- ".clone_into(&mut lead);
            indent += 2;
        }
    }
    if in_list {
        "- ".clone_into(&mut lead);
        indent += 2;
        pointer.push_str("/0");
    }
    let own = format!("{lines}{}{lead}|\n", " ".repeat(indent - lead.len()));
    let top = path.split(['.', '[']).next().expect("a key");
    let base = BASE.replace('|', "");
    let mut text: String = String::new();
    let mut is_in = false;
    for line in base.lines() {
        if !line.starts_with(' ') {
            is_in = line.starts_with(&format!("{top}:"));
        }
        if !is_in {
            text.push_str(&format!("{line}\n"));
        } else if top == "selfservice" && line.contains("default_browser_return_url") && path != "selfservice" {
            // What the mapping demands stays.
            return with_return_url(&base, &own, pointer);
        }
    }
    (text + &own, pointer)
}

fn with_return_url(base: &str, own: &str, pointer: String) -> (String, String) {
    let own = own.strip_prefix("selfservice:\n").expect("below it");
    (format!("{base}{own}"), pointer)
}

#[test]
fn nothing_that_is_offered_is_refused() {
    let mut editor = Editor::with(&[], json!({"general": {"positionEncodings": ["utf-8"]}}), Value::Null);
    let is_open = |key: &&kratos_lint::kratos::schema::Key| {
        let is_mapping = matches!(key.shape, Shape::Object | Shape::Open | Shape::Flags);
        let is_plain = !key.path.contains(['#', '*']) && !key.path.starts_with("selfservice.methods.b2b");
        is_mapping && is_plain && key.versions.contains(Version::NEWEST)
    };
    let mappings = KEYS.iter().filter(is_open).map(|key| (key.path.to_owned(), false));
    let lists = HOOK_PLACES.iter().map(|place| (place.path.to_owned(), true));
    let (mut refused, mut count) = (Vec::new(), 0);
    for (index, (path, in_list)) in mappings.chain(lists).enumerate() {
        let (text, pointer) = with_cursor(&path, in_list);
        let name = format!("f{index}/kratos.yml");
        let items = offered(&mut editor, &name, &text);
        let before = errors(&text.replace('|', ""));
        for item in &items {
            count += 1;
            let label = item["label"].as_str().expect("a label");
            let own = format!("{pointer}/{label}");
            let new: Vec<_> = errors(&taken(&text, item))
                .into_iter()
                .filter(|found| !before.contains(found))
                // What else the mapping demands is not the fault of this key.
                .filter(|(rule, at, _)| {
                    !matches!(rule.as_str(), "missing-key" | "item-key-missing" | "courier-channel-unusable")
                        || at.starts_with(&own)
                })
                .collect();
            if !new.is_empty() {
                refused.push(format!("{path} + {label}: {new:?}"));
            }
        }
        let uri = editor.uri(&name);
        editor.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    assert!(count > 300, "only {count} offers");
    assert!(refused.is_empty(), "{} of {count}:\n{}", refused.len(), refused.join("\n"));
}

#[test]
fn values_are_offered() {
    let mut editor = Editor::open_folder(&[("hooks/body.jsonnet", "function(ctx) {}"), ("my.schema.json", "{}")]);
    let cases = [
        ("log:\n  level: |", vec!["debug"]),
        ("session:\n  cookie:\n    persistent: |", vec!["true", "false"]),
        (
            "selfservice:\n  flows:\n    login:\n      after:\n        hooks:\n          - hook: re|",
            vec!["revoke_active_sessions"],
        ),
        (
            "identity:\n  default_schema_id: |\n  schemas:\n    - id: mine\n      url: https://example.org/s.json\n",
            vec!["mine"],
        ),
        ("identity:\n  schemas:\n    - id: mine\n      url: f|\n", vec!["file://my.schema.json"]),
    ];
    for (index, (text, wanted)) in cases.into_iter().enumerate() {
        let items = offered(&mut editor, &format!("kratos-{index}.yml"), text);
        for word in wanted {
            assert!(labels(&items).contains(&word), "{word} is not offered at {text}: {:?}", labels(&items));
        }
    }
}

#[test]
fn ids_of_identity_schemas_fit_each_other() {
    let mut editor = Editor::with(&[], json!({}), Value::Null);
    let rest = "selfservice:\n  default_browser_return_url: https://example.org/\n";
    let list = "  schemas:\n    - id: user\n      url: https://example.org/s.json\n";
    for (text, label, expected) in [
        (format!("identity:\n  default_sch|\n{list}{rest}"), "default_schema_id", "default_schema_id: user"),
        (format!("identity:\n  default_schema_id: partner\n  sch|\n{rest}"), "schemas", "id: partner"),
        (format!("identity:\n  default_schema_id: user\n{list}    - |\n{rest}"), "new item of schemas", "id: user-2"),
    ] {
        let items = offered(&mut editor, "kratos.yml", &text);
        let item = items.iter().find(|item| item["label"] == label).expect(label);
        assert!(taken(&text, item).contains(&format!("{expected}\n")), "{}", taken(&text, item));
    }
}

#[test]
fn only_hooks_of_the_place_are_offered_and_a_new_file_begins_with_what_is_required() {
    let mut editor = Editor::open_folder(&[]);
    let items = offered(&mut editor, "kratos.yml", "|");
    assert_eq!(items.iter().filter(|item| item["detail"] == "required").count(), 3, "{items:#?}");
    let recovery = "selfservice:\n  flows:\n    recovery:\n      after:\n        hooks:\n          - |";
    let items = offered(&mut editor, "kratos-2.yml", recovery);
    assert!(labels(&items).contains(&"hook: revoke_active_sessions"), "{:?}", labels(&items));
    assert!(!labels(&items).contains(&"hook: session"));
    let hook = items.iter().find(|item| item["label"] == "hook: web_hook").expect("a web hook");
    assert_eq!(hook["insertTextFormat"], 2);
    assert!(hook["textEdit"]["newText"].as_str().expect("a text").contains("${1:https://hooks.example.org/}"));
}

#[test]
fn bodies_are_offered_what_is_there() {
    let schema = r#"{"type": "object", "properties": {"traits": {"type": "object", "required": ["email", "e-mail"], "properties":
        {"email": {"type": "string"}, "name": {"type": "string"}, "e-mail": {"type": "string"}}}}}"#;
    let config = format!(
        "{BASE}  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: web_hook\n              \
         config:\n                url: https://example.org/hook\n                method: POST\n                body: file://b.jsonnet\n"
    )
    .replace("https://example.org/s.json", "file://s.schema.json");
    let mut editor = Editor::open_folder(&[("kratos.yml", &config), ("s.schema.json", schema)]);
    editor.open("b.jsonnet", "function(ctx) {}");
    editor.findings("b.jsonnet", 1);
    for (version, text, wanted) in [
        (2, "function(ctx) { a: ctx.| }", "identity"),
        (3, "function(ctx) { a: ctx.identity.traits.| }", "email"),
        (4, "function(ctx) { a: ctx.identity.traits.em|a }", "email"),
        (5, "function(ctx) { a: std.| }", "length"),
        // More follows below, or nothing is closed yet.
        (6, "function(ctx) {\n  a: ctx.identity.traits.|\n  b: 'x',\n}", "email"),
        (7, "function(ctx) { b: ['}'], a: std.length(ctx.identity.traits.|", "email"),
        (8, "function(ctx) { a: ctx.identity.traits.| }", "e-mail"),
        (11, "function(ctx) { a: ctx.identity.traits['|'] }", "e-mail"),
        (12, "function(ctx) {\n  a: ctx.identity.traits[\"e-|\n}", "e-mail"),
    ] {
        let (line, column) = place(text, text.find('|').expect("a cursor"));
        editor.edit("b.jsonnet", version, &text.replace('|', ""));
        let answer = editor.at("completion", "b.jsonnet", line, column);
        let items = answer["items"].as_array().expect("a list").clone();
        assert!(labels(&items).contains(&wanted), "{text}: {:?}", labels(&items));
        if let Some(odd) = items.iter().find(|item| item["label"] == "e-mail" && text.contains(".|")) {
            // It takes the place of the dot.
            assert_eq!(odd["textEdit"]["newText"], "[\"e-mail\"]", "{odd}");
            assert_eq!(odd["textEdit"]["range"]["start"]["character"], column - 1, "{odd}");
        }
    }
    editor.edit("b.jsonnet", 19, "function(ctx) { a: ctx.identity.traits.email }");
    let hover = editor.at("hover", "b.jsonnet", 0, 41);
    assert!(hover["contents"]["value"].as_str().expect("a text").contains("text"), "{hover}");
    // What a terminal or a reader would obey is shown by its number.
    editor.edit("b.jsonnet", 20, "function(ctx) { a: 'x\u{202e}' }");
    let hover = editor.at("hover", "b.jsonnet", 0, 20);
    let said = hover["contents"]["value"].as_str().expect("a text");
    assert!(said.contains("`'x\\u{202e}'`") && !said.contains('\u{202e}'), "{said}");
}

#[test]
fn message_templates_are_offered_the_fields_of_their_message() {
    let schema = r#"{"properties": {"traits": {"type": "object", "required": ["email"], "properties":
        {"email": {"type": "string"}, "name": {"type": "string"}}}}}"#;
    let config = format!("{BASE}courier:\n  template_override_path: /conf/templates\n")
        .replace("https://example.org/s.json", "file://s.schema.json");
    let name = "conf/templates/recovery_code/valid/email.body.gotmpl";
    let mut editor = Editor::open_folder(&[("kratos.yml", &config), ("s.schema.json", schema), (name, "x")]);
    editor.open(name, "x");
    editor.findings(name, 1);
    let cases = [
        ("Hi {{ .| }}", &["RecoveryCode", "Identity", "To"][..]),
        ("Hi {{ .Identity.traits.| }}", &["email", "name"]),
        ("{{ with .To }}{{ .| }}{{ end }}", &[]),
        ("no action .|", &[]),
    ];
    for (index, (text, wanted)) in cases.into_iter().enumerate() {
        let version = i64::try_from(index).expect("small") + 2;
        editor.edit(name, version, &text.replace('|', ""));
        editor.findings(name, version);
        let (line, column) = place(text, text.find('|').expect("a cursor"));
        let answer = editor.at("completion", name, line, column);
        let items = answer["items"].as_array().expect("a list").clone();
        assert!(wanted.iter().all(|word| labels(&items).contains(word)), "{text}: {:?}", labels(&items));
        assert_eq!(items.is_empty(), wanted.is_empty(), "{text}: {:?}", labels(&items));
        // Nothing that is offered is refused.
        for item in &items {
            let after = taken(text, item);
            let version = version * 100
                + i64::try_from(items.iter().position(|other| other == item).expect("its own")).expect("small");
            editor.edit(name, version, &after);
            let found = editor.findings(name, version);
            assert!(!found.iter().any(|found| found["severity"] == 1), "{after}: {found:#?}");
        }
    }
}

#[test]
fn methods_of_a_call_are_offered() {
    let hooks = "  flows:\n    registration:\n      after:\n        password:\n          hooks:\n            - hook: web_hook\n              \
                 config:\n                url: https://crm.example.org/\n                body: base64://ZnVuY3Rpb24oY3R4KSB7fQ==\n                \
                 method: P|\n";
    let mut editor = Editor::open_folder(&[]);
    let offers = offered(&mut editor, "kratos.yml", &format!("{BASE}{hooks}"));
    assert_eq!(labels(&offers), ["POST", "PUT", "PATCH", "DELETE", "GET"]);
}

/// The labels in the order in which a client shows them.
fn shown(mut items: Vec<Value>) -> Vec<String> {
    items.sort_by_key(|item| item["sortText"].as_str().map(str::to_owned));
    labels(&items).into_iter().map(str::to_owned).collect()
}

#[test]
fn what_is_begun_is_offered_with_all_that_it_needs() {
    let mut editor = Editor::open_folder(&[]);
    let hooks = "  flows:\n    registration:\n      after:\n        password:\n          hooks:\n";
    let oidc = "  methods:\n    oidc:\n      enabled: true\n      config:\n";
    let cases: [(String, &[&str]); 5] = [
        (format!("{BASE}{hooks}            - hook: |\n"), &["session", "web_hook", "show_verification_ui"]),
        (format!("{BASE}{hooks}            - |\n"), &["hook: session", "hook: web_hook", "hook: show_verification_ui"]),
        (format!("{BASE}{hooks}            - hook: web_hook\n              |\n"), &["config"]),
        (format!("{BASE}{oidc}        |\n"), &["providers"]),
        (
            format!("{BASE}{oidc}        providers:\n          - id: mine\n            provider: |\n"),
            &["google", "generic", "microsoft", "github", "auth0", "discord"],
        ),
    ];
    for (index, (text, wanted)) in cases.into_iter().enumerate() {
        let names = shown(offered(&mut editor, &format!("kratos-{index}.yml"), &text));
        for word in wanted {
            assert!(names.iter().any(|name| name == word), "{word} is not offered at {text}: {names:?}");
        }
    }
    let first = |names: Vec<String>| names.into_iter().next().unwrap_or_default();
    assert_eq!(first(shown(offered(&mut editor, "kratos.yml", "|"))), "a new configuration");
    assert_eq!(first(shown(offered(&mut editor, "kratos-9.yml", &format!("{BASE}{oidc}        |\n")))), "providers");
}

#[test]
fn releases_are_offered_the_newest_first() {
    let mut editor = Editor::with(&[], json!({}), Value::Null);
    let mut items = offered(&mut editor, "kratos.yml", &format!("version: |\n{BASE}"));
    items.sort_by_key(|item| item["sortText"].as_str().map(str::to_owned));
    let names = labels(&items);
    assert_eq!(names.first(), Some(&Version::NEWEST.name()), "{names:?}");
    assert!(names.contains(&"v1.3.1") && !names.contains(&"master"), "{names:?}");
    // What a release does not know yet keeps it from being offered.
    let newer = offered(
        &mut editor,
        "kratos.yml",
        &format!("version: v|\n{BASE}  methods:\n    passkey:\n      enabled: false\n"),
    );
    let names = labels(&newer);
    assert!(names.contains(&"v1.2.0") && !names.contains(&"v1.1.0"), "{names:?}");
    for item in &items {
        let text = taken(&format!("version: |\n{BASE}"), item);
        assert_eq!(errors(&text), errors(BASE), "{text}");
    }
}

/// Between brackets the same is offered, written on one line.
#[test]
fn what_is_between_brackets_is_completed() {
    let base = "version: v1.3.1\ndsn: memory\nselfservice:\n  default_browser_return_url: https://a.example.org/\n  methods:\n    \
                password: {PW}\n  flows:\n    login:\n      after: {AFTER}\nserve:\n  public:\n    cors: {CORS}\nlog: {LOG}\n";
    let with = |key: &str, text: &str| {
        ["PW", "AFTER", "CORS", "LOG"].iter().fold(base.to_owned(), |all, other| {
            all.replace(&format!("{{{other}}}"), if *other == key { text } else { "{}" })
        })
    };
    let expected: [(&str, &str, &[&str]); 9] = [
        ("PW", "{|}", &["enabled", "config"]),
        ("PW", "{enabled: |}", &["true"]),
        ("PW", "{enabled: |", &["true"]),
        ("PW", "{enabled: true, |}", &["config"]),
        ("PW", "{ | enabled: true }", &["config"]),
        ("LOG", "{level: \"de|\"}", &["debug"]),
        ("CORS", "{enabled: true, allowed_methods: [GET, |]}", &["POST"]),
        ("AFTER", "{password: {hooks: [|]}}", &["hook: web_hook"]),
        ("AFTER", "{\n        password: {hooks: [{hook: |}]}\n      }", &["require_verified_address"]),
    ];
    let able = json!({"general": {"positionEncodings": ["utf-8"]}});
    let mut editor = Editor::with(&[("kratos.yml", "")], able, Value::Null);
    for (key, text, wanted) in expected {
        let text = with(key, text);
        let items = offered(&mut editor, "kratos.yml", &text);
        for label in wanted {
            assert!(labels(&items).contains(label), "{label} in {text}: {:?}", labels(&items));
        }
        let before = errors(&text.replacen('|', "", 1));
        for item in &items {
            let after = taken(&text, item);
            let new: Vec<_> = errors(&after).difference(&before).cloned().collect();
            assert!(new.is_empty(), "{new:?} in\n{after}");
        }
    }
}
