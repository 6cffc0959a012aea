//! `log-chat`: what was said in a chat lately, as one completed Task of a record.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Action, Identity, Problem, clock, graph};

use super::input::{self, invalid};
use crate::Config;
use crate::salesforce::Salesforce;
use crate::tasks::mark::Mark;
use crate::tasks::owner::{self, Memory};
use crate::tasks::task::{NewTask, Words};
use crate::tasks::write::{Look, Marked, Writer};
use crate::teams::message::{ChatMessage, Message};
use crate::teams::place::Place;
use crate::teams::source::is_id;
use tieline_sdk::time;

/// Graph's most for messages in a page.
const PAGE: &str = "50";
/// Two hundred messages fill a Task.
const PAGES: usize = 4;
const HOUR: u64 = 3_600_000;

/// As the manifest's schema has it.
#[derive(Deserialize)]
struct Input {
    chat_id: String,
    record_id: String,
    /// How far back; a day unless said otherwise.
    hours: Option<u64>,
}

/// Does what `action` asks for. The same conversation logged again is the same Task, until somebody writes more.
pub(crate) fn log_chat(
    config: &Config,
    salesforce: &Salesforce<'_>,
    action: &Action,
) -> Result<Value, Problem> {
    let input: Input = input::read(action)?;
    let place = Place::Chat { chat: &input.chat_id };
    if !is_id(&input.chat_id) {
        return Err(invalid("this is no chat id"));
    }
    let record = input::record(&input.record_id)?;
    let reader = input::reader(config, place, action)?;
    let now = clock::now();
    let since = now.saturating_sub(input.hours.unwrap_or(24).saturating_mul(HOUR));
    let said = said_since(place, reader, since)?;
    let Some((newest, last)) = said.last() else {
        return Err(Problem::new("salesforce.nothing-to-log", "nobody wrote anything in that time")
            .remedy("look further back, with `hours`"));
    };
    let mark = Mark { origin: format!("{}:{newest}", place.id()), rule: "log-chat" };
    let (subject, body) = words(place, config.name_of(place), said.iter().map(|(_, message)| message));
    let words = Words { subject: &subject, body: &body, link: last.link.as_deref() };
    let owner = match action.actor.directory_id.is_empty() {
        true => None,
        false => owner::user(config, salesforce, &action.actor.object_id, Memory::Kept)?,
    };
    let task = NewTask {
        owner_id: owner.or_else(|| config.default_owner.clone()),
        activity_date: Some(last.day().to_owned()),
        status: "Completed",
        ..NewTask::about(record, &words, &mark)
    };
    let marked = Marked { task, mark, since: last.day() };
    let writer = Writer { config, salesforce, look: Look::ForThisRule, at: now };
    let written = writer.one(&marked)?;
    writer.note(&marked, "Teams conversation logged", last.link.as_deref())?;
    Ok(json!({ "task_id": written.id, "created": written.created, "messages": said.len() }))
}

/// Subject and body of the Task: who said what when, oldest first. Pure.
pub fn words<'m>(
    place: Place<'_>,
    name: Option<&str>,
    said: impl ExactSizeIterator<Item = &'m Message>,
) -> (String, String) {
    let subject = format!("Teams chat logged: {} messages", said.len());
    let mut body = format!("Said {}, times in UTC:", place.described(name));
    for message in said {
        let time = message.created.get(..16).unwrap_or(&message.created).replace('T', " ");
        let text = if message.text.is_empty() { "(no text)" } else { &message.text };
        body.push_str(&format!("\n\n{time} {}: {text}", message.sender_name));
    }
    (subject, body)
}

/// What people wrote since then, oldest first, each with its id; the latest two hundred at most.
fn said_since(place: Place<'_>, reader: Identity, since: u64) -> Result<Vec<(String, Message)>, Problem> {
    let pages = graph::get(place.messages()).query("$top", PAGE).identity(reader).pages::<Value>();
    let mut said = vec![];
    for page in pages.take(PAGES) {
        let page = page?;
        let before = said.len();
        let count = page.len();
        for listed in page {
            let id = listed["id"].as_str().unwrap_or_default().to_owned();
            let Ok(message) = ChatMessage::deserialize(&listed) else { continue };
            let Some(message) = message.by_a_person() else { continue };
            if time::millis(&message.created).is_some_and(|written| written >= since) {
                said.push((id, message));
            }
        }
        // Newest first: a page with nothing of the time in it is the end of it.
        if said.len() == before && count > 0 {
            break;
        }
    }
    said.sort_by(|(one, _), (other, _)| (one.len(), one).cmp(&(other.len(), other)));
    Ok(said)
}
