//! Identity schemas: what the keyword `ory.sh/kratos` takes where the cursor is.

use super::document::Document;
use super::json::{self, Spot};
use super::offer::{Offer, PROPERTY, SNIPPET, WORD};
use super::position::depth_at;
use super::snippet::Snippet;
use super::state::{Known, Snapshot};
use super::{keywords, structure, units};
use crate::init::project;
use crate::kratos::identity::{EXTENSION, EXTENSION_KEYS, ExtensionKey, Holds, document as words, meta};
use crate::kratos::version::Version;
use crate::text::{Source, Span};
use crate::yaml::{self, Format, Node};

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
    let mut offers = place.offers().unwrap_or_default();
    if !spot.is_key && spot.needs_comma && spot.path.last().is_some_and(Option::is_some) {
        for offer in &mut offers {
            offer.text.text(",");
        }
    }
    for offer in &mut offers {
        offer.comma = spot.lacks_comma;
    }
    (offers, spot.token, depth_at(text, spot.token.start))
}

#[derive(Clone, Copy)]
struct Place<'p> {
    spot: &'p Spot,
    versions: &'p [Version],
    text: &'p str,
}

impl Place<'_> {
    fn offers(&self) -> Option<Vec<Offer>> {
        if let Some((None, around)) = self.spot.path.split_last() {
            return self.required(around);
        }
        // Items of lists of schemas (`allOf`) have no names.
        let path: Option<Vec<&str>> = self.spot.path.iter().map(Option::as_deref).collect();
        let path = path?;
        let Some(below) = path.strip_prefix(["properties", "traits"].as_slice()) else { return self.of_root(&path) };
        match below.iter().position(|part| *part == EXTENSION) {
            Some(at) => self.keyword(below.get(at + 1..)?.join(".").as_str()),
            None => self.of_trait(below),
        }
    }

    /// What may be around the traits.
    fn of_root(&self, path: &[&str]) -> Option<Vec<Offer>> {
        let texts = |text: &str| Snippet::of(format!("\"{text}\""));
        let whole = || {
            let mut properties = Snippet::of("{\n  \"traits\": ");
            properties.append(Snippet::of(keywords::all_traits().plain("  ")));
            properties.text("\n}");
            properties
        };
        let all = match (path, self.spot.is_key) {
            ([], true) => vec![
                ("$id", texts("https://example.org/identity.schema.json")),
                ("$schema", texts(keywords::DIALECT)),
                ("title", texts("Person")),
                ("type", texts("object")),
                ("properties", whole()),
            ],
            (["properties"], true) => vec![("traits", keywords::all_traits())],
            (["$schema"], false) => return Some(vec![Offer::word(&format!("\"{}\"", keywords::DIALECT), WORD)]),
            (["type"], false) => return Some(types(&["object"])),
            _ => return None,
        };
        Some(self.entries(all.into_iter().map(|(name, value)| (name, about_root(name).map(str::to_owned), value))))
    }

    /// The offers for keys that are not there yet.
    fn entries<'n>(&self, all: impl Iterator<Item = (&'n str, Option<String>, Snippet)>) -> Vec<Offer> {
        let open = all.filter(|(name, ..)| !self.spot.others.contains(*name));
        let ranked = open.enumerate().map(|(index, (name, about, value))| Offer {
            about,
            order: Some(format!("{index:02}")),
            ..self.entry(name, value)
        });
        ranked.collect()
    }

    /// The names that `required` may have beside those that it has.
    fn required(&self, around: &[Option<String>]) -> Option<Vec<Offer>> {
        let (name, object) = around.split_last()?;
        let is_ours = matches!(object, [Some(first), Some(second), ..] if first == "properties" && second == "traits");
        if name.as_deref() != Some("required") || !is_ours {
            return None;
        }
        let tree = yaml::parse(&Source::new("", self.text), Format::Json);
        let node = tree.root()?.at(&pointer(object)?)?;
        let (known, taken) = keywords::names(node);
        let comma = if self.spot.needs_comma { "," } else { "" };
        let offer = |name: &str| {
            let written = serde_json::Value::from(name).to_string();
            Offer { text: Snippet::of(format!("{written}{comma}")), ..Offer::word(&written, WORD) }
        };
        Some(known.into_iter().filter(|name| !taken.contains(name)).map(offer).collect())
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
            return match path.split_last() {
                None => Some(self.keys_of_traits()),
                Some((&"properties", around)) if is_schema(around) => Some(self.new_traits(around.is_empty())),
                Some((&"items", around)) if is_schema(around) => Some(self.trait_keys()),
                _ => is_schema(path).then(|| self.trait_keys()),
            };
        }
        let (name, around) = path.split_last()?;
        let around = around.strip_suffix(["items"].as_slice()).unwrap_or(around);
        if !is_schema(around) {
            return None;
        }
        match *name {
            "type" if around.is_empty() => Some(types(&["object"])),
            "type" => Some(types(&keywords::TYPES.map(|(name, _)| name))),
            "format" if !around.is_empty() => Some(self.formats()),
            "additionalProperties" => Some(["false", "true"].map(|word| Offer::word(word, WORD)).into()),
            name => {
                let keyword = keywords::KEYWORDS.iter().find(|keyword| keyword.name == name)?;
                let text = keyword.value();
                let label = text.plain("").split_whitespace().collect::<Vec<_>>().join(" ");
                let about = Some(keyword.about.to_owned());
                Some(vec![Offer { text, about, detail: "example".to_owned(), ..Offer::word(&label, WORD) }])
            }
        }
    }

    /// The keys of the mapping of all traits.
    fn keys_of_traits(&self) -> Vec<Offer> {
        let object = self.spot.texts.last().is_none_or(|own| own.get("type").is_none_or(|kind| kind == "object"));
        let about = |name: &str| keywords::about(name).map(str::to_owned);
        let properties = {
            let mut value = Snippet::of("{\n  \"email\": ");
            let [(.., email), ..] = keywords::traits();
            value.append(Snippet::of(email.plain("  ")));
            value.text("\n}");
            value
        };
        let all = [
            ("type", Snippet::of("\"object\"")),
            ("properties", properties),
            ("required", self.required_value()),
            ("additionalProperties", Snippet::of("false")),
        ];
        self.entries(all.into_iter().filter(|_| object).map(|(name, value)| (name, about(name), value)))
    }

    /// The list of names that must be there: those that the object has, the first at first.
    fn required_value(&self) -> Snippet {
        let tree = yaml::parse(&Source::new("", self.text), Format::Json);
        let pointer = pointer(&self.spot.path);
        let node = tree.root().zip(pointer).and_then(|(root, pointer)| root.at(&pointer));
        let names = node.map(keywords::names).map(|(known, _)| known).unwrap_or_default();
        let first = names.first().map(|name| serde_json::Value::from(*name).to_string());
        Snippet::of(format!("[{}]", first.unwrap_or_default()))
    }

    /// Traits that may be added: those that most projects have, and one of any name.
    fn new_traits(&self, is_outermost: bool) -> Vec<Offer> {
        let known = keywords::traits().into_iter().filter(|_| is_outermost);
        let known = known.map(|(name, about, value)| (name, Some(about.to_owned()), value));
        let mut offers = self.entries(known);
        if !self.spot.has_value {
            let mut text = Snippet::of("\"");
            text.place("my_trait");
            text.text("\": ");
            text.append(keywords::new_trait());
            text.text(if self.spot.needs_comma { "," } else { "" });
            let about = Some("A trait of any name and type.".to_owned());
            let filter = self.entry("my_trait", Snippet::default()).filter;
            offers.push(Offer { text, about, filter, is_last: true, ..Offer::word("new trait", SNIPPET) });
        }
        offers
    }

    /// The formats that fit the channels by which messages go to the trait.
    fn formats(&self) -> Vec<Offer> {
        let tree = yaml::parse(&Source::new("", self.text), Format::Json);
        let around = self.spot.path.split_last().map(|(_, around)| around).unwrap_or_default();
        let trait_here = tree.root().zip(pointer(around)).and_then(|(root, pointer)| root.at(&pointer));
        let node = trait_here.and_then(|node| node.get(EXTENSION));
        let inside = node.map(Node::descendants).unwrap_or_default();
        let channels: Vec<&str> =
            inside.iter().filter(|node| node.key() == Some("via")).filter_map(|node| node.as_str()).collect();
        let fits = |format: &str| {
            let is_known = words::VERIFIABLE_FORMATS.contains(&format) || inside.is_empty();
            is_known && meta::channel_of(format).is_none_or(|right| channels.iter().all(|via| *via == right))
        };
        let formats = keywords::FORMATS.iter().filter(|(format, _)| fits(format)).enumerate();
        let offer = |(index, (format, about)): (usize, &(&str, &str))| Offer {
            about: Some((*about).to_owned()),
            order: Some(format!("{index:02}")),
            ..Offer::word(&format!("\"{format}\""), WORD)
        };
        formats.map(offer).collect()
    }

    /// The keywords of JSON Schema that fit the type that is written.
    fn keywords(&self) -> impl Iterator<Item = Offer> {
        let kind = self.spot.texts.last().and_then(|own| own.get("type")).map(String::as_str);
        let mut all: Vec<(&str, Snippet)> = Vec::new();
        if !self.spot.others.contains("enum") {
            let mut value = Snippet::default();
            value.choice(keywords::TYPES.iter().map(|(word, _)| format!("\"{word}\"")));
            all.push(("type", value));
        }
        if kind.is_none_or(|kind| kind == "string") {
            let mut value = Snippet::default();
            value.choice(self.formats_here().into_iter().map(|offer| offer.label));
            all.push(("format", value));
        }
        all.extend(keywords::KEYWORDS.iter().filter(|keyword| keyword.fits(kind)).map(|row| (row.name, row.value())));
        if kind.is_none_or(|kind| kind == "object") {
            all.push(("required", self.required_value()));
        }
        let all = all.into_iter().map(|(name, value)| (name, keywords::about(name).map(str::to_owned), value));
        self.entries(all).into_iter()
    }

    /// The formats of the trait in which the cursor is.
    fn formats_here(&self) -> Vec<Offer> {
        let mut path = self.spot.path.clone();
        path.push(Some("format".to_owned()));
        let spot = Spot { path, ..Spot::default() };
        Place { spot: &spot, ..*self }.formats()
    }

    fn trait_keys(&self) -> Vec<Offer> {
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
        let mut offers: Vec<Offer> = self.keywords().collect();
        let is_text = self.spot.texts.last().and_then(|own| own.get("type")).is_none_or(|kind| kind == "string");
        if self.spot.others.contains(EXTENSION) || !is_text {
            return offers;
        }
        offers.push(Offer { about: Some(words::description("").to_owned()), ..self.entry(EXTENSION, sign_in) });
        if !self.spot.has_value && !self.spot.others.contains("format") {
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

/// The types of JSON Schema, as values.
fn types(names: &[&str]) -> Vec<Offer> {
    let known = keywords::TYPES.iter().filter(|(name, _)| names.contains(name)).enumerate();
    let offer = |(index, (name, about)): (usize, &(&str, &str))| Offer {
        about: Some((*about).to_owned()),
        order: Some(format!("{index:02}")),
        ..Offer::word(&format!("\"{name}\""), WORD)
    };
    known.map(offer).collect()
}

/// What a key does that is around the traits.
fn about_root(name: &str) -> Option<&'static str> {
    match name {
        "traits" => Some("What users have and can change: addresses, names, and all else that forms ask for."),
        "title" => Some("What an identity is called in lists."),
        name => keywords::about(name),
    }
}

/// Whether a path below `traits` leads to a trait, a part of one, or to all of them.
fn is_schema(path: &[&str]) -> bool {
    path.len().is_multiple_of(2) && path.iter().step_by(2).all(|part| *part == "properties")
}

/// A path without lists as a pointer.
fn pointer(path: &[Option<String>]) -> Option<String> {
    path.iter().map(|part| part.as_deref().map(yaml::pointer_token)).collect()
}

/// What the key under the cursor does.
pub(super) fn about(document: Document<'_>, text: &str, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
    let spot = json::spot(text, byte).filter(|spot| spot.is_key && !spot.token.is_empty())?;
    let name = text.get(spot.token.start..spot.token.end)?.trim_matches('"');
    let path_here: Option<Vec<&str>> = spot.path.iter().map(Option::as_deref).collect();
    let mut path_here = path_here?;
    let versions = versions(document, snapshot);
    let below = path_here.strip_prefix(["properties", "traits"].as_slice());
    let is_root =
        matches!((path_here.as_slice(), name), ([], "$id" | "$schema" | "title") | (["properties"], "traits"));
    if is_root && !versions.is_empty() {
        return Some((spot.token, format!("**`{name}`**\n\n{}\n", about_root(name)?)));
    }
    if below.is_some_and(is_schema) && name != EXTENSION && !versions.is_empty() {
        return Some((spot.token, format!("**`{name}`**\n\n{}\n", keywords::about(name)?)));
    }
    path_here.push(name);
    let at = path_here.iter().position(|part| *part == EXTENSION)?;
    let key = path_here.get(at + 1..)?.join(".");
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
