//! The child process seen from outside: started when first needed, killed when it is late, started again when it died.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::jsonnet::standard::{GoJsonnet, NEWEST};

use super::brief::Brief;
use super::run::{self, Product};
use super::{Answer, Budget, Failure, FailureKind, Job, Outcome, READY, TIME_LIMIT_MS, limits, watch};

/// How often a child is started for one [`Evaluator`]; hostile documents kill one each, and their time is bounded.
const MAX_CHILDREN: usize = 400;

/// How often a child may fail to start in this process: a machine that has no room for one is not asked on and on.
const MAX_FAILED_STARTS: usize = 2;

/// Longest time for the start of a child, on a machine under load.
const START_LIMIT: Duration = Duration::from_secs(10);

/// The time of a document, unless the run has less left.
const FULL: Duration = Duration::from_millis(TIME_LIMIT_MS);

/// How many times its CPU time a document may take by the clock: other programs run on the machine too.
const PATIENCE: u32 = 5;
/// The same in tests, which assert what the CPU time comes to, whatever else runs on the machine.
const PATIENCE_OF_TESTS: u32 = 120;

/// Whether this process is the program itself, which has the command `evaluate`.
static IS_PROGRAM: AtomicBool = AtomicBool::new(false);
/// How many children failed to start.
static FAILED_STARTS: AtomicUsize = AtomicUsize::new(0);
/// Whether something was not evaluated for want of a child.
static MISSED: AtomicBool = AtomicBool::new(false);
/// Whether a child ran without one of its limits.
static UNLIMITED: AtomicBool = AtomicBool::new(false);

/// Says that the running executable is `kratos-lint`: [`Child::Own`] is it then. The program calls this first.
pub fn announce_program() {
    IS_PROGRAM.store(true, Ordering::Relaxed);
}

/// What users should know about the evaluations of this process: that some are missing, or ran without a limit.
#[must_use]
pub fn remarks() -> Vec<&'static str> {
    let missed = MISSED.load(Ordering::Relaxed).then_some(
        "no child process for Jsonnet can be started: findings that need an evaluation are missing from the report",
    );
    let unlimited = UNLIMITED
        .load(Ordering::Relaxed)
        .then_some("this system cannot limit the memory and CPU time of Jsonnet evaluations, only their duration");
    missed.into_iter().chain(unlimited).collect()
}

/// Which executable the child process is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Child {
    /// The running executable itself, never a file on the disk: none where that is not `kratos-lint` (a test).
    #[default]
    Own,
    /// The executable at this path, for tests.
    At(PathBuf),
}

impl Child {
    fn patience(&self) -> u32 {
        match self {
            Child::Own => PATIENCE,
            Child::At(_) => PATIENCE_OF_TESTS,
        }
    }

    fn command(&self) -> Option<Command> {
        match self {
            Child::At(path) => Some(Command::new(path)),
            Child::Own if !IS_PROGRAM.load(Ordering::Relaxed) => None,
            // The link of the kernel to the running executable: it names no file that somebody could put there meanwhile.
            Child::Own if cfg!(target_os = "linux") => Some(Command::new("/proc/self/exe")),
            Child::Own => std::env::current_exe().ok().map(Command::new),
        }
    }
}

/// Evaluates documents: small ones in this process, the others in a child process.
#[derive(Debug)]
pub struct Evaluator {
    brief: RefCell<Brief>,
    child: Child,
    state: RefCell<State>,
    most_children: usize,
    go_jsonnet: GoJsonnet,
    budget: Option<Arc<Budget>>,
    /// Whether a document was not run for want of time.
    gave_up: Cell<bool>,
}

impl Default for Evaluator {
    fn default() -> Evaluator {
        Evaluator::of(Child::default())
    }
}

#[derive(Debug, Default)]
struct State {
    worker: Option<Worker>,
    started: usize,
    /// CPU time of all jobs.
    used: Duration,
}

#[derive(Debug)]
struct Worker {
    child: std::process::Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Evaluator {
    /// One whose children are this executable.
    #[must_use]
    pub fn of(child: Child) -> Evaluator {
        let (go_jsonnet, budget) = (NEWEST, Some(Arc::default()));
        let state = RefCell::default();
        let brief = RefCell::default();
        Evaluator { brief, child, state, most_children: MAX_CHILDREN, go_jsonnet, budget, gave_up: Cell::default() }
    }

    /// The same, which starts as many children as needed.
    #[must_use]
    pub fn unlimited(self) -> Evaluator {
        Evaluator { most_children: usize::MAX, budget: None, ..self }
    }

    /// The same, with what a run has left for evaluations.
    #[must_use]
    pub(crate) fn within(self, budget: &Arc<Budget>) -> Evaluator {
        Evaluator { budget: Some(Arc::clone(budget)), ..self }
    }

    /// Whether a document was not run for want of time since this was asked last.
    pub(crate) fn gave_up(&self) -> bool {
        self.gave_up.take()
    }

    /// Notes that a document was not run for want of time.
    pub(crate) fn give_up(&self) {
        self.gave_up.set(true);
    }

    /// CPU time that this thread, and others for the jobs, have used.
    pub(crate) fn used(&self) -> Duration {
        limits::used_by_thread() + self.state.borrow().used
    }

    /// The same as another go-jsonnet.
    #[must_use]
    pub fn with(self, go_jsonnet: GoJsonnet) -> Evaluator {
        Evaluator { go_jsonnet, ..self }
    }

    /// What comes of a job; `None` when no child can be run here.
    #[must_use]
    pub fn evaluate(&self, job: &Job) -> Option<Answer> {
        self.evaluate_as(self.go_jsonnet, job)
    }

    /// The same as another go-jsonnet.
    #[must_use]
    pub(crate) fn evaluate_as(&self, go_jsonnet: GoJsonnet, job: &Job) -> Option<Answer> {
        self.asked(go_jsonnet, job).map(Answer::from)
    }

    /// What comes of the parts of a job; `None` when no child can be run here.
    #[must_use]
    pub(crate) fn evaluate_each(&self, job: Job) -> Option<Outcome> {
        self.asked(self.go_jsonnet, &Job { each: true, ..job }).map(Outcome::from)
    }

    /// What fails in the parts of a job whatever its input is; `None` when no child can be run here.
    #[must_use]
    pub(crate) fn fails_blindly(&self, job: Job) -> Option<Vec<Failure>> {
        self.evaluate_each(Job { blind: true, ..job }).map(|outcome| outcome.failures)
    }

    /// What comes of a job, or came of it in an earlier run; none when there is no time left for it.
    fn asked(&self, go_jsonnet: GoJsonnet, job: &Job) -> Option<Product> {
        let Some(limit) = self.budget.as_ref().map_or(Some(FULL), |budget| budget.next()) else {
            self.give_up();
            return None;
        };
        if cfg!(target_os = "wasi") {
            return Some(self.here(go_jsonnet, job));
        }
        let Some(memory) = self.budget.as_ref().and_then(|budget| budget.memory()) else {
            return self.computed(go_jsonnet, job, limit);
        };
        let task = written(go_jsonnet, job)?;
        if let Some(answer) = memory.answer(&task) {
            return Some(Product::read(job, &answer));
        }
        let product = self.computed(go_jsonnet, job, limit)?;
        if !product.is_limit() {
            memory.keep(task, &product.written());
        }
        Some(product)
    }

    /// What this process makes of a job where there are no others: the evaluator counts its steps there, and the page around the
    /// program its time.
    fn here(&self, go_jsonnet: GoJsonnet, job: &Job) -> Product {
        let start = Instant::now();
        let product = run::here(go_jsonnet, job);
        self.spend(start.elapsed(), false);
        product
    }

    /// What comes of a job here or, when it is a long one, in the child.
    fn computed(&self, go_jsonnet: GoJsonnet, job: &Job, limit: Duration) -> Option<Product> {
        let (took, product) = self.brief.borrow_mut().run(go_jsonnet, job);
        self.spend(took, false);
        if product.is_some() {
            return product;
        }
        let answer = self.asked_of_child(&written(go_jsonnet, job)?, limit)?;
        Some(answer.map_or_else(|failure| Product::failed(job.each, failure), |answer| Product::read(job, &answer)))
    }

    /// Notes the CPU time of a job, and whether it was too long.
    fn spend(&self, took: Duration, is_late: bool) {
        self.state.borrow_mut().used += took;
        if let Some(budget) = &self.budget {
            budget.spend(took, is_late);
        }
    }

    fn asked_of_child(&self, task: &str, limit: Duration) -> Option<Result<String, Failure>> {
        let start = Instant::now();
        let mut state = self.state.borrow_mut();
        if state.worker.is_none() {
            if state.started >= self.most_children {
                return None;
            }
            state.started += 1;
            state.worker = self.start();
        }
        let answer = state.worker.as_mut()?.ask(task, limit, self.child.patience());
        if answer.is_err() {
            // Dropping it kills the child.
            state.worker = None;
        }
        drop(state);
        // What a busy machine does meanwhile is not the document's.
        let took = answer.as_ref().map_or_else(|_| start.elapsed(), |(took, _)| *took);
        self.spend(took, matches!(answer, Err(Lost::Late | Lost::Stalled)));
        let (kind, message) = match answer {
            Ok((_, answer)) => return Some(Ok(answer)),
            Err(Lost::Late) if limit == FULL => {
                (FailureKind::Time, "it runs longer than the second that Kratos allows")
            }
            Err(Lost::Late | Lost::Stalled) => {
                self.give_up();
                return None;
            }
            Err(Lost::Died) => (FailureKind::Memory, "it needs more memory than 256 MiB"),
        };
        Some(Err(Failure::new(kind, message)))
    }

    fn start(&self) -> Option<Worker> {
        while FAILED_STARTS.load(Ordering::Relaxed) < MAX_FAILED_STARTS {
            if let Some(worker) = self.child.command().and_then(Worker::start) {
                return Some(worker);
            }
            FAILED_STARTS.fetch_add(1, Ordering::Relaxed);
        }
        MISSED.store(true, Ordering::Relaxed);
        None
    }
}

/// A job as the child reads it.
fn written(go_jsonnet: GoJsonnet, job: &Job) -> Option<String> {
    let task: run::Task<'_> = (go_jsonnet, Cow::Borrowed(job));
    serde_json::to_string(&task).ok()
}

/// Why there is no answer.
enum Lost {
    /// The document used up its CPU time.
    Late,
    /// The machine did not let it work.
    Stalled,
    /// The child ended: its memory is bounded.
    Died,
}

impl Worker {
    fn start(mut command: Command) -> Option<Worker> {
        let mut child = command
            .arg("evaluate")
            .env_clear()
            // The address space is bounded, and glibc sets 64 MiB of it apart for each thread.
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let input = child.stdin.take()?;
        let output = BufReader::new(child.stdout.take()?);
        let (sender, answers) = channel();
        let mut worker = Worker { child, input, answers };
        let reader = std::thread::Builder::new().spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let ready = reader.ok().and_then(|_| worker.answers.recv_timeout(START_LIMIT).ok());
        let Some(missing) = ready.as_deref().and_then(|ready| ready.strip_prefix(READY)) else {
            worker.end();
            return None;
        };
        if !missing.is_empty() {
            UNLIMITED.store(true, Ordering::Relaxed);
        }
        Some(worker)
    }

    /// The CPU time that a task took, and what came of it.
    fn ask(&mut self, task: &str, limit: Duration, patience: u32) -> Result<(Duration, String), Lost> {
        let line = format!("{} {task}\n", limit.as_millis());
        if self.input.write_all(line.as_bytes()).and_then(|()| self.input.flush()).is_err() {
            return Err(self.ended());
        }
        match self.answers.recv_timeout(limit * patience) {
            Ok(line) => {
                let (took, answer) = line.split_once(' ').ok_or(Lost::Died)?;
                Ok((Duration::from_micros(took.parse().map_err(|_| Lost::Died)?), answer.to_owned()))
            }
            Err(RecvTimeoutError::Timeout) => Err(Lost::Stalled),
            Err(RecvTimeoutError::Disconnected) => Err(self.ended()),
        }
    }

    /// Why a child that closed its end is gone.
    fn ended(&mut self) -> Lost {
        _ = self.child.kill();
        match self.child.wait() {
            Ok(status) if status.code() == Some(watch::LATE) || out_of_cpu_time(status) => Lost::Late,
            _ => Lost::Died,
        }
    }

    fn end(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Whether the system ended a process for its CPU time.
#[cfg(unix)]
fn out_of_cpu_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

#[cfg(not(unix))]
fn out_of_cpu_time(_: ExitStatus) -> bool {
    false
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}
