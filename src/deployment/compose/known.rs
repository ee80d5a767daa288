//! How far a compose file says everything: of what is in a container, and of what it reaches.

use super::{File, Files, Layer};
use crate::yaml::Node;

/// Keys of a service that bring files from elsewhere.
const OTHER_FILES: [&str; 4] = ["build", "volumes_from", "extends", "develop"];

/// Words of a compose file that connect it to what is not in it.
const CONNECTIONS: [&str; 7] =
    ["external", "include:", "network_mode", "dns:", "dns_search", "external_links", "extends:"];

/// Whether a service gets files only from its image and from mounts that are known.
pub(super) fn files(name: &str, layers: &[Layer<'_>], files: &Files, over: usize) -> bool {
    let others = files.all.iter().filter(|file| file.service(name).is_some()).count();
    let is_whole = |layer: &Layer<'_>| {
        let has_other = OTHER_FILES.iter().any(|key| layer.node.get(key).is_some());
        !layer.file.is_open && !layer.file.is_elsewhere && !has_other && !layer.node.is_unknown()
    };
    // What a variable stands for may be a target too.
    let is_plain = |volume: Node<'_>| match volume.as_str() {
        Some(text) => !text.contains('$'),
        None => volume.get("target").and_then(Node::as_str).is_some_and(|target| !target.contains('$')),
    };
    let volumes = |layer: &Layer<'_>| layer.node.select("volumes[]").into_iter().all(is_plain);
    others <= 1 + over && !layers.is_empty() && layers.iter().all(|layer| is_whole(layer) && volumes(layer))
}

/// Whether a file says of all services that its own reach by name: it is the only one of the project, and nothing connects it to
/// others.
pub(super) fn services(file: &File, files: &Files) -> bool {
    let text = file.tree.source();
    files.all.len() == 1 && !file.is_open && !CONNECTIONS.iter().any(|word| text.holds(word))
}
