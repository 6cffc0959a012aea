//! What a person sees of an Opportunity: where it stands, which stage is proposed, and what they may do about it.

use serde_json::json;
use tieline_sdk::{ActionState, Actor, Offered, Problem, RecordRef, View};

use super::proposal::{self, Proposal};
use super::{opportunity, rights};
use crate::Config;
use crate::salesforce::Salesforce;
use crate::salesforce::id;
use crate::tasks::owner::Memory;

/// Shows an Opportunity to somebody who may read it in Salesforce.
///
/// # Errors
/// Why there is nothing to see.
pub(crate) fn view(config: &Config, record: &RecordRef, actor: &Actor) -> Result<View, Problem> {
    let salesforce = &Salesforce::new(config);
    if record.kind != "Opportunity" || id::check(&record.id, &["006"]).is_err() {
        let message = format!("this connector shows nothing about {} {}", record.kind, record.id);
        return Err(
            Problem::new("salesforce.no-view", message).remedy("ask for an Opportunity, by its id: 006…")
        );
    }
    let access = rights::of(config, salesforce, actor, &record.id, Memory::ReadOnly)?;
    if !access.read {
        let problem =
            Problem::new("salesforce.no-read-access", "Salesforce does not let you see this Opportunity");
        return Err(problem.remedy("ask its owner, or whoever shares records in Salesforce"));
    }
    let opportunity = opportunity::read(salesforce, &record.id)?;
    let proposal = proposal::standing(&record.id)?;
    let actions = proposal.as_ref().map(|proposal| offered(proposal, access)).unwrap_or_default();
    let content = json!({
        "stage": opportunity.stage_name,
        "amount": opportunity.amount,
        "close_date": opportunity.close_date,
        "next_step": opportunity.next_step,
        "proposal": proposal.map(|proposal| json!({
            "id": proposal.id,
            "stage": proposal.stage,
            "from": proposal.from,
            "said_by": proposal.said_by,
            "link": proposal.link,
        })),
    });
    Ok(View { title: opportunity.name, content: content.to_string(), actions })
}

/// What can be done about a proposal, or why not.
fn offered(proposal: &Proposal, access: rights::Access) -> Vec<Offered> {
    let state = || access.refusal().map_or(ActionState::Available, ActionState::Refused);
    let labelled = [
        ("accept-stage", format!("Set stage to {}", proposal.stage)),
        ("decline-stage", format!("Leave stage at {}", proposal.from)),
    ];
    labelled.map(|(action, label)| Offered { action: action.to_owned(), label, state: state() }).to_vec()
}
