//! The places where Jsonnet runs, and what is special there: tables. Source: selfservice/flow and
//! selfservice/hook at each tag, checked against the records of running servers.

use super::row::Shape;
use super::shapes;
use crate::kratos::version::{Version, Versions};

/// What kind of document runs at a place; decides what it must return and what `error 'cancel'` does there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// The body of a web hook.
    WebHook,
    /// The body of the password migration hook.
    PasswordMigration,
    /// The mapper of a social sign-in provider.
    Mapper,
    /// The claims mapper of a session token.
    Tokenizer,
    /// The body of a request of the courier.
    Courier,
}

/// A row of the table of places.
#[derive(Debug)]
pub(super) struct PointRow {
    /// As `kratos-lint ctx` takes it.
    pub(super) id: &'static str,
    pub(super) purpose: Purpose,
    pub(super) versions: Versions,
    /// What fires it, as the end of a sentence ("… when a login flow is opened").
    pub(super) fires: &'static str,
    /// The objects that make up `ctx`; empty for external variables.
    pub(super) parts: &'static [&'static Shape],
    /// `ctx.flow`, where there is one.
    pub(super) flow: Option<&'static Shape>,
    /// Since when `ctx.identity` is there.
    pub(super) identity: Option<Version>,
    /// Since when `ctx.session` is there.
    pub(super) session: Option<Version>,
    /// Why top-level keys that users expect are never there.
    pub(super) never: &'static [(&'static str, &'static str)],
}

const BASE: PointRow = PointRow {
    id: "",
    purpose: Purpose::WebHook,
    versions: Versions::since(Version::V1_0),
    fires: "",
    parts: &[&shapes::REQUEST],
    flow: None,
    identity: None,
    session: None,
    never: &[],
};

const NO_IDENTITY_YET: &str = "no identity is known when a flow is opened: only after-hooks get one";
const NO_SESSION: &str = "hooks of this flow get no session";
const NO_SESSION_YET: &str = "no session is known when a flow is opened";
const PAYLOAD_IN_FLOW: (&str, &str) = ("transient_payload", "it is at ctx.flow.transient_payload");
const OPENED: &[(&str, &str)] =
    &[("identity", NO_IDENTITY_YET), ("session", NO_SESSION_YET), ("transient_payload", "nothing was submitted yet")];
const WITHOUT_SESSION: &[(&str, &str)] = &[("session", NO_SESSION), PAYLOAD_IN_FLOW];

/// All places, in the order in which `kratos-lint ctx --help` lists them.
pub(super) const POINTS: &[PointRow] = &[
    PointRow {
        id: "login.before",
        fires: "when a login flow is opened",
        flow: Some(&shapes::LOGIN_FLOW),
        never: OPENED,
        ..BASE
    },
    PointRow {
        id: "login.after",
        fires: "after the credential was accepted, before the session is stored",
        flow: Some(&shapes::LOGIN_FLOW),
        identity: Some(Version::V1_0),
        session: Some(Version::V1_2),
        never: &[PAYLOAD_IN_FLOW],
        ..BASE
    },
    PointRow {
        id: "registration.before",
        fires: "when a registration flow is opened",
        flow: Some(&shapes::REGISTRATION_FLOW),
        never: OPENED,
        ..BASE
    },
    PointRow {
        id: "registration.after.pre_persist",
        fires: "before the identity is saved (response.parse or can_interrupt)",
        flow: Some(&shapes::REGISTRATION_FLOW),
        identity: Some(Version::V1_0),
        never: WITHOUT_SESSION,
        ..BASE
    },
    PointRow {
        id: "registration.after.post_persist",
        fires: "after the identity was saved",
        flow: Some(&shapes::REGISTRATION_FLOW),
        identity: Some(Version::V1_0),
        never: WITHOUT_SESSION,
        ..BASE
    },
    PointRow {
        id: "settings.before",
        fires: "when a settings flow is opened",
        flow: Some(&shapes::SETTINGS_FLOW),
        session: Some(Version::V26_2),
        never: &[
            ("identity", "before hooks of settings have the identity at ctx.flow.identity"),
            ("transient_payload", "nothing was submitted yet"),
        ],
        ..BASE
    },
    PointRow {
        id: "settings.after.pre_persist",
        fires: "before the changed identity is saved (response.parse or can_interrupt)",
        flow: Some(&shapes::SETTINGS_FLOW),
        identity: Some(Version::V1_0),
        session: Some(Version::V26_2),
        never: &[PAYLOAD_IN_FLOW],
        ..BASE
    },
    PointRow {
        id: "settings.after.post_persist",
        fires: "after the changed identity was saved",
        flow: Some(&shapes::SETTINGS_FLOW),
        identity: Some(Version::V1_0),
        session: Some(Version::V25_4),
        never: &[PAYLOAD_IN_FLOW],
        ..BASE
    },
    PointRow {
        id: "recovery.before",
        fires: "when a recovery flow is opened",
        flow: Some(&shapes::RECOVERY_FLOW),
        never: OPENED,
        ..BASE
    },
    PointRow {
        id: "recovery.after",
        fires: "after the recovery code or link was accepted",
        flow: Some(&shapes::RECOVERY_FLOW),
        identity: Some(Version::V1_0),
        never: WITHOUT_SESSION,
        ..BASE
    },
    PointRow {
        id: "verification.before",
        fires: "when a verification flow is opened",
        flow: Some(&shapes::VERIFICATION_FLOW),
        never: OPENED,
        ..BASE
    },
    PointRow {
        id: "verification.after",
        fires: "after the verification code or link was accepted",
        flow: Some(&shapes::VERIFICATION_FLOW),
        identity: Some(Version::V1_0),
        never: WITHOUT_SESSION,
        ..BASE
    },
    PointRow {
        id: "password_migration",
        purpose: Purpose::PasswordMigration,
        versions: Versions::since(Version::V25_4),
        fires: "when an identity whose password is to be migrated signs in",
        parts: &[&shapes::REQUEST, &shapes::MIGRATION],
        flow: Some(&shapes::LOGIN_FLOW),
        identity: Some(Version::V25_4),
        never: WITHOUT_SESSION,
        ..BASE
    },
    PointRow {
        id: "oidc.mapper",
        purpose: Purpose::Mapper,
        // The claims, go-jsonnet and what is done with the result are in v0.11.0 and v0.13.0 as in v1.0.0 (read at the tags).
        versions: Versions::since(Version::V0_11_0),
        fires: "when a user signs in with the provider for the first time",
        parts: &[],
        ..BASE
    },
    PointRow {
        id: "session.tokenizer",
        purpose: Purpose::Tokenizer,
        versions: Versions::since(Version::V1_1),
        fires: "when a session is turned into a token",
        parts: &[],
        ..BASE
    },
    PointRow {
        id: "courier.http",
        purpose: Purpose::Courier,
        fires: "when the courier sends a message",
        parts: &[],
        ..BASE
    },
    PointRow {
        id: "courier.sms",
        purpose: Purpose::Courier,
        versions: Versions::between(Version::V1_0, Version::V1_0),
        fires: "when the courier sends an sms",
        parts: &[&shapes::COURIER_SMS_V1_0],
        ..BASE
    },
];

/// Something that holds at one place only, stronger than the type.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fact {
    /// The key is never there.
    Absent(&'static str),
    /// The key is always there.
    Present,
    /// It is always this text.
    Text(&'static str),
    /// It is one of these texts.
    OneOf(&'static [&'static str]),
    /// It is always the boolean true.
    True,
    /// It is always null.
    Null,
    /// It is never null.
    NotNull,
}

/// A row of the table of facts.
#[derive(Debug)]
pub(super) struct FactRow {
    /// Ids of the places, as beginnings: `login.` is both places of login.
    pub(super) points: &'static [&'static str],
    /// Login methods; empty for all. With methods, the row holds only when the method is known.
    pub(super) methods: &'static [&'static str],
    pub(super) versions: Versions,
    /// Keys from `ctx` (or the name of the external variable) down, joined by dots; `[]` is each item of a list.
    pub(super) path: &'static str,
    pub(super) fact: Fact,
}

const fn fact(points: &'static [&'static str], path: &'static str, fact: Fact) -> FactRow {
    FactRow { points, methods: &[], versions: Versions::ALL, path, fact }
}

impl FactRow {
    const fn since(self, version: Version) -> FactRow {
        FactRow { versions: self.versions.from(version), ..self }
    }

    const fn before(self, version: Version) -> FactRow {
        FactRow { versions: Versions::before(version).from(self.versions.from), ..self }
    }

    const fn by(self, methods: &'static [&'static str]) -> FactRow {
        FactRow { methods, ..self }
    }
}

/// The UUID of what is not stored yet.
pub(crate) const NIL_UUID: &str = "00000000-0000-0000-0000-000000000000";
/// The time of what is not stored yet.
pub(crate) const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

const OPENING: &[&str] = &["login.before", "registration.before", "settings.before"];
const BEFORE: &[&str] =
    &["login.before", "registration.before", "settings.before", "recovery.before", "verification.before"];
const AFTER: &[&str] = &["login.after", "registration.after", "settings.after"];
const PRE_REGISTRATION: &[&str] = &["registration.after.pre_persist"];
const NOT_FETCHED: Fact = Fact::Absent("Kratos does not fetch it when a flow is opened");

/// What holds at single places. `flow.transient_payload` is in [`PAYLOADS`].
pub(super) const FACTS: &[FactRow] = &[
    fact(&["login.before"], "flow.created_at", Fact::Text(ZERO_TIME)),
    fact(&["login.before"], "flow.updated_at", Fact::Text(ZERO_TIME)),
    fact(&["login.before", "registration.before"], "flow.state", Fact::Text("choose_method")),
    fact(&["login.before", "registration.before"], "flow.oauth2_login_request", NOT_FETCHED),
    fact(OPENING, "flow.active", Fact::Absent("no method is chosen when a flow is opened")),
    fact(&["login.before", "registration.before", "recovery.", "verification."], "flow.ui.nodes", Fact::NotNull)
        .since(Version::V1_1)
        .before(Version::AFTER_V26_2),
    fact(&["login.after", "registration.after", "settings.after"], "flow.ui.nodes", Fact::NotNull)
        .since(Version::V1_1)
        .before(Version::AFTER_V26_2),
    fact(&["settings.before"], "flow.ui.nodes", Fact::Null),
    fact(&["settings."], "flow.identity", Fact::NotNull),
    fact(&["settings.before", "settings.after.pre_persist"], "flow.state", Fact::Text("show_form")),
    fact(&["login.after"], "flow.active", Fact::Present),
    fact(&["login.after"], "flow.active", Fact::Text("password")).by(&["password"]),
    fact(&["login.after"], "flow.active", Fact::Text("oidc")).by(&["oidc"]),
    fact(&["login.after"], "flow.active", Fact::Text("totp")).by(&["totp"]),
    fact(&["login.after"], "flow.active", Fact::Text("lookup_secret")).by(&["lookup_secret"]),
    fact(&["login.after"], "flow.active", Fact::Text("webauthn")).by(&["webauthn"]),
    fact(&["login.after"], "flow.active", Fact::Text("code")).by(&["code"]),
    fact(&["login.after"], "flow.active", Fact::Text("passkey")).by(&["passkey"]),
    // Only an active session opens the settings or is made into a token; 66 of 66 recorded contexts.
    fact(&["login.after", "settings.", "session.tokenizer"], "session.active", Fact::True),
    // No other identity gets a session, and the session is made before the hooks of a login (`ActivateSession`, all versions).
    fact(&["login.after"], "identity.state", Fact::Text("active")),
    fact(&["login.after", "settings.", "session.tokenizer"], "session.identity.state", Fact::Text("active")),
    // Only a session without any method has `aal0`, and Kratos makes no such session; 66 of 66 recorded contexts.
    fact(
        &["login.after", "settings.", "session.tokenizer"],
        "session.authenticator_assurance_level",
        Fact::OneOf(&["aal1", "aal2"]),
    ),
    fact(&["login.after"], "session.devices", Fact::NotNull),
    fact(&["login.after", "settings.", "session.tokenizer"], "session.identity", Fact::NotNull),
    fact(&["login.after", "settings.", "session.tokenizer"], "session.authentication_methods", Fact::NotNull),
    fact(&["login.after", "settings.", "session.tokenizer"], "session.tokenized", Fact::Absent("it is not made yet")),
    fact(&["registration.after"], "flow.active", Fact::Absent("registration by this method does not set it"))
        .by(&["password", "webauthn", "passkey"]),
    fact(&["registration.after"], "flow.active", Fact::Text("code")).by(&["code"]),
    fact(&["registration.after"], "flow.active", Fact::Present).by(&["code"]),
    fact(&["registration.after"], "flow.active", Fact::Absent("registration by oidc sets it only from v1.3.0"))
        .by(&["oidc"])
        .before(Version::V1_3_0),
    fact(&["registration.after"], "flow.active", Fact::Text("oidc")).by(&["oidc"]).since(Version::V1_3_0),
    fact(&["registration.after"], "flow.active", Fact::Present).by(&["oidc"]).since(Version::V1_3_1),
    fact(&["settings.after"], "flow.active", Fact::Absent("settings by this method do not set it")).by(&[
        "password",
        "profile",
        "totp",
        "webauthn",
        "passkey",
        "lookup_secret",
    ]),
    fact(&["settings.after"], "flow.active", Fact::Text("oidc")).by(&["oidc"]),
    fact(PRE_REGISTRATION, "identity.id", Fact::Text(NIL_UUID)),
    fact(PRE_REGISTRATION, "identity.created_at", Fact::Text(ZERO_TIME)),
    fact(PRE_REGISTRATION, "identity.updated_at", Fact::Text(ZERO_TIME)),
    fact(PRE_REGISTRATION, "identity.schema_url", Fact::Text("")),
    fact(PRE_REGISTRATION, "identity.state", Fact::Text("active")),
    // A registration makes the identity with it; 78 of 78 recorded contexts.
    fact(&["registration.after"], "identity.state_changed_at", Fact::Present),
    fact(PRE_REGISTRATION, "identity.verifiable_addresses[].id", Fact::Text(NIL_UUID)),
    fact(PRE_REGISTRATION, "identity.verifiable_addresses[].created_at", Fact::Text(ZERO_TIME)),
    fact(PRE_REGISTRATION, "identity.recovery_addresses[].id", Fact::Text(NIL_UUID)),
    fact(&["login.after", "registration.after"], "flow.state", Fact::Text("passed_challenge"))
        .by(&["code"])
        .since(Version::V1_1),
    // Only the code strategy moves it on; 78 of 78 recorded contexts. A code may have been sent before another method ended the flow.
    fact(&["login.after", "registration.after"], "flow.state", Fact::OneOf(&["choose_method", "sent_email"]))
        .by(&["password", "oidc", "totp", "lookup_secret", "webauthn", "passkey"])
        .since(Version::V1_1),
    fact(&["password_migration"], "flow.state", Fact::OneOf(&["choose_method", "sent_email"])),
    fact(&["recovery.before", "verification.before"], "flow.state", Fact::Text("choose_method")),
    fact(&["recovery.after"], "flow.state", Fact::Text("passed_challenge")),
    // It is that of the address that was verified.
    fact(&["verification.after"], "identity.verifiable_addresses", Fact::Present),
    // Recorded with v1.3.1; the strategies set it before the hooks since v1.2.0.
    fact(&["verification.after"], "flow.state", Fact::Text("passed_challenge")).since(Version::V1_2),
    // 136 of 136 recorded contexts; an address change that a verification applies later shows `show_form`.
    fact(&["settings.after.post_persist"], "flow.state", Fact::Text("success")),
    // settings/hook.go adds the message of success before these hooks run; 42 of 42 recorded contexts.
    fact(&["settings.after.post_persist"], "flow.ui.messages", Fact::Present),
    // The strategies set the message of success before the hooks since v1.2.0; in v1.1.0 the one of the sent code or link is there.
    // 21 of 21 recorded contexts, 7 of them of v1.1.0.
    fact(&["verification.after"], "flow.ui.messages", Fact::Present).since(Version::V1_1),
    // A second factor is asked for with a message, a code is announced by one; 24 of 24 recorded contexts.
    fact(&["login.after"], "flow.ui.messages", Fact::Present)
        .by(&["totp", "lookup_secret", "code"])
        .since(Version::V1_1),
    fact(&["registration.after"], "flow.ui.messages", Fact::Present).by(&["code"]).since(Version::V1_1),
    // Messages come after these hooks, and both strategies clear them before the hooks of a recovery; 69 of 69 recorded contexts.
    fact(
        &["registration.before", "settings.before", "recovery.before", "verification.before"],
        "flow.ui.messages",
        Fact::Absent("a flow that was just opened has no messages"),
    )
    .since(Version::V1_1),
    fact(&["recovery.after"], "flow.ui.messages", Fact::Absent("Kratos clears the messages before these hooks"))
        .since(Version::V1_1),
    // Null in the identity of 30 of 30 recorded contexts after settings by profile, in no other of 400.
    fact(
        &[
            "login.after",
            "registration.after",
            "recovery.after",
            "verification.after",
            "session.tokenizer",
            "courier.",
            "password_migration",
        ],
        "identity.state_changed_at",
        Fact::NotNull,
    ),
    fact(&["settings.after"], "identity.state_changed_at", Fact::Present).by(&["profile"]),
    fact(&["settings.after"], "identity.state_changed_at", Fact::NotNull).by(&[
        "password",
        "totp",
        "webauthn",
        "passkey",
        "lookup_secret",
    ]),
    fact(&["settings."], "flow.identity.state_changed_at", Fact::NotNull),
    fact(&["login.after", "settings.", "session.tokenizer"], "session.identity.state_changed_at", Fact::NotNull),
    // 224 of 224 recorded contexts.
    fact(&["recovery.", "verification."], "flow.active", Fact::Present),
    fact(BEFORE, "request_method", Fact::Text("GET")),
    fact(AFTER, "request_method", Fact::Text("POST")).by(&[
        "password",
        "code",
        "profile",
        "totp",
        "webauthn",
        "passkey",
        "lookup_secret",
    ]),
    // The decoder of the password strategy refuses GET.
    fact(&["password_migration"], "request_method", Fact::Text("POST")),
    // Apple alone posts back to its callback.
    fact(&["registration.after"], "request_method", Fact::Text("GET")).by(&["oidc"]),
];

/// Whether an after-hook sees what the client submitted as `transient_payload`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payload {
    /// `{}` when nothing was sent.
    Always,
    /// Only for some kinds of client.
    Some,
}

/// A row of the table of payloads.
#[derive(Debug)]
pub(super) struct PayloadRow {
    pub(super) point: &'static str,
    pub(super) methods: &'static [&'static str],
    pub(super) versions: Versions,
    pub(super) payload: Payload,
}

const fn payload(
    point: &'static str,
    methods: &'static [&'static str],
    versions: Versions,
    payload: Payload,
) -> PayloadRow {
    PayloadRow { point, methods, versions, payload }
}

/// Where `flow.transient_payload` is (seen on servers); not in the table: never there.
pub(super) const PAYLOADS: &[PayloadRow] = &[
    payload("registration.after", &["password", "webauthn"], Versions::since(Version::V1_0), Payload::Always),
    payload("registration.after", &["code"], Versions::since(Version::V1_1), Payload::Always),
    payload("registration.after", &["passkey"], Versions::since(Version::V1_2), Payload::Always),
    payload("registration.after", &["oidc"], Versions::between(Version::V1_0, Version::V25_4), Payload::Some),
    payload("registration.after", &["oidc"], Versions::since(Version::V26_2), Payload::Always),
    payload("login.after", &["password", "code", "totp", "webauthn"], Versions::since(Version::V1_2), Payload::Always),
    payload("login.after", &["oidc"], Versions::between(Version::V1_2, Version::V25_4), Payload::Some),
    payload("login.after", &["oidc"], Versions::since(Version::V26_2), Payload::Always),
    payload("login.after", &["lookup_secret", "passkey"], Versions::since(Version::V1_2), Payload::Some),
    payload("settings.after", &["totp", "lookup_secret"], Versions::since(Version::V1_2), Payload::Always),
    payload("settings.after", &["webauthn", "passkey", "oidc"], Versions::since(Version::V1_2), Payload::Some),
    payload("settings.after", &["profile"], Versions::between(Version::V1_2, Version::V1_3_1), Payload::Always),
    payload("recovery.after", &["code"], Versions::since(Version::V1_2), Payload::Always),
    payload("verification.after", &["code", "link"], Versions::since(Version::V1_2), Payload::Always),
    payload("password_migration", &["password"], Versions::since(Version::V25_4), Payload::Some),
];

/// The methods that can end a flow, by the beginning of the place's id, with the first release that has them there.
///
/// `profile`, the first step of a registration in two steps, is not one: it answers with the second step, and no hook is
/// called (`selfservice/strategy/profile`, v1.2.0 to master; seen on v1.3.1 and v26.2.0). What the first step submits as
/// `transient_payload` is lost: the second step replaces it.
pub(super) const METHODS: &[(&str, &[(&str, Version)])] = &[
    (
        "login.after",
        &[
            ("password", Version::V1_0),
            ("oidc", Version::V1_0),
            ("totp", Version::V1_0),
            ("lookup_secret", Version::V1_0),
            ("webauthn", Version::V1_0),
            ("code", Version::V1_1),
            ("passkey", Version::V1_2),
        ],
    ),
    (
        "registration.after",
        &[
            ("password", Version::V1_0),
            ("oidc", Version::V1_0),
            ("webauthn", Version::V1_0),
            ("code", Version::V1_1),
            ("passkey", Version::V1_2),
        ],
    ),
    (
        "settings.after",
        &[
            ("password", Version::V1_0),
            ("profile", Version::V1_0),
            ("totp", Version::V1_0),
            ("lookup_secret", Version::V1_0),
            ("webauthn", Version::V1_0),
            ("passkey", Version::V1_2),
            ("oidc", Version::V1_0),
        ],
    ),
    ("recovery.after", &[("code", Version::V1_0), ("link", Version::V1_0)]),
    ("verification.after", &[("code", Version::V1_0), ("link", Version::V1_0)]),
    ("password_migration", &[("password", Version::V25_4)]),
];

/// Why the payload is missing, for messages.
pub(super) const fn payload_missing(after: bool) -> &'static str {
    if after {
        "Kratos does not hand it on for this method"
    } else {
        "nothing was submitted yet: only after-hooks get it"
    }
}
