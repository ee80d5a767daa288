//! The Jsonnet documents of a configuration, each checked for every place that runs it: read (`survey`), tried on inputs
//! (`trial`), its results checked (`results`).

mod advice;
mod chains;
pub(crate) mod finding;
mod habits;
pub(crate) mod inputs;
mod keys;
pub(crate) mod mapper;
pub(crate) mod reading;
pub(crate) mod results;
mod settled;
mod stored;
pub(crate) mod survey;
pub(crate) mod trial;
pub(crate) mod typed;
mod uses;
pub(crate) mod written;

use std::borrow::Borrow;
use std::cell::Cell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::Level;
use crate::evaluation::{Evaluator, MAX_NESTING, nesting};
use crate::files::Files;
use crate::jsonnet::syntax::SyntaxError;
use crate::kratos::bodies::{self, Document, Encoding, Reference};
use crate::kratos::ctx::inputs::{Metadata, inputs_by_schema, provider_at};
use crate::kratos::ctx::json_type::{JsonType, Text};
use crate::kratos::ctx::{self, Inputs, Provider, Purpose, environment, standard, traits};
use crate::kratos::identity::IdentitySchema;
use crate::kratos::version::Version;
use crate::text::{Place, Source, Span};
use crate::yaml::{Node, template};

use finding::{Finding, Fix, Kind};
use results::Wanted;
use survey::{Survey, survey};
use trial::{Kept, Trial, Tried};
pub(crate) use uses::Uses;

/// A document and all that refer to it.
pub(crate) struct Checked<'t> {
    /// Its text; `None` when the file is missing.
    pub source: Option<Arc<Source>>,
    /// Where it should be, when it is missing.
    pub missing: Option<PathBuf>,
    /// What refers to it, in the order of the configuration.
    pub references: Vec<Reference<'t>>,
    /// What was found, with the references for which it holds.
    pub findings: Vec<(Rc<Finding>, Uses)>,
}

/// Checks all documents that a configuration refers to, with this evaluator for what must be tried.
#[must_use]
pub(crate) fn check<'t>(
    root: Node<'t>,
    version: Version,
    schemas: &[IdentitySchema],
    files: &Files,
    evaluator: Evaluator,
) -> Vec<Checked<'t>> {
    let mut documents: Vec<Checked<'t>> = Vec::new();
    let mut known: HashMap<Identity, usize> = HashMap::new();
    for reference in bodies::references(root, version) {
        match bodies::document(&reference, files) {
            Document::Text(source) => {
                let new = documents.len();
                let index = *known.entry(identity(&source)).or_insert(new);
                match documents.get_mut(index) {
                    Some(known) => known.references.push(reference),
                    None => documents.push(Checked::new(Some(source), None, reference)),
                }
            }
            Document::Missing(path) => documents.push(Checked::new(None, Some(path), reference)),
            Document::Elsewhere => {}
        }
    }
    let evaluator = evaluator.with(standard::engine(version));
    let mut given = Given::new(root, schemas, evaluator);
    given.metadata = stored::metadata(&documents, &mut given);
    let repeated = repeated(&documents);
    for (document, is_repeated) in documents.iter_mut().zip(repeated) {
        document.check(&mut given, is_repeated);
    }
    documents
}

/// For each document, whether another one has the same text.
fn repeated(documents: &[Checked<'_>]) -> Vec<bool> {
    let mut repeated = vec![false; documents.len()];
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (index, document) in documents.iter().enumerate() {
        let Some(source) = &document.source else { continue };
        let met = *first.entry(source.text()).or_insert(index);
        for same in [met, index] {
            if let Some(is_repeated) = repeated.get_mut(same) {
                *is_repeated |= met != index;
            }
        }
    }
    repeated
}

/// What all documents of a configuration share.
struct Given<'t, 'c> {
    root: Node<'t>,
    schemas: &'c [IdentitySchema],
    evaluator: Evaluator,
    /// What the mappers store.
    metadata: Metadata,
    /// What is seen at the places met so far.
    known: Vec<(ctx::Place, Option<Provider>, Rc<Vec<Seen>>)>,
    /// What was found so far in the texts of several documents.
    done: HashMap<String, Vec<Done>>,
}

/// What was found in a text at a place.
struct Done {
    place: ctx::Place,
    provider: Option<Provider>,
    encoding: Encoding,
    findings: Vec<Rc<Finding>>,
    is_limited: bool,
}

/// What is seen at a place by identities of one schema.
struct Seen {
    /// The id of the schema, if it has one.
    schema: Option<String>,
    inputs: Inputs,
    /// The type of all that is seen.
    kind: JsonType,
    /// Whether that is `ctx`, not an object of the external variables.
    is_ctx: bool,
}

impl Seen {
    /// A document with what is seen, `kind` of it.
    fn trial<'a>(
        &'a self,
        kind: &'a JsonType,
        source: &'a Source,
        survey: &'a Survey,
        place: &'a ctx::Place,
        evaluator: &'a Evaluator,
    ) -> Trial<'a> {
        Trial {
            text: source.text(),
            survey,
            place,
            kind,
            is_ctx: self.is_ctx,
            inputs: &self.inputs,
            traits_known: self.inputs.traits != traits::unknown(),
            evaluator,
            start: evaluator.used(),
            is_over: Cell::default(),
            kept: Kept::default(),
        }
    }
}

impl<'t, 'c> Given<'t, 'c> {
    fn new(root: Node<'t>, schemas: &'c [IdentitySchema], evaluator: Evaluator) -> Given<'t, 'c> {
        Given { root, schemas, evaluator, metadata: Metadata::Unknown, known: Vec::new(), done: HashMap::new() }
    }

    /// What is seen where a reference runs, for each identity schema.
    fn seen(&mut self, reference: &Reference<'_>) -> Rc<Vec<Seen>> {
        let place = &reference.point;
        // What a mapper sees depends on the provider around it.
        let provider = provider_at(place, Some(reference.settings));
        let is_known = |(known, by, _): &&(ctx::Place, Option<Provider>, _)| known == place && *by == provider;
        if let Some((_, _, seen)) = self.known.iter().find(is_known) {
            return Rc::clone(seen);
        }
        let schemas = inputs_by_schema(place, self.root, Some(reference.settings), self.schemas);
        let metadata = if stored::is_after_mapper(place) { self.metadata } else { Metadata::Unknown };
        let each = schemas.into_iter().take(MAX_SCHEMAS).filter_map(|(schema, inputs)| {
            let inputs = Inputs { metadata, ..inputs };
            let seen = environment(place, &inputs)?;
            Some(Seen { schema, inputs, is_ctx: seen.ctx.is_some(), kind: seen.into_type() })
        });
        let seen = Rc::new(each.collect());
        // What is seen is large, and each provider may have a kind of its own.
        if self.known.len() >= MAX_PLACES {
            self.known.remove(0);
        }
        self.known.push((place.clone(), provider, Rc::clone(&seen)));
        seen
    }
}

impl<'t> Checked<'t> {
    fn new(source: Option<Arc<Source>>, missing: Option<PathBuf>, reference: Reference<'t>) -> Checked<'t> {
        Checked { source, missing, references: vec![reference], findings: Vec::new() }
    }

    fn check(&mut self, given: &mut Given<'_, '_>, is_repeated: bool) {
        let Some(source) = self.source.clone() else { return };
        let survey = match survey(source.text()) {
            Ok(survey) => survey,
            // No Jsonnet yet: a template around it chooses between parts of it.
            Err(_) if source.is_embedded() && template::is_partial(&source) => return,
            Err(error) => {
                let version = self.references.first().map_or(Version::NEWEST, |reference| reference.point.version());
                let large = reading::too_large(source.text(), version, Span::new(0, 1));
                let all = Uses::all(self.references.len());
                let found = large.unwrap_or_else(|| not_jsonnet(source.text(), &error));
                self.findings = vec![(Rc::new(found), all)];
                return;
            }
        };
        let done = given.done.remove(source.text()).unwrap_or_default();
        let done = self.check_each(&source, &survey, given, done);
        if is_repeated {
            given.done.insert(source.text().to_owned(), done);
        }
        let everywhere = self.references.len();
        self.findings.retain(|(finding, uses)| !finding.kind.is_of_all_places() || uses.count() == everywhere);
        let (all, is_cut) = (given.schemas.len(), |seen: &Rc<Vec<Seen>>| seen.len() >= MAX_SCHEMAS);
        if all > MAX_SCHEMAS && self.references.iter().any(|reference| is_cut(&given.seen(reference))) {
            let message = format!("this document is tried with {MAX_SCHEMAS} of {all} identity schemas");
            self.findings.push((Rc::new(Finding::left_out(survey.head, message)), Uses::of(0)));
        }
        for (name, span) in &survey.unused {
            let message = format!("nothing uses the local `{name}`");
            let finding = Finding::warning(Kind::UnusedLocal, *span, message).level(Level::Info);
            self.findings.push((Rc::new(finding.effect(crate::diagnostic::Effect::Advice)), Uses::of(0)));
        }
        self.findings.sort_by_key(|(finding, _)| (finding.span, finding.kind));
        // Most documents have one or none, and there may be thousands of documents.
        self.findings.shrink_to_fit();
    }

    /// Finds what holds at each reference; places that were met before are not tried again.
    fn check_each(
        &mut self,
        source: &Source,
        survey: &Survey,
        given: &mut Given<'_, '_>,
        mut done: Vec<Done>,
    ) -> Vec<Done> {
        let mut listed: HashMap<(Kind, Span), usize> = HashMap::new();
        // Where in the list the findings of each of `done` are.
        let mut listed_of: HashMap<usize, Rc<[usize]>> = HashMap::new();
        for (index, reference) in self.references.iter().enumerate() {
            let provider = provider_at(&reference.point, Some(reference.settings));
            // A document that ran into a limit at one place is not run again at the next.
            let known = done.iter().position(|done| {
                let same = done.provider == provider && done.encoding == reference.encoding;
                done.is_limited || same && done.place == reference.point
            });
            let here = match known.and_then(|known| listed_of.get(&known)) {
                Some(here) => Rc::clone(here),
                None => {
                    let found: Vec<Rc<Finding>> = match known.and_then(|known| done.get(known)) {
                        Some(known) => known.findings.clone(),
                        None => at_place(source, survey, reference, given).into_iter().map(Rc::new).collect(),
                    };
                    let here: Rc<[usize]> =
                        found.iter().map(|finding| list(finding, &mut listed, &mut self.findings)).collect();
                    if known.is_some() || done.len() < MAX_DONE {
                        listed_of.insert(known.unwrap_or(done.len()), Rc::clone(&here));
                    }
                    if known.is_none() && done.len() < MAX_DONE {
                        let (place, encoding) = (reference.point.clone(), reference.encoding);
                        let findings = self.shared(&found, &here);
                        done.push(Done { place, provider, encoding, is_limited: is_limited(&findings), findings });
                    }
                    here
                }
            };
            for at in here.iter() {
                if let Some((_, uses)) = self.findings.get_mut(*at) {
                    uses.add(index);
                }
            }
        }
        done
    }

    /// Findings at a place, each of them the one of the list where that says the same: there may be a thousand places.
    fn shared(&self, found: &[Rc<Finding>], listed: &[usize]) -> Vec<Rc<Finding>> {
        let one = |(own, at): (&Rc<Finding>, &usize)| {
            let known = self.findings.get(*at).map(|(known, _)| known);
            Rc::clone(known.filter(|known| known == &own).unwrap_or(own))
        };
        found.iter().zip(listed).map(one).collect()
    }
}

/// The index of a finding among those that are known; of one that is there the higher level counts.
fn list(
    finding: &Rc<Finding>,
    listed: &mut HashMap<(Kind, Span), usize>,
    findings: &mut Vec<(Rc<Finding>, Uses)>,
) -> usize {
    let at = *listed.entry((finding.kind, finding.span)).or_insert(findings.len());
    match findings.get_mut(at) {
        Some((known, _)) if known.level < finding.level => Rc::make_mut(known).level = finding.level,
        Some(_) => {}
        None => findings.push((Rc::clone(finding), Uses::default())),
    }
    at
}

/// What tells texts apart: where they were read, or the bytes of a file that they come out of.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    Read(usize),
    Bytes(String, usize, usize),
}

fn identity(source: &Arc<Source>) -> Identity {
    if !source.is_embedded() {
        return Identity::Read(Arc::as_ptr(source).addr());
    }
    let place = Place::new(source, Span::new(0, source.text().len())).in_file();
    Identity::Bytes(place.source.path().to_owned(), place.span.start, place.span.end)
}

/// Whether a document ran into a limit.
fn is_limited(found: &[impl Borrow<Finding>]) -> bool {
    found.iter().any(|finding| finding.borrow().kind == Kind::Limit)
}

/// Whether two findings of different places are one for the reader.
fn is_same(one: &Finding, other: &Finding) -> bool {
    one.kind == other.kind && one.span == other.span
}

/// What is said about a text that could not be read; only that it is not checked where go-jsonnet might read it.
fn not_jsonnet(text: &str, error: &SyntaxError) -> Finding {
    if error.is_limit {
        if nesting(text) > MAX_NESTING {
            return Finding::warning(Kind::Limit, error.span, "it is nested too deeply to be read");
        }
        return Finding::left_out(error.span, format!("this document is not checked: {}", error.message));
    }
    let message = format!("each evaluation fails: this is not valid Jsonnet: {}", error.message);
    let finding = Finding::error(Kind::Syntax, error.span, message);
    let marked = text.starts_with('\u{feff}');
    match (marked, of_go_template(text, error.span.start)) {
        (true, _) => finding.help("save the file without a byte order mark"),
        (_, true) => {
            finding.help("write `ctx.` here, inside of `function(ctx) …`: only templates of Go begin with a dot")
        }
        _ => match habits::of_syntax(text, error) {
            Some(help) => finding.help(help),
            None => finding,
        },
    }
}

/// Whether an expression begins with a dot, as in templates of Go: `.identity.id`.
fn of_go_template(text: &str, at: usize) -> bool {
    let rest = text.get(at..).and_then(|rest| rest.strip_prefix('.'));
    let is_name = rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()));
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
    is_name && before.ends_with(['=', ':', ',', '(', '[', '+', '\n'])
}

/// What is found for one reference.
fn at_place(source: &Source, survey: &Survey, reference: &Reference<'_>, given: &mut Given<'_, '_>) -> Vec<Finding> {
    let place = &reference.point;
    let mut tries: Vec<(Option<String>, Vec<Finding>)> = Vec::new();
    let (mut all, mut is_over) = (0, false);
    // One budget for all alternatives: each template of the courier would have its own otherwise.
    let start = given.evaluator.used();
    let schemas = given.seen(reference);
    for seen in schemas.iter() {
        let templates = (place.purpose() == Purpose::Courier).then(|| sent_templates(&seen.kind, given.root));
        let alternatives = templates.as_deref().unwrap_or(std::slice::from_ref(&seen.kind));
        for kind in alternatives {
            all += 1;
            // What ran into a limit on one input is not run on others.
            if is_over {
                continue;
            }
            let trial = Trial { start, ..seen.trial(kind, source, survey, place, &given.evaluator) };
            let template = template(kind).filter(|_| alternatives.len() > 1);
            let template = template.map(|name| format!("for messages of the template {name}"));
            let schema = seen.schema.as_ref().filter(|_| schemas.len() > 1);
            let schema = schema.map(|id| format!("for identities of the schema {id}"));
            let found = of_trial(&trial, reference, given.schemas);
            is_over = is_limited(&found);
            tries.push((template.or(schema), found));
        }
    }
    merged(tries, all, source.text())
}

/// Most places of which it is remembered what is seen there.
const MAX_PLACES: usize = 64;

/// Most places of which it is remembered what was found in a text.
const MAX_DONE: usize = 1_024;

/// Most identity schemas that a document is tried with.
const MAX_SCHEMAS: usize = 8;

/// What holds for all of so many alternatives as it is, and a limit; what holds for some as a warning that names the first.
fn merged(tries: Vec<(Option<String>, Vec<Finding>)>, all: usize, text: &str) -> Vec<Finding> {
    let mut merged: Vec<(Option<String>, Finding, usize)> = Vec::new();
    for (condition, findings) in tries {
        for finding in findings {
            match merged.iter_mut().find(|(_, known, _)| is_same(known, &finding)) {
                Some((_, known, times)) => {
                    *times += 1;
                    // What some alternatives come to for sure, and others may come to, is not sure.
                    if known.level != finding.level {
                        known.level = known.level.max(finding.level);
                        known.lower();
                    }
                }
                None => merged.push((condition.clone(), finding, 1)),
            }
        }
    }
    merged.retain(|(_, finding, times)| *times >= all || !finding.kind.is_of_all_places());
    let told = |(condition, finding, times): (Option<String>, Finding, usize)| {
        if times >= all || finding.kind == Kind::Limit {
            return finding;
        }
        let level = finding.level.min(Level::Warning);
        let message = match condition {
            Some(condition) => format!("{condition}: {}", finding.message),
            None => finding.message,
        };
        // Another field that only some have is no help for the others.
        match guard(finding.span, text).filter(|_| finding.kind == Kind::NoField) {
            Some(guard) => {
                let help = Some(format!("test `{guard}` first: others have the field"));
                Finding { level, message, help, fix: None, ..finding }
            }
            None => Finding { level, message, ..finding },
        }
    };
    merged.into_iter().map(told).collect()
}

/// The test of the field that a read of these bytes ends with, where it is a plain chain of names.
fn guard(read: Span, text: &str) -> Option<String> {
    let (object, key) = text.get(read.start..read.end)?.rsplit_once('.')?;
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name(key) && object.split('.').all(is_name)).then(|| format!("'{key}' in {object}"))
}

fn of_trial(trial: &Trial<'_>, reference: &Reference<'_>, schemas: &[IdentitySchema]) -> Vec<Finding> {
    let mut found = reading::findings(trial, reference.encoding);
    found.extend(settled::findings(trial));
    found.extend(mapper::findings(trial, schemas));
    // After it the document is checked as if the variable were there.
    found.extend(variable_for_ctx(trial));
    let analysis = typed::analysis(trial);
    found.extend(reading::standard_functions(trial, analysis.as_ref()));
    let known = analysis.as_ref().and_then(|analysis| analysis.result.as_ref());
    let wanted = Wanted { place: trial.place, encoding: reference.encoding, traits: &trial.inputs.traits, known };
    if let Some(result) = known.filter(|_| trial.place.purpose() == Purpose::Mapper) {
        found.extend(results::texts::findings(result, trial.survey, &trial.inputs.traits));
    }
    if let Some(results) = typed::decided(trial, reference.encoding, analysis.as_ref()) {
        let tried = Tried { results, full_passed: true, ..Tried::default() };
        found.extend(results::findings(&tried, trial.survey, wanted));
        return found;
    }
    let free = analysis.as_ref().map(|analysis| typed::free(trial, analysis)).unwrap_or_default();
    let mut tried: Tried = trial.tried(&free);
    for finding in &mut tried.findings {
        typed::weighed(finding, analysis.as_ref());
    }
    let results = results::findings(&tried, trial.survey, wanted);
    let typed = analysis.as_ref().map(|analysis| typed::proved(trial, analysis, &free, &tried.findings));
    // Of a function that `std` lacks another finding speaks.
    let is_other = |finding: &Finding| finding.kind != Kind::NoField || !trial.survey.is_of_standard(finding.span);
    found.extend(tried.findings.into_iter().filter(is_other));
    found.extend(typed.unwrap_or_default());
    found.extend(results);
    if trial.evaluator.gave_up() {
        let message = "this document was not evaluated to its end: the time for evaluations is used up";
        found.push(Finding::left_out(trial.survey.head, message));
    }
    let mut found = chains::joined(found);
    if let Some(analysis) = &analysis {
        advice::improve(trial, analysis, &mut found);
    }
    found
}

/// `std.extVar('ctx')` in a body, proved by running it, with the edit that fixes `local ctx = std.extVar('ctx');` at the top.
fn variable_for_ctx(trial: &Trial<'_>) -> Option<Finding> {
    let (_, call) = trial.survey.variables.iter().find(|(name, _)| trial.is_ctx && name == "ctx")?;
    if !trial.lacks_ctx()? {
        return None;
    }
    let message = "std.extVar('ctx') fails: a body gets its input as the argument ctx, not as a variable";
    let mut finding = Finding::error(Kind::Variable, *call, message);
    finding.help = Some("write the document as function(ctx) { … }".to_owned());
    let statement = || {
        let before = trial.text.get(..call.start)?;
        let start = before.trim_end().strip_suffix('=')?.trim_end().strip_suffix("ctx")?.trim_end();
        let start = start.strip_suffix("local")?;
        let after = trial.text.get(call.end..)?;
        let end = call.end + after.len() - after.trim_start().strip_prefix(';')?.len();
        // Further inside, the function would stand in the place of a value.
        is_comment(start).then(|| Span::new(start.len(), end))
    };
    if let (Some(span), None, 1) = (statement(), &trial.survey.parameters, trial.survey.variables.len()) {
        finding.span = span;
        let (title, text) = ("add the argument ctx".to_owned(), "function(ctx)".to_owned());
        finding.fix = Some(Fix { title, span: finding.span, text, safe: true });
    }
    Some(finding)
}

/// Whether a text is nothing but white space and comments of a line.
fn is_comment(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with("//") || line.starts_with('#'))
}

/// The alternatives of the courier for messages that this configuration sends.
fn sent_templates(kind: &JsonType, root: Node<'_>) -> Vec<JsonType> {
    let on = |path: &str| root.find(path).is_some_and(Node::is_true);
    let uses = |flow: &str, method: &str| {
        let used = root.find(&format!("selfservice.flows.{flow}.use")).and_then(Node::as_str).unwrap_or("code");
        on(&format!("selfservice.flows.{flow}.enabled")) && used == method
    };
    let passwordless = on("selfservice.methods.code.passwordless_enabled");
    let sends = |template: &str| match template {
        "recovery_valid" => uses("recovery", "link"),
        "recovery_code_valid" => uses("recovery", "code"),
        "verification_valid" => uses("verification", "link"),
        "verification_code_valid" => uses("verification", "code"),
        "login_code_valid" => passwordless || on("selfservice.methods.code.mfa_enabled"),
        "registration_code_valid" => passwordless,
        "recovery_invalid" => uses("recovery", "link") && on("selfservice.flows.recovery.notify_unknown_recipients"),
        "recovery_code_invalid" => {
            uses("recovery", "code") && on("selfservice.flows.recovery.notify_unknown_recipients")
        }
        "verification_invalid" => {
            uses("verification", "link") && on("selfservice.flows.verification.notify_unknown_recipients")
        }
        "verification_code_invalid" => {
            uses("verification", "code") && on("selfservice.flows.verification.notify_unknown_recipients")
        }
        _ => false,
    };
    let alternatives = kind.alternatives().iter();
    alternatives.filter(|kind| template(kind).is_none_or(sends)).cloned().collect()
}

/// The template of an alternative of the courier.
fn template(kind: &JsonType) -> Option<&str> {
    match &kind.as_object()?.fields.get("template_type")?.kind {
        JsonType::Text(Text::Is(name)) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_of_the_document_not_of_the_first_alternative() {
        let limit = Finding::warning(Kind::Limit, Span::new(0, 1), "it takes long");
        let other = Finding::error(Kind::NoField, Span::new(2, 7), "there is no ctx.x");
        let other = Finding { help: Some("use x.y".into()), ..other };
        let tries = vec![(Some("for messages of the template a".to_owned()), vec![limit, other])];
        let merged = merged(tries, 3, "{ ctx.x }");
        let told: Vec<_> = merged.iter().map(|finding| (finding.level, finding.message.as_str())).collect();
        let conditional = "for messages of the template a: there is no ctx.x";
        assert_eq!(told, [(Level::Warning, "it takes long"), (Level::Warning, conditional)]);
        assert_eq!(merged[1].help.as_deref(), Some("test `'x' in ctx` first: others have the field"));
    }

    #[test]
    fn what_only_some_alternatives_come_to_is_no_error() {
        let sure = Finding::always_fails(Kind::WrongType, Span::new(2, 3), "the operand is null");
        let maybe = Finding::can_fail(Kind::WrongType, Span::new(2, 3), "", "the operand is null");
        for tries in [[sure.clone(), maybe.clone()], [maybe, sure.clone()]] {
            let found = merged(tries.into_iter().map(|finding| (None, vec![finding])).collect(), 2, "");
            let told: Vec<_> = found.iter().map(|finding| (finding.level, finding.message.as_str())).collect();
            assert_eq!(told, [(Level::Warning, "the evaluation can fail here: the operand is null")]);
        }
        let both = merged(vec![(None, vec![sure.clone()]), (None, vec![sure])], 2, "");
        assert_eq!(both.first().map(|finding| finding.level), Some(Level::Error));
    }
}
