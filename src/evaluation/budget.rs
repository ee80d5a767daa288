//! How long the evaluations of a run may take together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Memory, TIME_LIMIT_MS};

/// Longest time of all evaluations of a run, in milliseconds.
const RUN_LIMIT_MS: u64 = 10_000;
/// What is done faster, in milliseconds, is an ordinary document: it counts by the part below, so that a large project whose
/// documents end is tried to its end.
const FAST_MS: u128 = 10;
const FAST_COUNTS: u128 = 8;
/// How many documents may run out of their time before the others get less.
const MAX_LATE: u64 = 2;
/// The time of a document after those, in milliseconds: many times what real documents need.
const SHORT_LIMIT_MS: u64 = 100;

/// What all evaluations of a run share. Many documents that never end would take a second each otherwise.
#[derive(Debug, Default)]
pub struct Budget {
    /// Microseconds used so far.
    spent: AtomicU64,
    /// Documents that ran out of their time.
    late: AtomicU64,
    /// What documents came to in earlier runs of this process.
    memory: Option<Arc<Memory>>,
}

impl Budget {
    /// The time of a run that remembers what documents came to in earlier ones.
    #[must_use]
    pub(crate) fn remembering(memory: &Arc<Memory>) -> Budget {
        Budget { memory: Some(Arc::clone(memory)), ..Budget::default() }
    }

    /// What documents came to in earlier runs.
    pub(super) fn memory(&self) -> Option<&Memory> {
        self.memory.as_deref()
    }

    /// The time of the next document; none when the run has used up its own.
    pub(super) fn next(&self) -> Option<Duration> {
        let left = (RUN_LIMIT_MS * 1000).checked_sub(self.spent.load(Ordering::Relaxed)).filter(|left| *left > 0)?;
        let limit = if self.late.load(Ordering::Relaxed) < MAX_LATE { TIME_LIMIT_MS } else { SHORT_LIMIT_MS };
        Some(Duration::from_micros(left.min(limit * 1000)))
    }

    /// Uses up all time: no one needs what is still to be evaluated.
    pub(crate) fn stop(&self) {
        self.spent.store(RUN_LIMIT_MS * 1000, Ordering::Relaxed);
    }

    /// Notes what a document took.
    pub(super) fn spend(&self, time: Duration, is_late: bool) {
        let counts = if time.as_millis() < FAST_MS { time.as_micros() / FAST_COUNTS } else { time.as_micros() };
        self.spent.fetch_add(u64::try_from(counts).unwrap_or(u64::MAX), Ordering::Relaxed);
        if is_late {
            self.late.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_late_documents_get_less_time_and_the_run_ends() {
        let budget = Budget::default();
        let mut total = Duration::ZERO;
        for _ in 0..23 {
            let limit = budget.next().expect("some is left");
            total += limit;
            budget.spend(limit, true);
        }
        assert!(total < Duration::from_millis(4500), "{total:?}");
        budget.spend(Duration::from_secs(10), false);
        assert_eq!(budget.next(), None);
    }
}
