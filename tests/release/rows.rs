//! The tables with what follows from a schema.

use std::collections::BTreeMap;

use kratos_lint::kratos::version::Version;

use super::difference::{Change, Difference, Schema};

/// The one file that a release touches.
pub(super) const FILE: &str = "src/kratos/releases.rs";

/// Makes a release known; returns the file with it.
pub(super) fn add(text: &str, tag: &str, schema: &Schema, found: &Difference) -> Result<String, String> {
    if Version::named(tag).is_some() {
        return Err(format!("{tag} is known: --write adds a release"));
    }
    let numbers: Vec<&str> = tag.trim_start_matches('v').split('.').collect();
    let [year, week, fix] = numbers.as_slice() else { return Err(format!("{tag}: no tag such as v26.3.0")) };
    if numbers.iter().any(|number| number.parse::<u16>().is_err()) {
        return Err(format!("{tag}: no tag such as v26.3.0"));
    }
    let master = "    release(\"master\",";
    let text = text.replace(master, &format!("    release(\"{tag}\", {year}, {week}, {fix}),\n{master}"));
    let other_rows = other_rows(&text, schema);
    let has_hook =
        |list: &str, name: &str| schema.hooks.get(list).is_some_and(|hooks| hooks.iter().any(|known| known == name));
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        lines.push(match (key_path(line), hook_of(line)) {
            (Some(path), _) if !path.starts_with("tracing.") => {
                moved(line, tag, schema.keys.contains_key(path), other_rows.get(path).copied())
            }
            (_, Some((list, hook))) => moved(line, tag, has_hook(list, hook), None),
            _ => line.to_owned(),
        });
    }
    for change in &found.changed {
        split(&mut lines, change, tag);
    }
    for (path, row) in &found.new_keys {
        insert(&mut lines, &row.replace("NEW", &format!("{tag:?}")), key_path, path);
    }
    for (list, hook) in &found.new_hooks {
        let row = format!("    h({list:?}, {hook:?}, {tag:?}, OPEN),");
        insert(&mut lines, &row, |line| hook_of(line).map(|(list, _)| list), list);
    }
    Ok(lines.join("\n") + "\n")
}

/// How a constant of the file says that no release has yet what the code says of master.
const ON_MASTER: &str = ": &str = \"master\";";

/// Whether the code says something of master.
pub(super) fn speaks_of_master(text: &str) -> bool {
    text.contains(ON_MASTER)
}

/// What the code says of master begins with the release.
pub(super) fn release_master(text: &str, tag: &str) -> String {
    text.replace(ON_MASTER, &format!(": &str = {tag:?};"))
}

/// Ends the row of a key that has other demands now, and begins another one; master may have had it already.
fn split(lines: &mut Vec<String>, change: &Change, tag: &str) {
    let (start, begun) = (format!("    k({:?}, ", change.path), format!("    k({:?}, {tag:?}, ", change.path));
    if lines.iter().any(|line| line.starts_with(&begun)) {
        return;
    }
    let Some(at) = lines.iter().position(|line| line.starts_with(&start) && line.contains(", OPEN, ")) else { return };
    let shape = lines[at].split(", OPEN, ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or("Any");
    let row = format!("{begun}OPEN, {shape}, &[{}]),", change.demands.join(", "));
    lines[at] = lines[at].replacen(", OPEN, ", &format!(", {tag:?}, "), 1);
    lines.insert(at + 1, row);
}

/// Puts a row into a sorted table, unless master had it already: then its row begins earlier now.
fn insert(lines: &mut Vec<String>, row: &str, name: impl Fn(&str) -> Option<&str>, new: &str) {
    let start = row.split(", OPEN").next().unwrap_or_default();
    if lines.iter().any(|line| line.starts_with(start)) {
        return;
    }
    let last = lines.iter().rposition(|line| name(line).is_some_and(|other| other <= new));
    lines.insert(last.map_or(lines.len(), |last| last + 1), row.to_owned());
}

/// The path of a row of the table of keys.
fn key_path(line: &str) -> Option<&str> {
    line.strip_prefix("    k(\"")?.split('"').next()
}

/// List and hook of a row of the table of hooks.
fn hook_of(line: &str) -> Option<(&str, &str)> {
    let (list, rest) = line.strip_prefix("    h(\"")?.split_once("\", \"")?;
    Some((list, rest.split('"').next()?))
}

/// Keys with another row on master, and whether the release has that row already: its default tells, and without one it has.
fn other_rows(text: &str, schema: &Schema) -> BTreeMap<String, bool> {
    let on_master = text.lines().filter_map(|line| Some((key_path(line)?, line)));
    let on_master = on_master.filter(|(path, line)| line.starts_with(&format!("    k({path:?}, \"master\",")));
    let has_it = |(path, line): (&str, &str)| {
        let default = schema.keys.get(path).and_then(|key| key.default.as_deref());
        (path.to_owned(), default.is_none_or(|default| line.contains(default)))
    };
    on_master.map(has_it).collect()
}

/// A row when a release comes before master. `begins` says of a key with another row on master whether the release has that row.
fn moved(line: &str, tag: &str, is_there: bool, begins: Option<bool>) -> String {
    let (on_master, until_master, open) = (", \"master\", OPEN", ", \"master\"", ", OPEN");
    let (old, new) = if line.contains(on_master) {
        (on_master, (is_there && begins != Some(false)).then(|| format!(", {tag:?}, OPEN")))
    } else if line.contains(until_master) {
        (until_master, (!is_there || begins == Some(true)).then(|| format!(", {tag:?}")))
    } else {
        (open, (!is_there).then(|| format!(", {tag:?}")))
    };
    new.map_or_else(|| line.to_owned(), |new| line.replacen(old, &new, 1))
}
