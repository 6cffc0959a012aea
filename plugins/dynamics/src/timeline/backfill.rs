//! Chats that were connected before the synchronisation was turned on are put on their timelines, some in each run.

use tieline_sdk::events::{self, NewEvent};
use tieline_sdk::{Failure, graph, log};

use crate::connect::link;
use crate::dataverse::Dataverse;
use crate::settings::Config;
use crate::teams::chat;

/// Type of the events that go on with it.
pub(crate) const BACKFILL: &str = "timeline-backfill";
/// Links of a run: each takes a handful of calls.
const AT_ONCE: usize = 10;

/// Begins.
pub(super) fn begin() -> Result<(), Failure> {
    emit(0)
}

fn emit(passed_over: usize) -> Result<(), Failure> {
    Ok(events::emit(&NewEvent {
        type_: BACKFILL.to_owned(),
        body: passed_over.to_string(),
        ordering_key: Some(BACKFILL.to_owned()),
        dedupe_key: None,
    })?)
}

/// Goes on. Links whose rows are refused are passed over, and said so.
pub(crate) fn go_on(config: &Config, body: &str) -> Result<(), Failure> {
    if !super::switch::is_on()? {
        return Ok(());
    }
    let mut passed_over: usize = body.parse().unwrap_or_default();
    let waiting: Vec<_> = link::all()?.into_iter().filter(|link| link.activity.is_none()).collect();
    let more = waiting.len() > passed_over + AT_ONCE;
    let some: Vec<_> = waiting.into_iter().skip(passed_over).take(AT_ONCE).collect();
    let names = graph::batched(some.iter().map(|link| chat::asked(&link.place)));
    let dataverse = Dataverse { version: &config.api_version };
    for (mut link, answer) in some.into_iter().zip(names) {
        let Some(table) = dataverse.table(&link.table)? else { continue };
        let named = chat::named(answer).unwrap_or_default();
        let open = named.web_url.clone().unwrap_or_else(|| link.place.link(""));
        let person = match dataverse.person(&link.connected_by) {
            Ok(person) => person,
            Err(Failure::Permanent(_)) => {
                passed_over += 1;
                continue;
            }
            Err(failure) => return Err(failure),
        };
        match super::create(&dataverse, &table, &link, &named.name(), &open, &person) {
            Ok(Some(id)) => {
                link.activity = Some(id);
                link.keep()?;
            }
            Ok(None) => passed_over += 1,
            Err(Failure::Permanent(problem)) => {
                log::warn("a chat cannot be put on a timeline", [("why", problem.message.as_str())]);
                passed_over += 1;
            }
            Err(failure) => return Err(failure),
        }
    }
    if more { emit(passed_over) } else { Ok(()) }
}
