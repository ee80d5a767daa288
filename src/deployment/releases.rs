//! Which release of the chart gets a file of values, of all that a project installs.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::installed::Given;
use super::reading::set_once;
use crate::disk::Disk;
use crate::text::Place;

/// Most releases of one file that are compared.
const MAX_RELEASES: usize = 50;

/// The releases of a project by the files of values that they get.
#[derive(Debug, Default)]
pub(super) struct Releases {
    /// Those that get a whole file.
    whole: HashMap<PathBuf, Vec<usize>>,
    /// Those that get a part of a file: where it begins in the file, in their order there.
    parts: HashMap<PathBuf, Vec<(usize, usize)>>,
    /// The release of the chart for files of a name in the folders of stages, where they agree.
    stages: HashMap<(PathBuf, OsString), Option<(String, Place)>>,
}

/// The folder around the folder of a file of values, which may be that of a stage, and the name of the file.
fn around_stages(path: &Path) -> Option<(PathBuf, OsString)> {
    Some((path.parent()?.parent()?.to_path_buf(), path.file_name()?.to_owned()))
}

impl Releases {
    pub(super) fn of(all: &[Given], disk: &Disk) -> Releases {
        let mut found = Releases::default();
        for (index, one) in all.iter().enumerate() {
            for layer in &one.files {
                let path = disk.real(&layer.path);
                match layer.span() {
                    Some(span) => found.parts.entry(path).or_default().push((span.start, index)),
                    None => found.add(path, index),
                }
            }
        }
        // Whoever installs a chart of the project takes its own values without naming them.
        for (index, one) in all.iter().enumerate() {
            if let Some(folder) = &one.folder {
                found.add(disk.real(&folder.join("values.yaml")), index);
            }
        }
        found.parts.values_mut().for_each(|parts| parts.sort_unstable());
        for one in all {
            let Some(version) = &one.version else { continue };
            for key in one.files.iter().filter_map(|layer| around_stages(&layer.path)) {
                set_once(&mut found.stages, key, version.clone(), |known: &(String, Place), new| known.0 == new.0);
            }
        }
        found
    }

    fn add(&mut self, path: PathBuf, index: usize) {
        let known = self.whole.entry(path).or_default();
        if known.len() < MAX_RELEASES {
            known.push(index);
        }
    }

    /// The releases that get what is at a byte of a file: those of the part of the file around it, else those of all of it.
    pub(super) fn at<'g>(&self, all: &'g [Given], file: &Path, at: usize) -> Vec<&'g Given> {
        let parts = self.parts.get(file).map(Vec::as_slice).unwrap_or_default();
        let before = parts.get(..parts.partition_point(|(start, _)| *start <= at)).unwrap_or_default();
        let last = before.last().map(|(start, _)| *start);
        let around = before.iter().rev().take_while(|(start, _)| Some(*start) == last).take(MAX_RELEASES);
        let holds = |given: &&Given| given.files.iter().any(|layer| layer.span().is_some() && layer.holds(at));
        let mut found: Vec<&Given> = around.filter_map(|(_, index)| all.get(*index)).filter(holds).collect();
        found.reverse();
        if !found.is_empty() {
            return found;
        }
        let whole = self.whole.get(file).into_iter().flatten().filter_map(|index| all.get(*index));
        let is_around = |given: &&Given| given.within.is_some_and(|within| within.start <= at && at < within.end);
        let inner: Vec<&Given> = whole.clone().filter(is_around).collect();
        if inner.is_empty() { whole.collect() } else { inner }
    }

    /// The release that is installed with a file of the same name in a folder beside: `values/dev/kratos.yaml` for
    /// `values/prod/kratos.yaml`.
    pub(super) fn of_another_stage(&self, path: &Path) -> Option<Given> {
        let version = self.stages.get(&around_stages(path)?).cloned().flatten()?;
        Some(Given { version: Some(version), ..Given::default() })
    }
}
