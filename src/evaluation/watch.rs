//! Ends the child whose document takes too long. CPU time counts: on a busy machine a second passes without any work, and a
//! document that is held up is not slow.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::limits;

/// Status with which the process ends when a document takes too long.
pub(super) const LATE: i32 = 3;

/// How often the time is checked.
const STEP: Duration = Duration::from_millis(10);

/// The document that is evaluated now.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The CPU time of the process at which it is late.
    late: Mutex<Option<Duration>>,
}

impl Watch {
    /// One that looks from now on.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn start() -> std::io::Result<Arc<Watch>> {
        let watch = Arc::new(Watch::default());
        let looking = Arc::clone(&watch);
        let look = move || {
            loop {
                thread::sleep(STEP);
                // What is done cannot be late: the answer waits for this lock.
                let late = looking.late();
                if late.is_some_and(|late| limits::used() > late) {
                    std::process::exit(LATE);
                }
            }
        };
        thread::Builder::new().stack_size(64 << 10).spawn(look)?;
        Ok(watch)
    }

    /// A document begins that may take so long.
    pub(super) fn begin(&self, limit: Duration) {
        *self.late() = Some(limits::used() + limit);
    }

    /// It is done.
    pub(super) fn end(&self) {
        *self.late() = None;
    }

    fn late(&self) -> MutexGuard<'_, Option<Duration>> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
