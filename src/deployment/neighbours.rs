//! What a container reaches beside itself.

use super::{By, Deployment};
use crate::yaml::{self, Format, Node};

/// Keys of a service that give it another name.
const NAMES: [&str; 2] = ["container_name", "hostname"];

impl Deployment {
    /// Names under which neighbours of the container are reached.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = &str> {
        let start = self.starts.first();
        let names = start.into_iter().flat_map(|start| start.services.iter().filter(|name| **name != start.name));
        names.map(String::as_str)
    }

    /// The image of the service of a compose file that the container reaches by a name, as it is written there.
    #[must_use]
    pub fn image_of(&self, name: &str) -> Option<String> {
        self.starts.iter().filter(|start| start.by == By::Compose).find_map(|start| {
            let tree = yaml::parse(&start.place.source, Format::Yaml);
            let services = tree.root()?.get("services")?;
            let has_name =
                |service: &Node<'_>| NAMES.iter().any(|key| service.get(key).and_then(Node::as_str) == Some(name));
            let by_name = || services.fields().map(|field| field.value).find(has_name);
            services.get(name).or_else(by_name)?.get("image")?.as_str().map(str::to_owned)
        })
    }
}
