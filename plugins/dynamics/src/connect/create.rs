//! `create-chat`: a new chat about a record.

use serde_json::{Value, json};
use tieline_sdk::Problem;

use super::attach::{Attached, attach, introduction_of};
use crate::asked::{Asked, Input};
use crate::dataverse::ids::guid;
use crate::people::licence;
use crate::teams::place::Place;
use crate::teams::{chat, html, service};

/// Teams cuts longer topics.
const LONGEST_TOPIC: usize = 250;
/// With the person and the service user, well within what a chat takes at once.
const MOST: usize = 100;

/// Creates the chat with everybody who was chosen, the person and the service user, and connects it.
pub(crate) fn create(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    let people = chosen(&input.participants, &asked.actor.object_id)?;
    licensed(&people)?;
    let note = input.note.as_deref();
    let fields = introduction_of(asked, note)?;
    let record = asked.record(&[])?;
    let topic = input.topic.as_deref().map(str::trim).filter(|topic| !topic.is_empty());
    let topic = html::shortened(topic.unwrap_or(&record.title(&asked.table)), LONGEST_TOPIC);
    let mut members = vec![asked.actor.object_id.to_ascii_lowercase()];
    members.extend(people);
    let created = chat::create(&topic, &service::user()?, &members)?;
    let place = Place::Chat(created.id.clone());
    let Attached { introduced, skipped, timeline } = attach(asked, &place, &created, (fields, note))?;
    Ok(json!({
        "chat_id": created.id,
        "link": created.web_url.unwrap_or_else(|| place.link(&asked.actor.directory_id)),
        "members": members.len() + 1,
        "introduced": introduced,
        "skipped_fields": skipped,
        "timeline": timeline,
    }))
}

/// Object ids, each once, without the person.
fn chosen(participants: &[String], own: &str) -> Result<Vec<String>, Problem> {
    let mut people: Vec<String> = vec![];
    for participant in participants {
        let id = guid(participant).ok_or_else(|| {
            Problem::new("dynamics.invalid-input", format!("`{participant}` is no object id of a person"))
                .remedy("choose participants among those that suggest-participants names")
        })?;
        if !id.eq_ignore_ascii_case(own) && !people.contains(&id) {
            people.push(id);
        }
    }
    if people.is_empty() || people.len() > MOST {
        let message = format!("choose 1 to {MOST} participants beside yourself");
        return Err(Problem::new("dynamics.invalid-input", message));
    }
    Ok(people)
}

/// Nobody is invited who could not come.
fn licensed(people: &[String]) -> Result<(), Problem> {
    let mut without = vec![];
    for (id, licence) in licence::of(people) {
        if !licence? {
            without.push(id);
        }
    }
    if without.is_empty() {
        return Ok(());
    }
    let message =
        format!("these people have no Teams licence, or are not in the directory: {}", without.join(", "));
    Err(Problem::new("dynamics.no-teams-licence", message)
        .remedy("choose others, or ask an administrator to assign them a licence"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn participants_are_people_each_once_and_not_oneself() {
        let id = |last: char| format!("00000000-0000-4000-8000-00000000000{last}");
        let own = id('1');
        let ids = |text: &[char]| text.iter().map(|c| id(*c)).collect::<Vec<_>>();
        assert_eq!(chosen(&ids(&['2', '1', '2', '3']), &own).unwrap(), ids(&['2', '3']));
        assert!(chosen(&ids(&['1']), &own).is_err(), "nobody else");
        assert!(chosen(&["me@example.com".to_owned()], &own).is_err());
    }
}
