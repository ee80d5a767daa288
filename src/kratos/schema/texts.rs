//! What the keys of the configuration do, in our words: for hovers, completion and `explain`.
//!
//! Source: embedx/config.schema.json and driver/config/config.go at the known tags, and what real servers did.

use std::fmt::Write as _;

use super::Shape;
use crate::kratos::version::Version;

/// Patterns of paths with their texts. `*` stands for one part of a path, a leading `**` for any beginning; the first that fits
/// holds, so that special ones stand before general ones.
#[rustfmt::skip]
const TEXTS: &[(&str, &str)] = &[
    ("courier.smtp.headers", "Additional headers of mails, by name."),
    ("#notify_previous_addresses.config", "Settings of the mails about a change of addresses."),
    ("#notify_previous_addresses.config.recipients", "Which of the old addresses get the mail about the change."),
    // Calls of a web_hook, of the HTTP and SMS courier and of the password migration are set in the same way.
    ("#web_hook.config", "The call: where it goes, what it sends, and what the flow does with the answer."),
    ("#web_hook.config.id", "A name of yours for the hook, shown in logs and traces."),
    ("#web_hook.config.can_interrupt", "Old spelling of `response.parse`: the flow waits, and the answer may stop it."),
    ("#web_hook.config.response", "What the flow does with the answer. Without it the flow waits, and any failure stops it."),
    ("#web_hook.config.response.ignore", "`true`: Kratos calls in the background, and neither the answer nor a failure matters."),
    ("#web_hook.config.response.parse", "`true`: Kratos waits and reads the answer, which may refuse the flow or change the identity before it is saved."),
    ("**.emit_analytics_event", "Whether Kratos counts the call among its events. Without it it does."),
    ("**.config.method", "HTTP method of the call, in capital letters, for example POST."),
    ("**.request_config.method", "HTTP method of the call, in capital letters. Without it POST."),
    ("**.config.url", "Address that Kratos calls. Inside a container `localhost` is the container itself."),
    ("**.request_config.url", "Address that Kratos calls to send a message."),
    ("**.config.body", "Jsonnet for the body of the call, as file://, base64:// or http(s)://. It is a function of `ctx`. Without it the body is empty."),
    ("**.request_config.body", "Jsonnet for the body of the call, as file://, base64:// or http(s)://. It is a function of `ctx` with the message."),
    ("**.headers", "Headers of the call, by name."),
    ("**.header", "Old spelling of `headers`."),
    ("**.headers.*", "The value of this header."),
    ("**.header.*", "The value of this header."),
    ("**.auth", "How the endpoint knows that Kratos calls. Without it anybody who reaches the endpoint can call it."),
    ("**.auth.type", "`api_key` sends a key in a header or cookie, `basic_auth` a user and a password."),
    ("**.auth.config", "The key, or the user and the password."),
    ("**.auth.config.name", "Name of the header or cookie with the key."),
    ("**.auth.config.value", "The key. It is a secret: give it by the environment, or fill it in before the start."),
    ("**.auth.config.in", "Whether the key goes into a `header` or a `cookie`."),
    ("**.auth.config.user", "User name for basic authentication."),
    ("**.auth.config.password", "Password for basic authentication. It is a secret: give it by the environment."),
    ("**.request_config", "The call that sends a message: address, method, headers, body and authentication."),

    ("ciphers", "How Kratos encrypts what it must read again, for example tokens of providers."),
    ("ciphers.algorithm", "`xchacha20-poly1305` or `aes` encrypt with `secrets.cipher`; `noop` stores in clear text. Without it: noop."),
    ("clients", "Limits for the calls that Kratos makes."),
    ("clients.http", "Limits for calls by HTTP: web hooks, mappers, schemas, the HTTP courier."),
    ("clients.http.disallow_private_ip_ranges", "`true`: Kratos calls no address of a private network. Without it it does."),
    ("clients.http.private_ip_exception_urls", "Addresses of private networks that may be called anyway. Each is compared as a whole; `*` matches any letters."),
    ("clients.smtp", "Limits for the connection to the mail server."),
    ("clients.smtp.disallow_private_ip_ranges", "`true`: Kratos sends to no mail server in a private network."),
    ("clients.web_hook", "What web hooks get to see of the request."),
    ("clients.web_hook.header_allowlist", "Request headers that `ctx.request_headers` holds. Without it a short list of harmless ones."),
    ("config", "Files with the configuration: the flag `-c`. In a file it has no effect."),
    ("cookies", "Cookies of flows (CSRF, continuity). `session.cookie` sets those of sessions."),
    ("cookies.domain", "Domain of the cookies. Without it they hold for the host that Kratos is called at."),
    ("cookies.path", "Path of the cookies. It must be around the paths of Kratos, else each form ends in a CSRF violation. Without it `/`."),
    ("cookies.same_site", "`Lax`, `Strict` or `None`. With --dev it is always Lax. Without it Lax."),
    ("cookies.secure", "Whether browsers send the cookies over https only. Without it yes, apart from dev mode."),

    ("courier", "How Kratos sends mails and text messages. Nothing is sent unless `kratos courier watch` or `--watch-courier` runs."),
    ("courier.channels", "Other ways to send messages than SMTP, for example SMS."),
    ("courier.channels[]", "A way to send messages: its id and the call that sends."),
    ("courier.channels[].id", "Which messages go here: only `sms` is possible. Addresses of an identity schema with `via: sms` use it."),
    ("courier.channels[].type", "How the channel sends. Only `http` exists."),
    ("courier.delivery_strategy", "`smtp` sends mails to a mail server, `http` calls `courier.http.request_config`. Without it: smtp."),
    ("courier.http", "The call for each mail, with `delivery_strategy: http`."),
    ("courier.message_retries", "How often Kratos tries to send a message before it gives up. Without it 5."),
    ("courier.message_ttl", "Old key: how long a message is tried. `message_retries` replaced it."),
    ("courier.sms", "Old way to send text messages; `courier.channels` replaced it."),
    ("courier.sms.enabled", "Whether text messages are sent. Without it no."),
    ("courier.sms.from", "Sender of text messages."),
    ("courier.smtp", "The mail server, and from whom its mails come."),
    ("courier.smtp.connection_uri", "Address of the mail server. `smtps://` begins with TLS (port 465), `smtp://` uses STARTTLS (port 587) unless `disable_starttls=true`. The port must be written."),
    ("courier.smtp.from_address", "Sender address of mails. Without it no-reply@ory.kratos.sh, which receivers refuse."),
    ("courier.smtp.from_name", "Sender name of mails."),
    ("courier.smtp.local_name", "Name with which Kratos greets the mail server (EHLO). Without it localhost."),
    ("courier.smtp.client_cert_path", "File with the certificate with which Kratos shows the mail server who it is. Needs `client_key_path`."),
    ("courier.smtp.client_key_path", "File with the key of the client certificate."),
    ("courier.template_override_path", "Folder with message templates of your own: `<message>/<valid|invalid>/email.body.gotmpl` and so on. What is not there comes from Kratos."),
    ("courier.templates", "Message templates of your own, one by one, as file://, base64:// or http(s)://."),
    ("courier.templates.login_code", "Message with the code to sign in."),
    ("courier.templates.recovery", "Message with the link to recover an account (`recovery.use: link`)."),
    ("courier.templates.recovery_code", "Message with the code to recover an account (`recovery.use: code`)."),
    ("courier.templates.registration_code", "Message with the code to sign up."),
    ("courier.templates.verifiable_address_changed", "Message to the old address after it was changed."),
    ("courier.templates.verification", "Message with the link to verify an address (`verification.use: link`)."),
    ("courier.templates.verification_code", "Message with the code to verify an address (`verification.use: code`)."),
    ("courier.templates.*.valid", "For addresses that belong to an account."),
    ("courier.templates.*.invalid", "For addresses that no account has; sent only with `notify_unknown_recipients`."),
    ("**.email", "The mail: subject and both parts of the body."),
    ("**.email.subject", "Go template of the subject."),
    ("**.email.body", "Both parts of the mail."),
    ("**.body.html", "Go template of the HTML part (html/template: values are escaped)."),
    ("**.body.plaintext", "Go template of the plain text (text/template: nothing is escaped)."),
    ("**.sms", "The text message."),
    ("**.sms.body", "The text of the message."),
    ("courier.worker", "How fast the courier works through its queue."),
    ("courier.worker.pull_count", "How many messages it takes at once. Without it 10."),
    ("courier.worker.pull_wait", "How long it waits between two looks at the queue. Without it 1s."),

    ("database", "Upkeep of the database."),
    ("database.cleanup", "What `kratos cleanup sql` deletes, and how fast."),
    ("database.cleanup.batch_size", "How many rows it deletes at once. Without it 100."),
    ("database.cleanup.older_than", "Only rows that expired so long ago. Without it all that expired."),
    ("database.cleanup.sleep", "Rests between its steps."),
    ("database.cleanup.sleep.tables", "How long it rests between two tables. Without it 1m."),
    ("dev", "Dev mode: cookies work over http, and some protections are off. In a file `kratos serve` ignores it: use the flag `--dev` or `DEV=true` in the environment."),
    ("dsn", "The database: postgres://, mysql://, cockroach:// or sqlite://. `memory` forgets all at a restart. Usually given as DSN in the environment."),
    ("enterprise", "Settings of the enterprise edition; the open source server does not know them."),
    ("enterprise.identity_schema_fallback_url_template", "Address of identity schemas that the configuration does not list; `{{schema_id}}` is filled in."),
    ("expose-metrics-port", "Port of the metrics: a flag of old releases. In a file it has no effect."),
    ("feature_flags", "Switches for behaviour that is new or goes away."),
    ("feature_flags.cacheable_sessions", "Whether answers of `/sessions/whoami` may be cached (Cache-Control). Without it no."),
    ("feature_flags.cacheable_sessions_max_age", "How long such an answer may be cached at most."),
    ("feature_flags.choose_recovery_address", "Whether users choose among their addresses when they recover an account."),
    ("feature_flags.faster_session_extend", "Whether extending a session answers 204 without the session: faster on large installations."),
    ("feature_flags.legacy_allow_insecure_origins", "Whether passkeys and security keys take origins over http, as before."),
    ("feature_flags.legacy_continue_with_verification_ui", "`true`: after registration the answer always names the verification page, as before v25.4.0, and not only with the hook `show_verification_ui`."),
    ("feature_flags.legacy_oidc_registration_node_group", "`true`: fields of a sign-up by a provider stay in the group `oidc`, as before v25.4.0."),
    ("feature_flags.legacy_require_verified_login_error", "`true`: `require_verified_address` answers with an error, as before v25.4.0, instead of starting a verification."),
    ("feature_flags.password_profile_registration_node_group", "Group of the profile fields in the form with a password: `password` as before, or `default`."),
    ("feature_flags.refresh_login_choose_address", "Whether users choose the address for the code when they must sign in again."),
    ("feature_flags.use_continue_with_transitions", "Whether API clients are told the next step by `continue_with` instead of an error."),

    ("hashers", "How passwords are hashed. Old hashes stay valid; they are renewed at the next sign-in."),
    ("hashers.algorithm", "`bcrypt` or `argon2`. Without it bcrypt."),
    ("hashers.argon2", "Cost of argon2; read only with `algorithm: argon2`."),
    ("hashers.argon2.dedicated_memory", "Memory that all hashes together may take; used by `kratos hashers argon2 calibrate`."),
    ("hashers.argon2.expected_deviation", "How far a hash may be off the expected duration; used for calibration."),
    ("hashers.argon2.expected_duration", "How long one hash should take; used for calibration."),
    ("hashers.argon2.iterations", "Number of passes over the memory. Without it 1."),
    ("hashers.argon2.key_length", "Length of the hash in bytes. Without it 32."),
    ("hashers.argon2.memory", "Memory of one hash as a size, for example 128MB."),
    ("hashers.argon2.parallelism", "How many threads one hash uses."),
    ("hashers.argon2.salt_length", "Length of the salt in bytes. Without it 16."),
    ("hashers.bcrypt", "Cost of bcrypt; read only with `algorithm: bcrypt`."),
    ("hashers.bcrypt.cost", "Each step doubles the time of a hash. Without it 12; less than 12 only in dev mode."),
    ("help", "A flag of the command line. In a file it has no effect."),

    ("identity", "What an identity is: its schemas."),
    ("identity.default_schema_id", "Schema of users who register without naming one: an id of `identity.schemas`. Without it `default`."),
    ("identity.default_schema_url", "Old key: address of the default schema. `default_schema_id` and `schemas` replaced it."),
    ("identity.schemas", "The identity schemas: which traits users have, and what each is for."),
    ("identity.schemas[]", "A schema with its id."),
    ("identity.schemas[].id", "Name of the schema. Identities store it: never change it."),
    ("identity.schemas[].url", "Where the schema is: file://, base64:// or http(s)://. Kratos reads it at the start and does not start without it."),
    ("identity.schemas[].selfservice_selectable", "Whether users may choose this schema when they register (`identity_schema` of the flow)."),
    ("log", "What Kratos logs."),
    ("log.format", "`text` or `json`. With any other word Kratos does not start. Without it text."),
    ("log.level", "The least level that is logged: trace, debug, info, warning, error, fatal, panic. Without it info."),
    ("log.leak_sensitive_values", "`true` writes cookies, tokens and codes to the log. Only while looking for a fault."),
    ("log.redaction_text", "What the log shows instead of a secret."),
    ("oauth2_provider", "Ory Hydra beside Kratos: then users sign in to other applications with Kratos."),
    ("oauth2_provider.url", "Address of Hydra's admin API. Without it Kratos takes part in no OAuth2 flow."),
    ("oauth2_provider.override_return_to", "`true`: after the sign-in users go back to Hydra whatever `return_to` says."),
    ("organizations", "Old place of organizations; `selfservice.methods.b2b` replaced it. Not in the open source server."),
    ("preview", "Settings that may change with any release."),
    ("preview.default_read_consistency_level", "`eventual` reads from the nearest replica of CockroachDB, `strong` from the leader. Without it strong."),
    ("revision", "A mark of Ory Network; Kratos ignores it."),

    ("secrets", "Keys that Kratos signs and encrypts with. The first of a list is used, the others are still read: put a new one in front. Give them by the environment."),
    ("secrets.default", "Key for all that has no key of its own. Without any secret Kratos makes one at each start, and all sessions end."),
    ("secrets.cookie", "Keys that sign and encrypt cookies. At least 16 characters each."),
    ("secrets.cipher", "Keys for `ciphers.algorithm`: exactly 32 characters each."),
    ("secrets.pagination", "Keys that encrypt page tokens of lists."),
    ("security", "Protections that are off unless they are switched on."),
    ("security.account_enumeration", "Whether strangers learn which addresses have an account."),
    ("security.account_enumeration.mitigate", "`true`: sign-in and sign-up answer alike whether or not the account exists. Without it they do not."),
    ("security.disallow_ref_in_identity_schemas", "`true`: identity schemas may refer only to themselves."),

    ("selfservice", "What users do themselves: sign up, sign in, change, recover, verify."),
    ("selfservice.allowed_return_urls", "Where `return_to` may lead. An entry allows its host and all paths below its path. The host of `default_browser_return_url` is not always among them."),
    ("selfservice.whitelisted_return_urls", "Old name of `allowed_return_urls`."),
    ("selfservice.default_browser_return_url", "Where browsers go after a flow that names no other place. Must be set."),
    ("selfservice.flows", "The flows: their pages, how long they live, and their hooks."),
    ("selfservice.flows.error", "The page that shows errors."),
    ("selfservice.flows.error.ui_url", "Your page for errors; it reads the error by `/self-service/errors?id=…`. Without it users land on a page of Ory."),
    ("selfservice.flows.login", "Signing in."),
    ("selfservice.flows.login.style", "`unified` shows all methods in one form, `identifier_first` asks for the address first. Without it unified."),
    ("selfservice.flows.logout", "Signing out."),
    ("selfservice.flows.logout.after", "What happens after signing out."),
    ("selfservice.flows.logout.after.default_browser_return_url", "Where browsers go after signing out."),
    ("selfservice.flows.logout.clear_browser_data", "`true`: browsers delete cookies and storage of the site when users sign out (the header Clear-Site-Data). Without it they do not."),
    ("selfservice.flows.recovery", "Getting an account back after the password is lost. Off unless `enabled` is true."),
    ("selfservice.flows.registration", "Signing up. On unless `enabled` is false."),
    ("selfservice.flows.registration.enable_legacy_one_step", "`true`: one form for profile and credentials, as before v1.2.0. `style: unified` replaces it."),
    ("selfservice.flows.registration.login_hints", "`true`: who signs up with a known address is told how to sign in. Tells strangers which addresses have an account."),
    ("selfservice.flows.registration.style", "`profile_first` asks for the profile, then for credentials; `unified` has one form. Without it profile_first."),
    ("selfservice.flows.settings", "Changing the own profile and credentials."),
    ("selfservice.flows.settings.privileged_session_max_age", "How old a sign-in may be for a change of credentials; after that users sign in again. Without it 1h."),
    ("selfservice.flows.settings.required_aal", "`highest_available` asks for the second factor of those who have one, `aal1` never. Without it highest_available."),
    ("selfservice.flows.verification", "Verifying addresses. Off unless `enabled` is true."),
    ("selfservice.flows.*.enabled", "Whether users can use this flow. Registration is on without it; recovery and verification are off."),
    ("selfservice.flows.*.notify_unknown_recipients", "`true`: addresses that no account has get a message too. Without it they get none."),
    ("selfservice.flows.*.use", "`code` sends a code, `link` a link. The method of the same name must be on. Without it code."),
    ("selfservice.flows.*.lifespan", "How long a flow can be completed after it began. Without it 1h."),
    ("selfservice.flows.*.ui_url", "Your page for this flow: Kratos sends browsers there with `?flow=…`. Without it they land on a page of Ory."),
    ("selfservice.flows.*.before", "What happens when the flow begins; there is no identity yet."),
    ("selfservice.flows.*.before.hooks", "Hooks that run each time the flow begins, also when it is never completed."),
    ("selfservice.flows.*.after", "What happens when the flow is completed."),
    ("selfservice.flows.*.after.hooks", "Hooks for all methods that have no list of their own: a list of a method replaces this one."),
    ("selfservice.flows.*.after.default_browser_return_url", "Where browsers go afterwards, for methods that name no other place."),
    ("selfservice.flows.*.after.*", "What happens after this method was used."),
    ("selfservice.flows.*.after.*.hooks", "Hooks after this method, in their order. A list here replaces `after.hooks`, which then does not run."),
    ("selfservice.flows.*.after.*.default_browser_return_url", "Where browsers go after this method."),

    ("selfservice.methods", "The methods with which users sign in, and those that send links and codes."),
    ("selfservice.methods.*.enabled", "Whether the method can be used."),
    ("selfservice.methods.*.config", "Settings of the method."),
    ("selfservice.methods.b2b", "Single sign-on for organizations. Not in the open source server."),
    ("selfservice.methods.b2b.config.organizations", "The organizations."),
    ("selfservice.methods.b2b.config.organizations[]", "An organization: users with an address of its domains sign in with its provider."),
    ("selfservice.methods.b2b.config.organizations[].domains", "Domains of its addresses."),
    ("selfservice.methods.b2b.config.organizations[].id", "Id of the organization: providers name it by `organization_id`."),
    ("selfservice.methods.b2b.config.organizations[].label", "Its name, shown to users."),
    ("selfservice.methods.b2b.config.organizations[].session_lifespan", "How long sessions of its members live."),
    ("selfservice.methods.code", "Codes by mail or SMS: for verification and recovery, and to sign in."),
    ("selfservice.methods.code.config.lifespan", "How long a code is valid. Without it 1h."),
    ("selfservice.methods.code.config.max_submissions", "How many wrong codes a flow takes. Without it 5."),
    ("selfservice.methods.code.config.missing_credential_fallback_enabled", "`true`: accounts without a code credential may sign in by code with their address. For accounts from before v1.3.0."),
    ("selfservice.methods.code.mfa_enabled", "`true`: a code is the second factor. Not together with `passwordless_enabled`."),
    ("selfservice.methods.code.passwordless_enabled", "`true`: users sign up and sign in with a code. Needs a trait with the credential `code` in the identity schema."),
    ("selfservice.methods.code.passwordless_login_fallback_enabled", "`true`: a code replaces the password at sign-in, without being a method of its own."),
    ("selfservice.methods.link", "Links by mail for verification and recovery."),
    ("selfservice.methods.link.config.base_url", "Address that the links begin with. Without it `serve.public.base_url`."),
    ("selfservice.methods.link.config.lifespan", "How long a link is valid. Without it 1h."),
    ("selfservice.methods.lookup_secret", "Recovery codes to print: a second factor for the day when the first is lost."),
    ("selfservice.methods.oidc", "Signing in with other providers: Google, Microsoft, GitHub and any OpenID provider."),
    ("selfservice.methods.oidc.config.base_redirect_uri", "Address that the callback begins with, when it is another than `serve.public.base_url`."),
    ("selfservice.methods.oidc.config.providers", "The providers. Their order is that of the buttons."),
    ("selfservice.methods.oidc.config.providers[]", "A provider: its id, kind, client and mapper."),
    ("selfservice.methods.oidc.config.providers[].aal2_acr_values", "Values of the claim `acr` that count as a second factor."),
    ("selfservice.methods.oidc.config.providers[].aal2_amr_values", "Values of the claim `amr` that count as a second factor."),
    ("selfservice.methods.oidc.config.providers[].account_linking_mode", "What happens when the address has an account already: `confirm_with_existing_credential` asks to sign in to it, `automatic` links it."),
    ("selfservice.methods.oidc.config.providers[].additional_id_token_audiences", "Other client ids whose ID tokens count: those of native apps."),
    ("selfservice.methods.oidc.config.providers[].apple_private_key", "Apple: the private key (PEM). It is a secret: give it by the environment."),
    ("selfservice.methods.oidc.config.providers[].apple_private_key_id", "Apple: id of the private key."),
    ("selfservice.methods.oidc.config.providers[].apple_team_id", "Apple: id of the team."),
    ("selfservice.methods.oidc.config.providers[].private_key", "Old name of `apple_private_key`."),
    ("selfservice.methods.oidc.config.providers[].private_key_id", "Old name of `apple_private_key_id`."),
    ("selfservice.methods.oidc.config.providers[].team_id", "Old name of `apple_team_id`."),
    ("selfservice.methods.oidc.config.providers[].tenant", "Old name of `microsoft_tenant`."),
    ("selfservice.methods.oidc.config.providers[].microsoft_tenant", "Microsoft: `common`, `organizations`, `consumers`, or the id of one tenant."),
    ("selfservice.methods.oidc.config.providers[].auth_url", "Read by no provider of the open source server: the issuer says where users sign in."),
    ("selfservice.methods.oidc.config.providers[].token_url", "Read by no provider of the open source server: the issuer says where tokens come from."),
    ("selfservice.methods.oidc.config.providers[].claims_source", "Where claims come from: `id_token`, or `userinfo` for providers whose ID token is thin. Without it id_token."),
    ("selfservice.methods.oidc.config.providers[].client_id", "The id that the provider gave to your application."),
    ("selfservice.methods.oidc.config.providers[].client_secret", "The secret that the provider gave to your application: give it by the environment."),
    ("selfservice.methods.oidc.config.providers[].fedcm_config_url", "Address of the FedCM configuration of the provider."),
    ("selfservice.methods.oidc.config.providers[].id", "Name of the provider. It is part of the callback address and is stored with accounts: letters, digits, hyphens, and never changed."),
    ("selfservice.methods.oidc.config.providers[].issuer_url", "Address of the OpenID provider; discovery is read below it. For `generic` and some others."),
    ("selfservice.methods.oidc.config.providers[].label", "What the button says. Without it the id of the provider."),
    ("selfservice.methods.oidc.config.providers[].mapper_url", "Jsonnet that makes traits of the claims, as file://, base64:// or http(s)://."),
    ("selfservice.methods.oidc.config.providers[].net_id_token_origin_header", "netID: the Origin header of token calls."),
    ("selfservice.methods.oidc.config.providers[].organization_id", "The organization that signs in here. Not in the open source server."),
    ("selfservice.methods.oidc.config.providers[].pkce", "`auto` uses PKCE when the provider announces it, `force` always, `never` not. Without it auto."),
    ("selfservice.methods.oidc.config.providers[].provider", "Which kind: `google`, `github`, `microsoft`, `apple` and so on, or `generic` for any OpenID provider."),
    ("selfservice.methods.oidc.config.providers[].requested_claims", "Claims to ask for by the parameter `claims`."),
    ("selfservice.methods.oidc.config.providers[].requested_claims.*", "Where the claims should come: `id_token` or `userinfo`."),
    ("selfservice.methods.oidc.config.providers[].requested_claims.*.*", "A claim that is asked for."),
    ("selfservice.methods.oidc.config.providers[].requested_claims.*.*.essential", "`true`: the application needs it."),
    ("selfservice.methods.oidc.config.providers[].requested_claims.*.*.value", "The value that it should have."),
    ("selfservice.methods.oidc.config.providers[].requested_claims.*.*.values", "The values of which it should have one."),
    ("selfservice.methods.oidc.config.providers[].scope", "Scopes to ask for. Without those that a claim needs the provider does not send it."),
    ("selfservice.methods.oidc.config.providers[].subject_source", "Microsoft: where the subject comes from: `userinfo`, `me` or `oid`."),
    ("selfservice.methods.oidc.config.providers[].update_identity_on_login", "`automatic`: each sign-in writes the traits of the mapper anew; `never` only the first."),
    ("selfservice.methods.passkey", "Passkeys: signing in with the lock of the device."),
    ("selfservice.methods.passkey.config.attestation", "Whether Kratos asks what kind of device it is."),
    ("selfservice.methods.passkey.config.attestation.preference", "`none`, `indirect`, `direct` or `enterprise`."),
    ("selfservice.methods.passkey.config.authenticator_selection", "Which devices may be used."),
    ("selfservice.methods.passkey.config.authenticator_selection.attachment", "`platform` for the device itself, `cross-platform` for keys that are plugged in."),
    ("selfservice.methods.passkey.config.authenticator_selection.resident_key", "Whether the key is stored on the device: `required`, `preferred` or `discouraged`."),
    ("selfservice.methods.passkey.config.authenticator_selection.user_verification", "Whether the device must check its user: `required`, `preferred` or `discouraged`."),
    ("selfservice.methods.passkey.config.timeouts", "How long the browser waits for the device."),
    ("selfservice.methods.passkey.config.timeouts.login", "How long it waits at sign-in."),
    ("selfservice.methods.passkey.config.timeouts.registration", "How long it waits at sign-up."),
    ("**.rp", "The relying party: what browsers bind the keys to."),
    ("**.rp.display_name", "Name that browsers show."),
    ("**.rp.id", "Domain that the keys are bound to: the host of the page or a parent, without scheme and port. Changing it makes all keys useless."),
    ("**.rp.icon", "Address of a picture; browsers ignore it."),
    ("**.rp.origin", "Old form of `origins`: one page."),
    ("**.rp.origins", "Pages that may use the keys, with scheme and port. Without them the relying party's id over https."),
    ("selfservice.methods.password", "Signing in with a password."),
    ("selfservice.methods.password.config.haveibeenpwned_enabled", "Whether new passwords are looked up among leaked ones. Without it yes."),
    ("selfservice.methods.password.config.haveibeenpwned_host", "Host of that service. Without it api.pwnedpasswords.com."),
    ("selfservice.methods.password.config.identifier_similarity_check_enabled", "Whether a password may not be like the address. Without it yes."),
    ("selfservice.methods.password.config.ignore_network_errors", "`true`: a password passes when that service cannot be reached. Without it yes."),
    ("selfservice.methods.password.config.max_breaches", "How often a password may be among the leaked ones. Without it 0."),
    ("selfservice.methods.password.config.min_password_length", "Shortest password. Without it 8."),
    ("selfservice.methods.password.config.migrate_hook", "A call that checks passwords of imported accounts with the old system at their first sign-in."),
    ("selfservice.methods.password.config.migrate_hook.config", "The call: address, authentication and body."),
    ("selfservice.methods.password.config.migrate_hook.enabled", "Whether the old system is asked. Without it no."),
    ("selfservice.methods.profile", "Changing traits on the settings page. Without it on."),
    ("selfservice.methods.totp", "Codes of an authenticator app as second factor."),
    ("selfservice.methods.totp.config.issuer", "Name that the app shows. Without it the host of Kratos."),
    ("selfservice.methods.webauthn", "Security keys: a second factor, or with `passwordless` instead of the password."),
    ("selfservice.methods.webauthn.config.passwordless", "`true`: the key replaces the password and is no second factor."),

    ("serve", "Where Kratos listens, and how it is reached."),
    ("serve.admin", "The admin API. It has no authentication: only your own servers may reach it."),
    ("serve.public", "The public API: browsers and applications reach it."),
    ("serve.admin.base_url", "Address of the admin API from outside. Without it http://<host>:<port>/."),
    ("serve.public.base_url", "Address at which browsers reach Kratos: it is part of forms, redirects and mails. Without it http://<host>:<port>/."),
    ("serve.*.host", "Address to listen at. Without it all addresses."),
    ("serve.admin.port", "Port to listen at. Without it 4434."),
    ("serve.public.port", "Port to listen at. Without it 4433."),
    ("serve.*.request_log", "What of the requests is logged."),
    ("serve.*.request_log.disable_for_health", "`true`: health checks are not logged."),
    ("serve.*.socket", "Owner and mode of a Unix socket, with `host: unix:/path`."),
    ("serve.*.socket.group", "Group of the socket."),
    ("serve.*.socket.owner", "Owner of the socket."),
    ("serve.*.socket.mode", "Mode of the socket as a decimal number: 493 is 0755."),
    ("serve.*.tls", "Certificate and key, when Kratos itself serves https."),
    ("serve.*.tls.cert", "The certificate, as a file or in base64."),
    ("serve.*.tls.key", "The private key, as a file or in base64."),
    ("serve.*.tls.*.path", "The file (PEM)."),
    ("serve.*.tls.*.base64", "The text (PEM), encoded as base64."),
    ("serve.public.cors", "Which pages of other origins may call Kratos from the browser."),
    ("serve.public.cors.enabled", "Whether CORS is on. Without it no: pages of other origins get nothing."),
    ("serve.public.cors.allow_credentials", "Whether calls may carry cookies. Without them no session is seen. Without it yes."),
    ("serve.public.cors.allowed_headers", "Request headers that pages may send. Content-Type and what carries tokens must be among them."),
    ("serve.public.cors.allowed_methods", "Methods that pages may use. Forms need POST."),
    ("serve.public.cors.allowed_origins", "Origins that may call, with scheme, without path; `https://*.example.org` for all below. With `*` browsers send no cookies."),
    ("serve.public.cors.exposed_headers", "Answer headers that pages may read."),
    ("serve.public.cors.max_age", "How many seconds a browser may remember the answer."),
    ("serve.public.cors.options_passthrough", "`true`: Kratos does not answer preflights itself. Without it it does."),
    ("serve.public.cors.debug", "`true` logs why a call was refused."),
    ("serve.public.domain_aliases", "Other hosts at which Kratos is reached, each with its base path and scheme."),
    ("serve.public.domain_aliases[]", "Another host of Kratos."),
    ("serve.public.domain_aliases[].match_domain", "The host that is compared."),
    ("serve.public.domain_aliases[].base_path", "Path that its addresses begin with. Without it /."),
    ("serve.public.domain_aliases[].scheme", "`http` or `https`. Without it https."),
    ("session", "How long users stay signed in, and the cookie that says so."),
    ("session.cookie", "The session cookie. What is not set comes from `cookies`."),
    ("session.cookie.domain", "Domain of the session cookie. Must be a parent of all hosts that should see it. Without it `cookies.domain`."),
    ("session.cookie.name", "Name of the cookie. Without it ory_kratos_session."),
    ("session.cookie.path", "Path of the session cookie. Without it `cookies.path`."),
    ("session.cookie.persistent", "Whether the cookie outlives the browser window. Without it yes."),
    ("session.cookie.same_site", "`Lax`, `Strict` or `None` for the session cookie. Without it `cookies.same_site`."),
    ("session.cookie.secure", "Whether the session cookie is sent over https only. Without it `cookies.secure`."),
    ("session.earliest_possible_extend", "How long before its end a session can be extended. Without it at any time (v1.1.0 and later), 24h before its end (until v1.0.0)."),
    ("session.lifespan", "How long a session lives. Without it 24h."),
    ("session.whoami", "What `/sessions/whoami` asks for and answers."),
    ("session.whoami.required_aal", "`highest_available` refuses sessions of users who have a second factor and did not use it; `aal1` accepts them. Without it highest_available."),
    ("session.whoami.tokenizer", "Sessions as JSON Web Tokens."),
    ("session.whoami.tokenizer.templates", "Kinds of tokens, by the name that `?tokenize_as=` asks for."),
    ("session.whoami.tokenizer.templates.*", "A kind of token: its key, life and claims."),
    ("session.whoami.tokenizer.templates.*.claims_mapper_url", "Jsonnet that makes claims of the session, as file://, base64:// or http(s)://."),
    ("session.whoami.tokenizer.templates.*.jwks_url", "JSON Web Key Set with the private key that signs."),
    ("session.whoami.tokenizer.templates.*.subject_source", "What the subject of the token is: `id` of the identity, or its `external_id`. Without it id."),
    ("session.whoami.tokenizer.templates.*.ttl", "How long the token is valid. Without it 1m."),
    ("sqa-opt-out", "`true`: no usage data goes to Ory. In a file `kratos serve` ignores it: use the flag, or `SQA_OPT_OUT=true` in the environment."),
    ("tracing", "Where Kratos sends traces: an OpenTelemetry collector, Jaeger or Zipkin. Without `provider` it sends none."),
    ("tracing.deployment_environment", "Name of this installation in traces."),
    ("tracing.provider", "Which kind: `jaeger`, `zipkin` or `otel` (its settings are in `otlp`). Without it no traces."),
    ("tracing.providers", "Settings of each provider of traces: `otlp`, `jaeger`, `zipkin`."),
    ("tracing.providers.jaeger", "Settings for Jaeger."),
    ("tracing.providers.jaeger.local_agent_address", "Address of the agent as host:port. Kratos ends at the start without it."),
    ("tracing.providers.jaeger.propagation", "Format of the trace headers, in old releases."),
    ("tracing.providers.jaeger.sampling", "Which share of traces is kept."),
    ("tracing.providers.jaeger.sampling.server_url", "Address that says which share is kept."),
    ("tracing.providers.jaeger.sampling.trace_id_ratio", "The share from 0 to 1. Without it 1."),
    ("tracing.providers.jaeger.sampling.type", "Kind of sampling, in old releases."),
    ("tracing.providers.jaeger.sampling.value", "Parameter of that sampling."),
    ("tracing.providers.otlp", "Settings for an OpenTelemetry collector (`provider: otel`)."),
    ("tracing.providers.otlp.authorization_header", "The header Authorization of its calls. It is a secret."),
    ("tracing.providers.otlp.insecure", "`true` calls over http. Without it https."),
    ("tracing.providers.otlp.server_url", "Address of the collector as host:port, without a scheme."),
    ("tracing.providers.zipkin", "Settings for Zipkin."),
    ("tracing.providers.zipkin.server_url", "Address of the API for spans."),
    ("tracing.providers.*.sampling", "Which share of traces is kept."),
    ("tracing.providers.zipkin.sampling.sampling_ratio", "The share from 0 to 1. Without it 0: nothing is kept."),
    ("tracing.providers.otlp.sampling.sampling_ratio", "The share from 0 to 1. Without it 1; before v25.4.0 0: Kratos begins no trace."),
    ("tracing.service_name", "Name of the service in traces. Without it Ory Kratos."),
    ("version", "The release that this file is written for. Kratos logs a warning when it runs as another one."),
    ("watch-courier", "`true`: the server itself sends messages. In a file `kratos serve` ignores it: use the flag `--watch-courier`."),
];

/// What a key does, by its path as in [`super::KEYS`]; for an item of a list that has no text of its own what the list does.
#[must_use]
pub(crate) fn text(path: &str) -> Option<&'static str> {
    let found = TEXTS.iter().find(|(pattern, _)| fits(pattern, path)).map(|(_, text)| *text);
    found.or_else(|| text(path.strip_suffix("[]")?))
}

fn fits(pattern: &str, path: &str) -> bool {
    let same = |(wanted, part): (&str, &str)| wanted == "*" || wanted == part;
    match pattern.strip_prefix("**.") {
        Some(end) => {
            let ends = end.rsplit('.').zip(path.rsplit('.')).all(same);
            ends && path.split('.').count() > end.split('.').count()
        }
        None => {
            pattern.split('.').count() == path.split('.').count() && pattern.split('.').zip(path.split('.')).all(same)
        }
    }
}

/// What a key is in a release, in Markdown: its text, type, words, default and versions; none where the release has no such key.
#[must_use]
pub(crate) fn about(path: &str, version: Version) -> Option<String> {
    let row = super::lookup(path, version)?;
    let mut out = match path.strip_prefix('#').and_then(|path| path.split_once('.')) {
        Some((hook, key)) => format!("**`{key}`** of the hook `{hook}`"),
        None => format!("**`{path}`**"),
    };
    let is_word = row.shape == Shape::Any && row.words().is_some();
    let mut facts = vec![shape(if is_word { Shape::Text } else { row.shape }).to_owned()];
    if row.is_required() {
        facts.push("required".to_owned());
    }
    _ = writeln!(out, " · {}", facts.join(" · "));
    let default = super::default_of(path, version).filter(|json| json.len() <= 60);
    if let Some(text) = text(path) {
        _ = writeln!(out, "\n{}", default.map_or(text, |default| without_default(text, default)));
    }
    if let Some(words) = row.words() {
        _ = writeln!(out, "\nOne of {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "));
    }
    if let Some(default) = default {
        _ = writeln!(out, "\nDefault: `{default}`");
    }
    if let Some(known) = super::versions_of(path) {
        if known.from == Version::MASTER {
            _ = write!(out, "\nAfter {}", Version::NEWEST);
        } else if known.from > Version::OLDEST {
            _ = write!(out, "\nSince {}", known.from);
        }
        if known.before.is_some() {
            _ = write!(out, "\nUntil {}", known.last());
        }
    }
    Some(out)
}

/// A text without its last sentence where that says the default again, which has a line of its own.
fn without_default<'t>(text: &'t str, default: &str) -> &'t str {
    let Some((rest, said)) = text.rsplit_once(" Without it") else { return text };
    let said = said.trim_start_matches(':').trim().trim_end_matches('.').trim_matches('`');
    let is_said = match default {
        "true" => ["yes", "it does", "on"].contains(&said),
        "false" => ["no", "it does not", "they do not", "they get none"].contains(&said),
        other => other.trim_matches('"') == said,
    };
    if is_said { rest } else { text }
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Object | Shape::Open | Shape::Flags => "map",
        Shape::List => "list",
        Shape::Text => "text",
        Shape::Boolean => "true or false",
        Shape::Integer => "whole number",
        Shape::Number => "number",
        Shape::Any => "any value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kratos::schema::{KEYS, Key};

    #[test]
    fn texts_name_only_words_that_the_key_takes() {
        let parts: std::collections::BTreeSet<&str> = KEYS.iter().flat_map(|key| key.path.split('.')).collect();
        let is_word = |text: &&str| !text.is_empty() && text.chars().all(|chr| chr.is_ascii_lowercase() || chr == '-');
        for key in KEYS.iter().filter(|key| key.words().is_some()) {
            // A text holds for all releases: so do the words.
            let all: Vec<&str> =
                super::super::rows(key.path).iter().filter_map(Key::words).flatten().copied().collect();
            let named = text(key.path).unwrap_or_default().split('`').skip(1).step_by(2).filter(is_word);
            for word in named.filter(|word| !parts.contains(word)) {
                assert!(all.contains(&word), "{}: `{word}` is not among {all:?}", key.path);
            }
        }
    }

    #[test]
    fn a_default_is_said_once() {
        assert_eq!(without_default("How long. Without it 1h.", "\"1h\""), "How long.");
        assert_eq!(
            without_default("`true`: it does not. Without it it does.", "false"),
            "`true`: it does not. Without it it does."
        );
        assert_eq!(without_default("Whether. Without it: no.", "false"), "Whether.");
        assert_eq!(
            without_default("A path. Without it `cookies.path`.", "\"/\""),
            "A path. Without it `cookies.path`."
        );
    }

    #[test]
    fn each_key_has_a_text_that_says_more_than_its_name() {
        let silent: Vec<&str> = KEYS.iter().map(|key| key.path).filter(|path| text(path).is_none()).collect();
        assert!(silent.is_empty(), "each key has a text here, in TEXTS: {silent:#?}");
        for key in KEYS {
            let text = text(key.path).unwrap_or_default();
            assert!(text.len() > 10 && text.len() <= 240 && text.ends_with('.'), "{}: {text}", key.path);
        }
        for (index, (pattern, text)) in TEXTS.iter().enumerate() {
            let is_used =
                KEYS.iter().any(|key| TEXTS.iter().position(|(pattern, _)| fits(pattern, key.path)) == Some(index));
            assert!(is_used, "{pattern} is reached by no key: {text}");
        }
    }
}
