//! One configuration in the forms in which users write it.

use kratos_lint::kratos::version::Version;
use serde_json::{Map, Value, json};

/// All forms.
pub(crate) const FORMS: [&str; 11] =
    ["block", "no indent", "four", "own line", "crlf", "flow", "json", "json in one line", "configmap", "helm", "toml"];

/// An identity schema with an identifier for each method of [`base`].
pub(crate) fn schema() -> Value {
    let email = json!({
        "type": "string", "format": "email", "title": "E-Mail", "minLength": 3, "maxLength": 320,
        "ory.sh/kratos": {
            "credentials": {
                "password": {"identifier": true}, "code": {"identifier": true, "via": "email"},
                "passkey": {"display_name": true}, "totp": {"account_name": true},
            },
            "verification": {"via": "email"}, "recovery": {"via": "email"},
        },
    });
    let traits = json!({"type": "object", "properties": {"email": email, "name": {"type": "string"}},
        "required": ["email"], "additionalProperties": false});
    json!({"$id": "https://example.org/p.json", "$schema": "http://json-schema.org/draft-07/schema#", "title": "P",
        "type": "object", "properties": {"traits": traits}})
}

/// A configuration with several methods and all flows; with a hook for all methods where `globals` says so.
pub(crate) fn base(version: Version, globals: bool) -> Value {
    let page = |name: &str| format!("https://www.example.org/{name}");
    let session = || json!({"hooks": [{"hook": "session"}]});
    let mut methods =
        json!({"password": {"enabled": true}, "totp": {"enabled": true, "config": {"issuer": "example"}}});
    let mut registered = json!({"password": session()});
    if version >= Version::V1_1 {
        methods["code"] = json!({"enabled": true, "passwordless_enabled": true});
        registered["code"] = session();
    }
    if version >= Version::V1_2 {
        let rp = json!({"display_name": "E", "id": "example.org", "origins": ["https://www.example.org"]});
        methods["passkey"] = json!({"enabled": true, "config": {"rp": rp}});
        registered["passkey"] = session();
    }
    let mut flows = json!({
        "login": {"ui_url": page("login")},
        "registration": {"ui_url": page("registration"), "after": registered},
        "settings": {"ui_url": page("settings")},
        "recovery": {"enabled": true, "ui_url": page("recovery")},
        "verification": {"enabled": true, "ui_url": page("verification")},
        "error": {"ui_url": page("error")},
    });
    if globals {
        let auth = json!({"type": "api_key", "config": {"name": "K", "value": "kkkkkk", "in": "header"}});
        let hook = json!({"hook": "web_hook", "config": {"url": "https://audit.example.org/x", "method": "POST",
            "body": "base64://ZnVuY3Rpb24oY3R4KSB7fQ==", "auth": auth, "response": {"ignore": true}}});
        for flow in ["login", "registration", "settings"] {
            flows[flow]["after"]["hooks"] = json!([hook]);
        }
    }
    let name = if version == Version::MASTER { Version::NEWEST.name() } else { version.name() };
    json!({
        "version": name,
        "dsn": "postgres://kratos:x@db.example.org:5432/kratos?sslmode=verify-full",
        "serve": {"public": {"base_url": "https://id.example.org/"}, "admin": {"base_url": "http://kratos-admin:4434/"}},
        "identity": {"default_schema_id": "default",
            "schemas": [{"id": "default", "url": "file://./identity.schema.json"}]},
        "selfservice": {"default_browser_return_url": page(""), "allowed_return_urls": [page("")],
            "methods": methods, "flows": flows},
        "courier": {"smtp": {"connection_uri": "smtps://mail.example.org:465/"}},
        "session": {"lifespan": "24h"},
    })
}

/// The name of the file and its text.
pub(crate) fn written(form: &str, config: &Value) -> (&'static str, String) {
    let block = |step: usize, dash: usize, alone: bool| lines(config, step, dash, alone).join("\n") + "\n";
    let indented = |text: String| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    match form {
        "block" => ("kratos.yml", block(2, 2, false)),
        "no indent" => ("kratos.yml", block(2, 0, false)),
        "four" => ("kratos.yml", block(4, 4, false)),
        "own line" => ("kratos.yml", block(2, 2, true)),
        "crlf" => ("kratos.yml", block(2, 2, false).replace('\n', "\r\n")),
        "flow" => ("kratos.yml", flow(config)),
        "json" => ("kratos.json", format!("{config:#}\n")),
        "json in one line" => ("kratos.json", config.to_string()),
        "configmap" => {
            let schema = format!("  identity.schema.json: |\n    {}\n", schema());
            let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kratos\ndata:\n  kratos.yml: |\n";
            ("kratos.yml", format!("{head}{}{schema}", indented(block(2, 2, false))))
        }
        "helm" => ("values.yml", format!("kratos:\n  config:\n{}replicas: 1\n", indented(block(2, 2, false)))),
        _ => ("kratos.toml", toml::to_string(config).expect("TOML")),
    }
}

/// Lines of block style.
fn lines(value: &Value, step: usize, dash: usize, alone: bool) -> Vec<String> {
    let shifted = |lines: Vec<String>, by: usize| lines.into_iter().map(move |line| " ".repeat(by) + &line);
    let mut all = Vec::new();
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                let by = if field.is_array() { dash } else { step };
                if field.is_object() || field.is_array() {
                    all.push(format!("{key}:"));
                    all.extend(shifted(lines(field, step, dash, alone), by));
                } else {
                    all.push(format!("{key}: {field}"));
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                let mut inner = shifted(lines(item, step, dash, alone), 2);
                if alone && item.is_object() {
                    all.push("-".to_owned());
                } else {
                    all.extend(inner.next().map(|line| format!("- {}", line.trim_start())));
                }
                all.extend(inner);
            }
        }
        other => all.push(other.to_string()),
    }
    all
}

/// Block style down to the flows, flow style below.
fn flow(config: &Value) -> String {
    let fields = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let row = |indent: &str, fields: Map<String, Value>, open: &str| {
        let shown = fields.into_iter().filter(|(key, _)| key != open);
        shown.map(|(key, field)| format!("{indent}{key}: {field}\n")).collect::<String>()
    };
    let selfservice = &config["selfservice"];
    row("", fields(config), "selfservice")
        + "selfservice:\n"
        + &row("  ", fields(selfservice), "flows")
        + "  flows:\n"
        + &row("    ", fields(&selfservice["flows"]), "")
}
