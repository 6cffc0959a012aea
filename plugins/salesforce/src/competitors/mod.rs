//! Second use: a competitor that is named in a deal's channel or chat becomes a Task, or a field of the
//! Opportunity. Pure.

pub mod field_update;

use crate::config::{Competitor, Config, Then};
use crate::tasks::task::Rule;
use crate::teams::phrases::Text;
use crate::teams::place::Place;
use field_update::FieldUpdate;

/// What the competitor rules of this place want for the text: Tasks, and fields to set. Rules that set the same
/// field of the same Opportunity are joined into one update, so that none overwrites the other.
pub fn wanted<'a>(config: &'a Config, place: Place<'_>, text: &str) -> (Vec<Rule<'a>>, Vec<FieldUpdate<'a>>) {
    let text = Text::new(text);
    let here = config.competitors.iter().filter(|rule| rule.place() == Some(place));
    let (mut tasks, mut updates) = (vec![], vec![]);
    for rule in here.filter(|rule| text.mentions_any(&rule.names)) {
        match &rule.then {
            Then::Task => tasks.push(task(rule)),
            Then::Field(field) => FieldUpdate::join(&mut updates, &rule.opportunity_id, field, &rule.name),
        }
    }
    (tasks, updates)
}

fn task(rule: &Competitor) -> Rule<'_> {
    Rule {
        name: &rule.name,
        record: &rule.opportunity_id,
        subject: rule.subject.clone().unwrap_or_else(|| format!("Competitor mentioned: {}", rule.name)),
        priority: rule.priority,
        channel_name: rule.channel_name.as_deref(),
    }
}
