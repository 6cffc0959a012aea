//! Where people talk. Pure.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Problem, path};

/// A chat or a channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// `19:…@thread.v2` or `19:…@unq.gbl.spaces`
    Chat(String),
    /// A channel of a team.
    Channel {
        /// The team, which is its group's id.
        team: String,
        /// `19:…@thread.tacv2`
        channel: String,
    },
}

impl Place {
    /// The place that an action's input names: a chat, or team and channel.
    ///
    /// # Errors
    /// `dynamics.invalid-input` when it names neither, both, or something that is no id.
    pub fn named(chat: Option<&str>, team: Option<&str>, channel: Option<&str>) -> Result<Self, Problem> {
        let place = match (chat, team, channel) {
            (Some(chat), None, None) => Self::Chat(chat.to_owned()),
            (None, Some(team), Some(channel)) => {
                Self::Channel { team: team.to_owned(), channel: channel.to_owned() }
            }
            _ => {
                let message = "name either chat_id, or team_id and channel_id";
                return Err(Problem::new("dynamics.invalid-input", message));
            }
        };
        if [chat, team, channel].into_iter().flatten().all(is_id) {
            return Ok(place);
        }
        Err(Problem::new("dynamics.invalid-input", "this is no id of a chat, team or channel")
            .remedy("copy ids as Graph writes them, like 19:…@thread.v2"))
    }

    /// The id that names it alone.
    pub fn id(&self) -> &str {
        match self {
            Self::Chat(id) => id,
            Self::Channel { channel, .. } => channel,
        }
    }

    /// The chat; none if it is a channel.
    pub fn chat(&self) -> Option<&str> {
        match self {
            Self::Chat(id) => Some(id),
            Self::Channel { .. } => None,
        }
    }

    /// The path of the place itself.
    pub fn path(&self) -> String {
        match self {
            Self::Chat(chat) => path(["chats", chat]),
            Self::Channel { team, channel } => path(["teams", team, "channels", channel]),
        }
    }

    /// The path of its messages.
    pub fn messages(&self) -> String {
        self.path() + "/messages"
    }

    /// Opens it in Teams, when Graph did not say how.
    pub fn link(&self, directory: &str) -> String {
        let encoded = tieline_sdk::encode(self.id());
        match self {
            Self::Chat(_) => format!("https://teams.microsoft.com/l/chat/{encoded}/0?tenantId={directory}"),
            Self::Channel { team, .. } => format!(
                "https://teams.microsoft.com/l/channel/{encoded}/conversations?groupId={team}&tenantId={directory}"
            ),
        }
    }

    /// `chat` or `channel`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Chat(_) => "chat",
            Self::Channel { .. } => "channel",
        }
    }
}

/// Graph's ids of chats, channels, teams and users: no separators of paths, keys or queries.
pub fn is_id(id: &str) -> bool {
    (1..=200).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:@=".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_once() {
        assert_eq!(
            Place::named(Some("19:a@thread.v2"), None, None).unwrap().messages(),
            "/chats/19:a@thread.v2/messages"
        );
        let channel = Place::named(None, Some("t"), Some("19:c@thread.tacv2")).unwrap();
        assert_eq!((channel.kind(), channel.id(), channel.chat()), ("channel", "19:c@thread.tacv2", None));
        for (chat, team, channel) in [
            (None, None, None),
            (Some("a"), Some("t"), None),
            (None, Some("t"), None),
            (Some("a/../b"), None, None),
            (Some("a'b"), None, None),
            (Some(""), None, None),
        ] {
            assert!(Place::named(chat, team, channel).is_err(), "{chat:?} {team:?} {channel:?}");
        }
    }
}
