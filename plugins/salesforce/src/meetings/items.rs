//! Who is to do what until when. Pure.

use serde::Serialize;

use super::due;
use super::people::{Person, named};
use super::sentences::Sentence;
use crate::config::Meetings;
use crate::teams::phrases::Text;

/// Something that somebody is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Who is to do it.
    pub owner: Person,
    /// Who said so.
    pub speaker: String,
    /// When, in milliseconds since the transcript began.
    pub at: u64,
    /// In their words.
    pub text: String,
    /// Until when, in days since 1970.
    pub due: Option<u64>,
}

/// The action items of a meeting that was held on the day `today`, in the order in which they were said.
pub fn of(meetings: &Meetings, sentences: &[Sentence], people: &[Person], today: u64) -> Vec<Item> {
    let item = |sentence: &Sentence| {
        let owner = owner(meetings, sentence, people)?;
        let later = meetings.due_in_days.map(|days| today + u64::from(days));
        Some(Item {
            owner,
            speaker: sentence.speaker.clone(),
            at: sentence.at,
            text: sentence.text.clone(),
            due: due::said(&sentence.text, today).or(later),
        })
    };
    sentences.iter().filter_map(item).collect()
}

/// Whose action item a sentence is; none if it is none.
fn owner(meetings: &Meetings, sentence: &Sentence, people: &[Person]) -> Option<Person> {
    let text = Text::new(&sentence.text);
    let asked = || named(people, &text, &sentence.speaker).cloned();
    let speaker =
        || people.iter().find(|person| person.name.eq_ignore_ascii_case(&sentence.speaker)).cloned();
    if text.mentions_any(&meetings.assignments) {
        return asked().or_else(speaker);
    }
    if text.mentions_any(&meetings.promises) {
        return speaker();
    }
    text.mentions_any(&meetings.requests).then(asked).flatten()
}

/// `00:12:31`
pub fn clock(millis: u64) -> String {
    let seconds = millis / 1_000;
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
