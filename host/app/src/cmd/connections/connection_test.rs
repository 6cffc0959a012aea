//! `tieline connections test`: the staged test.

use std::time::Duration;

use indicatif::ProgressBar;
use tieline_types::api::{ConnectionTest, Verdict};

use crate::{Answer, Failure, cli::connections::OfConnection, client::Client, table::table};

/// Fails when a stage failed; a warning is not a failure.
pub(super) async fn run(args: OfConnection) -> Result<Answer, Failure> {
    let client = Client::new(&args.remote)?;
    let progress = ProgressBar::new_spinner();
    progress.enable_steady_tick(Duration::from_millis(100));
    progress.set_message(format!("testing {} …", args.connection));
    let test = client.test_connection(&args.connection).await;
    progress.finish_and_clear();
    let test = test?;
    Ok(Answer::done(tested(&test)).failed_if(!test.passed()).with("stages", test.stages))
}

fn tested(test: &ConnectionTest) -> String {
    let rows = test.stages.iter().map(|stage| {
        let verdict = match stage.verdict {
            Verdict::Ok => "✓ ok",
            Verdict::Warning => "! warning",
            Verdict::Failed => "✗ failed",
            Verdict::Skipped => "– skipped",
        };
        let took = match stage.verdict {
            Verdict::Skipped => String::new(),
            _ => format!("{} ms", stage.duration_ms),
        };
        let problem = stage.problem.iter().map(|problem| match &problem.remedy {
            Some(remedy) => format!("{} [{}]\nwhat to do: {remedy}", problem.message, problem.code),
            None => format!("{} [{}]", problem.message, problem.code),
        });
        let what: Vec<String> = stage.found.iter().cloned().chain(problem).collect();
        vec![stage.name.clone(), verdict.into(), took, what.join("\n")]
    });
    table(&["Stage", "Result", "Time", "What was found"], rows.collect(), "No stages.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{Problem, api::TestStage};

    #[test]
    fn a_test_shows_every_stage_and_what_to_do() {
        let stage = |name: &str, verdict, problem| TestStage {
            name: name.into(),
            verdict,
            duration_ms: 12,
            found: None,
            problem,
        };
        let problem =
            Problem::new("microsoft.client-secret-expired", "It expired.").remedy("Make a new one.");
        let test = ConnectionTest {
            connection: "microsoft".parse().expect("a name"),
            provider: "microsoft".into(),
            stages: vec![
                stage("dns", Verdict::Ok, None),
                stage("token", Verdict::Failed, Some(problem)),
                stage("call", Verdict::Skipped, None),
            ],
        };
        let text = tested(&test);
        for part in ["✓ ok", "12 ms", "✗ failed", "client-secret-expired", "what to do: Make a new one.", "–"]
        {
            assert!(text.contains(part), "{text}");
        }
    }
}
