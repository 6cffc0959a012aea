//! What an answer says of throttling: a 429, or a 200 whose batch has some.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;

/// The longest pause that is taken at its word.
const LONGEST: f64 = 3_600.0;

/// Which requests an answer throttled, each with the pause that was asked for, if one was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Throttles {
    /// None of them.
    None,
    /// The request.
    Whole(Option<Duration>),
    /// These of a batch, by their ids.
    Items(Vec<(String, Option<Duration>)>),
}

impl Throttles {
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// Reads an answer.
pub(crate) fn throttles(status: StatusCode, headers: &HeaderMap, body: &Bytes, batch: bool) -> Throttles {
    let asked = headers.get(RETRY_AFTER).and_then(|value| pause(value.to_str().ok()?));
    match status {
        StatusCode::TOO_MANY_REQUESTS => Throttles::Whole(asked),
        // 503 is throttling where it says how long.
        StatusCode::SERVICE_UNAVAILABLE if asked.is_some() => Throttles::Whole(asked),
        StatusCode::OK if batch => of_items(body),
        _ => Throttles::None,
    }
}

fn of_items(body: &[u8]) -> Throttles {
    #[derive(Deserialize)]
    struct Body {
        responses: Vec<Item>,
    }
    #[derive(Deserialize)]
    struct Item {
        id: String,
        status: u16,
        #[serde(default)]
        headers: std::collections::HashMap<String, serde_json::Value>,
    }
    let Ok(body) = serde_json::from_slice::<Body>(body) else { return Throttles::None };
    let throttled = body.responses.into_iter().filter(|item| item.status == 429);
    let items: Vec<_> = throttled
        .map(|item| {
            let asked = item.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
            let text =
                |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (item.id, asked.and_then(|(_, value)| pause(&text(value))))
        })
        .collect();
    if items.is_empty() { Throttles::None } else { Throttles::Items(items) }
}

/// Seconds, perhaps with a fraction.
fn pause(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(LONGEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, retry_after: Option<&str>, body: &str, batch: bool) -> Throttles {
        let mut headers = HeaderMap::new();
        headers.extend(retry_after.map(|value| (RETRY_AFTER, value.parse().unwrap())));
        throttles(
            StatusCode::from_u16(status).unwrap(),
            &headers,
            &Bytes::copy_from_slice(body.as_bytes()),
            batch,
        )
    }

    #[test]
    fn a_pause_may_be_whole_broken_absent_or_absurd() {
        for (status, header, wanted) in [
            (200, Some("3"), Throttles::None),
            (429, Some("3"), Throttles::Whole(Some(Duration::from_secs(3)))),
            (429, Some("2.128"), Throttles::Whole(Some(Duration::from_millis(2_128)))),
            (429, None, Throttles::Whole(None)),
            (429, Some("soon"), Throttles::Whole(None)),
            (429, Some("NaN"), Throttles::Whole(None)),
            (429, Some("-1"), Throttles::Whole(None)),
            (429, Some("1e30"), Throttles::Whole(Some(Duration::from_secs(3_600)))),
            (503, None, Throttles::None),
            (503, Some("1"), Throttles::Whole(Some(Duration::from_secs(1)))),
        ] {
            assert_eq!(read(status, header, "", false), wanted, "{status} {header:?}");
        }
    }

    #[test]
    fn the_items_of_a_batch_are_throttled_one_by_one() {
        let body = r#"{"responses":[{"id":"1","status":200},{"id":"2","status":429,"headers":{"retry-after":"1.5"}},
            {"id":"3","status":429,"headers":{}},{"id":"4","status":429,"headers":{"Retry-After":7}}]}"#;
        let wanted = [("2", Some(1_500)), ("3", None), ("4", Some(7_000))];
        let wanted = wanted.map(|(id, ms)| (id.to_owned(), ms.map(Duration::from_millis))).to_vec();
        assert_eq!(read(200, None, body, true), Throttles::Items(wanted));
        assert_eq!(read(200, None, body, false), Throttles::None);
        assert_eq!(read(200, None, "<html>", true), Throttles::None);
    }
}
