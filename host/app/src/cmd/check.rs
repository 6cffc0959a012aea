//! `tieline check`: the staged test of an installation.

use tieline_types::api::Verdict;

use crate::{Answer, Failure, cli::Check, client::Client};

/// Fails when a stage failed; a warning is not a failure.
pub(crate) async fn run(client: &Client, args: &Check) -> Result<Answer, Failure> {
    let report = client.check(&args.installation).await?;
    let failed = report.stages.iter().any(|stage| stage.verdict == Verdict::Failed);
    let mut text = String::new();
    for stage in &report.stages {
        let mark = match stage.verdict {
            Verdict::Ok => "✓",
            Verdict::Warning => "!",
            Verdict::Failed => "✗",
            Verdict::Skipped => "–",
        };
        text.push_str(&format!("{mark} {}\n", stage.name));
        if let Some(problem) = &stage.problem {
            text.push_str(&format!("    {} [{}]\n", problem.message, problem.code));
            if let Some(remedy) = &problem.remedy {
                text.push_str(&format!("    what to do: {remedy}\n"));
            }
        }
    }
    Ok(Answer::done(text).with("stages", report.stages).failed_if(failed))
}
