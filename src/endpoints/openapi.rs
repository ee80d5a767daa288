//! One `OpenAPI` 3.1 document for all endpoints of a configuration.

use serde_json::{Map, Value, json};

use super::{Auth, Endpoint, REQUEST_ID, TRIGGER_ID};
use crate::kratos::bodies::Encoding;
use crate::kratos::contract::response::{change, refusal, summary};
use crate::kratos::contract::{Answer, Circumstances, Mode, outcome};
use crate::kratos::ctx::json_schema::DIALECT;
use crate::kratos::secrets::{self, origin, path_of};
use crate::kratos::version::Version;

/// Methods that have a place of their own in the document.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What a developer must know who has never seen Kratos.
const ABOUT: &str = "Ory Kratos calls these endpoints while users sign in, sign up or change their profile. \
Each webhook below is one call: Kratos sends the request, waits (or not, see `x-kratos-blocking`) and acts on the answer.\n\n\
- **Timeout**: 30 seconds for each attempt.\n\
- **Retries**: 429, 500 and 502 to 599, timeouts and broken connections are tried three times, after 1 and 2 seconds. So the same \
call can arrive more than once: do its work once. `Ory-Webhook-Trigger-ID` (since v25.4.0) is the same for all attempts of a call, \
`Ory-Webhook-Request-ID` is another one for each. Before v25.4.0 nothing names a call. The id of the flow does not: a user who is \
refused submits the same flow again. An endpoint that decides must decide each call, or repeat the answer that it stored for \
this `Ory-Webhook-Trigger-ID`; store it after the work has succeeded.\n\
- **An empty body** means that Kratos failed to build the request: answer 400, or it counts as done.\n\
- **Redirects** 301 to 303 are followed with GET and without the body: do not redirect.\n\
- **Authentication**: check the secret of each request in constant time.";

/// The document.
#[must_use]
pub(crate) fn document(endpoints: &[Endpoint], version: Version, title: &str) -> Value {
    let mut servers: Vec<Value> = Vec::new();
    for origin in endpoints.iter().filter_map(|endpoint| origin(endpoint.url.as_deref()?)) {
        let server = json!({"url": origin});
        if !servers.contains(&server) {
            servers.push(server);
        }
    }
    let mut schemes = Map::new();
    for auth in endpoints.iter().filter_map(|endpoint| endpoint.auth.as_ref()) {
        let (name, scheme) = security(auth);
        schemes.insert(name, scheme);
    }
    let webhooks: Map<String, Value> =
        endpoints.iter().map(|endpoint| (endpoint.name.clone(), path_item(endpoint))).collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": format!("Endpoints that Ory Kratos calls ({title})"),
            "version": "1",
            "description": ABOUT,
            "x-kratos-version": version.name(),
        },
    });
    if let Some(fields) = document.as_object_mut() {
        if !servers.is_empty() {
            fields.insert("servers".to_owned(), json!(servers));
        }
        fields.insert("webhooks".to_owned(), Value::Object(webhooks));
        if !schemes.is_empty() {
            fields.insert("components".to_owned(), json!({"securitySchemes": schemes}));
        }
    }
    document
}

fn security(auth: &Auth) -> (String, Value) {
    match auth {
        Auth::Basic => ("basic".to_owned(), json!({"type": "http", "scheme": "basic"})),
        Auth::ApiKey { name, in_cookie } => {
            let place = if *in_cookie { "cookie" } else { "header" };
            let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            (format!("{place}-{plain}"), json!({"type": "apiKey", "in": place, "name": name}))
        }
    }
}

fn path_item(endpoint: &Endpoint) -> Value {
    let method = endpoint.http_method.to_ascii_lowercase();
    let known = METHODS.contains(&method.as_str());
    let mut item = Map::new();
    if let Some(origin) = endpoint.url.as_deref().and_then(origin) {
        let path = path_of(endpoint.url.as_deref().unwrap_or_default());
        item.insert("servers".to_owned(), json!([{"url": origin}]));
        item.insert("x-kratos-path".to_owned(), json!(path));
    }
    let operation = operation(endpoint, if known { None } else { Some(&endpoint.http_method) });
    item.insert(if known { method } else { "post".to_owned() }, operation);
    Value::Object(item)
}

fn operation(endpoint: &Endpoint, odd_method: Option<&str>) -> Value {
    let mut operation = Map::new();
    let mut put = |key: &str, value: Value| _ = operation.insert(key.to_owned(), value);
    put("operationId", json!(endpoint.name));
    put("summary", json!(format!("Kratos calls this {}", when(endpoint))));
    put("description", json!(summary(&endpoint.contract(false))));
    put("parameters", json!(headers(endpoint)));
    // TRACE never has a body.
    if endpoint.http_method != "TRACE" {
        put("requestBody", request_body(endpoint));
    }
    put("responses", responses(endpoint));
    if let Some(auth) = &endpoint.auth {
        put("security", json!([{security(auth).0: []}]));
    }
    put("x-kratos-point", json!(endpoint.place.id()));
    if !endpoint.place.methods().is_empty() {
        put("x-kratos-methods", json!(endpoint.place.methods()));
    }
    put("x-kratos-blocking", json!(endpoint.blocks()));
    put("x-kratos-timeout-seconds", json!(30));
    put("x-kratos-attempts", json!(3));
    if let Some(pointer) = &endpoint.pointer {
        put("x-kratos-pointer", json!(secrets::pointer(pointer)));
    }
    if let Some(never) = endpoint.never {
        put("x-kratos-never-called", json!(never));
    }
    if let Some(method) = odd_method {
        put("x-kratos-method", json!(secrets::name(method)));
    }
    Value::Object(operation)
}

/// When Kratos calls, as the end of a sentence.
fn when(endpoint: &Endpoint) -> String {
    let methods = endpoint.place.methods();
    let by = if methods.is_empty() { String::new() } else { format!(" by {}", methods.join(" or ")) };
    let flow = endpoint.point.flow;
    if endpoint.point.is_before {
        return format!("when a {flow} flow is opened");
    }
    match endpoint.place.id().rsplit('.').next() {
        Some("pre_persist") => format!("in a {flow}{by}, before the identity is stored"),
        Some("post_persist") => format!("in a {flow}{by}, after the identity is stored"),
        _ => format!("at the end of a {flow}{by}"),
    }
}

fn headers(endpoint: &Endpoint) -> Vec<Value> {
    let header = |name: &str, description: &str, schema: Value| json!({"name": name, "in": "header", "required": true, "description": description, "schema": schema});
    let mut found = Vec::new();
    if endpoint.has_request_id && REQUEST_ID.contains(endpoint.version()) {
        let about = "Names this attempt: another one for each retry. Sent since v1.1.0.";
        found.push(header("Ory-Webhook-Request-ID", about, json!({"type": "string", "format": "uuid"})));
    }
    if endpoint.has_request_id && TRIGGER_ID.contains(endpoint.version()) {
        let about = "Names this call: the same for all attempts. Use it to do the work once. Sent since v25.4.0.";
        found.push(header("Ory-Webhook-Trigger-ID", about, json!({"type": "string", "format": "uuid"})));
    }
    // OpenAPI keeps these three for itself.
    let own = ["content-type", "accept", "authorization"];
    let is_key =
        |name: &str| matches!(&endpoint.auth, Some(Auth::ApiKey { name: key, .. }) if key.eq_ignore_ascii_case(name));
    for name in &endpoint.headers {
        if !own.contains(&name.to_ascii_lowercase().as_str()) && !is_key(name) {
            found.push(header(name, "Set by the configuration.", json!({"type": "string"})));
        }
    }
    found
}

fn request_body(endpoint: &Endpoint) -> Value {
    let media = match endpoint.encoding {
        Encoding::Form => "application/x-www-form-urlencoded",
        _ => "application/json",
    };
    let examples: Map<String, Value> =
        endpoint.requests.iter().map(|(case, body)| ((*case).to_owned(), json!({"value": body}))).collect();
    let mut content = json!({"schema": endpoint.request_schema()});
    if !examples.is_empty()
        && let Some(fields) = content.as_object_mut()
    {
        fields.insert("examples".to_owned(), Value::Object(examples));
    }
    json!({"required": true, "content": {media: content}})
}

/// The answers worth telling apart, with what each does. What Kratos makes of them says [`outcome`].
fn responses(endpoint: &Endpoint) -> Value {
    let contract = endpoint.contract(false);
    let described = |description: String, schema: Option<Value>| match schema {
        Some(schema) => json!({"description": description, "content": {"application/json": {"schema": schema}}}),
        None => json!({"description": description}),
    };
    let says = |status: u16| why(endpoint, status);
    let mut responses = Map::new();
    let mut put = |status: &str, response: Value| _ = responses.insert(status.to_owned(), response);
    let changes = change(&contract);
    let about = if changes.is_some() && endpoint.point.saves() {
        "Done. The changes in the body are stored with the identity.".to_owned()
    } else {
        format!("Done: {}.", says(200))
    };
    put("200", described(about, changes));
    put("204", described("Done: the flow goes on, nothing changes. No body.".to_owned(), None));
    put("2XX", described("As 204: the body is not read.".to_owned(), None));
    put(
        "3XX",
        described(
            "Do not use. 301 to 303 are followed with GET and without the body; others count as done.".to_owned(),
            None,
        ),
    );
    if endpoint.mode == Mode::Ignore {
        put("4XX", described("Logged only.".to_owned(), None));
        put("5XX", described("Logged only, after three attempts (501: one).".to_owned(), None));
        return Value::Object(responses);
    }
    let refusal = refusal(&contract);
    let about = if refusal.is_some() {
        "Stops the flow: users see the messages in the form."
    } else {
        "Stops the flow with a general error."
    };
    put("4XX", described(about.to_owned(), refusal.clone()));
    put("429", described(format!("Called three times, then the flow fails: {}.", says(429)), None));
    put("501", described(about.to_owned(), refusal));
    put(
        "5XX",
        described(
            "Called three times, then the flow fails with a general error; the body is never read.".to_owned(),
            None,
        ),
    );
    Value::Object(responses)
}

fn why(endpoint: &Endpoint, status: u16) -> String {
    let circumstances = Circumstances {
        point: endpoint.point,
        mode: endpoint.mode,
        version: endpoint.version(),
        schema_ids: &endpoint.schema_ids,
        address: "",
        judge: &|_| Vec::new(),
    };
    outcome(&Answer { status, body: "{}" }, &circumstances).why.join("; ")
}
