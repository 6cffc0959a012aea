//! An upstream's answer, read.

use serde::de::DeserializeOwned;

use crate::{Duration, Failure, Problem, Response};

impl Response {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first header field with this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_str())
    }

    /// `Retry-After` in milliseconds, when it is given in seconds. Graph may send fractions: `2.128`.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds: f64 = self.header("retry-after")?.trim().parse().ok()?;
        // `as` saturates: a negative or absurd number becomes the nearest end of the range.
        (seconds.is_finite()).then(|| (seconds * 1_000.0).ceil() as Duration)
    }

    /// The body, decoded from JSON.
    ///
    /// # Errors
    /// A retry with code `call.unexpected-answer`: a proxy's page in place of the answer passes.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Failure::retry(Problem::new(
                "call.unexpected-answer",
                format!("the answer with status {} does not decode: {error}", self.status),
            ))
        })
    }

    /// What an unsuccessful status means for the event, described by `problem`.
    ///
    /// Tried again: 401 and 403, since rights are given and withdrawn at the upstream while events wait; 408, 409,
    /// 412, 423, 425 and 429; and every 5xx. Everything else is permanent.
    pub fn failure(&self, problem: Problem) -> Failure {
        match (self.status, self.retry_after()) {
            (429 | 500.., Some(after)) => Failure::retry_after(problem, after),
            (401 | 403 | 408 | 409 | 412 | 423 | 425 | 429 | 500.., _) => Failure::retry(problem),
            _ => Failure::permanent(problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Header;

    fn answer(status: u16, retry_after: Option<&str>) -> Response {
        let headers = retry_after.map(|value| Header { name: "Retry-After".into(), value: value.into() });
        Response { status, headers: headers.into_iter().collect(), body: b"<html>".to_vec() }
    }

    #[test]
    fn a_page_in_place_of_json_is_a_failure_that_passes() {
        let failure = answer(200, None).json::<u32>().unwrap_err();
        assert!(matches!(failure, Failure::Retry(_)));
        assert_eq!(failure.problem().code, "call.unexpected-answer");
    }

    #[test]
    fn statuses_become_failures() {
        let cases = [
            (400, None, None),
            (404, None, None),
            (401, None, Some(None)),
            (403, None, Some(None)),
            (429, None, Some(None)),
            (429, Some("2.128"), Some(Some(2_128))),
            (429, Some("Wed, 21 Oct 2026 07:28:00 GMT"), Some(None)),
            (429, Some("-3"), Some(Some(0))),
            (503, Some("7"), Some(Some(7_000))),
            (500, None, Some(None)),
        ];
        for (status, header, retried) in cases {
            let failure = answer(status, header).failure(Problem::new("x", "x"));
            let got = match failure {
                Failure::Retry((_, after)) => Some(after),
                Failure::Permanent(_) => None,
            };
            assert_eq!(got, retried, "{status} {header:?}");
        }
    }
}
