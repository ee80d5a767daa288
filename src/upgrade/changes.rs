//! What the server does in another way from a release on, while the configuration stays the same: one row a change.
//!
//! The one source for `kratos-lint upgrade` and for the part "Versions" of rule pages. A new release is new rows. Where
//! `Row::seen` is set, both servers ran; the others were read at both tags.

use super::condition::When::{
    self, All, Always, Any, Count, Differs, Flow, HookIs, Jsonnet, JsonnetCalls, LongerThan, MapperReads, Method,
    Missing, More, MoreBytes, Not, OnNetwork, Postgres, ProviderIs, SameList, Schema, Set, Smtps, SqliteParameters,
    True, TwoColons, Unschemed, Unset, Wildcard, Word,
};
use super::condition::{Hooked, Place, Provided};
use super::schemas::Feature;
use crate::kratos::version::Version;

const V0_8: Version = Version::V0_8_0;
const V0_9: Version = Version::V0_9;
const V0_10: Version = Version::V0_10;
const V0_11: Version = Version::V0_11_0;
const V0_13: Version = Version::V0_13;
const V1_0: Version = Version::V1_0;
const V1_1: Version = Version::V1_1;
const V1_2: Version = Version::V1_2;
const V1_3: Version = Version::V1_3_0;
const V1_3_1: Version = Version::V1_3_1;
const V25_4: Version = Version::V25_4;
const V26_2: Version = Version::V26_2;
const MASTER: Version = Version::MASTER;

/// How much of a change reaches people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something stops working unless the configuration or a client is changed.
    Break,
    /// Another result.
    Behaviour,
    /// Other ids, labels or texts in forms.
    Message,
    /// New, harmless, or of interest to scripts only.
    Info,
}

impl Weight {
    /// The word in the JSON of `kratos-lint upgrade`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Weight::Break => "break",
            Weight::Behaviour => "behaviour",
            Weight::Message => "message",
            Weight::Info => "info",
        }
    }
}

/// One change.
#[derive(Debug)]
pub struct Row {
    /// Its name, fixed for programs.
    pub id: &'static str,
    /// The first release with it.
    pub release: Version,
    /// The last release with it, when a later one took it back.
    pub until: Option<Version>,
    /// What part of the server: `hook`, `default`, `flow answer`, ….
    pub kind: &'static str,
    /// How much of it reaches people.
    pub weight: Weight,
    /// Whom it reaches.
    pub when: When,
    /// What happens, as a sentence without a full stop.
    pub what: &'static str,
    /// What to do, or how to keep the old behaviour.
    pub advice: &'static str,
    /// Whether both servers were run.
    pub seen: bool,
    /// The rules that this change begins, ends or alters.
    pub rules: &'static [&'static str],
}

impl Row {
    /// Both servers were run.
    const fn seen(self) -> Row {
        Row { seen: true, ..self }
    }

    /// Up to and with this release only.
    const fn until(self, last: Version) -> Row {
        Row { until: Some(last), ..self }
    }

    /// The rules that it is about.
    const fn rules(self, rules: &'static [&'static str]) -> Row {
        Row { rules, ..self }
    }
}

const fn row(
    (id, release, kind): (&'static str, Version, &'static str),
    weight: Weight,
    when: When,
    what: &'static str,
    advice: &'static str,
) -> Row {
    Row { id, release, until: None, kind, weight, when, what, advice, seen: false, rules: &[] }
}

const NOTHING: &str = "nothing to do";
const PASSWORDLESS: When = True("selfservice.methods.code.passwordless_enabled");
const CODE_MFA: When = True("selfservice.methods.code.mfa_enabled");
const CODE_FALLBACK: When = True("selfservice.methods.code.config.missing_credential_fallback_enabled");
const WEBAUTHN_PASSWORDLESS: When = True("selfservice.methods.webauthn.config.passwordless");
const SECOND_FACTOR: When =
    Any(&[Method("totp"), Method("lookup_secret"), All(&[Method("webauthn"), Not(&WEBAUTHN_PASSWORDLESS)])]);
const ONE_STEP: When = Any(&[
    True("selfservice.flows.registration.enable_legacy_one_step"),
    Word("selfservice.flows.registration.style", "unified"),
]);
const TWO_STEPS: When = All(&[Flow("registration"), Not(&ONE_STEP)]);
const WHOAMI_HIGHEST: When = Word("session.whoami.required_aal", "highest_available");
const RECOVERY_BY_CODE: When = All(&[Flow("recovery"), Word("selfservice.flows.recovery.use", "code")]);
const VERIFICATION_BY_CODE: When = All(&[Flow("verification"), Word("selfservice.flows.verification.use", "code")]);
const HTTP_COURIER: When = Word("courier.delivery_strategy", "http");
const HTTP_OR_CHANNELS: When = Any(&[HTTP_COURIER, Count("courier.channels", 1)]);
const LEGACY_VERIFICATION_UI: When = True("feature_flags.legacy_continue_with_verification_ui");
const OTHER_FIRST_FACTOR: When = Any(&[Method("password"), PASSWORDLESS]);
const WEB_HOOK: Hooked = Hooked::NAMED.name("web_hook");
const PARSES: When = True("response.parse");
const AWAITED: When = Not(&True("response.ignore"));

use Weight::{Behaviour, Break, Info, Message};

/// All changes, oldest first.
#[rustfmt::skip]
pub const CHANGES: &[Row] = &[
    // v0.8.0
    row(("v08-smtps", V0_8, "courier"), Break, Smtps,
        "`smtps://` means TLS from the first byte; StartTLS and plain text need `smtp://`",
        "for StartTLS write `smtp://host:port/`, for plain text add `?disable_starttls=true`; drop `legacy_ssl`")
        .rules(&["smtp-port-scheme-mismatch"]),
    row(("v08-forced", V0_8, "flow answer"), Break, Always,
        "the query parameter `forced` of login flows is now `refresh`",
        "send `?refresh=true`"),
    row(("v08-link-lifespan", V0_8, "default"), Behaviour,
        All(&[Method("link"), Unset("selfservice.methods.link.config.lifespan"), Any(&[Set("selfservice.flows.recovery.lifespan"), Set("selfservice.flows.verification.lifespan")])]),
        "links in mails live for `selfservice.methods.link.config.lifespan` (1h), no longer as long as their flow",
        "set `selfservice.methods.link.config.lifespan`"),
    // v0.9.0
    row(("v09-return-urls", V0_9, "key renamed"), Break, Set("selfservice.whitelisted_return_urls"),
        "`selfservice.whitelisted_return_urls` is now `selfservice.allowed_return_urls`",
        "rename the key").rules(&["removed-key"]),
    row(("v09-default-schema", V0_9, "key removed"), Break, Set("identity.default_schema_url"),
        "`identity.default_schema_url` is gone: `identity.schemas` is required, `identity.default_schema_id` names one of them",
        "list the schema under `identity.schemas` with an `id`, and name it in `identity.default_schema_id`").rules(&["removed-key"]),
    row(("v09-oidc-keys", V0_9, "key renamed"), Break, ProviderIs(Provided { keys: &["tenant", "team_id", "private_key_id", "private_key"], ..Provided::ANY }),
        "provider keys have new names: `microsoft_tenant`, `apple_team_id`, `apple_private_key_id`, `apple_private_key`",
        "rename the keys").rules(&["removed-key"]),
    row(("v09-domain-aliases", V0_9, "key removed"), Break, Set("serve.public.domain_aliases"),
        "`serve.public.domain_aliases` is gone",
        "delete it, and run one instance with its own `serve.public.base_url` for each domain").rules(&["removed-key"]),
    row(("v09-admin-prefix", V0_9, "flow answer"), Behaviour, Always,
        "admin endpoints are below `/admin/`; the old paths redirect",
        "call `/admin/identities` and so on"),
    row(("v09-password-identifier", V0_9, "flow answer"), Break, Always,
        "the login field `password_identifier` is now `identifier`, and registration fields of traits leave the group `password`",
        "use `identifier`, and find fields by name"),
    row(("v09-session-secrets", V0_9, "cookie"), Behaviour, Any(&[Count("secrets.cookie", 2), Count("secrets.default", 2), Count("secrets.session", 2)]),
        "with several secrets, session cookies of the old release may not be accepted",
        "expect users to sign in again"),
    // v0.10.1
    row(("v10-tracing", V0_10, "key renamed"), Behaviour, Set("tracing"),
        "`tracing` has another schema: providers and the keys below them have new names",
        "compare the section with the schema of the new release"),
    // v0.11.0
    row(("v11-message-ttl", V0_11, "key removed"), Break, Set("courier.message_ttl"),
        "`courier.message_ttl` is gone; `courier.message_retries` counts tries (default 5)",
        "set `courier.message_retries`").rules(&["removed-key"]),
    row(("v11-sms-header", V0_11, "key renamed"), Break, Set("courier.sms.request_config.header"),
        "`courier.sms.request_config.header` is now `headers`",
        "rename the key").rules(&["removed-key"]),
    row(("v11-link-off", V0_11, "default"), Break,
        All(&[Any(&[Flow("recovery"), Flow("verification")]), Any(&[Unset("selfservice.methods.link.enabled"), Unset("selfservice.flows.recovery.use"), Unset("selfservice.flows.verification.use")])]),
        "the method `link` is off by default, `code` is on, and recovery and verification use codes",
        "to keep links set `selfservice.methods.link.enabled: true` and `use: link` in both flows; own templates need the `_code` names")
        .rules(&["flow-method-off", "code-switched-on"]),
    // v0.13.0
    row(("v13-unknown-recipients", V0_13, "default"), Behaviour,
        Any(&[
            All(&[Flow("recovery"), Unset("selfservice.flows.recovery.notify_unknown_recipients")]),
            All(&[Flow("verification"), Unset("selfservice.flows.verification.notify_unknown_recipients")]),
        ]),
        "unknown addresses get no mail any more",
        "set `notify_unknown_recipients: true` in the flow"),
    row(("v13-token-prefix", V0_13, "session"), Info, Always,
        "session tokens begin with `ory_st_`, logout tokens with `ory_lo_`, and have 39 characters; old tokens stay valid",
        "accept 39 characters"),
    // v1.0.0
    row(("settings-parse-order", V1_0, "hook"), Behaviour,
        HookIs(WEB_HOOK.flow("settings").phase("after").with(&All(&[PARSES, Not(&True("can_interrupt"))]))),
        "a web_hook after settings with `response.parse` runs before saving, and its changes are stored",
        "check what the endpoint answers").rules(&["settings-parse-too-late"]),
    row(("code-label-1.0", V1_0, "flow answer"), Message, Any(&[RECOVERY_BY_CODE, VERIFICATION_BY_CODE]),
        "the code fields of recovery and verification have the labels 1070010 and 1070011",
        "translate these ids"),
    // v1.1.0
    row(("courier-body-names", V1_1, "courier"), Break, All(&[HTTP_COURIER, Set("courier.http.request_config.body")]),
        "ctx of the courier body has names such as `recipient` and `template_type`; `ctx.Recipient` fails, and the message is given up",
        "rename the fields in the Jsonnet body").seen().rules(&["jsonnet-missing-field"]),
    row(("sms-keys-dead", V1_1, "courier"), Break, True("courier.sms.enabled"),
        "`courier.sms` is never read: no text message is sent",
        "configure `courier.channels` with id `sms`").rules(&["courier-sms-ignored"]),
    row(("sms-channel-stops-mail", V1_1, "courier"), Break, Count("courier.channels", 1),
        "v1.1.0 sends no e-mail at all while `courier.channels` has an entry",
        "go to v1.2.0 or later").seen().until(V1_1).rules(&["courier-channel-unusable"]),
    row(("cors-default-headers", V1_1, "default"), Behaviour, All(&[True("serve.public.cors.enabled"), Unset("serve.public.cors.allowed_headers")]),
        "the default of `allowed_headers` gains Max-Age, X-XSRF-TOKEN and X-CSRF-TOKEN",
        "list the headers to keep the old set").seen(),
    row(("spa-aal2-422", V1_1, "flow answer"), Break, All(&[SECOND_FACTOR, WHOAMI_HIGHEST]),
        "a JSON login in the browser with a second factor answers 422 with `redirect_browser_to` instead of 200 with the session",
        "follow `redirect_browser_to`, or set `session.whoami.required_aal: aal1`").seen(),
    row(("password-message-ids", V1_1, "flow answer"), Message, Method("password"),
        "messages of the password policy are 4000031 to 4000034 instead of 4000005",
        "translate the new ids").seen(),
    row(("identifier-label", V1_1, "flow answer"), Message, Schema(Feature::OneTitledIdentifier),
        "the identifier field of login has the title of the trait as label, no longer `ID`",
        "remove the `title` of the trait to keep `ID`").seen(),
    row(("flow-json-state", V1_1, "flow answer"), Info, Always,
        "login and registration flows have the members `state` and `organization_id`",
        "accept them").seen(),
    row(("admin-identities-pages", V1_1, "flow answer"), Behaviour, Always,
        "`GET /admin/identities?page_size=` pages by token, with a relative Link and without X-Total-Count; `page` and `per_page` still count",
        "follow the Link `rel=next`").seen(),
    row(("import-uppercase-verified", V1_1, "behaviour"), Info, Schema(Feature::Verification),
        "`verified` of an imported address in capitals is kept; before it became false", NOTHING).seen(),
    row(("hook-metadata-admin", V1_1, "hook"), Behaviour, HookIs(WEB_HOOK.with(&PARSES)),
        "`metadata_admin` in the answer of a web_hook is stored; before it was dropped",
        "check what the endpoint answers"),
    row(("jsonnet-64k", V1_1, "jsonnet"), Behaviour, Jsonnet,
        "Jsonnet reads and writes at most 65,535 bytes",
        "pick the fields that the endpoint needs instead of all of ctx").rules(&["jsonnet-too-large"]),
    row(("jsonnet-cache", V1_1, "jsonnet"), Behaviour, OnNetwork,
        "Jsonnet from http(s) addresses is kept for 60 minutes",
        "give a changed text a new address").rules(&["web-hook-template-cached"]),
    row(("jsonnet-std-0.20", V1_1, "jsonnet"), Info,
        JsonnetCalls(&["escapeStringXML", "isEmpty", "objectKeysValues", "objectKeysValuesAll", "round", "sum", "xnor", "xor"]),
        "Jsonnet has more std functions, and loses none; texts that call them do not run on the old release",
        NOTHING).seen().rules(&["jsonnet-unknown-function"]),
    row(("hook-request-id", V1_1, "hook"), Info, HookIs(WEB_HOOK),
        "web_hook calls have the header Ory-Webhook-Request-Id", NOTHING).seen().rules(&["web-hook-request-id-missing"]),
    row(("private-ip-globs", V1_1, "behaviour"), Behaviour, Set("clients.http.private_ip_exception_urls"),
        "entries of `clients.http.private_ip_exception_urls` are patterns over the whole URL; `*` stops at `.` and `/`",
        "check each entry").rules(&["private-exception-never-matches"]),
    row(("recovery-hook-order", V1_1, "hook"), Behaviour,
        All(&[Flow("recovery"), Any(&[HookIs(Hooked::NAMED.flow("recovery").phase("after")), HookIs(Hooked::NAMED.flow("settings").phase("before"))])]),
        "hooks after recovery run before the session is saved and before those of `settings.before`: one that fails stops the sign-in",
        "check that they may stop it").rules(&["recovery-unchecked"]),
    row(("schema-via-phone", V1_1, "identity schema"), Break, Schema(Feature::VerificationByPhone),
        "Kratos does not start: `verification.via: phone` in the identity schema is refused",
        "write `via: sms`").seen().rules(&["identity-schema-refused"]),
    row(("session-extend-default", V1_1, "default"), Behaviour, All(&[Unset("session.earliest_possible_extend"), LongerThan("session.lifespan", "24h")]),
        "`session.earliest_possible_extend` has no default: sessions may be extended at any time, not in the last 24h only",
        "set `session.earliest_possible_extend: 24h`").seen().rules(&["session-extend-unlimited"]),
    row(("server-timeouts", V1_1, "behaviour"), Info, HookIs(WEB_HOOK.with(&AWAITED)),
        "the public server writes for at most 60 s, the admin server for 120 s: a slower hook loses its client",
        "keep endpoints fast"),
    row(("pg-extensions", V1_1, "database"), Behaviour, Postgres,
        "a migration creates the PostgreSQL extensions pg_trgm and btree_gin, and needs the right to",
        "create both extensions as superuser first"),
    row(("cli-list-identities", V1_1, "CLI"), Info, Always,
        "`kratos list identities` pages by `--page-size` and `--page-token`, and its JSON is an object",
        "read `identities` and `next_page_token`").seen(),
    row(("oauth2-registration", V1_1, "behaviour"), Behaviour, Set("oauth2_provider.url"),
        "registration with a `session` hook accepts the login challenge of OAuth2, after verification and at the required AAL",
        "try registration and second factor through the OAuth2 server"),
    row(("webauthn-keys", V1_1, "key renamed"), Info,
        Any(&[Set("selfservice.methods.webauthn.config.rp.icon"), Set("selfservice.methods.webauthn.config.rp.origin")]),
        "`webauthn.config.rp.origins` exists beside `origin`, both together are refused; `icon` has no effect",
        "use `origins`, delete `icon`").rules(&["relying-party-refused"]),
    // v1.2.0
    row(("two-step-registration", V1_2, "flow answer"), Break, TWO_STEPS,
        "the first form of registration asks for the profile only; password, code and passkey come in a second step",
        "up to v1.3.1 set `enable_legacy_one_step: true`, from v25.4.0 `style: unified`").seen().rules(&["legacy-one-step-deprecated"]),
    row(("two-step-error-group", V1_2, "flow answer"), Message, All(&[TWO_STEPS, Method("password")]),
        "errors of registration fields are in the group `default` instead of `password`",
        "find fields by name, not by group").seen(),
    row(("session-last", V1_2, "hook"), Behaviour, SameList("registration", "session"),
        "`session` runs after all other hooks wherever it is; before, API and JSON clients skipped the hooks after it",
        "check that the hooks after it may run").rules(&["hook-after-session", "hook-order-wrong"]),
    row(("verification-after-late", V1_2, "hook"), Behaviour,
        All(&[Flow("verification"), HookIs(Hooked::NAMED.flow("verification").phase("after"))]),
        "hooks after verification run once the address is stored as verified, and cannot prevent it",
        "refuse elsewhere").rules(&["veto-too-late"]),
    row(("smtp-optional", V1_2, "key required"), Info, All(&[Unset("courier.smtp.connection_uri"), Not(&HTTP_COURIER)]),
        "Kratos starts without `courier.smtp.connection_uri`, and mails fail when they are sent",
        "set it where mails are sent").rules(&["mail-server-missing"]),
    row(("login-continue-with", V1_2, "flow answer"), Info, Always,
        "the answer of a login has the member `continue_with`, null when empty",
        "accept it").seen(),
    row(("login-hook-session", V1_2, "hook"), Info, HookIs(WEB_HOOK.flow("login").phase("after")),
        "`ctx.session` exists after login, login knows `verification` and `show_verification_ui`, web_hook takes `headers`",
        NOTHING).seen(),
    row(("linkedin-v2", V1_2, "key added"), Info, ProviderIs(Provided { kinds: &["linkedin"], ..Provided::ANY }),
        "the provider `linkedin_v2` is for applications with OpenID Connect; `linkedin` needs LinkedIn's old API",
        "switch when the application has the new product"),
    // v1.3.0
    row(("code-needs-schema", V1_3, "security"), Break, All(&[PASSWORDLESS, Not(&Schema(Feature::Code)), Not(&CODE_FALLBACK)]),
        "every login by code fails with 4000035 and no mail is sent: no trait has `credentials.code`",
        "add `credentials.code` with `identifier: true` and `via: email` to the trait, or set `missing_credential_fallback_enabled: true`")
        .seen().rules(&["identifier-missing", "code-identifier-without-via"]),
    row(("code-mfa-needs-schema", V1_3, "security"), Break, All(&[CODE_MFA, Not(&Schema(Feature::Code)), Not(&CODE_FALLBACK)]),
        "without `credentials.code` the second factor by code has no form: v1.3 locks all users out, v25.4.0 no longer asks for it",
        "add `credentials.code` to the trait; the fallback key alone loses the protection from v25.4.0")
        .seen().rules(&["identifier-missing"]),
    row(("code-mfa-counts", V1_3, "security"), Break,
        All(&[CODE_MFA, Schema(Feature::Code), Any(&[WHOAMI_HIGHEST, Word("selfservice.flows.settings.required_aal", "highest_available")])]),
        "codes count as second factor for `required_aal: highest_available`: sessions without it are refused (403, 422)",
        "set `required_aal: aal1` to keep the old answer, and give up the protection").seen(),
    row(("code-mfa-form", V1_3, "flow answer"), Break, CODE_MFA,
        "the second factor by code has a button for each address (name `address`) instead of an identifier field",
        "submit `address` instead of `identifier`").seen(),
    row(("code-fallback-key", V1_3, "key renamed"), Break, Set("selfservice.methods.code.passwordless_login_fallback_enabled"),
        "`passwordless_login_fallback_enabled` has no effect: the key is `code.config.missing_credential_fallback_enabled`",
        "move the value to `selfservice.methods.code.config.missing_credential_fallback_enabled`").seen().rules(&["ignored-key"]),
    row(("hook-header-list", V1_3, "hook"), Break, HookIs(WEB_HOOK.with(&Set("body"))),
        "`ctx.request_headers` has 17 headers only: Cookie, Authorization, X-Forwarded-For and your own are gone",
        "from v25.4.0 list the others in `clients.web_hook.header_allowlist`; `ctx.request_cookies` stays")
        .seen().rules(&["jsonnet-filtered-header"]),
    row(("hook-redirects", V1_3, "hook"), Behaviour, HookIs(WEB_HOOK.with(&AWAITED)),
        "answers with 307 and 308 are followed with method and body; before they counted as success",
        "answer at the URL that Kratos calls"),
    row(("oidc-via-registration-hooks", V1_3, "hook"), Behaviour,
        All(&[Method("oidc"), Any(&[HookIs(Hooked::NAMED.flow("login").phase("after").list(Place::Global)), HookIs(Hooked::NAMED.flow("login").phase("after").list(Place::Of("oidc")))])]),
        "a sign-in through a registration flow runs `login.after.oidc.hooks`, no longer `login.after.hooks`",
        "keep both lists alike").rules(&["oidc-list-skipped"]),
    row(("oidc-pkce", V1_3, "behaviour"), Behaviour,
        All(&[Method("oidc"), Any(&[
            ProviderIs(Provided { has: Some("issuer_url"), without: Some(("pkce", "never")), ..Provided::ANY }),
            ProviderIs(Provided { kinds: &["google", "apple", "facebook", "linkedin_v2", "netid"], without: Some(("pkce", "never")), ..Provided::ANY }),
        ])]),
        "sign-in requests carry a PKCE challenge where the issuer announces S256, and a longer `state`",
        "set `pkce: never` in the provider to keep the old request").seen(),
    row(("oidc-link-message", V1_3, "flow answer"), Behaviour, All(&[Method("oidc"), OTHER_FIRST_FACTOR]),
        "a first social sign-in with the address of an account shows message 1010016 and the credentials of that account only",
        "translate 1010016 to 1010018").seen(),
    row(("spa-redirect-continue", V1_3, "flow answer"), Behaviour, Always,
        "JSON answers of login, registration and settings in the browser have `redirect_browser_to` in `continue_with`, first",
        "pick items by `action`, not by position").seen(),
    row(("login-button-label", V1_3, "flow answer"), Message, Method("password"),
        "the button of password login has the label 1010022 instead of 1010001",
        "translate 1010022").seen(),
    row(("continue-labels", V1_3, "flow answer"), Message, Any(&[Flow("recovery"), Flow("verification"), PASSWORDLESS]),
        "buttons of recovery, verification and code forms have the label 1070009 instead of 1070005",
        "translate 1070009").seen(),
    row(("two-step-back", V1_3, "flow answer"), Behaviour, TWO_STEPS,
        "the way back in two-step registration is `screen: previous` (node `screen`, group `profile`)",
        "send `screen: previous`").seen(),
    row(("batch-partial", V1_3, "flow answer"), Behaviour, Always,
        "`PATCH /admin/identities` stores the good identities and answers 200 with an error for each bad one; before 409 and none stored",
        "read `action` of each item").seen(),
    row(("github-app-email", V1_3, "behaviour"), Info, ProviderIs(Provided { kinds: &["github-app"], ..Provided::ANY }),
        "`github-app` takes the last address when none is primary", NOTHING),
    // v1.3.1
    row(("passkey-origins", V1_3_1, "key relaxed"), Info, Set("selfservice.methods.passkey.config.rp.origins"),
        "`passkey.config.rp.origins` takes values that are no URIs, such as `android:apk-key-hash:…`", NOTHING)
        .rules(&["relying-party-refused"]),
    // v25.4.0
    row(("courier-sms-removed", V25_4, "key removed"), Break, Set("courier.sms"),
        "Kratos does not start: `courier.sms` is unknown",
        "configure `courier.channels` with id `sms`").rules(&["courier-sms-ignored", "removed-key"]),
    row(("one-step-key", V25_4, "key renamed"), Info, Set("selfservice.flows.registration.enable_legacy_one_step"),
        "`enable_legacy_one_step` logs a deprecation warning, and wins over `style`",
        "set `selfservice.flows.registration.style: unified` instead").rules(&["legacy-one-step-deprecated"]),
    row(("one-step-group", V25_4, "flow answer"), Break,
        All(&[Flow("registration"), Method("password"), ONE_STEP, Not(&PASSWORDLESS), Not(&Method("passkey")), Not(&All(&[Method("webauthn"), WEBAUTHN_PASSWORDLESS]))]),
        "one-step registration with password alone has the traits in the group `default` instead of `password`",
        "find fields by name: no setting brings the group back, `password_profile_registration_node_group` has no effect").seen(),
    row(("node-order", V25_4, "flow answer"), Info, Flow("registration"),
        "`csrf_token` is the first node of registration forms",
        "find nodes by name").seen(),
    row(("oidc-node-group", V25_4, "flow answer"), Behaviour,
        All(&[Method("oidc"), Flow("registration"), Not(&True("feature_flags.legacy_oidc_registration_node_group"))]),
        "traits that the mapper leaves empty are asked for in the group `default` instead of `oidc`",
        "set `feature_flags.legacy_oidc_registration_node_group: true`").seen(),
    row(("show-verification-ui", V25_4, "flow answer"), Break,
        All(&[Flow("registration"), Flow("verification"), Schema(Feature::Verification), Missing("registration", "show_verification_ui", &[]), Not(&LEGACY_VERIFICATION_UI)]),
        "after registration neither `continue_with` nor a redirect leads to verification without the hook `show_verification_ui`",
        "add the hook `show_verification_ui` to the list, or set `feature_flags.legacy_continue_with_verification_ui: true`").seen(),
    row(("settings-verification-ui", V25_4, "flow answer"), Break,
        All(&[Flow("verification"), Schema(Feature::Verification), Missing("settings", "show_verification_ui", &["profile"]), Not(&LEGACY_VERIFICATION_UI)]),
        "a changed address in settings no longer leads to verification without the hook `show_verification_ui`; the mail is still sent",
        "add the hook `show_verification_ui` to `settings.after.profile.hooks`, or set `feature_flags.legacy_continue_with_verification_ui: true`").seen(),
    row(("require-verified-flow", V25_4, "flow answer"), Break,
        All(&[HookIs(Hooked::NAMED.flow("login").phase("after").name("require_verified_address")), Not(&True("feature_flags.legacy_require_verified_login_error"))]),
        "a login with an unverified address starts a verification flow and sends a mail (JSON 403, or a redirect) instead of message 4000010",
        "set `feature_flags.legacy_require_verified_login_error: true`").seen(),
    row(("require-verified-all", V25_4, "hook"), Break,
        Any(&[
            HookIs(Hooked::NAMED.flow("login").phase("after").name("require_verified_address").list(Place::Global)),
            HookIs(Hooked::NAMED.flow("login").phase("after").name("require_verified_address").list(Place::NotOf("password"))),
        ]),
        "`require_verified_address` acts on every method; before on password only",
        "mark addresses of providers as verified in the mapper, or move the hook to `login.after.password`")
        .rules(&["require-verified-address-gap"]),
    row(("first-address-only", V25_4, "behaviour"), Break,
        All(&[Flow("verification"), Schema(Feature::TwoVerifications), Not(&LEGACY_VERIFICATION_UI)]),
        "one of several unverified addresses gets a mail after registration, and chance decides which",
        "set `feature_flags.legacy_continue_with_verification_ui: true`").seen(),
    row(("link-400", V25_4, "flow answer"), Behaviour, All(&[Method("oidc"), OTHER_FIRST_FACTOR]),
        "account linking answers JSON clients with 400 instead of 200",
        "treat a 400 with a flow as the next step").seen(),
    row(("no-total-count", V25_4, "flow answer"), Behaviour, Always,
        "`GET /admin/sessions` and `/admin/courier/messages` have no X-Total-Count",
        "follow the Link `rel=next`").seen(),
    row(("sessions-aal", V25_4, "security"), Behaviour, All(&[Any(&[SECOND_FACTOR, CODE_MFA]), WHOAMI_HIGHEST]),
        "`GET /sessions` answers 403 session_aal2_required before the second factor, as whoami does",
        "list sessions after the second factor").seen(),
    row(("same-password", V25_4, "behaviour"), Behaviour, Method("password"),
        "users who set the password that they have get message 4000039",
        "translate 4000039; there is no switch").seen(),
    row(("mail-texts", V25_4, "template"), Behaviour,
        Any(&[
            All(&[VERIFICATION_BY_CODE, Any(&[Unset("courier.templates.verification_code.valid.email.subject"), Unset("courier.templates.verification_code.valid.email.body")])]),
            All(&[RECOVERY_BY_CODE, Any(&[Unset("courier.templates.recovery_code.valid.email.subject"), Unset("courier.templates.recovery_code.valid.email.body")])]),
            All(&[Flow("verification"), Word("selfservice.flows.verification.use", "link"), Unset("courier.templates.verification.valid.email.body")]),
            All(&[Flow("recovery"), Word("selfservice.flows.recovery.use", "link"), Unset("courier.templates.recovery.valid.email.body")]),
            All(&[PASSWORDLESS, Any(&[Unset("courier.templates.login_code.valid.email.subject"), Unset("courier.templates.registration_code.valid.email.subject")])]),
        ]),
        "built-in mails have new texts, and the code is in the subject, so that subjects differ from mail to mail",
        "set your own `courier.templates.<name>.valid.email.subject` and `body`").seen(),
    row(("courier-html-body", V25_4, "courier"), Info, HTTP_COURIER,
        "ctx of the courier body has `html_body`",
        "use it instead of your own conversion").seen(),
    row(("link-base-url-ignored", V25_4, "key removed"), Break, Differs("selfservice.methods.link.config.base_url", "serve.public.base_url"),
        "`selfservice.methods.link.config.base_url` has no effect: links in mails begin with `serve.public.base_url`",
        "set `serve.public.base_url` to the public address").seen().rules(&["link-base-url-ignored"]),
    row(("request-log", V25_4, "behaviour"), Behaviour,
        Any(&[True("serve.public.request_log.disable_for_health"), True("serve.admin.request_log.disable_for_health")]),
        "v25.4.0 logs health probes: it does not read `request_log.disable_for_health`",
        "go to v26.2.0").seen().until(V25_4),
    row(("trailing-slash-200", V25_4, "flow answer"), Info, Always,
        "a path with a slash at its end is served instead of redirected",
        "drop the slash").seen().until(V25_4),
    row(("identity-schema-param", V25_4, "flow answer"), Info, Always,
        "the query parameter `identity_schema` of login and registration is read: an unknown or not selectable schema answers 400",
        "set `selfservice_selectable: true` in `identity.schemas`").seen(),
    row(("error-id-header", V25_4, "flow answer"), Info, Always,
        "error answers have the header Ory-Error-Id, health answers `Cache-Control: no-store`", NOTHING).seen(),
    row(("hook-trigger-id", V25_4, "hook"), Info, HookIs(WEB_HOOK),
        "web_hook calls have the header Ory-Webhook-Trigger-Id, the same for all tries of a call", NOTHING).seen(),
    row(("hook-one-document", V25_4, "hook"), Behaviour, HookIs(WEB_HOOK.with(&Any(&[PARSES, True("can_interrupt")]))),
        "text after the JSON document of a 200 answer is an error",
        "answer with one JSON document"),
    row(("hook-not-cancelled", V25_4, "hook"), Info, HookIs(WEB_HOOK.flow("registration").phase("after")),
        "registration hooks go on when the client hangs up", NOTHING),
    row(("settings-hook-session", V25_4, "hook"), Info, HookIs(WEB_HOOK.flow("settings")),
        "`ctx.session` exists after settings, and from v26.2.0 in all settings hooks", NOTHING).seen(),
    row(("jsonnet-std-0.21", V25_4, "jsonnet"), Info,
        JsonnetCalls(&["atan2", "avg", "contains", "deg2rad", "equalsIgnoreCase", "flattenDeepArray", "hypot", "isDecimal", "isEven", "isInteger", "isOdd", "log10", "log2", "maxArray", "minArray", "objectRemoveKey", "pi", "rad2deg", "remove", "removeAt", "sha1", "sha256", "sha3", "sha512", "trim"]),
        "Jsonnet has 26 more std functions, and loses none; texts that call them do not run on the old release",
        NOTHING).seen().rules(&["jsonnet-unknown-function"]),
    row(("code-sent-text", V25_4, "flow answer"), Message, Any(&[PASSWORDLESS, CODE_MFA]),
        "the texts of 1010014 and 1040005 name an address instead of an e-mail",
        "compare ids, not texts").seen(),
    row(("code-registration-verified", V25_4, "behaviour"), Info, All(&[PASSWORDLESS, Flow("verification")]),
        "registration by code marks the address as verified, without a second mail", NOTHING),
    row(("ui-url-at-start", V25_4, "behaviour"), Behaviour,
        Any(&[
            Unschemed("selfservice.flows.login.ui_url"), Unschemed("selfservice.flows.registration.ui_url"),
            Unschemed("selfservice.flows.settings.ui_url"), Unschemed("selfservice.flows.recovery.ui_url"),
            Unschemed("selfservice.flows.error.ui_url"), Unschemed("serve.public.base_url"),
        ]),
        "a broken `ui_url` ends the process at start, and a `base_url` without scheme is used as it is",
        "write whole URLs").rules(&["unusable-page-url", "public-url-without-scheme"]),
    row(("base-url-silent", V25_4, "behaviour"), Info, Unset("serve.public.base_url"),
        "a missing `serve.public.base_url` is no longer warned about; Kratos still guesses host and port",
        "set it").rules(&["public-url-missing"]),
    row(("migrate-subcommands", V25_4, "CLI"), Info, Always,
        "`kratos migrate sql` has the subcommands `up`, `down` and `status`; `kratos migrate sql -e` still works",
        "run `kratos migrate sql up -e -y`").seen(),
    row(("delete-password", V25_4, "flow answer"), Info, Always,
        "the admin API may delete a password unless it is the last first factor", NOTHING).seen(),
    row(("oidc-provider-cache", V25_4, "behaviour"), Info,
        All(&[Method("oidc"), Any(&[
            ProviderIs(Provided { has: Some("issuer_url"), ..Provided::ANY }),
            ProviderIs(Provided { kinds: &["google", "apple", "facebook", "linkedin_v2", "netid", "line", "amazon"], ..Provided::ANY }),
        ])]),
        "discovery documents of issuers are kept in memory",
        "restart Kratos after changes at the provider"),
    row(("db-25.4", V25_4, "database"), Behaviour, Always,
        "15 migrations; `/health/ready` answers 503 until `kratos migrate sql` has run",
        "run the migrations before the new release takes traffic").seen(),
    // v26.2.0
    row(("trailing-slash-404", V26_2, "flow answer"), Behaviour, Always,
        "a path with a slash at its end answers 404, one with a doubled slash 307",
        "drop the slash in clients and proxies").seen(),
    row(("email-phone-ids", V26_2, "flow answer"), Message, Any(&[Schema(Feature::EmailFormat), Schema(Feature::TelFormat)]),
        "a malformed address gives 4000040 (email) or 4000041 (tel) instead of 4000001",
        "translate the new ids").seen(),
    row(("code-mfa-autosend", V26_2, "behaviour"), Behaviour, All(&[CODE_MFA, Any(&[Schema(Feature::Code), CODE_FALLBACK])]),
        "with one address and no other second factor, the second step sends the code at once and shows the code field",
        "do not press the button of the address first").seen(),
    row(("no-method-error", V26_2, "flow answer"), Message, Always,
        "message 5000002 when no method is available",
        "translate 5000002"),
    row(("oauth2-later-fixes", V26_2, "flow answer"), Info, Set("oauth2_provider.url"),
        "400 answers, account linking, codes and verification keep the login challenge of OAuth2", NOTHING),
    row(("courier-one-try", V26_2, "courier"), Behaviour, HTTP_OR_CHANNELS,
        "each try of the HTTP courier is one call of 10 s instead of three of 30 s: messages are given up after a third of the calls",
        "raise `courier.message_retries`").seen(),
    row(("courier-request-headers", V26_2, "courier"), Info, HTTP_OR_CHANNELS,
        "ctx of the courier body has `request_headers`, filled for text messages only", NOTHING).seen(),
    row(("allowlist-spelling", V26_2, "hook"), Behaviour, Set("clients.web_hook.header_allowlist"),
        "headers in `ctx.request_headers` are spelled X-Foo-Bar, however the list spells them",
        "read them so in the Jsonnet bodies").seen().rules(&["jsonnet-filtered-header"]),
    row(("error-cache-control", V26_2, "flow answer"), Info, Always,
        "error answers have no Cache-Control header",
        "tell caches before Kratos to keep no errors").seen(),
    row(("go-1.26-urls", V26_2, "behaviour"), Info, TwoColons,
        "a URL with two colons in its host is refused",
        "correct the URL"),
    row(("apple-client-auth", V26_2, "behaviour"), Info, ProviderIs(Provided { kinds: &["apple"], ..Provided::ANY }),
        "token requests to Apple have `client_id` and `client_secret` in the body", NOTHING),
    row(("db-26.2", V26_2, "database"), Behaviour, Always,
        "5 migrations; one fills `identity_id` of identifiers and session devices, which takes long on big tables",
        "plan time for the migration, and make a backup").seen(),
    // master
    row(("return-url-wildcards", MASTER, "security"), Break, Wildcard("selfservice.allowed_return_urls"),
        "entries of `selfservice.allowed_return_urls` with an unbounded `*` in the host are dropped with a warning",
        "write `https://*.example.com` or whole hosts, or set `feature_flags.legacy_allow_insecure_origins: true`")
        .rules(&["return-url-too-wide"]),
    row(("cors-wildcards", MASTER, "security"), Break, Wildcard("serve.public.cors.allowed_origins"),
        "CORS origins with an unbounded `*` in the host are ignored",
        "write `https://*.example.com` or whole hosts, or set `feature_flags.legacy_allow_insecure_origins: true`")
        .rules(&["cors-origin-too-wide"]),
    row(("hash-bounds", MASTER, "security"), Break,
        Any(&[
            More("hashers.bcrypt.cost", 15), More("hashers.argon2.iterations", 10), More("hashers.argon2.parallelism", 16),
            MoreBytes("hashers.argon2.memory", 1 << 30),
        ]),
        "users whose password hash is above a bound cannot sign in: bcrypt cost 15, argon2 10 iterations, 16 lanes, 1 GiB",
        "lower the cost and let users sign in before the upgrade").rules(&["hasher-setting-ignored"]),
    row(("recovery-address-privileged", MASTER, "security"), Behaviour, All(&[Flow("recovery"), Schema(Feature::Recovery)]),
        "a changed recovery address in settings needs a privileged session; other traits no longer do by accident",
        "handle `session_refresh_required` in the user interface"),
    row(("phone-e164", MASTER, "identity schema"), Behaviour, Schema(Feature::Sms),
        "phone traits for codes, verification or recovery are rewritten to E.164 when they are saved",
        "compare E.164 in hooks, and run the command of the new release for old rows"),
    row(("invisible-characters", MASTER, "security"), Info, Any(&[Method("password"), PASSWORDLESS]),
        "identifiers lose invisible characters, or are refused for them", NOTHING),
    row(("sqlite-driver", MASTER, "database"), Behaviour, SqliteParameters,
        "SQLite has another driver: parameters of `dsn` other than `_fk` and `_busy_timeout` may have no effect",
        "write `_pragma=…`, and share no memory database between processes").rules(&["database-parameter-ignored"]),
    row(("dialect-check", MASTER, "database"), Info, Postgres,
        "Kratos does not start when `postgres://` leads to CockroachDB, or the other way round",
        "write `cockroach://` for CockroachDB"),
    row(("identity-disabled", MASTER, "flow answer"), Behaviour, Always,
        "a disabled identity gets 400 with message 4010011 in the form instead of 401 or an error page",
        "translate 4010011"),
    row(("otp-expired-inline", MASTER, "flow answer"), Behaviour, Any(&[PASSWORDLESS, CODE_MFA, RECOVERY_BY_CODE, VERIFICATION_BY_CODE]),
        "an expired code shows the message of a wrong code in the same flow instead of starting another", NOTHING),
    row(("passkey-attachment", MASTER, "default"), Behaviour,
        All(&[Method("passkey"), Unset("selfservice.methods.passkey.config.authenticator_selection.attachment")]),
        "passkeys may be on any authenticator, not on those of the platform only",
        "set `authenticator_selection.attachment: platform`").rules(&["passkey-display-name-missing"]),
    row(("sms-webotp", MASTER, "template"), Info, All(&[Count("courier.channels", 1), Schema(Feature::Sms)]),
        "built-in text messages end with a line `@domain #code`",
        "set your own `courier.templates.<name>.valid.sms.body` to keep the text"),
    row(("enum-options", MASTER, "flow answer"), Info, Schema(Feature::Enum),
        "fields of traits with `enum` have `options`",
        "draw a selection"),
    row(("oidc-mapper-identity", MASTER, "jsonnet"), Info, All(&[Method("oidc"), MapperReads("identity")]),
        "`std.extVar('identity')` of provider mappers is an object with empty traits at registration", NOTHING),
    row(("oidc-login-hint", MASTER, "security"), Behaviour, Method("oidc"),
        "`login_hint` in `upstream_parameters` is not forwarded to providers, `acr_values` is",
        "there is no switch"),
    row(("continuity-cookie", MASTER, "cookie"), Info, Always,
        "continuity cookies are encrypted with a derived key; old ones stay readable", NOTHING),
    row(("second-factor-authenticated-at", MASTER, "session"), Info, SECOND_FACTOR,
        "a new second factor makes the session privileged again", NOTHING),
    row(("autocomplete-username", MASTER, "flow answer"), Info, Method("password"),
        "login fields have other `autocomplete` values", NOTHING),
    row(("identity-schema-guards", MASTER, "identity schema"), Behaviour, Schema(Feature::Reference),
        "identity schemas with circles of `$ref` or above 1 MiB are refused; a key can forbid `$ref` to other documents",
        "write the parts into the schema").rules(&["identity-schema-unusable"]),
    row(("ui-url-default", MASTER, "default"), Info,
        Any(&[
            Unset("selfservice.flows.login.ui_url"), Unset("selfservice.flows.registration.ui_url"), Unset("selfservice.flows.settings.ui_url"),
            Unset("selfservice.flows.error.ui_url"), All(&[Flow("recovery"), Unset("selfservice.flows.recovery.ui_url")]),
            All(&[Flow("verification"), Unset("selfservice.flows.verification.ui_url")]),
        ]),
        "default pages are on www.ory.com",
        "set `ui_url` in each flow"),
    row(("jsonnet-256k", MASTER, "jsonnet"), Info, Jsonnet,
        "a Jsonnet result may have 262,143 bytes", NOTHING).rules(&["jsonnet-too-large"]),
    row(("db-master", MASTER, "database"), Info, Always,
        "10 migrations",
        "run the migrations before the new release takes traffic"),
];

/// The rows that are about a rule.
pub fn about(rule: &str) -> impl Iterator<Item = &'static Row> {
    CHANGES.iter().filter(move |row| row.rules.contains(&rule))
}

/// The rows on the way from one release to another, in order.
pub fn between(from: Version, to: Version) -> impl Iterator<Item = &'static Row> {
    CHANGES.iter().filter(move |row| from < row.release && row.release <= to && row.until.is_none_or(|last| to <= last))
}
