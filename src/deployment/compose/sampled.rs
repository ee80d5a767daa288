//! Images whose tag is in no file that compose reads by itself: in `.env.example`, which becomes `.env`, or in `.env.production`,
//! which a command names.

use super::File;
use crate::deployment::reading::Reading;
use crate::deployment::{Image, interpolate};

/// Most files of variables of a folder.
const MAX_FILES: usize = 20;

/// The image of Kratos that a reference names with the variables of other files of the folder, where all that know it agree.
pub(super) fn image(reading: &Reading<'_>, file: &File, reference: &str) -> Option<String> {
    if !reference.contains("kratos") {
        return None;
    }
    let entries = reading.list(&file.folder);
    let is_one = |name: &&str| name.split('.').any(|part| part == "env");
    let names = entries.iter().map(|entry| entry.name.as_str()).filter(is_one).take(MAX_FILES);
    let mut found = names.filter_map(|name| {
        let mut variables = file.around.variables.clone();
        variables.lay(&reading.env_file_at(&file.folder.join(name))?);
        interpolate::compose(reference, &reading.known(variables))
    });
    let first = found.next()?;
    let is_known = Image::parse(&first).is_some_and(|image| image.asked.is_some());
    (is_known && found.all(|other| other == first)).then_some(first)
}
