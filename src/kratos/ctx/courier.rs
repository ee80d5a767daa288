//! What `template_data` of a courier body holds, by template and channel (`courier/template/*` at each tag).

use super::row::{Row, Shape, ValueKind, always, closed, maybe, since};
use super::shapes::IDENTITY;
use crate::kratos::version::{Version, Versions};

use ValueKind::{Free, Integer, Object, Phone, Text, Time, Unknown, Url};

const V1_1: Version = Version::V1_1;
const V25_4: Version = Version::V25_4;
const AFTER_V26_2: Version = Version::AFTER_V26_2;

/// A template of the courier on one channel.
#[derive(Debug)]
pub(super) struct Template {
    /// `template_type`.
    pub(super) name: &'static str,
    /// `message_type`: `email` or `sms`.
    pub(super) channel: &'static str,
    pub(super) versions: Versions,
    /// `template_data`.
    pub(super) data: Shape,
}

const fn template(name: &'static str, channel: &'static str, from: Version, data: Shape) -> Template {
    Template { name, channel, versions: since(from), data }
}

const OAUTH2_CLIENT: Shape = closed(&[
    always("client_id", Text),
    maybe("client_name", Text, "it is unset"),
    maybe("client_uri", Text, "it is unset"),
    maybe("logo_uri", Text, "it is unset"),
    maybe("metadata", Unknown, "it is unset"),
]);
const OAUTH2_LOGIN_REQUEST: Shape = closed(&[always("challenge", Text), always("client", Object(&OAUTH2_CLIENT))]);

const TO: Row = always("to", Text);
const TO_PHONE: Row = always("to", Phone);
const REQUEST_URL: Row = always("request_url", Url);
const WITH_IDENTITY: Row = always("identity", Object(&IDENTITY)).or_null();
// Null for messages that were queued without it, and always for the notifications of the development branch.
const TRANSIENT_PAYLOAD: Row = always("transient_payload", Free).or_null().from(Version::V1_2);
const EXPIRES: Row = always("expires_in_minutes", Integer).from(V25_4);
const OAUTH2: Row =
    maybe("oauth2_login_request", Object(&OAUTH2_LOGIN_REQUEST), "no OAuth2 login started the flow").from(AFTER_V26_2);

/// All templates.
pub(super) const TEMPLATES: &[Template] = &[
    template("recovery_invalid", "email", V1_1, closed(&[TO, REQUEST_URL, TRANSIENT_PAYLOAD])),
    template(
        "recovery_valid",
        "email",
        V1_1,
        closed(&[TO, always("recovery_url", Url), WITH_IDENTITY, REQUEST_URL, TRANSIENT_PAYLOAD, EXPIRES]),
    ),
    template("recovery_code_invalid", "email", V1_1, closed(&[TO, REQUEST_URL, TRANSIENT_PAYLOAD])),
    template(
        "recovery_code_valid",
        "email",
        V1_1,
        closed(&[TO, always("recovery_code", Text), WITH_IDENTITY, REQUEST_URL, TRANSIENT_PAYLOAD, EXPIRES]),
    ),
    template(
        "recovery_code_valid",
        "sms",
        V25_4,
        closed(&[
            TO_PHONE,
            always("verification_code", Text),
            WITH_IDENTITY,
            REQUEST_URL,
            always("request_url_domain", Text),
            TRANSIENT_PAYLOAD,
            EXPIRES,
        ]),
    ),
    template("verification_invalid", "email", V1_1, closed(&[TO, REQUEST_URL, TRANSIENT_PAYLOAD])),
    template(
        "verification_valid",
        "email",
        V1_1,
        closed(&[TO, always("verification_url", Url), WITH_IDENTITY, REQUEST_URL, TRANSIENT_PAYLOAD, EXPIRES, OAUTH2]),
    ),
    template("verification_code_invalid", "email", V1_1, closed(&[TO, REQUEST_URL, TRANSIENT_PAYLOAD])),
    template(
        "verification_code_valid",
        "email",
        V1_1,
        closed(&[
            TO,
            always("verification_url", Url),
            always("verification_code", Text),
            WITH_IDENTITY,
            REQUEST_URL,
            TRANSIENT_PAYLOAD,
            EXPIRES,
            OAUTH2,
        ]),
    ),
    template(
        "verification_code_valid",
        "sms",
        V1_1,
        closed(&[
            TO_PHONE,
            always("verification_code", Text),
            WITH_IDENTITY,
            REQUEST_URL,
            always("request_url_domain", Text).from(AFTER_V26_2),
            TRANSIENT_PAYLOAD,
            EXPIRES,
            OAUTH2,
        ]),
    ),
    template(
        "login_code_valid",
        "email",
        V1_1,
        closed(&[TO, always("login_code", Text), WITH_IDENTITY, REQUEST_URL, TRANSIENT_PAYLOAD, EXPIRES, OAUTH2]),
    ),
    template(
        "login_code_valid",
        "sms",
        V1_1,
        closed(&[
            TO_PHONE,
            always("login_code", Text),
            WITH_IDENTITY,
            REQUEST_URL,
            always("request_url_domain", Text).from(AFTER_V26_2),
            TRANSIENT_PAYLOAD,
            EXPIRES,
            OAUTH2,
        ]),
    ),
    template(
        "registration_code_valid",
        "email",
        V1_1,
        closed(&[
            TO,
            always("traits", ValueKind::Traits).or_null(),
            always("registration_code", Text),
            REQUEST_URL,
            TRANSIENT_PAYLOAD,
            EXPIRES,
            OAUTH2,
        ]),
    ),
    template(
        "registration_code_valid",
        "sms",
        V25_4,
        closed(&[
            TO_PHONE,
            always("registration_code", Text),
            always("identity", ValueKind::Traits).or_null(),
            REQUEST_URL,
            always("request_url_domain", Text).from(AFTER_V26_2),
            TRANSIENT_PAYLOAD,
            EXPIRES,
            OAUTH2,
        ]),
    ),
    template(
        "verifiable_address_changed",
        "email",
        AFTER_V26_2,
        closed(&[TO, WITH_IDENTITY, always("changed_at", Time), TRANSIENT_PAYLOAD]),
    ),
    template(
        "verifiable_address_changed",
        "sms",
        AFTER_V26_2,
        closed(&[TO_PHONE, WITH_IDENTITY, always("changed_at", Time), TRANSIENT_PAYLOAD]),
    ),
    template(
        "authenticator_key_added",
        "email",
        AFTER_V26_2,
        closed(&[TO, WITH_IDENTITY, always("added_at", Time), TRANSIENT_PAYLOAD]),
    ),
    template(
        "authenticator_key_added",
        "sms",
        AFTER_V26_2,
        closed(&[TO_PHONE, WITH_IDENTITY, always("added_at", Time), TRANSIENT_PAYLOAD]),
    ),
    template(
        "stub",
        "email",
        V1_1,
        closed(&[
            TO,
            always("subject", Text),
            always("body", Text),
            maybe("html_body", Text, "the message has no HTML").from(V25_4),
        ]),
    ),
    template("stub", "sms", V1_1, closed(&[TO_PHONE, always("body", Text), always("identity", Free).or_null()])),
];
