//! Values that completion writes for keys whose format does not tell one.

use crate::init::quoted;
use crate::text::to_base64_url;

/// The identity schema of a configuration that has none yet.
pub(super) const SCHEMA_URL: &str = "file:///etc/config/kratos/identity.schema.json";

/// Values for keys whose format does not tell one, by the end of their path; `base64 ` begins a text to be encoded, `raw ` one
/// that is written as it is.
const VALUES: &[(&str, &str)] = &[
    ("dsn", "postgres://kratos@postgres:5432/kratos?sslmode=disable"),
    ("#web_hook.config.url", "https://hooks.example.org/"),
    ("#web_hook.config.id", "my-hook"),
    (".request_config.method", "POST"),
    (".config.method", "POST"),
    ("#web_hook.config.body", "base64 function(ctx) { flow_id: ctx.flow.id }"),
    ("migrate_hook.config.body", "base64 function(ctx) { identifier: ctx.identifier, password: ctx.password }"),
    (
        "courier.http.request_config.body",
        "base64 function(ctx) { to: ctx.recipient, subject: ctx.subject, body: ctx.body }",
    ),
    ("request_config.body", "base64 function(ctx) { to: ctx.recipient, body: ctx.body }"),
    (
        "providers[].mapper_url",
        "base64 local claims = std.extVar('claims');\nlocal is_verified = 'email' in claims && 'email_verified' in claims && claims.email_verified;\n\
         { identity: { traits: { [if is_verified then 'email']: claims.email } } }\n",
    ),
    (".claims_mapper_url", "base64 local session = std.extVar('session');\n{ claims: { session_id: session.id } }\n"),
    (".jwks_url", "file:///etc/config/kratos/jwks.json"),
    ("identity.schemas[].url", SCHEMA_URL),
    ("flows.error.ui_url", "https://www.example.org/error"),
    ("flows.login.ui_url", "https://www.example.org/login"),
    ("flows.recovery.ui_url", "https://www.example.org/recovery"),
    ("flows.registration.ui_url", "https://www.example.org/registration"),
    ("flows.settings.ui_url", "https://www.example.org/settings"),
    ("flows.verification.ui_url", "https://www.example.org/verification"),
    ("schemas[].id", "default"),
    ("default_schema_id", "default"),
    (".auth.config.name", "X-Webhook-Key"),
    (".auth.config.value", "long-random-text"),
    (".auth.config.password", "long-random-text"),
    ("migrate_hook.enabled", "raw false"),
    (".auth.config.user", "kratos"),
    ("providers[].id", "my-provider"),
    ("providers[].provider", "generic"),
    ("providers[].client_id", "my-client"),
    ("providers[].client_secret", "<set by the environment>"),
    ("providers[].issuer_url", "https://accounts.example.org/"),
    ("providers[].auth_url", "https://accounts.example.org/authorize"),
    ("providers[].token_url", "https://accounts.example.org/token"),
    ("providers[].scope[]", "email"),
    ("providers[].label", "My provider"),
    ("providers[].microsoft_tenant", "organizations"),
    ("providers[].tenant", "organizations"),
    ("providers[].apple_team_id", "ABCDE12345"),
    ("providers[].team_id", "ABCDE12345"),
    ("providers[].apple_private_key_id", "KEY1234567"),
    ("providers[].private_key_id", "KEY1234567"),
    ("providers[].apple_private_key", "<set by the environment>"),
    ("providers[].private_key", "<set by the environment>"),
    ("providers[].additional_id_token_audiences[]", "my-mobile-client"),
    ("totp.config.issuer", "Example"),
    ("tls.cert.path", "/etc/kratos/tls/tls.crt"),
    ("tls.key.path", "/etc/kratos/tls/tls.key"),
    ("tracing.provider", "otel"),
    ("otlp.server_url", "otel-collector:4318"),
    ("rp.id", "example.org"),
    ("rp.display_name", "Example"),
    ("rp.origins[]", "https://example.org"),
    ("cookies.domain", "example.org"),
    ("cookie.domain", "example.org"),
    ("cookie.name", "my_session"),
    ("cookies.path", "/"),
    ("cookie.path", "/"),
    ("courier.smtp.from_name", "Example"),
    ("smtp.client_cert_path", "/etc/kratos/tls/client.crt"),
    ("smtp.client_key_path", "/etc/kratos/tls/client.key"),
    ("smtp.connection_uri", "smtps://mail.example.org:465/"),
    ("secrets.cipher[]", "<32 letters, by the environment>"),
    ("secrets.cookie[]", "<set by the environment>"),
    ("secrets.default[]", "<set by the environment>"),
    ("secrets.pagination[]", "<set by the environment>"),
    ("header_allowlist[]", "User-Agent"),
    ("allowed_methods[]", "GET"),
    ("allowed_headers[]", "Authorization"),
    ("exposed_headers[]", "Content-Type"),
    ("allowed_origins[]", "https://example.org"),
    ("serve.public.base_url", "https://auth.example.org/"),
    ("serve.admin.base_url", "http://kratos:4434/"),
    ("sampling_ratio", "raw 1"),
    ("cookies.secure", "raw \"true\""),
    ("cookie.secure", "raw \"true\""),
    ("haveibeenpwned_host", "api.pwnedpasswords.com"),
    ("socket.group", "kratos"),
    ("socket.owner", "kratos"),
    ("log.redaction_text", "[redacted]"),
    ("tls.cert.base64", "<base64, by the environment>"),
    ("tls.key.base64", "<base64, by the environment>"),
    ("tracing.service_name", "kratos"),
    ("tracing.deployment_environment", "production"),
    ("otlp.authorization_header", "<set by the environment>"),
    ("zipkin.server_url", "http://zipkin:9411/api/v2/spans"),
    ("jaeger.sampling.server_url", "http://jaeger:5778/sampling"),
    ("courier.template_override_path", "/etc/config/kratos/templates"),
    ("courier.http.request_config.url", "https://mail.example.org/messages"),
    ("channels[].request_config.url", "https://sms.example.org/messages"),
    ("oauth2_provider.url", "http://hydra:4445/"),
    ("link.config.base_url", "https://auth.example.org/"),
    ("oidc.config.base_redirect_uri", "https://auth.example.org/"),
    ("migrate_hook.config.url", "https://old.example.org/passwords"),
    ("rp.icon", "https://www.example.org/icon.png"),
];

/// A value for a key whose format does not tell one.
pub(super) fn special(path: &str) -> Option<String> {
    if let Some(text) = message(path) {
        return Some(to_base64_url(&text));
    }
    let (_, value) = VALUES.iter().find(|(end, _)| ends_with(path, end))?;
    if let Some(written) = value.strip_prefix("raw ") {
        return Some(written.to_owned());
    }
    Some(match value.strip_prefix("base64 ") {
        Some(text) => to_base64_url(text),
        None => quoted(value),
    })
}

/// Whether a path ends in whole keys with `end`.
fn ends_with(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.') || end.starts_with('.'))
}

/// A part of a message to users, by its key below `courier.templates`.
pub(super) fn message(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.strip_prefix("courier.templates.")?.split('.').collect();
    let [name, kind, .., part] = parts.as_slice() else { return None };
    let (what, field) = match *name {
        "recovery" => ("Recover your account", ".RecoveryURL"),
        "recovery_code" => ("Recover your account", ".RecoveryCode"),
        "verification" => ("Verify your address", ".VerificationURL"),
        "verification_code" => ("Verify your address", ".VerificationCode"),
        "login_code" => ("Sign in", ".LoginCode"),
        "registration_code" => ("Complete your registration", ".RegistrationCode"),
        _ => return None,
    };
    Some(match (*kind, *part) {
        ("invalid", "subject") => "No account has this address".to_owned(),
        ("invalid", "html") => "<p>No account has the address {{ .To }}.</p>\n".to_owned(),
        ("invalid", "plaintext") => "No account has the address {{ .To }}.\n".to_owned(),
        ("valid", "subject") => what.to_owned(),
        ("valid", "html") => format!("<p>{what}: {{{{ {field} }}}}</p>\n"),
        ("valid", "plaintext") => format!("{what}: {{{{ {field} }}}}\n"),
        _ => return None,
    })
}
