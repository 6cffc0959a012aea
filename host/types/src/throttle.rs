//! How often Graph may be called, as data of a cloud.

use serde::{Deserialize, Serialize};

/// What a call is about, as far as Graph counts calls apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Messages of channels, and their replies.
    ChannelMessages,
    /// Messages of chats.
    ChatMessages,
    /// One channel.
    Channels,
    /// The channels of a team.
    ChannelLists,
    /// Teams.
    Teams,
    /// Members of teams and channels.
    Members,
    /// Members of chats.
    ChatMembers,
    /// Chats.
    Chats,
    /// All messages of a team or a person at once.
    Exports,
    /// Presence.
    Presence,
    /// Call records.
    CallRecords,
    /// Online meetings.
    Meetings,
    /// Mail and calendars.
    Outlook,
    /// OneNote.
    Onenote,
    /// Users, groups, the organisation.
    Directory,
    /// Anything else.
    Other,
}

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Each {
    /// A channel, a chat, a mailbox, a call record: what the family has its calls about.
    Place,
    /// A team.
    Team,
    /// A signed-in person; calls of the app are not counted.
    Person,
}

/// At most so many calls in so long, of one app registration in one directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallLimit {
    /// Counted together.
    pub families: Vec<Family>,
    /// `GET`, `POST`, …; all when there are none.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Counted apart for each of these together; without any, once for all.
    #[serde(default)]
    pub each: Vec<Each>,
    /// How many.
    pub calls: u32,
    /// In how many seconds.
    pub seconds: u32,
}

impl CallLimit {
    /// Whether it can be kept to.
    pub fn is_possible(&self) -> bool {
        self.calls > 0 && self.seconds > 0 && !self.families.is_empty()
    }
}
