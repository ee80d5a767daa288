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
    let allowed = ["cli/terminal.rs", "cli/evaluate.rs", "cli/report.rs", "fix/write.rs", "cli/lsp.rs"];
    for (path, text) in sources() {
        let writes = ["println!(", "eprint!(", " print!(", "io::stdout()", "io::stderr()"];
        let is_allowed = allowed.iter().any(|end| path.ends_with(end));
        let found: Vec<&&str> = writes.iter().filter(|write| text.contains(**write)).collect();
        assert!(is_allowed || found.is_empty(), "{} writes past the printer: {found:?}", path.display());
    }
}

/// What only shells know: arguments, processes, threads, terminals.
const OF_SHELLS: [&str; 13] = [
    "clap::",
    "dialoguer",
    "rayon",
    "rustix",
    "signal_hook",
    "std::process",
    "std::thread",
    "IsTerminal",
    "io::stdin",
    "io::stdout",
    "io::stderr",
    "crate::cli",
    "crate::lsp",
];

/// The core can be used by any shell: the command line, an editor, a page in a browser.
#[test]
fn the_core_knows_no_shell() {
    let shells = ["cli", "cli.rs", "lsp", "lsp.rs", "main.rs"];
    // Jsonnet of strangers runs in a child with limits, and deep documents on a large stack: this room is where the program meets
    // processes and threads, and it answers in the same process on systems without them.
    let evaluation = "evaluation";
    // `-o sarif=/dev/stdout` names a stream as if it was a file.
    let streams = "fix/write.rs";
    let mut seen = 0;
    for (path, text) in sources() {
        let is_there = |room: &str| path.starts_with(room);
        if shells.iter().any(|shell| is_there(shell)) || is_there(evaluation) {
            continue;
        }
        seen += 1;
        let code = code(&text);
        let known = |word: &&&str| path.ends_with(streams) && ["io::stdout", "io::stderr"].contains(word);
        let found: Vec<&&str> = OF_SHELLS.iter().filter(|word| code.contains(**word) && !known(word)).collect();
        assert!(found.is_empty(), "{} is core and names {found:?}: let a shell give it", path.display());
    }
    assert!(seen > 300, "{seen}");
}

/// A macro hides what it makes from readers and searches: tables and functions do the same.
#[test]
fn there_are_no_macros_of_ours() {
    let with = sources().into_iter().filter(|(_, text)| code(text).contains("macro_rules!"));
    let with: Vec<String> = with.map(|(path, _)| path.display().to_string()).collect();
    assert!(with.is_empty(), "{with:?}");
}

/// Most lines of a file, and of a function. A table is as long as what it lists.
const MOST_LINES: (usize, usize) = (600, 60);

/// Files that hold tables and nothing else.
const TABLES: [&str; 1] = ["src/kratos/releases.rs"];

/// The functions of a text: name and lines.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let words = line.trim_start();
        let indent = line.len() - words.len();
        let before = words.split("fn ").next().unwrap_or_default();
        let is_head =
            before.split_whitespace().all(|word| word.starts_with("pub") || word == "const" || word.ends_with(')'));
        let Some(name) = words.strip_prefix(before).and_then(|rest| rest.strip_prefix("fn ")).filter(|_| is_head)
        else {
            continue;
        };
        let name = name.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        let head_ends = lines[at..].iter().find(|line| line.ends_with(['{', ';', '}']));
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[at..].iter().position(|line| *line == end);
        if let (Some(length), true) = (length, head_ends.is_some_and(|line| line.ends_with('{'))) {
            found.push((name, length + 1));
        }
    }
    found
}

#[test]
fn files_and_functions_can_be_read_at_once() {
    let mut files = Vec::new();
    for folder in ["src", "tests"] {
        super::files_below(Path::new(folder), &["rs"], &mut files);
    }
    let (most_of_file, most_of_function) = MOST_LINES;
    let (mut faults, mut seen) = (Vec::new(), 0);
    for path in &files {
        let text = fs::read_to_string(path).expect("text");
        let lines = text.lines().count();
        if lines > most_of_file && !TABLES.iter().any(|table| path.ends_with(table)) {
            faults.push(format!("{}: {lines} lines", path.display()));
        }
        let functions = functions(&text);
        seen += functions.len();
        let long = functions.iter().filter(|(_, length)| *length > most_of_function);
        faults.extend(long.map(|(name, length)| format!("{}: {name} has {length} lines", path.display())));
    }
    assert!(seen > 4000, "{seen}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
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

/// The modules that the code of a file names as `crate::…` or `super::…`, groups in braces included.
fn named(file: &str, code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let around: Vec<&str> = file.split("::").collect();
    for (at, word) in ["crate::", "super::"].iter().flat_map(|word| code.match_indices(word)) {
        let before = &code[..at];
        if before.ends_with("super::") || before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + word.len()..];
        let (rest, base) = if word == "crate::" {
            (rest, String::new())
        } else {
            let inner = rest.trim_start_matches("super::");
            let steps = 1 + (rest.len() - inner.len()) / word.len();
            let above = &around[..around.len().saturating_sub(steps)];
            (inner, above.iter().map(|part| format!("{part}::")).collect())
        };
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
        let (path, rest) = rest.split_at(end);
        match rest.strip_prefix('{').and_then(|rest| rest.split_once("};")) {
            Some((group, _)) if path.is_empty() || path.ends_with("::") => {
                let names = group.split([',', '{', '}']).map(str::trim).filter(|name| !name.is_empty());
                found.extend(names.map(|name| format!("{base}{path}{name}")));
            }
            _ => _ = found.insert(format!("{base}{path}")),
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

/// Neither rooms (the modules at the top of `src`) nor files need each other in a circle: each can be read, and tested, with
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
        // A file and those in the folder of its name are one thing from outside.
        let is_inside = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with("::"));
        let others: BTreeSet<String> = named(file, code)
            .iter()
            .filter_map(|path| file_of(path))
            .filter(|other| other != file && !is_inside(other, file) && !is_inside(file, other))
            .collect();
        let rooms = others.iter().map(|other| room_of(other)).filter(|room| *room != room_of(file));
        of_rooms.entry(room_of(file)).or_default().extend(rooms);
        of_files.insert(file.clone(), others);
    }
    assert_eq!(circle(&of_rooms), None);
    assert_eq!(circle(&of_files), None);
}

/// A rule that says that Kratos does not start marks its finding so: `versions` and `upgrade` go by the mark, not by the words.
#[test]
fn what_does_not_start_is_marked_so() {
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with("rules")) {
        let code = code(&text);
        let is_said = code.contains("\"Kratos does not start: ");
        let is_marked = code.contains("Effect::NoBoot") || code.contains(".stops_later()");
        assert!(!is_said || is_marked, "{}", path.display());
    }
}
