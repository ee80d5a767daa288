//! The child process seen from outside: started when first needed, killed when it is late, started again when it died.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use super::{Answer, Failure, FailureKind, Job, TIME_LIMIT_MS};

/// How often a child is started for one [`Evaluator`]; hostile documents kill one each.
const MOST_CHILDREN: usize = 24;

/// Longest time for the start of a child, on a machine under load.
const START_LIMIT: Duration = Duration::from_secs(10);

/// Evaluates documents in a child process.
#[derive(Debug)]
pub struct Evaluator {
    state: RefCell<State>,
    most_children: usize,
}

impl Default for Evaluator {
    fn default() -> Evaluator {
        Evaluator { state: RefCell::default(), most_children: MOST_CHILDREN }
    }
}

#[derive(Debug, Default)]
struct State {
    worker: Option<Worker>,
    started: usize,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Evaluator {
    /// One that starts as many children as needed.
    #[must_use]
    pub fn unlimited() -> Evaluator {
        Evaluator { most_children: usize::MAX, ..Evaluator::default() }
    }

    /// What comes of a job; `None` when no child can be run here.
    #[must_use]
    pub fn evaluate(&self, job: &Job) -> Option<Answer> {
        let mut state = self.state.borrow_mut();
        if state.worker.is_none() {
            if state.started >= self.most_children {
                return None;
            }
            state.started += 1;
            state.worker = Worker::start();
        }
        let worker = state.worker.as_mut()?;
        let answer = worker.ask(job);
        if answer.is_err() {
            // Dropping it kills the child.
            state.worker = None;
        }
        Some(match answer {
            Ok(answer) => answer,
            Err(kind) => {
                let message = match kind {
                    FailureKind::Time => "it runs longer than the second that Kratos allows",
                    _ => "it needs more memory than 256 MiB",
                };
                Answer::Failed(Failure { kind, message: message.to_owned(), span: None })
            }
        })
    }
}

impl Worker {
    fn start() -> Option<Worker> {
        let mut child = Command::new(program()?)
            .arg("evaluate")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let input = child.stdin.take()?;
        let output = BufReader::new(child.stdout.take()?);
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let worker = Worker { child, input, answers };
        // An empty line says that it is ready.
        worker.answers.recv_timeout(START_LIMIT).ok()?;
        Some(worker)
    }

    fn ask(&mut self, job: &Job) -> Result<Answer, FailureKind> {
        let died = |_| FailureKind::Memory;
        let line = serde_json::to_string(job).map_err(|_| FailureKind::Other)?;
        self.input.write_all(line.as_bytes()).and_then(|()| self.input.write_all(b"\n")).map_err(died)?;
        self.input.flush().map_err(died)?;
        let answer = self.answers.recv_timeout(Duration::from_millis(TIME_LIMIT_MS)).map_err(|error| match error {
            RecvTimeoutError::Timeout => FailureKind::Time,
            RecvTimeoutError::Disconnected => FailureKind::Memory,
        })?;
        serde_json::from_str(&answer).map_err(|_| FailureKind::Other)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// This program; for a test binary, which has no command `evaluate`, the program built beside it.
fn program() -> Option<PathBuf> {
    let current = std::env::current_exe().ok()?;
    if current.file_stem()? == "kratos-lint" {
        return Some(current);
    }
    let beside = current.parent()?.parent()?.join("kratos-lint").with_extension(std::env::consts::EXE_EXTENSION);
    beside.is_file().then_some(beside)
}
