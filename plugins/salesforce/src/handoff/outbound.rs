//! Takes Salesforce's outbound messages. The host has checked the organisation, stored the message and acknowledged it
//! before this runs; Salesforce repeats what was not acknowledged for a day, in any order.

use tieline_sdk::{Failure, HookCall, Problem, log};

use super::soap;
use super::spread::{Candidate, spread};
use crate::config::Handoffs;
use crate::salesforce::id;

/// The webhook of the plan.
pub(crate) const HOOK: &str = "salesforce";

/// Hands on the records that a message names. What is said of them may be old by now: they are read again.
pub(crate) fn outbound(handoffs: &Handoffs, call: &HookCall) -> Result<(), Failure> {
    let message = soap::read(&call.body).map_err(|why| {
        let problem = Problem::new("salesforce.unreadable-outbound-message", why.message());
        Failure::permanent(problem.remedy("let nothing but Salesforce's outbound messages call this hook"))
    })?;
    let ours =
        handoffs.organization_id.as_deref().is_some_and(|ours| id::same(ours, &message.organization_id));
    if !ours {
        let what = format!("organisation {} is not the one of this installation", message.organization_id);
        return Err(Failure::permanent(
            Problem::new("salesforce.other-organization", what)
                .remedy("compare handoff.organization_id with Setup > Company Information"),
        ));
    }
    let (known, other): (Vec<_>, Vec<_>) = message
        .notices
        .into_iter()
        .partition(|notice| matches!(notice.object.as_str(), "Opportunity" | "Lead"));
    for notice in other {
        log::warn("an outbound message tells of another object", [("object", notice.object.as_str())]);
    }
    // Each notification is named, so that one that comes again finds its event there already.
    spread(
        known.iter().map(|notice| Candidate::new(&notice.object, &notice.record, Some(&notice.id))).collect(),
    )
}
