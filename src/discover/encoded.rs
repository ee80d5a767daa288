//! Values of a chart that Terraform makes of an object: `values = [yamlencode({ … })]` of a `helm_release`.

use std::path::Path;
use std::sync::Arc;

use super::written::{MAX_WRITTEN, VALUES, in_values};
use crate::disk::Disk;
use crate::hcl::{self, Content, Folder, Value};
use crate::text::{Place, Source};
use crate::unit::Unit;
use crate::yaml::{self, Format, template};

/// The configurations in the objects of a file, each with the values of the chart around it.
pub(super) fn units(source: &Arc<Source>, disk: &Disk) -> Vec<Unit> {
    let text = source.text();
    if !text.contains("helm_release") || !text.contains("encode(") || !text.contains("kratos") {
        return Vec::new();
    }
    let path = Path::new(source.path()).parent().filter(|path| !path.as_os_str().is_empty());
    let folder = Folder::read(disk, path.unwrap_or(Path::new(".")));
    let Some(file) = folder.files().position(|file| file.path() == source.path()) else { return Vec::new() };
    let mut found: Vec<Unit> = Vec::new();
    let releases = folder.resources(Some(file)).filter(|resource| resource.kind == "helm_release");
    for (index, release) in releases.enumerate() {
        // Objects and texts that lie over each other are not put together.
        let Some(Value { content: Content::List(items), .. }) = release.get(VALUES) else { continue };
        let [Value { content: Content::Json(object), .. }] = items.as_slice() else { continue };
        let Some(text) = folder.files().nth(file).and_then(|own| hcl::json_as_far_as_known(own, object)) else {
            continue;
        };
        let tree = yaml::parse_with(&text.source, Format::Yaml, &template::placeholders(&text.value, true));
        for unit in in_values(&text.source, &tree, index) {
            if found.len() >= MAX_WRITTEN {
                let beyond = Place::new(source, release.head());
                let last = found.pop().map(|unit| unit.limited(beyond, "it writes more than 16 configurations"));
                found.extend(last);
                return found;
            }
            found.push(unit);
        }
    }
    found
}
