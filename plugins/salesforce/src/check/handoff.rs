//! Can hand-overs be heard of and told?

use serde_json::Value;
use tieline_sdk::{CallError, Identity, Problem, Stage, graph};

use super::{Ill, stage};
use crate::config::{Config, When};
use crate::salesforce::Salesforce;

/// Whether a service user is signed in, as whom messages are posted. That they may post in each place only a post
/// would show.
pub(super) fn posting(config: &Config) -> Option<Stage> {
    config.handoff.as_ref().map(|_| stage("post as the service user", signed_in()))
}

fn signed_in() -> Result<(), Ill> {
    const REMEDY: &str = "no app may post to Teams but to import old messages: sign a service user in with `tieline \
                          connections sign-in … --service`, make them a member of the channels and chats, and grant \
                          service = true with ChannelMessage.Send, ChatMessage.Send and User.Read";
    match graph::get("/me").select(&["id"]).identity(Identity::Service).send() {
        Ok(response) if response.is_success() => Ok(()),
        Ok(response) => Err(Ill::Failed(graph::error(&response).remedy(REMEDY))),
        Err(error @ CallError::Denied(_)) => Err(Ill::Failed(error.problem())),
        Err(error) => {
            let problem = error.problem();
            Err(Ill::Failed(Problem {
                remedy: problem.remedy.or_else(|| Some(REMEDY.to_owned())),
                ..problem
            }))
        }
    }
}

/// Whether Salesforce knows the fields that are read.
pub(super) fn records(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    let Some(handoffs) = &config.handoff else { return Ok(()) };
    let revenue = &handoffs.revenue_field;
    let next_step = &handoffs.next_step_field;
    for field in [revenue, next_step] {
        let soql = format!("SELECT {field} FROM Opportunity LIMIT 1");
        salesforce.query::<Value>(&soql)?;
    }
    if handoffs.rules.iter().any(|rule| rule.when == When::LeadConverted) {
        let soql = "SELECT Id, IsConverted, ConvertedDate, ConvertedOpportunityId FROM Lead LIMIT 1";
        salesforce.query::<Value>(soql)?;
    }
    unknown_stages(config, salesforce)
}

/// Stages are names that each organisation chooses.
fn unknown_stages(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    let Some(handoffs) = &config.handoff else { return Ok(()) };
    let describe: Value = salesforce.get(["sobjects", "Opportunity", "describe"])?;
    let fields = describe["fields"].as_array().cloned().unwrap_or_default();
    let stages = fields.iter().find(|field| field["name"] == "StageName");
    let known: Vec<_> = stages
        .and_then(|field| field["picklistValues"].as_array())
        .into_iter()
        .flatten()
        .filter_map(|value| value["value"].as_str().map(str::to_lowercase))
        .collect();
    let wanted = handoffs.rules.iter().filter_map(|rule| rule.stage());
    let unknown: Vec<_> = wanted.filter(|stage| !known.contains(&stage.to_lowercase())).collect();
    match unknown.is_empty() {
        true => Ok(()),
        false => Err(Ill::Warning(
            Problem::new(
                "salesforce.unknown-stage",
                format!("Salesforce has no stage {}", unknown.join(", ")),
            )
            .remedy("write stages as in Setup > Object Manager > Opportunity > Stage"),
        )),
    }
}
