//! Nothing in the repository points outside it: documents, facts and records that are named exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Documents of other projects that sources quote.
const OF_OTHERS: [&str; 3] = ["CHANGELOG.md", "README.md", "UPGRADE.md"];

/// Folders of which only the tables of facts speak in this way.
const NOT_HERE: [&str; 8] = [
    "kratos/config/",
    "kratos/hooks/HOOKS",
    "kratos/ctx/CTX",
    "kratos/oracle",
    "kratos/network/NETWORK",
    "types.json",
    "keys-v0.json",
    "shared/",
];

/// Words of a text that look like the name of a document.
fn documents(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |chr: char| chr.is_ascii_alphanumeric() || "-_./".contains(chr);
    text.split(move |chr| !is_part(chr)).map(|word| word.trim_matches('.')).filter(|word| {
        let name = word.rsplit('/').next().unwrap_or_default().strip_suffix(".md").unwrap_or_default();
        !name.is_empty() && name.chars().all(|chr| chr.is_ascii_uppercase() || chr == '-')
    })
}

/// Words of a text that look like the id of a fact.
fn facts(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |chr: char| chr.is_ascii_alphanumeric() || chr == '-';
    text.split(move |chr| !is_part(chr)).filter(|word| {
        let number =
            word.strip_prefix('D').is_some_and(|rest| rest.len() == 3 && rest.bytes().all(|b| b.is_ascii_digit()));
        let named = word.strip_prefix("H-").is_some_and(|rest| {
            rest.len() > 3 && rest.chars().all(|chr| chr.is_ascii_uppercase() || chr.is_ascii_digit() || chr == '-')
        });
        number || named
    })
}

#[test]
fn each_named_document_and_fact_is_in_the_repository() {
    let ids: BTreeSet<String> = super::lines("testdata/facts/ids.txt").into_iter().collect();
    let mut files = vec![PathBuf::from("README.md")];
    for folder in ["src", "tests", ".github", ".release"] {
        super::files_below(Path::new(folder), &["rs", "md", "yml", "py"], &mut files);
    }
    let mut faults = Vec::new();
    for path in files.iter().filter(|path| !path.ends_with("facts/home.rs")) {
        let text = fs::read_to_string(path).expect("readable");
        let is_there = |name: &str| {
            let beside = path.parent().unwrap_or(path).join(name);
            let name = name.rsplit('/').next().unwrap_or(name);
            beside.is_file() || OF_OTHERS.contains(&name) || files.iter().any(|file| file.ends_with(name))
        };
        let missing = documents(&text).filter(|name| !is_there(name)).map(str::to_owned);
        let unknown = facts(&text).filter(|id| !ids.contains(*id)).map(str::to_owned);
        let outside = NOT_HERE.iter().filter(|name| text.contains(**name)).map(|name| (*name).to_owned());
        faults.extend(missing.chain(unknown).chain(outside).map(|name| format!("{}: {name}", path.display())));
    }
    assert!(faults.is_empty(), "named, and not in the repository:\n{}", faults.join("\n"));
}
