//! What completion offers, as clients take it.

use serde_json::{Value, json};

use super::features::Features;
use super::position::Lines;
use super::snippet::Snippet;
use crate::text::Span;

/// Kinds of items in the protocol.
pub(super) const FUNCTION: u8 = 3;
pub(super) const FIELD: u8 = 5;
pub(super) const VARIABLE: u8 = 6;
pub(super) const PROPERTY: u8 = 10;
pub(super) const SNIPPET: u8 = 15;
pub(super) const FILE: u8 = 17;
pub(super) const REFERENCE: u8 = 18;
pub(super) const WORD: u8 = 20;

/// What is offered.
#[derive(Default)]
pub(super) struct Offer {
    pub(super) label: String,
    pub(super) kind: u8,
    pub(super) detail: String,
    pub(super) text: Snippet,
    pub(super) about: Option<String>,
    /// Comes before those without.
    pub(super) is_first: bool,
    /// Comes after those without.
    pub(super) is_last: bool,
    /// Keys that must be beside it, by name, and are written after it.
    pub(super) along: Vec<(String, Snippet)>,
    /// Keys that are written after it where the linter refuses it without them.
    pub(super) needs: Vec<(String, Snippet)>,
    /// What the client compares with what is written, when that is not the label.
    pub(super) filter: Option<String>,
    /// What it is sorted by, when that is not the label.
    pub(super) order: Option<String>,
    /// Where a comma is written too, before it.
    pub(super) comma: Option<usize>,
    /// What it replaces, when that is more than what the others do.
    pub(super) replaces: Option<Span>,
}

impl Offer {
    pub(super) fn word(word: &str, kind: u8) -> Offer {
        let text = Snippet::of(word);
        let label = word.to_owned();
        Offer { label, kind, text, ..Offer::default() }
    }

    /// A configuration to begin with.
    pub(super) fn configuration(text: Snippet) -> Offer {
        let about = Some("A small, complete configuration: what is secret comes from the environment.".to_owned());
        Offer { text, about, is_first: true, order: Some(String::new()), ..Offer::word("a new configuration", SNIPPET) }
    }

    /// The text by which clients sort: first ones, others in their order, last ones.
    fn rank(&self) -> String {
        let group = u8::from(!self.is_first) + 2 * u8::from(self.is_last);
        format!("{group}{}", self.order.as_ref().unwrap_or(&self.label))
    }

    /// The same with its text, and those of the keys beside it, written in another way.
    pub(super) fn rewritten(self, text: Snippet, entry: impl Fn(&Snippet) -> Option<Snippet>) -> Option<Offer> {
        let rewrite = |keys: &[(String, Snippet)]| {
            keys.iter().map(|(name, text)| Some((name.clone(), entry(text)?))).collect::<Option<Vec<_>>>()
        };
        Some(Offer { along: rewrite(&self.along)?, needs: rewrite(&self.needs)?, text, ..self })
    }

    /// Adds a paragraph to what it is about.
    pub(super) fn say(&mut self, more: &str) {
        let about = self.about.take().unwrap_or_default();
        self.about = Some(format!("{}\n\n{more}", about.trim_end()).trim_start().to_owned());
    }
}

/// What is offered, the bytes that it replaces and the blanks at the start of the line, as clients take it.
pub(super) fn items(offered: (Vec<Offer>, Span, usize), lines: &Lines<'_>, features: Features) -> Value {
    let (offers, replaces, indent) = offered;
    let lead = " ".repeat(indent);
    let range = lines.range(replaces);
    let item = |offer: Offer| {
        // Clients indent the lines of snippets themselves, those of plain texts they take as they are.
        let (new, format) = if features.snippets { (offer.text.snippet(), 2) } else { (offer.text.plain(&lead), 1) };
        let mut item = json!({
            "label": offer.label,
            "kind": offer.kind,
            "detail": offer.detail,
            "sortText": offer.rank(),
            "filterText": offer.filter.as_ref().unwrap_or(&offer.label),
            "insertTextFormat": format,
            "insertTextMode": if features.snippets { 2 } else { 1 },
            "textEdit": {"range": offer.replaces.map_or_else(|| range.clone(), |span| lines.range(span)), "newText": new},
        });
        if let (Some(about), Some(item)) = (offer.about, item.as_object_mut()) {
            item.insert("documentation".to_owned(), json!({"kind": "markdown", "value": about}));
        }
        if let (Some(at), Some(item)) = (offer.comma, item.as_object_mut()) {
            let range = lines.range(Span::at(at));
            item.insert("additionalTextEdits".to_owned(), json!([{"range": range, "newText": ","}]));
        }
        item
    };
    let items: Vec<Value> = offers.into_iter().map(item).collect();
    json!({"isIncomplete": false, "items": items})
}
