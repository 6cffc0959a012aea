//! What connecting does once the chat is there and the service user in it: the mapping, upstream and here; the
//! introduction; the timeline.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::activity::{self, Entry};
use tieline_sdk::{Failure, Problem, RecordRef, clock};

use super::introduction;
use super::link::Link;
use crate::asked::Asked;
use crate::dataverse::ids::quoted;
use crate::dataverse::{Dataverse, List};
use crate::settings::review::CardFields;
use crate::teams::chat::Named;
use crate::teams::place::Place;
use crate::timeline;
use crate::updates::told;

/// What came of it.
pub(crate) struct Attached {
    /// Whether the chat was told what it is about.
    pub(crate) introduced: bool,
    /// Fields of the view that the context card could not show, and why.
    pub(crate) skipped: Value,
    /// Whether the record's timeline shows the chat; if it should and does not, why.
    pub(crate) timeline: Value,
}

/// The introduction of a chat that is to be connected; none where the record type has none. Asked before anything is
/// changed: a chat whose introduction is impossible must not come to be.
pub(crate) fn introduction_of(asked: &Asked<'_>, note: Option<&str>) -> Result<Option<CardFields>, Problem> {
    let fields = introduction::fields(asked)?;
    if fields.is_none() && note.is_some() {
        let message =
            format!("records of the type {} have no introduction, so no note either", asked.table.label);
        return Err(Problem::new("dynamics.note-off", message)
            .remedy("leave the note out, or ask an administrator to turn `include_note` on"));
    }
    Ok(fields)
}

/// Connects a record and a place.
pub(crate) fn attach(
    asked: &Asked<'_>,
    place: &Place,
    named: &Named,
    (fields, note): (Option<CardFields>, Option<&str>),
) -> Result<Attached, Problem> {
    let shown = fields.iter().flat_map(|fields| &fields.shown).map(String::as_str);
    let watched = told::tellable(&asked.table, &asked.settings.watched);
    let columns: Vec<_> = shown.chain(watched.iter().copied()).collect();
    let record = asked.record(&columns)?;

    let dataverse = asked.dataverse();
    let mut link = Link {
        table: asked.table.name.clone(),
        record: asked.id.clone(),
        place: place.clone(),
        connected_by: asked.actor.object_id.to_ascii_lowercase(),
        connected_at: clock::now(),
        association: associated(&dataverse, &asked.table.name, &asked.id, place, &named.name())?,
        activity: None,
    };
    told::know(&asked.table, &asked.id, &watched, &record)?;
    let open = named.web_url.clone().unwrap_or_else(|| place.link(&asked.actor.directory_id));
    let timeline = timeline::connected(asked, &mut link, &named.name(), &open)?;
    link.keep()?;
    if let Some(fields) = &fields {
        introduction::announce(asked, place, &record, fields, note)?;
    }
    note_here(&link, &open, &asked.actor.display_name)?;
    let skipped = fields.iter().flat_map(|fields| &fields.skipped);
    let skipped: Vec<_> = skipped.map(|(field, why)| json!({ "field": field, "why": why })).collect();
    Ok(Attached { introduced: fields.is_some(), skipped: skipped.into(), timeline })
}

/// The upstream's row of the mapping, which may be there already: Dynamics 365 itself writes such rows.
fn associated(
    dataverse: &Dataverse<'_>,
    table: &str,
    record: &str,
    place: &Place,
    name: &str,
) -> Result<String, Failure> {
    let rows = rows(dataverse, record)?;
    if let Some(row) = rows.into_iter().find(|row| row.place == place.id()) {
        return Ok(row.id);
    }
    let row = json!({
        "msdyn_teamschatassociationname": crate::teams::html::shortened(name, 90),
        "msdyn_teamschatid": place.id(),
        "msdyn_regardingobjectid": record,
        "msdyn_regardingobjectname": table,
    });
    dataverse.create("msdyn_teamschatassociations", &row, "association".to_owned())
}

/// A row of the upstream's mapping.
#[derive(Debug, Deserialize)]
pub(crate) struct Row {
    #[serde(rename = "msdyn_teamschatassociationid")]
    pub(crate) id: String,
    #[serde(rename = "msdyn_teamschatid")]
    pub(crate) place: String,
}

/// The upstream's mapping of a record.
pub(crate) fn rows(dataverse: &Dataverse<'_>, record: &str) -> Result<Vec<Row>, Failure> {
    let found: List<Row> = dataverse.get(&format!(
        "msdyn_teamschatassociations?$select=msdyn_teamschatassociationid,msdyn_teamschatid\
         &$filter=msdyn_regardingobjectid%20eq%20{}%20and%20msdyn_teamschatid%20ne%20null",
        quoted(record)
    ))?;
    Ok(found.value)
}

/// The record's timeline on this side.
fn note_here(link: &Link, open: &str, who: &str) -> Result<(), Failure> {
    let entry = Entry {
        record: RecordRef { kind: link.table.clone(), id: link.record.clone() },
        at: link.connected_at,
        title: format!("Teams {} connected by {who}", link.place.kind()),
        text: None,
        link: Some(open.to_owned()).filter(|open| open.starts_with("https://")),
        key: Some(format!("connected/{}", link.place.id())),
    };
    Ok(activity::add(&entry)?)
}
