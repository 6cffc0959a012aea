//! `status`: who turned the integration on, and who is in a conference; and what a person's own profile shows.

use serde_json::{Value, json};
use tieline_sdk::{ActionState, Actor, Offered, Problem, View, time};

use super::{all, asker, enabled};
use crate::conference::desk::{self, Desk};
use crate::conference::{Conference, Stage};
use crate::settings::Config;

/// Everybody.
pub(crate) fn status() -> Result<Value, Problem> {
    let people: Vec<_> = all()?
        .into_iter()
        .map(|(id, enabled)| json!({ "id": id, "name": enabled.name, "since": time::iso(enabled.since) }))
        .collect();
    let conferences: Vec<_> = desk::all()?.iter().map(|(id, open)| shown(id, open)).collect();
    Ok(json!({ "enabled": people, "conferences": conferences }))
}

fn shown(person: &str, open: &Conference) -> Value {
    let state = match open.stage {
        Stage::Invited { .. } => "invited",
        Stage::Joined => "joined",
    };
    json!({ "person": person, "session": open.seat.chat, "party": open.seat.party, "state": state })
}

/// What a person sees in their own profile, whatever record they ask about.
pub(crate) fn view(config: &Config, actor: &Actor) -> Result<View, Problem> {
    let person = asker(actor)?;
    let enabled = enabled(&person)?;
    let desk = Desk::of(config, &person, false)?;
    let content = json!({
        "enabled": enabled.is_some(),
        "since": enabled.as_ref().map(|enabled| time::iso(enabled.since)),
        "conference": desk.open().map(|open| shown(&person, open)),
        "phones": config.directory.phones,
    });
    let offered = |action: &str, label: &str| Offered {
        action: action.to_owned(),
        label: label.to_owned(),
        state: ActionState::Available,
    };
    let switch = match enabled {
        Some(_) => offered("disable", "Turn Teams integration off"),
        None => offered("enable", "Turn Teams integration on"),
    };
    let actions = vec![switch, offered("list-directory", "Look somebody up")];
    Ok(View { title: "Microsoft Teams".to_owned(), content: content.to_string(), actions })
}
