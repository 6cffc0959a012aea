//! `connect-chat`: a chat or channel that exists is connected to a record.

use serde_json::{Value, json};
use tieline_sdk::{Problem, graph, path};

use super::attach::{Attached, attach, introduction_of};
use super::link;
use crate::asked::{Asked, Input};
use crate::teams::members::{self, History};
use crate::teams::place::Place;
use crate::teams::{chat, service};

/// People are in this many teams at most (a page holds a hundred and more).
const PAGES: usize = 20;

/// Connects it, after the service user joined it: without, no update could be posted.
pub(crate) fn connect(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    allowed(asked)?;
    let place = named(input)?;
    let connected = link::find(&asked.table.name, &asked.id, &place)?.is_some();
    if connected {
        return Err(Problem::new("dynamics.connected-already", "this is connected to the record already"));
    }
    let note = input.note.as_deref();
    let fields = introduction_of(asked, note)?;
    let found = chat::named(chat::asked(&place).send())?;
    let joined = match &place {
        Place::Chat(chat) => into_chat(chat, &asked.actor.object_id)?,
        Place::Channel { team, .. } => into_channel(team, &asked.actor.object_id)?,
    };
    let Attached { introduced, skipped, timeline } = attach(asked, &place, &found, (fields, note))?;
    Ok(json!({
        "name": found.name(),
        "link": found.web_url.unwrap_or_else(|| place.link(&asked.actor.directory_id)),
        "service_user_joined": joined,
        "introduced": introduced,
        "skipped_fields": skipped,
        "timeline": timeline,
    }))
}

/// Whether chats that exist may be connected at all.
pub(crate) fn allowed(asked: &Asked<'_>) -> Result<(), Problem> {
    if asked.config.connect_existing {
        return Ok(());
    }
    Err(Problem::new("dynamics.existing-off", "chats that exist already cannot be connected here")
        .remedy("create a new chat, or ask an administrator to set `connect_existing`"))
}

fn named(input: &Input) -> Result<Place, Problem> {
    Place::named(input.chat_id.as_deref(), input.team_id.as_deref(), input.channel_id.as_deref())
}

/// True: the service user had to join. Nobody connects a conversation that they are not in: the app may see every
/// chat of the tenant, the person may not.
fn into_chat(chat: &str, actor: &str) -> Result<bool, Problem> {
    let members = members::of(chat)?;
    if !members::holds(&members, actor) {
        return Err(not_in("this chat"));
    }
    let service = service::user()?;
    if members::holds(&members, &service) {
        return Ok(false);
    }
    members::add(chat, &service, History::None)?;
    Ok(true)
}

/// Teams are not this connector's to change: whoever is missing is told.
fn into_channel(team: &str, actor: &str) -> Result<bool, Problem> {
    if !is_in(team, actor)? {
        return Err(not_in("this team"));
    }
    if is_in(team, &service::user()?)? {
        return Ok(false);
    }
    Err(Problem::new(
        "dynamics.service-user-not-in-team",
        "the service user is not in this team, so it could not post",
    )
    .remedy("ask an owner of the team to add the service user, then connect the channel again"))
}

fn is_in(team: &str, user: &str) -> Result<bool, Problem> {
    #[derive(serde::Deserialize)]
    struct Team {
        id: String,
    }
    let teams: Vec<Team> = graph::get(path(["users", user, "joinedTeams"])).all(PAGES)?;
    Ok(teams.iter().any(|joined| joined.id.eq_ignore_ascii_case(team)))
}

fn not_in(what: &str) -> Problem {
    Problem::new("dynamics.not-a-member", format!("you are not in {what}"))
        .remedy("join it in Teams first; only its members can connect it")
}
