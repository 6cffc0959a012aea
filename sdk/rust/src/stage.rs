//! Stages of a check, in a line.

use crate::{Problem, Stage, Verdict};

impl Stage {
    /// It works.
    pub fn ok(name: impl Into<String>) -> Self {
        Self { name: name.into(), verdict: Verdict::Ok, problem: None }
    }

    /// It works, but somebody should know.
    pub fn warning(name: impl Into<String>, problem: Problem) -> Self {
        Self { name: name.into(), verdict: Verdict::Warning, problem: Some(problem) }
    }

    /// It does not work.
    pub fn failed(name: impl Into<String>, problem: Problem) -> Self {
        Self { name: name.into(), verdict: Verdict::Failed, problem: Some(problem) }
    }

    /// It was not tried, because an earlier stage failed.
    pub fn skipped(name: impl Into<String>) -> Self {
        Self { name: name.into(), verdict: Verdict::Skipped, problem: None }
    }
}
