//! Guests that compute for long take turns.

use std::{future::Future, pin::Pin, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Turns at computing: one fewer than there are threads, so that whatever guests do, a thread is left for everything
/// else. Who waits for one is served in order of asking.
#[derive(Clone)]
pub(crate) struct Turns(Arc<Semaphore>);

impl Turns {
    /// For as many threads as the machine runs at the same time.
    pub(crate) fn of_this_machine() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(threads.saturating_sub(1).max(1))))
    }
}

/// What one guest holds of them: a turn, or nothing.
pub(crate) struct Turn {
    turns: Turns,
    held: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Turn {
    pub(crate) fn none(turns: &Turns) -> Self {
        Self { turns: turns.clone(), held: Arc::default() }
    }

    /// Gives the turn back, if it is held.
    pub(crate) fn give_back(&self) {
        self.held.lock().take();
    }

    /// Gives the turn back and waits for another one, after all others who wait.
    pub(crate) fn next(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.give_back();
        let (turns, held) = (self.turns.clone(), self.held.clone());
        Box::pin(async move {
            // Nobody else may want a turn, but other work of this thread waits all the same.
            tokio::task::yield_now().await;
            let turn = turns.0.acquire_owned().await;
            *held.lock() = Some(turn.expect("the semaphore lives as long as this and is never closed"));
        })
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;

    /// Whether it comes to its end when it is polled some times.
    async fn comes(waiting: &mut Pin<Box<dyn Future<Output = ()> + Send>>) -> bool {
        for _ in 0..3 {
            let ended =
                std::future::poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context).is_ready()));
            if ended.await {
                return true;
            }
            tokio::task::yield_now().await;
        }
        false
    }

    #[tokio::test]
    async fn a_turn_goes_round() {
        let turns = Turns(Arc::new(Semaphore::new(1)));
        let (one, other) = (Turn::none(&turns), Turn::none(&turns));
        one.next().await;
        let mut others = other.next();
        assert!(!comes(&mut others).await);
        let mut again = one.next();
        assert!(comes(&mut others).await);
        assert!(!comes(&mut again).await);
        other.give_back();
        assert!(comes(&mut again).await);
    }
}
