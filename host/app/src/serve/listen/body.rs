//! Bodies: a request's must come, and the end of an answer's makes room for the next request.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use axum::BoxError;
use bytes::{Buf as _, Bytes};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tieline_types::config::ServerLimits;
use tokio::time::Sleep;

use super::line::Line;

/// How long a body may be waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    patience: Duration,
    bytes_per_s: u64,
}

impl Pace {
    pub(super) fn of(limits: &ServerLimits) -> Self {
        Self { patience: Duration::from_secs(limits.body_s), bytes_per_s: limits.body_bytes_per_s.max(1) }
    }

    /// After how much waiting a body is too slow of which so much has come.
    fn allows(self, received: u64) -> Duration {
        self.patience + Duration::from_millis(received.saturating_mul(1_000) / self.bytes_per_s)
    }
}

/// The body of a request. Only the time counts for which it was waited for: a host that takes its time reads slowly.
pub(super) struct Timed {
    body: Incoming,
    pace: Pace,
    received: u64,
    waited: Duration,
    /// Since when it is waited for, and until when at most.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    /// Told when it did not come; none where there is nothing to come.
    too_slow: Option<Arc<AtomicBool>>,
}

/// A body did not come fast enough.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;

impl Timed {
    pub(super) fn new(body: Incoming, pace: Pace, too_slow: Option<Arc<AtomicBool>>) -> Self {
        Self { body, pace, received: 0, waited: Duration::ZERO, waiting: None, too_slow }
    }
}

impl Body for Timed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) else {
            let left = this.pace.allows(this.received).saturating_sub(this.waited);
            let (_, until) =
                this.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(left))));
            ready!(until.as_mut().poll(cx));
            if let Some(too_slow) = &this.too_slow {
                too_slow.store(true, Ordering::Relaxed);
            }
            return Poll::Ready(Some(Err(TooSlow.into())));
        };
        if let Some((since, _)) = this.waiting.take() {
            this.waited += since.elapsed();
        }
        if let Some(Ok(Some(data))) = frame.as_ref().map(|frame| frame.as_ref().map(Frame::data_ref)) {
            this.received = this.received.saturating_add(data.remaining() as u64);
        }
        Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer. When it is dropped, the connection waits for a next request.
pub(super) struct Answer {
    pub(super) body: axum::body::Body,
    pub(super) line: Arc<Line>,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.line.answered(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_come_buys_time_for_what_has_not() {
        let limits = ServerLimits { body_s: 20, body_bytes_per_s: 1_000, ..ServerLimits::default() };
        let pace = Pace::of(&limits);
        assert_eq!(pace.allows(0), Duration::from_secs(20));
        assert_eq!(pace.allows(999), Duration::from_millis(20_999));
        assert_eq!(pace.allows(4_000_000), Duration::from_secs(4_020), "4 MB over a slow line are no attack");
        let never = ServerLimits { body_bytes_per_s: 0, ..limits };
        assert_eq!(Pace::of(&never).allows(u64::MAX).as_secs(), 20 + u64::MAX / 1_000);
    }
}
