//! The agents' side of the contact centre: what it tells, and what it is told.
//!
//! There is no public interface for it. What is spoken here is a contract of Tieline's own, in the event vocabulary of the
//! public Mobile/Web Messaging API v2; the simulator's README has it in full.

pub mod event;
pub(crate) mod problems;
pub(crate) mod webhook;

use serde_json::{Value, json};
use tieline_sdk::{Failure, http, path};

use crate::conference::{Reason, Seat, Told};

/// The manifest's connection.
pub(crate) const CONNECTION: &str = "contact-center";
const ROOT: &str = "/agentapi/v1";

/// What became of something that was told.
pub(crate) enum Answer {
    /// It was taken, now or before.
    Taken,
    /// There is no such session or party any more.
    Gone,
}

/// Tells something of a party. The contact centre knows it again by its id, so it may be told twice.
pub(crate) fn tell(seat: &Seat, told: &Told) -> Result<Answer, Failure> {
    let event = event_of(seat, told);
    let url = format!("{ROOT}{}", path(["chats", &seat.chat, "parties", &seat.party, "events"]));
    let request = http::post(url).connection(CONNECTION).json(&json!({ "events": [event] }))?;
    let name = event["event_id"].as_str().unwrap_or_default();
    let response = request.effect_key(format!("tell:{name}")).send()?;
    match response.status {
        200..=299 => Ok(Answer::Taken),
        404 | 410 if problems::is_gone(&response) => Ok(Answer::Gone),
        _ => Err(problems::failure(&response)),
    }
}

/// The integration as the contact centre has it: asked to see whether it answers.
pub(crate) fn integration() -> Result<(), Failure> {
    let response = http::get(format!("{ROOT}/integration")).connection(CONNECTION).send()?;
    if response.is_success() { Ok(()) } else { Err(problems::failure(&response)) }
}

/// An event as the contact centre takes it.
fn event_of(seat: &Seat, told: &Told) -> Value {
    let party = &seat.party;
    match told {
        Told::Joined { name, text } => json!({
            "event": "chat_session_party_joined", "event_id": format!("{party}/joined"), "party_id": party,
            "display_name": name, "type": "external", "msg": text,
        }),
        Told::Left { reason, text } => json!({
            "event": "chat_session_party_left", "event_id": format!("{party}/left"), "party_id": party,
            "reason": word(*reason), "msg": text,
        }),
        Told::Message { id, text } => json!({
            "event": "chat_session_message", "event_id": format!("{party}/{id}"), "party_id": party,
            "msg_id": format!("{party}/{id}"), "msg": text,
        }),
    }
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Declined => "declined",
        Reason::NoAnswer => "no_answer",
        Reason::Left => "left",
        Reason::Busy => "busy",
        Reason::NotEnabled => "not_enabled",
        Reason::Unreachable => "unreachable",
        Reason::Removed => "removed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_twice_is_known_again() {
        let seat = Seat { chat: "c".into(), party: "p".into() };
        let said = |id: &str| event_of(&seat, &Told::Message { id: id.into(), text: "x".into() });
        assert_eq!(said("1")["msg_id"], "p/1");
        assert_ne!(said("1")["event_id"], said("2")["event_id"]);
        let left = |reason| event_of(&seat, &Told::Left { reason, text: None });
        assert_eq!(left(Reason::Busy)["reason"], "busy");
        assert_eq!(left(Reason::Busy)["event_id"], left(Reason::Left)["event_id"]);
    }
}
