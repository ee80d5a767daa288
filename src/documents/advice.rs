//! What to do about a finding, tried before it is said: the change is written into the text, and the types and two runs read it
//! again. A help that is pasted back leaves nothing to say about its place.

mod edit;
mod fields;
mod places;
mod reading;
mod values;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashSet;
use std::mem::discriminant;

use serde_json::Value;

use super::finding::{Finding, Kind};
use super::inputs::{self, Change};
use super::trial::Trial;
use super::typed;
use crate::evaluation::Failure;
use crate::jsonnet::infer::{self, Analysis, Reach, Types};
use crate::jsonnet::types::JsonType;
use crate::text::Span;
use edit::{Edit, applied, moved, placed};
use places::Places;

/// Most findings of one document whose help is tried.
const MAX_ADVISED: usize = 30;
/// Most changes that are tried for one document.
const MAX_TRIES: usize = 200;
/// Longest document whose changes are tried, in bytes: longer than any written by hand.
const LONGEST: usize = 16 << 10;

/// Gives the findings of a document a help that works, where one is found.
pub(super) fn improve(trial: &Trial<'_>, analysis: &Analysis, findings: &mut [Finding]) {
    let is_told = |finding: &Finding| {
        matches!(finding.kind, Kind::OptionalField | Kind::NullRead | Kind::NoField | Kind::WrongType)
    };
    if trial.text.len() > LONGEST || !findings.iter().any(is_told) {
        return;
    }
    let advice = Advice::of(trial, analysis);
    for finding in findings.iter_mut().filter(|finding| is_told(finding)).take(MAX_ADVISED) {
        advice.own.replace(advice.without(finding));
        match finding.kind {
            Kind::OptionalField | Kind::NullRead => advice.about_reading(finding),
            _ => advice.about_value(finding),
        }
    }
}

/// An input, and what fails on it.
type Run = (Value, Vec<Failure>);

/// A document whose findings get their help.
struct Advice<'a> {
    trial: &'a Trial<'a>,
    analysis: &'a Analysis,
    /// The type of the input, with all that the document reads.
    kind: JsonType,
    places: Places,
    types: OnceCell<Types>,
    /// The inputs on which a change is tried, with what fails there before.
    runs: OnceCell<Vec<Run>>,
    /// The same for the input that the finding speaks of.
    own: RefCell<Option<Run>>,
    tries: Cell<usize>,
}

impl<'a> Advice<'a> {
    fn of(trial: &'a Trial<'a>, analysis: &'a Analysis) -> Advice<'a> {
        Advice {
            trial,
            analysis,
            kind: inputs::with_reads(trial.kind, trial.survey.paths(), trial.traits_known),
            places: Places::of(trial.text),
            types: OnceCell::new(),
            runs: OnceCell::new(),
            own: RefCell::default(),
            tries: Cell::new(0),
        }
    }

    fn text(&self, span: Span) -> Option<&'a str> {
        self.trial.text.get(span.start..span.end)
    }

    /// The type of an expression of the document.
    fn kind_of(&self, span: Span) -> &JsonType {
        let types = self.types.get_or_init(|| typed::types(self.trial).unwrap_or_default());
        types.of(span).unwrap_or(&JsonType::Any)
    }

    /// Whether the edits leave nothing to say about this finding, and bring nothing else.
    fn mends(&self, finding: &Finding, edits: &[Edit]) -> bool {
        let tries = self.tries.replace(self.tries.get() + 1);
        if tries >= MAX_TRIES {
            return false;
        }
        let text = applied(self.trial.text, edits);
        let Some(after) = typed::analysis_of(self.trial, &text) else { return false };
        let others = || self.analysis.findings.iter().filter(|known| !is_about(known, finding));
        let places = |known: &infer::Finding| moved(known.span, edits);
        let known: HashSet<_> = others()
            .flat_map(|known| places(known).into_iter().map(|span| (span, discriminant(&known.kind))))
            .collect();
        // What uses the changed part may fail with what is there now.
        let changed = placed(edits);
        let is_around = |span: Span| changed.iter().any(|part| span.start <= part.start && part.end <= span.end);
        let is_new = |found: &infer::Finding| {
            let is_sure = found.reach != Reach::Unclear || is_around(found.span);
            is_sure && !known.contains(&(found.span, discriminant(&found.kind)))
        };
        // What may be missing elsewhere shows where this passes now.
        let reads = others().filter(|known| typed::is_reading(&known.kind));
        let reads: HashSet<Span> = reads.flat_map(places).collect();
        !after.findings.iter().any(is_new) && self.passes(finding, &text, edits, &reads)
    }

    /// Whether the changed text fails nowhere but where it did before, and at these reads.
    fn passes(&self, finding: &Finding, text: &str, edits: &[Edit], reads: &HashSet<Span>) -> bool {
        let passes = |before: &[Run], runs: &[Run]| {
            let before = || before.iter().flat_map(|(_, failures)| failures);
            let spans = before().filter_map(|failure| Some((span_of(failure)?, discriminant(&failure.kind))));
            let others = spans.filter(|(span, _)| *span != finding.span);
            let allowed: HashSet<_> =
                others.flat_map(|(span, kind)| moved(span, edits).into_iter().map(move |span| (span, kind))).collect();
            let is_allowed = |failure: &Failure| match span_of(failure) {
                Some(span) => reads.contains(&span) || allowed.contains(&(span, discriminant(&failure.kind))),
                None => before().any(|failure| failure.span.is_none()),
            };
            runs.iter().all(|(input, _)| {
                self.trial.run_other(text, input).is_none_or(|after| after.failures.iter().all(is_allowed))
            })
        };
        // On the input that the finding speaks of nothing else may fail: the others hold texts where nothing is known of a value.
        let own = self.own.borrow();
        passes(own.as_slice(), own.as_slice()) && passes(self.runs(), self.runs())
    }

    fn runs(&self) -> &[Run] {
        self.runs.get_or_init(|| {
            let inputs = [inputs::full(&self.kind), inputs::least(&self.kind)];
            inputs.into_iter().filter_map(|input| self.run(input)).collect()
        })
    }

    fn run(&self, input: Value) -> Option<Run> {
        let failures = self.trial.run_other(self.trial.text, &input)?.failures;
        Some((input, failures))
    }

    /// The fullest input without the field that a finding says may be missing.
    fn without(&self, finding: &Finding) -> Option<Run> {
        let missing = finding.missing.as_ref()?;
        let reads = self.trial.survey.reads.iter().filter(|read| read.span.start == finding.span.start);
        let read = reads.into_iter().find(|read| self.trial.shown(&read.path) == missing.field)?;
        let (full, _) = self.runs().first()?;
        self.run(Change::Missing(read.path.clone()).apply(full))
    }
}

fn span_of(failure: &Failure) -> Option<Span> {
    failure.span.map(|(start, end)| Span::new(start, end))
}

/// Whether what the types found is what a finding tells.
fn is_about(known: &infer::Finding, finding: &Finding) -> bool {
    let argument = matches!(known.kind, infer::FindingKind::WrongArgument { .. });
    let within = finding.span.start <= known.span.start && known.span.end <= finding.span.end;
    let is_place = known.span == finding.span || argument && within && finding.kind == Kind::WrongType;
    is_place && typed::is_reading(&known.kind) == finding.kind.is_about_reading()
}
