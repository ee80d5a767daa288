//! The shapes of the objects that Jsonnet sees: tables, one row per key. Source: the Go types at each tag, checked against
//! 1,173 payloads of running servers. A new release is a row or a span of versions.

use super::row::{Shape, ValueKind, Word, always, closed, maybe, since};
use crate::kratos::version::Version;

use ValueKind::{Bool, Free, Integer, List, Object, Text, Time, True, Unknown, Url, Uuid, Words};

const V1_1: Version = Version::V1_1;
const V1_2: Version = Version::V1_2;
const V1_3: Version = Version::V1_3_0;
const V25_4: Version = Version::V25_4;
const AFTER_V26_2: Version = Version::AFTER_V26_2;

const fn word(text: &'static str) -> Word {
    Word { text, versions: since(Version::V1_0) }
}

const fn word_since(text: &'static str, from: Version) -> Word {
    Word { text, versions: since(from) }
}

/// An address that can be verified (`identity_verification.go:37@v1.3.1`).
pub(super) const VERIFIABLE_ADDRESS: Shape = closed(&[
    always("id", Uuid),
    always("value", Text),
    always("verified", Bool),
    always("via", Words(&[word("email"), word("phone").until(Version::V1_0), word_since("sms", V1_1)])),
    always("status", Words(&[word("pending"), word("sent"), word("completed")])),
    maybe("verified_at", Time, "the address was never verified").or_null(),
    always("created_at", Time),
    always("updated_at", Time),
]);

/// An address that can recover the account (`identity_recovery.go:26@v1.3.1`).
pub(super) const RECOVERY_ADDRESS: Shape = closed(&[
    always("id", Uuid),
    always("value", Text),
    always("via", Words(&[word("email"), word_since("sms", V25_4)])),
    maybe("break_glass_for_organization", Uuid, "no organization set it").from(AFTER_V26_2),
    always("created_at", Time),
    always("updated_at", Time),
]);

/// The identity as its JSON encoder writes it (`identity.go:52@v1.3.1`).
pub(super) const IDENTITY: Shape = closed(&[
    always("id", Uuid),
    maybe("external_id", Text, "no external id was given").from(V25_4),
    always("schema_id", Text),
    always("schema_url", Url),
    always("state", Words(&[word("active"), word("inactive")])),
    maybe("state_changed_at", Time, "no change of the state was recorded").or_null(),
    always("traits", ValueKind::Traits),
    maybe("verifiable_addresses", List(&Object(&VERIFIABLE_ADDRESS)), "the identity has no verifiable address"),
    maybe("recovery_addresses", List(&Object(&RECOVERY_ADDRESS)), "the identity has no recovery address"),
    always("metadata_public", Free).or_null(),
    always("created_at", Time),
    always("updated_at", Time),
    always("organization_id", Uuid).or_null().from(V1_1),
    maybe(
        "region",
        Words(&[
            word("eu-central"),
            word("asia-northeast"),
            word("us-east"),
            word("us-west"),
            word("eu"),
            word("asia"),
            word("us"),
            word("global"),
        ]),
        "a self-hosted Kratos never sets it",
    )
    .from(AFTER_V26_2),
])
.never(&[
    ("credentials", "Kratos never hands credentials to Jsonnet"),
    ("metadata_admin", "Kratos never hands metadata_admin to Jsonnet"),
    ("nid", "it is not part of the JSON of an identity"),
    ("available_aal", "it is not part of the JSON of an identity"),
]);

/// A message of a form (`text/message.go:48@v1.3.1`).
pub(super) const UI_TEXT: Shape = closed(&[
    always("id", Integer),
    always("text", Text),
    always("type", Words(&[word("info"), word("error"), word("success")])),
    maybe("context", Unknown, "the message has no context"),
]);

const INPUT_ATTRIBUTES: Shape = closed(&[
    always("name", Text),
    always(
        "type",
        Words(&[
            word("text"),
            word("password"),
            word("number"),
            word("checkbox"),
            word("hidden"),
            word("email"),
            word("tel"),
            word("submit"),
            word("button"),
            word("datetime-local"),
            word("date"),
            word("url"),
        ]),
    ),
    maybe("value", Unknown, "the node has no value"),
    maybe("required", Bool, "the input is not required"),
    maybe("autocomplete", Text, "it is unset"),
    maybe("label", Object(&UI_TEXT), "it is unset"),
    maybe("pattern", Text, "it is unset"),
    always("disabled", Bool),
    maybe("onclick", Text, "it is unset"),
    maybe("onclickTrigger", Text, "it is unset").from(V1_3),
    maybe("onload", Text, "it is unset").from(V1_2),
    maybe("onloadTrigger", Text, "it is unset").from(V1_3),
    maybe("maxlength", Integer, "it is 0").from(V1_3),
    maybe("options", List(&Object(&INPUT_OPTION)), "the trait has no enum").from(AFTER_V26_2),
    always("node_type", Words(&[word("input")])),
]);

const INPUT_OPTION: Shape = closed(&[always("value", Unknown)]);

const TEXT_ATTRIBUTES: Shape = closed(&[
    always("text", Object(&UI_TEXT)).or_null(),
    always("id", Text),
    always("node_type", Words(&[word("text")])),
]);

const IMAGE_ATTRIBUTES: Shape = closed(&[
    always("src", Text),
    always("id", Text),
    always("width", Integer),
    always("height", Integer),
    always("node_type", Words(&[word("img")])),
]);

const ANCHOR_ATTRIBUTES: Shape = closed(&[
    always("href", Text),
    always("title", Object(&UI_TEXT)).or_null(),
    always("id", Text),
    always("node_type", Words(&[word("a")])),
]);

const SCRIPT_ATTRIBUTES: Shape = closed(&[
    always("src", Text),
    always("async", Bool),
    always("referrerpolicy", Text),
    always("crossorigin", Text),
    always("integrity", Text),
    always("type", Text),
    always("id", Text),
    always("nonce", Text),
    always("node_type", Words(&[word("script")])),
]);

const DIVISION_ATTRIBUTES: Shape = closed(&[
    maybe("class", Text, "it is unset"),
    always("id", Text),
    maybe("data", ValueKind::Map(&Text), "it is unset"),
    always("node_type", Words(&[word("div")])),
]);

const UI_NODE_META: Shape = closed(&[maybe("label", Object(&UI_TEXT), "it is unset")]);

/// A node of a form (`ui/node/node.go:68@v1.3.1`).
pub(super) const UI_NODE: Shape = closed(&[
    always("type", Words(&[word("text"), word("input"), word("img"), word("a"), word("script"), word("div")])),
    always(
        "group",
        Words(&[
            word("default"),
            word("password"),
            word("oidc"),
            word("profile"),
            word("link"),
            word("code"),
            word("totp"),
            word("lookup_secret"),
            word("webauthn"),
            word_since("passkey", V1_2),
            word_since("identifier_first", V1_3),
            word_since("captcha", V25_4),
            word_since("saml", V25_4),
            word_since("deviceauthn", AFTER_V26_2),
        ]),
    ),
    always(
        "attributes",
        ValueKind::OneOf(&[
            (&INPUT_ATTRIBUTES, since(Version::V1_0)),
            (&TEXT_ATTRIBUTES, since(Version::V1_0)),
            (&IMAGE_ATTRIBUTES, since(Version::V1_0)),
            (&ANCHOR_ATTRIBUTES, since(Version::V1_0)),
            (&SCRIPT_ATTRIBUTES, since(Version::V1_0)),
            (&DIVISION_ATTRIBUTES, since(V25_4)),
        ]),
    ),
    always("messages", List(&Object(&UI_TEXT))),
    always("meta", Object(&UI_NODE_META)),
]);

/// A form (`ui/container/container.go:41`).
pub(super) const UI_CONTAINER: Shape = closed(&[
    always("action", Text),
    always("method", Words(&[word("POST"), word("GET"), word("")])),
    always("nodes", List(&Object(&UI_NODE))).or_null(),
    maybe("messages", List(&Object(&UI_TEXT)), "the form has no message"),
]);

const DEVICE: Shape = closed(&[
    always("id", Uuid),
    always("ip_address", Text).or_null(),
    always("user_agent", Text).or_null(),
    always("location", Text).or_null(),
]);

const AUTHENTICATION_METHOD: Shape = closed(&[
    always(
        "method",
        Words(&[
            word("password"),
            word("oidc"),
            word("totp"),
            word("lookup_secret"),
            word("webauthn"),
            word("link_recovery"),
            word("code_recovery"),
            word("v0.6_legacy_session"),
            word_since("code", V1_1),
            word_since("passkey", V1_2),
            word_since("profile", V1_2),
            word_since("saml", V25_4),
            word_since("deviceauthn", AFTER_V26_2),
        ]),
    ),
    always("aal", Words(AAL)),
    always("completed_at", Time),
    maybe("provider", Text, "it was no social sign-in"),
    maybe("organization", Text, "no organization was involved").from(V1_1),
    maybe("upstream_acr", Text, "the provider sent none").from(AFTER_V26_2),
    maybe("upstream_amr", List(&Text), "the provider sent none").from(AFTER_V26_2),
]);

// Very old rows of a database may hold an empty string (Session).
const AAL: &[Word] = &[word("aal0"), word("aal1"), word("aal2"), word("")];

/// A session (`session/session.go:77`).
pub(super) const SESSION: Shape = closed(&[
    always("id", Uuid),
    always("active", Bool),
    always("expires_at", Time),
    always("authenticated_at", Time),
    always("authenticator_assurance_level", Words(AAL)),
    always("authentication_methods", List(&Object(&AUTHENTICATION_METHOD))).or_null(),
    always("issued_at", Time),
    always("identity", Object(&IDENTITY)).or_null(),
    always("devices", List(&Object(&DEVICE))).or_null(),
    maybe("tokenized", Text, "the session is not tokenized yet").from(V1_1),
])
.never(&[
    ("token", "Kratos never hands the session token to Jsonnet"),
    ("logout_token", "Kratos never hands the logout token to Jsonnet"),
    ("identity_id", "it is not part of the JSON of a session: read session.identity.id"),
    ("created_at", "it is not part of the JSON of a session"),
    ("updated_at", "it is not part of the JSON of a session"),
]);

const OAUTH2_LOGIN_REQUEST: Shape =
    closed(&[maybe("challenge", Text, "it is unset"), maybe("client", Free, "it is unset")]).open();

const CONTINUE_WITH: Shape = closed(&[always(
    "action",
    Words(&[
        word("set_ory_session_token"),
        word("show_verification_ui"),
        word("show_settings_ui"),
        word("show_recovery_ui"),
        word("redirect_browser_to"),
        word("show_pin_entry_ui"),
    ]),
)])
.open();

const FLOW_TYPE: ValueKind = Words(&[word("browser"), word("api")]);
const THREE_STATES: ValueKind = Words(&[word("choose_method"), word("sent_email"), word("passed_challenge")]);
const NO_RETURN_TO: &str = "the flow was opened without return_to";
const NO_OAUTH2: &str = "the flow does not belong to an OAuth2 login";
const NOT_CHOSEN: &str = "no method was chosen";
const NO_PAYLOAD: &str = "Kratos does not forward it here";
const NOT_EXCHANGED: &str = "the flow was opened without return_session_token_exchange_code";
const DEFAULT_SCHEMA: &str = "the flow uses the default identity schema";

/// `login/flow.go:49@v1.3.1`
pub(super) const LOGIN_FLOW: Shape = closed(&[
    always("id", Uuid),
    always("type", FLOW_TYPE),
    always("expires_at", Time),
    always("issued_at", Time),
    always("request_url", Url),
    maybe("return_to", Text, NO_RETURN_TO),
    always("ui", Object(&UI_CONTAINER)),
    always("organization_id", Uuid).or_null().from(V1_1),
    maybe("oauth2_login_challenge", Text, NO_OAUTH2),
    maybe("oauth2_login_request", Object(&OAUTH2_LOGIN_REQUEST), NO_OAUTH2),
    maybe("active", Text, NOT_CHOSEN),
    always("created_at", Time),
    always("updated_at", Time),
    always("refresh", Bool),
    always("requested_aal", Words(&[word("aal1"), word("aal2")])),
    maybe("session_token_exchange_code", Text, NOT_EXCHANGED),
    always("state", THREE_STATES).from(V1_1),
    maybe("transient_payload", Free, NO_PAYLOAD).from(V1_2),
    maybe("identity_schema", Text, DEFAULT_SCHEMA).from(V25_4),
    maybe("test_context", Free, "the flow is no test of an administrator").from(AFTER_V26_2),
]);

/// `registration/flow.go:30@v1.3.1`
pub(super) const REGISTRATION_FLOW: Shape = closed(&[
    always("id", Uuid),
    always("type", FLOW_TYPE),
    always("expires_at", Time),
    always("issued_at", Time),
    always("request_url", Url),
    maybe("return_to", Text, NO_RETURN_TO),
    always("ui", Object(&UI_CONTAINER)),
    always("organization_id", Uuid).or_null().from(V1_1),
    maybe("oauth2_login_challenge", Text, NO_OAUTH2),
    maybe("oauth2_login_request", Object(&OAUTH2_LOGIN_REQUEST), NO_OAUTH2),
    maybe("active", Text, "registration by this method does not set it"),
    maybe("transient_payload", Free, NO_PAYLOAD),
    maybe("session_token_exchange_code", Text, NOT_EXCHANGED),
    always("state", THREE_STATES).from(V1_1),
    maybe("identity_schema", Text, DEFAULT_SCHEMA).from(V25_4),
]);

/// `settings/flow.go:44@v1.3.1`
pub(super) const SETTINGS_FLOW: Shape = closed(&[
    always("id", Uuid),
    always("type", FLOW_TYPE),
    always("expires_at", Time),
    always("issued_at", Time),
    always("request_url", Url),
    maybe("return_to", Text, NO_RETURN_TO),
    always("ui", Object(&UI_CONTAINER)),
    maybe("active", Text, "settings by this method do not set it"),
    always("identity", Object(&IDENTITY)).or_null(),
    always("state", Words(&[word("show_form"), word("success")])),
    maybe("continue_with", List(&Object(&CONTINUE_WITH)), "nothing is queued"),
    maybe("transient_payload", Free, NO_PAYLOAD).from(V1_2),
    always("organization_id", Uuid).or_null().from(AFTER_V26_2),
]);

/// `recovery/flow.go:33@v1.3.1`
pub(super) const RECOVERY_FLOW: Shape = closed(&[
    always("id", Uuid),
    always("type", FLOW_TYPE),
    always("expires_at", Time),
    always("issued_at", Time),
    always("request_url", Url),
    maybe("return_to", Text, NO_RETURN_TO),
    always("ui", Object(&UI_CONTAINER)),
    maybe("active", Words(&[word("link"), word("code")]), "there is no primary way of recovery"),
    always(
        "state",
        Words(&[
            word("choose_method"),
            word("sent_email"),
            word("passed_challenge"),
            word_since("recovery_awaiting_address", V25_4),
            word_since("recovery_awaiting_address_choice", V25_4),
            word_since("recovery_confirming_address", V25_4),
            word_since("recovery_awaiting_code", V25_4),
        ]),
    ),
    maybe("continue_with", List(&Object(&CONTINUE_WITH)), "nothing is queued").from(V1_1),
    maybe("transient_payload", Free, NO_PAYLOAD).from(V1_2),
]);

/// `verification/flow.go:37@v1.3.1`
pub(super) const VERIFICATION_FLOW: Shape = closed(&[
    always("id", Uuid),
    always("type", FLOW_TYPE),
    always("expires_at", Time),
    always("issued_at", Time),
    always("request_url", Url),
    maybe("return_to", Text, NO_RETURN_TO),
    always("ui", Object(&UI_CONTAINER)),
    maybe("active", Words(&[word("link"), word("code")]), "there is no primary way of verification"),
    always("state", THREE_STATES),
    maybe("transient_payload", Free, NO_PAYLOAD).from(V1_2),
]);

const NOT_SENT: &str = "the provider did not send it";

/// `claims` of a mapper (`oidc/provider.go:55@v1.3.1`): a closed set, all else is below `raw_claims`.
pub(super) const CLAIMS: Shape = closed(&[
    always("iss", Text),
    always("sub", Text),
    maybe("oid", Text, NOT_SENT).from(V25_4),
    maybe("name", Text, NOT_SENT),
    maybe("given_name", Text, NOT_SENT),
    maybe("family_name", Text, NOT_SENT),
    maybe("last_name", Text, NOT_SENT),
    maybe("middle_name", Text, NOT_SENT),
    maybe("nickname", Text, NOT_SENT),
    maybe("preferred_username", Text, NOT_SENT),
    maybe("profile", Text, NOT_SENT),
    maybe("picture", Text, NOT_SENT),
    maybe("website", Text, NOT_SENT),
    maybe("email", Text, NOT_SENT),
    maybe("email_verified", True, "the provider sent false or nothing: Kratos drops a false value"),
    maybe("gender", Text, NOT_SENT),
    maybe("birthdate", Text, NOT_SENT),
    maybe("zoneinfo", Text, NOT_SENT),
    maybe("locale", Text, NOT_SENT),
    maybe("phone_number", Text, NOT_SENT),
    maybe("phone_number_verified", True, "the provider sent false or nothing: Kratos drops a false value"),
    maybe("updated_at", Integer, NOT_SENT),
    maybe("hd", Text, NOT_SENT),
    maybe("team", Text, NOT_SENT),
    maybe("nonce", Text, NOT_SENT).from(V1_1),
    maybe("nonce_supported", True, "the provider sent false or nothing: Kratos drops a false value").from(V1_1),
    maybe("acr", Text, NOT_SENT).from(AFTER_V26_2),
    maybe("amr", List(&Text), NOT_SENT).from(AFTER_V26_2),
    maybe("raw_claims", Object(&RAW_CLAIMS), "not every provider fills it"),
]);

/// `claims.raw_claims`: what the provider sent. Kratos has decoded the same document into `claims` before, which fails on a
/// standard claim that is no text; `locale` may be an object, and `email_verified` a text. The claims of an ID token have the
/// types of RFC 7519 and OIDC Core 1.0, without which no ID token is accepted.
const RAW_CLAIMS: Shape = closed(&[
    maybe("iss", Text, NOT_SENT),
    maybe("sub", Text, NOT_SENT),
    maybe("name", Text, NOT_SENT),
    maybe("given_name", Text, NOT_SENT),
    maybe("family_name", Text, NOT_SENT),
    maybe("last_name", Text, NOT_SENT),
    maybe("middle_name", Text, NOT_SENT),
    maybe("nickname", Text, NOT_SENT),
    maybe("preferred_username", Text, NOT_SENT),
    maybe("profile", Text, NOT_SENT),
    maybe("picture", Text, NOT_SENT),
    maybe("website", Text, NOT_SENT),
    maybe("email", Text, NOT_SENT),
    maybe("gender", Text, NOT_SENT),
    maybe("birthdate", Text, NOT_SENT),
    maybe("zoneinfo", Text, NOT_SENT),
    maybe("phone_number", Text, NOT_SENT),
    maybe("phone_number_verified", Bool, NOT_SENT),
    maybe("updated_at", Integer, NOT_SENT),
    maybe("hd", Text, NOT_SENT),
    maybe("team", Text, NOT_SENT),
    maybe("exp", Integer, NOT_SENT),
    maybe("iat", Integer, NOT_SENT),
    maybe("nbf", Integer, NOT_SENT),
    maybe("auth_time", Integer, NOT_SENT),
    maybe("acr", Text, NOT_SENT),
    maybe("amr", List(&Text), NOT_SENT),
])
.open();

/// `identity` of a mapper, development branch only (`oidc/strategy_registration.go:426@master`).
pub(super) const MAPPER_IDENTITY: Shape = closed(&[
    always("traits", Free),
    always("metadata_public", Free).or_null(),
    always("metadata_admin", Free).or_null(),
]);

/// `claims` of a tokenizer (`session/tokenizer.go:95@v1.3.1`).
pub(super) const TOKEN_CLAIMS: Shape = closed(&[
    always("jti", Uuid),
    always("iss", Url),
    always("exp", Integer),
    always("sub", Text),
    always("sid", Uuid),
    always("nbf", Integer),
    always("iat", Integer),
]);

/// What a body sees of the HTTP request (`request/builder.go:108@v1.0.0`).
pub(super) const REQUEST: Shape = closed(&[
    always("request_headers", ValueKind::Headers),
    always("request_method", Words(&[word("POST"), word("GET")])),
    always("request_url", Url),
    always("request_cookies", ValueKind::Map(&Text)),
]);

/// What a courier body sees since v1.1.0 (`courier/http_channel.go:51@v1.3.1`); `template_data` is added by template.
pub(super) const COURIER: Shape = closed(&[
    always("recipient", Text),
    always("subject", Text),
    always("body", Text),
    maybe("html_body", Text, "the message is an sms, or it has no HTML").from(V25_4),
    always("request_headers", ValueKind::Headers).or_null().from(Version::V26_2),
])
.never(&[
    ("to", "the address is ctx.recipient or ctx.template_data.to"),
    ("from", "Kratos does not hand on a sender"),
    ("identity", "the identity is at ctx.template_data.identity, where the template has one"),
]);

/// What the body of `courier.http` saw in v1.0.0 (`courier/http.go:16@v1.0.0`).
pub(super) const COURIER_V1_0: Shape = closed(&[
    always("Recipient", Text),
    always("Subject", Text),
    always("Body", Text),
    always(
        "TemplateType",
        Words(&[
            word("recovery_invalid"),
            word("recovery_valid"),
            word("recovery_code_invalid"),
            word("recovery_code_valid"),
            word("verification_invalid"),
            word("verification_valid"),
            word("verification_code_invalid"),
            word("verification_code_valid"),
            word("stub"),
        ]),
    ),
    always(
        "TemplateData",
        Object(&closed(&[
            always("To", Text),
            maybe("RecoveryURL", Url, "the template is another"),
            maybe("RecoveryCode", Text, "the template is another"),
            maybe("VerificationURL", Url, "the template is another"),
            maybe("VerificationCode", Text, "the template is another"),
            maybe("Identity", Object(&IDENTITY), "the template has none").or_null(),
            maybe("Subject", Text, "the template is another"),
            maybe("Body", Text, "the template is another"),
        ])),
    ),
])
.never(&[
    ("recipient", "Kratos v1.0.0 spells it Recipient"),
    ("subject", "Kratos v1.0.0 spells it Subject"),
    ("body", "Kratos v1.0.0 spells it Body"),
    ("template_type", "Kratos v1.0.0 spells it TemplateType"),
    ("template_data", "Kratos v1.0.0 spells it TemplateData"),
]);

/// What the body of `courier.sms` saw in v1.0.0 (`courier/sms.go:20@v1.0.0`).
pub(super) const COURIER_SMS_V1_0: Shape = closed(&[always("from", Text), always("to", Text), always("body", Text)]);

/// What the password migration hook sees besides the request (`password_migration_hook.go:66@master`).
pub(super) const MIGRATION: Shape = closed(&[always("password", Text), always("identifier", Text)]);
