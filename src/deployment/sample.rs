//! Files that users copy before the first start: `kratos.example.yml` is what becomes `kratos.yml`, which the repository ignores.

use std::path::{Path, PathBuf};

use crate::disk::Disk;

/// Words that mark such a file, in the order in which they are looked for.
const MARKS: [&str; 6] = ["example", "sample", "template", "tmpl", "tpl", "dist"];

/// A folder of templates.
const TEMPLATES: &str = "templates";

/// The file of the project from which one that is not there is made, if there is one.
pub(super) fn standing_for(disk: &Disk, path: &Path) -> Option<PathBuf> {
    if disk.holds(path) {
        return None;
    }
    let name = path.file_name()?.to_str()?;
    let (stem, ending) = name.rsplit_once('.')?;
    let names = MARKS.iter().flat_map(|mark| {
        let inside = ['.', '_', '-'].map(|between| format!("{stem}{between}{mark}.{ending}"));
        inside.into_iter().chain([format!("{name}.{mark}")])
    });
    names.map(|name| path.with_file_name(name)).find(|path| disk.holds_file(path))
}

/// The file of the same folder to whose name a file adds a word: `kratos.yml` for `kratos.prod.yml` and `kratos-prod.yml`, and for
/// `templates/kratos.prod.template.yml`.
pub(super) fn base_of(disk: &Disk, path: &Path) -> Option<PathBuf> {
    let (stem, ending) = path.file_name()?.to_str()?.rsplit_once('.')?;
    // `kratos.prod.template.yml`: what becomes of it has the name without the mark.
    let marked = stem.rsplit_once(['.', '-', '_']).filter(|(_, word)| MARKS.contains(word));
    let (base, word) = marked.map_or(stem, |(stem, _)| stem).rsplit_once(['.', '-', '_'])?;
    if word.is_empty() || base.is_empty() || MARKS.contains(&word) {
        return None;
    }
    let folder = path.parent()?;
    // Templates are often in a folder of their own, below that of the other files.
    let above = folder.parent().filter(|_| folder.ends_with(TEMPLATES));
    let names = [ending, "yml", "yaml"].map(|ending| format!("{base}.{ending}"));
    let near = [Some(folder), above].into_iter().flatten();
    let mut paths = near.flat_map(|folder| names.iter().map(|name| folder.join(name)));
    let is_whole = |path: &PathBuf| disk.read(path).is_ok_and(|source| has_own_keys(source.text()));
    paths.find(|path| disk.holds_file(path) && is_whole(path))
}

/// Whether the keys of a configuration are the topmost ones of a text: other files of the name hold one further inside.
fn has_own_keys(text: &str) -> bool {
    ["identity:", "selfservice:"].iter().any(|key| text.lines().any(|line| line.starts_with(key)))
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
        let names = [
            "/b/kratos.yml",
            "/a/kratos.example.yml",
            "/a/env.yml.dist",
            "/a/here.yml",
            "/a/here.sample.yml",
            "/a/auth_template.yml",
        ];
        let disk = Disk::in_memory(names.map(|name| (name.to_owned(), "selfservice: {}\n".to_owned())));
        let of = |path: &str| standing_for(&disk, Path::new(path));
        assert_eq!(of("/a/kratos.yml"), Some(PathBuf::from("/a/kratos.example.yml")));
        assert_eq!(of("/a/env.yml"), Some(PathBuf::from("/a/env.yml.dist")));
        assert_eq!(of("/a/auth.yml"), Some(PathBuf::from("/a/auth_template.yml")));
        assert!(is_sample("a/kratos.example.yml") && is_sample("env.dist") && !is_sample("example/kratos.yml"));
        let base = |path: &str| base_of(&disk, Path::new(path));
        let whole = Some(PathBuf::from("/b/kratos.yml"));
        assert!(["/b/kratos.prod.yml", "/b/kratos-live.yaml"].iter().all(|path| base(path) == whole));
        assert!(base("/b/kratos.example.yml").is_none() && base("/b/kratos.yml").is_none());
        assert!(["/b/templates/kratos.prod.yml", "/b/kratos.prod.tmpl.yml"].iter().all(|path| base(path) == whole));
        assert!(base("/b/other/kratos.prod.yml").is_none() && base("/b/templates/kratos.tmpl.yml").is_none());
        assert!(of("/a/here.yml").is_none() && of("/a/none.yml").is_none());
    }
}
