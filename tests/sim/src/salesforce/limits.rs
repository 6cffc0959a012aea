//! The daily allocation of API requests ("API Request Limits and Allocations", "Limits").

use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;
use serde_json::json;

use super::Org;
use super::errors::ApiError;
use crate::call::{self, Reply};

/// How much of the allocation is used.
#[derive(Debug)]
pub(super) struct Usage {
    used: AtomicU64,
    max: AtomicU64,
}

impl Usage {
    pub(super) fn new(max: u64) -> Self {
        Self { used: AtomicU64::new(0), max: AtomicU64::new(max) }
    }

    pub(super) fn set(&self, used: u64, max: u64) {
        self.used.store(used, Ordering::Relaxed);
        self.max.store(max, Ordering::Relaxed);
    }

    /// Counts a request, or refuses it. A refused one does not count.
    pub(super) fn count(&self) -> Result<(), ApiError> {
        let max = self.max.load(Ordering::Relaxed);
        let counted = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| (used < max).then_some(used + 1));
        counted.map(|_| ()).map_err(|_| ApiError::limit_exceeded())
    }

    /// The value of `Sforce-Limit-Info`.
    pub(super) fn header(&self) -> String {
        let (used, max) = self.now();
        format!("api-usage={used}/{max}")
    }

    fn now(&self) -> (u64, u64) {
        (self.used.load(Ordering::Relaxed), self.max.load(Ordering::Relaxed))
    }
}

/// `GET /limits`. Looking at them counts as a request too.
pub(super) fn show(org: &Org) -> Reply {
    let (used, max) = org.usage.now();
    let unused = |max: u64| json!({"Max": max, "Remaining": max});
    call::json(
        StatusCode::OK,
        &json!({
            "DailyApiRequests": {"Max": max, "Remaining": max.saturating_sub(used)},
            "DailyAsyncApexExecutions": unused(250_000),
            "DailyBulkApiBatches": unused(15_000),
            "DailyBulkV2QueryJobs": unused(10_000),
            "DailyStreamingApiEvents": unused(200_000),
            "ConcurrentAsyncGetReportInstances": unused(200),
            "DataStorageMB": unused(10_240),
            "FileStorageMB": unused(10_240),
            "HourlyTimeBasedWorkflow": unused(1_000),
            "SingleEmail": unused(5_000),
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_the_limit_is_refused_and_not_counted() {
        let usage = Usage::new(2);
        assert!(usage.count().is_ok());
        assert!(usage.count().is_ok());
        assert_eq!(usage.count().unwrap_err().code, "REQUEST_LIMIT_EXCEEDED");
        assert_eq!(usage.header(), "api-usage=2/2");
    }
}
