//! A document tried on inputs: where it fails, and for what.

pub(super) mod explain;
mod holes;
mod open;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use serde_json::Value;

use super::finding::{Finding, Kind, Opening};
use super::inputs::{self, Change};
use super::survey::Survey;
use crate::diagnostic::Level;
use crate::evaluation::{Answer, Evaluator, Failure, FailureKind, Job, Outcome};
use crate::kratos::ctx::json_type::JsonType;
use crate::kratos::ctx::{Inputs, Place};
use crate::text::Span;

/// Most CPU time for all runs of one document at one place but the last: what is real needs a hundredth. Time on the clock would
/// let a busy machine decide what is found.
const MAX_TIME: Duration = Duration::from_millis(500);
/// The same for a document that is longer than any written by hand, in bytes: each of its runs takes long.
const MAX_TIME_OF_LONG: Duration = Duration::from_millis(300);
const LONG: usize = 16 << 10;
/// Longest document that is run, in bytes: no worker of Kratos reads more.
const LONGEST: usize = 64 << 10;

/// How often the fullest input is patched to see past a failure.
const MAX_ROUNDS: usize = 8;

/// How many ways through a document are tried besides the fullest input.
const MAX_WAYS: usize = 4;

/// A document at one place.
pub(crate) struct Trial<'a> {
    /// Its text.
    pub text: &'a str,
    /// What was read off it.
    pub survey: &'a Survey,
    /// Where it runs.
    pub place: &'a Place,
    /// The type of all that it sees: `ctx`, or an object of the external variables.
    pub kind: &'a JsonType,
    /// Whether that is `ctx`.
    pub is_ctx: bool,
    /// What the types came from.
    pub inputs: &'a Inputs,
    /// Whether an identity schema types the traits.
    pub traits_known: bool,
    /// Runs it.
    pub evaluator: &'a Evaluator,
    /// The CPU time that the evaluator had used when the first trial of the document at this place began.
    pub start: Duration,
    /// Whether it ran into a limit.
    pub is_over: Cell<bool>,
    /// What is kept between the runs.
    pub kept: Kept,
}

/// What is kept between the runs of a trial, so that many reads of one kind need no run each.
#[derive(Default)]
pub(crate) struct Kept {
    /// All that is read, sorted.
    reads: OnceCell<BTreeSet<String>>,
    /// Where an input fails that has the smallest traits at this path.
    smallest: RefCell<HashMap<(String, Value), HashSet<Span>>>,
}

/// What came of a trial.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// What was found.
    pub findings: Vec<Finding>,
    /// The results of the inputs on which it did not fail: the fullest input first, if it is among them.
    pub results: Vec<Value>,
    /// Whether the fullest input is among them.
    pub full_passed: bool,
}

impl Trial<'_> {
    /// A document with an input.
    pub(super) fn job(&self, text: &str, input: &Value) -> Job {
        if self.is_ctx {
            let mut job = Job::with_ctx(text, input.clone());
            // Its own finding says that it is no such variable; what is read from it is checked as if it were there.
            if self.survey.variables.iter().any(|(name, _)| name == "ctx") {
                job.variables.insert("ctx".to_owned(), input.clone());
            }
            return job;
        }
        let variables = input.as_object().into_iter().flatten();
        Job::with_variables(text, variables.map(|(name, value)| (name.clone(), value.clone())))
    }

    /// Whether the document asks for the external variable `ctx`, which a body does not get.
    pub(super) fn lacks_ctx(&self) -> Option<bool> {
        let job = Job::with_ctx(self.text, inputs::full(self.kind));
        let outcome = self.evaluator.evaluate_each(job)?;
        Some(outcome.failures.iter().any(|failure| failure.kind == FailureKind::NoVariable("ctx".to_owned())))
    }

    /// Evaluates the document on an input.
    pub(super) fn run(&self, input: &Value) -> Option<Answer> {
        self.evaluator.evaluate(&self.job(self.text, input))
    }

    /// Evaluates each part of the document on an input.
    pub(super) fn run_each(&self, input: &Value) -> Option<Outcome> {
        if self.is_over.get() || self.text.len() > LONGEST {
            return None;
        }
        let most = if self.text.len() > LONG { MAX_TIME_OF_LONG } else { MAX_TIME };
        if self.evaluator.used().saturating_sub(self.start) > most {
            self.evaluator.give_up();
            self.is_over.set(true);
            return None;
        }
        let outcome = self.evaluator.evaluate_each(self.job(self.text, input));
        let limit = |failure: &Failure| matches!(failure.kind, FailureKind::Time | FailureKind::Memory);
        // A document that ran into a limit is not run again.
        self.is_over.set(outcome.as_ref().is_none_or(|outcome| outcome.failures.iter().any(limit)));
        outcome
    }

    /// Evaluates each part of another text in the place of the document.
    pub(super) fn run_other(&self, text: &str, input: &Value) -> Option<Outcome> {
        let is_late = self.evaluator.used().saturating_sub(self.start) > MAX_TIME_OF_LONG;
        if self.is_over.get() || is_late { None } else { self.evaluator.evaluate_each(self.job(text, input)) }
    }

    /// Tries the fullest input, then all changes that can matter, then the smallest. What fails in one part of the result hides
    /// nothing in the others. `free` are paths that are read besides those of the survey.
    #[must_use]
    pub(crate) fn tried(&self, free: &[String]) -> Tried {
        let paths = || self.survey.paths().chain(free.iter().map(String::as_str));
        let kind = inputs::with_reads(self.kind, paths(), self.traits_known);
        let mut trials = Trials {
            trial: self,
            least: inputs::least(&kind),
            holes: holes::of(self, paths(), &kind),
            kind,
            runs: Vec::new(),
            full_failures: Vec::new(),
            patched: false,
            reading: HashMap::new(),
            tried: Tried::default(),
        };
        _ = trials.all();
        trials.tried
    }

    /// A path as it is written in a document.
    #[must_use]
    pub(crate) fn shown(&self, path: &str) -> String {
        shown(path, self.is_ctx)
    }

    /// Where and when it runs, for messages.
    fn when(&self) -> String {
        format!("{} ({})", self.place.fires(), self.place.id())
    }
}

/// The trials of a document so far.
struct Trials<'t, 'a> {
    trial: &'t Trial<'a>,
    /// The type of the input, with all that the document reads from what we do not know.
    kind: JsonType,
    least: Value,
    /// What is read that we know nothing of.
    holes: Vec<String>,
    /// What failed in each run with an input that can be.
    runs: Vec<Vec<Failure>>,
    /// What failed on the fullest input that can be.
    full_failures: Vec<Failure>,
    /// Whether the fullest input has got what is never there.
    patched: bool,
    /// The findings about reading, by place.
    reading: HashMap<Span, usize>,
    tried: Tried,
}

impl Trials<'_, '_> {
    /// All trials; none when no child can be run, or one ran into a limit.
    fn all(&mut self) -> Option<()> {
        let least = self.run(&self.least.clone())?;
        let (base, failing) = self.fullest()?;
        let changes = inputs::changes(&self.kind, &self.trial.survey.words, &self.trial.survey.compared);
        for finding in open::findings(self.trial, &self.kind, &base, &failing)? {
            self.add(finding);
        }
        // A document that asks for a value goes another way for each: what is missing is tried on each way.
        let mut ways = vec![(base, failing.clone())];
        let mut at = 0;
        while let Some((base, failing)) = ways.get(at).cloned() {
            let known = Known::of(&failing);
            for change in changes.iter().filter(|change| at == 0 || !matches!(change, Change::Is(..))) {
                let input = change.apply(&base);
                let failures = self.run(&input)?;
                for failure in failures.iter().filter(|failure| !known.has(failure)) {
                    let finding = self.trial.changed(change, failure, &self.kind, &base);
                    if let Some(finding) = finding {
                        self.add(finding);
                    }
                }
                if at == 0 && matches!(change, Change::Is(..)) && ways.len() <= MAX_WAYS {
                    ways.push((input, failures));
                }
            }
            at += 1;
        }
        let told: HashSet<Span> = self.tried.findings.iter().map(|finding| finding.span).collect();
        let is_new = |failure: &&Failure| span_of(failure).is_some_and(|span| !told.contains(&span));
        let known = Known::of(&failing);
        for failure in least.iter().filter(|failure| is_new(failure) && !known.has(failure)) {
            let finding = self.trial.smallest(failure, &self.kind);
            if let Some(finding) = finding {
                self.add(finding);
            }
        }
        if self.patched {
            self.unpatched(&changes)?;
        }
        self.level();
        Some(())
    }

    /// Adds a finding unless one about reading is at the same place.
    fn add(&mut self, finding: Finding) {
        if !finding.kind.is_about_reading() {
            self.tried.findings.push(finding);
            return;
        }
        let next = self.tried.findings.len();
        let index = *self.reading.entry(finding.span).or_insert(next);
        match self.tried.findings.get_mut(index) {
            Some(known) if is_worse(&finding, known) => *known = finding,
            Some(_) => {}
            None => self.tried.findings.push(finding),
        }
    }

    /// Runs one input.
    fn run(&mut self, input: &Value) -> Option<Vec<Failure>> {
        let outcome = self.trial.run_each(input)?;
        self.tried.results.extend(outcome.result);
        let limit = |failure: &&Failure| matches!(failure.kind, FailureKind::Time | FailureKind::Memory);
        if let Some(failure) = outcome.failures.iter().find(limit) {
            // How long it takes, and how much memory, depends on the machine: no error.
            let span = span_of(failure).unwrap_or(self.trial.survey.head);
            self.add(Finding::warning(Kind::Limit, span, failure.message.clone()));
            return None;
        }
        if !self.patched {
            self.runs.push(outcome.failures.clone());
        }
        Some(outcome.failures)
    }

    /// Runs the fullest input; after a failure again with what was missing, to see what it hides. Returns the last input,
    /// and what fails on it.
    fn fullest(&mut self) -> Option<(Value, Vec<Failure>)> {
        let mut full = inputs::full(&self.kind);
        let mut failures = self.run(&full)?;
        self.tried.full_passed = failures.is_empty();
        self.full_failures.clone_from(&failures);
        holes::fill(self.trial, &self.holes, &mut full, &mut failures);
        let mut told: Vec<Failure> = Vec::new();
        for round in 0..MAX_ROUNDS {
            let (mut found, mut patches) = (Vec::new(), Vec::new());
            let fillings = holes::Fillings::of(self.trial, &self.holes, &full);
            let known = Known::of(&told);
            for failure in failures.iter().filter(|failure| !known.has(failure)) {
                let Some((finding, patch)) = self.trial.always(failure, &self.kind, round > 0) else { continue };
                if patch.is_none() && !fillings.resist(failure) {
                    continue;
                }
                found.push(finding);
                patches.extend(patch);
            }
            for finding in found {
                self.add(finding);
            }
            told.extend(failures.iter().cloned());
            if patches.is_empty() {
                break;
            }
            self.patched = true;
            for patch in &patches {
                patch.apply_to(&mut full);
            }
            // What comes of a patched input is no result.
            failures = self.trial.run_each(&full)?.failures;
        }
        Some((full, failures))
    }

    /// Runs the changes of the fullest input that can be: what fails on each of them is an error, and what a value leads to that
    /// is never there was patched before.
    fn unpatched(&mut self, changes: &[Change]) -> Option<()> {
        let full = inputs::full(&self.kind);
        let told: HashSet<Span> = self.tried.findings.iter().map(|finding| finding.span).collect();
        let full_failures = std::mem::take(&mut self.full_failures);
        let known = Known::of(&full_failures);
        let is_told = |failure: &Failure| span_of(failure).is_some_and(|span| told.contains(&span));
        for change in changes {
            let failures = self.trial.run_each(&change.apply(&full))?.failures;
            let is_value = matches!(change, Change::Is(..));
            for failure in failures.iter().filter(|failure| is_value && !known.has(failure) && !is_told(failure)) {
                if let Some(finding) = self.trial.changed(change, failure, &self.kind, &full) {
                    self.add(finding);
                }
            }
            self.runs.push(failures);
        }
        Some(())
    }

    /// What fails whatever the input is, is an error.
    fn raise(&mut self) {
        let is_open = |finding: &Finding| finding.kind == Kind::WrongType && finding.level == Level::Warning;
        let raises = |failure: &&Failure| failure.is_fault();
        let always_raises = self.runs.iter().all(|run| run.iter().any(|failure| raises(&failure)));
        if !always_raises && !self.tried.findings.iter().any(is_open) {
            return;
        }
        let job = self.trial.job(self.trial.text, &self.least);
        let sure = self.trial.evaluator.fails_blindly(job).unwrap_or_default();
        for finding in self.tried.findings.iter_mut().filter(|finding| is_open(finding)) {
            if sure.iter().any(|failure| span_of(failure) == Some(finding.span)) {
                finding.level = Level::Error;
                finding.reopen(Opening::AlwaysFails);
            }
        }
        for failure in sure.iter().filter(raises) {
            let span = span_of(failure).unwrap_or(self.trial.survey.head);
            let found = Finding::always_fails(Kind::WrongType, span, &failure.message).advised(&failure.kind);
            self.tried.findings.push(found);
        }
    }

    /// What does not fail on each input is no error.
    fn level(&mut self) {
        self.raise();
        let places = |run: &Vec<Failure>| run.iter().map(span_of).collect::<HashSet<Option<Span>>>();
        let runs: Vec<HashSet<Option<Span>>> = self.runs.iter().map(places).collect();
        let fails = |run: &HashSet<Option<Span>>, span: Span| run.contains(&None) || run.contains(&Some(span));
        let all_fail = runs.iter().all(|run| !run.is_empty());
        for finding in &mut self.tried.findings {
            // What shows only after a patch was hidden by another failure.
            let shown = runs.iter().any(|run| fails(run, finding.span));
            let everywhere = runs.iter().all(|run| fails(run, finding.span) || !shown);
            if !(all_fail && everywhere) {
                finding.lower();
            }
        }
    }
}

/// Whether a finding says more than another one at its place: from null nothing is read, whatever its keys are.
fn is_worse(finding: &Finding, known: &Finding) -> bool {
    let both_info = known.level == Level::Info && finding.level == Level::Info;
    known.level < finding.level || both_info && (known.kind, finding.kind) == (Kind::OptionalField, Kind::NullRead)
}

/// Failures among which others are looked for, by kind and place.
struct Known<'f>(HashSet<(Option<(usize, usize)>, &'f FailureKind)>);

impl<'f> Known<'f> {
    fn of(failures: &'f [Failure]) -> Known<'f> {
        Known(failures.iter().map(|failure| (failure.span, &failure.kind)).collect())
    }

    fn has(&self, failure: &Failure) -> bool {
        self.0.contains(&(failure.span, &failure.kind))
    }
}

/// A path as it is written in a document.
#[must_use]
pub(crate) fn shown(path: &str, is_ctx: bool) -> String {
    let mut shown = String::from(if is_ctx { "ctx" } else { "" });
    for step in inputs::steps(path) {
        let plain = step.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match step.as_str() {
            "[]" => shown.push_str("[…]"),
            step if plain && shown.is_empty() => shown.push_str(step),
            step if plain => {
                shown.push('.');
                shown.push_str(step);
            }
            step => {
                shown.push_str("['");
                shown.push_str(step);
                shown.push_str("']");
            }
        }
    }
    shown
}

fn is_header(path: &str) -> bool {
    path.strip_prefix("request_headers.").is_some_and(|name| !name.contains("[]"))
}

fn span_of(failure: &Failure) -> Option<Span> {
    failure.span.map(|(start, end)| Span::new(start, end))
}
