//! The tables of `cases/meetings/`: a configuration, a meeting, a transcript, and the action items in it.

// The crate is a test; clippy knows tests by their attribute, not by their folder.
#![allow(clippy::unwrap_used)]

mod table;

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_salesforce::config::Meetings;
use tieline_salesforce::meetings::{items, people::Meeting, sentences, vtt};
use tieline_sdk::time;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    about: String,
    config: Meetings,
    meeting: Meeting,
    held: String,
    /// Line by line.
    vtt: Vec<String>,
    items: Vec<Value>,
}

#[test]
fn every_meeting_has_the_items_that_it_says() {
    for (file, case) in table::cases::<Case>("meetings") {
        let sentences = sentences::of(&vtt::read(&case.vtt.join("\n")));
        let people = case.meeting.people(sentences.iter().map(|sentence| sentence.speaker.as_str()));
        let found = items::of(&case.config, &sentences, &people, time::day(&case.held).unwrap());
        let shown: Vec<_> = found
            .into_iter()
            .map(|item| {
                let due = item.due.map(time::date);
                let mut shown = serde_json::to_value(item).unwrap();
                shown["due"] = json!(due);
                shown
            })
            .collect();
        assert_eq!(shown, case.items, "{file}: {}", case.about);
    }
}
