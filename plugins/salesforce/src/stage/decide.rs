//! `accept-stage` and `decline-stage`: what a person makes of a proposal.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Action, Problem, clock};

use super::proposal::{self, Proposal};
use super::{opportunity, rights};
use crate::Config;
use crate::salesforce::Salesforce;
use crate::tasks::owner::Memory;

/// As the manifest's schema has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    opportunity_id: String,
    /// The proposal that the person saw; another may have taken its place.
    proposal_id: Option<String>,
}

/// Sets the stage that was proposed.
pub(crate) fn accept(
    config: &Config,
    salesforce: &Salesforce<'_>,
    action: &Action,
) -> Result<Value, Problem> {
    let (proposal, person) = asked(config, salesforce, action)?;
    let now = opportunity::read(salesforce, &proposal.opportunity)?;
    let set_already = now.stage_name.eq_ignore_ascii_case(&proposal.stage);
    if !set_already && now.stage_name != proposal.from {
        let message = format!(
            "the Opportunity has moved on from {} to {} since {} was proposed",
            proposal.from, now.stage_name, proposal.stage
        );
        return Err(Problem::new("salesforce.stage-moved", message)
            .remedy("decline the proposal, or set the stage in Salesforce"));
    }
    if !set_already {
        let fields = BTreeMap::from([("StageName", &proposal.stage)]);
        let effect = format!("stage:{}", proposal.id);
        salesforce.update("Opportunity", &proposal.opportunity, &fields, effect)?;
    }
    let text = format!("{} → {}, accepted by {person}", proposal.from, proposal.stage);
    proposal.end(clock::now(), "Stage set", text)?;
    Ok(json!({ "opportunity_id": proposal.opportunity, "stage": proposal.stage, "set": !set_already }))
}

/// Lets a proposal go.
pub(crate) fn decline(
    config: &Config,
    salesforce: &Salesforce<'_>,
    action: &Action,
) -> Result<Value, Problem> {
    let (proposal, person) = asked(config, salesforce, action)?;
    let text = format!("{} → {}, declined by {person}", proposal.from, proposal.stage);
    proposal.end(clock::now(), "Stage not set", text)?;
    Ok(json!({ "opportunity_id": proposal.opportunity, "stage": proposal.stage }))
}

/// The proposal that is meant, and who decides, if they may.
fn asked(
    config: &Config,
    salesforce: &Salesforce<'_>,
    action: &Action,
) -> Result<(Proposal, String), Problem> {
    let input: Input = serde_json::from_str(&action.input)
        .map_err(|error| Problem::new("salesforce.invalid-input", error.to_string()))?;
    let proposal = proposal::standing(&input.opportunity_id)?.ok_or_else(|| {
        Problem::new("salesforce.nothing-proposed", "no stage is proposed for this Opportunity")
            .remedy("somebody may have decided already: look at the record's timeline")
    })?;
    if input.proposal_id.is_some_and(|seen| seen != proposal.id) {
        let message = format!("{} is proposed by now", proposal.stage);
        return Err(
            Problem::new("salesforce.proposal-replaced", message).remedy("look at it again, then decide")
        );
    }
    let access = rights::of(config, salesforce, &action.actor, &proposal.opportunity, Memory::Kept)?;
    match access.refusal() {
        Some(problem) => Err(problem),
        None => Ok((proposal, action.actor.display_name.clone())),
    }
}
