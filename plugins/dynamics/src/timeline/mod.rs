//! The timeline of a record in Dynamics 365: one activity row a connected chat, which says who connected it and when,
//! who wrote last and when. No word of what they wrote.
//!
//! A global administrator turns this on ([`switch`]). While it is on, connected chats are watched ([`spoken`]).

pub(crate) mod backfill;
mod role;
pub mod row;
pub(crate) mod spoken;
pub(crate) mod switch;
pub(crate) mod sync;

use serde_json::{Value, json};
use tieline_sdk::{Failure, Problem, storage};

use crate::asked::Asked;
use crate::connect::link::Link;
use crate::dataverse::Dataverse;
use crate::dataverse::metadata::Table;
use crate::dataverse::person::Person;
use row::Row;

/// What `plan` is told about: an entry for each chat that is to be watched.
pub(crate) const WATCHED: &str = "plan/chat/";

/// Puts a newly connected chat on the timeline, if that is on. Whether it is there, or why not: a record type without
/// a timeline is no reason not to connect.
pub(crate) fn connected(
    asked: &Asked<'_>,
    link: &mut Link,
    name: &str,
    open: &str,
) -> Result<Value, Problem> {
    if !switch::is_on()? {
        return Ok(json!("off"));
    }
    watch(link)?;
    match create(&asked.dataverse(), &asked.table, link, name, open, &asked.person) {
        Ok(Some(id)) => {
            link.activity = Some(id);
            Ok(json!("on"))
        }
        Ok(None) => Ok(json!("this record type has no timeline")),
        Err(Failure::Permanent(problem)) => Ok(json!(problem.message)),
        // It comes later, with as many attempts as it takes.
        Err(Failure::Retry((problem, _))) => {
            backfill::begin()?;
            Ok(json!(format!("later: {}", problem.message)))
        }
    }
}

/// Says on the timeline that a chat was disconnected, and forgets the link.
pub(crate) fn disconnected(asked: &Asked<'_>, link: &Link) -> Result<(), Failure> {
    if let Some(id) = &link.activity {
        let dataverse = asked.dataverse();
        if let Some(stored) = row::read(&dataverse, id)? {
            let fields = stored.ended(&asked.actor.display_name, tieline_sdk::clock::now());
            dataverse.update(
                &format!("chats({id})"),
                stored.etag.as_deref(),
                &fields,
                "timeline".to_owned(),
            )?;
        }
    }
    unlink(link)
}

/// Forgets a link, and stops watching a chat that nothing is connected to any more.
pub(crate) fn unlink(link: &Link) -> Result<(), Failure> {
    let last = link.forget()?;
    match link.place.chat().filter(|_| last) {
        Some(chat) => Ok(storage::delete(&format!("{WATCHED}{chat}"), storage::Condition::Always)?),
        None => Ok(()),
    }
}

/// Watches the chat of a link.
fn watch(link: &Link) -> Result<(), Failure> {
    match link.place.chat() {
        Some(chat) => storage::put_json(&format!("{WATCHED}{chat}"), &true, None),
        None => Ok(()),
    }
}

/// The row of a link; none where the record type has no timeline.
fn create(
    dataverse: &Dataverse<'_>,
    table: &Table,
    link: &Link,
    name: &str,
    open: &str,
    person: &Person,
) -> Result<Option<String>, Failure> {
    let row = Row { link, name, open, person };
    match row.fields(table) {
        Some(fields) => dataverse.create("chats", &fields, format!("timeline:{}", link.place.id())).map(Some),
        None => Ok(None),
    }
}
