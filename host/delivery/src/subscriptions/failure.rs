//! Why Graph did not do what was asked of it about a subscription, and what a person can do about it.

use std::time::Duration;

use http::{StatusCode, header::RETRY_AFTER};
use tieline_egress::{Answer, Denial, EgressError};
use tieline_identity::{ConnectionError, Said};
use tieline_types::Problem;

use crate::problems;

/// Characters of Graph's words that are shown.
const SHOWN: usize = 600;

/// A step that failed.
#[derive(Debug)]
pub(super) struct GraphFailure {
    /// What kind of answer it was, where that matters.
    pub(super) kind: Kind,
    /// For people.
    pub(super) problem: Box<Problem>,
    /// Not again before.
    pub(super) after: Option<Duration>,
}

/// What a failure means for the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Graph has no such subscription.
    NotFound,
    /// Graph has one already for this app and resource.
    Exists,
    /// The connection that should act is gone.
    NoConnection,
    /// A limit of how many subscriptions there may be is reached.
    Quota,
    /// A 403 that is about no limit, in Graph's words: consent tells what they mean.
    Refused(Box<Said>),
    /// Too many requests at once: this one was not looked at.
    Throttled,
    /// Anything else: try again later.
    Other,
}

impl GraphFailure {
    fn other(code: &str, message: String) -> Self {
        Self { kind: Kind::Other, problem: Problem::new(code, message).into(), after: None }
    }

    fn remedy(mut self, remedy: &str) -> Self {
        self.problem.remedy = Some(remedy.to_owned());
        self
    }

    /// Graph said something that cannot be read.
    pub(super) fn unreadable(what: &str) -> Self {
        Self::other("graph.unreadable", format!("Graph gave {what} that cannot be read."))
    }

    /// The host itself could not do its part.
    pub(super) fn host_fault() -> Self {
        Self::other("host.fault", "The host failed.".into()).remedy("Look into the host's log.")
    }

    /// From an answer that is not the one hoped for. Graph's own message is kept: it names what is missing.
    pub(super) fn of(answer: &Answer) -> Self {
        let said = Said::read(&answer.body);
        let shown: String = format!("{} {}", said.code, said.message).chars().take(SHOWN).collect();
        let message = format!("Graph answered {}: {shown}", answer.status.as_u16());
        let failure = Self::other("graph.failed", message.clone());
        let after = answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let after =
            after.and_then(|text| text.trim().parse::<f64>().ok()).filter(|s| (0.0..=86_400.0).contains(s));
        let with = |code: &str| Self::other(code, message.clone());
        let failure = match answer.status {
            StatusCode::NOT_FOUND => Self { kind: Kind::NotFound, ..with("graph.not-found") },
            StatusCode::CONFLICT => Self { kind: Kind::Exists, ..with("graph.conflict") },
            StatusCode::BAD_REQUEST if said.code == "ValidationError" => with("graph.hook-unreachable")
                .remedy("Graph must reach this host under [server] public_url, with a valid certificate."),
            StatusCode::FORBIDDEN if speaks_of_a_limit(&said.message) => {
                Self { kind: Kind::Quota, ..with("graph.subscription-quota") }.remedy(
                    "Watch fewer things, or one thing that covers many (all messages of a team); other apps of the \
                     organisation count, too. It is tried again by itself.",
                )
            }
            StatusCode::FORBIDDEN => Self { kind: Kind::Refused(said.into()), ..with("graph.forbidden") }
                .remedy("`tieline connections consent` shows which permissions are missing, with the link to grant them."),
            StatusCode::TOO_MANY_REQUESTS => Self { kind: Kind::Throttled, ..with("graph.throttled") },
            StatusCode::UNAUTHORIZED => {
                with("graph.token-refused").remedy("Check the connection's client secret and directory id.")
            }
            _ => failure,
        };
        Self { after: after.map(Duration::from_secs_f64), ..failure }
    }
}

/// Graph answers 403 to a lack of rights and to a limit alike; only the message, which names the limit, tells
/// them apart.
fn speaks_of_a_limit(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["quota", "limit", "exceed", "maximum number", "too many"].iter().any(|word| message.contains(word))
}

impl From<ConnectionError> for GraphFailure {
    fn from(error: ConnectionError) -> Self {
        let kind =
            if matches!(error, ConnectionError::Unknown(_)) { Kind::NoConnection } else { Kind::Other };
        let after = if let ConnectionError::Throttled(after) = error { Some(after) } else { None };
        Self { kind, problem: problems::of_connection(error).into(), after }
    }
}

impl From<EgressError> for GraphFailure {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::Denied(denial) => denial.into(),
            error => Self::other("graph.unreachable", problems::with_causes(&error)),
        }
    }
}

impl From<Denial> for GraphFailure {
    fn from(denial: Denial) -> Self {
        let failure = Self::other("egress.denied", format!("{denial}."));
        match &denial.allow_with {
            Some(line) => failure.remedy(&format!("Allow it with {line}.")),
            None => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    fn answered(status: u16, body: &str, retry_after: Option<&str>) -> GraphFailure {
        let mut headers = HeaderMap::new();
        if let Some(after) = retry_after {
            headers.insert(RETRY_AFTER, after.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        GraphFailure::of(&Answer {
            status,
            headers,
            body: body.to_owned().into(),
            redirects: Default::default(),
        })
    }

    #[test]
    fn tells_apart_what_calls_for_different_steps() {
        assert_eq!(answered(404, "", None).kind, Kind::NotFound);
        assert_eq!(answered(409, "<html>", None).kind, Kind::Exists);
        let body = r#"{"error":{"code":"ValidationError","message":"timed out"}}"#;
        let hook = answered(400, body, None).problem;
        assert_eq!(hook.code, "graph.hook-unreachable");
        assert!(hook.remedy.is_some() && hook.message.contains("timed out"));
        assert_eq!(answered(400, r#"{"error":{"code":"BadRequest"}}"#, None).problem.code, "graph.failed");
    }

    #[test]
    fn a_limit_is_told_from_a_lack_of_rights() {
        let said = |message: &str| {
            answered(403, &format!(r#"{{"error":{{"code":"Forbidden","message":"{message}"}}}}"#), None)
        };
        let quota = said("Subscription quota exceeded: 10000 Teams subscriptions per organization.");
        assert_eq!((quota.kind, quota.problem.code.as_str()), (Kind::Quota, "graph.subscription-quota"));
        assert!(quota.problem.message.contains("10000 Teams subscriptions per organization"));
        let rights =
            said("Missing role permissions on the request. API requires one of 'ChannelMessage.Read.All'.");
        assert!(matches!(rights.kind, Kind::Refused(said) if said.code == "Forbidden"));
        assert_eq!(rights.problem.code, "graph.forbidden");
        assert_eq!(answered(429, "", None).kind, Kind::Throttled);
    }

    #[test]
    fn honours_retry_after_also_in_fractions_and_ignores_nonsense() {
        assert_eq!(answered(429, "", Some("2.5")).after, Some(Duration::from_millis(2_500)));
        for nonsense in ["-1", "soon", "1e300", "NaN"] {
            assert_eq!(answered(429, "", Some(nonsense)).after, None, "{nonsense}");
        }
    }
}
