//! Threads that do what may wait.

use std::{io, thread};

/// Steps of `nice` below everything else: some tenth of a processor while others want it, all that is idle else.
#[cfg(target_os = "linux")]
const BELOW: i32 = 10;

/// Starts a thread that gives way to commits and runs wherever these want the same processors. Nobody waits for
/// it but a committer whose log is full, and that leaves the processors to it.
pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name(name.into()).spawn(|| {
        give_way();
        work();
    })
}

/// On Linux a priority is a thread's own (setpriority(2)); elsewhere it would be that of the whole process.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, BELOW) {
        tracing::warn!(%error, "a background thread keeps the priority of the others");
    }
}
