//! Jsonnet documents: what is known of their expressions, for each place that runs them.

use std::collections::BTreeMap;
use std::path::Path;

use super::document::Document;
use super::state::Snapshot;
use super::units;
use crate::evaluation::{MAX_NESTING, STACK, nesting};
use crate::init::body;
use crate::init::recipe::{self, Asked};
use crate::jsonnet::infer::{self, Environment, Types};
use crate::jsonnet::names;
use crate::jsonnet::types::{Field, JsonType};
use crate::kratos::bodies::{self, Document as Text, Reference};
use crate::kratos::ctx::inputs::{inputs, inputs_by_schema};
use crate::kratos::ctx::{environment, standard};
use crate::kratos::identity::{self, IdentitySchema};
use crate::kratos::version::Version;
use crate::text::{Place, Span};
use crate::yaml::Node;

/// Most places of one document that are checked.
const MAX_PLACES: usize = 16;

/// How far from the cursor types of expressions are kept, in bytes: each takes as much as what Kratos gives.
const NEAR: usize = 500;

/// What a document sees at a place.
pub(super) struct Seen {
    /// The release.
    pub(super) version: Version,
    kind: JsonType,
    is_ctx: bool,
}

/// What a document sees at each place that runs it.
pub(super) fn seen(document: Document<'_>, snapshot: &Snapshot) -> Vec<Seen> {
    let mut found = Vec::new();
    each(document, snapshot, |reference, root, schemas| {
        let version = reference.point.version();
        for (_, inputs) in inputs_by_schema(&reference.point, root, Some(reference.settings), schemas) {
            let Some(given) = environment(&reference.point, &inputs) else { continue };
            let is_ctx = given.ctx.is_some();
            found.push(Seen { version, is_ctx, kind: given.into_type() });
        }
        found.len() < MAX_PLACES
    });
    found
}

/// The text of a document that is not begun yet: what init writes at the first place that runs it.
pub(super) fn whole(document: Document<'_>, snapshot: &Snapshot) -> Option<(String, String)> {
    let mut found = None;
    each(document, snapshot, |reference, root, schemas| {
        found = text_at(reference, root, schemas).map(|text| (reference.point.id().to_owned(), text));
        found.is_none()
    });
    found
}

fn text_at(reference: &Reference<'_>, root: Node<'_>, schemas: &[IdentitySchema]) -> Option<String> {
    let point = &reference.point;
    match point.id() {
        "oidc.mapper" => {
            let provider = reference.settings.get("provider").and_then(Node::as_str).unwrap_or_default();
            let schema = schemas.first().and_then(IdentitySchema::root);
            let asked = Asked { arguments: &[], url: None, version: point.version(), root: Some(root), schema };
            Some(recipe::mapper(&asked, provider))
        }
        "session.tokenizer" => Some(
            "local session = std.extVar('session');\n{\n  claims: {\n    session_id: session.id,\n  },\n}\n".to_owned(),
        ),
        _ => {
            let kind = environment(point, &inputs(point, root, Some(reference.settings), schemas))?.into_type();
            Some(body::jsonnet(point, body::ctx(&kind), None))
        }
    }
}

/// Calls for each reference to a document, until it is enough.
pub(super) fn each(
    document: Document<'_>,
    snapshot: &Snapshot,
    mut goes_on: impl FnMut(&Reference<'_>, Node<'_>, &[IdentitySchema]) -> bool,
) {
    for known in snapshot.belonging(document.file()) {
        let version = known.target.newest();
        for unit in units::of_known(known, snapshot) {
            let Some(root) = unit.root() else { continue };
            let files = units::files(unit.path(), snapshot, &known.deployment);
            let schemas = identity::load(root, &files);
            for reference in bodies::references(root, version) {
                let Text::Text(source) = bodies::document(&reference, &files) else { continue };
                if !document.is(&source, &reference.node.pointer(), known, snapshot) {
                    continue;
                }
                if !goes_on(&reference, root, &schemas) {
                    return;
                }
            }
        }
    }
}

impl Seen {
    /// Whether it is the argument of the document; else it is in external variables.
    pub(super) fn is_ctx(&self) -> bool {
        self.is_ctx
    }

    /// The external variables that are there; none where the document has an argument.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        let given = self.kind.as_object().filter(|_| !self.is_ctx);
        given.into_iter().flat_map(|object| object.fields.keys()).map(String::as_str)
    }

    /// What is known of the expressions around a byte of a text here.
    pub(super) fn types(&self, text: &str, byte: usize) -> Option<Types> {
        if nesting(text) > MAX_NESTING {
            return None;
        }
        let fields = self.kind.as_object().filter(|_| !self.is_ctx);
        let variables: Vec<(&str, &JsonType)> = fields
            .into_iter()
            .flat_map(|object| &object.fields)
            .map(|(name, field)| (name.as_str(), &field.kind))
            .collect();
        let arguments = [("ctx", &self.kind)];
        let arguments = if self.is_ctx { arguments.as_slice() } else { &[] };
        let given = Environment { arguments, variables: &variables, go_jsonnet: standard::engine(self.version) };
        let near = Span::new(byte.saturating_sub(NEAR), byte.saturating_add(NEAR));
        deeply(|| infer::types(text, given, near).ok())?
    }
}

/// Calls on a stack of its own: calls recurse deeper than the stack of this thread.
fn deeply<T: Send>(look: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, look).ok()?.join().ok()
    })
}

/// A field that is read by its name between brackets, `traits["e-mail"]`.
#[derive(Clone, Copy)]
pub(super) struct Indexed {
    /// The name with its quotes.
    pub(super) name: Span,
    pub(super) brackets: Span,
}

/// The field between brackets whose name is at a byte.
pub(super) fn key_in_brackets(text: &str, byte: usize) -> Option<Indexed> {
    let is_before = text.get(byte..)?.starts_with(['"', '\'']) && text.get(..byte)?.trim_end().ends_with('[');
    let byte = byte + usize::from(is_before);
    let (before, after) = text.split_at_checked(byte)?;
    let start = before.rfind(['"', '\'', '\n'])?;
    let quote = text.get(start..)?.chars().next().filter(|chr| *chr != '\n')?;
    let end = byte + after.find([quote, '\n'])? + 1;
    let open = text.get(..start)?.trim_end().strip_suffix('[')?.len();
    let rest = text.get(end..)?;
    let close = rest.trim_start().strip_prefix(']')?;
    let is_plain = text.get(end - 1..end) == Some(&quote.to_string()) && !text.get(start..end)?.contains('\\');
    is_plain.then(|| Indexed { name: Span::new(start, end), brackets: Span::new(open, text.len() - close.len()) })
}

/// The local variables that may be read where a text has a name that nothing declares.
pub(super) fn in_scope(text: &str, name: &str) -> Vec<String> {
    if nesting(text) > MAX_NESTING {
        return Vec::new();
    }
    deeply(|| names::in_scope(text, name)).unwrap_or_default()
}

/// The fields that may follow the dot at `dot`, at all places; those that are missing at one are left out. `text` ends the
/// expression there.
pub(super) fn fields(all: &[Seen], text: &str, dot: usize) -> BTreeMap<String, Field> {
    let mut each = all.iter().map(|seen| {
        let types = seen.types(text, dot);
        types.and_then(|types| types.fields_before(dot).cloned()).unwrap_or_default()
    });
    let Some(first) = each.next() else { return BTreeMap::new() };
    each.fold(first, |mut common, other| {
        common.retain(|name, _| other.contains_key(name));
        for (name, field) in &mut common {
            if let Some(other) = other.get(name) {
                field.missing_when = field.missing_when.take().or_else(|| other.missing_when.clone());
            }
        }
        common
    })
}

/// The titles of the traits below a way such as `ctx.identity.traits`.
pub(super) fn titles(path: &Path, expression: &str, snapshot: &Snapshot) -> BTreeMap<String, String> {
    let start = expression.trim_end_matches(is_part).len();
    let read = expression.get(start..).unwrap_or_default();
    let Some((_, way)) = format!("{read}.").split_once(".traits.").map(|(of, way)| (of.to_owned(), way.to_owned()))
    else {
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for schema in schemas(path, snapshot) {
        let below =
            trait_at(&schema, way.split('.').filter(|name| !name.is_empty())).and_then(|node| node.get("properties"));
        let fields = below.into_iter().flat_map(Node::fields);
        let named =
            fields.filter_map(|field| Some((field.key.to_owned(), field.value.get("title")?.as_str()?.to_owned())));
        found.extend(named);
    }
    found
}

/// Whether a character is one of names that are read from each other.
fn is_part(chr: char) -> bool {
    chr.is_ascii_alphanumeric() || "_.".contains(chr)
}

/// The trait that names lead to; all traits where there is no name.
pub(super) fn trait_at<'t, 'n>(
    schema: &'t IdentitySchema,
    mut names: impl Iterator<Item = &'n str>,
) -> Option<Node<'t>> {
    let traits = schema.root()?.find("properties.traits")?;
    names.try_fold(traits, |node, name| node.get("properties")?.get(name))
}

/// The identity schemas of the configurations that a document belongs to.
fn schemas(path: &Path, snapshot: &Snapshot) -> Vec<IdentitySchema> {
    let mut found = Vec::new();
    for known in snapshot.belonging(path) {
        for unit in units::of_known(known, snapshot) {
            let Some(root) = unit.root() else { continue };
            found.extend(identity::load(root, &units::files(unit.path(), snapshot, &known.deployment)));
        }
    }
    found
}

/// Where the identity schemas have the trait that is read at a byte, as in `ctx.identity.traits.name`.
pub(super) fn traits(path: &Path, text: &str, byte: usize, snapshot: &Snapshot) -> Vec<Place> {
    let Some((before, after)) = text.split_at_checked(byte) else { return Vec::new() };
    let start = before.trim_end_matches(is_part).len();
    let end = byte + after.find(|chr: char| !is_part(chr) || chr == '.').unwrap_or(after.len());
    let indexed = key_in_brackets(text, byte).and_then(|key| {
        let is_of_traits = text.get(..key.brackets.start)?.ends_with(".traits");
        text.get(key.name.start + 1..key.name.end - 1).filter(|_| is_of_traits).map(|name| vec![name])
    });
    let read = text.get(start..end).and_then(|read| read.split_once(".traits."));
    let Some(way) = indexed.or_else(|| read.map(|(_, way)| way.split('.').collect())) else { return Vec::new() };
    let mut found: Vec<Place> = Vec::new();
    for schema in schemas(path, snapshot) {
        let place = trait_at(&schema, way.iter().copied()).map(|node| node.key_place().in_file());
        let is_new =
            |place: &Place| !found.iter().any(|old| old.span == place.span && old.source.path() == place.source.path());
        if let Some(place) = place.filter(is_new) {
            found.push(place);
        }
    }
    found
}
