//! The evaluation itself, by [`crate::jsonnet::evaluate`].

use std::borrow::Cow;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::watch::Watch;
use super::{
    Answer, FAILED, Failure, FailureKind, Job, MAX_NESTING, Outcome, READY, STACK, TIME_LIMIT_MS, limits, nesting,
};
use crate::jsonnet::evaluate::{Input, Library};
use crate::jsonnet::standard::GoJsonnet;
use crate::jsonnet::syntax::Storage;

/// Longest time that a document runs on after the parent is gone.
const GRACE: Duration = Duration::from_millis(TIME_LIMIT_MS);

/// Most steps of an evaluation where no other process measures its time.
const MAX_STEPS: u64 = 5_000_000;

/// Bytes of documents after which their trees are thrown away.
const MAX_TEXT: usize = 1 << 20;

/// A job and the go-jsonnet for it.
pub(super) type Task<'a> = (GoJsonnet, Cow<'a, Job>);

/// A line for the child: the milliseconds of CPU time that a task may take, a blank, and the task as JSON.
fn read(line: &str) -> Option<(Duration, Task<'static>)> {
    let (limit_ms, task) = line.split_once(' ')?;
    Some((Duration::from_millis(limit_ms.parse().ok()?), serde_json::from_str(task).ok()?))
}

/// Answers jobs from `input` until it ends. A document that is evaluated when the input ends is given up soon: its parent is gone.
///
/// # Errors
/// When reading or writing fails, or there is no room to evaluate anything.
pub(crate) fn serve(input: &mut dyn BufRead, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let missing = limits::set()?;
    let watch = Watch::start()?;
    thread::scope(|scope| {
        let (lines, given) = channel();
        let (ready, is_ready) = channel();
        let work = move || {
            // The parent measures the time of a job, not of the start.
            writeln!(out, "{READY}{missing}")?;
            out.flush()?;
            _ = ready.send(());
            work(&given, &watch, out)
        };
        // Without room for the stack of an evaluation it is better not to begin.
        let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        _ = is_ready.recv();
        loop {
            let mut line = String::new();
            let is_over = input.read_line(&mut line)? == 0;
            if is_over || lines.send(line).is_err() {
                drop(lines);
                end_soon(&worker);
                return worker.join().unwrap_or(Ok(()));
            }
        }
    })
}

/// Ends the process when the evaluation does not.
fn end_soon(running: &ScopedJoinHandle<'_, io::Result<()>>) {
    let start = Instant::now();
    while !running.is_finished() {
        if start.elapsed() > GRACE {
            std::process::exit(1);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Answers until no one asks any more: the microseconds of CPU time that a job took, a blank, and what came of it. The standard
/// library is kept between the jobs.
fn work(lines: &Receiver<String>, watch: &Watch, out: &mut (dyn Write + Send)) -> io::Result<()> {
    loop {
        let storage = Storage::default();
        let library = Library::new(&storage);
        let mut length = 0;
        while length < MAX_TEXT {
            let Ok(line) = lines.recv() else { return Ok(()) };
            limits::renew_cpu();
            let start = limits::used();
            // An input that is nested too deeply for the reader of JSON is no reason to end.
            let product = match read(&line) {
                Some((limit, (go_jsonnet, job))) => {
                    length += job.text.len();
                    watch.begin(limit);
                    let run = AssertUnwindSafe(|| product(&library, go_jsonnet, &job, None));
                    catch_unwind(run).unwrap_or_else(|_| {
                        length = MAX_TEXT;
                        Product::failed(job.each, broken())
                    })
                }
                None => Product::failed(false, Failure::new(FailureKind::Other, "the input cannot be read")),
            };
            let written = product.written();
            watch.end();
            writeln!(out, "{} {written}", limits::used().saturating_sub(start).as_micros())?;
            out.flush()?;
        }
    }
}

/// What comes of a job in this process, where there is no other. Its tree is kept until the process ends, which is soon where this
/// is used.
pub(super) fn here(go_jsonnet: GoJsonnet, job: &Job) -> Product {
    thread_local! {
        static LIBRARY: Library<'static> = Library::new(Box::leak(Box::default()));
    }
    LIBRARY.with(|library| product(library, go_jsonnet, job, Some(MAX_STEPS)))
}

/// What comes of a job.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Product {
    Answer(Answer),
    /// When each part is asked for.
    Outcome(Outcome),
}

impl Product {
    pub(super) fn failed(each: bool, failure: Failure) -> Product {
        if each { Product::Outcome(Outcome::failed(failure)) } else { Product::Answer(Answer::Failed(failure)) }
    }

    /// What another process, or an earlier run, wrote of a job.
    pub(super) fn read(job: &Job, written: &str) -> Product {
        let read = if job.each {
            serde_json::from_str(written).map(Product::Outcome)
        } else {
            serde_json::from_str(written).map(Product::Answer)
        };
        let unreadable = |_| Product::failed(job.each, Failure::new(FailureKind::Other, "its result cannot be read"));
        read.unwrap_or_else(unreadable)
    }

    /// It as JSON.
    pub(super) fn written(&self) -> String {
        // All that it is made of has a form in JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether it ran into a limit.
    pub(super) fn is_limit(&self) -> bool {
        let is_limit = |failure: &Failure| matches!(failure.kind, FailureKind::Time | FailureKind::Memory);
        match self {
            Product::Answer(Answer::Ok(_)) => false,
            Product::Answer(Answer::Failed(failure)) => is_limit(failure),
            Product::Outcome(outcome) => outcome.failures.iter().any(is_limit),
        }
    }
}

/// Of an evaluator that panics, or gives another product than it was asked for.
fn broken() -> Failure {
    Failure::new(FailureKind::Other, "the evaluator broke")
}

impl From<Product> for Answer {
    fn from(product: Product) -> Answer {
        match product {
            Product::Answer(answer) => answer,
            Product::Outcome(outcome) => Answer::Failed(outcome.failures.into_iter().next().unwrap_or_else(broken)),
        }
    }
}

impl From<Product> for Outcome {
    fn from(product: Product) -> Outcome {
        match product {
            Product::Outcome(outcome) => outcome,
            Product::Answer(Answer::Failed(failure)) => Outcome::failed(failure),
            Product::Answer(Answer::Ok(_)) => Outcome::failed(broken()),
        }
    }
}

/// What comes of a job, with at most so many steps (see [`Input`]).
fn product(library: &Library<'_>, go_jsonnet: GoJsonnet, job: &Job, most_steps: Option<u64>) -> Product {
    let too_deep = || Product::failed(job.each, Failure::new(FailureKind::Depth, "it is nested too deeply"));
    product_within(library, go_jsonnet, job, MAX_NESTING, most_steps).unwrap_or_else(too_deep)
}

/// The same; none when the document is nested deeper than `most_nesting` (see [`nesting()`]).
pub(super) fn product_within(
    library: &Library<'_>,
    go_jsonnet: GoJsonnet,
    job: &Job,
    most_nesting: usize,
    most_steps: Option<u64>,
) -> Option<Product> {
    if nesting(&job.text) > most_nesting {
        return None;
    }
    let input = Input {
        text: &job.text,
        ctx: job.ctx.as_ref(),
        variables: &job.variables,
        go_jsonnet,
        most_nesting,
        blind: job.blind,
        most_steps,
    };
    if job.each {
        let (result, failures, parts) = library.evaluate_each(input, FAILED);
        return Some(Product::Outcome(Outcome { failures, result, parts }));
    }
    Some(Product::Answer(library.evaluate(input).map_or_else(Answer::Failed, Answer::Ok)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jsonnet::standard::NEWEST;

    #[test]
    fn a_process_without_children_answers_itself() {
        let answer = |text: &str| match here(NEWEST, &Job::with_ctx(text, serde_json::json!({"id": 1}))) {
            Product::Answer(answer) => answer,
            Product::Outcome(_) => unreachable!("parts are not asked for"),
        };
        assert_eq!(answer("function(ctx) {id: ctx.id + 1}"), Answer::Ok("{\n   \"id\": 2\n}".to_owned()));
        assert!(matches!(answer("function(ctx) ctx.name"), Answer::Failed(_)));
    }
}
