//! What a test does as a customer and as an agent.

use serde::Serialize;
use serde_json::Value;

use super::courier::{Delivered, Webhook};
use super::errors::ApiError;
use super::session::{Kind, Session, State};
use crate::ids;
use crate::world::World;

/// Why something cannot be done in a session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadScene(String);

impl From<ApiError> for BadScene {
    fn from(error: ApiError) -> Self {
        Self(error.message.into_owned())
    }
}

/// A session that began.
#[derive(Clone, Debug, Serialize)]
pub struct Begun {
    /// The session, which is also its customer's party.
    pub chat_id: String,
    /// The agent's party.
    pub agent: String,
}

/// A session as an agent sees it.
#[derive(Clone, Debug, Serialize)]
pub struct ChatShown {
    /// Its id.
    pub chat_id: String,
    /// Whether it is over.
    pub ended: bool,
    /// Who is in it, was, or was wanted.
    pub parties: Vec<PartyShown>,
    /// What was said, oldest first.
    pub said: Vec<SaidShown>,
    /// Everything that happened, as it was told.
    pub events: Vec<Value>,
}

/// Somebody in a session.
#[derive(Clone, Debug, Serialize)]
pub struct PartyShown {
    /// Their party.
    pub party_id: String,
    /// What they are called.
    pub name: String,
    /// `wanted`, `there` or `gone`.
    pub state: &'static str,
    /// Why they are gone.
    pub reason: Option<String>,
}

/// Something that was said.
#[derive(Clone, Debug, Serialize)]
pub struct SaidShown {
    /// By whom.
    pub name: String,
    /// In which words.
    pub text: String,
}

impl World {
    /// A customer begins a session, and is with an agent.
    pub fn begin_customer_chat(&self, customer: &str) -> Begun {
        let session = Session::begun(&ids::fresh_guid(), customer);
        let begun = Begun { chat_id: session.id.clone(), agent: session.agent() };
        let mut sessions = self.contact_center.sessions.lock();
        sessions.active.insert(session.client.clone(), session.id.clone());
        sessions.all.insert(session.id.clone(), session);
        begun
    }

    /// An agent wants a Teams user in a session; the answer is their party.
    pub fn invite_to_customer_chat(&self, chat: &str, user: &str) -> Result<String, BadScene> {
        Ok(self.contact_center.within(chat, |session| match session.ended {
            true => Err(ApiError::no_session()),
            false => Ok(session.want(user)),
        })?)
    }

    /// Somebody writes, the customer unless another is named; the answer is the message's id.
    pub fn say_in_customer_chat(
        &self,
        chat: &str,
        party: Option<&str>,
        text: &str,
    ) -> Result<String, BadScene> {
        Ok(self.contact_center.within(chat, |session| {
            let party = party.map_or_else(|| session.customer(), str::to_owned);
            session.say(&party, text, None)
        })?)
    }

    /// Somebody sends a file.
    pub fn send_file_in_customer_chat(
        &self,
        chat: &str,
        party: Option<&str>,
        name: &str,
    ) -> Result<(), BadScene> {
        Ok(self.contact_center.within(chat, |session| {
            let party = party.map_or_else(|| session.customer(), str::to_owned);
            session.send_file(&party, name)
        })?)
    }

    /// Another agent comes; the answer is their party.
    pub fn join_customer_chat(&self, chat: &str, name: &str) -> Result<String, BadScene> {
        Ok(self.contact_center.within(chat, |session| Ok(session.join(name, Kind::Internal)))?)
    }

    /// Somebody goes, or is taken out by an agent.
    pub fn leave_customer_chat(&self, chat: &str, party: &str) -> Result<(), BadScene> {
        Ok(self.contact_center.within(chat, |session| session.leave(party, ("agent", "left"), None))?)
    }

    /// An agent ends a session.
    pub fn end_customer_chat(&self, chat: &str) -> Result<(), BadScene> {
        Ok(self.contact_center.within(chat, |session| {
            session.end();
            Ok(())
        })?)
    }

    /// A session as an agent sees it.
    pub fn customer_chat(&self, chat: &str) -> Option<ChatShown> {
        self.contact_center.sessions.lock().all.get(chat).map(shown)
    }

    /// Sets where the integration is told what happens, or ends that.
    pub fn set_contact_center_webhook(&self, webhook: Option<Webhook>) {
        self.contact_center.courier.set(webhook);
    }

    /// Attempts to deliver events, oldest first.
    pub fn contact_center_deliveries(&self) -> Vec<Delivered> {
        self.contact_center.courier.log()
    }

    /// Delivers everything once more; the answer is how much that is.
    pub fn repeat_contact_center_deliveries(&self) -> usize {
        self.contact_center.courier.again()
    }

    /// The token endpoint refuses with this from now on, so many times or for ever; without an error never.
    pub fn refuse_contact_center_tokens(&self, error: Option<String>, times: Option<u32>) {
        self.contact_center.tokens.refuse(error, times);
    }

    /// Ends all tokens; the answer is how many there were.
    pub fn revoke_contact_center_tokens(&self) -> usize {
        self.contact_center.tokens.revoke()
    }

    /// Ends all deliveries.
    pub(crate) fn stop_contact_center(&self) {
        self.contact_center.courier.stop();
    }
}

fn shown(session: &Session) -> ChatShown {
    let parties = session.parties.iter().map(|(id, party)| {
        let (state, reason) = match &party.state {
            State::Wanted => ("wanted", None),
            State::There => ("there", None),
            State::Gone(reason) => ("gone", Some(reason.clone())),
        };
        PartyShown { party_id: id.clone(), name: party.name.clone(), state, reason }
    });
    let said = session.events.iter().filter(|event| event["event"] == "chat_session_message");
    let said = said.map(|event| {
        let party = session.parties.get(event["party_id"].as_str().unwrap_or_default());
        SaidShown {
            name: party.map(|party| party.name.clone()).unwrap_or_default(),
            text: event["msg"].as_str().unwrap_or_default().to_owned(),
        }
    });
    ChatShown {
        chat_id: session.id.clone(),
        ended: session.ended,
        parties: parties.collect(),
        said: said.collect(),
        events: session.events.clone(),
    }
}
