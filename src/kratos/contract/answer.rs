//! What Kratos does with an answer of an endpoint.

use serde_json::Value;

use super::client::{ClientStatus, Ending, status};
use super::decode::{self, Change, Message};
use super::{Mode, Point};
use crate::kratos::version::Version;

/// An endpoint's answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer<'a> {
    /// HTTP status, 200 to 599.
    pub status: u16,
    /// The body as text; empty without one.
    pub body: &'a str,
}

/// What an answer is to the users in the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The flow goes on, with a change that its client or the database sees.
    Accepted,
    /// The flow goes on as if there were no body.
    AcceptedNoChange,
    /// The form comes again with messages.
    RefusedWithMessages,
    /// The form comes again and says nothing.
    RefusedWithoutMessage,
    /// An error without the words of the endpoint.
    Error,
}

impl Class {
    /// The word in the JSON of `kratos-lint respond`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Class::Accepted => "accepted",
            Class::AcceptedNoChange => "accepted-no-change",
            Class::RefusedWithMessages => "refused-with-messages",
            Class::RefusedWithoutMessage => "refused-without-message",
            Class::Error => "error",
        }
    }
}

/// What Kratos does.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// What the answer is to users.
    pub class: Class,
    /// The statuses that clients get.
    pub client: ClientStatus,
    /// How often the endpoint is called for one run of the hook.
    pub attempts: u8,
    /// Fields of the identity that change in the database.
    pub saved: Vec<&'static str>,
    /// JSON pointers into the body of what has no effect.
    pub ignored: Vec<String>,
    /// What users read in the form.
    pub messages: Vec<Message>,
    /// Why, in sentences.
    pub why: Vec<String>,
}

/// What the schema of the identities says of traits: messages of what it refuses.
pub(crate) type Judge<'a> = &'a dyn Fn(&Value) -> Vec<Message>;

/// The circumstances of an answer.
#[derive(Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    /// Which hook is answered.
    pub point: Point,
    /// What it does with answers.
    pub mode: Mode,
    /// The release.
    pub version: Version,
    /// The ids of `identity.schemas`.
    pub schema_ids: &'a [String],
    /// The address that the traits of the identity hold.
    pub address: &'a str,
    /// Checks traits.
    pub judge: Judge<'a>,
}

/// What Kratos does with an answer.
#[must_use]
pub(crate) fn outcome(answer: &Answer<'_>, at: &Circumstances<'_>) -> Outcome {
    let retried = is_retried(answer.status);
    let attempts = if retried { 3 } else { 1 };
    if at.mode == Mode::Ignore {
        let why = if retried {
            "`response.ignore`: Kratos calls it in the background, three times for this status; \
                users do not see the failure"
        } else {
            "`response.ignore`: the answer is only logged"
        };
        return Outcome { attempts, ..goes_on(at, why) };
    }
    match answer.status {
        _ if retried => {
            let why = "429 and 5xx (but 501) are called three times, after 1 and 2 seconds; their body is never read";
            Outcome { attempts, ..ends(at, Ending::GaveUp, Class::Error, why) }
        }
        400.. if at.mode.reads_refusals() => refused(answer.body, at),
        400.. => {
            let why = "without `response.parse` Kratos does not read the body of a refusal: users see a general error";
            ends(at, Ending::Unread, Class::Error, why)
        }
        300..400 => goes_on(at, redirect(answer.status, at.version)),
        200 if at.mode == Mode::Parse => parsed(answer.body, at),
        200 => goes_on(at, "without `response.parse` the body of a 200 answer is not read"),
        204 => goes_on(at, "204: nothing changes"),
        _ => goes_on(at, "only the body of a 200 answer is read"),
    }
}

/// Whether Kratos calls again (go-retryablehttp client.go:DefaultRetryPolicy).
#[must_use]
pub(crate) fn is_retried(status: u16) -> bool {
    status == 429 || (status >= 500 && status != 501)
}

fn redirect(status: u16, version: Version) -> &'static str {
    match status {
        301..=303 => "the redirect is followed with GET and without the payload; what answers there counts",
        307 | 308 if version < Version::V1_3_0 => "the redirect is not followed up to v1.2.0, and counts as success",
        307 | 308 => "the redirect is followed with the payload; what answers there counts",
        _ => "below 400 is success; the body is not read",
    }
}

fn goes_on(at: &Circumstances<'_>, why: &str) -> Outcome {
    ends(at, Ending::GoesOn, Class::AcceptedNoChange, why)
}

fn ends(at: &Circumstances<'_>, ending: Ending, class: Class, why: &str) -> Outcome {
    Outcome {
        class,
        client: status(at.point, ending, at.version),
        attempts: 1,
        saved: Vec::new(),
        ignored: Vec::new(),
        messages: Vec::new(),
        why: vec![why.to_owned()],
    }
}

/// A 4xx or 501 that is read for messages.
fn refused(body: &str, at: &Circumstances<'_>) -> Outcome {
    let (messages, ignored) = match decode::messages(body, at.version) {
        Ok(read) => read,
        Err(why) => {
            return ends(at, Ending::Failed, Class::Error, &format!("{why}: the refusal ends as a general error"));
        }
    };
    if at.point.is_before {
        let why = "there is no form yet that could show messages: a general error";
        return Outcome { ignored, ..ends(at, Ending::FormAgain, Class::Error, why) };
    }
    if messages.is_empty() {
        let why = "no group holds a message: the form comes again and says nothing";
        return Outcome { ignored, ..ends(at, Ending::FormAgain, Class::RefusedWithoutMessage, why) };
    }
    let mut why = vec![match at.point.flow {
        "recovery" | "verification" => "a new flow shows the messages".to_owned(),
        _ => "the form comes again with the messages".to_owned(),
    }];
    if messages.iter().any(|message| message.kind == "info") {
        why.push("a message whose `type` is not exactly `error` is shown as information".to_owned());
    }
    Outcome { ignored, messages, why, ..ends(at, Ending::FormAgain, Class::RefusedWithMessages, "") }
}

/// A 200 that is read for changes of the identity.
fn parsed(body: &str, at: &Circumstances<'_>) -> Outcome {
    let Change { applied, mut ignored } = match decode::change(body, at.version) {
        Ok(change) => change,
        Err(why) => return ends(at, Ending::Failed, Class::Error, &format!("{why}: the flow fails")),
    };
    if applied.is_empty() {
        return Outcome { ignored, ..goes_on(at, "the answer changes nothing") };
    }
    if at.point.is_before {
        let why = if at.version < Version::AFTER_V26_2 {
            "there is no identity yet: the server panics and drops the connection"
        } else {
            "there is no identity yet: the server panics and answers 500 with its stack trace"
        };
        return Outcome { ignored, ..ends(at, Ending::Panics, Class::Error, why) };
    }
    if at.point.saves() {
        return Outcome { ignored, ..saved(&applied, at) };
    }
    ignored.extend(applied.iter().map(|(name, _)| format!("/identity/{name}")));
    Outcome { ignored, ..unsaved(&applied, at) }
}

/// Where nothing is saved any more: login, recovery, verification.
fn unsaved(applied: &[(&'static str, Value)], at: &Circumstances<'_>) -> Outcome {
    if at.point.flow == "login" {
        let shown = |(name, value): &(&str, Value)| match *name {
            "traits" | "metadata_public" | "external_id" => !value.is_null(),
            "state" => value != "active",
            "schema_id" | "verifiable_addresses" | "recovery_addresses" => true,
            _ => false,
        };
        let why = "the identity is stored before this hook: only the answer to the client shows the change";
        let class = if applied.iter().any(shown) { Class::Accepted } else { Class::AcceptedNoChange };
        return ends(at, Ending::GoesOn, class, why);
    }
    let unknown = unknown_schema(applied, at);
    if let Some(id) = unknown.filter(|_| at.point.flow == "recovery" && Version::V1_1 <= at.version) {
        if at.version < Version::V1_2 {
            return ends(at, Ending::Failed, Class::Error, &format!("there is no identity schema {id:?}"));
        }
        return no_schema(id, at, "a new flow shows the message");
    }
    goes_on(at, "the identity is not stored after this hook: its change is lost")
}

/// Where the change is saved: registration and settings.
fn saved(applied: &[(&'static str, Value)], at: &Circumstances<'_>) -> Outcome {
    if let Some(id) = unknown_schema(applied, at) {
        return no_schema(id, at, "the form comes again, and nothing is stored");
    }
    let value_of = |wanted: &str| applied.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let refused = value_of("traits").map(|traits| (at.judge)(traits)).unwrap_or_default();
    if !refused.is_empty() {
        let why = "the traits of the answer replace all traits, and the identity schema refuses them";
        return Outcome { messages: refused, ..ends(at, Ending::FormAgain, Class::RefusedWithMessages, why) };
    }
    let is_settings = at.point.flow == "settings";
    let addresses =
        value_of("verifiable_addresses").map(|list| backed(list, value_of("traits"), at.address)).unwrap_or_default();
    if addresses.foreign && is_settings && (Version::V1_1..=Version::V1_3_1).contains(&at.version) {
        let why = "an address that no trait holds makes the save fail from v1.1.0 to v1.3.1";
        return ends(at, Ending::Failed, Class::Error, why);
    }
    let changes = |(name, value): &(&'static str, Value)| match *name {
        "metadata_public" | "metadata_admin" | "external_id" => !value.is_null() && value != "",
        "state" => value != "active",
        "verifiable_addresses" => addresses.own,
        "recovery_addresses" => false,
        _ => true,
    };
    let names: Vec<&'static str> = applied.iter().filter(|field| changes(field)).map(|(name, _)| *name).collect();
    let is_disabled = value_of("state").is_some_and(|state| state != "active");
    if is_disabled && !is_settings {
        let why =
            "the identity is stored with this state, then it may not sign in: the registration ends with an error";
        let is_form = Version::AFTER_V26_2 <= at.version;
        let class = if is_form { Class::RefusedWithMessages } else { Class::Error };
        let text = "This account has been disabled. Please contact support for assistance.".to_owned();
        let messages = Vec::from_iter(is_form.then_some(Message { node: String::new(), text, kind: "error" }));
        return Outcome { messages, saved: names, ..ends(at, Ending::Disabled, class, why) };
    }
    let class = if names.is_empty() { Class::AcceptedNoChange } else { Class::Accepted };
    let why =
        if names.is_empty() { "what is asked for is so already" } else { "the change is stored with the identity" };
    Outcome { saved: names, ..ends(at, Ending::GoesOn, class, why) }
}

/// Addresses of an answer: whether one is of the traits, and whether one is not.
#[derive(Clone, Copy, Debug, Default)]
struct Addresses {
    own: bool,
    foreign: bool,
}

/// Kratos keeps the addresses that it also derives from the traits (`identity/extension_verification.go:Finish)`: those of the
/// answer, else those that are there.
fn backed(list: &Value, traits: Option<&Value>, address: &str) -> Addresses {
    let mut found = Addresses::default();
    for entry in list.as_array().map_or(&[] as &[Value], Vec::as_slice) {
        let text = |key| decode::field(entry, key).and_then(Value::as_str).unwrap_or_default();
        let is_known = matches!(text("via"), "email" | "sms" | "phone");
        let is_own = traits.map_or(text("value") == address, |traits| holds(traits, text("value")));
        if is_known && is_own {
            found.own = true;
        } else {
            found.foreign = true;
        }
    }
    found
}

/// Whether a text is anywhere in a value.
fn holds(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Array(items) => items.iter().any(|item| holds(item, wanted)),
        Value::Object(fields) => fields.values().any(|field| holds(field, wanted)),
        _ => false,
    }
}

fn unknown_schema<'v>(applied: &'v [(&'static str, Value)], at: &Circumstances<'_>) -> Option<&'v str> {
    let id = applied.iter().find(|(name, _)| *name == "schema_id").and_then(|(_, value)| value.as_str())?;
    (!at.schema_ids.iter().any(|known| known == id)).then_some(id)
}

/// Message 4000001 of a schema that is not there.
fn no_schema(id: &str, at: &Circumstances<'_>, why: &str) -> Outcome {
    let message = Message { node: String::new(), text: format!("Unable to find JSON Schema ID: {id}"), kind: "error" };
    Outcome { messages: vec![message], ..ends(at, Ending::FormAgain, Class::RefusedWithMessages, why) }
}
