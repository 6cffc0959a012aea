//! Chats that people made in Teams, in tests.

use serde::{Deserialize, Serialize};

use super::store::{Chat, Kind, Member};
use crate::seed::USERS;
use crate::world::World;
use crate::{clock, ids};

/// A group chat to be.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewChat {
    /// What people call it.
    pub topic: Option<String>,
    /// Object ids of who is in it.
    pub members: Vec<String>,
}

/// A chat and who is in it.
#[derive(Clone, Debug, Serialize)]
pub struct ChatView {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub topic: Option<String>,
    /// Object ids of who is in it, in the order in which they came.
    pub members: Vec<String>,
    /// The names of those who see all that was said before they came, or were there from the start.
    pub see_all: Vec<String>,
}

/// Why a chat cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadChat {
    /// There is no such user.
    #[error("there is no user {0}")]
    User(String),
    /// There is no such chat.
    #[error("there is no chat {0}")]
    Chat(String),
}

impl World {
    /// Makes a group chat, as people do in Teams.
    pub fn make_chat(&self, new: &NewChat) -> Result<ChatView, BadChat> {
        let member = |id: &String| match USERS.iter().find(|user| user.object_id() == *id) {
            Some(_) => Ok(Member { user_id: id.clone(), role: "owner".to_owned(), since: None }),
            None => Err(BadChat::User(id.clone())),
        };
        let chat = Chat {
            id: format!("19:{}@thread.v2", ids::fresh_guid().replace('-', "")),
            kind: Kind::Group,
            topic: new.topic.clone(),
            created_ms: clock::now_ms(),
            members: new.members.iter().map(member).collect::<Result<_, _>>()?,
        };
        self.graph.messages.open(&chat.id);
        self.graph.chats.insert(chat.clone());
        Ok(view(&chat))
    }

    /// The chats, the seeded one among them.
    pub fn chats(&self) -> Vec<ChatView> {
        self.graph.chats.all().iter().map(view).collect()
    }

    /// Takes somebody out of a chat.
    pub fn leave_chat(&self, chat: &str, user: &str) -> Result<(), BadChat> {
        let left = self.graph.chats.change(chat, |chat| chat.members.retain(|member| member.user_id != user));
        left.ok_or_else(|| BadChat::Chat(chat.to_owned()))
    }
}

fn view(chat: &Chat) -> ChatView {
    let created = clock::graph_resource(chat.created_ms);
    let sees_all = |member: &&Member| member.since.as_ref().is_none_or(|since| *since < created);
    let name = |member: &Member| {
        USERS
            .iter()
            .find(|user| user.object_id() == member.user_id)
            .map(|user| user.name())
            .unwrap_or_default()
    };
    ChatView {
        id: chat.id.clone(),
        topic: chat.topic.clone(),
        members: chat.members.iter().map(|member| member.user_id.clone()).collect(),
        see_all: chat.members.iter().filter(sees_all).map(name).collect(),
    }
}
