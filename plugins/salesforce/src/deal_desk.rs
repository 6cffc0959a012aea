//! First use: what is said in a deal's channel or chat becomes Tasks of its Opportunity. Pure.

use crate::config::Config;
use crate::tasks::task::Rule;
use crate::teams::phrases::Text;
use crate::teams::place::Place;

/// A Task for each deal-desk rule of this place that the text satisfies.
pub fn wanted<'a>(config: &'a Config, place: Place<'_>, text: &str) -> Vec<Rule<'a>> {
    let text = Text::new(text);
    let here = config.deal_desk.iter().filter(|rule| rule.place() == Some(place));
    here.filter(|rule| rule.keywords.is_empty() || text.mentions_any(&rule.keywords))
        .map(|rule| Rule {
            name: &rule.name,
            record: &rule.opportunity_id,
            subject: rule
                .subject
                .clone()
                .unwrap_or_else(|| format!("Teams {} Discussion - {}", place.kind(), rule.name)),
            priority: rule.priority,
            channel_name: rule.channel_name.as_deref(),
        })
        .collect()
}
