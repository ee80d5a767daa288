//! From the tables to the types of a place.

use std::collections::BTreeMap;

use super::courier::TEMPLATES;
use super::headers::{Filter, TAKEN_OUT, canonical};
use super::inputs::{Inputs, Metadata, unconfigured};
use super::json_type::{Field, JsonType, Object};
use super::points::{FACTS, Fact, FactRow, PAYLOADS, Payload, PayloadRow, PointRow, Purpose, payload_missing};
use super::providers::{self, Presence};
use super::row::{Row, Shape, ValueKind};
use super::{Place, shapes};
use crate::kratos::version::Version;

/// What a document at a place can read.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The top-level argument `ctx`; `None` where values come as external variables.
    pub ctx: Option<JsonType>,
    /// The external variables.
    pub variables: Vec<Variable>,
}

impl Environment {
    /// One type for all that is seen: `ctx` itself, or an object of the external variables.
    #[must_use]
    pub fn into_type(self) -> JsonType {
        let Environment { ctx, variables } = self;
        ctx.unwrap_or_else(|| {
            let fields = variables.into_iter().map(|variable| (variable.name.to_owned(), Field::always(variable.kind)));
            JsonType::Object(Object { fields: fields.collect(), ..Object::default() })
        })
    }
}

/// An external variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: JsonType,
}

/// What a document at `place` can read; `None` where Kratos runs no Jsonnet in that release.
#[must_use]
pub fn environment(place: &Place, inputs: &Inputs) -> Option<Environment> {
    let row = place.row()?;
    let build = Build { place, inputs };
    Some(match row.purpose {
        Purpose::Mapper => Environment { ctx: None, variables: build.mapper() },
        Purpose::Tokenizer => Environment { ctx: None, variables: build.tokenizer() },
        Purpose::Courier => Environment { ctx: Some(build.courier(row)), variables: Vec::new() },
        Purpose::WebHook | Purpose::PasswordMigration => {
            Environment { ctx: Some(build.hook(row)), variables: Vec::new() }
        }
    })
}

/// The JSON of an identity with these traits and lists of addresses, as message templates see it. Before v1.0.0 it is taken to be that of v1.0.0.
#[must_use]
pub fn identity(version: Version, traits: JsonType, addresses: Vec<&'static str>) -> JsonType {
    let place = Place::new("courier.http", version.max(Version::V1_0));
    let inputs = Inputs { traits, addresses, ..unconfigured(place.version) };
    Build { place: &place, inputs: &inputs }.object(&shapes::IDENTITY, "identity")
}

/// The one header that a request can be sure to have.
const CONTENT_TYPE: &str = "Content-Type";

struct Build<'a> {
    place: &'a Place,
    inputs: &'a Inputs,
}

impl Build<'_> {
    fn version(&self) -> Version {
        self.place.version
    }

    /// `ctx` of a hook: the request, the flow, and what else the row of the place lists.
    fn hook(&self, point: &PointRow) -> JsonType {
        let mut object = self.parts(point.parts);
        let mut add = |key: &str, shape, from: Option<Version>| match from {
            Some(from) if from <= self.version() => {
                object.fields.insert(key.to_owned(), Field::always(self.object(shape, key)));
            }
            Some(from) => _ = object.never.insert(key.to_owned(), format!("Kratos has it here only from {from} on")),
            None => {}
        };
        if let Some(flow) = point.flow {
            add("flow", flow, Some(Version::V1_0));
        }
        add("identity", &shapes::IDENTITY, point.identity);
        add("session", &shapes::SESSION, point.session);
        object.never.extend(owned(point.never));
        JsonType::Object(object)
    }

    fn parts(&self, shapes: &[&Shape]) -> Object {
        let mut all = Object::default();
        for shape in shapes {
            let object = self.known(shape, "");
            all.fields.extend(object.fields);
            all.never.extend(object.never);
        }
        all
    }

    fn mapper(&self) -> Vec<Variable> {
        let mut variables = vec![Variable { name: "claims", kind: self.object(&shapes::CLAIMS, "claims") }];
        if self.version() >= Version::AFTER_V26_2 {
            variables.push(Variable { name: "identity", kind: self.object(&shapes::MAPPER_IDENTITY, "identity") });
        }
        variables
    }

    fn tokenizer(&self) -> Vec<Variable> {
        vec![
            Variable { name: "session", kind: self.object(&shapes::SESSION, "session") },
            Variable { name: "claims", kind: self.object(&shapes::TOKEN_CLAIMS, "claims") },
        ]
    }

    /// `ctx` of the courier: one alternative for each template on each channel.
    fn courier(&self, point: &PointRow) -> JsonType {
        if self.version() < Version::V1_1 {
            let shape = point.parts.first().copied().unwrap_or(&shapes::COURIER_V1_0);
            return self.object(shape, "");
        }
        let templates = TEMPLATES.iter().filter(|template| {
            template.versions.contains(self.version())
                && self.place.channel.as_deref().is_none_or(|channel| channel == template.channel)
        });
        JsonType::union(templates.map(|template| {
            let mut object = self.known(&shapes::COURIER, "");
            let mut add = |key: &str, kind| _ = object.fields.insert(key.to_owned(), Field::always(kind));
            add("template_type", JsonType::is(template.name));
            add("message_type", JsonType::is(template.channel));
            add("template_data", self.object(&template.data, "template_data"));
            JsonType::Object(object)
        }))
    }

    fn object(&self, shape: &Shape, path: &str) -> JsonType {
        JsonType::Object(self.known(shape, path))
    }

    fn known(&self, shape: &Shape, path: &str) -> Object {
        let mut object = Object { never: owned(shape.never).collect(), ..Object::default() };
        object.rest = shape.open.then(|| Box::new(JsonType::Any));
        for row in shape.rows {
            let key = row.key.to_owned();
            if !row.versions.contains(self.version()) {
                object.never.insert(key, format!("Kratos has it only from {} on", row.versions.from));
                continue;
            }
            match self.field(row, &join(path, row.key)) {
                Ok(field) => _ = object.fields.insert(key, field),
                Err(why) => _ = object.never.insert(key, why),
            }
        }
        object
    }

    /// The field of a row, or why the key is never there.
    fn field(&self, row: &Row, path: &str) -> Result<Field, String> {
        let mut missing_when = row.missing_when;
        let mut nullable = row.nullable;
        let mut kind = None;
        if path == "flow.transient_payload" {
            match self.payload() {
                Some(Payload::Always) => missing_when = None,
                Some(Payload::Some) => {}
                None => return Err(payload_missing(self.place.id.contains(".after")).to_owned()),
            }
        }
        for fact in self.facts(path) {
            match fact {
                Fact::Absent(why) => return Err(why.to_owned()),
                Fact::Present => missing_when = None,
                Fact::NotNull => nullable = false,
                Fact::Null => (kind, nullable) = (Some(JsonType::Null), false),
                Fact::True => kind = Some(JsonType::Bool(Some(true))),
                Fact::Text(text) => (kind, nullable) = (Some(JsonType::is(text)), false),
                Fact::OneOf(texts) => kind = Some(JsonType::union(texts.iter().map(|text| JsonType::is(text)))),
            }
        }
        let of_identity = path.rsplit_once("identity.").map(|(_, key)| key);
        if of_identity.is_some_and(|key| self.inputs.never.contains(&key)) {
            let keyword = if path.ends_with("recovery_addresses") { "recovery" } else { "verification" };
            return Err(format!("no trait of the identity schema is marked for {keyword}"));
        }
        if self.claim(path)? || of_identity.is_some_and(|key| self.inputs.addresses.contains(&key)) {
            missing_when = None;
        }
        // The address that was just verified is this one: since v1.2.0 it is marked before the hooks run, by both strategies.
        if self.inputs.single.contains(&"verifiable_addresses")
            && path == "identity.verifiable_addresses[].verified_at"
            && self.place.id == "verification.after"
            && self.version() >= Version::V1_2
        {
            (missing_when, nullable) = (None, false);
        }
        if self.inputs.metadata == Metadata::Set && path == "identity.metadata_public" {
            nullable = false;
        }
        if let Some(id) = self.inputs.schema_id.as_ref().filter(|_| path.ends_with("identity.schema_id")) {
            kind = Some(JsonType::is(id));
        }
        if self.inputs.only_mail && path.ends_with("_addresses[].via") {
            kind = Some(JsonType::is("email"));
        }
        let kind = kind.unwrap_or_else(|| self.kind(&row.kind, path));
        let kind = if nullable { JsonType::union([kind, JsonType::Null]) } else { kind };
        Ok(Field { kind, missing_when: missing_when.map(str::to_owned) })
    }

    fn facts<'s>(&'s self, path: &'s str) -> impl Iterator<Item = Fact> + 's {
        let holds = |row: &&FactRow| {
            row.versions.contains(self.version())
                && row.points.iter().any(|beginning| self.place.id.starts_with(beginning))
                && self.place.is_by(row.methods)
        };
        FACTS.iter().filter(move |row| row.path == path).filter(holds).map(|row| row.fact)
    }

    /// Whether the flow has `transient_payload`: always, sometimes, or `None` for never.
    fn payload(&self) -> Option<Payload> {
        let holds = |row: &&PayloadRow, method: &str| {
            row.versions.contains(self.version())
                && self.place.id.starts_with(row.point)
                && row.methods.contains(&method)
        };
        let of = |method: &str| PAYLOADS.iter().find(|row| holds(row, method)).map(|row| row.payload);
        let found: Vec<Option<Payload>> = if self.place.methods.is_empty() {
            self.place.possible_methods().iter().map(|method| of(method)).collect()
        } else {
            self.place.methods.iter().map(|method| of(method)).collect()
        };
        if found.iter().all(Option::is_none) {
            return None;
        }
        Some(if found.iter().all(|payload| *payload == Some(Payload::Always)) {
            Payload::Always
        } else {
            Payload::Some
        })
    }

    /// Whether each sign-in with the provider brings a claim of a mapper; why it never does.
    fn claim(&self, path: &str) -> Result<bool, String> {
        let claim = path.strip_prefix("claims.").filter(|_| self.place.id == "oidc.mapper");
        let Some((claim, provider)) = claim.zip(self.inputs.provider.as_ref()) else { return Ok(false) };
        match providers::presence(&provider.kind, self.version(), claim) {
            Presence::Always => Ok(true),
            Presence::Never => Err(format!("Kratos does not fill it for the provider {}", provider.kind)),
            Presence::Maybe | Presence::Unknown => Ok(providers::surely_sets(&provider.kind, &provider.scopes, claim)),
        }
    }

    fn kind(&self, kind: &ValueKind, path: &str) -> JsonType {
        match kind {
            ValueKind::Unknown => JsonType::Any,
            ValueKind::Bool => JsonType::Bool(None),
            ValueKind::True => JsonType::Bool(Some(true)),
            ValueKind::Integer => JsonType::Number { integer: true },
            ValueKind::Text => JsonType::text(),
            ValueKind::Uuid => JsonType::format("uuid"),
            ValueKind::Time => JsonType::format("date-time"),
            ValueKind::Phone => JsonType::format("tel"),
            ValueKind::Url => JsonType::format("uri"),
            ValueKind::Words(words) => {
                let known = words.iter().filter(|word| word.versions.contains(self.version()));
                JsonType::union(known.map(|word| JsonType::is(word.text)))
            }
            ValueKind::List(item) => JsonType::list(self.kind(item, &format!("{path}[]"))),
            ValueKind::Object(shape) => self.object(shape, path),
            ValueKind::Map(value) => JsonType::map(self.kind(value, &format!("{path}.*"))),
            ValueKind::Free => JsonType::map(JsonType::Any),
            ValueKind::Traits => self.inputs.traits.clone(),
            ValueKind::Headers => self.headers(),
            ValueKind::OneOf(shapes) => {
                let known = shapes.iter().filter(|(_, versions)| versions.contains(self.version()));
                JsonType::union(known.map(|(shape, _)| self.object(shape, path)))
            }
        }
    }

    fn headers(&self) -> JsonType {
        let unfiltered = self.place.purpose() == Purpose::PasswordMigration;
        let values = JsonType::list(JsonType::text());
        let mut never: BTreeMap<String, String> = TAKEN_OUT
            .iter()
            .map(|name| ((*name).to_owned(), "the HTTP server takes it out of the headers".to_owned()))
            .collect();
        let field = |name: &str| {
            let field = Field::maybe(values.clone(), "the client did not send it");
            if self.has_type(name) { Field::always(values.clone()) } else { field }
        };
        let Filter::Only(names) = &self.inputs.headers else {
            return JsonType::Object(self.unfiltered(values.clone(), never));
        };
        if unfiltered {
            return JsonType::Object(self.unfiltered(values.clone(), never));
        }
        let fields: BTreeMap<String, Field> = names.iter().map(|name| (name.clone(), field(name))).collect();
        never.retain(|name, _| !fields.contains_key(name));
        JsonType::Object(Object { fields, rest: None, never })
    }

    /// All headers of a request.
    fn unfiltered(&self, values: JsonType, never: BTreeMap<String, String>) -> Object {
        let known = Some(CONTENT_TYPE).filter(|name| self.has_type(name));
        let fields = known.map(|name| (name.to_owned(), Field::always(values.clone()))).into_iter().collect();
        Object { fields, rest: Some(Box::new(values)), never }
    }

    /// Whether each request has this header: the decoder refuses what is posted without its type (`decoderx/http.go:validateRequest`
    /// at v1.0.0 and v26.2.0; 238 of 238 recorded contexts).
    fn has_type(&self, header: &str) -> bool {
        let is_posted = || self.facts("request_method").any(|fact| matches!(fact, Fact::Text("POST")));
        canonical(header) == CONTENT_TYPE && is_posted()
    }
}

fn owned(never: &'static [(&'static str, &'static str)]) -> impl Iterator<Item = (String, String)> {
    never.iter().map(|(key, why)| ((*key).to_owned(), (*why).to_owned()))
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
