//! Traefik: what its labels on the server send there.
//!
//! Facts: the documentation of Traefik v2 and v3 (routers of the Docker provider).

use super::Deployment;
use super::neighbours::Label;
use crate::text::{Place, Source};

/// Words of a compose file by which Traefik gets middlewares for all routers of an entry point, or a file that may name some.
const FOR_ALL: [&str; 7] = [
    ".http.middlewares",
    "_HTTP_MIDDLEWARES",
    "/etc/traefik",
    "traefik.yml",
    "traefik.yaml",
    "traefik.toml",
    "configFile",
];

/// Entry points that are open to the outside in most set-ups.
const OPEN: [&str; 6] = ["web", "websecure", "http", "https", "web-secure", "public"];

/// A router that sends requests to the server as they are.
pub(crate) struct Router {
    /// The prefix of the paths that it sends, where it has one.
    pub prefix: Option<String>,
    /// The one host that it is for.
    pub host: Option<String>,
    /// The port of the container, where the labels name it.
    pub port: Option<(String, Place)>,
    /// Where its rule is.
    pub place: Place,
}

/// The routers of HTTP whose requests no middleware changes.
pub(crate) fn routers(deployment: &Deployment) -> Vec<Router> {
    let labels = deployment.labels();
    let is_off = |label: &Label| label.name == "traefik.enable" && label.value.trim() == "false";
    let holds = |source: &Source| FOR_ALL.iter().any(|word| source.holds(word));
    let is_for_all = deployment.starts.iter().any(|start| holds(&start.place.source));
    if is_for_all || labels.iter().any(is_off) {
        return Vec::new();
    }
    let mut ports = labels.iter().filter(|label| {
        label.name.starts_with("traefik.http.services.") && label.name.ends_with(".loadbalancer.server.port")
    });
    let port = match (ports.next(), ports.next()) {
        (Some(label), None) => Some((label.value.clone(), label.place.clone())),
        _ => None,
    };
    labels.iter().filter_map(|label| router(label, &labels, port.as_ref())).collect()
}

/// The router of the label that is its rule.
fn router(label: &Label, labels: &[Label], port: Option<&(String, Place)>) -> Option<Router> {
    let name = label.name.strip_prefix("traefik.http.routers.")?.strip_suffix(".rule")?;
    let of_router = |key: &str| {
        let whole = format!("traefik.http.routers.{name}.{key}");
        labels.iter().find(|label| label.name.eq_ignore_ascii_case(&whole))
    };
    let entries = |label: &Label| label.value.split(',').all(|entry| OPEN.contains(&entry.trim()));
    let is_here = |service: &Label| {
        let start = format!("traefik.http.services.{}.", service.value.trim());
        labels.iter().any(|label| label.name.starts_with(&start))
    };
    if of_router("middlewares").is_some()
        || of_router("entrypoints").is_some_and(|label| !entries(label))
        || of_router("service").is_some_and(|label| !is_here(label))
    {
        return None;
    }
    let mut router = Router { prefix: None, host: None, port: port.cloned(), place: label.place.clone() };
    // A rule of anything else matches less, or otherwise, than its prefix says.
    for part in label.value.split("&&") {
        let (matcher, inner) = part.trim().strip_suffix(')')?.split_once('(')?;
        let inner = inner.trim().trim_matches(['`', '\'', '"']);
        let said = match matcher.trim() {
            "PathPrefix" => &mut router.prefix,
            "Host" => &mut router.host,
            _ => return None,
        };
        if inner.contains(['`', '"', ',', '$', '{', '(', ')', '|']) || said.replace(inner.to_owned()).is_some() {
            return None;
        }
    }
    Some(router)
}
