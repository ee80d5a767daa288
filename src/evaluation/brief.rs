//! Small evaluations, in a thread of this process: most documents take a thousand steps, and the start of a process takes longer
//! than all of them. The evaluator counts its steps here; what takes more is left to the child, whose time and memory the system
//! bounds.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use super::run::{self, Product};
use super::{Job, STACK, limits};
use crate::jsonnet::evaluate::Library;
use crate::jsonnet::standard::GoJsonnet;
use crate::jsonnet::syntax::Storage;

/// Most steps of an evaluation: 20 ms and 6 MB for the worst of the documents that were tried. No body of 150 real projects takes as
/// many.
const MAX_STEPS: u64 = 50_000;
/// Longest document, in bytes.
const MAX_TEXT: usize = 16 << 10;
/// Deepest nesting of a document.
const MAX_NESTING: usize = 200;
/// Bytes of documents after which their trees are thrown away.
const MAX_KEPT: usize = 256 << 10;

/// A job for the thread.
type Task = (GoJsonnet, Job);
/// The CPU time that it took, and what came of it; none when it takes too many steps or is nested too deeply.
type Done = (Duration, Option<Product>);

/// Evaluates small documents.
#[derive(Debug, Default)]
pub(super) struct Brief {
    worker: Option<(Sender<Task>, Receiver<Done>)>,
    /// Documents that are left to the child.
    long: HashSet<String>,
}

impl Brief {
    /// The CPU time that a job took, and what came of it; no product when it is left to the child.
    pub(super) fn run(&mut self, go_jsonnet: GoJsonnet, job: &Job) -> Done {
        if job.text.len() > MAX_TEXT || self.long.contains(&job.text) {
            return Done::default();
        }
        let Some((took, product)) = self.asked(go_jsonnet, job) else {
            // No thread can be started, or it broke.
            self.worker = None;
            self.long.insert(job.text.clone());
            return Done::default();
        };
        if product.is_none() {
            self.long.insert(job.text.clone());
        }
        (took, product)
    }

    fn asked(&mut self, go_jsonnet: GoJsonnet, job: &Job) -> Option<Done> {
        if self.worker.is_none() {
            self.worker = start();
        }
        let (tasks, done) = self.worker.as_ref()?;
        tasks.send((go_jsonnet, job.clone())).ok()?;
        done.recv().ok()
    }
}

/// A thread with room for deep documents. It ends when it can no longer be asked.
fn start() -> Option<(Sender<Task>, Receiver<Done>)> {
    let (tasks, given) = channel();
    let (answers, done) = channel();
    let work = move || _ = catch_unwind(AssertUnwindSafe(|| work(&given, &answers)));
    thread::Builder::new().stack_size(STACK).spawn(work).ok()?;
    Some((tasks, done))
}

fn work(tasks: &Receiver<Task>, answers: &Sender<Done>) {
    loop {
        let storage = Storage::default();
        let library = Library::new(&storage);
        let mut length = 0;
        while length < MAX_KEPT {
            let Ok((go_jsonnet, job)) = tasks.recv() else { return };
            length += job.text.len();
            let start = limits::used_by_thread();
            let product = run::product_within(&library, go_jsonnet, &job, MAX_NESTING, Some(MAX_STEPS));
            let product = product.filter(|product| !product.is_limit());
            if answers.send((limits::used_by_thread().saturating_sub(start), product)).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jsonnet::standard::NEWEST;

    /// Locals of which each holds the one before it twice.
    fn doubled(first: &str, twice: impl Fn(&str) -> String, result: &str) -> String {
        let locals = (1..60).map(|index| format!("local a{index} = {};\n", twice(&format!("a{}", index - 1))));
        format!("local a0 = {first};\n{}{result}", locals.collect::<String>())
    }

    fn run(text: &str) -> Done {
        let job = Job { each: true, ..Job::with_ctx(text, serde_json::json!({"name": "Ada", "tags": ["a", "b"]})) };
        Brief::default().run(NEWEST, &job)
    }

    #[test]
    fn what_grows_is_left_to_the_child() {
        let plus = |value: &str| format!("{value} + {value}");
        let documents = [
            doubled("'a'", plus, "a59"),
            doubled("[1]", plus, "std.length(a59)"),
            doubled("{ a: 1 }", plus, "a59.a"),
            doubled("[1]", |value| format!("[{value}, {value}]"), "a59"),
            doubled("[1]", |value| format!("[{value}, {value}]"), "std.toString(a59)"),
            doubled("[1]", |value| format!("[{value}, {value}]"), "a59 == [a58, a58]"),
            doubled("{ a: 1 }", |value| format!("{{ a: {value}, b: {value} }}"), "std.manifestYamlDoc(a59)"),
            doubled("{ a: 1 }", |value| format!("{{ a: {value}, b: {value} }}"), "std.manifestTomlEx(a59, ' ')"),
            doubled("{ a: 1 }", |value| format!("{{ a: {value}, b: {value} }}"), "std.manifestJson(a59)"),
            "local f(x) = f(x + 1) tailstrict; f(0)".to_owned(),
            "std.makeArray(1e9, function(x) x)".to_owned(),
            "std.range(-2e9, 2e9)".to_owned(),
            "std.repeat('x', 1e9)".to_owned(),
            "std.length(std.strReplace(std.repeat('a', 5000), 'a', std.repeat('b', 5000)))".to_owned(),
            "std.stripChars(std.repeat('a', 8000), std.repeat('b', 8000))".to_owned(),
            "std.join(std.repeat('a', 5000), std.split(std.repeat('a', 5000), 'a'))".to_owned(),
            "std.manifestJsonEx(std.range(0, 5000), std.repeat(' ', 5000))".to_owned(),
            "std.flatMap(function(x) std.range(0, 3000), std.range(0, 3000))".to_owned(),
            "std.parseYaml('a: &a [1]\\nb: &b [*a, *a]\\nc: [*b, *b]')".to_owned(),
            format!("{}1{}", "[".repeat(MAX_NESTING + 1), "]".repeat(MAX_NESTING + 1)),
            format!("'{}'", "a".repeat(MAX_TEXT)),
        ];
        let done: Vec<&String> = documents.iter().filter(|document| run(document).1.is_some()).collect();
        assert!(done.is_empty(), "{done:#?}");
    }

    #[test]
    fn what_people_write_is_evaluated_here() {
        let documents = [
            "function(ctx) { name: ctx.name, [if 'tags' in ctx then 'tags']: std.join(', ', ctx.tags) }",
            "function(ctx) { text: 'Hello %s, you have %d tags' % [ctx.name, std.length(ctx.tags)] }",
            "function(ctx) { all: std.map(function(tag) std.asciiUpper(tag), ctx.tags), written: std.manifestJson(ctx) }",
            "function(ctx) { missing: ctx.nope, [std.toString(i)]: i for i in std.range(0, 9) }",
        ];
        let mut brief = Brief::default();
        for document in documents {
            let job = Job { each: true, ..Job::with_ctx(document, serde_json::json!({"name": "Ada", "tags": ["a"]})) };
            let (_, product) = brief.run(NEWEST, &job);
            assert!(matches!(product, Some(Product::Outcome(_))), "{document}");
        }
    }

    #[test]
    fn a_long_document_is_not_begun_twice() {
        let job = Job::with_ctx("std.makeArray(1e9, function(x) x)", serde_json::Value::Null);
        let mut brief = Brief::default();
        brief.run(NEWEST, &job);
        assert!(brief.long.contains(&job.text));
        assert_eq!(brief.run(NEWEST, &job).0, Duration::ZERO);
    }
}
