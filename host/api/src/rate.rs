//! How often one client may ask: a bucket of requests for each, filled again second by second.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use parking_lot::Mutex;
use tieline_types::{Exceeded, Limit};

use crate::{Api, ProblemDocument, auth::Caller};

/// A bucket holds what comes in so many seconds.
const SECONDS: u32 = 2;
/// From so many clients on those are forgotten that have not asked for a while.
const CLIENTS: usize = 1_000;

/// The buckets of all clients.
#[derive(Debug)]
pub(crate) struct Rate {
    each_second: u32,
    started: Instant,
    buckets: Mutex<HashMap<Caller, Bucket>>,
}

impl Rate {
    /// So many requests of each client in a second, and twice as many at once.
    pub(crate) fn new(each_second: usize) -> Self {
        let each_second = u32::try_from(each_second).unwrap_or(u32::MAX).max(1);
        Self { each_second, started: Instant::now(), buckets: Mutex::default() }
    }

    /// Takes one request out of a client's bucket; else after how long there is one.
    fn take(&self, caller: &Caller) -> Result<(), Duration> {
        let (now, mut buckets) = (self.started.elapsed(), self.buckets.lock());
        if buckets.len() >= CLIENTS {
            buckets.retain(|_, bucket| now.saturating_sub(bucket.at) < Duration::from_secs(SECONDS.into()));
        }
        let full = Bucket::full(self.each_second, now);
        buckets.entry(caller.clone()).or_insert(full).take(self.each_second, now)
    }
}

/// What is left of a client's requests, and since when.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bucket {
    left: f64,
    at: Duration,
}

impl Bucket {
    fn full(each_second: u32, at: Duration) -> Self {
        Self { left: f64::from(each_second) * f64::from(SECONDS), at }
    }

    /// Takes one; else after how long there is one.
    fn take(&mut self, each_second: u32, now: Duration) -> Result<(), Duration> {
        let most = Self::full(each_second, now).left;
        let filled = now.saturating_sub(self.at).as_secs_f64() * f64::from(each_second);
        *self = Self { left: (self.left + filled).min(most), at: self.at.max(now) };
        if self.left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - self.left) / f64::from(each_second)));
        }
        self.left -= 1.0;
        Ok(())
    }
}

/// Lets a client through that does not ask too often.
pub(crate) async fn limit(State(api): State<Api>, request: Request, next: Next) -> Response {
    let taken = request.extensions().get::<Caller>().map_or(Ok(()), |caller| api.rate.take(caller));
    let Err(wait) = taken else { return next.run(request).await };
    let problem = Exceeded::new(Limit::REQUESTS, api.rate.each_second).problem();
    let mut response = ProblemDocument::new(StatusCode::TOO_MANY_REQUESTS, problem).into_response();
    let seconds = HeaderValue::from(wait.as_secs().saturating_add(1));
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bucket: &mut Bucket, now: Duration) -> usize {
        (0..1_000).take_while(|_| bucket.take(10, now).is_ok()).count()
    }

    #[test]
    fn gives_a_burst_and_then_as_many_as_come_in() {
        let mut bucket = Bucket::full(10, Duration::ZERO);
        assert_eq!(taken(&mut bucket, Duration::ZERO), 20);
        assert_eq!(taken(&mut bucket, Duration::from_millis(500)), 5);
        assert_eq!(taken(&mut bucket, Duration::from_millis(550)), 0);
        assert_eq!(taken(&mut bucket, Duration::from_secs(3_600)), 20, "no more than a full bucket");
    }

    #[test]
    fn says_when_there_is_one_again() {
        let mut bucket = Bucket::full(10, Duration::ZERO);
        taken(&mut bucket, Duration::ZERO);
        let wait = bucket.take(10, Duration::ZERO).unwrap_err();
        assert!(bucket.take(10, wait.mul_f64(0.9)).is_err());
        assert!(bucket.take(10, wait.mul_f64(1.01)).is_ok());
    }

    #[test]
    fn a_time_that_goes_back_gives_nothing() {
        let mut bucket = Bucket::full(10, Duration::from_secs(9));
        taken(&mut bucket, Duration::from_secs(9));
        assert!(bucket.take(10, Duration::from_secs(1)).is_err());
        assert!(bucket.take(10, Duration::from_secs(9)).is_err());
    }

    #[test]
    fn clients_do_not_share_a_bucket() {
        let rate = Rate::new(1);
        let (one, other) = (Caller::test("one"), Caller::test("other"));
        assert!(rate.take(&one).is_ok() && rate.take(&one).is_ok() && rate.take(&one).is_err());
        assert!(rate.take(&other).is_ok());
    }
}
