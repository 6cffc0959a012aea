//! Hand-overs.

use super::{Found, pointer};
use crate::config::{Handoffs, When};

/// Salesforce counts each question as an API request.
const SHORTEST_POLL: u64 = 1;

pub(super) fn all<'a>(handoffs: &'a Handoffs, found: &mut Found<'a>) {
    if handoffs.poll_seconds.is_some_and(|seconds| seconds < SHORTEST_POLL) {
        let remedy = "ask every second at most; every 300 are usual";
        found.add("/handoff/poll_seconds", "this asks Salesforce too often", remedy);
    }
    if let Some(organization) = &handoffs.organization_id {
        found.id("/handoff/organization_id", organization, &["00D"]);
    }
    if handoffs.poll_seconds.is_none() && handoffs.organization_id.is_none() {
        let remedy = "give poll_seconds, or organization_id with an outbound message in Salesforce, or both";
        found.add("/handoff", "nobody would ever hear of a hand-over", remedy);
    }
    if handoffs
        .pages
        .as_deref()
        .is_some_and(|pages| !pages.starts_with("https://") || pages.contains(char::is_whitespace))
    {
        found.add("/handoff/pages", "this is no address", "write it like https://acme.my.salesforce.com");
    }
    let remedy = "write the API name of a field of Opportunity, like ARR__c";
    found.field("/handoff/revenue_field", &handoffs.revenue_field, remedy);
    found.field("/handoff/next_step_field", &handoffs.next_step_field, remedy);
    if handoffs.rules.is_empty() {
        found.add(
            "/handoff/rules",
            "there is no hand-over to tell of",
            "give at least one rule, or leave handoff out",
        );
    }
    for (index, rule) in handoffs.rules.iter().enumerate() {
        let at = format!("/handoff/rules/{index}");
        found.name(&at, &rule.name);
        if matches!(&rule.when, When::Stage(stage) if stage.trim().is_empty()) {
            found.add(&format!("{at}/when/stage"), "the stage has no name", "write it as in Salesforce");
        }
        let somewhere = [&rule.team_id, &rule.channel_id, &rule.chat_id].into_iter().any(Option::is_some);
        if somewhere || rule.owners.is_empty() {
            found.place(&at, rule.pipeline());
        }
        for (owner, place) in &rule.owners {
            let at = format!("{at}/owners/{}", pointer(owner));
            found.id(&at, owner, &["005"]);
            found.place(&at, place.place());
        }
    }
}
