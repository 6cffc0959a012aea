//! One stage after the other, each with its time; after one that failed the others are skipped.

use std::{future::Future, time::Instant};

use tieline_types::{
    Problem,
    api::{TestStage, Verdict},
};

/// All stages in order.
const ALL: [&str; 5] = ["dns", "tls", "token", "permissions", "call"];

/// How a stage ended that did not fail.
pub(super) struct Found {
    pub(super) verdict: Verdict,
    pub(super) found: Option<String>,
    pub(super) problem: Option<Problem>,
}

impl Found {
    pub(super) fn ok(found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, found: Some(found.into()), problem: None }
    }

    pub(super) fn skipped(why: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skipped, ..Self::ok(why) }
    }

    pub(super) fn warning(problem: Problem) -> Self {
        Self { verdict: Verdict::Warning, found: None, problem: Some(problem) }
    }
}

/// A stage that failed, or a fault of the host, which ends the test.
pub(super) enum Broken<E> {
    Failed(Problem),
    Fault(E),
}

#[derive(Default)]
pub(super) struct Stages(Vec<TestStage>);

impl Stages {
    /// Runs a stage, unless one before it failed.
    pub(super) async fn run(&mut self, name: &str, stage: impl Future<Output = Result<Found, Problem>>) {
        let stage = async { stage.await.map_err(Broken::<std::convert::Infallible>::Failed) };
        let Ok(()) = self.run_or_break(name, stage).await;
    }

    /// The same with a stage that may end the test.
    ///
    /// # Errors
    /// Its fault.
    pub(super) async fn run_or_break<E>(
        &mut self,
        name: &str,
        stage: impl Future<Output = Result<Found, Broken<E>>>,
    ) -> Result<(), E> {
        if self.failed() {
            return Ok(());
        }
        let begun = Instant::now();
        let (verdict, found, problem) = match stage.await {
            Ok(Found { verdict, found, problem }) => (verdict, found, problem),
            Err(Broken::Failed(problem)) => (Verdict::Failed, None, Some(problem)),
            Err(Broken::Fault(fault)) => return Err(fault),
        };
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.push(TestStage { name: name.into(), verdict, duration_ms, found, problem });
        Ok(())
    }

    pub(super) fn failed(&self) -> bool {
        self.0.iter().any(|stage| stage.verdict == Verdict::Failed)
    }

    /// All of them: those that were not run are skipped.
    pub(super) fn whole(mut self) -> Vec<TestStage> {
        let skipped = |name: &str| TestStage {
            name: name.into(),
            verdict: Verdict::Skipped,
            duration_ms: 0,
            found: None,
            problem: None,
        };
        let take = |name: &str| {
            let at = self.0.iter().position(|stage| stage.name == name);
            at.map_or_else(|| skipped(name), |at| self.0.swap_remove(at))
        };
        ALL.into_iter().map(take).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn after_a_failure_nothing_is_run() {
        let mut stages = Stages::default();
        stages.run("dns", async { Ok(Found::ok("x")) }).await;
        stages.run("tls", async { Err(Problem::new("c", "m")) }).await;
        stages.run("token", async { panic!("not to be run") }).await;
        let whole = stages.whole();
        let verdicts: Vec<_> = whole.iter().map(|stage| stage.verdict).collect();
        let skipped = Verdict::Skipped;
        assert_eq!(verdicts, [Verdict::Ok, Verdict::Failed, skipped, skipped, skipped]);
        assert_eq!(whole.iter().map(|stage| stage.name.as_str()).collect::<Vec<_>>(), ALL);
    }
}
