//! Room for walks that recurse: threads of a pool have a small stack.

use std::thread;

use super::STACK;

/// Does a piece of work with a stack of [`STACK`] bytes; none when there is no room for it, or it panics. On WASI, which has no
/// threads, it is done on the stack that is there.
pub(crate) fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    if cfg!(target_os = "wasi") {
        return Some(work());
    }
    thread::scope(|scope| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()?.join().ok())
}
