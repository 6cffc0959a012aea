//! A customer's session: who is in it, and what happened ("Events").

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::errors::ApiError;
use crate::{clock, ids};

/// Who somebody is for the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Customer,
    /// An agent.
    Internal,
    /// Somebody of another system: of Teams.
    External,
}

/// Whether somebody is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Asked for, and not there yet.
    Wanted,
    There,
    /// Why not any more, or why never.
    Gone(String),
}

#[derive(Clone, Debug)]
pub(super) struct Party {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) state: State,
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: String,
    /// The client application that asked for it.
    pub(super) client: String,
    pub(super) parties: BTreeMap<String, Party>,
    /// Everything that happened, oldest first, as the server tells it.
    pub(super) events: Vec<Value>,
    /// Up to where the customer's application was told.
    pub(super) read: usize,
    /// Whether it is asking just now.
    pub(super) polling: bool,
    pub(super) ended: bool,
    /// Whether somebody of another system was ever wanted: then that system is told what happens.
    pub(super) has_guests: bool,
    /// Events of guests that were taken.
    taken: BTreeSet<String>,
    numbers: u64,
}

impl Session {
    /// One whose customer is with an agent already.
    pub(super) fn begun(client: &str, customer: &str) -> Self {
        let id = ids::fresh_guid();
        let mut session = Self {
            client: client.to_owned(),
            parties: BTreeMap::new(),
            events: Vec::new(),
            read: 0,
            polling: false,
            ended: false,
            has_guests: false,
            taken: BTreeSet::new(),
            numbers: 0,
            id: id.clone(),
        };
        let party = |name: &str, kind| Party { name: name.to_owned(), kind, state: State::There };
        session.parties.insert(id, party(customer, Kind::Customer));
        session.note(json!({ "event": "chat_session_status", "state": "connected" }));
        session.join("Ann Agent", Kind::Internal);
        session
    }

    /// The customer's party: it has the session's id.
    pub(super) fn customer(&self) -> String {
        self.id.clone()
    }

    /// The first agent's.
    pub(super) fn agent(&self) -> String {
        let agent = self.parties.iter().find(|(_, party)| party.kind == Kind::Internal);
        agent.map(|(id, _)| id.clone()).unwrap_or_default()
    }

    /// Notes something that happened; the answer is its id.
    pub(super) fn note(&mut self, mut event: Value) -> String {
        self.numbers += 1;
        let id = format!("{}:{}", self.id, self.numbers);
        if let Some(fields) = event.as_object_mut() {
            fields.entry("event_id").or_insert_with(|| id.clone().into());
            fields.insert("timestamp".to_owned(), clock::now_ms().to_string().into());
        }
        self.events.push(event);
        id
    }

    /// Somebody is there from now on.
    pub(super) fn join(&mut self, name: &str, kind: Kind) -> String {
        let id = ids::fresh_guid();
        self.parties.insert(id.clone(), Party { name: name.to_owned(), kind, state: State::There });
        self.tell_joined(&id, name, kind, None);
        id
    }

    fn tell_joined(&mut self, party: &str, name: &str, kind: Kind, words: Option<&Value>) {
        let kind = if kind == Kind::External { "external" } else { "internal" };
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        self.note(json!({
            "event": "chat_session_party_joined", "party_id": party, "first_name": first, "last_name": last,
            "display_name": name, "type": kind, "msg": words,
        }));
    }

    /// A Teams user is wanted; the answer is the party that was made for them.
    pub(super) fn want(&mut self, user: &str) -> String {
        let id = ids::fresh_guid();
        let there = |(_, party): &(&String, &Party)| party.state == State::There;
        let name = |(id, party): (&String, &Party)| json!({ "party_id": id, "display_name": party.name });
        let parties: Vec<_> = self.parties.iter().filter(there).map(name).collect();
        let wanted = Party { name: String::new(), kind: Kind::External, state: State::Wanted };
        self.parties.insert(id.clone(), wanted);
        self.has_guests = true;
        self.note(json!({
            "event": "chat_session_conference_requested", "party_id": id, "external_id": user, "parties": parties,
        }));
        id
    }

    /// Somebody writes; the answer is the message's id.
    pub(super) fn say(&mut self, party: &str, text: &str, id: Option<&str>) -> Result<String, ApiError> {
        self.present(party)?;
        let given = id.map(str::to_owned).unwrap_or_else(|| format!("{}:{}", self.id, self.numbers + 1));
        self.note(json!({
            "event": "chat_session_message", "party_id": party, "msg_id": given, "msg": text,
        }));
        Ok(given)
    }

    /// Somebody sends a file.
    pub(super) fn send_file(&mut self, party: &str, name: &str) -> Result<(), ApiError> {
        self.present(party)?;
        self.note(json!({
            "event": "chat_session_file", "party_id": party, "file_id": ids::fresh_guid(), "file_name": name,
            "file_type": "attachment",
        }));
        Ok(())
    }

    fn present(&self, party: &str) -> Result<(), ApiError> {
        let there = self.parties.get(party).is_some_and(|party| party.state == State::There);
        match there && !self.ended {
            true => Ok(()),
            false if self.ended => Err(ApiError::no_session()),
            false => Err(ApiError::no_party()),
        }
    }

    /// Somebody is not there any more, or never comes: by an `agent`, by the `centre`, or told by the `guest`'s own system.
    pub(super) fn leave(
        &mut self,
        party: &str,
        (by, reason): (&str, &str),
        words: Option<&Value>,
    ) -> Result<(), ApiError> {
        let found = self.parties.get_mut(party).ok_or_else(ApiError::no_party)?;
        if matches!(found.state, State::Gone(_)) {
            return Err(ApiError::no_party());
        }
        found.state = State::Gone(reason.to_owned());
        self.note(json!({
            "event": "chat_session_party_left", "party_id": party, "by": by, "reason": reason, "msg": words,
        }));
        Ok(())
    }

    /// The session is over.
    pub(super) fn end(&mut self) {
        if !self.ended {
            self.note(json!({ "event": "chat_session_ended" }));
            self.ended = true;
        }
    }

    /// Takes what a guest's system tells of it, each event once.
    pub(super) fn take(&mut self, party: &str, event: &Map<String, Value>) -> Result<(), ApiError> {
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        if self.ended {
            return Err(ApiError::no_session());
        }
        let known = self.parties.get(party).filter(|party| party.kind == Kind::External);
        let state = known.ok_or_else(ApiError::no_party)?.state.clone();
        let id = text("event_id").to_owned();
        if id.is_empty() {
            let status = http::StatusCode::BAD_REQUEST;
            return Err(ApiError::new(status, "5003", "Error decoding JSON request body: event_id"));
        }
        if self.taken.contains(&id) {
            return Ok(());
        }
        match (text("event"), state) {
            ("chat_session_party_joined", State::Wanted) => {
                let name = text("display_name").to_owned();
                if let Some(party) = self.parties.get_mut(party) {
                    (party.name, party.state) = (name.clone(), State::There);
                }
                self.tell_joined(party, &name, Kind::External, event.get("msg"));
            }
            ("chat_session_party_left", State::Wanted | State::There) => {
                self.leave(party, ("guest", text("reason")), event.get("msg"))?;
            }
            ("chat_session_message", State::There) => {
                self.say(party, text("msg"), Some(text("msg_id")))?;
            }
            (_, State::Gone(_)) => return Err(ApiError::no_party()),
            (other, _) => {
                let message = format!("Error decoding JSON request body: {other} is not expected");
                return Err(ApiError::new(http::StatusCode::BAD_REQUEST, "5003", message));
            }
        }
        self.taken.insert(id);
        Ok(())
    }

    /// The integration is gone, and with it everybody who came through it.
    pub(super) fn lose_guests(&mut self) {
        let guest = |(_, party): &(&String, &Party)| {
            party.kind == Kind::External && !matches!(party.state, State::Gone(_))
        };
        let guests: Vec<_> = self.parties.iter().filter(guest).map(|(id, _)| id.clone()).collect();
        for id in guests {
            // It is there: nobody else has changed it.
            let _ = self.leave(&id, ("centre", "integration_gone"), None);
        }
        self.has_guests = false;
    }
}
