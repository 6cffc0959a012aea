//! `join-chat`: a person who may write the record joins one of its connected chats and sees all of it.

use serde_json::{Value, json};
use tieline_sdk::Problem;

use super::link;
use crate::asked::{Asked, Input};
use crate::teams::members::{self, History};
use crate::teams::place::Place;

/// Adds the person to the chat, unless they are in it.
pub(crate) fn join(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    let place =
        Place::named(input.chat_id.as_deref(), input.team_id.as_deref(), input.channel_id.as_deref())?;
    link::find(&asked.table.name, &asked.id, &place)?.ok_or_else(not_connected)?;
    allowed(asked, &place)?;
    let Some(chat) = place.chat() else { return Err(of_channel()) };
    let person = asked.actor.object_id.as_str();
    let joined = !members::holds(&members::of(chat)?, person);
    if joined {
        members::add(chat, person, History::All)?;
    }
    Ok(json!({ "chat_id": chat, "joined": joined, "link": place.link(&asked.actor.directory_id) }))
}

/// Whether a person may join: the record type says so, and the upstream that they may write the record. Pure but for
/// what was asked before.
pub(crate) fn allowed(asked: &Asked<'_>, place: &Place) -> Result<(), Problem> {
    judged(asked.settings.join, asked.access.write, place, &asked.table.label)
}

fn judged(on: bool, may_write: bool, place: &Place, kind: &str) -> Result<(), Problem> {
    if place.chat().is_none() {
        return Err(of_channel());
    }
    if !on {
        let message = format!("joining chats is off for records of the type {kind}");
        let remedy = "ask somebody in the chat to add you, or an administrator to turn `join` on";
        return Err(Problem::new("dynamics.join-off", message).remedy(remedy));
    }
    if !may_write {
        let message = format!("you may see this {} but not change it", kind.to_lowercase());
        let remedy = "ask its owner for the right to write it, or somebody in the chat to add you";
        return Err(Problem::new("dynamics.may-not-write", message).remedy(remedy));
    }
    Ok(())
}

fn of_channel() -> Problem {
    Problem::new("dynamics.join-channel", "channels are joined with their team")
        .remedy("join the team in Teams")
}

/// Only connected chats can be joined or disconnected.
pub(crate) fn not_connected() -> Problem {
    Problem::new("dynamics.not-connected", "this is not connected to the record")
        .remedy("list the chats of the record")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_needs_the_setting_and_the_right_to_write() {
        let chat = Place::Chat("19:a@thread.v2".into());
        let channel = Place::Channel { team: "t".into(), channel: "c".into() };
        let cases = [
            (true, true, &chat, None),
            (true, false, &chat, Some("dynamics.may-not-write")),
            (false, true, &chat, Some("dynamics.join-off")),
            (false, false, &chat, Some("dynamics.join-off")),
            (true, true, &channel, Some("dynamics.join-channel")),
        ];
        for (on, write, place, refused) in cases {
            let code = judged(on, write, place, "Case").err().map(|problem| problem.code);
            assert_eq!(code.as_deref(), refused, "{on} {write}");
        }
    }
}
