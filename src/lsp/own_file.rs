//! Completion and hover in `kratos-lint.toml`: its keys and tables as the JSON Schema of the file has them, rules, levels, releases,
//! and the hooks of the configurations that are open.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

use super::offer::{Offer, PROPERTY, REFERENCE, SNIPPET, WORD};
use super::position::{line_at, word_at};
use super::snippet::Snippet;
use super::state::Snapshot;
use super::units;
use crate::config;
use crate::init::project;
use crate::kratos::hooks::lists;
use crate::kratos::version::Version;
use crate::rule::Rule;
use crate::rules;
use crate::text::Span;

/// Most lines that a list is searched for its key.
const MAX_LINES: usize = 2_000;

/// Whether a file is the own configuration.
pub(super) fn is_own(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == config::FILE_NAME)
}

/// The place of the cursor.
#[derive(Debug, PartialEq, Eq)]
struct Spot {
    /// The table around it; the empty name is that of the file.
    table: String,
    part: Part,
    replaces: Span,
    /// The keys that the table has elsewhere.
    others: BTreeSet<String>,
    /// A quote begins what is replaced.
    is_quoted: bool,
    /// A value begins there: it is not in the middle of a text.
    is_start: bool,
}

/// What is written there.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// `[` begins the line.
    Header,
    /// A key; whether `=` follows.
    Key(bool),
    /// The value of a key; whether it is in the brackets of a list.
    Value(String, bool),
}

/// The name of a table that a line begins.
fn header(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix('[')?;
    let inner = inner.strip_prefix('[').unwrap_or(inner);
    let (name, _) = inner.split_once(']')?;
    let is_name = |chr: char| chr.is_ascii_alphanumeric() || "-_.".contains(chr);
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// A key without its quotes.
fn name(written: &str) -> &str {
    written.trim().trim_matches(['"', '\''])
}

/// Whether a value ends within the brackets of a list.
fn is_open(value: &str) -> bool {
    value.matches('[').count() > value.matches(']').count()
}

/// The key before `=` in a line.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = name(key);
    (!key.is_empty() && !key.starts_with('#')).then_some(key)
}

/// The key of the list that is open before a line.
fn open_list(before: &str) -> Option<&str> {
    for line in before.lines().rev().take(MAX_LINES) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || (line.ends_with(',') && key(line).is_none()) {
            continue;
        }
        let (key, value) = (key(line)?, line.split_once('=')?.1);
        return is_open(value).then_some(key);
    }
    None
}

fn spot(text: &str, byte: usize) -> Option<Spot> {
    let (start, head) = line_at(text, byte);
    if head.trim_start().starts_with('#') {
        return None;
    }
    let before = text.get(..start)?;
    let rest = text.get(byte..)?;
    let line_rest = rest.lines().next().unwrap_or_default();
    let table = before.lines().rev().find_map(header).unwrap_or_default().to_owned();
    let own = before.rfind("\n[").map_or(0, |at| at + 1);
    let after = rest.find("\n[").map_or(rest, |at| rest.get(..at).unwrap_or_default());
    let others = before.get(own..)?.lines().chain(after.lines().skip(1)).filter_map(key).map(str::to_owned).collect();
    let is_part = |chr: char| chr.is_alphanumeric() || "-_.*/:\"'".contains(chr);
    let word = word_at(text, byte, is_part)?;
    let is_quoted = text.get(word.start..).is_some_and(|text| text.starts_with(['"', '\'']));
    let list = open_list(before);
    let part = match head.split_once('=') {
        Some((key, value)) => Part::Value(name(key).to_owned(), is_open(value)),
        None if list.is_some() => Part::Value(list?.to_owned(), true),
        None if head.trim_start().starts_with('[') => Part::Header,
        None => Part::Key(line_rest.contains('=')),
    };
    let replaces = match part {
        Part::Header => {
            let end = byte + line_rest.trim_end().len();
            Span::new(start + head.len() - head.trim_start().len(), end)
        }
        _ => word,
    };
    let lead = text.get(start..replaces.start)?.trim_end();
    let is_start = lead.is_empty() || lead.ends_with(['=', '[', ',']);
    Some(Spot { table, part, replaces, others, is_quoted, is_start })
}

/// The keys of a table, as the JSON Schema of the file has them.
fn rows<'s>(schema: &'s Value, table: &str) -> Option<&'s Map<String, Value>> {
    let pointer = match table {
        "" => "/properties",
        "rules" | "overrides.rules" => "/properties/rules/properties",
        "ignore" => "/properties/ignore/items/anyOf/1/properties",
        "overrides" => "/properties/overrides/items/properties",
        _ => return None,
    };
    schema.pointer(pointer)?.as_object()
}

/// What is offered at a byte, the bytes that it replaces, and the blanks at the start of the line.
pub(super) fn offers(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> (Vec<Offer>, Span, usize) {
    let Some(spot) = spot(text, byte) else { return (Vec::new(), Span::at(byte), 0) };
    let schema = config::schema();
    let place = Place { path, spot: &spot, schema: &schema, text, snapshot };
    let offers = match &spot.part {
        Part::Header => place.tables(),
        Part::Key(has_value) => place.keys(*has_value),
        Part::Value(key, in_list) if spot.is_start => place.values(key, *in_list),
        Part::Value(..) => Vec::new(),
    };
    (offers, spot.replaces, 0)
}

/// What the key under the cursor does.
pub(super) fn about(text: &str, byte: usize) -> Option<(Span, String)> {
    let spot = spot(text, byte)?;
    let schema = config::schema();
    let (name, table) = match &spot.part {
        Part::Key(_) => {
            (text.get(spot.replaces.start..spot.replaces.end)?.trim_matches(['"', '\'']), spot.table.as_str())
        }
        Part::Header => (header(text.get(spot.replaces.start..spot.replaces.end)?)?, ""),
        Part::Value(..) => return None,
    };
    let about = rows(&schema, table)?.get(name)?.get("description")?.as_str()?;
    Some((spot.replaces, format!("**`{name}`**\n\n{about}\n")))
}

struct Place<'p> {
    path: &'p Path,
    spot: &'p Spot,
    schema: &'p Value,
    text: &'p str,
    snapshot: &'p Snapshot,
}

impl Place<'_> {
    fn release(&self) -> Version {
        let known = self.snapshot.results.units.first().map(|known| known.target.newest());
        known.unwrap_or(Version::NEWEST).released()
    }

    /// The rules, those first that found something.
    fn rules(&self) -> Vec<(&'static Rule, bool)> {
        let reports = self.snapshot.results.units.iter().flat_map(|known| &known.report.diagnostics);
        let found: BTreeSet<&str> = reports.map(|found| found.rule).collect();
        let mut all: Vec<_> = rules::ALL.iter().map(|rule| (*rule, found.contains(rule.name))).collect();
        all.sort_by_key(|(_, is_found)| !is_found);
        all
    }

    /// A rule to begin with.
    fn rule(&self) -> &'static str {
        self.rules().first().map_or("blocking-notification", |(rule, _)| rule.name)
    }

    /// Tables that may begin in a line.
    fn tables(&self) -> Vec<Offer> {
        let release = self.release().name();
        let row = |parts: &[(&str, &str)]| {
            let mut out = Snippet::default();
            for (index, part) in parts.iter().enumerate() {
                out.text(part.0);
                out.place(part.1);
                out.text(if index + 1 == parts.len() { "\"" } else { "" });
            }
            out
        };
        let rule = self.rule();
        let all = [
            ("[rules]", "rules", row(&[(&format!("[rules]\n{rule} = \""), "warning")])),
            (
                "[[ignore]]",
                "ignore",
                row(&[("[[ignore]]\nrule = \"", rule), ("\"\nreason = \"", "why this is no fault")]),
            ),
            (
                "[[overrides]]",
                "overrides",
                row(&[("[[overrides]]\npaths = [\"", "dev/"), ("\"]\nkratos = \"", release)]),
            ),
            ("[overrides.rules]", "rules", row(&[(&format!("[overrides.rules]\n{rule} = \""), "off")])),
            ("[path-maps]", "path-maps", row(&[("[path-maps]\n\"", "/etc/config/kratos"), ("\" = \"", "config")])),
        ];
        let is_open = |label: &str| match label {
            "[rules]" | "[path-maps]" => !self.text.contains(&format!("\n{label}")) && !self.text.starts_with(label),
            "[[ignore]]" => !self.text.lines().any(|line| key(line) == Some("ignore")),
            "[overrides.rules]" => self.spot.table == "overrides",
            _ => true,
        };
        let offer = |(label, name, text): (&str, &str, Snippet)| Offer {
            text,
            about: self.said("", name),
            is_last: self.spot.table.is_empty(),
            ..Offer::word(label, SNIPPET)
        };
        all.into_iter().filter(|(label, ..)| is_open(label)).map(offer).collect()
    }

    fn said(&self, table: &str, key: &str) -> Option<String> {
        Some(rows(self.schema, table)?.get(key)?.get("description")?.as_str()?.to_owned())
    }

    fn is_list(&self, key: &str) -> bool {
        let row = rows(self.schema, &self.spot.table).and_then(|rows| rows.get(key));
        row.and_then(|row| row.get("type")).is_some_and(|kind| kind == "array")
    }

    fn keys(&self, has_value: bool) -> Vec<Offer> {
        let rows = rows(self.schema, &self.spot.table).into_iter().flatten();
        let is_plain = |row: &Value| {
            row.get("type").is_none_or(|kind| kind != "object")
                && row
                    .get("items")
                    .is_none_or(|items| items.get("anyOf").is_none() && items.get("properties").is_none())
        };
        // A baseline that is not there is refused.
        let is_there = |name: &str| name != "baseline" || !self.words(name).is_empty();
        let open = rows.filter(|(name, row)| is_plain(row) && !self.spot.others.contains(*name) && is_there(name));
        let found: BTreeSet<&str> =
            self.rules().into_iter().filter(|(_, is_found)| *is_found).map(|(rule, _)| rule.name).collect();
        let offer = |(name, row): (&String, &Value)| {
            let mut text = Snippet::of(name.as_str());
            if !has_value {
                text.text(" = ");
                text.append(self.value(name));
            }
            let about = row.get("description").and_then(Value::as_str).map(str::to_owned);
            let is_found = found.contains(name.as_str());
            let detail = if is_found { "found something here".to_owned() } else { String::new() };
            let filter = self.spot.is_quoted.then(|| format!("\"{name}"));
            Offer { text, about, detail, filter, is_first: is_found, ..Offer::word(name, PROPERTY) }
        };
        let keys: Vec<Offer> = open.map(offer).collect();
        if has_value { keys } else { keys.into_iter().chain(self.tables()).collect() }
    }

    /// What is written for a key first.
    fn value(&self, key: &str) -> Snippet {
        let mut out = Snippet::default();
        if matches!(self.spot.table.as_str(), "rules" | "overrides.rules") {
            out.choice(["warning", "off", "info", "error"].map(|level| format!("\"{level}\"")));
            return out;
        }
        let sample = match key {
            "kratos" => self.release().name(),
            "exclude" => "testdata/",
            "root" => ".",
            "critical-hooks" => "my-hook",
            "allowed-endpoints" => "*.example.org",
            "secret-keys" => "my_secret",
            "given" => "DSN",
            "paths" => "dev/",
            "file" => "kratos.yml",
            "rule" => self.rule(),
            "key" => "selfservice.flows",
            "reason" => "why this is no fault",
            "layers" => "kratos.yml\", \"kratos.production.yml",
            _ => "",
        };
        let first = self.words(key).into_iter().next().map(|(word, _)| word);
        let (open, close) = match (key, self.is_list(key)) {
            ("layers", _) => ("[[\"", "\"]]"),
            (_, true) => ("[\"", "\"]"),
            _ => ("\"", "\""),
        };
        out.text(open);
        match first.filter(|_| !matches!(key, "kratos" | "rule" | "given")) {
            Some(first) => out.place(first),
            None if key == "layers" => out.text(sample),
            None => out.place(sample),
        }
        out.text(close);
        out
    }

    /// The words that a key may have, with what they mean.
    fn words(&self, key: &str) -> Vec<(String, Option<String>)> {
        let roots = || self.snapshot.results.units.iter().flat_map(|known| units::of_known(known, self.snapshot));
        let plain = |words: Vec<String>| words.into_iter().map(|word| (word, None)).collect::<Vec<_>>();
        match (self.spot.table.as_str(), key) {
            ("rules" | "overrides.rules", _) => plain(["error", "warning", "info", "off"].map(str::to_owned).into()),
            (_, "kratos") => plain(Version::tagged().rev().map(|version| version.name().to_owned()).collect()),
            ("ignore", "rule") => self
                .rules()
                .into_iter()
                .map(|(rule, _)| (rule.name.to_owned(), Some(rule.summary.to_owned())))
                .collect(),
            ("", "baseline") => {
                let folder = self.path.parent().unwrap_or(Path::new("/"));
                let entries = self.snapshot.disk().list(folder);
                let names = entries.iter().map(|entry| entry.name.clone());
                plain(names.filter(|name| name.contains("baseline") && units::has_ending(name, &["json"])).collect())
            }
            ("", "given") => plain(project::GIVEN.map(str::to_owned).into()),
            ("", "critical-hooks" | "allowed-endpoints") => {
                let mut found = BTreeSet::new();
                for unit in roots() {
                    let all = unit.root().map(lists).unwrap_or_default();
                    let urls = all.iter().flat_map(|list| &list.hooks).filter_map(|hook| hook.url());
                    found.extend(urls.filter_map(|url| {
                        if key == "critical-hooks" {
                            return Some(url.to_owned());
                        }
                        let (_, rest) = url.split_once("://")?;
                        Some(rest.split(['/', ':', '?']).next()?.to_owned()).filter(|host| !host.is_empty())
                    }));
                }
                plain(found.into_iter().collect())
            }
            _ => Vec::new(),
        }
    }

    fn values(&self, key: &str, in_list: bool) -> Vec<Offer> {
        let wraps = self.is_list(key) && !in_list;
        let kind = if key == "rule" { REFERENCE } else { WORD };
        let offer = |(index, (word, about)): (usize, (String, Option<String>))| {
            let quoted = Value::from(word.as_str()).to_string();
            let filter = self.spot.is_quoted.then(|| quoted.clone());
            let text = Snippet::of(if wraps { format!("[{quoted}]") } else { quoted });
            Offer { text, about, filter, order: Some(format!("{index:04}")), ..Offer::word(&word, kind) }
        };
        let words = self.words(key);
        if words.is_empty()
            && !in_list
            && rows(self.schema, &self.spot.table).is_some_and(|rows| rows.contains_key(key))
        {
            let text = self.value(key);
            let label = text.plain("");
            return vec![Offer {
                text,
                detail: "example".to_owned(),
                about: self.said(&self.spot.table, key),
                ..Offer::word(&label, WORD)
            }];
        }
        words.into_iter().enumerate().map(offer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(String, Part, String)> {
        let byte = text.find('|').expect("a cursor");
        let plain = text.replacen('|', "", 1);
        let spot = spot(&plain, byte)?;
        Some((spot.table, spot.part, plain.get(spot.replaces.start..spot.replaces.end).expect("a part").to_owned()))
    }

    #[test]
    fn keys_values_and_tables_are_told_apart() {
        let found = |table: &str, part, token: &str| Some((table.to_owned(), part, token.to_owned()));
        let value = |key: &str, in_list| Part::Value(key.to_owned(), in_list);
        assert_eq!(at("|"), found("", Part::Key(false), ""));
        assert_eq!(at("kra|"), found("", Part::Key(false), "kra"));
        assert_eq!(at("[[ignore]]\nru|le = \"x\""), found("ignore", Part::Key(true), "rule"));
        assert_eq!(at("kratos = \"v1|\"\n"), found("", value("kratos", false), "\"v1\""));
        assert_eq!(at("given = [\"DSN\", |]"), found("", value("given", true), ""));
        assert_eq!(at("given = [\n  # a\n  \"DSN\",\n  \"S|\n"), found("", value("given", true), "\"S"));
        assert_eq!(at("[rules]\n[ov|"), found("rules", Part::Header, "[ov"));
        assert_eq!(at("given = [\n  \"DSN\",\n]\n|"), found("", Part::Key(false), ""));
        assert_eq!(at("# k|"), None);
        assert_eq!(header("[[overrides]] # a"), Some("overrides"));
        assert_eq!(header("[\"a\"]"), None);
    }
}
