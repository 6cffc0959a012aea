//! One contact centre: the customer's side of chats as its vendor publishes it, and the agents' side as a contract of our
//! own in the same vocabulary.
//!
//! After "Mobile/Web Messaging API v2" and "Configuration API v2" of Bright Pattern's API tutorials. For agents who have
//! somebody of Teams in a chat nothing is published: what stands under `/agentapi`, the event
//! `chat_session_conference_requested` and the webhook are invented. The README says which is which.

mod agent;
mod courier;
mod customer;
mod errors;
mod oauth;
mod script;
mod session;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::Notify;

use crate::call::{self, Call, Reply};
use crate::ids;
use crate::percent;
use crate::world::World;

pub use courier::{Delivered, Proof, Webhook};
pub(crate) use errors::usual_error;
pub use script::{BadScene, Begun, ChatShown, PartyShown, SaidShown};

use errors::ApiError;
use session::Session;

/// The contact centre.
pub(crate) struct Centre {
    /// The API user of the integration.
    pub(crate) client_id: String,
    /// Its generated key.
    pub(crate) client_secret: String,
    /// The scenario entry by which customers come.
    pub(crate) app_id: String,
    tokens: oauth::Tokens,
    sessions: Arc<Mutex<Sessions>>,
    /// Something happened in a session.
    news: Arc<Notify>,
    courier: courier::Courier,
}

#[derive(Debug, Default)]
struct Sessions {
    all: BTreeMap<String, Session>,
    /// The session of each client application that is not over.
    active: BTreeMap<String, String>,
}

impl fmt::Debug for Centre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Centre").field("app_id", &self.app_id).finish_non_exhaustive()
    }
}

impl Centre {
    pub(crate) fn new(client: reqwest::Client) -> Self {
        let sessions = Arc::<Mutex<Sessions>>::default();
        let news = Arc::<Notify>::default();
        Self {
            client_id: "tieline.integration".to_owned(),
            client_secret: ids::secret(40),
            app_id: "web-chat".to_owned(),
            tokens: oauth::Tokens::default(),
            courier: courier::Courier::new(client, sessions.clone(), news.clone()),
            sessions,
            news,
        }
    }

    /// Does something in a session that is there, and lets everybody know what happened.
    fn within<T>(
        &self,
        chat: &str,
        act: impl FnOnce(&mut Session) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let mut sessions = self.sessions.lock();
        let session = sessions.all.get_mut(chat).ok_or_else(ApiError::no_session)?;
        let known = session.events.len();
        let done = act(session);
        let (ended, client) = (session.ended, session.client.clone());
        let told: Vec<_> = if session.has_guests { session.events[known..].to_vec() } else { Vec::new() };
        if ended {
            sessions.active.retain(|known, active| *known != client || active != chat);
        }
        drop(sessions);
        told.into_iter().for_each(|event| self.courier.send(chat, event));
        self.news.notify_waiters();
        done
    }
}

pub(crate) async fn handle(world: &World, call: &Call<'_>) -> Reply {
    let parts: Vec<_> = call.path().split('/').filter(|part| !part.is_empty()).map(percent::decode).collect();
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    let answered = match parts.as_slice() {
        ["configapi", "v2", "oauth", "token"] => return oauth::token(&world.contact_center, call),
        ["clientweb", "api", "v2", rest @ ..] => customer::handle(&world.contact_center, call, rest).await,
        ["agentapi", "v1", rest @ ..] => agent::handle(&world.contact_center, call, rest),
        _ => Err(ApiError::new(StatusCode::NOT_FOUND, "5955", "Unspecified server error")),
    };
    answered.unwrap_or_else(|error| error.reply())
}

fn done() -> Reply {
    call::json(StatusCode::OK, &json!({}))
}
