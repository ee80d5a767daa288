//! The addresses that the server itself calls.

use crate::kratos::url::{self, Url};
use crate::kratos::view;
use crate::yaml::Node;

/// An address that the server calls.
#[derive(Clone, Copy)]
pub(crate) struct Address<'t> {
    /// Where it is written.
    pub node: Node<'t>,
    /// What happens when nothing answers there.
    pub happens: &'static str,
    /// Whether deployments often give it by a variable.
    pub by_variable: bool,
}

/// Addresses beside those of requests.
const SERVERS: [&str; 2] = ["courier.smtp.connection_uri", "oauth2_provider.url"];

/// Documents that are fetched at each sign-in.
const MAPPERS: &str = "selfservice.methods.oidc.config.providers[].mapper_url";

/// Those without which the server does not start.
const SCHEMAS: &str = "identity.schemas[].url";

/// All addresses of a configuration that the server calls; the database comes last.
#[must_use]
pub(crate) fn addresses(root: Node<'_>) -> Vec<Address<'_>> {
    let requests = view::request_configs(root).into_iter().filter_map(|config| config.get("url"));
    let calls = requests.chain(root.select(MAPPERS)).map(|node| (node, "every call fails", false));
    let servers = SERVERS.iter().flat_map(|path| root.select(path)).map(|node| (node, "every call fails", true));
    let schemas = root.select(SCHEMAS).into_iter().map(|node| (node, "Kratos does not start", false));
    let database = root.find("dsn").map(|node| (node, "Kratos does not start", true));
    let all = calls.chain(servers).chain(schemas).chain(database);
    all.map(|(node, happens, by_variable)| Address { node, happens, by_variable }).collect()
}

impl<'t> Address<'t> {
    /// The host and the port of the address, as it is written.
    #[must_use]
    pub(crate) fn host(&self) -> Option<(&'t str, Option<&'t str>)> {
        let text = view::text(self.node)?;
        // mysql://user:word@tcp(127.0.0.1:3306)/name
        if let Some((_, rest)) = text.rsplit_once("@tcp(").filter(|_| text.starts_with("mysql://")) {
            let inner = rest.split(')').next()?;
            return Some(inner.split_once(':').map_or((inner, None), |(host, port)| (host, Some(port))));
        }
        // What these hold is the text itself, or a path.
        let url: Url<'t> = url::parse(text).ok().filter(|url| !url.has_scheme("base64") && !url.has_scheme("file"))?;
        Some((url.hostname(), url.port())).filter(|(host, _)| !host.is_empty())
    }

    /// Whether it is the database.
    #[must_use]
    pub(crate) fn is_database(&self) -> bool {
        self.node.key() == Some("dsn")
    }
}
