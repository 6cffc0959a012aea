//! `schedule-meeting`: an online meeting for a case, in a calendar, so that what comes of it can be read later.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tieline_sdk::{Failure, Problem, Timestamp, clock, html::escaped, storage};

use super::event::Wanted;
use super::events::{created, html};
use super::matching;
use super::place::Place;
use crate::asked::{Asked, Input};
use crate::timeline::{self, Entry};
use crate::words::code;

/// Meetings of a case that are looked at.
const MOST: u32 = 200;

/// A meeting that was scheduled for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meeting {
    pub(crate) event: String,
    pub(crate) transaction: String,
    pub(crate) subject: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) join: Option<String>,
    /// Object id of the person who scheduled it.
    pub(crate) by: String,
    /// The reports of it that stand on the timeline.
    #[serde(default)]
    pub(crate) told: Vec<String>,
}

/// Schedules it, once: the same meeting about the same case is the same transaction, whoever clicks how often.
pub(crate) fn schedule(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    let place = Place::named(input.owner.as_deref(), input.calendar_id.as_deref())?;
    let case = &asked.case;
    let given = input.subject.as_deref().unwrap_or_else(|| case.subject());
    let subject = matching::subject(given, &case.number);
    let (start, end) = (input.start.as_deref(), input.end.as_deref());
    let times = [start.unwrap_or_default(), end.unwrap_or_default()];
    let words = [asked.config.vault_dns(), &case.id, &subject, times[0], times[1], &place.events()];
    let transaction = format!("tieline-{}", code(&words));
    let body = format!(
        "<p>Case <a href=\"{}\">{}</a></p>{}",
        escaped(&asked.link()),
        escaped(&asked.title()),
        html(input.body.as_deref().unwrap_or_default())
    );
    let wanted = Wanted {
        subject: Some(&subject),
        html: Some(&body),
        start,
        end,
        attendees: &input.attendees,
        online: true,
    };
    let event = created(place, &wanted, &transaction)?;
    let begins = event.start().unwrap_or_else(clock::now);
    let meeting = Meeting {
        event: event.id.clone(),
        transaction: transaction.clone(),
        subject: subject.clone(),
        start: begins,
        end: event.end().unwrap_or(begins),
        join: event.join_url().map(str::to_owned),
        by: asked.actor.object_id.clone(),
        told: known(&case.id, &transaction)?.map(|before| before.told).unwrap_or_default(),
    };
    meeting.keep(&case.id)?;
    let entry = Entry {
        case: case.id.clone(),
        kind: "meeting".to_owned(),
        title: format!("Meeting Scheduled: {subject}"),
        link: meeting.join.clone().or_else(|| event.web_link.clone()),
        at: begins,
        id: format!("tieline/{}/meeting/{transaction}", case.id),
    };
    timeline::tell(vec![entry], true)?;
    let mut said = event.json();
    said["case"] = json!({ "id": case.id, "number": case.number });
    Ok(said)
}

impl Meeting {
    /// Keeps it.
    pub(super) fn keep(&self, case: &str) -> Result<(), Failure> {
        storage::put_json(&key(case, &self.transaction), self, None)
    }
}

fn known(case: &str, transaction: &str) -> Result<Option<Meeting>, Failure> {
    storage::get_json(&key(case, transaction))
}

/// The meetings that were scheduled for a case, in their order.
pub(crate) fn of_case(case: &str) -> Result<Vec<Meeting>, Failure> {
    let page = storage::scan(&format!("meeting/{case}/"), None, MOST)?;
    let read = |value: &[u8]| {
        serde_json::from_slice(value).map_err(|error| {
            let message = format!("a meeting that was kept does not decode: {error}");
            Failure::permanent(Problem::new("storage.unreadable", message))
        })
    };
    let mut meetings =
        page.entries.iter().map(|entry| read(&entry.value)).collect::<Result<Vec<Meeting>, _>>()?;
    meetings.sort_by_key(|meeting| meeting.start);
    Ok(meetings)
}

fn key(case: &str, transaction: &str) -> String {
    format!("meeting/{case}/{transaction}")
}
