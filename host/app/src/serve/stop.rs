//! When to stop.

use std::io::Read as _;

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

/// Waits for SIGTERM, ctrl-c, or, where asked, the end of standard input: a supervisor that dies takes its
/// end of the pipe with it.
pub(crate) async fn asked(with_parent: bool) {
    let orphaned = orphaned(with_parent);
    // Without a handler the signal ends the process, which loses nothing either.
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        return orphaned.await;
    };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
        () = orphaned => {}
    }
}

async fn orphaned(with_parent: bool) {
    if !with_parent {
        return std::future::pending().await;
    }
    let (gone, wait) = oneshot::channel();
    // A thread of its own, since a read of standard input cannot be taken back; it ends with the process.
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut ignored = [0; 256];
        while matches!(input.read(&mut ignored), Ok(1..)) {}
        let _ = gone.send(());
    });
    let _ = wait.await;
}
