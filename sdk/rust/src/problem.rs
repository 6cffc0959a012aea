//! Problems and failures, in a line.

use crate::{Duration, Failure, Payload, Problem};

impl Problem {
    /// A problem without a remedy. `code` is stable and dotted, for programs; `message` is one sentence for people.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), remedy: None, field: None }
    }

    /// The same problem, with what a person can do about it.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The same problem, at one field of the configuration, as a JSON pointer: `/rules/0/keywords`.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl Failure {
    /// Try again, when the host's back-off says so.
    pub fn retry(problem: Problem) -> Self {
        Self::Retry((problem, None))
    }

    /// Try again, but not before so many milliseconds have passed.
    pub fn retry_after(problem: Problem, after: Duration) -> Self {
        Self::Retry((problem, Some(after)))
    }

    /// Never try again: the event becomes a dead letter.
    pub fn permanent(problem: Problem) -> Self {
        Self::Permanent(problem)
    }

    /// What went wrong, whichever it is.
    pub fn problem(&self) -> &Problem {
        match self {
            Self::Retry((problem, _)) | Self::Permanent(problem) => problem,
        }
    }
}

/// An action, a view or a check cannot be tried again by itself, so it keeps the problem alone.
impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Retry((problem, _)) | Failure::Permanent(problem) => problem,
        }
    }
}

impl Payload {
    /// What kind of event it is, in words: `a timer`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Notification(_) => "a change notification",
            Self::Gap(_) => "a gap of a subscription",
            Self::Webhook(_) => "a webhook call",
            Self::Timer(_) => "a timer",
            Self::Custom(_) => "an event of its own",
        }
    }
}
