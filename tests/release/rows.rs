//! Writes what follows from a schema into the tables.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kratos_lint::kratos::version::Version;

use super::Difference;
use super::schema::Schema;

const VERSIONS: &str = "src/kratos/version.rs";
const KEYS: &str = "src/kratos/schema/keys.rs";
const PLACES: &str = "src/kratos/schema/hook_places.rs";

/// Makes a release known; returns the files that changed.
pub fn write(tag: &str, schema: &Schema, found: &Difference) -> Result<Vec<&'static str>, String> {
    if Version::named(tag).is_some() {
        return Err(format!("{tag} is known: --write adds a release"));
    }
    let numbers: Vec<&str> = tag.trim_start_matches('v').split('.').collect();
    let [major, minor, patch] = numbers.as_slice() else { return Err(format!("{tag}: no tag such as v26.3.0")) };
    if numbers.iter().any(|number| number.parse::<u16>().is_err()) {
        return Err(format!("{tag}: no tag such as v26.3.0"));
    }
    let name = if *patch == "0" { format!("V{major}_{minor}") } else { format!("V{major}_{minor}_{patch}") };
    let last = previous_name();
    let mut changed = Vec::new();
    edit(VERSIONS, &mut changed, |text| add_release(text, tag, &name, [major, minor, patch]))?;
    edit(KEYS, &mut changed, |text| {
        let text = text.replace(
            "const MASTER: Version",
            &format!("const {name}: Version = Version::{name};\nconst MASTER: Version"),
        );
        let changing = changing(&text, schema);
        let mut lines: Vec<String> = text.lines().map(|line| key_line(line, schema, &changing, &name, &last)).collect();
        for (path, row) in &found.new_keys {
            // On master it may be there already: then its row begins earlier now.
            if !lines.iter().any(|line| line.starts_with(&format!("    k({path:?}, {name},"))) {
                let at = lines.iter().position(|line| key_path(line).is_some_and(|other| other > path.as_str()));
                lines.insert(at.unwrap_or(lines.len() - 1), row.replace("NEW", &name));
            }
        }
        lines.join("\n") + "\n"
    })?;
    edit(PLACES, &mut changed, |text| {
        let text = text.replace(
            "const MASTER: Version",
            &format!("const {name}: Version = Version::{name};\nconst MASTER: Version"),
        );
        let lines: Vec<String> = text.lines().map(|line| place_line(line, schema, found, &name)).collect();
        lines.join("\n") + "\n"
    })?;
    Ok(changed)
}

/// The constant of the newest release that the tables know.
fn previous_name() -> String {
    let name = Version::NEWEST.name().trim_start_matches('v').replace('.', "_");
    format!("V{}", name.strip_suffix("_0").unwrap_or(&name))
}

fn edit(path: &'static str, changed: &mut Vec<&'static str>, with: impl Fn(&str) -> String) -> Result<(), String> {
    let text =
        fs::read_to_string(Path::new(path)).map_err(|why| format!("{path}: {why}; run it from the repository"))?;
    let new = with(&text);
    if new != text {
        fs::write(path, new).map_err(|why| format!("{path}: {why}"))?;
        changed.push(path);
    }
    Ok(())
}

fn add_release(text: &str, tag: &str, name: &str, [major, minor, patch]: [&&str; 3]) -> String {
    text.replace(
        "    release(\"master\",",
        &format!("    release(\"{tag}\", {major}, {minor}, {patch}),\n    release(\"master\","),
    )
    .replace(
        "    /// The development branch",
        &format!("    /// {tag}\n    pub const {name}: Version = at(\"{tag}\");\n    /// The development branch"),
    )
}

/// The path of a row of the table of keys.
fn key_path(line: &str) -> Option<&str> {
    line.strip_prefix("    k(\"")?.split('"').next()
}

/// Keys with another row on master, and whether the release has that row already: its default tells, and without one it has.
fn changing(text: &str, schema: &Schema) -> BTreeMap<String, bool> {
    let on_master = text.lines().filter_map(|line| Some((key_path(line)?, line)));
    let on_master = on_master.filter(|(path, line)| line.starts_with(&format!("    k({path:?}, MASTER, MASTER,")));
    let has_it = |(path, line): (&str, &str)| {
        let default = schema.keys.get(path).and_then(|key| key.default.as_deref());
        (path.to_owned(), default.is_none_or(|default| line.contains(default)))
    };
    on_master.map(has_it).collect()
}

/// A row for a release after `last`: one that began on master begins with it when it has the key, one that ended before master
/// goes on, and one that it has no more ends.
fn key_line(line: &str, schema: &Schema, changing: &BTreeMap<String, bool>, name: &str, last: &str) -> String {
    let Some(path) = key_path(line).filter(|path| !path.starts_with("tracing.")) else { return line.to_owned() };
    let is_there = schema.keys.contains_key(path);
    let (from, to) = (format!("{path}\", MASTER, "), format!(", {last}, "));
    let begins = changing.get(path).copied();
    if is_there && line.contains(&from) && begins != Some(false) {
        line.replacen(&from, &format!("{path}\", {name}, "), 1)
    } else if is_there && begins != Some(true) && ends_with(line, path, last) {
        line.replacen(&to, &format!(", {name}, "), 1)
    } else if !is_there && ends_with(line, path, "MASTER") {
        line.replacen(", MASTER, ", &to, 1)
    } else {
        line.to_owned()
    }
}

/// Whether the span of a row ends with a release.
fn ends_with(line: &str, path: &str, last: &str) -> bool {
    let rest = line.strip_prefix(&format!("    k(\"{path}\", ")).unwrap_or_default();
    let mut parts = rest.split(", ");
    let from = parts.next();
    parts.next() == Some(last) && from != Some(last)
}

/// The hooks of a list for the release.
fn place_line(line: &str, schema: &Schema, found: &Difference, name: &str) -> String {
    let Some(path) = line.strip_prefix("    HookPlace { path: \"").and_then(|rest| rest.split('"').next()) else {
        return line.to_owned();
    };
    let mut line = line.to_owned();
    for hook in schema.hooks.get(path).into_iter().flatten() {
        line = line.replace(&format!("h(\"{hook}\", MASTER, MASTER)"), &format!("h(\"{hook}\", {name}, MASTER)"));
        if found.new_hooks.iter().any(|(list, new)| list == path && new == hook)
            && !line.contains(&format!("h(\"{hook}\""))
        {
            line = line.replacen("] }", &format!(", h(\"{hook}\", {name}, MASTER)] }}"), 1);
        }
    }
    line
}
