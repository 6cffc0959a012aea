//! A test that goes in stages, as a table.

use tieline_types::api::{TestStage, Verdict};

use crate::table::table;

/// A line for each stage, with what to do about the one that failed.
pub(super) fn staged(stages: &[TestStage]) -> String {
    let rows = stages.iter().map(|stage| {
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
    use tieline_types::Problem;

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
        let stages = [
            stage("dns", Verdict::Ok, None),
            stage("token", Verdict::Failed, Some(problem)),
            stage("call", Verdict::Skipped, None),
        ];
        let text = staged(&stages);
        for part in ["✓ ok", "12 ms", "✗ failed", "client-secret-expired", "what to do: Make a new one.", "–"]
        {
            assert!(text.contains(part), "{text}");
        }
    }
}
