//! The endpoints that a configuration calls: what each receives, and what it may answer.

pub mod examples;
pub(crate) mod openapi;
pub(crate) mod types;

use serde_json::{Value, json};

use crate::documents::written::Writer;
use crate::evaluation::Evaluator;
use crate::files::Files;
use crate::kratos::bodies::{self, Encoding};
use crate::kratos::contract::response::{Contract, PUBLISHED};
use crate::kratos::contract::{Mode, Point};
use crate::kratos::ctx::inputs::unconfigured;
use crate::kratos::ctx::json_schema::DIALECT;
use crate::kratos::ctx::json_type::JsonType;
use crate::kratos::ctx::{self, environment, json_schema, sample, standard};
use crate::kratos::hooks::Hook;
use crate::kratos::identity::IdentitySchema;
use crate::kratos::plan::{self, Uses};
use crate::kratos::secrets;
use crate::kratos::version::{Version, Versions};
use crate::yaml::Node;

/// How a request proves that Kratos sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// A key in a header or cookie of this name.
    ApiKey {
        /// Its name.
        name: String,
        /// In a cookie, not a header.
        in_cookie: bool,
    },
    /// `Authorization: Basic …`
    Basic,
}

/// A web hook as its endpoint sees it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// A name that no other one of the configuration has: `registration_after_password_0`.
    pub name: String,
    /// JSON pointer of the hook; none for a hook point without a configuration.
    pub pointer: Option<String>,
    /// Its `url`.
    pub url: Option<String>,
    /// The HTTP method as it is sent.
    pub http_method: String,
    /// Which hook point.
    pub point: Point,
    /// Where its body runs.
    pub place: ctx::Place,
    /// What it does with answers.
    pub mode: Mode,
    /// How the body is encoded.
    pub encoding: Encoding,
    /// How it authenticates.
    pub auth: Option<Auth>,
    /// Names of the headers that the configuration adds.
    pub headers: Vec<String>,
    /// Whether Kratos adds the headers that name the call.
    pub has_request_id: bool,
    /// The type of the body.
    pub request: JsonType,
    /// Bodies, each with the name of its case.
    pub requests: Vec<(&'static str, Value)>,
    /// Why it never runs, if so.
    pub never: Option<&'static str>,
    /// The schema of the traits of the default identity schema, when it is known.
    pub traits: Option<Value>,
    /// The ids of `identity.schemas`.
    pub schema_ids: Vec<String>,
}

/// Since when the header `Ory-Webhook-Request-ID` is sent (`selfservice/hook/web_hook.go:InstrumentHTTPClientForEvents`).
pub(crate) const REQUEST_ID: Versions = Versions::since(Version::V1_1);
/// Since when the header `Ory-Webhook-Trigger-ID` is sent too.
pub(crate) const TRIGGER_ID: Versions = Versions::since(Version::V25_4);

impl Endpoint {
    /// The release.
    #[must_use]
    pub(crate) fn version(&self) -> Version {
        self.place.version()
    }

    /// What it may answer.
    #[must_use]
    pub(crate) fn contract(&self, lenient: bool) -> Contract<'_> {
        Contract {
            point: self.point,
            mode: self.mode,
            version: self.version(),
            traits: self.traits.as_ref(),
            schema_ids: &self.schema_ids,
            lenient,
        }
    }

    /// The JSON Schema of the body, without a head.
    #[must_use]
    pub fn request_schema(&self) -> Value {
        let mut schema = json_schema::of(&self.request);
        if self.pointer.is_some() {
            secrets::hide_constants(&mut schema, &sample::is_made_up);
        }
        schema
    }

    /// The JSON Schema of the body as a document of its own.
    #[must_use]
    pub fn request_document(&self) -> Value {
        let published = || format!("{PUBLISHED}/{}/request/{}.json", self.version(), self.place.id());
        let mut document = json!({
            "$schema": DIALECT,
            "$id": self.urn("request").unwrap_or_else(published),
            "title": format!("What Ory Kratos {} sends at {}", self.version(), self.place.id()),
        });
        if let (Some(document), Value::Object(keywords)) = (document.as_object_mut(), self.request_schema()) {
            document.extend(keywords);
        }
        document
    }

    /// The name of a schema of this hook in its configuration.
    #[must_use]
    pub(crate) fn urn(&self, what: &str) -> Option<String> {
        let pointer = self.pointer.as_ref()?;
        Some(format!("urn:kratos-lint:{what}:{}", secrets::pointer(pointer).trim_start_matches('/').replace('/', ":")))
    }

    /// Whether users wait for it.
    #[must_use]
    pub(crate) fn blocks(&self) -> bool {
        self.mode != Mode::Ignore
    }
}

/// The endpoints of all web hooks of a configuration, in its order. The evaluator tries their bodies.
#[must_use]
pub fn of(
    root: Node<'_>,
    version: Version,
    schemas: &[IdentitySchema],
    files: &Files,
    evaluator: Evaluator,
) -> Vec<Endpoint> {
    let points = plan::points(root, version);
    let uses = Uses::of(&points);
    let mut writer = Writer::new(root, schemas, evaluator.with(standard::engine(version)));
    let default = root.find("identity.default_schema_id").and_then(Node::as_str).unwrap_or("default");
    let traits = schemas.iter().find(|schema| schema.id.as_deref() == Some(default)).and_then(traits_of);
    let mut schema_ids: Vec<String> = schemas.iter().filter_map(|schema| schema.id.clone()).collect();
    // A list without one of them would refuse it.
    if schema_ids.iter().any(|id| secrets::name(id) != *id) {
        schema_ids.clear();
    }
    let mut endpoints = Vec::new();
    for (list, hook, place) in bodies::web_hooks(root, version) {
        let Ok(point) = Point::parse(&format!("{}.{}", list.flow, list.trigger), version) else { continue };
        let config = hook.node.get("config");
        let reference = config.and_then(|config| bodies::reference(config, &place));
        let written = reference.as_ref().and_then(|reference| writer.written(reference, files));
        let text = |path: &str| hook.config(path).and_then(Node::as_str).map(str::to_owned);
        let headers = hook
            .config("headers")
            .map(|headers| headers.fields().map(|field| secrets::header(field.key).to_owned()).collect());
        endpoints.push(Endpoint {
            name: format!("{}_{}", shown_name(&list.point()), hook.node.index().unwrap_or_default()),
            pointer: Some(hook.node.pointer()),
            url: text("url"),
            http_method: text("method").filter(|method| !method.is_empty()).unwrap_or_else(|| "POST".to_owned()),
            point,
            mode: mode(hook),
            encoding: reference.map_or(Encoding::Json, |reference| reference.encoding),
            auth: auth(hook),
            headers: headers.unwrap_or_default(),
            has_request_id: hook.config("emit_analytics_event").is_none_or(|node| node.as_bool() != Some(false)),
            request: written.as_ref().map_or(JsonType::Any, |written| written.kind.clone()),
            requests: written.map(|written| shown(written.examples)).unwrap_or_default(),
            never: never(&uses, hook),
            traits: traits.clone(),
            schema_ids: schema_ids.clone(),
            place,
        });
    }
    endpoints
}

/// The endpoint of a hook point without a configuration, whose body forwards all of ctx.
#[must_use]
pub fn generic(place: &ctx::Place, mode: Mode) -> Option<Endpoint> {
    let mut parts = place.id().split('.');
    let list = format!("{}.{}", parts.next()?, parts.next()?);
    let point = Point::parse(&list, place.version()).ok()?;
    let kind = environment(place, &unconfigured(place.version()))?.into_type();
    let requests = vec![
        ("least", sample::of(&kind, sample::Fill::Minimal)),
        ("fullest", sample::of(&kind, sample::Fill::Maximal)),
    ];
    Some(Endpoint {
        name: place.id().replace('.', "_"),
        pointer: None,
        url: None,
        http_method: "POST".to_owned(),
        point,
        place: place.clone(),
        mode,
        encoding: Encoding::Json,
        auth: None,
        headers: Vec::new(),
        has_request_id: true,
        request: kind,
        requests,
        never: None,
        traits: None,
        schema_ids: Vec::new(),
    })
}

/// The name of a list in names of files and types.
fn shown_name(point: &str) -> String {
    secrets::name(point).replace(secrets::MASK, "other").replace('.', "_")
}

/// Bodies without what is written into them to the letter.
fn shown(mut examples: Vec<(&'static str, Value)>) -> Vec<(&'static str, Value)> {
    for (_, body) in &mut examples {
        secrets::hide_literals(body, &sample::is_made_up);
    }
    examples
}

/// The schema of the traits, when the identity schema can be read and needs nothing outside of them.
fn traits_of(schema: &IdentitySchema) -> Option<Value> {
    let whole: Value = serde_json::from_str(schema.root()?.source().text()).ok()?;
    let traits = whole.pointer("/properties/traits")?;
    let mut shown = plain(traits);
    secrets::hide_constants(&mut shown, &|_| false);
    (!traits.to_string().contains("\"$ref\"")).then_some(shown)
}

/// A schema without the keywords that only Kratos reads.
fn plain(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let kept = keywords.iter().filter(|(key, _)| !key.starts_with("ory.sh/"));
            Value::Object(kept.map(|(key, value)| (key.clone(), plain(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
        other => other.clone(),
    }
}

fn mode(hook: Hook<'_>) -> Mode {
    match () {
        () if hook.is_ignored() => Mode::Ignore,
        () if hook.parse().is_some() => Mode::Parse,
        () if hook.can_interrupt().is_some() => Mode::CanInterrupt,
        () => Mode::Wait,
    }
}

/// What the endpoint of a hook may answer, as far as that does not depend on identity schemas.
pub(crate) fn plain_contract(point: Point, hook: Hook<'_>, version: Version) -> Contract<'static> {
    Contract { point, mode: mode(hook), version, traits: None, schema_ids: &[], lenient: false }
}

fn auth(hook: Hook<'_>) -> Option<Auth> {
    let text = |path: &str| hook.config(path).and_then(Node::as_str);
    match text("auth.type")? {
        "api_key" => {
            let name = secrets::header(text("auth.config.name").unwrap_or("Authorization")).to_owned();
            Some(Auth::ApiKey { name, in_cookie: text("auth.config.in") == Some("cookie") })
        }
        "basic_auth" => Some(Auth::Basic),
        _ => None,
    }
}

/// Why a hook runs at no point; none when it runs.
fn never(uses: &Uses<'_, '_>, hook: Hook<'_>) -> Option<&'static str> {
    let pointer = hook.node.pointer();
    let runs = uses.runs(&pointer).iter().any(|(point, _)| point.enabled);
    uses.never(&pointer).first().filter(|_| !runs).map(|(_, why)| *why)
}
