//! Identity schemas: what the keyword `ory.sh/kratos` takes where the cursor is.

use super::document::Document;
use super::json::{self, Spot};
use super::offer::{Offer, PROPERTY, SNIPPET, WORD};
use super::position::depth_at;
use super::snippet::Snippet;
use super::state::{Known, Snapshot};
use super::{structure, units};
use crate::init::project;
use crate::kratos::identity::{EXTENSION, EXTENSION_KEYS, ExtensionKey, Holds, document as words, meta};
use crate::kratos::version::Version;
use crate::text::{Source, Span};
use crate::yaml::{self, Format, Node};

/// The types of JSON Schema.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "object", "array", "null"];

/// The releases for which a file is an identity schema.
fn versions(document: Document<'_>, snapshot: &Snapshot) -> Vec<Version> {
    let path = match document {
        Document::File(path) => path,
        Document::Embedded(way) => {
            let of_way = |known: &&Known| known.at == way.at && way.pointer.starts_with("/identity/");
            return snapshot.belonging(&way.path).filter(of_way).map(|known| known.target.newest()).collect();
        }
        Document::Inline(..) => return Vec::new(),
    };
    let mut found = Vec::new();
    for known in snapshot.belonging(path) {
        for unit in units::of_known(known, snapshot) {
            let leads_here = structure::references(&unit, &known.path, snapshot)
                .into_iter()
                .any(|(node, file)| file == path && node.pointer().starts_with("/identity/"));
            if leads_here {
                found.push(known.target.newest());
            }
        }
    }
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    if found.is_empty() && name.ends_with(".schema.json") {
        found.push(snapshot.asked.as_ref().map_or(Version::NEWEST, crate::check::Target::newest));
    }
    found
}

/// What may be written at a byte of an identity schema, the bytes that it replaces, and the blanks at the start of the line.
pub(super) fn offers(
    document: Document<'_>,
    text: &str,
    byte: usize,
    snapshot: &Snapshot,
) -> (Vec<Offer>, Span, usize) {
    let nothing = (Vec::new(), Span::at(byte), 0);
    let versions = versions(document, snapshot);
    if text.trim().is_empty() && !versions.is_empty() {
        let about = Some(
            "An address that users sign in with, that is verified and recovers the account, and a name.".to_owned(),
        );
        let text = Snippet::of(project::SCHEMA);
        let whole = Offer { text, about, is_first: true, ..Offer::word("a new identity schema", SNIPPET) };
        return (vec![whole], Span::at(byte), 0);
    }
    let Some(spot) = json::spot(text, byte).filter(|_| !versions.is_empty()) else { return nothing };
    let place = Place { spot: &spot, versions: &versions, text };
    (place.offers().unwrap_or_default(), spot.token, depth_at(text, spot.token.start))
}

struct Place<'p> {
    spot: &'p Spot,
    versions: &'p [Version],
    text: &'p str,
}

impl Place<'_> {
    fn offers(&self) -> Option<Vec<Offer>> {
        // Kratos looks into no lists.
        let path: Option<Vec<&str>> = self.spot.path.iter().map(Option::as_deref).collect();
        let path = path?;
        let below = path.strip_prefix(["properties", "traits"].as_slice())?;
        match below.iter().position(|part| *part == EXTENSION) {
            Some(at) => self.keyword(below.get(at + 1..)?.join(".").as_str()),
            None => self.of_trait(below),
        }
    }

    /// Whether all releases for which the file is checked know a key.
    fn is_known(&self, row: &ExtensionKey) -> bool {
        self.versions.iter().all(|version| row.versions.contains(*version))
    }

    /// What may be in the keyword, at a path below it.
    fn keyword(&self, path: &str) -> Option<Vec<Offer>> {
        let rows = EXTENSION_KEYS.iter().filter(|row| self.is_known(row) && !row.path.starts_with("organizations"));
        if !self.spot.is_key {
            let row = rows.into_iter().find(|row| row.path == path)?;
            let words: Vec<String> = match row.holds {
                Holds::Object => return None,
                Holds::Boolean => vec!["true".to_owned(), "false".to_owned()],
                Holds::Words(_) => self.words(row).map(|word| format!("\"{word}\"")).collect(),
            };
            return Some(words.iter().map(|word| Offer::word(word, WORD)).collect());
        }
        let children = rows.filter_map(|row| {
            let (around, name) = row.path.rsplit_once('.').unwrap_or(("", row.path));
            (around == path && !self.spot.others.contains(name)).then_some((row, name))
        });
        let offer = |(row, name): (&ExtensionKey, &str)| Offer {
            about: Some(words::description(row.path).to_owned()),
            ..self.entry(name, self.value(row))
        };
        Some(children.map(offer).collect())
    }

    /// The format of the trait around the keyword.
    fn format(&self) -> Option<&str> {
        let at = self.spot.path.iter().position(|part| part.as_deref() == Some(EXTENSION));
        // The keyword itself is the key of the object that is the trait.
        self.spot.texts.get(at.unwrap_or(self.spot.path.len()))?.get("format").map(String::as_str)
    }

    fn words(&self, row: &ExtensionKey) -> impl Iterator<Item = &'static str> {
        // Kratos refuses every number in a trait that is verified by SMS and has no format.
        let takes_numbers =
            !row.path.starts_with("verification") || matches!(self.format(), Some("tel" | "no-validate"));
        let words = if let Holds::Words(words) = row.holds { words } else { &[] };
        let is_known = |versions: &crate::kratos::version::Versions| {
            self.versions.iter().all(|version| versions.contains(*version))
        };
        let channel = self.format().and_then(meta::channel_of);
        let fits = move |word: &str| channel.is_none_or(|channel| word == channel) && (takes_numbers || word != "sms");
        words.iter().filter(move |(word, versions)| is_known(versions) && fits(word)).map(|(word, _)| *word)
    }

    /// The value with which a key begins: with all that it needs.
    fn value(&self, row: &ExtensionKey) -> Snippet {
        let mut value = Snippet::default();
        match row.holds {
            Holds::Boolean => value.text("true"),
            Holds::Words(_) => value.choice(self.words(row).map(|word| format!("\"{word}\""))),
            Holds::Object => {
                let prefix = format!("{}.", row.path);
                let children = EXTENSION_KEYS.iter().filter(|child| self.is_known(child));
                let children = children.filter_map(|child| Some((child, child.path.strip_prefix(&prefix)?)));
                let leaves =
                    children.filter(|(child, name)| !name.contains('.') && !matches!(child.holds, Holds::Object));
                value.text("{");
                for (index, (child, name)) in leaves.enumerate() {
                    value.text(format!("{}\"{name}\": ", if index == 0 { "" } else { ", " }));
                    value.append(self.value(child));
                }
                value.text("}");
            }
        }
        value
    }

    /// What may be in a trait, and what begins one. Paths below `traits`.
    fn of_trait(&self, path: &[&str]) -> Option<Vec<Offer>> {
        if self.spot.is_key {
            let is_trait = path.len() >= 2
                && path.len().is_multiple_of(2)
                && path.iter().step_by(2).all(|part| *part == "properties");
            return is_trait.then(|| self.trait_keys());
        }
        let (name, around) = path.split_last()?;
        let is_trait = around.len().is_multiple_of(2) && around.iter().step_by(2).all(|part| *part == "properties");
        let words: &[&str] = match *name {
            "type" if around.is_empty() => &["object"],
            "type" if is_trait => &TYPES,
            "format" if is_trait && !around.is_empty() => return Some(self.formats()),
            _ => return None,
        };
        Some(words.iter().map(|word| Offer::word(&format!("\"{word}\""), WORD)).collect())
    }

    /// The formats that fit the channels by which messages go to the trait.
    fn formats(&self) -> Vec<Offer> {
        let tree = yaml::parse(&Source::new("", self.text), Format::Json);
        let around = self.spot.path.split_last().map(|(_, around)| around).unwrap_or_default();
        let pointer: String = around.iter().flatten().map(|part| yaml::pointer_token(part)).collect();
        let node = tree.root().and_then(|root| root.at(&pointer)).and_then(|node| node.get(EXTENSION));
        let inside = node.map(Node::descendants).unwrap_or_default();
        let channels: Vec<&str> =
            inside.iter().filter(|node| node.key() == Some("via")).filter_map(|node| node.as_str()).collect();
        let fits = |format: &str| meta::channel_of(format).is_none_or(|right| channels.iter().all(|via| *via == right));
        let formats = words::VERIFIABLE_FORMATS.iter().filter(|format| fits(format));
        formats.map(|format| Offer::word(&format!("\"{format}\""), WORD)).collect()
    }

    fn trait_keys(&self) -> Vec<Offer> {
        let mut kind = Snippet::default();
        kind.choice(TYPES.iter().map(|word| format!("\"{word}\"")));
        let mut title = Snippet::of("\"");
        title.place("Title");
        title.text("\"");
        let known = |path: &str| EXTENSION_KEYS.iter().find(|row| row.path == path).filter(|row| self.is_known(row));
        let mut keyword = Snippet::of("{");
        for (index, name) in ["verification", "recovery"].iter().enumerate() {
            if let Some(row) = known(name) {
                keyword.text(format!("{}\n  \"{name}\": ", if index == 0 { "" } else { "," }));
                keyword.append(self.value(row));
            }
        }
        keyword.text("\n}");
        let mut sign_in = Snippet::of("{\n  \"credentials\": {\"password\": {\"identifier\": true}}");
        sign_in.text("\n}");
        let about = |path: &str| Some(words::description(path).to_owned());
        let all = [
            ("type", kind, Some("The type of the value.".to_owned())),
            ("title", title, Some("The label of the field in forms.".to_owned())),
            (EXTENSION, sign_in, about("")),
        ];
        let offers = all.into_iter().filter(|(name, ..)| !self.spot.others.contains(*name));
        let mut offers: Vec<Offer> =
            offers.map(|(name, value, about)| Offer { about, ..self.entry(name, value) }).collect();
        if !self.spot.others.contains(EXTENSION) && !self.spot.has_value && !self.spot.others.contains("format") {
            let label = format!("{EXTENSION}: address");
            let about = Some("An address that is verified and recovers the account.".to_owned());
            offers.push(Offer { label, about, ..self.entry(EXTENSION, keyword) });
        }
        offers
    }

    /// A key with its value; the key alone where a value follows.
    fn entry(&self, name: &str, value: Snippet) -> Offer {
        let mut text = Snippet::of(format!("\"{name}\""));
        if !self.spot.has_value {
            text.text(": ");
            text.append(value);
            if self.spot.needs_comma {
                text.text(",");
            }
        }
        // Clients compare with what is written, quotes included.
        let is_quoted = self.text.get(self.spot.token.start..).is_some_and(|text| text.starts_with('"'));
        let filter = is_quoted.then(|| format!("\"{name}\""));
        Offer { text, filter, ..Offer::word(name, PROPERTY) }
    }
}

/// What the key under the cursor does.
pub(super) fn about(document: Document<'_>, text: &str, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
    let spot = json::spot(text, byte).filter(|spot| spot.is_key && !spot.token.is_empty())?;
    let name = text.get(spot.token.start..spot.token.end)?.trim_matches('"');
    let path_here: Option<Vec<&str>> = spot.path.iter().map(Option::as_deref).collect();
    let mut path_here = path_here?;
    path_here.push(name);
    let at = path_here.iter().position(|part| *part == EXTENSION)?;
    let key = path_here.get(at + 1..)?.join(".");
    let versions = versions(document, snapshot);
    let row = EXTENSION_KEYS.iter().find(|row| row.path == key);
    if versions.is_empty() || (row.is_none() && !key.is_empty()) {
        return None;
    }
    let mut said = format!("**`{name}`**\n\n{}\n", words::description(&key));
    if let Some(from) = row.map(|row| row.versions.from).filter(|from| *from > Version::OLDEST) {
        said.push_str(&format!("\nSince {from}\n"));
    }
    Some((spot.token, said))
}
