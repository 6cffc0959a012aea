//! The view of a record for a person.

use serde_json::json;
use tieline_sdk::{Action, ActionState, Actor, Offered, Problem, RecordRef, View};

use super::places::{self, Shown};
use crate::asked::{Asked, Input};
use crate::connect::{existing, introduction};
use crate::disconnect::facts::AtRecord;
use crate::settings::Config;
use crate::settings::gate::Asked as Kind;
use crate::timeline::switch;

/// What the panel shows.
pub(crate) fn view(config: &Config, record: &RecordRef, actor: &Actor) -> Result<View, Problem> {
    let asked = Asked::open(config, Kind::read(&record.kind), &record.id, actor)?;
    let row = asked.record(&[])?;
    let rights = AtRecord::of(&asked, &row)?;
    let places = places::of(&asked, rights)?;
    let title = row.title(&asked.table);
    let content = json!({
        "record": { "table": asked.table.name, "id": asked.id, "kind": asked.table.label, "title": title, "link": asked.link() },
        "places": places.shown.iter().map(Shown::json).collect::<Vec<_>>(),
        "older_places": places.older,
        "connected_by_dynamics": places.elsewhere,
        "you": {
            "name": asked.person.name,
            "may_read": asked.access.read,
            "may_write": asked.access.write,
            "own_the_record": rights.owns(),
            "may_disconnect_any_chat": rights.privileged(),
        },
        "introduction": asked.settings.include_note,
        "warning": asked.settings.include_note.then_some(introduction::WARNING),
        "timeline": switch::is_on()?,
    });
    let mut actions = vec![
        available("create-chat", "Start a chat about this record".into()),
        offered("connect-chat", "Connect a chat or channel".into(), existing::allowed(&asked)),
    ];
    for shown in &places.shown {
        actions.push(offered("join-chat", format!("Join {}", shown.name()), shown.join.clone()));
        let disconnect = shown.disconnect.clone().map(drop);
        actions.push(offered("disconnect-chat", format!("Disconnect {}", shown.name()), disconnect));
    }
    actions.push(available("list-chats", "List chats and channels".into()));
    actions.push(available("suggest-participants", "Suggest people".into()));
    Ok(View { title: format!("Teams chats of {title}"), content: content.to_string(), actions })
}

/// `list-chats`
pub(crate) fn list(asked: &Asked<'_>) -> Result<serde_json::Value, Problem> {
    let rights = AtRecord::of(asked, &asked.record(&[])?)?;
    let places = places::of(asked, rights)?;
    Ok(json!({
        "places": places.shown.iter().map(Shown::json).collect::<Vec<_>>(),
        "older_places": places.older,
        "connected_by_dynamics": places.elsewhere,
    }))
}

/// The record that an action is about.
pub(crate) fn asked<'a>(
    config: &'a Config,
    action: &'a Action,
    input: &'a Input,
) -> Result<Asked<'a>, Problem> {
    let id = input.record_id.as_deref().unwrap_or_default();
    Asked::open(config, input.kind(), id, &action.actor)
}

fn available(action: &str, label: String) -> Offered {
    Offered { action: action.to_owned(), label, state: ActionState::Available }
}

fn offered(action: &str, label: String, allowed: Result<(), Problem>) -> Offered {
    let state = allowed.map_or_else(ActionState::Refused, |()| ActionState::Available);
    Offered { action: action.to_owned(), label, state }
}
