//! Somebody wrote in a connected chat: the timelines of its records say who and when. The messages of one chat come one
//! after another, and what is asked is who wrote last, so a burst costs little and order does not matter.

use tieline_sdk::activity::{self, Entry};
use tieline_sdk::{Failure, Problem, RecordRef, graph};

use super::row;
use crate::connect::link::{self, Link};
use crate::dataverse::Dataverse;
use crate::settings::Config;
use crate::teams::message::{self, Last};
use crate::teams::place::Place;
use crate::teams::service;

/// Notes it.
pub(crate) fn noted(config: &Config, resource: &str) -> Result<(), Failure> {
    let chat = graph::chat_of(resource).ok_or_else(|| {
        Failure::permanent(Problem::new("dynamics.not-a-chat", format!("{resource} is in no chat")))
    })?;
    if !super::switch::is_on()? {
        return Ok(());
    }
    let place = Place::Chat(chat.to_owned());
    let records = link::records_of(chat)?;
    if records.is_empty() {
        return Ok(());
    }
    let Some(last) = message::last(&place, &service::user()?)? else { return Ok(()) };
    let dataverse = Dataverse { version: &config.api_version };
    for (table, record) in records {
        if let Some(link) = link::find(&table, &record, &place)? {
            on_timeline(&dataverse, &link, &last)?;
        }
    }
    Ok(())
}

/// Written only over what was read: somebody else's change in between is read again.
fn on_timeline(dataverse: &Dataverse<'_>, link: &Link, last: &Last) -> Result<(), Failure> {
    if let Some(id) = &link.activity {
        let stored = row::read(dataverse, id)?;
        let fields = stored.as_ref().and_then(|stored| stored.with_last(last));
        if let (Some(stored), Some(fields)) = (stored, fields) {
            let effect = format!("last:{}:{}:{}", link.table, link.record, last.at);
            dataverse.update(&format!("chats({id})"), stored.etag.as_deref(), &fields, effect)?;
        }
    }
    let entry = Entry {
        record: RecordRef { kind: link.table.clone(), id: link.record.clone() },
        at: last.at,
        title: format!("Last message in a connected chat by {}", last.name),
        text: None,
        link: None,
        key: Some(format!("last/{}", link.place.id())),
    };
    Ok(activity::add(&entry)?)
}
