//! The introduction of a newly connected chat, where the record type has one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tieline_sdk::events::{self, NewEvent};
use tieline_sdk::{Failure, Problem};

use crate::asked::Asked;
use crate::dataverse::record::Record;
use crate::settings::review::{CardFields, card_fields};
use crate::settings::{Config, Settings};
use crate::teams::card::{Card, introduction};
use crate::teams::message;
use crate::teams::place::Place;

/// What every person who connects is told where there is a context card.
pub(crate) const WARNING: &str = "Everybody in the chat sees the fields of the context card, also those who may not see them in Dynamics 365.";

/// Type of the events that introduce a chat.
pub(crate) const INTRODUCE: &str = "introduce";

/// A chat and what it is to be told.
#[derive(Serialize, Deserialize)]
pub(crate) struct Introduction {
    place: Place,
    said: Value,
}

/// The fields of the context card; none where there is no introduction.
pub(crate) fn fields(asked: &Asked<'_>) -> Result<Option<CardFields>, Problem> {
    if !asked.settings.include_note {
        return Ok(None);
    }
    of_view(asked.config, &asked.settings, &asked.table).map(Some)
}

/// The fields that the view of a record type gives.
pub(crate) fn of_view(
    config: &Config,
    settings: &Settings<'_>,
    table: &crate::dataverse::metadata::Table,
) -> Result<CardFields, Problem> {
    let dataverse = crate::dataverse::Dataverse { version: &config.api_version };
    let columns = dataverse.columns(settings.table, settings.view)?;
    let columns = columns.ok_or_else(|| {
        Problem::new("dynamics.no-such-view", format!("{} has no such view", settings.table))
            .remedy("name a view of the record type, or leave `view` out")
            .at(format!("/record_types/{}/view", settings.table))
    })?;
    Ok(card_fields(table, &columns))
}

/// Has it posted, as soon as the connection is made: a chat that cannot be posted to just now is connected all the same.
pub(crate) fn announce(
    asked: &Asked<'_>,
    place: &Place,
    record: &Record,
    fields: &CardFields,
    note: Option<&str>,
) -> Result<(), Problem> {
    let facts = fields.shown.iter().filter_map(|field| {
        let value = record.text(&asked.table, field)?;
        Some((asked.table.label_of(field).to_owned(), value))
    });
    let card = Card {
        kind: asked.table.label.clone(),
        title: record.title(&asked.table),
        facts: facts.collect(),
        link: asked.link(),
    };
    let said = introduction(&card, &asked.actor.display_name, note);
    let body = serde_json::to_string(&Introduction { place: place.clone(), said })
        .map_err(|error| Problem::new("dynamics.internal", error.to_string()))?;
    let ordering_key = Some(format!("record/{}/{}", asked.table.name, asked.id));
    let event = NewEvent { type_: INTRODUCE.to_owned(), body, ordering_key, dedupe_key: None };
    Ok(events::emit(&event).map_err(Failure::from)?)
}

/// Posts it.
pub(crate) fn post(introduction: &Introduction) -> Result<(), Failure> {
    message::post(&introduction.place, &introduction.said, INTRODUCE.to_owned())
}
