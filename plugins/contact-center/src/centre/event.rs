//! What the contact centre tells: events of a customer's session. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::conference::{Heard, Request, Seat};

/// A call of the webhook.
#[derive(Debug, Deserialize)]
pub struct Call {
    /// The customer's session.
    pub chat_id: String,
    /// What happened in it, oldest first.
    pub events: Vec<Event>,
}

/// An event. Fields that its kind does not have are absent.
#[derive(Debug, Deserialize)]
pub struct Event {
    event: String,
    #[serde(default)]
    event_id: Option<String>,
    #[serde(default)]
    party_id: Option<String>,
    #[serde(default)]
    msg_id: Option<String>,
    #[serde(default)]
    msg: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    timestamp: Option<Value>,
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    parties: Vec<Party>,
    #[serde(flatten)]
    name: Name,
}

/// Somebody in a session.
#[derive(Debug, Deserialize)]
struct Party {
    party_id: String,
    #[serde(flatten)]
    name: Name,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Name {
    display_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// What an event means.
#[derive(Debug, PartialEq, Eq)]
pub enum Meant {
    /// A Teams user is wanted: this one, as the directory names them.
    Wanted(Request, String),
    /// Something that those in the session hear.
    Heard(Heard),
    /// Nothing that anybody is told of: somebody types, reads, or fills in a form.
    Nothing,
}

impl Event {
    /// Names it among the events of its session.
    pub fn id(&self) -> String {
        let given = self.event_id.clone().or_else(|| self.msg_id.clone());
        given.unwrap_or_else(|| {
            let party = self.party_id.as_deref().unwrap_or_default();
            let at = self.timestamp.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{}/{party}/{at}", self.event)
        })
    }

    /// What it means in this session.
    pub fn meant(self, chat: &str) -> Meant {
        let party = self.party_id.unwrap_or_default();
        match self.event.as_str() {
            "chat_session_conference_requested" => {
                let named = self.parties.into_iter().map(|party| (party.party_id, party.name.shown()));
                let names: BTreeMap<_, _> = named.collect();
                let seat = Seat { chat: chat.to_owned(), party };
                match self.external_id {
                    Some(person) if is_key(chat) && is_key(&seat.party) => {
                        Meant::Wanted(Request { seat, names }, person.to_ascii_lowercase())
                    }
                    _ => Meant::Nothing,
                }
            }
            "chat_session_message" => {
                Meant::Heard(Heard::Message { party, text: self.msg.unwrap_or_default() })
            }
            "chat_session_file" => Meant::Heard(Heard::File { party }),
            "chat_session_party_joined" => Meant::Heard(Heard::Joined { party, name: self.name.shown() }),
            "chat_session_party_left" => {
                Meant::Heard(Heard::Left { party, told: self.by.as_deref() == Some("guest") })
            }
            "chat_session_ended" => Meant::Heard(Heard::Ended),
            "chat_session_status" if matches!(self.state.as_deref(), Some("failed" | "completed")) => {
                Meant::Heard(Heard::Ended)
            }
            _ => Meant::Nothing,
        }
    }
}

impl Name {
    /// As people read it.
    fn shown(self) -> String {
        let whole = [self.first_name, self.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = self.display_name.filter(|name| !name.trim().is_empty()).unwrap_or(whole);
        if name.trim().is_empty() { "Somebody".to_owned() } else { name.trim().to_owned() }
    }
}

/// What can stand in a key and in a path.
pub fn is_key(id: &str) -> bool {
    (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(json: &str) -> Meant {
        serde_json::from_str::<Event>(json).unwrap().meant("c-1")
    }

    #[test]
    fn the_public_vocabulary_is_understood() {
        let message = meant(
            r#"{"event":"chat_session_message","party_id":"p","msg_id":"c:1","msg":"Hi","timestamp":"1"}"#,
        );
        assert_eq!(message, Meant::Heard(Heard::Message { party: "p".into(), text: "Hi".into() }));
        let joined = meant(
            r#"{"event":"chat_session_party_joined","party_id":"p","first_name":"Ann","last_name":"Lee","display_name":"","type":"internal"}"#,
        );
        assert_eq!(joined, Meant::Heard(Heard::Joined { party: "p".into(), name: "Ann Lee".into() }));
        assert_eq!(
            meant(r#"{"event":"chat_session_status","state":"completed"}"#),
            Meant::Heard(Heard::Ended)
        );
        for silent in [
            r#"{"event":"chat_session_typing","party_id":"p"}"#,
            r#"{"event":"chat_session_status","state":"queued","ewt":"3"}"#,
            r#"{"event":"chat_session_message_read","ref_msg_id":"c:1"}"#,
            r#"{"event":"chat_session_conference_requested","party_id":"p"}"#,
            r#"{"event":"chat_session_conference_requested","party_id":"a/b","external_id":"u"}"#,
        ] {
            assert_eq!(meant(silent), Meant::Nothing, "{silent}");
        }
    }

    #[test]
    fn every_event_has_a_name_that_stays() {
        let id = |json: &str| serde_json::from_str::<Event>(json).unwrap().id();
        assert_eq!(id(r#"{"event":"chat_session_message","event_id":"e","msg_id":"m"}"#), "e");
        assert_eq!(id(r#"{"event":"chat_session_message","msg_id":"m"}"#), "m");
        let left = r#"{"event":"chat_session_party_left","party_id":"p","timestamp":7}"#;
        assert_eq!(id(left), "chat_session_party_left/p/7");
    }
}
