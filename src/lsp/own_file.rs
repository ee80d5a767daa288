//! Completion and hover in `kratos-lint.toml`: its keys and tables as the JSON Schema of the file has them, rules, levels, releases,
//! and the hooks of the configurations that are open.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

use super::offer::{Offer, PROPERTY, REFERENCE, SNIPPET, WORD};
use super::snippet::Snippet;
use super::state::Snapshot;
use super::tables::{Part, Spot, header, key, spot};
use super::units;
use crate::config;
use crate::init::project;
use crate::kratos::hooks::lists;
use crate::kratos::version::Version;
use crate::rule::Rule;
use crate::rules;
use crate::text::Span;

/// Whether a file is the own configuration.
pub(super) fn is_own(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == config::FILE_NAME)
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
