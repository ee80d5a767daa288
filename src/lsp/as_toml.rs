//! Completion in configurations that are TOML: what is offered in YAML, written as TOML.

use std::path::Path;

use serde_json::{Map, Value};

use super::as_json::parsed;
use super::offer::{Offer, PROPERTY};
use super::probe::{MARK, Probe, Role};
use super::snippet::Snippet;
use super::state::Snapshot;
use super::tables::{self, Part, Spot};
use super::trial::{self, Trial};
use super::{configuration, units};
use crate::init::{project, toml};
use crate::kratos::version::Version;
use crate::text::Span;
use crate::yaml::Node;

/// What may be written at a byte, the bytes that it replaces, and the blanks at the start of the line.
pub(super) fn offers(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> (Vec<Offer>, Span, usize) {
    let nothing = (Vec::new(), Span::at(byte), 0);
    let Some(spot) = tables::spot(text, byte) else { return nothing };
    let Some((probe, lead)) = Lead::of(text, byte, &spot)
        .and_then(|lead| Some((Probe::of_toml(&path.to_string_lossy(), text, &spot, &lead.marks())?, lead)))
    else {
        return nothing;
    };
    let place = Place { text, spot: &spot, lead: &lead, probe: &probe };
    let mut offers: Vec<Offer> =
        configuration::of_probe(path, &probe, snapshot).into_iter().filter_map(|offer| place.written(offer)).collect();
    // What begins a table ends the one that it is written in.
    offers.sort_by_key(|offer| offer.text.plain("").starts_with('['));
    let target = trial::target(units::version(path, probe.root(), snapshot));
    let stand_in = if matches!(spot.part, Part::Value(_, false)) { "\"\"" } else { "" }.to_owned();
    let (replaces, indent, is_deep) = (spot.replaces, 0, probe.is_provider());
    let trial =
        Trial { path, text, replaces, indent, column: indent, is_json: false, stand_in, is_deep, target, snapshot };
    let mut accepted = trial.accepted(offers, probe.role);
    accepted.extend(place.ways());
    if text.trim().is_empty() && !accepted.is_empty() {
        accepted.extend(whole(units::version(path, None, snapshot)));
    }
    (accepted, replaces, indent)
}

/// A small, complete configuration.
fn whole(version: Version) -> Option<Offer> {
    let mut text = String::new();
    toml::table("", &parsed(&project::config(version))?, &mut text);
    Some(Offer::configuration(Snippet::of(text.trim_start())))
}

/// What stays of the bytes that an offer replaces, and what closes it.
pub(super) struct Lead {
    /// `[selfservice.flows.`, or the keys of a dotted key.
    before: String,
    /// `]` or `]]` of a header, the bracket of a list, or a comma.
    after: String,
}

impl Lead {
    fn of(text: &str, byte: usize, spot: &Spot) -> Option<Lead> {
        let written = text.get(spot.replaces.start..byte)?;
        let rest = text.get(spot.replaces.end..)?.lines().next().unwrap_or_default().trim_start();
        match &spot.part {
            Part::Header => {
                let open = written.len() - written.trim_start_matches('[').len();
                let (opening, path) = written.split_at_checked(open)?;
                let keys = path.rfind('.').map_or("", |dot| path.get(..=dot).unwrap_or_default());
                let after = "]".repeat(open.min(2));
                (!path.contains([']', '"'])).then(|| Lead { before: format!("{opening}{keys}"), after })
            }
            Part::Key(_) => {
                let keys = written.rfind('.').map_or("", |dot| written.get(..=dot).unwrap_or_default());
                let is_plain = !spot.is_quoted && (matches!(spot.part, Part::Key(true)) || rest.is_empty());
                is_plain.then(|| Lead { before: keys.to_owned(), after: String::new() })
            }
            Part::Value(..) => {
                let after = if rest.starts_with(['"', '\'', '{', '[']) { ", " } else { "" };
                spot.is_start.then(|| Lead { before: String::new(), after: after.to_owned() })
            }
        }
    }

    /// What is before and after the mark.
    fn marks(&self) -> (&str, &str) {
        (&self.before, &self.after)
    }
}

struct Place<'p> {
    text: &'p str,
    spot: &'p Spot,
    lead: &'p Lead,
    probe: &'p Probe,
}

impl Place<'_> {
    fn written(&self, offer: Offer) -> Option<Offer> {
        let lead = &self.lead.before;
        let new = match (&self.spot.part, self.probe.role) {
            (_, Role::Key { has_value: true, .. }) => format!("{lead}{}", toml::key(&offer.label)),
            (Part::Header, _) => self.header(&parsed(&offer.text.plain(""))?)?,
            (_, Role::Key { .. }) => self.entries(&offer.text)?,
            (_, Role::Value) => format!("{}{}", toml::literal(&parsed(&offer.text.plain(""))?), self.lead.after),
        };
        let filter = match &self.spot.part {
            Part::Value(..) if self.spot.is_quoted => Some(format!("\"{}\"", offer.label)),
            Part::Value(..) => offer.filter.clone(),
            _ => Some(format!("{lead}{}", offer.label)),
        };
        let written = offer.rewritten(Snippet::of(new), |text| Some(Snippet::of(self.entries(text)?)))?;
        Some(Offer { filter, ..written })
    }

    /// The header of a table with what is in it.
    fn header(&self, offered: &Value) -> Option<String> {
        let (name, value) = offered.as_object().filter(|fields| fields.len() == 1)?.iter().next()?;
        let content = if self.lead.after == "]]" { value.as_array()?.first()? } else { value };
        content.as_object()?;
        let around = self.lead.before.trim_start_matches('[');
        let mut text = String::new();
        if self.lead.after == "]" {
            let whole = Value::Object(Map::from_iter([(name.clone(), content.clone())]));
            toml::table(around.trim_end_matches('.'), &whole, &mut text);
        } else {
            text = format!("{}{}{}\n", self.lead.before, toml::key(name), self.lead.after);
            toml::table(&format!("{around}{}", toml::key(name)), content, &mut text);
        }
        Some(text.trim().to_owned())
    }

    /// Keys with their values: tables of their own where no other key of this table follows.
    fn entries(&self, offered: &Snippet) -> Option<String> {
        let Value::Object(fields) = parsed(&offered.plain(""))? else { return None };
        let ends_here = self.ends_here();
        let mut text = String::new();
        for (name, value) in fields {
            let key = format!("{}{}", self.lead.before, toml::key(&name));
            if value.is_object() && ends_here {
                let whole = Value::Object(Map::from_iter([(key, value)]));
                toml::table(&self.spot.table, &whole, &mut text);
            } else {
                text.push_str(&format!("{key} = {}\n", toml::literal(&value)));
            }
        }
        Some(text.trim().to_owned())
    }

    /// Whether the table has no key after the cursor.
    fn ends_here(&self) -> bool {
        let rest = self.text.get(self.spot.replaces.end..).unwrap_or_default();
        let is_written = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        rest.lines().find(is_written).is_none_or(|line| line.starts_with('['))
    }

    /// The tables that are there already: others may be below them.
    fn ways(&self) -> Vec<Offer> {
        let around = self.probe.marked().and_then(Node::parent).filter(|_| self.spot.part == Part::Header);
        let fields = around.into_iter().flat_map(Node::fields);
        let tables = fields.filter(|field| field.value.is_mapping()).filter_map(|field| field.value.key());
        let offer = |name: &str| {
            let way = format!("{}{}.", self.lead.before, toml::key(name));
            let mut text = Snippet::of(way.as_str());
            text.place("");
            text.text(self.lead.after.as_str());
            Offer { text, filter: Some(way), is_last: true, ..Offer::word(&format!("{name}."), PROPERTY) }
        };
        tables.filter(|name| *name != MARK).map(offer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_what_is_before_the_last_dot() {
        let lead = |text: &str| {
            let byte = text.find('|').expect("a cursor");
            let plain = text.replacen('|', "", 1);
            let lead = Lead::of(&plain, byte, &tables::spot(&plain, byte)?)?;
            Some(format!("{} {}", lead.before, lead.after))
        };
        assert_eq!(lead("[selfservice.flows.lo|]").as_deref(), Some("[selfservice.flows. ]"));
        assert_eq!(lead("[[a.b.|").as_deref(), Some("[[a.b. ]]"));
        assert_eq!(lead("public.base|"), Some("public. ".to_owned()));
        assert_eq!(lead("a = [\"x\", |\"y\"]").as_deref(), Some(" "));
        assert_eq!(lead("a = [|\"y\"]").as_deref(), Some(" "));
        assert_eq!(lead("a| b"), None);
        assert_eq!(lead("a = x y|"), None);
    }
}
