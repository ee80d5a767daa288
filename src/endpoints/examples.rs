//! Requests and answers as files, for the tests of an endpoint.

use serde_json::{Value, json};

use super::Endpoint;
use crate::kratos::contract::response::{change, refusal};

/// A file: its name without folder, and its text.
#[derive(Clone, Debug)]
pub struct Example {
    /// `registration_after_password_0.request.fullest.json`
    pub name: String,
    /// What it holds.
    pub body: Value,
    /// The JSON Schema that it follows.
    pub schema: Value,
}

/// The examples of an endpoint.
#[must_use]
pub fn of(endpoint: &Endpoint) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for (case, body) in &endpoint.requests {
        let name = format!("{}.request.{case}.json", endpoint.name);
        if !examples.iter().any(|known| known.name == name) {
            examples.push(Example { name, body: body.clone(), schema: endpoint.request_schema() });
        }
    }
    let contract = endpoint.contract(false);
    if let Some(schema) = change(&contract) {
        let mut bodies = vec![("nothing", json!({}))];
        if endpoint.point.saves() {
            bodies.push(("metadata", json!({"identity": {"metadata_public": {"plan": "free"}}})));
        }
        for (case, body) in bodies {
            let name = format!("{}.answer.200.{case}.json", endpoint.name);
            examples.push(Example { name, body, schema: schema.clone() });
        }
    }
    if let Some(schema) = refusal(&contract) {
        let message = json!({"id": 4_000_001, "text": "This cannot be used.", "type": "error"});
        let bodies = [
            ("form", json!({"messages": [{"messages": [message]}]})),
            ("field", json!({"messages": [{"instance_ptr": field(endpoint), "messages": [message]}]})),
        ];
        for (case, body) in bodies {
            let name = format!("{}.answer.400.{case}.json", endpoint.name);
            examples.push(Example { name, body, schema: schema.clone() });
        }
    }
    examples
}

/// The first trait, as a message points to it.
pub(crate) fn field(endpoint: &Endpoint) -> String {
    let first = endpoint.traits.as_ref().and_then(|traits| traits.get("properties")).and_then(Value::as_object);
    let name = first.and_then(|traits| traits.keys().next()).map_or("email", String::as_str);
    format!("#/traits{}", crate::yaml::pointer_token(name))
}
