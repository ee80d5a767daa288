//! Complete set-ups that are asked for again and again: values, hooks and files that belong together.

mod social;

use serde_json::{Value as Json, json};

use super::{Response, block};
use crate::kratos::secrets;
use crate::kratos::url;
use crate::kratos::version::Version;
use crate::yaml::Node;
pub(crate) use social::{is_said, mapper};

/// A recipe.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// Its name.
    pub name: &'static str,
    /// Its arguments, as the command line names them; those in brackets may be left out.
    pub arguments: &'static [&'static str],
    /// What it is for.
    pub what: &'static str,
    /// The first release that has what it needs.
    pub since: Version,
    build: fn(&Asked<'_>) -> Result<Built, String>,
}

const fn recipe(
    name: &'static str,
    arguments: &'static [&'static str],
    what: &'static str,
    since: Version,
    build: fn(&Asked<'_>) -> Result<Built, String>,
) -> Recipe {
    Recipe { name, arguments, what, since, build }
}

/// All recipes.
pub const ALL: [Recipe; 12] = [
    recipe("crm-notification", &[], "tell another system about each new user, in the background", Version::V1_0, crm),
    recipe("block-disposable-email", &[], "an endpoint decides who may sign up", Version::V1_0, block_email),
    recipe("enrich-identity", &[], "an endpoint adds metadata to each new identity", Version::V1_0, enrich),
    recipe("sync-on-settings", &[], "tell another system when a user changes the profile", Version::V1_0, sync),
    recipe("audit-login", &[], "tell another system about each sign-in", Version::V1_0, audit),
    recipe("require-verified-login", &[], "only users with a verified address sign in", Version::V1_0, verified),
    recipe("passwordless-code", &[], "users sign up and sign in with a code by mail", Version::V1_1, code),
    recipe("passkeys", &[], "users sign up and sign in with a passkey", Version::V1_2, passkeys),
    recipe(
        "social-sign-in",
        &["PROVIDER", "[ISSUER]"],
        "users sign in with an account they have elsewhere",
        Version::V1_0,
        social::build,
    ),
    recipe(
        "cookies-for",
        &["APPLICATION", "KRATOS"],
        "cookies, CORS and return URLs for two hosts",
        Version::V1_0,
        cookies,
    ),
    recipe("smtp", &[], "Kratos sends its messages through a mail server", Version::V1_0, smtp),
    recipe("http-courier", &[], "Kratos sends its messages through an HTTP API", Version::V1_1, http_courier),
];

/// The recipe of a name.
#[must_use]
pub(crate) fn named(name: &str) -> Option<&'static Recipe> {
    ALL.iter().find(|recipe| recipe.name == name)
}

/// What a recipe is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Its arguments.
    pub arguments: &'a [String],
    /// The endpoint, when one is named.
    pub url: Option<&'a str>,
    /// The release.
    pub version: Version,
    /// The configuration, if there is one.
    pub root: Option<Node<'a>>,
    /// Its identity schema, if it can be read.
    pub schema: Option<Node<'a>>,
}

/// What a recipe comes to.
#[derive(Clone, Debug)]
pub(crate) struct Built {
    /// Values that must be so.
    pub set: Json,
    /// Values for keys that are missing.
    pub missing: Json,
    /// What the trait with the address needs below `ory.sh/kratos`.
    pub address: Json,
    /// The title that the trait needs, when it has none.
    pub title: Option<&'static str>,
    /// Hooks.
    pub hooks: Vec<NewHook>,
    /// Files, to whose URLs the values refer by [`file_mark`].
    pub files: Vec<(String, String)>,
    /// Variables that the environment must set.
    pub given: Vec<(String, String)>,
    /// What else must be known.
    pub notes: Vec<String>,
}

impl Default for Built {
    fn default() -> Built {
        Built {
            set: json!({}),
            missing: json!({}),
            address: json!({}),
            title: None,
            hooks: Vec::new(),
            files: Vec::new(),
            given: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// A hook of a recipe.
#[derive(Clone, Debug)]
pub(crate) struct NewHook {
    /// Its flow.
    pub flow: &'static str,
    /// Its method; all that are enabled when none.
    pub method: Option<&'static str>,
    /// Its name.
    pub hook: &'static str,
    /// What a `web_hook` asks of the flow.
    pub response: Response,
    /// The endpoint of a `web_hook`.
    pub url: String,
}

/// What stands for the URL of a file in the values.
#[must_use]
pub(crate) fn file_mark(name: &str) -> String {
    format!("file of the recipe: {name}")
}

/// Puts URLs in the place of their marks.
pub(crate) fn fill(value: &mut Json, url_of: &dyn Fn(&str) -> Option<String>) {
    match value {
        Json::String(text) => {
            if let Some(url) = text.strip_prefix(&file_mark("")).and_then(url_of) {
                *text = url;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| fill(item, url_of)),
        Json::Object(fields) => fields.values_mut().for_each(|field| fill(field, url_of)),
        _ => {}
    }
}

impl Recipe {
    /// What the recipe comes to for a configuration.
    ///
    /// # Errors
    /// Says which argument is missing or wrong, or which release is needed.
    pub(crate) fn built(&self, asked: &Asked<'_>) -> Result<Built, String> {
        if asked.version < self.since {
            return Err(format!("{} needs Kratos {} or newer, this is {}", self.name, self.since, asked.version));
        }
        let needed = self.arguments.iter().filter(|name| !name.starts_with('[')).count();
        if !(needed..=self.arguments.len()).contains(&asked.arguments.len()) {
            let arguments = self.arguments.iter().map(|name| format!(" {name}")).collect::<String>();
            let lacks = self.arguments.get(asked.arguments.len()).filter(|name| !name.starts_with('['));
            let why =
                lacks.map_or_else(|| "there are too many arguments".to_owned(), |name| format!("{name} is missing"));
            return Err(format!("{why}: kratos-lint init recipe {}{arguments}", self.name));
        }
        let built = (self.build)(asked)?;
        let has_endpoint = built.hooks.iter().any(|hook| hook.hook == "web_hook") || self.name == "http-courier";
        match asked.url {
            Some(_) if !has_endpoint => Err(format!("--url is about an endpoint: {} calls none", self.name)),
            _ => Ok(built),
        }
    }

    /// The page of the recipe: what it is for, and what it writes.
    #[must_use]
    pub(crate) fn page(&self, built: &Built) -> String {
        let mut whole = built.set.clone();
        join(&mut whole, &built.missing);
        let mut text = format!("# {}: {}\n", self.name, self.what);
        if whole != json!({}) {
            text.push_str(&block::laid(&whole, 0, (2, 2)));
        }
        if built.address != json!({}) {
            text.push_str("# in the identity schema, below `ory.sh/kratos` of the address:\n");
            text.extend(format!("{:#}", built.address).lines().map(|line| format!("#   {line}\n")));
        }
        for (name, body) in &built.files {
            text.push_str(&format!("# {name}:\n"));
            text.extend(body.lines().map(|line| format!("#   {line}\n")));
        }
        for (name, value) in &built.given {
            text.push_str(&format!("# the environment sets {name}={value}\n"));
        }
        text.extend(built.notes.iter().map(|note| format!("# {note}\n")));
        text
    }
}

/// Adds what another tree has.
fn join(tree: &mut Json, other: &Json) {
    let (Some(tree), Some(other)) = (tree.as_object_mut(), other.as_object()) else { return };
    for (key, value) in other {
        match tree.get_mut(key) {
            Some(own) => join(own, value),
            None => _ = tree.insert(key.clone(), value.clone()),
        }
    }
}

impl Asked<'_> {
    fn text(&self, path: &str) -> Option<&str> {
        self.root?.find(path)?.as_str()
    }

    fn endpoint(&self, default: &str) -> String {
        self.url.unwrap_or(default).to_owned()
    }

    /// The page of a flow, beside that for sign-in.
    fn page(&self, flow: &str) -> String {
        let login = self.text("selfservice.flows.login.ui_url").and_then(|url| url.rsplit_once('/'));
        let base = login.map(|(base, _)| base).filter(|base| base.len() > "https:/".len());
        format!("{}/{flow}", base.unwrap_or("https://www.example.org"))
    }

    /// Host and origin of the application.
    fn application(&self) -> (String, String) {
        let login = self.text("selfservice.flows.login.ui_url").filter(|url| url.contains("://"));
        let shown = login.or_else(|| self.text("selfservice.default_browser_return_url"));
        let shown = shown.filter(|url| url.contains("://")).unwrap_or("https://www.example.org/");
        let host = url::parse(shown).ok().map(|url| url.hostname().to_owned()).unwrap_or_default();
        (host, shown.split('/').take(3).collect::<Vec<_>>().join("/"))
    }

    /// The address of Kratos for browsers as it may be shown; the name of its key when it may not.
    fn public(&self) -> String {
        let base = self.text("serve.public.base_url").unwrap_or("https://id.example.org/");
        let base =
            if secrets::origin(base).is_some() { secrets::url(base) } else { "<serve.public.base_url>".to_owned() };
        if base.ends_with('/') { base } else { format!("{base}/") }
    }

    /// The trait with the address of a user.
    fn address(&self) -> String {
        let traits = self.schema.and_then(|schema| schema.find("properties.traits.properties"));
        let is_address = |node: Node<'_>| node.get("format").and_then(Node::as_str) == Some("email");
        let field = traits.and_then(|traits| traits.fields().find(|field| is_address(field.value)));
        field.map_or("email", |field| field.key).to_owned()
    }

    /// Whether the identity schema has a text of this name.
    fn has_text(&self, name: &str) -> bool {
        let field = self.schema.and_then(|schema| schema.find("properties.traits.properties")?.get(name));
        field.and_then(|field| field.get("type")).and_then(Node::as_str) == Some("string")
    }
}

fn call(asked: &Asked<'_>, flow: &'static str, method: Option<&'static str>, response: Response, url: &str) -> Built {
    let hook = NewHook { flow, method, hook: "web_hook", response, url: asked.endpoint(url) };
    Built { hooks: vec![hook], ..Built::default() }
}

fn session(method: &'static str) -> NewHook {
    let (flow, method) = ("registration", Some(method));
    NewHook { flow, method, hook: "session", response: Response::Ignore, url: String::new() }
}

fn crm(asked: &Asked<'_>) -> Result<Built, String> {
    Ok(call(asked, "registration", None, Response::Ignore, "https://crm.example.org/signups"))
}

fn block_email(asked: &Asked<'_>) -> Result<Built, String> {
    let mut built = call(asked, "registration", None, Response::Parse, "https://hooks.example.org/may-sign-up");
    let refusal = json!({"messages": [{"instance_ptr": secrets::pointer(&format!("#/traits/{}", asked.address())), "messages": [
        {"id": 1, "text": "Use an address that you keep", "type": "error"},
    ]}]});
    built.notes.push("To let a user in, the endpoint answers 200 with {}.".to_owned());
    built.notes.push(format!("To refuse one, it answers 400 with {refusal}."));
    Ok(built)
}

fn enrich(asked: &Asked<'_>) -> Result<Built, String> {
    let mut built = call(asked, "registration", None, Response::Parse, "https://hooks.example.org/enrich");
    let answer = json!({"identity": {"metadata_public": {"plan": "free"}}});
    built.notes.push(format!("The endpoint answers 200 with {answer}. Any other status stops the registration."));
    Ok(built)
}

fn sync(asked: &Asked<'_>) -> Result<Built, String> {
    Ok(call(asked, "settings", Some("profile"), Response::Ignore, "https://crm.example.org/changes"))
}

fn audit(asked: &Asked<'_>) -> Result<Built, String> {
    Ok(call(asked, "login", None, Response::Ignore, "https://audit.example.org/sign-ins"))
}

fn verified(asked: &Asked<'_>) -> Result<Built, String> {
    let hook = NewHook {
        flow: "login",
        method: None,
        hook: "require_verified_address",
        response: Response::Ignore,
        url: String::new(),
    };
    Ok(Built {
        set: json!({"selfservice": {
            "methods": {"code": {"enabled": true}},
            "flows": {"verification": {"enabled": true, "use": "code"}},
        }}),
        missing: json!({"selfservice": {"flows": {"verification": {"ui_url": asked.page("verification")}}}}),
        address: json!({"verification": {"via": "email"}}),
        hooks: vec![hook],
        notes: vec!["A user who signs up gets a code by mail, and signs in after entering it.".to_owned()],
        ..Built::default()
    })
}

fn code(_: &Asked<'_>) -> Result<Built, String> {
    Ok(Built {
        set: json!({"selfservice": {"methods": {"code": {"enabled": true, "passwordless_enabled": true}}}}),
        address: json!({"credentials": {"code": {"identifier": true, "via": "email"}}}),
        hooks: vec![session("code")],
        ..Built::default()
    })
}

fn passkeys(asked: &Asked<'_>) -> Result<Built, String> {
    let (host, origin) = asked.application();
    if host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() {
        return Err(format!(
            "browsers refuse passkeys for an address such as {host}: give the application a name, for example localhost"
        ));
    }
    Ok(Built {
        set: json!({"selfservice": {"methods": {"passkey": {"enabled": true}}}}),
        missing: json!({"selfservice": {"methods": {"passkey": {"config": {
            "rp": {"display_name": host, "id": host, "origins": [origin]},
        }}}}}),
        address: json!({"credentials": {"passkey": {"display_name": true}}}),
        title: Some("E-Mail"),
        hooks: vec![session("passkey")],
        ..Built::default()
    })
}

fn cookies(asked: &Asked<'_>) -> Result<Built, String> {
    let site = |index: usize| -> Result<(String, String), String> {
        let text = asked.arguments.get(index).map(String::as_str).unwrap_or_default();
        let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        super::check::url(&text)?;
        let origin = text.split('/').take(3).collect::<Vec<_>>().join("/");
        let host = url::parse(&origin).ok().map(|url| url.hostname().to_ascii_lowercase()).unwrap_or_default();
        Ok((host, origin))
    };
    let ((app, app_origin), (kratos, kratos_origin)) = (site(0)?, site(1)?);
    let mut set = json!({
        "serve": {"public": {"base_url": format!("{kratos_origin}/")}},
        "selfservice": {"allowed_return_urls": [format!("{app_origin}/")]},
    });
    if app_origin != kratos_origin {
        set["serve"]["public"]["cors"] = json!({
            "enabled": true,
            "allowed_origins": [app_origin],
            "allowed_methods": ["GET", "POST", "PUT", "PATCH", "DELETE"],
            "allowed_headers": ["Authorization", "Content-Type", "X-Session-Token", "X-CSRF-Token"],
            "exposed_headers": ["Content-Type"],
            "allow_credentials": true,
        });
    }
    if app != kratos {
        let domain = shared_domain(&app, &kratos).ok_or_else(|| {
            format!("{app} and {kratos} cannot share cookies: they need a common domain such as example.org")
        })?;
        if asked.text("session.cookie.domain").is_some() {
            // It is used instead for the session.
            set["session"] = json!({"cookie": {"domain": domain}});
        }
        set["cookies"] = json!({"domain": domain, "same_site": "Lax"});
    }
    // An entry without a path allows all paths of its host.
    let entries = asked.root.map(|root| root.select("selfservice.allowed_return_urls[]")).unwrap_or_default();
    if entries.into_iter().filter_map(Node::as_str).any(|text| text.trim_end_matches('/') == app_origin) {
        set["selfservice"] = json!({});
    }
    let missing = json!({"selfservice": {"default_browser_return_url": format!("{app_origin}/")}});
    Ok(Built { set, missing, ..Built::default() })
}

/// The domain below which both hosts are.
fn shared_domain(one: &str, other: &str) -> Option<String> {
    let is_address = |host: &str| host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    if is_address(one) || is_address(other) {
        return None;
    }
    let labels = |host: &str| host.split('.').rev().map(str::to_owned).collect::<Vec<_>>();
    let mut shared: Vec<String> =
        labels(one).into_iter().zip(labels(other)).take_while(|(a, b)| a == b).map(|(label, _)| label).collect();
    shared.reverse();
    let shared = shared.join(".");
    url::has_owner(&shared).then_some(shared)
}

fn smtp(asked: &Asked<'_>) -> Result<Built, String> {
    let (host, _) = asked.application();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    let is_set = asked.text("courier.smtp.connection_uri").is_some();
    let uri = ("COURIER_SMTP_CONNECTION_URI".to_owned(), "smtps://<user>:<password>@<mail server>:465/".to_owned());
    let host =
        if host.contains('.') && host.parse::<std::net::IpAddr>().is_err() { host } else { "example.org".to_owned() };
    Ok(Built {
        missing: json!({"courier": {"smtp": {"from_address": format!("no-reply@{host}"), "from_name": host}}}),
        given: if is_set { Vec::new() } else { vec![uri] },
        notes: vec!["Run Kratos with --watch-courier, or `kratos courier watch` beside it.".to_owned()],
        ..Built::default()
    })
}

fn http_courier(asked: &Asked<'_>) -> Result<Built, String> {
    let file = "hooks/courier.jsonnet".to_owned();
    let body = "// Sent by Kratos for each message.\nfunction(ctx) {\n  recipient: ctx.recipient,\n  subject: ctx.subject,\n  body: ctx.body,\n}\n";
    let request = json!({
        "url": asked.endpoint("https://mail.example.org/messages"),
        "method": "POST",
        "body": file_mark(&file),
        "headers": {"Content-Type": "application/json"},
        "auth": {"type": "api_key", "config": {"name": "X-Api-Key", "in": "header"}},
    });
    let key = ("COURIER_HTTP_REQUEST_CONFIG_AUTH_CONFIG_VALUE".to_owned(), "<the key of the API>".to_owned());
    Ok(Built {
        set: json!({"courier": {"delivery_strategy": "http", "http": {"request_config": request}}}),
        files: vec![(file, body.to_owned())],
        given: vec![key],
        notes: vec!["Run Kratos with --watch-courier, or `kratos courier watch` beside it.".to_owned()],
        ..Built::default()
    })
}
