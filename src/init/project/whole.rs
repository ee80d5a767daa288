//! A whole new project: configuration, identity schema, compose file, and what checks them.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::init::{block, check};
use crate::kratos::url;
use crate::kratos::version::Version;

/// How users sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// A password
    Password,
    /// A code by mail
    Code,
    /// A passkey
    Passkey,
    /// A second factor from an app
    Totp,
    /// Recovery codes as a second factor
    LookupSecret,
}

/// Where identities are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// Postgres
    Postgres,
    /// `MySQL`
    Mysql,
    /// A file
    Sqlite,
}

/// What a new project is for.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The release of Kratos.
    pub version: Version,
    /// URL under which browsers reach Kratos, with a final slash.
    pub public: String,
    /// URL of the application, with a final slash.
    pub app: String,
    /// How users sign in.
    pub methods: Vec<Method>,
    /// Where identities are stored.
    pub database: Database,
}

/// A file of a project.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Its path in the project.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// Whether a file of that name is used as it is.
    pub may_be_there: bool,
}

/// Where Kratos is reached unless one says so.
pub(crate) const PUBLIC: &str = "http://localhost:4433/";

/// Where the application is unless one says so.
pub(crate) const APP: &str = "http://localhost:4455/";

/// A URL with a final slash.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn site(text: &str) -> Result<String, String> {
    check::url(text)?;
    if text.contains(['?', '#']) {
        return Err("leave the query and the fragment out".to_owned());
    }
    Ok(if text.ends_with('/') { text.to_owned() } else { format!("{text}/") })
}

impl Plan {
    /// Says which methods this release does not have, or why no user could sign in.
    ///
    /// # Errors
    /// Says what to change.
    pub(crate) fn check(&self) -> Result<(), String> {
        let since = [(Method::Code, Version::V1_1, "code"), (Method::Passkey, Version::V1_2, "passkey")];
        for (method, first, name) in since {
            if self.methods.contains(&method) && self.version < first {
                return Err(format!("sign-in by {name} needs Kratos {first} or newer, this is {}", self.version));
            }
        }
        if !self.methods.iter().any(|method| matches!(method, Method::Password | Method::Code | Method::Passkey)) {
            return Err("no user can sign in: add password, code or passkey to the methods".to_owned());
        }
        let parts = |text: &str| {
            let parts = url::parse(text).map(|url| (url.scheme.to_ascii_lowercase(), url.hostname().to_owned()));
            parts.unwrap_or_default()
        };
        let ((scheme, host), (public_scheme, public)) = (parts(&self.app), parts(&self.public));
        if let (Some(own), Some(other)) = (url::site(&host), url::site(&public))
            && own != other
        {
            return Err(format!(
                "{host} and {public} cannot share cookies: give both a name below one domain, such as example.org"
            ));
        }
        if url::site(&public).is_some() && scheme != public_scheme {
            return Err("browsers keep the cookies of http and https apart: use one scheme for both hosts".to_owned());
        }
        if self.has(Method::Passkey) && host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() {
            return Err(format!(
                "browsers refuse passkeys for an address such as {host}: give the application a name, for example localhost"
            ));
        }
        Ok(())
    }

    /// The files.
    #[must_use]
    pub(crate) fn files(&self) -> Vec<File> {
        let file = |path: &str, text: String, may_be_there| File { path: PathBuf::from(path), text, may_be_there };
        vec![
            file("kratos/kratos.yml", self.config(), false),
            file("kratos/identity.schema.json", format!("{:#}\n", self.schema()), false),
            file("compose.yml", self.filled(include_str!("compose.yml")), false),
            file(".env.example", self.filled(include_str!("env.example")), true),
            file("README.md", self.filled(include_str!("README.md")), true),
            file(".pre-commit-config.yaml", self.filled(include_str!("pre-commit.yml")), true),
            file(".github/workflows/kratos-lint.yml", self.filled(include_str!("workflow.yml")), true),
        ]
    }

    fn tag(&self) -> &'static str {
        if self.version == Version::MASTER { Version::NEWEST.name() } else { self.version.name() }
    }

    fn has(&self, method: Method) -> bool {
        self.methods.contains(&method)
    }

    fn filled(&self, text: &str) -> String {
        let port = url::parse(&self.public).ok().and_then(|url| url.port().map(str::to_owned));
        let is_local = self.public.starts_with("http://");
        let port = port.filter(|_| is_local).unwrap_or_else(|| "4433".to_owned());
        let bound = if is_local { "" } else { "127.0.0.1:" };
        // What browsers ask by https ends at a proxy of the user.
        let here = if is_local { self.public.clone() } else { format!("http://127.0.0.1:{port}/") };
        let proxy = if is_local { String::new() } else { format!(" when your reverse proxy forwards to {here}") };
        let values = [
            ("{HERE}", here),
            ("{PROXY}", proxy),
            ("{DATABASE_SERVICE}", self.database.service().to_owned()),
            ("{MIGRATE_MORE}", self.database.migrate_more().to_owned()),
            ("{KRATOS_VOLUME}", self.database.volume().to_owned()),
            ("{DSN}", self.database.dsn().to_owned()),
            ("{DATABASE_NAME}", self.database.name().to_owned()),
            ("{PASSWORD}", self.database.password().to_owned()),
            ("{DEV}", if is_local { " --dev" } else { "" }.to_owned()),
            ("{PORT}", format!("{bound}{port}")),
            ("{TAG}", self.tag().to_owned()),
            ("{VERSION}", self.version.to_string()),
            ("{LINTER}", env!("CARGO_PKG_VERSION").to_owned()),
            ("{PUBLIC}", self.public.clone()),
            ("{APP}", self.app.clone()),
        ];
        values.into_iter().fold(text.to_owned(), |text, (mark, value)| text.replace(mark, &value))
    }

    fn schema(&self) -> Value {
        let mut credentials = json!({});
        if self.has(Method::Password) {
            credentials["password"] = json!({"identifier": true});
        }
        if self.has(Method::Code) {
            credentials["code"] = json!({"identifier": true, "via": "email"});
        }
        if self.has(Method::Passkey) {
            credentials["passkey"] = json!({"display_name": true});
        }
        if self.has(Method::Totp) {
            credentials["totp"] = json!({"account_name": true});
        }
        json!({
            "$id": "https://example.org/identity.schema.json",
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Person",
            "type": "object",
            "properties": {"traits": {
                "type": "object",
                "properties": {
                    "email": {
                        "type": "string", "format": "email", "title": "E-Mail", "minLength": 3, "maxLength": 320,
                        "ory.sh/kratos": {
                            "credentials": credentials, "verification": {"via": "email"}, "recovery": {"via": "email"},
                        },
                    },
                    "name": {"type": "string", "title": "Name", "maxLength": 200},
                },
                "required": ["email"],
                "additionalProperties": false,
            }},
        })
    }

    fn config(&self) -> String {
        let page = |name: &str| json!({"ui_url": format!("{}{name}", self.app)});
        let used = |name: &str| json!({"enabled": true, "ui_url": format!("{}{name}", self.app), "use": "code"});
        let mut registration = page("registration");
        for (method, name) in [(Method::Password, "password"), (Method::Code, "code"), (Method::Passkey, "passkey")] {
            if self.has(method) {
                registration["after"][name] = json!({"hooks": [{"hook": "session"}]});
            }
        }
        let parts = [
            json!({"version": self.tag()}),
            json!({"serve": {"public": {"base_url": self.public}, "admin": {"base_url": "http://kratos:4434/"}}}),
            json!({"identity": {"default_schema_id": "default", "schemas": [
                {"id": "default", "url": "file:///etc/config/kratos/identity.schema.json"},
            ]}}),
            json!({"selfservice": {
                "default_browser_return_url": self.app,
                "allowed_return_urls": [self.app],
                "methods": self.methods(),
                "flows": {
                    "login": page("login"), "registration": registration, "settings": page("settings"),
                    "recovery": used("recovery"), "verification": used("verification"), "error": page("error"),
                },
            }}),
            json!({"session": {"lifespan": "24h"}}),
        ];
        let head = format!(
            "# Kratos {}. The environment gives what is secret or differs by place: {}.\n",
            self.version,
            super::GIVEN.join(", ")
        );
        let lines = parts.iter().flat_map(block::lines);
        lines.fold(head, |text, line| text + &line + "\n")
    }

    fn methods(&self) -> Value {
        // A code by mail is also what recovery and verification use.
        let mut methods = json!({"code": {"enabled": true}});
        if self.has(Method::Code) {
            methods["code"]["passwordless_enabled"] = json!(true);
        }
        methods["password"] = json!({"enabled": self.has(Method::Password)});
        if self.has(Method::Passkey) {
            let parsed = url::parse(&self.app).ok();
            let host = parsed.as_ref().map(|url| url.hostname().to_owned()).unwrap_or_default();
            let origin = self.app.split('/').take(3).collect::<Vec<_>>().join("/");
            methods["passkey"] = json!({"enabled": true, "config": {
                "rp": {"display_name": host, "id": host, "origins": [origin]},
            }});
        }
        if self.has(Method::Totp) {
            let host = url::parse(&self.app).ok().map(|url| url.hostname().to_owned()).unwrap_or_default();
            methods["totp"] = json!({"enabled": true, "config": {"issuer": host}});
        }
        if self.has(Method::LookupSecret) {
            methods["lookup_secret"] = json!({"enabled": true});
        }
        methods
    }
}

impl Database {
    const fn name(self) -> &'static str {
        match self {
            Database::Postgres => "PostgreSQL",
            Database::Mysql => "MySQL",
            Database::Sqlite => "SQLite",
        }
    }

    const fn dsn(self) -> &'static str {
        match self {
            Database::Postgres => "postgres://kratos:${POSTGRES_PASSWORD}@database:5432/kratos?sslmode=disable",
            Database::Mysql => "mysql://kratos:${MYSQL_PASSWORD}@tcp(database:3306)/kratos?parseTime=true",
            Database::Sqlite => "sqlite:///var/lib/sqlite/kratos.sqlite?_fk=true&mode=rwc",
        }
    }

    const fn password(self) -> &'static str {
        match self {
            Database::Postgres => "# Letters and digits only: it becomes part of a URL\nPOSTGRES_PASSWORD=\n",
            Database::Mysql => "# Letters and digits only: it becomes part of a URL\nMYSQL_PASSWORD=\n",
            Database::Sqlite => "",
        }
    }

    const fn volume(self) -> &'static str {
        match self {
            Database::Sqlite => "      - database:/var/lib/sqlite\n",
            _ => "",
        }
    }

    const fn migrate_more(self) -> &'static str {
        match self {
            Database::Sqlite => "    volumes:\n      - database:/var/lib/sqlite\n",
            _ => "    depends_on:\n      database:\n        condition: service_healthy\n",
        }
    }

    const fn service(self) -> &'static str {
        match self {
            Database::Postgres => {
                "  database:\n    image: postgres:17\n    environment:\n      POSTGRES_USER: kratos\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n      POSTGRES_DB: kratos\n    volumes:\n      - database:/var/lib/postgresql/data\n    healthcheck:\n      test: [\"CMD\", \"pg_isready\", \"-U\", \"kratos\"]\n      interval: 2s\n      retries: 30\n"
            }
            Database::Mysql => {
                "  database:\n    image: mysql:8.4\n    environment:\n      MYSQL_USER: kratos\n      MYSQL_PASSWORD: ${MYSQL_PASSWORD}\n      MYSQL_DATABASE: kratos\n      MYSQL_RANDOM_ROOT_PASSWORD: \"yes\"\n    volumes:\n      - database:/var/lib/mysql\n    healthcheck:\n      test: [\"CMD\", \"mysqladmin\", \"ping\", \"-h\", \"127.0.0.1\"]\n      interval: 2s\n      retries: 60\n"
            }
            Database::Sqlite => "",
        }
    }
}
