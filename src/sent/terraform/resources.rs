//! What each resource puts into the configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::{Mould, RemarkKind, Sent, flat};
use super::{at_head, remark, word};
use crate::hcl::{self, Content, Resource, Text, Value};
use crate::kratos::hooks::{FLOWS, METHODS};
use crate::kratos::schema::{self, Shape};
use crate::kratos::version::Version;
use crate::text::{Place, Source, to_base64_url};

/// The actions of a folder by the list that they are in.
#[derive(Default)]
pub(super) struct Actions<'f> {
    lists: BTreeMap<Vec<String>, Vec<Resource<'f>>>,
}

impl<'f> Actions<'f> {
    /// Adds an action: a `web_hook` at the end of its list.
    pub(super) fn add(&mut self, action: Resource<'f>, mould: &mut Mould, sent: &mut Sent, files: &[Arc<Source>]) {
        let (Some(flow), Some(timing)) = (word(&action, "flow"), word(&action, "timing")) else { return };
        if !FLOWS.contains(&flow.as_str()) || !["before", "after"].contains(&timing.as_str()) {
            return;
        }
        let has_methods = timing == "after" && METHODS.iter().any(|(of, _)| *of == flow);
        let method = action.get("auth_method");
        let mut path = vec!["selfservice".to_owned(), "flows".to_owned(), flow.clone(), timing.clone()];
        match &method {
            Some(value) if !has_methods => {
                let list = if timing == "before" { "before" } else { &flow };
                sent.remarks.extend(remark(RemarkKind::MethodIgnored, files, value.file, value.key, list));
            }
            Some(value) => match &value.content {
                Content::Text(text) => path.push(text.value.clone()),
                Content::Null => path.push("password".to_owned()),
                _ => return,
            },
            None if has_methods => path.push("password".to_owned()),
            None => {}
        }
        path.push("hooks".to_owned());
        let hook = hook(&action, sent, files);
        let item: Vec<String> = path.iter().cloned().chain(["-".to_owned()]).collect();
        mould.put(&item, hook);
        self.lists.entry(path).or_default().push(action);
    }

    /// Remarks on lists whose order nothing fixes, where it may matter.
    pub(super) fn compare(&self, sent: &mut Sent, files: &[Arc<Source>]) {
        for list in self.lists.values() {
            let waits = |action: &Resource<'_>| {
                let ignore = action.get("response_ignore");
                !ignore.is_some_and(|value| matches!(value.content, Content::Bool(true) | Content::Unknown))
            };
            let names = |one: &Resource<'_>, other: &Resource<'_>| one.names_resource(other.kind, other.name);
            let open = list.windows(2).find_map(|pair| match pair {
                [one, other] if !names(one, other) && !names(other, one) => Some((one, other)),
                _ => None,
            });
            let Some((one, other)) = open.filter(|_| list.iter().any(waits)) else { continue };
            let found = remark(RemarkKind::OrderOpen, files, other.file, other.head(), one.name);
            sent.remarks.extend(found.map(|mut found| {
                found.other = files.get(one.file).map(|file| Place::new(file, one.head()));
                found
            }));
        }
    }
}

/// A `web_hook` as an action describes it.
fn hook(action: &Resource<'_>, sent: &mut Sent, files: &[Arc<Source>]) -> Value {
    let named = |content: &str| at_head(action, text(files, action.file, content));
    let mut config: Vec<(String, Value)> = Vec::new();
    config.extend(action.get("url").map(|url| ("url".to_owned(), url)));
    config.push(("method".to_owned(), action.get("method").unwrap_or_else(|| named("POST"))));
    if let Some(body) = action.get("body").filter(|body| !matches!(body.content, Content::Null)) {
        config.push(("body".to_owned(), self::body(body, sent, files)));
    }
    let mut response = Vec::new();
    for (name, key) in [("response_ignore", "ignore"), ("response_parse", "parse")] {
        response.extend(action.get(name).map(|value| (key.to_owned(), value)));
    }
    if !response.is_empty() {
        config.push(("response".to_owned(), at_head(action, Content::Map(response))));
    }
    config.extend(action.get("can_interrupt").map(|value| ("can_interrupt".to_owned(), value)));
    config.extend(auth(action).map(|value| ("auth".to_owned(), value)));
    let fields =
        vec![("hook".to_owned(), named("web_hook")), ("config".to_owned(), at_head(action, Content::Map(config)))];
    at_head(action, Content::Map(fields))
}

/// The body of an action is Jsonnet as it is, unless it begins with `base64://`.
fn body(mut body: Value, sent: &mut Sent, files: &[Arc<Source>]) -> Value {
    let Content::Text(text) = &body.content else {
        body.content = Content::Unknown;
        return body;
    };
    let start = text.value.trim_start();
    if start.starts_with("base64://") {
        return body;
    }
    let scheme = ["file://", "http://", "https://"].iter().find(|scheme| start.starts_with(**scheme));
    if let Some(scheme) = scheme.filter(|_| !start.contains('\n')) {
        sent.remarks.extend(remark(RemarkKind::AddressAsBody, files, body.file, body.span, scheme));
        body.content = Content::Unknown;
        return body;
    }
    // `base64encode` alone: the provider takes what does not begin with `base64://` for Jsonnet.
    if text.decoded.is_some() {
        sent.remarks.extend(remark(RemarkKind::AddressAsBody, files, body.file, body.span, "base64"));
        body.content = Content::Unknown;
        return body;
    }
    body.content = packed(text);
    body
}

/// A text as `base64://`.
fn packed(text: &Text) -> Content {
    Content::Text(Text {
        value: to_base64_url(&text.value),
        source: Arc::clone(&text.source),
        decoded: Some(Arc::clone(&text.source)),
    })
}

fn text(files: &[Arc<Source>], file: usize, content: &str) -> Content {
    let source = files.get(file).cloned().unwrap_or_else(|| Source::new("", ""));
    Content::Text(Text { value: content.to_owned(), source, decoded: None })
}

fn auth(action: &Resource<'_>) -> Option<Value> {
    let kind = action.get("webhook_auth_type")?;
    let names: &[(&str, &str)] = match kind.text().map(|text| text.value.as_str()) {
        Some("api_key") => &[
            ("webhook_auth_api_key_name", "name"),
            ("webhook_auth_api_key_value", "value"),
            ("webhook_auth_api_key_value_wo", "value"),
            ("webhook_auth_api_key_in", "in"),
        ],
        Some("basic_auth") => &[
            ("webhook_auth_basic_auth_user", "user"),
            ("webhook_auth_basic_auth_password", "password"),
            ("webhook_auth_basic_auth_password_wo", "password"),
        ],
        Some("") => return None,
        _ if matches!(kind.content, Content::Null) => return None,
        _ => return Some(Value { content: Content::Unknown, ..kind }),
    };
    let mut config: Vec<(String, Value)> = Vec::new();
    for (name, key) in names {
        config.extend(action.get(name).map(|value| ((*key).to_owned(), value)));
    }
    let config = Value { content: Content::Map(config), ..kind.clone() };
    let around = Value { content: Content::Unknown, ..kind.clone() };
    let fields = vec![("type".to_owned(), kind), ("config".to_owned(), config)];
    Some(Value { content: Content::Map(fields), ..around })
}

/// An identity schema.
pub(super) fn schema(resource: &Resource<'_>, mould: &mut Mould, sent: &mut Sent, files: &[Arc<Source>]) {
    let Some(mut url) = resource.get("schema") else { return };
    url.content = match &url.content {
        Content::Text(text) => packed(text),
        Content::Json(inner) => {
            files.get(inner.file).and_then(|file| hcl::json(file, inner)).map_or(Content::Unknown, |text| packed(&text))
        }
        _ => Content::Unknown,
    };
    let mut fields = Vec::new();
    let id = resource.get("schema_id");
    fields.extend(id.clone().map(|id| ("id".to_owned(), id)));
    fields.push(("url".to_owned(), url));
    let path = ["identity", "schemas", "-"].map(str::to_owned);
    mould.put(&path, at_head(resource, Content::Map(fields)));
    let is_default = resource.get("set_default").is_some_and(|value| matches!(value.content, Content::Bool(true)));
    if let Some(id) = id.filter(|_| is_default) {
        sent.knows_schemas = true;
        mould.put(&["identity", "default_schema_id"].map(str::to_owned), id);
    }
}

/// An e-mail template: `recovery_code_valid` is `courier.templates.recovery_code.valid.email`.
pub(super) fn template(resource: &Resource<'_>, mould: &mut Mould, sent: &mut Sent, files: &[Arc<Source>]) {
    let Some(kind) = word(resource, "template_type") else { return };
    let Some((name, variant)) = kind.rsplit_once('_') else { return };
    if !["valid", "invalid"].contains(&variant) {
        return;
    }
    for (name_of, part) in [
        ("subject", &["subject"][..]),
        ("body_html", &["body", "html"][..]),
        ("body_plaintext", &["body", "plaintext"][..]),
    ] {
        let Some(mut value) = resource.get(name_of) else { continue };
        let Content::Text(text) = &value.content else { continue };
        let is_file = text.value.starts_with("file://") && !text.value.trim_end().contains('\n');
        if is_file || text.decoded.is_some() && !text.value.starts_with("base64://") {
            let word = if is_file { "file://" } else { "base64" };
            sent.remarks.extend(remark(RemarkKind::AddressAsText, files, value.file, value.span, word));
            value.content = Content::Unknown;
        } else if !text.value.starts_with("base64://") {
            value.content = packed(text);
        }
        let around = ["courier", "templates", name, variant, "email"];
        let path: Vec<String> = around.iter().chain(part).map(|&key| key.to_owned()).collect();
        mould.put(&path, value);
    }
}

/// Attributes of a provider, and its keys in the configuration.
const PROVIDER: [(&str, &str); 9] = [
    ("provider_id", "id"),
    ("provider_type", "provider"),
    ("client_id", "client_id"),
    ("client_secret", "client_secret"),
    ("issuer_url", "issuer_url"),
    ("auth_url", "auth_url"),
    ("token_url", "token_url"),
    ("scope", "scope"),
    ("mapper_url", "mapper_url"),
];

/// A social sign-in provider.
pub(super) fn provider(resource: &Resource<'_>, mould: &mut Mould) {
    let mut fields = Vec::new();
    for (name, key) in PROVIDER {
        fields.extend(resource.get(name).map(|value| (key.to_owned(), value)));
    }
    let path = ["selfservice", "methods", "oidc", "config", "providers", "-"].map(str::to_owned);
    mould.put(&path, at_head(resource, Content::Map(fields)));
}

/// Settings of the project.
pub(super) fn settings(resource: &Resource<'_>, mould: &mut Mould, sent: &mut Sent, files: &[Arc<Source>]) {
    for name in resource.names() {
        let (Some(path), Some(value)) = (flat::path(name), resource.get(name)) else { continue };
        if !converts(&path.join("."), &value) {
            let pointer = format!("/{}", path.join("/"));
            sent.remarks.extend(remark(RemarkKind::NotConverted, files, value.file, value.span, &pointer));
        }
        mould.put(&path, value);
    }
}

/// Whether Terraform makes of a text what a key holds: `"5"` is a number to it, and `"true"` a truth value.
fn converts(path: &str, value: &Value) -> bool {
    let Some(text) = value.text().map(|text| text.value.as_str()) else { return true };
    match schema::lookup(path, Version::MASTER).map(|key| key.shape) {
        Some(Shape::Integer | Shape::Number) => text.trim().parse::<f64>().is_ok(),
        Some(Shape::Boolean) => matches!(text, "true" | "false" | "1" | "0"),
        _ => true,
    }
}
