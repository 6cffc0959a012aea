//! `disconnect-chat`: the mapping is removed, upstream and here. The chat itself stays as it is.

use serde_json::{Value, json};
use tieline_sdk::activity::{self, Entry};
use tieline_sdk::{Problem, RecordRef, clock};

use super::facts::AtRecord;
use super::rights;
use crate::asked::{Asked, Input};
use crate::connect::join::not_connected;
use crate::connect::link;
use crate::teams::place::Place;
use crate::timeline;

/// Disconnects, if one of the person's rights allows it.
pub(crate) fn disconnect(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    let place =
        Place::named(input.chat_id.as_deref(), input.team_id.as_deref(), input.channel_id.as_deref())?;
    let link = link::find(&asked.table.name, &asked.id, &place)?.ok_or_else(not_connected)?;
    let facts = AtRecord::of(asked, &asked.record(&[])?)?.with(asked, &link);
    let right = rights::right(facts).ok_or_else(|| rights::refusal(facts))?;
    let row = format!("msdyn_teamschatassociations({})", link.association);
    asked.dataverse().delete(&row, "association".to_owned())?;
    timeline::disconnected(asked, &link)?;
    let entry = Entry {
        record: RecordRef { kind: link.table.clone(), id: link.record.clone() },
        at: clock::now(),
        title: format!("Teams {} disconnected by {}", link.place.kind(), asked.actor.display_name),
        text: None,
        link: None,
        key: Some(format!("disconnected/{}/{}", link.place.id(), link.connected_at)),
    };
    activity::add(&entry).map_err(tieline_sdk::Failure::from)?;
    Ok(json!({ "disconnected": place.id(), "because": right.words() }))
}
