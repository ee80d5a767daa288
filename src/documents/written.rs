//! What a document writes: the type of its result, and examples of it.

use std::cell::Cell;

use serde_json::Value;

use super::inputs::{full, least, with_reads};
use super::survey::survey;
use super::typed;
use super::{Given, Kept, Trial};
use crate::evaluation::{Answer, Evaluator};
use crate::files::Files;
use crate::kratos::bodies::{self, Document, Reference};
use crate::kratos::ctx::json_type::JsonType;
use crate::kratos::ctx::traits;
use crate::kratos::identity::IdentitySchema;
use crate::yaml::Node;

/// What a document writes.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// The type of its result, [`JsonType::Any`] where the types do not tell.
    pub kind: JsonType,
    /// Its results for the least and the fullest input, each with the name of its case; none where it fails.
    pub examples: Vec<(&'static str, Value)>,
}

/// What the documents of a configuration write.
pub(crate) struct Writer<'t, 'c> {
    given: Given<'t, 'c>,
}

impl<'t, 'c> Writer<'t, 'c> {
    /// For the configuration below `root`, with this evaluator for what must be tried.
    #[must_use]
    pub(crate) fn new(root: Node<'t>, schemas: &'c [IdentitySchema], evaluator: Evaluator) -> Writer<'t, 'c> {
        Writer { given: Given::new(root, schemas, evaluator) }
    }

    /// What the document that a reference names writes there; none when it cannot be read here, or is no Jsonnet.
    #[must_use]
    pub(crate) fn written(&mut self, reference: &Reference<'_>, files: &Files) -> Option<Written> {
        let Document::Text(source) = bodies::document(reference, files) else { return None };
        let survey = survey(source.text()).ok()?;
        let mut kinds = Vec::new();
        let mut examples: Vec<(&'static str, Value)> = Vec::new();
        for seen in self.given.seen(reference).iter() {
            let trial = Trial {
                text: source.text(),
                survey: &survey,
                place: &reference.point,
                kind: &seen.kind,
                is_ctx: seen.is_ctx,
                inputs: &seen.inputs,
                traits_known: seen.inputs.traits != traits::unknown(),
                evaluator: &self.given.evaluator,
                start: self.given.evaluator.used(),
                is_over: Cell::default(),
                kept: Kept::default(),
            };
            let analysis = typed::analysis(&trial)?;
            // What the types do not follow is tried: a type that all results have is one.
            let holds =
                |kind: &JsonType| analysis.is_complete || trial.tried(&[]).results.iter().all(|it| kind.admits(it));
            kinds.push(analysis.result.clone().filter(holds).unwrap_or(JsonType::Any));
            let kind = with_reads(&seen.kind, survey.paths(), trial.traits_known);
            for (case, input) in [("least", least(&kind)), ("fullest", full(&kind))] {
                if let Some(Answer::Ok(json)) = trial.run(&input)
                    && let Ok(value) = serde_json::from_str(&json)
                    && !examples.iter().any(|(_, known)| *known == value)
                {
                    examples.push((case, value));
                }
            }
        }
        Some(Written { kind: JsonType::union(kinds), examples })
    }
}
