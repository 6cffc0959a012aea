//! Rules about what people say.

use super::{Found, OPPORTUNITY, pointer};
use crate::config::{Config, Then};

pub(super) fn all<'a>(config: &'a Config, found: &mut Found<'a>) {
    for (index, rule) in config.deal_desk.iter().enumerate() {
        let at = format!("/deal_desk/{index}");
        found.name(&at, &rule.name);
        found.place(&at, rule.place());
        found.id(&format!("{at}/opportunity_id"), &rule.opportunity_id, OPPORTUNITY);
        found.phrases(&format!("{at}/keywords"), &rule.keywords);
    }
    for (index, rule) in config.competitors.iter().enumerate() {
        let at = format!("/competitors/{index}");
        found.name(&at, &rule.name);
        found.place(&at, rule.place());
        found.id(&format!("{at}/opportunity_id"), &rule.opportunity_id, OPPORTUNITY);
        found.phrases(&format!("{at}/names"), &rule.names);
        if rule.names.is_empty() {
            found.add(&format!("{at}/names"), "the competitor has no name to look for", "give at least one");
        }
        if let Then::Field(field) = &rule.then {
            let remedy = "write the API name of a field of Opportunity, like MainCompetitors__c";
            found.field(&format!("{at}/then/field"), field, remedy);
        }
    }
    for (index, rule) in config.stages.iter().enumerate() {
        let at = format!("/stages/{index}");
        found.name(&at, &rule.name);
        found.place(&at, rule.place());
        found.id(&format!("{at}/opportunity_id"), &rule.opportunity_id, OPPORTUNITY);
        if rule.stages.is_empty() {
            let remedy = "give at least one, with the words that say that it is agreed";
            found.add(&format!("{at}/stages"), "the rule has no stage to listen for", remedy);
        }
        for (stage, phrases) in &rule.stages {
            found.phrases(&format!("{at}/stages/{}", pointer(stage)), phrases);
        }
    }
}
