//! What is known inside of embedded documents: of base64 in documents of their own, of other texts at their place in the file
//! around them.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::document::Document;
use super::features::Features;
use super::offer::{self, Offer};
use super::position::{Lines, depth_at};
use super::state::{Known, Snapshot};
use super::virtuals::{self, Way};
use super::{about, about_jsonnet, bodies, diagnostics, identity, in_jsonnet, location, message, units};
use crate::kratos::bodies::{self as documents, Document as Text};
use crate::templates::given;
use crate::text::{Place, Source, Span};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DocumentKind {
    Jsonnet,
    Schema,
    Template,
}

impl DocumentKind {
    /// Told by the name that the content would have as a file.
    fn of(way: &Way) -> Option<DocumentKind> {
        match way.name.rsplit('.').next()? {
            "jsonnet" => Some(DocumentKind::Jsonnet),
            "json" => Some(DocumentKind::Schema),
            "txt" | "html" => Some(DocumentKind::Template),
            _ => None,
        }
    }

    fn offers(self, document: Document<'_>, text: &str, byte: usize, snapshot: &Snapshot) -> (Vec<Offer>, Span, usize) {
        match self {
            DocumentKind::Jsonnet => in_jsonnet::offers(document, text, byte, snapshot),
            DocumentKind::Schema => identity::offers(document, text, byte, snapshot),
            DocumentKind::Template => message::offers(document, text, byte, snapshot),
        }
    }

    fn about(self, document: Document<'_>, text: &str, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
        match self {
            DocumentKind::Jsonnet => about_jsonnet::of_expression(document, text, byte, snapshot),
            DocumentKind::Schema => identity::about(document, text, byte, snapshot),
            DocumentKind::Template => message::about(document, text, byte, snapshot),
        }
    }
}

/// The answer to a request about a virtual document; none for a request that it has no answer to.
pub(super) fn answer(
    method: &str,
    params: &Value,
    way: &Way,
    snapshot: &Snapshot,
    features: Features,
) -> Option<Value> {
    let source = virtuals::text(way, snapshot)?;
    let text = source.text();
    let lines = Lines::of(text, snapshot.encoding);
    let byte = lines.byte_of(params);
    let (kind, document) = (DocumentKind::of(way)?, Document::Embedded(way));
    Some(match method {
        "textDocument/completion" => offer::items(kind.offers(document, text, byte, snapshot), &lines, features),
        "textDocument/hover" => about::shown(kind.about(document, text, byte, snapshot), &lines),
        "textDocument/definition" => {
            let traits = bodies::traits(&way.path, text, byte, snapshot);
            Value::Array(traits.iter().map(|place| location::location(place, snapshot)).collect())
        }
        "textDocument/references" => {
            let place = virtuals::place(way, snapshot);
            Value::Array(place.iter().map(|place| location::location(place, snapshot)).collect())
        }
        "textDocument/diagnostic" => {
            let units = snapshot.results.units.iter().map(AsRef::as_ref);
            json!({"kind": "full", "items": found(way, &source, units, snapshot)})
        }
        _ => return None,
    })
}

/// The findings in a virtual document, at their places in it.
pub(super) fn found<'k>(
    way: &Way,
    source: &Arc<Source>,
    units: impl Iterator<Item = &'k Known>,
    snapshot: &Snapshot,
) -> Vec<Value> {
    let lines = Lines::of(source.text(), snapshot.encoding);
    let whole = Place::new(source, Span::new(0, source.text().len())).in_file().span;
    let mut found = Vec::new();
    for known in units.filter(|known| known.path == way.path && known.at == way.at) {
        for diagnostic in &known.report.diagnostics {
            let place = &diagnostic.place;
            let is_here = place.source.is_embedded()
                && place.source.text() == source.text()
                && whole.contains(place.in_file().span)
                && snapshot.holds(&way.path, place);
            if is_here {
                found.push(diagnostics::of(diagnostic, place, &lines, Vec::new()));
            }
        }
    }
    found
}

/// A text that is written between the lines of a file, at a byte of it.
fn at(path: &Path, byte: usize, snapshot: &Snapshot) -> Option<(Arc<Source>, usize, DocumentKind)> {
    let inner = |source: &Arc<Source>| source.inner(byte).filter(|_| snapshot.real(source.path()) == path);
    for known in snapshot.belonging(path) {
        let version = known.target.newest();
        for unit in units::of_known(known, snapshot) {
            let Some(root) = unit.root() else { continue };
            let files = units::files(unit.path(), snapshot, &known.deployment);
            for reference in documents::references(root, version) {
                let Text::Text(source) = documents::document(&reference, &files) else { continue };
                if let Some(byte) = inner(&source) {
                    return Some((source, byte, DocumentKind::Jsonnet));
                }
            }
            for template in given::given(&unit, version, &files).templates {
                let Some((_, source)) = template.sources.get(template.main) else { continue };
                if let Some(byte) = inner(source) {
                    return Some((Arc::clone(source), byte, DocumentKind::Template));
                }
            }
        }
    }
    None
}

/// What may be written in a text between the lines of a file, the bytes of the file that it replaces, and the blanks at the start
/// of the line.
pub(super) fn offers(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> Option<(Vec<Offer>, Span, usize)> {
    let (source, inner, kind) = at(path, byte, snapshot)?;
    let (offers, replaces, _) = kind.offers(Document::Inline(path, byte), source.text(), inner, snapshot);
    let outward = |span: Span| Place::new(&source, span).in_file().span;
    let replaces = if replaces.is_empty() { Span::at(byte) } else { outward(replaces) };
    let offers = offers.into_iter().map(|offer| Offer { replaces: offer.replaces.map(outward), ..offer }).collect();
    Some((offers, replaces, depth_at(text, byte)))
}

/// What is at a byte of a text between the lines of a file.
pub(super) fn about(path: &Path, byte: usize, snapshot: &Snapshot) -> Option<(Span, String)> {
    let (source, inner, kind) = at(path, byte, snapshot)?;
    let (span, said) = kind.about(Document::Inline(path, byte), source.text(), inner, snapshot)?;
    Some((Place::new(&source, span).in_file().span, said))
}
