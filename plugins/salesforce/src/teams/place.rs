//! Where people talk.

use tieline_sdk::path;

/// A channel or a chat. Two are equal if Teams would say so: ids do not differ by case alone.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// A channel of a team.
    Channel {
        /// The team, which is its group's id.
        team: &'a str,
        /// `19:…@thread.tacv2`
        channel: &'a str,
    },
    /// A one-to-one, group or meeting chat.
    Chat {
        /// `19:…@thread.v2` or `19:…@unq.gbl.spaces`
        chat: &'a str,
    },
}

impl<'a> Place<'a> {
    /// The place that these ids name: team and channel, or a chat; none if they name neither, or both.
    pub fn named(team: Option<&'a str>, channel: Option<&'a str>, chat: Option<&'a str>) -> Option<Self> {
        match (team, channel, chat) {
            (Some(team), Some(channel), None) => Some(Self::Channel { team, channel }),
            (None, None, Some(chat)) => Some(Self::Chat { chat }),
            _ => None,
        }
    }

    /// The place whose messages a subscription watches: the reverse of [`resource`](Self::resource).
    pub fn of_messages(resource: &'a str) -> Option<Self> {
        let segments: Vec<_> = resource.trim_start_matches('/').split('/').collect();
        let named = |segment: &str, name| segment.eq_ignore_ascii_case(name);
        match segments.as_slice() {
            [teams, team, channels, channel, messages]
                if named(teams, "teams") && named(channels, "channels") && named(messages, "messages") =>
            {
                Some(Self::Channel { team, channel })
            }
            [chats, chat, messages] if named(chats, "chats") && named(messages, "messages") => {
                Some(Self::Chat { chat })
            }
            _ => None,
        }
    }

    /// The Graph resource of its messages, as subscriptions name it.
    pub fn resource(self) -> String {
        match self {
            Self::Channel { team, channel } => format!("/teams/{team}/channels/{channel}/messages"),
            Self::Chat { chat } => format!("/chats/{chat}/messages"),
        }
    }

    /// The path of its messages, for calls.
    pub fn messages(self) -> String {
        match self {
            Self::Channel { team, channel } => path(["teams", team, "channels", channel, "messages"]),
            Self::Chat { chat } => path(["chats", chat, "messages"]),
        }
    }

    /// The id that names it alone: no two channels share one, whatever their teams.
    pub fn id(self) -> &'a str {
        match self {
            Self::Channel { channel, .. } => channel,
            Self::Chat { chat } => chat,
        }
    }

    /// As notifications name it: `teams('…')/channels('…')`.
    pub fn keyed(self) -> String {
        match self {
            Self::Channel { team, channel } => format!("teams('{team}')/channels('{channel}')"),
            Self::Chat { chat } => format!("chats('{chat}')"),
        }
    }

    /// As a Task's subject says it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Channel { .. } => "Channel",
            Self::Chat { .. } => "Chat",
        }
    }

    /// As a sentence says it, with the name that people use, if known: `in #acme-deal-desk`.
    pub fn described(self, name: Option<&str>) -> String {
        match (self, name) {
            (Self::Channel { .. }, Some(name)) => format!("in #{}", name.trim_start_matches('#')),
            (Self::Channel { .. }, None) => "in a Teams channel".to_owned(),
            (Self::Chat { .. }, Some(name)) => format!("in the chat {name}"),
            (Self::Chat { .. }, None) => "in a Teams chat".to_owned(),
        }
    }
}

impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Channel { team, channel }, Self::Channel { team: their_team, channel: their_channel }) => {
                team.eq_ignore_ascii_case(their_team) && channel.eq_ignore_ascii_case(their_channel)
            }
            (Self::Chat { chat }, Self::Chat { chat: their_chat }) => chat.eq_ignore_ascii_case(their_chat),
            _ => false,
        }
    }
}
