//! The staged test of an installation: can everything be read and written that the rules need? Reads only.

mod handoff;
mod meetings;
mod places;
mod records;

use tieline_sdk::{Failure, Problem, Stage, Verdict};

use crate::config::Config;
use crate::salesforce::Salesforce;
use crate::{pause, plan};

/// Every stage, in the order in which they should be mended. What depends on a failed stage is skipped.
pub(crate) fn check(config: &Config) -> Vec<Stage> {
    if let Err(problems) = plan::plan(config) {
        return problems.into_iter().map(|problem| Stage::failed("configuration", problem)).collect();
    }
    let mut stages = vec![Stage::ok("configuration")];
    stages.extend(places::stages(config));
    stages.extend(meetings::stages(config));
    stages.extend(handoff::posting(config));
    let salesforce = Salesforce::new(config);
    let sign_in = stage("salesforce", limits(config, &salesforce));
    let signed_in = sign_in.verdict != Verdict::Failed;
    stages.push(sign_in);
    let mut asked: Vec<(&str, Ask)> = vec![
        ("opportunities", records::opportunities),
        ("external id field", records::external_id_field),
        ("owners", records::owners),
    ];
    if config.handoff.is_some() {
        asked.push(("hand-overs", handoff::records));
    }
    if !config.stages.is_empty() {
        asked.push(("who may decide", records::rights));
    }
    for (name, ask) in asked {
        stages.push(if signed_in { stage(name, ask(config, &salesforce)) } else { Stage::skipped(name) });
    }
    stages
}

/// What a stage asks of Salesforce.
type Ask = fn(&Config, &Salesforce<'_>) -> Result<(), Ill>;

/// What a stage found.
enum Ill {
    Warning(Problem),
    Failed(Problem),
}

impl From<Failure> for Ill {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.into())
    }
}

fn stage(name: &str, result: Result<(), Ill>) -> Stage {
    match result {
        Ok(()) => Stage::ok(name),
        Err(Ill::Warning(problem)) => Stage::warning(name, problem),
        Err(Ill::Failed(problem)) => Stage::failed(name, problem),
    }
}

/// Signs in, and warns when so much of the day's API requests is used that work pauses.
fn limits(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    match pause::used(salesforce)? {
        Some(usage) if usage.reaches(config.limits.pause_at_percent) => {
            Err(Ill::Warning(pause::few_left(usage, config.limits.pause_at_percent)))
        }
        _ => Ok(()),
    }
}
