//! Who can use Teams.
//!
//! <https://learn.microsoft.com/graph/api/user-list-licensedetails>

use serde::Deserialize;
use tieline_sdk::{CallError, Problem, Response, graph, path};

/// Service plans that are Teams: commercial, governments, education, exploratory.
const TEAMS: [&str; 6] =
    ["TEAMS1", "TEAMS_GOV", "TEAMS_AR_DOD", "TEAMS_AR_GCCHIGH", "MCO_TEAMS_IW", "TEAMS_FREE"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    #[serde(default)]
    service_plans: Vec<Plan>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    #[serde(default)]
    service_plan_name: String,
    #[serde(default)]
    provisioning_status: String,
}

/// Whether each of these people has a Teams licence that works. Somebody who is not in the directory has none.
pub(crate) fn of(people: &[String]) -> Vec<(String, Result<bool, Problem>)> {
    let answers = graph::batched(people.iter().map(|id| graph::get(path(["users", id, "licenseDetails"]))));
    people.iter().cloned().zip(answers.into_iter().map(judged)).collect()
}

fn judged(answer: Result<Response, CallError>) -> Result<bool, Problem> {
    #[derive(Deserialize)]
    struct List {
        value: Vec<Details>,
    }
    let response = answer.map_err(|error| error.problem())?;
    match response.status {
        200 => Ok(has_teams(&response.json::<List>().map_err(Problem::from)?.value)),
        404 => Ok(false),
        _ => Err(graph::error(&response)),
    }
}

fn has_teams(details: &[Details]) -> bool {
    let mut plans = details.iter().flat_map(|details| &details.service_plans);
    plans.any(|plan| {
        TEAMS.iter().any(|name| name.eq_ignore_ascii_case(&plan.service_plan_name))
            && plan.provisioning_status.eq_ignore_ascii_case("Success")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<bool, Problem> {
        judged(Ok(Response { status, headers: vec![], body: body.into() }))
    }

    #[test]
    fn a_licence_counts_when_it_is_teams_and_works() {
        let plan = |name: &str, status: &str| {
            format!(
                r#"{{"value":[{{"skuPartNumber":"SPE_E5","servicePlans":[{{"servicePlanName":"EXCHANGE_S","provisioningStatus":"Success"}},{{"servicePlanName":"{name}","provisioningStatus":"{status}"}}]}}]}}"#
            )
        };
        assert_eq!(answer(200, &plan("TEAMS1", "Success")), Ok(true));
        assert_eq!(answer(200, &plan("TEAMS_GOV", "success")), Ok(true));
        assert_eq!(answer(200, &plan("TEAMS1", "Disabled")), Ok(false));
        assert_eq!(answer(200, &plan("SHAREPOINT", "Success")), Ok(false));
        assert_eq!(answer(200, r#"{"value":[]}"#), Ok(false));
        assert_eq!(answer(404, "{}"), Ok(false));
        assert!(answer(403, r#"{"error":{"code":"Authorization_RequestDenied","message":"No."}}"#).is_err());
    }
}
