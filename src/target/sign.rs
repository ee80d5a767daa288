//! Signs in a configuration that it is for Ory Network.

use crate::kratos::network::{IN_PROJECT, IN_PROJECT_WRONG, PRESET, STORAGE, is_of_project};
use crate::kratos::view::dotted;
use crate::unit::Unit;
use crate::unit::sent::By;
use crate::yaml::Node;

/// A sign in the text itself that it is for Ory Network, as a clause. `is_served` says whether an image of Kratos is known that reads
/// it: that has no presets but takes any text as the id of a schema.
pub(super) fn of_network(unit: &Unit, is_served: &dyn Fn() -> bool) -> Option<String> {
    let root = unit.root()?;
    if let Some(sent) = unit.sent.as_ref().filter(|sent| sent.is_part) {
        return Some(match sent.by {
            By::Terraform => "Terraform sends these resources there".to_owned(),
            By::Cli => "`ory patch` sends it there".to_owned(),
        });
    }
    if unit.at.ends_with(IN_PROJECT) || unit.at.ends_with(IN_PROJECT_WRONG) {
        return Some(format!(
            "it is a project of Ory Network (`{}`)",
            unit.at.trim_start_matches('/').replace('/', ".")
        ));
    }
    let begins = |node: &Node<'_>, start: &str| node.as_str().is_some_and(|text| text.starts_with(start));
    let schemas = root.select("identity.schemas[].id").into_iter().chain(root.select("identity.schemas[].url"));
    let ids = schemas.chain(root.find("identity.default_schema_id"));
    if let Some(node) = ids.into_iter().find(|node| begins(node, PRESET)).filter(|_| !is_served()) {
        return Some(format!("`{}` is a preset of Ory Network", dotted(node)));
    }
    if let Some(node) = root.descendants().into_iter().find(|node| begins(node, STORAGE)) {
        return Some(format!("`{}` is an address of its storage", dotted(node)));
    }
    let hosts = HOSTS.iter().filter_map(|path| root.find(path)).chain(root.select("selfservice.flows.*.ui_url"));
    let node = hosts.into_iter().find(|node| node.as_str().is_some_and(is_of_project))?;
    Some(format!("`{}` is a project of Ory Network", dotted(node)))
}

/// Keys whose host is that of the server itself, or of pages that Ory Network brings.
const HOSTS: [&str; 5] = [
    "serve.public.base_url",
    "serve.admin.base_url",
    "cookies.domain",
    "session.cookie.domain",
    "selfservice.default_browser_return_url",
];
