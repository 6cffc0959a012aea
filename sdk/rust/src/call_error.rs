//! From "no answer" to what becomes of the event.

use crate::{CallError, Failure, Problem, Refusal};

impl CallError {
    /// What happened, as a person should read it. Codes: `call.denied`, `call.throttled`, `call.unreachable`,
    /// `call.in-doubt`, `call.too-large`, `call.invalid`; an unusable connection names its own.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Denied(denial) => {
                let problem = Problem::new("call.denied", format!("not granted: {}", denial.asked));
                match &denial.allow_with {
                    Some(line) => problem.remedy(format!("to allow it, grant {line}")),
                    None => problem,
                }
            }
            Self::ConnectionUnusable(problem) => problem.clone(),
            Self::Throttled(after) => {
                Problem::new("call.throttled", format!("the upstream's limit is used up for {after} ms"))
            }
            Self::Unreachable(why) => Problem::new("call.unreachable", format!("no connection: {why}")),
            Self::InDoubt(why) => Problem::new("call.in-doubt", format!("sent, but no answer came: {why}")),
            Self::TooLarge(limit) => {
                Problem::new("call.too-large", format!("the answer is larger than {limit} bytes"))
            }
            Self::Invalid(why) => Problem::new("call.invalid", format!("the request is malformed: {why}")),
        }
    }
}

/// What passes by itself or with an operator's help is tried again; what the connector asked wrongly is not.
impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let problem = error.problem();
        match error {
            CallError::Throttled(after) => Self::retry_after(problem, after),
            CallError::ConnectionUnusable(_) | CallError::Unreachable(_) | CallError::InDoubt(_) => {
                Self::retry(problem)
            }
            CallError::Denied(_) | CallError::TooLarge(_) | CallError::Invalid(_) => Self::permanent(problem),
        }
    }
}

/// A refused write would be refused again.
impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::permanent(match refusal {
            Refusal::ReadOnly => Problem::new("host.read-only", "this call of the connector writes nothing"),
            Refusal::QuotaExceeded(quota) => {
                Problem::new("host.quota-exceeded", format!("a quota is used up: {quota}"))
            }
            Refusal::Invalid(why) => {
                Problem::new("host.invalid", format!("the host refused an argument: {why}"))
            }
            Refusal::Denied(denial) => CallError::Denied(denial).problem(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Denial;

    #[test]
    fn a_denied_call_is_never_tried_again_and_says_what_would_allow_it() {
        let denial = Denial {
            asked: "GET https://example.com/".into(),
            allow_with: Some("http = [\"https://example.com\"]".into()),
        };
        let Failure::Permanent(problem) = CallError::Denied(denial).into() else { panic!("tried again") };
        assert!(problem.remedy.unwrap().contains("https://example.com"));
    }

    #[test]
    fn what_may_pass_is_tried_again_and_keeps_the_upstreams_time() {
        let unusable = Problem::new("connection.secret-expired", "the client secret has expired");
        let retried = [
            (CallError::Throttled(2_500), Some(2_500)),
            (CallError::Unreachable("refused".into()), None),
            (CallError::InDoubt("reset".into()), None),
            (CallError::ConnectionUnusable(unusable), None),
        ];
        for (error, after) in retried {
            let failure = Failure::from(error);
            assert!(matches!(&failure, Failure::Retry((_, given)) if *given == after), "{failure:?}");
        }
        for error in [CallError::TooLarge(8), CallError::Invalid("a space in the method".into())] {
            assert!(matches!(Failure::from(error), Failure::Permanent(_)));
        }
    }
}
