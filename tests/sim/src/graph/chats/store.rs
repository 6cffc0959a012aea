//! Which chats there are.

use std::collections::BTreeMap;

use parking_lot::RwLock;
use serde_json::{Value, json};

use crate::graph::errors::GraphError;
use crate::graph::places::{FOUNDED_MS, Places};
use crate::seed::USERS;
use crate::{clock, percent};

/// What kind of chat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    OneOnOne,
    Group,
}

/// A chat.
#[derive(Clone, Debug)]
pub(crate) struct Chat {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) topic: Option<String>,
    pub(super) created_ms: u64,
    pub(super) members: Vec<Member>,
}

/// Somebody in a chat.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) user_id: String,
    pub(super) role: String,
    /// From when on they see messages.
    pub(super) since: Option<String>,
}

/// All chats, by id.
#[derive(Debug)]
pub(crate) struct Chats(RwLock<BTreeMap<String, Chat>>);

impl Chats {
    /// The chat that is there from the start. Everyone of the tenant is in it.
    pub(crate) fn seeded(places: &Places) -> Self {
        let member = |id: String| Member { user_id: id, role: "owner".to_owned(), since: None };
        let chat = Chat {
            id: places.chat_id.clone(),
            kind: Kind::Group,
            topic: Some("Acme renewal".to_owned()),
            created_ms: FOUNDED_MS + 7 * 86_400_000,
            members: USERS.iter().map(|user| member(user.object_id())).collect(),
        };
        Self(RwLock::new([(chat.id.clone(), chat)].into()))
    }

    pub(super) fn get(&self, id: &str) -> Option<Chat> {
        self.0.read().get(id).cloned()
    }

    /// Whether there is such a chat.
    pub(crate) fn is_there(&self, id: &str) -> bool {
        self.0.read().contains_key(id)
    }

    pub(crate) fn has_member(&self, id: &str, user: &str) -> bool {
        self.0.read().get(id).is_some_and(|chat| chat.holds(user))
    }

    pub(super) fn all(&self) -> Vec<Chat> {
        self.0.read().values().cloned().collect()
    }

    pub(super) fn insert(&self, chat: Chat) {
        self.0.write().insert(chat.id.clone(), chat);
    }

    /// Changes a chat; what came of it, if there is one.
    pub(super) fn change<T>(&self, id: &str, change: impl FnOnce(&mut Chat) -> T) -> Option<T> {
        self.0.write().get_mut(id).map(change)
    }

    /// Refuses whoever is not in a chat.
    pub(crate) fn must_hold(&self, id: &str, user: &str) -> Result<(), GraphError> {
        match self.0.read().get(id) {
            None => Err(no_chat()),
            Some(chat) if chat.holds(user) => Ok(()),
            // The wording is a guess; that it is 403 is not.
            Some(_) => Err(GraphError::forbidden("AclCheckFailed-User is not part of the conversation.")),
        }
    }
}

pub(super) fn no_chat() -> GraphError {
    GraphError::not_found("No chat found with the given id.")
}

impl Chat {
    pub(super) fn holds(&self, user: &str) -> bool {
        self.members.iter().any(|member| member.user_id.eq_ignore_ascii_case(user))
    }

    pub(super) fn json(&self, directory: &str) -> Value {
        json!({
            "id": self.id,
            "topic": self.topic,
            "createdDateTime": clock::graph_resource(self.created_ms),
            "lastUpdatedDateTime": clock::graph_resource(self.created_ms + 86_400_000),
            "chatType": match self.kind { Kind::OneOnOne => "oneOnOne", Kind::Group => "group" },
            "webUrl": format!(
                "https://teams.microsoft.com/l/chat/{}/0?tenantId={directory}", percent::encode(&self.id)
            ),
            "tenantId": directory,
            "onlineMeetingInfo": null,
            "viewpoint": null,
        })
    }
}
