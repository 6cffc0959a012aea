//! The staged test of an installation: can everything be asked, posted and told that conferences need? Reads only.
//!
//! The first stage speaks as the contact centre's own test of the account does.

use serde_json::{Value, json};
use tieline_sdk::{CallError, Failure, Problem, Stage, graph};

use crate::centre;
use crate::people;
use crate::plan;
use crate::settings::Config;
use crate::teams::service;

/// Every stage, in the order in which they should be mended. What depends on a failed stage is skipped.
pub(crate) fn check(config: &Config) -> Vec<Stage> {
    if let Err(problems) = plan::plan(config, &[]) {
        return problems.into_iter().map(|problem| Stage::failed("settings", problem)).collect();
    }
    let mut stages = vec![Stage::ok("settings")];
    match graph::get("/users").select(&["id"]).query("$top", "1").send() {
        Err(CallError::ConnectionUnusable(problem)) => {
            stages.push(Stage::failed("account", account(&problem)));
            stages.extend(["directory", "presence", "service user"].map(Stage::skipped));
        }
        answered => {
            stages.push(Stage::ok("account"));
            stages.push(stage("directory", directory(answered)));
            stages.push(stage("presence", presence()));
            stages.push(stage("service user", service::user().map(drop)));
        }
    }
    stages.push(stage("contact centre", centre::integration()));
    stages.push(match people::all() {
        Ok(people) if people.is_empty() => {
            let message = "nobody has turned the integration on, so nobody can be conferenced";
            let problem = Problem::new("contact-center.nobody-enabled", message);
            let remedy = "everybody does it once for themselves with the action `enable`; after the account was deleted \
                          and made anew, again";
            Stage::warning("people", problem.remedy(remedy))
        }
        Ok(_) => Stage::ok("people"),
        Err(failure) => Stage::failed("people", failure.into()),
    });
    stages
}

fn stage(name: &str, result: Result<(), Failure>) -> Stage {
    match result {
        Ok(()) => Stage::ok(name),
        Err(failure) => Stage::failed(name, failure.into()),
    }
}

/// In the words of the contact centre's own test, with the cause behind them.
fn account(cause: &Problem) -> Problem {
    let incomplete = matches!(
        cause.code.as_str(),
        "connection.missing"
            | "connection.incomplete"
            | "connection.field-missing"
            | "connection.cloud-unknown"
    );
    let (code, words) = match incomplete {
        true => ("credentials-incomplete", "Account credentials are incomplete"),
        false => ("refresh-token-failed", "Failed to request refresh token"),
    };
    Problem {
        code: format!("contact-center.{code}"),
        message: format!("{words}: {}", cause.message),
        remedy: cause.remedy.clone(),
        field: None,
    }
}

fn directory(answered: Result<tieline_sdk::Response, CallError>) -> Result<(), Failure> {
    let response = answered?;
    if response.is_success() { Ok(()) } else { Err(response.failure(graph::error(&response))) }
}

fn presence() -> Result<(), Failure> {
    let nobody = json!({ "ids": ["00000000-0000-0000-0000-000000000000"] });
    let request = graph::post("/communications/getPresencesByUserId").json(&nobody)?;
    request.fetch::<Value>().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_judged_in_the_words_that_people_know() {
        let said = |code: &str| account(&Problem::new(code, "why").remedy("do")).message;
        assert_eq!(said("microsoft.client-secret-invalid"), "Failed to request refresh token: why");
        assert_eq!(said("connection.missing"), "Account credentials are incomplete: why");
    }
}
