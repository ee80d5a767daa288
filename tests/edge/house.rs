//! What holds for the source as a whole: who writes, who reads files, and who needs whom.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The files of `src` with their texts; paths are relative to it. What stubs and the site print is theirs.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.extend(
                    (!["init/stubs", "site", "playground"].iter().any(|end| path.ends_with(end))).then_some(path),
                );
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path.strip_prefix(&root).expect("below").to_path_buf(), text));
            }
        }
    }
    assert!(found.len() > 300, "{}", found.len());
    found.sort();
    found
}

/// The text without comments and tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// All that is printed goes through the printer.
#[test]
fn only_the_edge_writes() {
    // Protocols of the child process and of editors, and `-o …=/dev/stdout` of what the printer made.
    let allowed = ["output/text.rs", "cli/evaluate.rs", "cli/report.rs", "fix/write.rs", "cli/lsp.rs"];
    for (path, text) in sources() {
        let writes = ["println!(", "eprint!(", " print!(", "io::stdout()", "io::stderr()"];
        let is_allowed = allowed.iter().any(|end| path.ends_with(end));
        let found: Vec<&&str> = writes.iter().filter(|write| text.contains(**write)).collect();
        assert!(is_allowed || found.is_empty(), "{} writes past the printer: {found:?}", path.display());
    }
}

/// Texts are read in one place, where all bounds hold.
#[test]
fn only_the_disk_reads() {
    let reads = ["fs::read(", "fs::read_to_string(", "File::open(", "fs::read_dir("];
    // What is written is compared with what is there; `test` lists the folder that it is given.
    let allowed = ["fix/write.rs", "cli/test.rs"];
    for (path, text) in sources() {
        let is_allowed =
            path.starts_with("disk") || path.ends_with("disk.rs") || allowed.iter().any(|end| path.ends_with(end));
        let code = code(&text);
        let found: Vec<&&str> = reads.iter().filter(|read| code.contains(**read)).collect();
        assert!(is_allowed || found.is_empty(), "{} reads past the disk: {found:?}", path.display());
    }
}

/// Texts of a project that are printed by themselves go through the function for their kind.
#[test]
fn what_is_printed_by_itself_has_a_kind() {
    const TEXTS: [&str; 10] = [
        "hook.name",
        "run.name",
        "image.name",
        "image.tag",
        "variable.name",
        "mount.there",
        "report.at",
        "unit.at",
        "header.key",
        "deployment.config.join",
    ];
    // Keys of maps, hashes, hooks that Kratos itself inserts, lists that are masked in the next words.
    const KEPT: [&str; 4] = [
        "report.file.clone() + &report.at",
        "hash(&[&file, &report.at",
        "run.phase.name(), run.name)",
        "(inserted by Kratos)\", run.name)",
    ];
    let files =
        sources().into_iter().filter(|(path, _)| path.starts_with("output") || path.ends_with("cli/deployment.rs"));
    let mut seen = 0;
    for (path, text) in files {
        for line in code(&text).lines().filter(|line| !KEPT.iter().any(|kept| line.contains(kept))) {
            let is_whole = |(at, text): &(usize, &str)| {
                !line[at + text.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
            };
            for (at, _) in TEXTS.iter().flat_map(|text| line.match_indices(text)).filter(is_whole) {
                let before = line[..at].trim_end_matches(|c: char| c.is_alphanumeric() || "._&".contains(c));
                let is_shown = ["hook", "image", "tag", "variable", "path", "pointer", "header"]
                    .iter()
                    .any(|kind| before.ends_with(&format!("secrets::{kind}(")));
                seen += 1;
                assert!(is_shown, "{}: printed as it is: {line}", path.display());
            }
        }
    }
    assert!(seen > 12, "{seen}");
}

/// The modules that a text names as `crate::…`, groups in braces included.
fn named(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
        let (path, rest) = rest.split_at(end);
        match rest.strip_prefix('{').and_then(|rest| rest.split_once("};")) {
            Some((group, _)) if path.ends_with("::") => {
                let names = group.split([',', '{', '}']).map(str::trim).filter(|name| !name.is_empty());
                found.extend(names.map(|name| format!("{path}{name}")));
            }
            _ => _ = found.insert(path.to_owned()),
        }
    }
    found
}

/// A way along the arrows from a name back to itself.
fn circle(graph: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    for start in graph.keys() {
        let mut way = vec![(start.clone(), graph[start].iter())];
        while let Some((_, next)) = way.last_mut() {
            let Some(name) = next.next() else {
                done.extend(way.pop().map(|(name, _)| name));
                continue;
            };
            if let Some(at) = way.iter().position(|(above, _)| above == name) {
                return Some(way[at..].iter().map(|(name, _)| name.clone()).collect());
            }
            if let Some(next) = graph.get(name).filter(|_| !done.contains(name)) {
                way.push((name.clone(), next.iter()));
            }
        }
    }
    None
}

/// Neither rooms (what stands at the top of `src`) nor files need each other in a circle: each can be read, and tested, with
/// those below it alone.
#[test]
fn nothing_needs_each_other_in_a_circle() {
    let files: BTreeMap<String, String> = sources()
        .into_iter()
        .map(|(path, text)| (path.with_extension("").to_string_lossy().replace(['/', '\\'], "::"), code(&text)))
        .filter(|(name, _)| name != "lib" && name != "main")
        .collect();
    // The longest part of a path that is a file.
    let file_of = |path: &str| {
        let mut path = path.trim_end_matches("::");
        loop {
            if files.contains_key(path) {
                return Some(path.to_owned());
            }
            path = path.rsplit_once("::")?.0;
        }
    };
    let room_of = |file: &str| file.split("::").next().unwrap_or_default().to_owned();
    let (mut of_files, mut of_rooms) = (BTreeMap::new(), BTreeMap::<String, BTreeSet<String>>::new());
    for (file, code) in &files {
        let others: BTreeSet<String> =
            named(code).iter().filter_map(|path| file_of(path)).filter(|other| other != file).collect();
        let rooms = others.iter().map(|other| room_of(other)).filter(|room| *room != room_of(file));
        of_rooms.entry(room_of(file)).or_default().extend(rooms);
        of_files.insert(file.clone(), others);
    }
    assert_eq!(circle(&of_rooms), None);
    assert_eq!(circle(&of_files), None);
}
