//! What may be written at the cursor. Nothing is offered that the linter refuses.

use std::path::Path;

use serde_json::Value;

use super::configuration::of_probe;
use super::document::Document;
use super::features::Features;
use super::offer::{Offer, PROPERTY, items};
use super::position::Lines;
use super::probe::Probe;
use super::snippet::Snippet;
use super::state::Snapshot;
use super::trial::{self, Trial};
use super::units::{self, version};
use super::{as_json, as_toml, environment, flow, identity, in_jsonnet, inside, message, own_file, paths};
use crate::init::project;
use crate::text::Span;

/// The answer to `textDocument/completion`.
pub(super) fn answer(path: &Path, params: &Value, snapshot: &Snapshot, features: Features) -> Value {
    let Ok(source) = snapshot.disk().read_configuration(path) else { return Value::Null };
    let text = source.text();
    let lines = Lines::of(text, snapshot.encoding);
    let byte = lines.byte_of(params);
    let name = path.to_string_lossy().to_lowercase();
    let file_name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let document = Document::File(path);
    let mut offered = match name.rsplit('.').next() {
        Some("yml" | "yaml") => match environment::of_compose(path, text, byte, snapshot) {
            Some(found) => found,
            None => match yaml(path, text, byte, snapshot) {
                (offers, ..) if offers.is_empty() => {
                    inside::offers(path, text, byte, snapshot).unwrap_or((Vec::new(), Span::at(byte), 0))
                }
                found => found,
            },
        },
        Some("toml") if own_file::is_own(path) => own_file::offers(path, text, byte, snapshot),
        Some("toml") => as_toml::offers(path, text, byte, snapshot),
        Some("jsonnet" | "libsonnet") => in_jsonnet::offers(document, text, byte, snapshot),
        Some("gotmpl") => message::offers(document, text, byte, snapshot),
        Some("json") => match identity::offers(document, text, byte, snapshot) {
            (offers, ..) if offers.is_empty() => {
                with_comma(text, byte, |text, byte| as_json::offers(path, text, byte, snapshot))
            }
            found => found,
        },
        _ if units::is_env_file(file_name) => environment::of_env_file(path, text, byte, snapshot),
        _ => return Value::Null,
    };
    paths::as_begun(&mut offered.0, text, offered.1);
    items(offered, &lines, features)
}

/// What is offered where a comma is missing after what is on the lines before: it is written too.
fn with_comma(
    text: &str,
    byte: usize,
    offers: impl Fn(&str, usize) -> (Vec<Offer>, Span, usize),
) -> (Vec<Offer>, Span, usize) {
    let found = offers(text, byte);
    let Some((before, after)) = text.split_at_checked(found.1.start).filter(|_| found.0.is_empty()) else {
        return found;
    };
    // A word that is begun is replaced; without offers it is not known where it begins.
    let before = before.trim_end_matches(|chr: char| chr.is_ascii_alphanumeric() || "\"_$./-".contains(chr));
    let at = before.trim_end().len();
    let is_over = before.get(at..).is_some_and(|blank| blank.contains('\n'));
    let is_entry = before.get(..at).is_some_and(|text| !text.is_empty() && !text.ends_with([',', ':', '{', '[']));
    if !is_over || !is_entry || after.is_empty() {
        return found;
    }
    let (Some(head), Some(tail)) = (text.get(..at), text.get(at..)) else { return found };
    let (mut all, span, indent) = offers(&format!("{head},{tail}"), byte + 1);
    for offer in &mut all {
        offer.comma = Some(at);
    }
    (all, Span::new(span.start.saturating_sub(1), span.end.saturating_sub(1)), indent)
}

fn yaml(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> (Vec<Offer>, Span, usize) {
    let (mut offers, span, indent) = yaml_parts(path, text, byte, snapshot);
    if !offers.is_empty() && text.trim().is_empty() {
        offers.push(Offer::configuration(Snippet::of(project::config(version(path, None, snapshot)))));
    }
    (offers, span, indent)
}

fn yaml_parts(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> (Vec<Offer>, Span, usize) {
    let nothing = (Vec::new(), Span::at(byte), 0);
    let name = path.to_string_lossy();
    let found = Probe::of(&name, text, byte).map(|probe| of_block(path, text, &probe, "", snapshot));
    if found.as_ref().is_some_and(|(offers, ..)| !offers.is_empty()) {
        return found.unwrap_or(nothing);
    }
    if let Some(probe) = Probe::of_item(&name, text, byte) {
        let of_item = of_block(path, text, &probe, "- ", snapshot);
        if !of_item.0.is_empty() {
            return of_item;
        }
    }
    found.unwrap_or_else(|| {
        with_comma(text, byte, |text, byte| {
            flow::offers(path, text, byte, snapshot).unwrap_or((Vec::new(), Span::at(byte), 0))
        })
    })
}

/// What may be written in lines of their own; `dash` is what an item of a list begins with that is not written yet.
fn of_block(path: &Path, text: &str, probe: &Probe, dash: &str, snapshot: &Snapshot) -> (Vec<Offer>, Span, usize) {
    let (replaces, indent, column) = (probe.replaces, probe.indent, probe.column);
    let target = trial::target(version(path, probe.root(), snapshot));
    let is_deep = probe.is_provider();
    let stand_in = String::new();
    let trial = Trial { path, text, replaces, indent, column, is_json: false, stand_in, is_deep, target, snapshot };
    let mut offers = of_probe(path, probe, snapshot);
    if !dash.is_empty() {
        // Items only: their keys are offered after the dash.
        offers.retain(|offer| offer.kind != PROPERTY);
        for offer in &mut offers {
            let mut text = Snippet::of(dash);
            text.append(std::mem::take(&mut offer.text));
            offer.text = text;
        }
    }
    (trial.accepted(offers, probe.role), replaces, indent)
}
