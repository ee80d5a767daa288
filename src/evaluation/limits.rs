//! The limits of the child process, set by itself before it reads anything.

use std::time::Duration;

/// CPU time for a document beyond what the process has used so far, in seconds. [`super::watch`] measures the second that Kratos
/// allows; this ends a child in which that does not run.
#[cfg(unix)]
const CPU_SECONDS: u64 = 3;

/// Bounds the memory. Says what the system does not limit.
///
/// # Errors
/// When less memory is allowed here than Kratos' documents may use: an evaluation would prove nothing.
#[cfg(unix)]
pub(super) fn set() -> std::io::Result<&'static str> {
    use super::MEMORY_LIMIT;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::As);
    if [before.current, before.maximum].into_iter().flatten().any(|limit| limit < MEMORY_LIMIT) {
        return Err(std::io::ErrorKind::OutOfMemory.into());
    }
    let memory = setrlimit(Resource::As, Rlimit { current: Some(MEMORY_LIMIT), maximum: Some(MEMORY_LIMIT) });
    let no_core = Rlimit { current: Some(0), maximum: Some(0) };
    _ = setrlimit(Resource::Core, no_core);
    Ok(match (memory.is_ok(), renew_cpu()) {
        (true, true) => "",
        (false, true) => " without memory limit",
        (true, false) => " without CPU limit",
        (false, false) => " without memory and CPU limit",
    })
}

/// Bounds the CPU time of the next document. Says whether the system does so.
#[cfg(unix)]
pub(super) fn renew_cpu() -> bool {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec;
    let wanted = u64::try_from(used).unwrap_or_default() + CPU_SECONDS;
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum }).is_ok()
}

/// CPU time that this process has used.
#[cfg(unix)]
pub(super) fn used() -> Duration {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(used).unwrap_or_default()
}

/// CPU time that this thread has used.
#[cfg(unix)]
pub(super) fn used_by_thread() -> Duration {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(used).unwrap_or_default()
}

/// Nothing: the system is not asked for it here.
#[cfg(not(unix))]
pub(super) fn used_by_thread() -> Duration {
    Duration::ZERO
}

/// Time since this was asked first: the system is not asked for CPU time here.
#[cfg(not(unix))]
pub(super) fn used() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// Nothing is limited here.
///
/// # Errors
/// None.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(super) fn set() -> std::io::Result<&'static str> {
    Ok(" without memory and CPU limit")
}

#[cfg(not(unix))]
pub(super) fn renew_cpu() -> bool {
    false
}
