//! Files that users copy before the first start: `kratos.example.yml` is what becomes `kratos.yml`, which the repository ignores.

use std::path::{Path, PathBuf};

use crate::disk::Disk;

/// Words that mark such a file, in the order in which they are looked for.
const MARKS: [&str; 6] = ["example", "sample", "template", "tmpl", "tpl", "dist"];

/// The file of the project from which one that is not there is made, if there is one.
pub(super) fn standing_for(disk: &Disk, path: &Path) -> Option<PathBuf> {
    if disk.exists(path) {
        return None;
    }
    let name = path.file_name()?.to_str()?;
    let (stem, ending) = name.rsplit_once('.')?;
    let names = MARKS.iter().flat_map(|mark| [format!("{stem}.{mark}.{ending}"), format!("{name}.{mark}")]);
    names.map(|name| path.with_file_name(name)).find(|path| disk.is_file(path))
}

/// Whether the name of a file says that it is there to be copied.
pub(crate) fn is_sample(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').skip(1).any(|part| MARKS.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_stand_for_what_is_not_there() {
        let names = ["/a/kratos.example.yml", "/a/env.yml.dist", "/a/here.yml", "/a/here.sample.yml"];
        let disk = Disk::in_memory(names.map(|name| (name.to_owned(), String::new())));
        let of = |path: &str| standing_for(&disk, Path::new(path));
        assert_eq!(of("/a/kratos.yml"), Some(PathBuf::from("/a/kratos.example.yml")));
        assert_eq!(of("/a/env.yml"), Some(PathBuf::from("/a/env.yml.dist")));
        assert!(is_sample("a/kratos.example.yml") && is_sample("env.dist") && !is_sample("example/kratos.yml"));
        assert!(of("/a/here.yml").is_none() && of("/a/none.yml").is_none());
    }
}
