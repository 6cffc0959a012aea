//! What a provider's answers mean: whether a call that changes something was carried out. As data, since a status
//! of 200 alone does not say it everywhere.

mod batch;

use std::time::Duration;

use serde_json::Value;

pub use batch::{Batch, Item, Pair};

/// How the answers of a provider are read.
#[derive(Debug)]
pub struct Answers {
    /// POSTs that only read: patterns of the end of their path.
    pub reading_posts: &'static [&'static str],
    /// What the body of a 2xx says of it, where it says more than the status.
    pub verdict: Option<Verdict>,
    /// Calls that carry several others.
    pub batches: &'static [Batch],
    /// The header field by which this upstream knows a call again that was sent before.
    pub idempotency: Option<&'static str>,
    /// Answers that say, other than by 429, that the upstream gives nothing to anybody for a while; the first that fits.
    pub exhausted: &'static [Exhausted],
    /// Answers that say, other than by 401, that the credential of a call is good no more. They did nothing.
    pub ended: Option<Ended>,
}

/// How a body says that the session of its call is over.
#[derive(Debug)]
pub struct Ended {
    /// JSON pointer of the word.
    pub at: &'static str,
    /// What it is then.
    pub says: &'static [&'static str],
}

/// An answer after which an upstream is better left alone.
#[derive(Debug)]
pub struct Exhausted {
    /// Its status.
    pub status: u16,
    /// What its body's first error says under `errorCode`.
    pub code: &'static str,
    /// Words of that error's message, in lower case; empty for any.
    pub words: &'static str,
    /// How long to leave it alone.
    pub pause: Duration,
    /// Problem code, after `connection.`
    pub name: &'static str,
    /// One sentence.
    pub message: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// A field that says whether something was done.
#[derive(Debug)]
pub struct Verdict {
    /// Its name.
    pub field: &'static str,
    /// What it says then.
    pub done: Done,
}

/// What a field says of something that was done.
#[derive(Debug)]
pub enum Done {
    /// `true`.
    True,
    /// An HTTP status.
    Status,
    /// One of these words; with one of the others nobody can tell.
    Words {
        /// It was done.
        done: &'static [&'static str],
        /// It may have been.
        doubt: &'static [&'static str],
    },
}

/// What became of a call that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Carried out.
    Done,
    /// Refused: nothing was changed.
    NotDone,
    /// Nobody can tell.
    InDoubt,
}

/// For upstreams of which nothing is known: the status says it all, and a key in the field that the draft standard
/// names (`draft-ietf-httpapi-idempotency-key-header`) does no harm.
const PLAIN: Answers = Answers {
    reading_posts: &[],
    verdict: None,
    batches: &[],
    idempotency: Some("idempotency-key"),
    exhausted: &[],
    ended: None,
};

/// An answer that says nothing but that a session is over is small.
const LARGEST_ENDED: usize = 4 << 10;

impl Answers {
    /// Of an upstream that no connection names.
    pub fn plain() -> &'static Self {
        &PLAIN
    }

    /// Whether a POST to this path only reads.
    pub fn only_reads(&self, path: &str) -> bool {
        self.reading_posts.iter().any(|pattern| ends_like(path, pattern))
    }

    /// How a call to this path carries others, if it does.
    pub fn batch(&self, path: &str) -> Option<&Batch> {
        self.batches.iter().find(|batch| ends_like(path, batch.path))
    }

    /// Whether an answer says that the upstream gives nothing for a while.
    pub fn exhausted(&self, status: u16, body: &[u8]) -> Option<&Exhausted> {
        if !self.exhausted.iter().any(|row| row.status == status) {
            return None;
        }
        let said: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| said[0][name].as_str().unwrap_or_default();
        let (code, message) = (text("errorCode"), text("message").to_lowercase());
        self.exhausted
            .iter()
            .find(|row| row.status == status && row.code == code && message.contains(row.words))
    }

    /// Whether an answer says that the credential of its call is good no more.
    pub fn ended(&self, status: u16, body: &[u8]) -> bool {
        let said = || self.ended.as_ref().filter(|_| body.len() <= LARGEST_ENDED);
        let word = |ended: &Ended| {
            let body: Value = serde_json::from_slice(body).ok()?;
            Some(ended.says.contains(&body.pointer(ended.at)?.as_str()?))
        };
        status == 401 || said().and_then(word).unwrap_or(false)
    }

    /// What became of a call that was answered so. Of a [`batch`](Self::batch) that was taken, each item says it
    /// for itself.
    pub fn outcome(&self, status: u16, body: &[u8]) -> Outcome {
        match (of_status(status), &self.verdict) {
            // Where the field is absent (an empty body, a file) the status stands.
            (Outcome::Done, Some(verdict)) => serde_json::from_slice(body)
                .ok()
                .and_then(|body: Value| verdict.of(&body))
                .unwrap_or(Outcome::Done),
            (outcome, _) => outcome,
        }
    }
}

impl Verdict {
    /// What this says, if the field is there.
    fn of(&self, said: &Value) -> Option<Outcome> {
        let said = said.get(self.field)?;
        let done = match self.done {
            Done::True => said.as_bool() == Some(true),
            Done::Words { done, doubt } => match said.as_str() {
                Some(said) if doubt.contains(&said) => return Some(Outcome::InDoubt),
                said => said.is_some_and(|said| done.contains(&said)),
            },
            Done::Status => {
                let status = said.as_u64().and_then(|status| u16::try_from(status).ok());
                return Some(status.map_or(Outcome::InDoubt, of_status));
            }
        };
        Some(if done { Outcome::Done } else { Outcome::NotDone })
    }
}

/// What a status says. 408 and 504 come from something that stopped waiting, 502 from something that lost the answer,
/// and after a 500 nobody knows how far it went. 503 and 429 are said before anything is done.
fn of_status(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Done,
        408 | 500 | 502 | 504 => Outcome::InDoubt,
        _ => Outcome::NotDone,
    }
}

/// Whether the last segments of a path are like this: `*` is any one segment.
fn ends_like(path: &str, pattern: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let mut path = path.trim_end_matches('/').rsplit('/');
    pattern.rsplit('/').all(|wanted| path.next().is_some_and(|segment| wanted == "*" || wanted == segment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::named;

    #[test]
    fn a_status_says_done_not_done_or_nothing() {
        for (status, wanted) in [
            (200, Outcome::Done),
            (201, Outcome::Done),
            (204, Outcome::Done),
            (302, Outcome::NotDone),
            (400, Outcome::NotDone),
            (401, Outcome::NotDone),
            (404, Outcome::NotDone),
            (408, Outcome::InDoubt),
            (409, Outcome::NotDone),
            (429, Outcome::NotDone),
            (500, Outcome::InDoubt),
            (501, Outcome::NotDone),
            (502, Outcome::InDoubt),
            (503, Outcome::NotDone),
            (504, Outcome::InDoubt),
        ] {
            assert_eq!(PLAIN.outcome(status, b"{}"), wanted, "{status}");
        }
    }

    #[test]
    fn a_failure_inside_a_200_is_no_success() {
        let vault = &named("vault").unwrap().answers;
        for (status, body, wanted) in [
            (200, r#"{"responseStatus":"SUCCESS","data":{"id":"V1"}}"#, Outcome::Done),
            (200, r#"{"responseStatus":"WARNING"}"#, Outcome::Done),
            (200, r#"{"responseStatus":"FAILURE","errors":[{"type":"INVALID_DATA"}]}"#, Outcome::NotDone),
            (200, r#"{"responseStatus":"EXCEPTION"}"#, Outcome::InDoubt),
            (200, r#"{"responseStatus":7}"#, Outcome::NotDone),
            (200, r#"{"id":1}"#, Outcome::Done),
            (200, "", Outcome::Done),
            (503, r#"{"responseStatus":"SUCCESS"}"#, Outcome::NotDone),
            (504, r#"{"responseStatus":"SUCCESS"}"#, Outcome::InDoubt),
        ] {
            assert_eq!(vault.outcome(status, body.as_bytes()), wanted, "{status} {body}");
        }
    }

    #[test]
    fn paths_are_known_by_their_end() {
        for (path, pattern, wanted) in [
            ("/services/data/v61.0/composite", "composite", true),
            ("https://x.example/services/data/v61.0/composite/?a=b/c", "composite", true),
            ("/services/data/v61.0/composite/sobjects", "composite", false),
            ("/composite/sobjects/Task/Key__c", "composite/sobjects/*/*", true),
            ("/composites", "composite", false),
            ("composite", "x/composite", false),
        ] {
            assert_eq!(ends_like(path, pattern), wanted, "{path} {pattern}");
        }
    }

    #[test]
    fn a_day_s_requests_are_another_thing_than_a_moment_s() {
        let salesforce = &named("salesforce").unwrap().answers;
        let said = |status, message: &str| {
            let body = format!(r#"[{{"message":"{message}","errorCode":"REQUEST_LIMIT_EXCEEDED"}}]"#);
            salesforce.exhausted(status, body.as_bytes()).map(|row| row.name)
        };
        assert_eq!(said(403, "TotalRequests Limit exceeded."), Some("requests-exhausted"));
        assert_eq!(said(403, "ConcurrentPerOrgLongTxn Limit exceeded."), Some("requests-concurrent"));
        assert_eq!(said(400, "TotalRequests Limit exceeded."), None);
        for body in ["", "<html>", "{}", "[]", r#"[{"errorCode":"INSUFFICIENT_ACCESS","message":"No."}]"#] {
            assert!(salesforce.exhausted(403, body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn posts_that_read_are_listed_and_others_change_something() {
        let microsoft = &named("microsoft").unwrap().answers;
        assert!(microsoft.only_reads("/communications/getPresencesByUserId"));
        assert!(!microsoft.only_reads("/teams/1/channels/2/messages"));
        let vault = &named("vault").unwrap().answers;
        assert!(vault.only_reads("/api/v26.2/query"));
        assert!(vault.only_reads("/api/v26.2/query/0f1e?pagesize=1000&pageoffset=1000"));
        assert!(!vault.only_reads("/api/v26.2/vobjects/query__c"));
    }

    #[test]
    fn a_session_that_is_over_is_said_with_401_or_in_the_provider_s_words() {
        let [vault, graph] = ["vault", "microsoft"].map(|name| &named(name).unwrap().answers);
        let said =
            br#"{"responseStatus":"FAILURE","errors":[{"type":"INVALID_SESSION_ID","message":"Over."}]}"#;
        assert!(vault.ended(200, said) && vault.ended(401, b"") && graph.ended(401, b""));
        assert!(!graph.ended(200, said));
        for other in ["", "[]", "{}", r#"{"errors":[]}"#, r#"{"errors":[{"type":"INVALID_DATA"}]}"#] {
            assert!(!vault.ended(200, other.as_bytes()), "{other}");
        }
    }
}
