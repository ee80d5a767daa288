//! Values of Ory's Helm chart around a configuration: what the chart makes of them.
//!
//! Facts: the templates of ory/k8s `helm/charts/kratos` v0.2.0 to v0.62.1, rendered (kratos helm facts in `testdata/facts`).

use std::path::PathBuf;

use super::chart_image;
use super::installed::Given;
use super::merged::{Around, Layers, Mine};
use super::{By, Fact, Here, Mount, Role, Start};
use crate::kratos::env::Variable;
use crate::text::{Place, Span};
use crate::yaml::{Node, Value};

/// Where the chart mounts its ConfigMap.
const CONFIG_FOLDER: &str = "/etc/config";

/// Keys that bring other files into the containers of the chart.
const MORE_FILES: [&str; 4] = [
    "deployment.extraVolumeMounts",
    "deployment.extraVolumes",
    "statefulSet.extraVolumeMounts",
    "deployment.extraInitContainers",
];

/// Secrets that the chart gives as variables (since 0.21.1, `optional: true`).
const SECRETS: [(&str, &str); 3] =
    [("default", "SECRETS_DEFAULT"), ("cookie", "SECRETS_COOKIE"), ("cipher", "SECRETS_CIPHER")];

/// What the chart takes out of the ConfigMap and gives as a variable, when it is neither empty nor false.
const CONNECTION_URI: &str = "courier.smtp.connection_uri";

/// Whether the chart keeps what is at a pointer of the configuration from Kratos: it takes `secrets` and the connection URI of mails
/// out of the ConfigMap, whatever they are, and gives only three lists of `secrets` as variables.
pub(crate) fn is_dropped(pointer: &str) -> bool {
    if pointer == "/courier/smtp/connection_uri" {
        return true;
    }
    let key = pointer.strip_prefix("/secrets/").and_then(|rest| rest.split('/').next());
    key.is_some_and(|key| !SECRETS.iter().any(|(known, _)| *known == key))
}

/// The release whose values a unit is judged with, of those that get them: one in which no other configuration is laid over it, for
/// that one is judged with it. Where several are left, what each lays over it is not known.
pub(super) fn chosen(mine: &Mine<'_>, releases: &[&Given]) -> Option<Given> {
    let first = releases.first()?;
    if releases.len() == 1 {
        return Some((*first).clone());
    }
    let is_last = |given: &&&Given| !Layers::of(mine, given).around.is_covered();
    let mut last = releases.iter().filter(is_last);
    let Some(one) = last.next() else { return Some((*first).clone()) };
    let set =
        |given: &Given| given.set.iter().map(|(name, value, _)| (name.clone(), value.clone())).collect::<Vec<_>>();
    let is_same = |other: &&Given| other.files == one.files && set(other) == set(one);
    if last.all(is_same) {
        return Some((*one).clone());
    }
    let end = one.position(&mine.disk.real(mine.path), mine.values.byte(), mine.disk).map_or(0, |at| at + 1);
    let files = one.files.get(..end).unwrap_or_default().to_vec();
    Some(Given { files, set: Vec::new(), is_open: true, ..(*one).clone() })
}

/// How the chart starts the Kratos of a unit that is in these values.
pub(super) fn start(mine: &Mine<'_>, given: &Given, charts: &[PathBuf]) -> Option<(Start, Fact<()>, Around)> {
    let layers = Layers::of(mine, given);
    let root = mine.values.root()?;
    let place = Place::new(root.source(), Span::at(root.place().span.start));
    let mut start = Start::new(By::Helm, place.clone());
    start.image = chart_image::image(&layers, mine.path, charts, mine.disk);
    let mut arguments = vec![Some("serve".to_owned()), Some("all".to_owned())];
    let development = layers.switch("kratos.development", false, &place);
    match development {
        Fact::Known(..) => arguments.push(Some("--dev".to_owned())),
        Fact::Unknown => arguments.push(None),
        Fact::Absent => {}
    }
    arguments.extend([Some("--config".to_owned()), Some(format!("{CONFIG_FOLDER}/kratos.yaml"))]);
    let extra = layers.find("deployment.extraArgs");
    arguments.extend(extra.filter(|extra| extra.is_unknown()).map(|_| None));
    arguments.extend(extra.into_iter().flat_map(Node::items).map(|item| item.as_str().map(str::to_owned)));
    let place = match &development {
        Fact::Known((), at) => at.clone(),
        _ => place,
    };
    start.role = Role::Serve;
    start.arguments = Fact::Known(arguments, place.clone());
    environment(&layers, &mut start);
    mounts(&layers, &mut start);
    start.is_filled_in = true;
    let courier = layers.switch("courier.enabled", true, &place);
    Some((start, courier, layers.around))
}

fn unknown(name: &str, place: &Place) -> Variable {
    Variable { name: name.to_owned(), name_place: place.clone(), value: None, value_span: place.span }
}

fn environment(layers: &Layers<'_>, start: &mut Start) {
    // `--set` and files of values that the project does not hold may always come.
    start.more_variables = true;
    let place = start.place.clone();
    let configuration = layers.find("kratos.config");
    let has = |path: &str| configuration.and_then(|root| root.find(path)).is_some_and(|node| !node.is_null());
    let own_secret = layers.find("secret.enabled").is_some_and(|node| !node.is_true());
    // What the values name goes to Kratos by the Secret that the chart makes, which makes up what they do not name. A Secret that is
    // there already has values of its own, whatever they say: they only open the conditions of the chart.
    for (key, name) in SECRETS {
        if own_secret || !has(&format!("secrets.{key}")) {
            start.variables.push(unknown(name, &place));
        }
    }
    // All variables of another Secret come too, which is why the values name no database.
    let more = layers.find("deployment.environmentSecretsName").is_some();
    if own_secret || (more && !has("dsn")) {
        start.variables.push(unknown("DSN", &place));
    }
    if own_secret && has(CONNECTION_URI) {
        start.variables.push(unknown("COURIER_SMTP_CONNECTION_URI", &place));
    }
    for item in layers.find("deployment.extraEnv").into_iter().flat_map(Node::items) {
        start.variables.extend(variable(item));
    }
}

/// An entry of `env` in a container of Kubernetes: a value, or a name whose value comes from elsewhere.
pub(super) fn variable(item: Node<'_>) -> Option<Variable> {
    let name = item.get("name")?;
    let value = item.get("value");
    let text = value.and_then(|node| match node.value() {
        Value::String(text) if !text.contains("$(") && !text.contains("{{") => Some(text.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.text.to_string()),
        _ => None,
    });
    let place = name.origin();
    let same_file = |span: Span| if value.is_some() { span } else { place.span };
    Some(Variable {
        name: name.as_str()?.to_owned(),
        value_span: same_file(value.map_or(place.span, |node| node.origin().span)),
        name_place: place,
        value: text,
    })
}

fn mounts(layers: &Layers<'_>, start: &mut Start) {
    for field in layers.find("kratos.identitySchemas").into_iter().flat_map(Node::fields) {
        let here = match field.value.embedded() {
            Some(source) if !source.text().contains("{{") => Here::Text(source),
            _ => Here::Unknown,
        };
        let there = PathBuf::from(CONFIG_FOLDER).join(field.key);
        start.mounts.push(Mount { there, here, place: field.value.key_place() });
    }
    let has = |path: &str| layers.find(path).is_some_and(|node| !node.is_null() && node.items().len() != 0);
    let more = MORE_FILES.iter().any(|path| has(path) || layers.find(path).is_some_and(Node::is_unknown));
    let is_set = layers.given.set.iter().any(|(name, ..)| name.contains("identitySchemas") || name.contains("extra"));
    start.complete.files = !start.mounts.is_empty() && !more && !is_set;
}
