//! Images whose tag is in a variable: of a file that compose reads by itself, or of `.env.example`, which becomes `.env`,
//! `.env.production`, which a command names, and `.envrc`, which a shell takes in, or of a command or pipeline.

use super::{Layer, written};
use crate::deployment::reading::{Known, Reading};
use crate::deployment::{Image, interpolate};
use crate::text::Place;
use crate::yaml::Node;

/// Most files of variables of a folder.
const MAX_FILES: usize = 20;

/// The image that a service names, as far as it is known, and where its tag is written.
pub(super) fn image(reading: &Reading<'_>, layer: &Layer<'_>, node: Node<'_>) -> (Option<String>, Place) {
    let filled = |known: &Known| {
        let reference = node.as_str()?;
        let image = interpolate::compose(reference, known)?;
        Some((image, interpolate::place(reference, known).unwrap_or_else(|| node.place())))
    };
    let by_template = || Some((reading.filled(&written(node))?, node.place()));
    let exported = || reading.exported(node.as_str()?).filter(|(image, _)| image.contains("kratos"));
    let sampled = || sampled(reading, layer, node, &filled);
    let found = filled(layer.around).or_else(by_template).or_else(sampled).or_else(exported);
    found.map_or_else(|| (None, node.place()), |(image, place)| (Some(image), place))
}

/// The image of Kratos with the variables of other files of the folder, where all that know it agree.
fn sampled(
    reading: &Reading<'_>,
    layer: &Layer<'_>,
    node: Node<'_>,
    filled: &dyn Fn(&Known) -> Option<(String, Place)>,
) -> Option<(String, Place)> {
    if !node.as_str()?.to_ascii_lowercase().contains("kratos") {
        return None;
    }
    let entries = reading.list(&layer.file.folder);
    let is_one = |name: &&str| name.split('.').any(|part| part == "env" || part == "envrc");
    let names = entries.iter().map(|entry| entry.name.as_str()).filter(is_one).take(MAX_FILES);
    let mut found = names.filter_map(|name| {
        let mut variables = layer.around.variables.clone();
        variables.lay(&reading.env_file_at(&layer.file.folder.join(name))?);
        filled(&reading.known(variables))
    });
    let first = found.next()?;
    let is_known = Image::parse(&first.0).is_some_and(|image| image.asked.is_some());
    (is_known && found.all(|(other, _)| other == first.0)).then_some(first)
}
