//! A minimal, complete configuration with its identity schema.

pub(crate) mod whole;

use crate::kratos::version::Version;

/// The identity schema that [`config`] refers to.
pub(crate) const SCHEMA: &str = r##"{
  "$id": "https://example.org/identity.schema.json",
  "$schema": "http://json-schema.org/draft-07/schema#",
  "title": "Person",
  "type": "object",
  "properties": {
    "traits": {
      "type": "object",
      "properties": {
        "email": {
          "type": "string",
          "format": "email",
          "title": "E-Mail",
          "minLength": 3,
          "maxLength": 320,
          "ory.sh/kratos": {
            "credentials": { "password": { "identifier": true } },
            "verification": { "via": "email" },
            "recovery": { "via": "email" }
          }
        },
        "name": { "type": "string", "title": "Name" }
      },
      "required": ["email"],
      "additionalProperties": false
    }
  }
}
"##;

/// What the environment gives.
pub(crate) const GIVEN: [&str; 4] = ["DSN", "SECRETS_COOKIE", "SECRETS_CIPHER", "COURIER_SMTP_CONNECTION_URI"];

/// The configuration for a version. Secrets and addresses that differ by place come from the environment.
#[must_use]
pub(crate) fn config(version: Version) -> String {
    let tag = version.released().name();
    format!(
        "# Kratos {version}. The environment gives what is secret or differs by place:\n\
         #   DSN=postgres://…  SECRETS_COOKIE=…  SECRETS_CIPHER=… (32 characters)  COURIER_SMTP_CONNECTION_URI=smtps://…\n\
         version: {tag}\n\
         serve:\n  public:\n    base_url: https://id.example.org/\n  admin:\n    base_url: http://kratos-admin:4434/\n\
         identity:\n  default_schema_id: default\n  schemas:\n    - id: default\n      url: file://./identity.schema.json\n\
         selfservice:\n  default_browser_return_url: https://www.example.org/\n  allowed_return_urls:\n    - https://www.example.org/\n\
         \x20 methods:\n    password:\n      enabled: true\n\
         \x20 flows:\n    login:\n      ui_url: https://www.example.org/login\n    registration:\n      ui_url: https://www.example.org/registration\n\
         \x20     after:\n        password:\n          hooks:\n            - hook: session\n\
         \x20   settings:\n      ui_url: https://www.example.org/settings\n    error:\n      ui_url: https://www.example.org/error\n\
         session:\n  lifespan: 24h\n"
    )
}
