//! A transcript becomes Tasks.

use serde::Deserialize;
use tieline_sdk::activity::{self, Entry};
use tieline_sdk::{Failure, Problem, graph, log, storage};

use super::items::{self, Item};
use super::people::Meeting;
use super::source::Source;
use super::{record, sentences, vtt};
use crate::config::{Meetings, Use};
use crate::pause::{self, Work};
use crate::run::Run;
use crate::tasks::mark::Mark;
use crate::tasks::owner::{self, Memory};
use crate::tasks::task::{NewTask, Words};
use crate::tasks::write::{Look, Marked, record_ref};
use tieline_sdk::time;

/// A transcript is not always there the moment it is announced. From this attempt on it is gone.
const GONE_AT: u32 = 3;
/// A notification may come so late, and a transcript that was read is not read again.
const REMEMBERED_FOR: u64 = 7 * 24 * 3_600_000;

/// Makes Tasks of the action items in a transcript, once. Meetings without any, or of which no record is found, leave
/// nothing in Salesforce.
pub(crate) fn capture(
    run: &Run<'_>,
    meetings: &Meetings,
    resource: &str,
    waited: bool,
) -> Result<(), Failure> {
    let source = Source::parse(resource).ok_or_else(|| {
        let what = format!("{resource} is no transcript");
        Failure::permanent(Problem::new("salesforce.not-a-transcript", what))
    })?;
    let done = format!("transcribed/{}", source.transcript);
    if storage::get(&done)?.is_some() {
        return Ok(());
    }
    if !waited && !run.config.limits.is_critical(Use::Meetings) && pause::stands()? {
        return pause::wait(&Work::Transcript { resource: resource.to_owned() });
    }
    let Some(read) = read(run, &source)? else { return Ok(()) };
    let sentences = sentences::of(&vtt::read(&read.vtt));
    let people = read.meeting.people(sentences.iter().map(|sentence| sentence.speaker.as_str()));
    let items = items::of(meetings, &sentences, &people, time::day(&read.held).unwrap_or_default());
    if !items.is_empty() {
        write(run, meetings, &source, &read, &items)?;
    }
    storage::put_json(&done, &items.len(), Some(REMEMBERED_FOR))
}

/// What Graph knows of a meeting that was transcribed.
struct Read {
    meeting: Meeting,
    /// When: `2026-06-17T09:00:00Z`. Of a series the meeting itself names the first only.
    held: String,
    vtt: String,
}

/// Reads it; none if it is not there any more.
fn read(run: &Run<'_>, source: &Source<'_>) -> Result<Option<Read>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Transcript {
        created_date_time: String,
    }
    let response = graph::get(source.path()).send()?;
    match response.status {
        200 => {}
        404 if run.attempt >= GONE_AT => {
            log::info("the transcript is gone", [("transcript", source.transcript)]);
            return Ok(None);
        }
        404 => return Err(Failure::retry(graph::error(&response))),
        _ => return Err(response.failure(graph::error(&response))),
    }
    let transcript: Transcript = response.json()?;
    let meeting: Meeting = graph::get(source.meeting_path()).fetch()?;
    let content = graph::get(source.path() + "/content").query("$format", "text/vtt").send()?;
    if !content.is_success() {
        return Err(content.failure(graph::error(&content)));
    }
    let vtt = String::from_utf8_lossy(&content.body).into_owned();
    Ok(Some(Read { meeting, held: transcript.created_date_time, vtt }))
}

fn write(
    run: &Run<'_>,
    meetings: &Meetings,
    source: &Source<'_>,
    read: &Read,
    items: &[Item],
) -> Result<(), Failure> {
    let subject = read.meeting.subject.as_deref().unwrap_or_default();
    let Some(record) = record::of(meetings, &run.salesforce, subject)? else {
        let count = items.len().to_string();
        log::warn("a meeting has action items, and no record fits its subject", [("items", count.as_str())]);
        return Ok(());
    };
    let day = read.held.get(..10).unwrap_or_default();
    let mut tasks = vec![];
    for (number, item) in items.iter().enumerate() {
        let mark = Mark { origin: format!("{}:{}", source.transcript, number + 1), rule: "meetings" };
        let body = format!(
            "{} said in “{subject}” at {}:\n{}\n\nFor: {}",
            item.speaker,
            items::clock(item.at),
            item.text,
            item.owner.name
        );
        let subject = format!("Action item: {}", item.text);
        let words = Words { subject: &subject, body: &body, link: read.meeting.join_web_url.as_deref() };
        let task = NewTask {
            owner_id: owner_of(run, meetings, item)?,
            activity_date: item.due.map(time::date),
            priority: meetings.priority,
            ..NewTask::about(&record, &words, &mark)
        };
        tasks.push(Marked { task, mark, since: day });
    }
    run.writer(Look::of_attempt(run.in_doubt)).several(&tasks)?;
    let entry = Entry {
        record: record_ref(&record),
        at: run.at,
        title: "Action items of a Teams meeting".to_owned(),
        text: Some(format!("{} from “{subject}”", items.len())),
        link: read.meeting.join_web_url.clone().filter(|url| url.starts_with("https://")),
        key: Some(format!("meeting:{}", source.transcript)),
    };
    Ok(activity::add(&entry)?)
}

/// The Salesforce user of whoever is to do it: by the table of voices, else by who they are in the directory, else the
/// default owner.
fn owner_of(run: &Run<'_>, meetings: &Meetings, item: &Item) -> Result<Option<String>, Failure> {
    let voice = meetings.speakers.iter().find(|(name, _)| name.eq_ignore_ascii_case(&item.owner.name));
    let found = match (voice, &item.owner.object_id) {
        (Some((_, owner)), _) => Some(owner.clone()),
        (None, Some(person)) => owner::user(run.config, &run.salesforce, person, Memory::Kept)?,
        (None, None) => None,
    };
    Ok(found.or_else(|| run.config.default_owner.clone()))
}
