//! Traefik: what its labels on the server send there.
//!
//! Facts: the documentation of Traefik v2 and v3 (routers of the Docker provider).

use super::Deployment;
use super::neighbours::{Label, MAX_LABELS, labels};
use crate::text::{Place, Source};

/// Words of a compose file by which Traefik gets middlewares for all routers of an entry point, a file that may name some, or
/// another order of routers than by the length of their rules.
const FOR_ALL: [&str; 8] = [
    ".http.middlewares",
    ".priority",
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
    let routers = labels.iter().filter_map(|label| Some((router(label, &labels, port.as_ref())?, label)));
    let (routers, own): (Vec<Router>, Vec<&Label>) = routers.unzip();
    if routers.is_empty() {
        return routers;
    }
    let other = others(deployment, &own);
    routers.into_iter().filter(|router| !other.iter().any(|rule| is_within(router, rule))).collect()
}

/// The rules of the routers in the compose file without those of these labels: they have a middleware, or lead to another service.
fn others(deployment: &Deployment, own: &[&Label]) -> Vec<String> {
    let all = deployment.each_service(labels).into_iter().flatten().take(MAX_LABELS);
    let is_other = |label: &Label| {
        label.name.strip_suffix(".rule").is_some() && !own.iter().any(|own| own.place.span == label.place.span)
    };
    all.filter(is_other).map(|label| label.value).collect()
}

/// Whether another rule takes requests below the prefix of a router: Traefik asks the longer rule first.
fn is_within(router: &Router, rule: &str) -> bool {
    let prefix = router.prefix.as_deref().unwrap_or_default();
    !prefix.is_empty() && ['`', '"', '\''].iter().any(|mark| rule.contains(&format!("{mark}{prefix}")))
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
        // Who comes in may be asked for a certificate.
        || of_router("tls.options").is_some()
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
