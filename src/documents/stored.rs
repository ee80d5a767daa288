//! What the mappers of a configuration leave in `metadata_public`, which the hooks after a registration by a provider see.

use super::{Checked, Given, survey::survey, typed};
use crate::jsonnet::types::JsonType;
use crate::kratos::bodies::Reference;
use crate::kratos::ctx::inputs::Metadata;
use crate::kratos::ctx::{Place, Purpose};
use crate::kratos::hooks;
use crate::yaml::Node;

/// Most mappers, and most providers of one mapper, that are read.
const MAX_MAPPERS: usize = 64;
const MAX_PROVIDERS: usize = 8;

/// Where a mapper puts it.
const PATH: [&str; 2] = ["identity", "metadata_public"];

/// Whether the metadata that a document sees there are those of a mapper.
#[must_use]
pub(super) fn is_after_mapper(place: &Place) -> bool {
    place.methods() == ["oidc"] && place.id().starts_with("registration.after")
}

/// What the mappers store; asked only when a hook looks at it.
#[must_use]
pub(super) fn metadata(documents: &[Checked<'_>], given: &mut Given<'_, '_>) -> Metadata {
    let asks = |document: &&Checked<'_>| {
        let source = document.source.as_ref();
        source.is_some_and(|source| source.text().contains("metadata_public"))
            && document.references.iter().any(|reference| is_after_mapper(&reference.point))
    };
    if !documents.iter().any(|document| asks(&document)) || is_answered(given.root) {
        return Metadata::Unknown;
    }
    let is_mapper = |reference: &&Reference<'_>| reference.point.purpose() == Purpose::Mapper;
    let mappers = documents.iter().filter(|document| document.references.iter().any(|reference| is_mapper(&reference)));
    for document in mappers.take(MAX_MAPPERS) {
        for reference in document.references.iter().filter(is_mapper).take(MAX_PROVIDERS) {
            if leaves_out(document, reference, given) {
                return Metadata::LeftOut;
            }
        }
    }
    Metadata::Set
}

/// Whether the answer to a `web_hook` may set them after the mapper.
fn is_answered(root: Node<'_>) -> bool {
    let lists = hooks::lists(root);
    let mut after = lists.iter().filter(|list| list.flow == "registration" && list.trigger == "after");
    after.any(|list| {
        list.method.is_none_or(|method| method == "oidc") && list.hooks.iter().any(|hook| hook.interrupts().is_some())
    })
}

/// Whether some way through a mapper surely ends without metadata.
fn leaves_out(document: &Checked<'_>, reference: &Reference<'_>, given: &mut Given<'_, '_>) -> bool {
    let Some(source) = &document.source else { return false };
    let Ok(survey) = survey(source.text()) else { return false };
    let schemas = given.seen(reference);
    schemas.iter().any(|seen| {
        let trial = seen.trial(&seen.kind, source, &survey, &reference.point, &given.evaluator);
        let result = typed::analysis(&trial).and_then(|analysis| analysis.result);
        result.is_some_and(|result| sets(&result, &PATH) == Some(false))
    })
}

/// Whether a value holds something at a path that is not null: on all ways, not on some, or unknown.
fn sets(kind: &JsonType, path: &[&str]) -> Option<bool> {
    let of_one = |kind: &JsonType| match (kind, path.split_first()) {
        (JsonType::Any, _) => None,
        (JsonType::Null, None) => Some(false),
        (JsonType::Object(object), Some((key, rest))) => match object.fields.get(*key) {
            Some(field) if field.missing_when.is_some() => Some(false),
            Some(field) => sets(&field.kind, rest),
            None => object.rest.is_none().then_some(false),
        },
        // Of another shape nothing is stored at all.
        _ => Some(true),
    };
    let parts: Vec<Option<bool>> = kind.alternatives().iter().map(of_one).collect();
    if parts.contains(&Some(false)) {
        return Some(false);
    }
    if parts.contains(&None) { None } else { Some(true) }
}
