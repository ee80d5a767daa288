//! What a container reaches beside itself.

use std::sync::Arc;

use super::mounts;
use super::{By, Deployment, Image, Loopback, Start};
use crate::text::{Place, Source};
use crate::yaml::{self, Node};

/// Keys of a service that give it another name.
const NAMES: [&str; 2] = ["container_name", "hostname"];

/// Most labels that are read.
pub(super) const MAX_LABELS: usize = 300;

/// Words that say that a container shares a network, or its pod has others.
const SHARED_NETWORK: [&str; 7] =
    ["network_mode", "--network", "--net=", "--net ", "--pod", "hostNetwork", "extraContainers"];

/// Images whose first start makes a database, with their variables for user, password and database.
pub(crate) const DATABASES: [(&str, [&str; 3]); 3] = [
    ("postgres", ["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"]),
    ("mysql", ["MYSQL_USER", "MYSQL_PASSWORD", "MYSQL_DATABASE"]),
    ("mariadb", ["MARIADB_USER", "MARIADB_PASSWORD", "MARIADB_DATABASE"]),
];

/// A port of a service that the machine publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    /// The port of the machine.
    pub machine: String,
    /// The port of the container.
    pub container: String,
}

/// A label of a service.
pub(crate) struct Label {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where it is.
    pub place: Place,
}

impl Start {
    /// Whether it runs the image that Ory publishes.
    #[must_use]
    pub(crate) fn is_of_ory(&self) -> bool {
        self.image.known().is_some_and(Image::is_of_ory)
    }

    /// Whether the loopback address of its container is its own. The whole file is searched for signs of another network.
    #[must_use]
    pub(crate) fn has_own_network(&self) -> bool {
        self.loopback == Loopback::Own && !SHARED_NETWORK.iter().any(|word| self.place.source.holds(word))
    }

    /// Whether a file that is laid over its own says something of a service.
    pub(crate) fn is_laid_over(&self, service: &str) -> bool {
        self.laid_over.iter().any(|names| names.iter().any(|name| name == service))
    }

    /// The same as [`Deployment::look`], in its own compose file alone.
    fn look<R>(&self, name: &str, look: impl Fn(Node<'_>) -> Option<R>) -> Option<R> {
        let tree = yaml::whole(self.by_compose()?);
        let services = tree.root()?.get("services")?;
        let has_name =
            |service: Node<'_>| NAMES.iter().any(|key| service.get(key).and_then(Node::as_str) == Some(name));
        let by_name = || services.fields().find(|field| has_name(field.value)).map(|field| (field.key, field.value));
        let (key, service) = services.get(name).map(|service| (name, service)).or_else(by_name)?;
        look(service).filter(|_| !self.is_laid_over(key))
    }

    /// The compose file that starts it, if one does.
    fn by_compose(&self) -> Option<&Arc<Source>> {
        (self.by == By::Compose).then_some(&self.place.source)
    }

    /// Where its command line is, as long as that is in the file that starts it; else the start.
    #[must_use]
    pub(crate) fn place_of_command(&self) -> Option<&Place> {
        let place = self.arguments.place()?;
        Some(if place.source.path() == self.place.source.path() { place } else { &self.place })
    }
}

impl Deployment {
    /// Whether Kratos surely runs in a container whose loopback address is its own.
    #[must_use]
    pub(crate) fn has_own_network(&self) -> bool {
        let says = |start: &Start| match start.by {
            By::Compose | By::Script | By::Helm | By::Kubernetes => true,
            By::Dockerfile => start.arguments.is_known(),
            _ => false,
        };
        self.container.is_known() && self.starts.iter().all(|start| says(start) && start.has_own_network())
    }

    /// Names under which neighbours of the container are reached.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = &str> {
        let start = self.starts.first();
        let names = start.into_iter().flat_map(|start| start.services.iter().filter(|name| **name != start.name));
        names.map(String::as_str)
    }

    /// What a look at the service of a compose file tells that the container reaches by a name; none where a file that is laid
    /// over it says something else of that service.
    pub(crate) fn look<R>(&self, name: &str, look: impl Fn(Node<'_>) -> Option<R>) -> Option<R> {
        self.starts.iter().find_map(|start| start.look(name, &look))
    }

    /// What a service of the file says of the database that it makes.
    #[must_use]
    pub(crate) fn database_of(&self, name: &str) -> Option<Database> {
        self.look(name, database)
    }

    /// What a look at each service of the compose file that starts the server tells, without those that another file changes.
    pub(crate) fn each_service<R>(&self, look: impl Fn(Node<'_>) -> Option<R>) -> Vec<R> {
        let Some((start, file)) = self.starts.first().and_then(|start| Some((start, start.by_compose()?))) else {
            return Vec::new();
        };
        let tree = yaml::whole(file);
        let services = tree.root().and_then(|root| root.get("services"));
        let fields = services.into_iter().flat_map(Node::fields).filter(|field| !start.is_laid_over(field.key));
        fields.filter_map(|field| look(field.value)).collect()
    }

    /// The image of the service of a compose file that the container reaches by a name, as it is written there.
    #[must_use]
    pub(crate) fn image_of(&self, name: &str) -> Option<String> {
        self.look(name, |service| service.get("image")?.as_str().map(str::to_owned))
    }

    /// Whether the container is in a network of a service of its compose file, as far as that file tells.
    pub(crate) fn shares_network(&self, name: &str) -> bool {
        let networks = |name: &str| self.look(name, networks);
        let own = self.starts.first().and_then(|start| networks(&start.name));
        let other = networks(name);
        own.zip(other).is_none_or(|(own, other)| own.iter().any(|name| other.contains(name)))
    }

    /// The labels of the services of compose files that start the server; none where there are too many: each is compared with
    /// the others.
    pub(crate) fn labels(&self) -> Vec<Label> {
        let starts = self.starts.iter().filter(|start| !start.is_variant);
        let all = starts.filter_map(|start| start.look(&start.name, labels)).flatten();
        let all: Vec<Label> = all.take(MAX_LABELS + 1).collect();
        if all.len() > MAX_LABELS { Vec::new() } else { all }
    }

    /// The ports that such a service publishes; none where it may listen elsewhere too.
    #[must_use]
    pub(crate) fn published_by(&self, name: &str) -> Option<Vec<Published>> {
        self.look(name, |service| {
            let is_open = ["expose", "extends", "network_mode"].iter().any(|key| service.get(key).is_some());
            let all = service.get("ports").filter(|_| !is_open)?.items().map(Published::of);
            all.collect()
        })
    }
}

/// The names of the networks that a service is in; none where it has them from elsewhere.
fn networks(service: Node<'_>) -> Option<Vec<String>> {
    if ["extends", "network_mode"].iter().any(|key| service.get(key).is_some()) {
        return None;
    }
    let Some(listed) = service.get("networks") else { return Some(vec!["default".to_owned()]) };
    let names = listed.fields().map(|field| field.key).chain(listed.items().filter_map(Node::as_str));
    Some(names.map(str::to_owned).collect())
}

/// The labels of a service, as a map or a list; none where it gets more of them elsewhere.
pub(super) fn labels(service: Node<'_>) -> Option<Vec<Label>> {
    let is_open = ["extends", "label_file"].iter().any(|key| service.get(key).is_some());
    let list = service.get("labels").filter(|_| !is_open)?;
    let of_field = |field: yaml::Field<'_>| {
        let place = field.value.place();
        let value = field.value.as_str().unwrap_or_else(|| place.source.slice(place.span)).to_owned();
        Label { name: field.key.to_owned(), value, place }
    };
    let of_item = |item: Node<'_>| {
        let (name, value) = item.as_str()?.split_once('=')?;
        Some(Label { name: name.to_owned(), value: value.to_owned(), place: item.place() })
    };
    Some(list.fields().map(of_field).chain(list.items().filter_map(of_item)).take(MAX_LABELS + 1).collect())
}

impl Published {
    /// An entry of `ports`, short or long; none where it is not plain.
    pub(crate) fn of(entry: Node<'_>) -> Option<Published> {
        let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (machine, container) = match entry.as_str() {
            Some(text) => {
                let text = text.split('/').next()?;
                let (before, container) = text.rsplit_once(':').unwrap_or((text, text));
                (before.rsplit(':').next()?.to_owned(), container.to_owned())
            }
            None => {
                let shown = |key: &str| Some(entry.get(key)?.as_f64()?.to_string());
                let machine =
                    entry.get("published").and_then(Node::as_str).map(str::to_owned).or_else(|| shown("published"));
                (machine.or_else(|| shown("target"))?, shown("target")?)
            }
        };
        (is_port(&machine) && is_port(&container)).then_some(Published { machine, container })
    }
}

/// The image of a service that runs what Ory publishes.
pub(crate) fn image_of_ory(service: Node<'_>) -> Option<Image> {
    Image::parse(service.get("image")?.as_str()?).filter(Image::is_of_ory)
}

/// A variable of a service, in a map or a list of `NAME=value`: where it is written, and its text.
pub(crate) fn variable<'t>(service: Node<'t>, name: &str) -> Option<(Node<'t>, &'t str)> {
    let environment = service.get("environment")?;
    let of_map = environment.get(name).and_then(|node| Some((node, node.as_str()?)));
    let value = |item: Node<'t>| Some((item, item.as_str()?.strip_prefix(name)?.strip_prefix('=')?));
    of_map.or_else(|| environment.items().find_map(value))
}

/// Source and target of a volume, short or long.
pub(crate) fn volume(volume: Node<'_>) -> Option<(&str, &str)> {
    let text = |key: &str| volume.get(key).and_then(Node::as_str);
    volume.as_str().map_or_else(|| Some((text("source")?, text("target")?)), mounts::volume)
}

/// Whether an image is that of a database server.
pub(crate) fn is_database_image(image: &str) -> bool {
    base_name(image).is_some_and(|base| DATABASES.iter().any(|(name, _)| base == *name))
}

/// The name of an image without registry, owner and tag.
pub(crate) fn base_name(image: &str) -> Option<&str> {
    image.rsplit('/').next()?.split([':', '@']).next()
}

/// What a service that makes a database at its first start says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Database {
    /// The user, where it is said.
    pub user: Option<String>,
    /// The password, where it is said in plain text.
    pub password: Option<String>,
    /// The name of the database, where it is said.
    pub name: Option<String>,
}

/// What a service says of the database that it makes; none where a script may make others.
pub(crate) fn database(service: Node<'_>) -> Option<Database> {
    let base = base_name(service.get("image")?.as_str()?)?;
    let (_, names) = DATABASES.iter().find(|(name, _)| *name == base)?;
    let is_other = ["env_file", "command", "entrypoint", "extends", "configs", "secrets", "build"];
    let volumes = service.select("volumes[]");
    let has_scripts = volumes.iter().any(|volume| {
        let target = volume.as_str().or_else(|| volume.get("target").and_then(Node::as_str));
        target.is_none_or(|target| target.contains("/docker-entrypoint-initdb.d") || target.contains('$'))
    });
    if has_scripts || is_other.iter().any(|key| service.get(key).is_some()) {
        return None;
    }
    let environment = service.get("environment")?;
    let given = |name: &str| {
        variable(service, name).map(|(_, text)| text).filter(|text| !text.contains('$')).map(str::to_owned)
    };
    // What a variable of compose stands for is not known, and not the default either.
    let is_filled = |node: Node<'_>| node.as_str().is_some_and(|text| text.contains('$'));
    if environment.fields().any(|field| is_filled(field.value)) || environment.items().any(is_filled) {
        return None;
    }
    let [user, password, name] = names.map(given);
    let is_trusting = given("POSTGRES_HOST_AUTH_METHOD").is_some();
    Some(Database { user, password: password.filter(|_| !is_trusting), name })
}
