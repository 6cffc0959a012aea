//! The one error type at the edge: what was attempted, why it failed, what to do, and the exit code.

use std::error::Error;

use serde_json::{Map, json};
use tieline_types::Problem;

use crate::{Exit, answer};

/// Why a command came to no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    error: Box<dyn Error + Send + Sync>,
    code: Option<String>,
    remedy: Option<String>,
    details: Vec<Problem>,
}

impl Failure {
    /// A failure without a remedy.
    pub(crate) fn new(exit: Exit, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { exit, error: error.into(), code: None, remedy: None, details: Vec::new() }
    }

    /// The same failure, with what to do about it.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The same failure, under the host's code for it.
    pub(crate) fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The same failure, with the single difficulties behind it.
    pub(crate) fn details(mut self, details: Vec<Problem>) -> Self {
        self.details = details;
        self
    }

    /// Everything there is to say, over several lines.
    pub(crate) fn text(&self) -> String {
        let mut text = self.error.to_string();
        let mut cause = self.error.source();
        while let Some(error) = cause {
            let line = error.to_string();
            // Some libraries repeat their cause in their own message.
            if !text.contains(&line) {
                text.push_str("\n  because: ");
                text.push_str(line.trim_end());
            }
            cause = error.source();
        }
        for detail in &self.details {
            text.push_str("\n  - ");
            if let Some(field) = &detail.field {
                text.push_str(field);
                text.push_str(": ");
            }
            text.push_str(&detail.to_string());
        }
        if let Some(remedy) = &self.remedy {
            text.push_str("\n  what to do: ");
            text.push_str(remedy);
        }
        text
    }

    /// Prints it: to people on standard error, to programs also as the object they wait for.
    pub(crate) fn print(self, json: bool) -> Exit {
        eprintln!("tieline: {}", self.text());
        if json {
            let error = json!({
                "code": self.code, "message": self.error.to_string(), "remedy": self.remedy,
                "errors": self.details,
            });
            answer::print_json(false, Map::from_iter([("error".to_owned(), error)]));
        }
        self.exit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_attempted_why_and_what_to_do() {
        let failure = Failure::new(Exit::Remote, "listing tenants failed")
            .details(vec![Problem::new("a.b", "too long").at("/tenant/name")])
            .remedy("shorten it");
        let text = failure.text();
        assert_eq!(
            text,
            "listing tenants failed\n  - /tenant/name: too long [a.b]\n  what to do: shorten it"
        );
        assert_eq!(failure.print(false), Exit::Remote);
    }
}
