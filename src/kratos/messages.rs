//! The messages that Kratos sends, per version: their fields, their files, and which setting decides whether they are sent
//! (`courier/template/{email,sms}/*.go` at the tags of all releases).

pub(crate) mod folder;
pub(crate) mod sending;

use std::rc::Rc;

use super::ctx::{self, json_type::JsonType};
use super::version::{Version, Versions};
use crate::gotemplate::functions::{self, Origin};
use crate::gotemplate::kinds::{Struct, ValueType, of_json};

/// A message of the courier on one channel.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    /// Its folder and its key below `courier.templates`: `recovery_code`, …
    pub name: &'static str,
    /// `valid` for known addresses, `invalid` for unknown ones; none for messages that make no difference.
    pub variant: Option<&'static str>,
    /// How it is sent.
    pub channel: Channel,
    /// Releases that have it.
    pub versions: Versions,
    fields: &'static [Field],
}

/// How a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By e-mail.
    Email,
    /// By SMS.
    Sms,
}

impl Channel {
    /// Its key below `courier.templates.*.valid`.
    #[must_use]
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Sms => "sms",
        }
    }
}

/// A part of a message: each is a template of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The subject of an e-mail.
    Subject,
    /// The text of an e-mail.
    Plaintext,
    /// The HTML of an e-mail.
    Html,
    /// The text of an SMS.
    Sms,
}

impl Part {
    /// All parts.
    pub const ALL: [Part; 4] = [Part::Subject, Part::Plaintext, Part::Html, Part::Sms];

    /// The file that is executed.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Part::Subject => "email.subject.gotmpl",
            Part::Plaintext => "email.body.plaintext.gotmpl",
            Part::Html => "email.body.gotmpl",
            Part::Sms => "sms.body.gotmpl",
        }
    }

    /// What the names of all files begin with that are parsed together with it.
    #[must_use]
    pub(crate) const fn beginning(self) -> &'static str {
        match self {
            Part::Subject => "email.subject",
            Part::Plaintext => "email.body.plaintext",
            Part::Html => "email.body",
            Part::Sms => "sms.body",
        }
    }

    /// Its key below `courier.templates.*.valid.email` or `.sms`.
    #[must_use]
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Part::Subject => "subject",
            Part::Plaintext | Part::Sms => "body.plaintext",
            Part::Html => "body.html",
        }
    }

    /// How it is sent.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Part::Sms => Channel::Sms,
            _ => Channel::Email,
        }
    }

    /// As part of a sentence.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Part::Subject => "the subject",
            Part::Plaintext => "the plain text",
            Part::Html => "the HTML part",
            Part::Sms => "the SMS",
        }
    }

    /// Whether `html/template` executes it (`loadHTMLTemplate` is new in v0.8.1).
    #[must_use]
    pub(crate) fn is_html(self, version: Version) -> bool {
        self == Part::Html && version >= Version::V0_8_2
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Field {
    name: &'static str,
    kind: FieldKind,
    versions: Versions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FieldKind {
    Text,
    Int,
    Identity,
    Traits,
    Payload,
    Headers,
    OAuth2,
}

const fn field(name: &'static str, kind: FieldKind, from: Version) -> Field {
    Field { name, kind, versions: Versions::since(from) }
}

const fn text(name: &'static str) -> Field {
    field(name, FieldKind::Text, Version::OLDEST)
}

const TO: Field = text("To");
/// New in v0.8.1.
const IDENTITY: Field = field("Identity", FieldKind::Identity, Version::V0_8_2);
const REQUEST_URL: Field = field("RequestURL", FieldKind::Text, Version::V1_1);
const TRANSIENT_PAYLOAD: Field = field("TransientPayload", FieldKind::Payload, Version::V1_2);
const EXPIRES: Field = field("ExpiresInMinutes", FieldKind::Int, Version::V25_4);
const HEADERS: Field = field("UserRequestHeaders", FieldKind::Headers, Version::V26_2);
const OAUTH2: Field = field("OAuth2LoginRequest", FieldKind::OAuth2, Version::AFTER_V26_2);
const DOMAIN: Field = field("RequestURLDomain", FieldKind::Text, Version::AFTER_V26_2);

const fn message(
    name: &'static str,
    variant: &'static str,
    channel: Channel,
    from: Version,
    fields: &'static [Field],
) -> Message {
    Message { name, variant: Some(variant), channel, versions: Versions::since(from), fields }
}

const fn notice(name: &'static str, channel: Channel, versions: Versions, fields: &'static [Field]) -> Message {
    Message { name, variant: None, channel, versions, fields }
}

use Channel::{Email, Sms};

/// All messages, except for those of tests.
pub const MESSAGES: &[Message] = &[
    message("recovery", "invalid", Email, Version::OLDEST, &[TO, REQUEST_URL, TRANSIENT_PAYLOAD]),
    message(
        "recovery",
        "valid",
        Email,
        Version::OLDEST,
        &[TO, text("RecoveryURL"), IDENTITY, REQUEST_URL, TRANSIENT_PAYLOAD, EXPIRES],
    ),
    message("recovery_code", "invalid", Email, Version::V0_11_0, &[TO, REQUEST_URL, TRANSIENT_PAYLOAD]),
    message(
        "recovery_code",
        "valid",
        Email,
        Version::V0_11_0,
        &[TO, text("RecoveryCode"), IDENTITY, REQUEST_URL, TRANSIENT_PAYLOAD, EXPIRES, HEADERS],
    ),
    message(
        "recovery_code",
        "valid",
        Sms,
        Version::V25_4,
        &[
            TO,
            text("RecoveryCode"),
            IDENTITY,
            REQUEST_URL,
            text("RequestURLDomain"),
            TRANSIENT_PAYLOAD,
            EXPIRES,
            HEADERS,
        ],
    ),
    message("verification", "invalid", Email, Version::OLDEST, &[TO, REQUEST_URL, TRANSIENT_PAYLOAD]),
    message(
        "verification",
        "valid",
        Email,
        Version::OLDEST,
        &[TO, text("VerificationURL"), IDENTITY, REQUEST_URL, TRANSIENT_PAYLOAD, EXPIRES, OAUTH2],
    ),
    message("verification_code", "invalid", Email, Version::V0_11_0, &[TO, REQUEST_URL, TRANSIENT_PAYLOAD]),
    message(
        "verification_code",
        "valid",
        Email,
        Version::V0_11_0,
        &[
            TO,
            text("VerificationURL"),
            text("VerificationCode"),
            IDENTITY,
            REQUEST_URL,
            TRANSIENT_PAYLOAD,
            EXPIRES,
            OAUTH2,
        ],
    ),
    message(
        "verification_code",
        "valid",
        Sms,
        Version::V1_1,
        &[TO, text("VerificationCode"), IDENTITY, REQUEST_URL, DOMAIN, TRANSIENT_PAYLOAD, EXPIRES, OAUTH2],
    ),
    message(
        "login_code",
        "valid",
        Email,
        Version::V1_1,
        &[TO, text("LoginCode"), IDENTITY, REQUEST_URL, TRANSIENT_PAYLOAD, EXPIRES, HEADERS, OAUTH2],
    ),
    message(
        "login_code",
        "valid",
        Sms,
        Version::V1_1,
        &[TO, text("LoginCode"), IDENTITY, REQUEST_URL, DOMAIN, TRANSIENT_PAYLOAD, EXPIRES, HEADERS, OAUTH2],
    ),
    message(
        "registration_code",
        "valid",
        Email,
        Version::V1_1,
        &[
            TO,
            field("Traits", FieldKind::Traits, Version::V1_1),
            text("RegistrationCode"),
            REQUEST_URL,
            TRANSIENT_PAYLOAD,
            EXPIRES,
            HEADERS,
            OAUTH2,
        ],
    ),
    message(
        "registration_code",
        "valid",
        Sms,
        Version::V25_4,
        &[
            TO,
            text("RegistrationCode"),
            // Not an identity, in spite of its name (selfservice/strategy/code/code_sender.go:SendCode).
            field("Identity", FieldKind::Traits, Version::V25_4),
            REQUEST_URL,
            DOMAIN,
            TRANSIENT_PAYLOAD,
            EXPIRES,
            HEADERS,
            OAUTH2,
        ],
    ),
    notice("otp", Sms, Versions::between(Version::V0_9, Version::V1_0), &[TO, text("Code"), IDENTITY]),
    notice(
        "verifiable_address_changed",
        Email,
        Versions::since(Version::AFTER_V26_2),
        &[TO, IDENTITY, text("ChangedAt"), TRANSIENT_PAYLOAD],
    ),
    notice(
        "verifiable_address_changed",
        Sms,
        Versions::since(Version::AFTER_V26_2),
        &[TO, IDENTITY, text("ChangedAt"), TRANSIENT_PAYLOAD, HEADERS],
    ),
    notice(
        "authenticator_key_added",
        Email,
        Versions::since(Version::AFTER_V26_2),
        &[TO, IDENTITY, text("AddedAt"), TRANSIENT_PAYLOAD],
    ),
    notice(
        "authenticator_key_added",
        Sms,
        Versions::since(Version::AFTER_V26_2),
        &[TO, IDENTITY, text("AddedAt"), TRANSIENT_PAYLOAD, HEADERS],
    ),
];

/// The message of this name, variant and channel, in any release.
#[must_use]
pub(crate) fn named(name: &str, variant: Option<&str>, channel: Channel) -> Option<&'static Message> {
    MESSAGES.iter().find(|message| message.name == name && message.variant == variant && message.channel == channel)
}

impl Message {
    /// Its name in the database and in `ctx.template_type`, which is also that of its model: `recovery_code_valid`.
    #[must_use]
    pub fn type_name(&self) -> String {
        self.variant.map_or_else(|| self.name.to_owned(), |variant| format!("{}_{variant}", self.name))
    }

    /// Its folder below the folder of templates: `recovery_code/valid`.
    #[must_use]
    pub fn folder(&self) -> String {
        self.variant.map_or_else(|| self.name.to_owned(), |variant| format!("{}/{variant}", self.name))
    }

    /// Its parts.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> {
        Part::ALL.into_iter().filter(|part| part.channel() == self.channel)
    }

    /// What its templates are given in a release, for identities with these traits and lists of addresses.
    #[must_use]
    pub fn model(&self, version: Version, traits: &JsonType, addresses: &[&'static str]) -> Struct {
        // The message goes to an address of the list.
        let own = match self.name {
            "recovery" | "recovery_code" => Some("recovery_addresses"),
            "verification" | "verification_code" => Some("verifiable_addresses"),
            _ => None,
        };
        let addresses: Vec<&'static str> = addresses.iter().copied().chain(own).collect();
        let kind = |kind: FieldKind| match kind {
            FieldKind::Text => ValueType::Text,
            FieldKind::Int => ValueType::Int,
            FieldKind::Identity => of_json(ctx::identity(version, traits.clone(), addresses.clone())),
            FieldKind::Traits => of_json(traits.clone()),
            FieldKind::Payload => ValueType::Payload,
            FieldKind::Headers => ValueType::Headers,
            FieldKind::OAuth2 => ValueType::Pointer(Rc::new(oauth2())),
        };
        let fields = self.fields.iter().filter(|field| field.versions.contains(version));
        let name = match self.channel {
            Channel::Email => self.type_name(),
            Channel::Sms => format!("{} by SMS", self.type_name()),
        };
        Struct { name, fields: fields.map(|field| (field.name, kind(field.kind))).collect() }
    }

    /// Since when it has a field, if it has it in any release.
    #[must_use]
    pub(crate) fn has_since(&self, field: &str) -> Option<Version> {
        let known = self.fields.iter().find(|known| known.name == field)?;
        Some(known.versions.from.max(self.versions.from))
    }
}

/// `template.OAuth2LoginRequest` (courier/template/oauth2.go@master).
fn oauth2() -> Struct {
    let texts = ["ClientID", "ClientName", "ClientURI", "LogoURI"];
    let mut client: Vec<(&'static str, ValueType)> = texts.into_iter().map(|name| (name, ValueType::Text)).collect();
    client.push(("Metadata", ValueType::Unknown));
    let client = Struct { name: "OAuth2LoginRequest.Client".to_owned(), fields: client };
    let fields = vec![("Challenge", ValueType::Text), ("Client", ValueType::Struct(Rc::new(client)))];
    Struct { name: "OAuth2LoginRequest".to_owned(), fields }
}

/// Whether templates of users can call a function: all of sprig before v0.9.0, since then those that give the same for the
/// same arguments (`courier/template/load_template.go`).
#[must_use]
pub(crate) fn has_function(name: &str, version: Version) -> bool {
    functions::signature(name).is_some_and(|function| match function.origin {
        Origin::Go | Origin::Hermetic => true,
        Origin::Sprig33 => version >= Version::V25_4,
        Origin::Full => version < Version::V0_9,
    })
}
